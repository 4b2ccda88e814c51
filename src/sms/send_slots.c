/* send_slots.c - looking for slots: there are few. */
#include "sms/send_slots.h"
#include "base/check.h"

struct slot *slots_free(struct send_slots *slots)
{
	SLOTS_EACH(slots, slot)
		if (slot->state == SLOT_FREE)
			return slot;
	return NULL;
}

struct slot *slots_take(
	struct send_slots *slots, enum slot_state state, uint64_t serial, unsigned part)
{
	struct slot *slot = slots_free(slots);
	CHECK(slot);
	*slot = (struct slot) {.state = state, .serial = serial, .part = part};
	return slot;
}

struct slot *slots_find(struct send_slots *slots, uint64_t serial, unsigned part)
{
	SLOTS_EACH(slots, slot)
		if (slot->state != SLOT_FREE && slot->serial == serial && slot->part == part)
			return slot;
	return NULL;
}

static bool is_before(const struct slot *a, const struct slot *b)
{
	return a->serial < b->serial || (a->serial == b->serial && a->part < b->part);
}

struct slot *slots_first(struct send_slots *slots, enum slot_state state)
{
	struct slot *first = NULL;
	SLOTS_EACH(slots, slot)
		if (slot->state == state && (!first || is_before(slot, first)))
			first = slot;
	return first;
}

unsigned slots_count(struct send_slots *slots, enum slot_state state)
{
	unsigned count = 0;
	SLOTS_EACH(slots, slot)
		count += slot->state == state;
	return count;
}

void slot_clear(struct slot *slot)
{
	gate_forget(&slot->wait);
	str_free(&slot->smsc_id);
	*slot = (struct slot) {.state = SLOT_FREE};
}
