/* outbound_private.h - inside of sms/outbound*.c: one link's sending side. outbound.c tells the core what
 * became of parts, outbound_round.c decides what leaves, outbound_refused.c what never does. */
#ifndef SMS_OUTBOUND_PRIVATE_H
#define SMS_OUTBOUND_PRIVATE_H

#include "sms/marks.h"
#include "sms/outbound.h"
#include "sms/pace.h"
#include "sms/put_off.h"
#include "sms/send_slots.h"

/* So many texts are moved by one command, and one command a turn of the loop: a window, and as long as it takes a
 * carrier to take that. */
#define OUTBOUND_MOVED_AT_ONCE 100

/* Parts that go into one command. */
struct place_list {
	struct part_place *at; /* owned: free it */
	size_t count, cap;
};
void place_add(struct place_list *list, struct part_place place);

/* Parts that were kept back and had places under the mark, until that is on disk. */
struct kept_parts {
	unsigned count;
	uint64_t lsn;
};

struct sms_outbound {
	struct sms_world world;
	struct str link; /* owned */
	struct connector *connector;
	struct outbound_handler handler;
	struct marks marks; /* commands of its own, of which it goes on when they are on disk */
	uint64_t durable;   /* lsn */
	uint64_t before;    /* texts up to this serial are from before the start ... */
	bool is_found;      /* ... and the core knows which of them may have been sent, ... */
	uint64_t found_lsn; /* ... once this is on disk */
	bool may_repeat;    /* of its texts some may be to be sent again */
	bool is_up, is_stopped, is_pumping;
	struct net_timer again; /* what the store did not take is told again */
	struct pace pace;
	struct net_timer next; /* what the pace held back leaves */
	struct put_off_list put_off;
	struct net_timer due;            /* a part that was put off may be sent again */
	msec due_at;                     /* when; 0: none is put off */
	uint64_t offered;                /* texts up to this serial need no look */
	unsigned passed;                 /* parts in them that have their turn and no slot */
	bool must_look_back;             /* ... but now they do */
	struct place_list waits, leaves; /* whose turn changes at the end of the round */
	bool is_held; /* what has its turn could not leave: sending.through ends before it, ... */
	bool must_end_sooner;      /* ... and sooner than it does now */
	bool must_keep_back;       /* some of what waits is not to leave any more */
	struct kept_parts kept[2]; /* those of the commit that runs, and of the next */
	uint64_t counted; /* the last text whose parts were counted, and how many they are */
	unsigned counted_parts;
	struct send_slots slots;
};

static inline struct core *outbound_core(const struct sms_outbound *out)
{
	return out->world.port->core;
}

static inline struct link *outbound_link(const struct sms_outbound *out)
{
	return core_link(outbound_core(out), out->link);
}

/* The SMSC has not said its last to it, and it is not given up. */
static inline bool outbound_is_open(const struct outbound *text, unsigned part)
{
	return text->b.open && !core_part_is_answered(text, part);
}

/* The next round begins with the first text. */
static inline void outbound_look_back(struct sms_outbound *out)
{
	out->must_look_back = true;
}

/* As its connector gets it. */
static inline struct connector_text outbound_as_sent(const struct outbound *text)
{
	return (struct connector_text) {.number = text->b.number,
		.phone = text->b.phone,
		.text = core_outbound_text(text),
		.form = text->b.form,
		.reference = text->b.reference};
}

/* How many parts it takes; 0: it cannot be sent. */
static inline unsigned outbound_count(const struct sms_outbound *out, const struct outbound *text)
{
	const struct connector_text sms = outbound_as_sent(text);
	return out->connector->ops->count(out->connector, &sms);
}

/* The same of one that waits for another link, if it left by this one. */
static inline unsigned outbound_count_here(
	const struct sms_outbound *out, const struct outbound *text)
{
	struct connector_text sms = outbound_as_sent(text);
	sms.form = core_outbound_form(outbound_core(out), outbound_link(out));
	return out->connector->ops->count(out->connector, &sms);
}

void outbound_tell_again_later(struct sms_outbound *out);
/* Pumps once lsn is on disk; tells again if it never will be. */
void outbound_await(struct sms_outbound *out, uint64_t lsn);
/* It has a slot, its fate is known: tells the core. */
void outbound_tell_fate(struct sms_outbound *out, struct slot *slot);
uint64_t outbound_cookie(uint64_t serial, unsigned part);

/* How far the link is to be marked as written to: sending.through. */
uint64_t outbound_through(struct sms_outbound *out);
/* outbound_refused.c: keeps back what must_keep_back says. False: the core could not be told of all. */
bool outbound_keep_back(struct sms_outbound *out);
/* The same where a text in its turn has such a part. False: not all of that is done. */
bool outbound_keep_back_text(struct sms_outbound *out, const struct outbound *text, unsigned parts);
/* Parts that were kept back, and have their places under the mark until that is on disk. */
unsigned outbound_kept_back(const struct sms_outbound *out);

/* Sends what may leave, in the order of texts and parts. Not entered twice: what an answer on the way
 * frees is found by the round that runs. */
void outbound_pump(struct sms_outbound *out);

#endif
