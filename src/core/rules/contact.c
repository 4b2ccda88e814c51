/* contact.c - spellings are looked for in the ring of those that end alike. */
#include "core/rules/contact.h"
#include "core/model/erased.h"
#include "core/model/phone.h"

#include <utlist.h>

struct contact *contact_of_phone(const struct core *core, struct str phone)
{
	struct contact *exact = core_contact(core, phone), *first, *c;
	struct str tail = phone_tail(phone);
	if (exact || !phone_is_number(phone))
		return exact;
	HASH_FIND(hh, core->contacts, tail.at, tail.len, first);
	for (c = first; c; c = c->alike == first ? NULL : c->alike)
		if (!c->into && phone_is_number(c->b.phone) && phone_is_same(c->b.phone, phone))
			return c;
	return NULL;
}

struct body_contact contact_new(const struct core *core, struct str phone)
{
	const struct contact *before = erased_contact(core, phone);
	struct body_contact body = {.phone = phone};
	if (before) {
		body.opted_out = before->b.opted_out;
		body.refused = before->b.refused;
	}
	return body;
}

struct session *contact_conversation(const struct contact *contact, struct str number)
{
	struct session *session;
	DL_FOREACH2(contact->open, session, contact_next)
		if (str_eq(session->b.number, number))
			return session;
	return NULL;
}

bool contact_is_answerable(const struct contact *contact)
{
	return phone_is_number(contact->b.phone);
}

/* One that was merged is spoken for by the one that it became. */
static bool may_be_same(const struct contact *a, const struct contact *b)
{
	return !b->into && phone_may_be_same(a->b.phone, b->b.phone);
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
	return contact->b.opted_out || contact_lists(contact->b.refused, number);
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
	struct str tail = phone_tail(phone);
	const struct contact *first, *c;
	HASH_FIND(hh, core->contacts, tail.at, tail.len, first);
	for (c = first; c; c = c->alike == first ? NULL : c->alike)
		if (!c->into && phone_may_be_same(c->b.phone, phone) && has_refused(c, number))
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
	if (phone_is_same(contact->b.phone, other->b.phone))
		return true;
	do {
		if (third->into)
			continue;
		if (may_be_same(third, contact) != may_be_same(third, other))
			return false;
	} while ((third = third->alike) != contact);
	return true;
}
