/* wall.h - who works on what, for readers that come again and again: which agents' rows changed since they looked,
 * how many wait in each queue, what came of today.
 *
 * A change moves its agent's row to the end of one list, whoever looks and however many: so a look costs as much as
 * changed since the last one, and nobody's command costs more than that move. Nothing here knows who watches: rows
 * and their numbers change by what agents, customers and administrators do, so an agent may read them. It is the
 * reader's memory, no fact: it begins anew with each start. */
#ifndef API_WALL_H
#define API_WALL_H

#include "core/core.h"

/* So many minutes are kept of what came and went: what a plot of an hour shows. */
#define WALL_MINUTES 60

struct wall_row {
	char user[USER_ID_LEN];
	uint64_t revision;
	bool is_ready;
	struct wall_row *prev, *next; /* in the order of their last change */
	UT_hash_handle hh;
};

/* Of today (UTC), since the start. */
struct wall_queue {
	struct str name; /* owned */
	msec day;        /* since 1970 */
	uint64_t offered, accepted, within;
	UT_hash_handle hh;
};

struct wall_minute {
	msec minute; /* since 1970; 0: none */
	uint64_t in, out, accepted, waited_ms;
};

struct wall {
	msec epoch;        /* revisions of another one mean nothing */
	uint64_t revision; /* of the last change */
	uint64_t lsn;      /* of the last event that changed a row: what a look waits for */
	struct wall_row *rows, *by_user;
	struct wall_queue *queues;
	struct wall_minute minutes[WALL_MINUTES]; /* by minute modulo their number */
};

struct wall *wall_new(msec epoch, const struct core *core);
void wall_free(struct wall **wall);
/* What a command, or a deadline, led to. */
void wall_events(
	struct wall *wall, const struct core *core, const struct event *events, size_t count);
/* The core was made anew: every row may be another. */
void wall_rebind(struct wall *wall, const struct core *core);
/* The first row that changed after that revision, the others follow it (next); NULL: none. */
const struct wall_row *wall_since(const struct wall *wall, uint64_t revision);
/* Of the queue, today; all zero where nothing was yet. */
struct wall_queue wall_queue_today(const struct wall *wall, struct str name, msec now);
/* As what the user is shown. Of whoever supervises as well only Ready is: that takes sessions, which anybody may notice;
 * but whether a supervisor has come is nobody's business. */
enum agent_state wall_state(const struct user *user);
/* When the customer wrote what nobody has answered yet; 0: all is answered. Looks back so many entries at most, for a
 * customer may write any number. */
#define WALL_LOOK_BACK 500
msec wall_unanswered(const struct session *session);

#endif
