/* send_slots.h - the send window: one slot per part that is between "about to be sent" and "its fate
 * is on disk".
 *
 *   FREE
 *   ASKED       to be handed to the connector once it is on disk that the part may leave
 *   SENT        handed to the connector
 *   KNOWN       its fate is known (answered, or the answer is lost) and to be told to the core
 *   COMMITTING  the core knows; to be on disk */
#ifndef SMS_SEND_SLOTS_H
#define SMS_SEND_SLOTS_H

#include "base/arena.h"
#include "core/gate_wait.h"
#include "wire/smpp_bind.h"

enum slot_state { SLOT_FREE, SLOT_ASKED, SLOT_SENT, SLOT_KNOWN, SLOT_COMMITTING };
enum fate { FATE_OPEN, FATE_SENT, FATE_REFUSED, FATE_UNKNOWN };

struct sms_outbound;
struct slot {
	enum slot_state state;
	msec sent_at;
	uint64_t serial; /* of the text */
	unsigned part, parts;
	enum fate fate;
	struct str smsc_id;      /* owned */
	struct sms_outbound *of; /* COMMITTING: whose, */
	struct gate_wait wait;   /* and what is to be on disk */
};

struct send_slots {
	unsigned window; /* 1..SMPP_WINDOW_MAX; the others are never used */
	struct slot at[SMPP_WINDOW_MAX];
};

#define SLOTS_EACH(slots, it)                                                                      \
	for (struct slot *it = (slots)->at; it < (slots)->at + (slots)->window; it++)

struct slot *slots_free(struct send_slots *slots); /* NULL: all are in use */
/* A free one, of which there must be some. */
struct slot *slots_take(
	struct send_slots *slots, enum slot_state state, uint64_t serial, unsigned part);
/* NULL: the part has none. */
struct slot *slots_find(struct send_slots *slots, uint64_t serial, unsigned part);
/* The one in that state whose part comes first, in the order of texts and parts. */
struct slot *slots_first(struct send_slots *slots, enum slot_state state);
unsigned slots_count(struct send_slots *slots, enum slot_state state);
void slot_clear(struct slot *slot);

#endif
