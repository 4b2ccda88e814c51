/* world.h - the small centre that is walked: who is there, how far it may grow, and one state of it.
 *
 * Time. A deadline's length is a setting, so any pending deadline may be the next to fire. The walk keeps
 * no order of them: a state at rest says what is pending, restoring it can place one of them first, and
 * then time goes on to that one alone, or to any two, one right after the other, as if nobody had looked
 * in between (with `timeouts` 2), or to one and to the end of the offers that follow from it. This holds for every setting of the lengths, and for more than any
 * one setting allows. All other times of a state at rest are one moment, but for the order of `since`. */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "rows.h"

#define USERS_MAX        4 /* agents first, then supervisors */
#define CUSTOMERS_MAX    2
#define SESSIONS_MAX     4 /* not ended, of all customers */
#define OUTBOUND_MAX     8 /* texts on their way, of all customers */
#define WORLD_REPEAT_MAX 2 /* sms.repeat-max: one more than a living process makes of its own */

struct scope {
	unsigned agents, supervisors, customers;
	unsigned sessions; /* not ended, of one customer */
	unsigned texts;    /* of agents, on their way to one customer; 0: the SMSC does nothing */
	unsigned parts;    /* SMS of a text */
	unsigned capacity;
	unsigned presence;   /* 1: clients come and are lost */
	unsigned carrier;    /* 1: long texts come in parts, and copies of texts come */
	unsigned timeouts;   /* 1: deadlines fire; 2: several at once, too */
	unsigned crashes;    /* 1: the process dies and starts */
	unsigned keep;       /* 1: agents.on-logout is keep */
	unsigned reoffer;    /* 1: no answer leaves the agent Ready */
	unsigned work;       /* 1: supervisors are agents too */
	unsigned keywords;   /* 1: customers write STOP, START, HELP */
	unsigned spellings;  /* 1: the customers are one phone in two spellings */
	unsigned modes;      /* 1: supervisors coach, barge in and switch */
	unsigned colleagues; /* 1: agents transfer sessions and consult */
	unsigned through;    /* 1: ... and ask for somebody through the queue */
	unsigned standing;   /* 1: supervisors have orders on the queue, too */
	unsigned data;       /* 1: a session with user data differs from one without */
	unsigned last;       /* 1: an agent asks to be remembered for the customer's next session */
	unsigned hands;      /* 1: agents raise hands */
	unsigned rules;      /* which raise hands: set of 1 << enum rule_kind */
	unsigned assigned;   /* 1: users come into a group, and supervise it, and no more */
	unsigned partings;   /* 1: who goes, or lets somebody go, says something */
	unsigned focus;      /* 1: it makes a difference which session somebody looks at */
	unsigned icon;       /* 1: agents are shown that somebody watches */
	unsigned past;       /* 1: a session that was watched differs from one that never was */
};

/* Of an event, when it was told. */
struct told_then {
	char word
		[16]; /* the state told to whom it is about, as the API says it: "Invited"; empty: none */
	uint8_t reads
		[USERS_MAX]; /* as what each user read its session: set of 1 << enum party_kind */
	bool is_over;        /* had its session ended? */
};

struct world {
	struct scope scope;
	struct strings strings;
	struct rows setup; /* what never changes: centre, link, queue, rules, setting */
	struct rows rows;  /* the state at rest from which the core was restored */
	struct row *due
		[2]; /* whose deadlines the core's time goes on to, in turn; NULL: none, or no second */
	bool is_followed; /* ... and to those of offers that are made meanwhile */
	msec now;         /* of the step */
	struct core *core;
	struct outcome outcome; /* of the step done last */
	struct told_then *told; /* of each of its events */
	size_t told_count, told_cap;
	struct user *users[USERS_MAX];
	struct user *program; /* reads the centre's feed, and does nothing */
	unsigned user_count;
};

/* At rest it is NOON; a command comes LATER; a deadline is pending at FAR, or at SOON if it is to fire. */
#define WORLD_NOON   1700000000000ll
#define WORLD_LATER  (WORLD_NOON + 1)
#define WORLD_SOON   (WORLD_NOON + 1000)
#define WORLD_FAR    (WORLD_NOON + 1000000)
#define WORLD_BEFORE (WORLD_NOON - 100) /* what happened before */

void world_init(struct world *world, const struct scope *scope);
void world_fini(struct world *world);
/* A new core from world->rows. next: the row whose deadline comes first; NULL: none. */
void world_restore(struct world *world, const struct row *next);
/* The same with two deadlines that are both due by then, first and then second. */
void world_restore_two(struct world *world, const struct row *first, const struct row *second);
/* The same with one that is due, and answer time-outs so short that those of its offers are due as well. */
void world_restore_followed(struct world *world, const struct row *first);
/* Before a step: nothing happened, nothing was told. */
void world_reset(struct world *world);
/* Notes what is told, by the core as it is now, of the events that were not told yet. */
void world_tell(struct world *world);
bool world_is_pending(const struct world *world,
	const struct row *row); /* has it a deadline that may come next? */
/* The rows after the step: world->rows with the outcome's events. */
void world_remember(struct world *world, struct rows *after);
/* Brings rows to rest: see above; drops what the walk does not look at (closed texts; all, if texts is 0). */
void world_settle(const struct world *world, struct rows *rows);

struct str world_phone(unsigned customer); /* of the world that was begun last */
unsigned world_customer(struct str phone);
unsigned world_user(const struct world *world, const struct user *user);
/* Was what was answered 0 in this step told to have failed? */
bool world_told_of_failure(const struct world *world);
/* The session that the event is about; NULL: none. */
const struct session *world_session_of(const struct world *world, const struct event *event);
struct session *world_session(
	const struct world *world, unsigned place); /* the nth that is not ended */
struct link *world_link(const struct world *world);
/* May the supervisor supervise that agent, by the group that there is (decisions 2)? As long as nobody supervises it, all may
 * all; oneself: yes. */
bool world_covers(const struct world *world, unsigned supervisor, unsigned agent);
#define WORLD_GROUP "north"
/* As what that user comes into it. */
enum assignment_kind world_assigned_as(const struct world *world, unsigned user);
bool world_is_assigned(const struct world *world, unsigned user);
extern const struct str world_number, world_queue;
/* The rule of each kind, by enum rule_kind; the words are what agents write. */
extern const struct str world_rules[rule_kind_count];

#endif
