/* lives_private.h - a run's inside: its lives (lives.c), and what is seen of them (lives_seen.c). */
#ifndef CRASH_LIVES_PRIVATE_H
#define CRASH_LIVES_PRIVATE_H

#include "cast.h"
#include "crowd.h"
#include "ledger.h"
#include "lives.h"
#include "moment.h"
#include "typists.h"
#include "victim.h"

struct lives {
	const struct lives_settings *settings;
	struct lives_result *result;
	struct dice dice;
	char host
		[16]; /* an address of its own: its ports are free, and nobody takes them between two lives */
	struct net *net;
	struct victim victim;
	struct ledger *ledger;
	struct person_watch watch; /* the ledger's */
	struct carrier *carrier;
	struct gateway *gateway; /* NULL: there is none */
	struct crowd crowd;
	struct typists typists;
	struct person people[CAST_PEOPLE];
	size_t people_count;
	struct moment moment;
	struct net_timer ending; /* the life */
	msec bound_at;           /* 0: not in this life */
	msec said_at;            /* when something was last on the wire */
	uint64_t answers;        /* in this life */
	struct archive archive;  /* of all lives: the journal may be trimmed from one to the next */
	uint64_t archived;       /* up to this event */
	struct buf why;
	const char *failed; /* NULL: all is well */
};

void lives_blame(struct lives *l, const char *why);

/* --- lives_seen.c --- */

struct person_watch lives_watch(struct lives *l);
/* As carrier_settings.on_bytes; ctx: the lives. */
void lives_wire(void *ctx, unsigned link, bool from_server, struct str bytes);
void lives_posted(void *ctx, const struct gateway_post *post); /* gateway_settings, as the next */
void lives_mailed(void *ctx, const struct gateway_mail *mail, int status);
/* The moment has come, perhaps. */
void lives_see(struct lives *l, enum sight seen);

#endif
