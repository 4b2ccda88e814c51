/* taken.h - the texts of one link whose answers are not known to have reached the carrier.
 *
 * Gone from the list: the answer has left some time ago, or the text was refused. */
#ifndef SMS_TAKEN_H
#define SMS_TAKEN_H

#include "base/ids.h"
#include "base/msec.h"
#include "core/gate_wait.h"

/* Answers that were lost and whose copies did not come yet: above what a carrier can have
 * unanswered within the redelivery window, unless its connection ends every few seconds. */
#define TAKEN_LOST_MAX 1000

/* Answers that have left lately, and may be lost on the way all the same: so many a carrier has on the wire
 * at the most. */
#define TAKEN_WRITTEN_MAX 1000

enum taken_state {
	TAKEN_WAITING,  /* its command is not on disk yet */
	TAKEN_ANSWERED, /* answered, but the answer may still be on its way out of here */
	TAKEN_LOST,     /* the bind ended before the answer had certainly left: a copy may come */
	TAKEN_WRITTEN,  /* the answer has left: a copy may come if the bind ends abruptly soon */
};

struct sms_inbound;
struct taken {
	struct sms_inbound *of;
	enum taken_state state;
	bool is_durable;       /* the text itself, whatever became of its answer */
	struct gate_wait text; /* waits for its command, */
	struct gate_wait copy; /* and that a copy of it came */
	uint64_t token;        /* of the connector */
	unsigned char fingerprint[DIGEST_BYTES];
	struct str kept_by; /* the link that has it in the journal, where that is another; owned */
	msec at;
	msec written_at;           /* of WRITTEN */
	struct taken *prev, *next; /* oldest first */
};

struct taken_list { /* all zero is an empty one */
	struct taken *first;
	struct taken *written; /* those that are WRITTEN, oldest first */
	size_t lost_count, written_count;
};

struct taken *taken_add(
	struct taken_list *list, const unsigned char *fingerprint, msec at); /* WAITING */
void taken_remove(struct taken_list *list, struct taken *taken); /* whatever it waits for */
void taken_set(struct taken_list *list, struct taken *taken, enum taken_state state);
struct str taken_print(const struct taken *taken); /* its fingerprint, borrowed */
/* One that says the same, whatever became of it; NULL if none. */
struct taken *taken_find(const struct taken_list *list, const unsigned char *fingerprint);
/* The oldest LOST one that says the same; NULL if none. */
struct taken *taken_find_lost(const struct taken_list *list, const unsigned char *fingerprint);
size_t taken_unwritten(const struct taken_list *list); /* those that are not LOST, nor WRITTEN */
/* All answers given so far have left. */
void taken_written(struct taken_list *list, msec now);
/* The same, where a copy may come all the same: they are LOST. */
void taken_keep(struct taken_list *list);
/* The bind ended: all are LOST, also those of which the answer has left after `since`. */
void taken_down(struct taken_list *list, msec since);
/* LOST ones from before that time are expected no longer. */
void taken_forget(struct taken_list *list, msec before);
void taken_clear(struct taken_list *list);

#endif
