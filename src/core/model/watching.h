/* watching.h - what is remembered of silent supervision: who only watches, and standing orders.
 *
 * A raised hand stands here as well: what supervisors did about it is theirs. So are rules that raise hands.
 *
 * Not for agents' rules: to those nobody watches and nobody has an order, so none of them can ask. */
#ifndef CORE_MODEL_WATCHING_H
#define CORE_MODEL_WATCHING_H

#include "base/phrases.h"
#include "core/model/model.h"

/* A silent supervisor in a session, invited or joined. */
struct watch {
	union {
		struct viewer viewer; /* kind PARTY_SUPERVISOR, supervision Monitor */
		struct {
			VIEWER_FIELDS
		};
	};
	struct watch *prev, *next;           /* session->watches, in order of creation */
	struct watch *user_prev, *user_next; /* user->watches while live */
};

/* Does this row of the journal say that somebody only watches? */
bool watch_is(const struct body_party *body);

/* A supervisor's standing order: on an agent, or on the sessions of a queue, a skill or a group. */
struct registration {
	struct body_registration b;
	struct user *supervisor;
	struct user *agent; /* NULL: it is on a queue, a skill or a group */
	struct deadline expires;
	struct registration *order_prev, *order_next;
	struct registration *watcher_prev, *watcher_next;   /* of the agent */
	struct registration *standing_prev, *standing_next; /* core->standing */
	bool is_listed;
	char key[2 * USER_ID_LEN]; /* supervisor, agent */
	UT_hash_handle hh;
};

/* Raised on a session by an agent who is there, or by a rule. */
struct hand {
	struct body_hand b;
	struct session *session;
	struct user *agent;
	struct hand *prev, *next;               /* session->hands */
	struct hand *raised_prev, *raised_next; /* core->hands while raised */
	bool is_listed;
};

/* Each text is read once, and looked at by each rule, for all of its words in one pass. */
#define RULES_MAX              64
#define RULE_WORDS_MAX         256
#define RULE_REPLY_AFTER_MAX_S (24 * 3600) /* a longer one is no first reply */

/* What raises hands by itself: declared in the configuration (supervision.rules), or by an administrator. */
struct hand_rule {
	struct body_rule b;
	struct phrases phrases;        /* b.words, read once; none of a rule that was removed */
	struct hand_rule *prev, *next; /* core->rules */
};

/* What a rule has to do with a session. */
struct flag {
	struct body_flag b;
	struct session *session;
	struct deadline due;
	struct flag *prev, *next; /* session->flags */
};

struct hand_rule *core_rule(
	const struct core *core, struct str name); /* NULL: there is none (any more) */
struct hand_rule *core_rule_ever(
	const struct core *core, struct str name); /* the same, removed or not */
struct flag *session_flag(const struct session *session, struct str rule); /* NULL: nothing yet */

/* The agent's hand on that session, raised or not; rule: empty for the agent's own. NULL: there never was one. */
struct hand *session_hand(const struct session *session, const struct user *agent, struct str rule);
/* The raised one of that id; NULL: there is none. */
struct hand *core_hand(const struct core *core, struct str id);

/* The supervisor's active order on that queue, skill or group; NULL: there is none. */
const struct registration *core_order(
	const struct user *supervisor, enum order_on on, struct str thing);

#endif
