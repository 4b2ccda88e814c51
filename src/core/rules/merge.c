/* merge.c - two contacts that are one phone, written in two ways, become one.
 *
 * Everything that is asked for by the other spelling is found at the one that stays: its sessions, its texts on
 * their way, its refusal. They keep the spelling in which they were written down; what is written from now on
 * has the one that stays. */
#include "core/rules/contact.h"
#include "core/model/phone.h"
#include "core/rules/turn.h"

/* A name could not be answered any more; and who is surely another phone stays so. */
enum err can_merge(const struct core *core, const struct command *command)
{
	const struct contact *from = command->merge.from, *into = command->merge.into;
	if (from == into || contact_into(from) || contact_into(into))
		return ERR_ALREADY;
	if (!contact_is_answerable(into))
		return ERR_UNANSWERABLE;
	return phone_may_be_same(contact_phone(from), contact_phone(into)) ? OK : ERR_RANGE;
}

static void merge(struct turn *turn, const struct contact *from, const struct contact *into)
{
	struct body_contact body = contact_body(from);
	body.merged_into = contact_phone(into);
	body.opted_out = 0; /* the other one's to say from now on */
	body.refused = STR_NONE;
	turn_emit(turn, EV_CONTACT_MERGED, &body);
}

/* Whoever was merged into it before goes along, so that nobody is found by two steps. */
static void merge_those_in(struct turn *turn, struct contact *from, const struct contact *into)
{
	for (struct contact *c = from->alike; c != from; c = c->alike)
		if (contact_into(c) == from)
			merge(turn, c, into);
}

static struct str both_lists(struct turn *turn, struct str list, struct str other)
{
	while (other.len)
		list = contact_list_with(&turn->outcome->arena, list, str_cut(&other, '\n'));
	return list;
}

/* A refusal of either counts; and the next long text draws a reference that neither drew lately. */
static void make_into(struct turn *turn, const struct contact *from, const struct contact *into)
{
	struct body_contact body = contact_body(into);
	body.opted_out |= contact_body(from).opted_out;
	body.refused = both_lists(turn, contact_body(into).refused, contact_body(from).refused);
	if (body.opted_out != contact_body(into).opted_out ||
		!str_eq(body.refused, contact_body(into).refused))
		turn_emit(turn, EV_CONTACT_OPTED_OUT, &body);
	if (contact_body(from).reference <= body.reference)
		return;
	body.reference = contact_body(from).reference;
	turn_emit(turn, EV_CONTACT_REFERENCED, &body);
}

void make_merge(struct turn *turn, const struct command *command)
{
	make_into(turn, command->merge.from, command->merge.into);
	merge_those_in(turn, command->merge.from, command->merge.into);
	merge(turn, command->merge.from, command->merge.into);
}
