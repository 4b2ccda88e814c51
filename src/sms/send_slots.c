/* send_slots.c - looking for slots: there are few. */
#include "sms/send_slots.h"

struct slot *slots_free(struct send_slots *slots)
{
	SLOTS_EACH(slots, slot)
		if (slot->state == SLOT_FREE)
			return slot;
	return NULL;
}

struct slot *slots_find(struct send_slots *slots, uint64_t serial, unsigned part)
{
	SLOTS_EACH(slots, slot)
		if (slot->state != SLOT_FREE && slot->serial == serial && slot->part == part)
			return slot;
	return NULL;
}

bool slots_any_behind(struct send_slots *slots, uint64_t serial, unsigned part)
{
	SLOTS_EACH(slots, slot)
		if (slot->state != SLOT_FREE &&
			(slot->serial > serial || (slot->serial == serial && slot->part > part)))
			return true;
	return false;
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
	str_free(&slot->smsc_id);
	*slot = (struct slot) {.state = SLOT_FREE};
}
