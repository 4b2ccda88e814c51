/* canon.h - which states are the same for the walk.
 *
 * An image says of a state what can influence what happens next, and nothing else:
 *   a user's state, reason, clients, pending loss, and whether it is a supervisor; who of the Ready agents was first
 *   the standing orders on each user, in order of delivery, with their modes
 *   each session that is not ended, by serial: its state and customer; of each user the live
 *     participation as agent, the one as supervisor, and the refusal (pending or long ago); where the
 *     scope has `past` also whether somebody watched it and left, where it has `data` whether there is user data, where
 *     it has `modes` whom each supervisor supervises there, where it has
 *     `focus` who looks at it, where it has `hands` whose hand is raised, what
 *     became of it, and who took it; of each rule what it waits for or has found, and of the hand that it
 *     raised last whose it is, what became of it, and who did that
 *   where the scope has `assigned` who is in the group, or supervises it
 *   each customer's opt-out and, where the scope has `last`, the agent who is remembered; texts on their way, held parts and noted texts where the scope has them. Of
 *     noted texts only who was first matters, not the slot; of a part, not which of its text's it is, and
 *     how often it was tried only while that is unknown, but whether the SMSC gave it an id. How far the link is written to,
 *     and whose turn it is, is asked for by no rule of the core
 * Left out, because no rule asks for it: whence users signed in, ids, serials, lsns, counters; when something was, but for `since`;
 * transcripts, nicknames, ended participations (they decide numbers and texts of what comes, which the
 * properties check on each step of the representative alone: a rule that asked wrongly for what is over is
 * seen only if the representative has it, which is what `past` is for); closed texts; that a customer is known. Pending
 * deadlines need no order (world.h). That states with equal images have equal futures is compared by
 * --check-merges, in one step: kind of move, refusal, who is told of what (by class), next image. Were all
 * merged states to agree in each step, they would for ever, by induction; what is compared is a sample.
 *
 * Symmetries: the agents among themselves, the supervisors, the customers. Users differ by id and serial
 * only. Ids decide in routing between agents Ready since the same moment, which never happens here (each
 * step is later than the one before and moves one agent's `since`; the image checks it). Serials order
 * core_wake, which touches each user by itself. Customers differ by phone, which orders nothing. */
#ifndef WORLD_CANON_H
#define WORLD_CANON_H

#include "world.h"

struct hash {
	uint64_t a, b;
};

enum {
	NO_PARTY,
	INVITED_BY_QUEUE,
	INVITED_BY_AGENT,
	HANDED_OVER,
	CONSULTED,
	DELIVERED,
	CHATTING,
	ADVISING,
	LEFT_CHAT,
	PARTY_CODES
};
enum { IN_FOCUS_OF_AGENT = 1, IN_FOCUS_OF_SUPERVISOR = 2 };
enum { NOT_WAITED, WAITED, OVER_IN_TIME, FOUND };
enum { NEVER_REFUSED, REFUSED_JUST_NOW, REFUSED_THEN };

struct image_session {
	uint8_t state, customer;
	uint8_t agent[USERS_MAX], supervisor[USERS_MAX],
		refused[USERS_MAX]; /* agent: of who is consulted and PARTY_CODES times 1 + who asked; supervisor: and
									      * PARTY_CODES times its mode */
	uint8_t sought
		[USERS_MAX]; /* with `through` alone, of who is invited through the queue: set of users who were asked */
	uint8_t watched
		[USERS_MAX]; /* with `modes` alone: whom each supervisor supervises there, + 1 */
	uint8_t was_watched; /* with `past` alone */
	uint8_t has_data;    /* with `data` alone */
	uint8_t hand
		[USERS_MAX]; /* with `hands` alone: 0: the user's is not raised; 1 + enum hand_state */
	uint8_t taken_by[USERS_MAX]; /* ... and who has taken it, + 1 */
	/* Of the rules that there are: what each does there; the state, and by whom, of the hand it raised last; whose that is. */
	uint8_t flag[rule_kind_count], rule_hand[rule_kind_count], rule_hand_by[rule_kind_count],
		rule_hand_on[rule_kind_count];
	uint8_t came
		[USERS_MAX]; /* ... and who is or may come there as agent, + 1, in order of invitation: whose it is next */
	uint8_t spoken; /* ... and, with one for late replies, whether somebody wrote, and was replied to */
	uint8_t in_focus[USERS_MAX]; /* with `focus` alone: set of IN_FOCUS_OF_... */
};

struct image_outbound {
	uint8_t customer, session, parts; /* session: place + 1; 0: gone, or none */
	uint8_t author;                   /* + 1; with a rule for lost texts alone */
	uint8_t part[4];                  /* of those that were answered, sorted */
};

struct image {
	uint8_t user[USERS_MAX];
	uint8_t assigned[USERS_MAX]; /* with `assigned` alone */
	uint8_t ready[USERS_MAX], ready_count;
	uint8_t watcher[USERS_MAX][USERS_MAX], mode[USERS_MAX][USERS_MAX], watcher_count[USERS_MAX];
	/* Orders that name no agent, in order of delivery: whose, and how; with `standing` alone. */
	uint8_t standing[USERS_MAX], standing_mode[USERS_MAX], standing_count;
	uint8_t last_agent[CUSTOMERS_MAX]; /* with `last` alone: user + 1; 0: nobody */
	uint8_t opted_out[CUSTOMERS_MAX], helped[CUSTOMERS_MAX], held[CUSTOMERS_MAX],
		noted[2]; /* noted: the older one first */
	struct image_session session[SESSIONS_MAX];
	uint8_t session_count;
	struct image_outbound outbound[OUTBOUND_MAX];
	uint8_t outbound_count;
};

void image_of(const struct world *world, struct image *image);
/* The hash of the least of all that a renaming of like ones makes of it. */
struct hash image_hash(const struct scope *scope, const struct image *image);
/* Does no agent see who supervises so: nobody, only invited yet, or a Monitor? */
bool image_is_hidden(uint8_t supervisor);
/* The same centre as if nobody watched: without orders and hidden participations. Not renamed. */
struct hash image_unwatched(const struct scope *scope, const struct image *image);
/* What its text's image says of it; lost: all zero where there is no such row. */
uint8_t image_part(const struct body_part *part, const struct body_lost *lost);
bool canon_was_watched(const struct session *session); /* joined in silence, and gone again */
unsigned canon_symmetries(const struct scope *scope);

#endif
