/* contact.c - spellings are looked for in the ring of those that end alike. */
#include "core/rules/contact.h"
#include "core/model/contact.h"
#include "core/model/erased.h"
#include "core/model/phone.h"

#include <utlist.h>

struct contact *contact_of_phone(const struct core *core, struct str phone)
{
	struct contact *exact = core_contact(core, phone), *first, *c;
	if (exact || !phone_is_number(phone))
		return exact;
	first = contacts_find(&core->contacts, phone_tail(phone));
	for (c = first; c; c = c->alike == first ? NULL : c->alike)
		if (!contact_into(c) && phone_is_number(contact_phone(c)) &&
			phone_is_same(contact_phone(c), phone))
			return c;
	return NULL;
}

struct body_contact contact_new(const struct core *core, struct str phone)
{
	const struct contact *before = erased_contact(core, phone);
	struct body_contact body = {.phone = phone};
	if (before) {
		body.opted_out = contact_body(before).opted_out;
		body.refused = contact_body(before).refused;
	}
	return body;
}

struct session *contact_conversation(const struct contact *contact, struct str number)
{
	struct session *session;
	LL_FOREACH2(contact->open, session, contact_next)
		if (str_eq(session->b.number, number))
			return session;
	return NULL;
}

bool contact_is_answerable(const struct contact *contact)
{
	return phone_is_number(contact_phone(contact));
}

/* One that was merged is spoken for by the one that it became. */
static bool may_be_same(const struct contact *a, const struct contact *b)
{
	return !contact_into(b) && phone_may_be_same(contact_phone(a), contact_phone(b));
}

struct contact *contact_spelling(const struct contact *contact, const struct contact *after)
{
	struct contact *next = after ? after->alike : (struct contact *)(uintptr_t)contact;
	for (; !after || next != contact; next = next->alike)
		if (may_be_same(contact, next))
			return next;
	return NULL;
}

bool contact_lists(struct str list, struct str number)
{
	while (list.len)
		if (str_eq(str_cut(&list, '\n'), number))
			return true;
	return false;
}

struct str contact_list_with(struct arena *arena, struct str list, struct str number)
{
	if (contact_lists(list, number))
		return list;
	return arena_printf(arena, "%.*s%.*s\n", STR_ARGS(list), STR_ARGS(number));
}

static bool has_refused(const struct contact *contact, struct str number)
{
	return contact_body(contact).opted_out ||
	       contact_lists(contact_body(contact).refused, number);
}

bool contact_refuses(const struct contact *contact, struct str number)
{
	for (const struct contact *c = NULL; (c = contact_spelling(contact, c));)
		if (has_refused(c, number))
			return true;
	return false;
}

bool contact_phone_refuses(const struct core *core, struct str phone, struct str number)
{
	const struct contact *first = contacts_find(&core->contacts, phone_tail(phone)), *c;
	for (c = first; c; c = c->alike == first ? NULL : c->alike)
		if (!contact_into(c) && phone_may_be_same(contact_phone(c), phone) &&
			has_refused(c, number))
			return true;
	const struct contact *before =
		core_contact(core, phone) ? NULL : erased_contact(core, phone);
	return before && has_refused(before, number);
}

bool contact_phone_has_refused(const struct core *core, struct str phone, struct str number)
{
	const struct contact *contact = contact_of_phone(core, phone);
	if (!contact)
		contact = erased_contact(core, phone);
	return contact && has_refused(contact, number);
}

bool contact_is_spoken_for(const struct contact *contact, const struct contact *other)
{
	const struct contact *third = contact;
	if (phone_is_same(contact_phone(contact), contact_phone(other)))
		return true;
	do {
		if (contact_into(third))
			continue;
		if (may_be_same(third, contact) != may_be_same(third, other))
			return false;
	} while ((third = third->alike) != contact);
	return true;
}
