/* deeds.h - the rows of deeds.def: what a signed-in user can ask of the API. */
#ifndef TEST_SIM_DEEDS_H
#define TEST_SIM_DEEDS_H

#include <stdio.h>

#include "core/rules/access.h"
#include "core/command.h"
#include "core/core.h"

enum deed_with {
	NOTHING,
	CHANNELS,
	A_NICKNAME,
	A_TEXT,
	A_URL,
	A_NOTICE,
	A_PAIR,
	A_DISPOSITION,
	A_HAND,
	A_KEY,
	MAYBE_QUEUE,
	A_USER,
	A_COLLEAGUE,
	A_TARGET,
	A_MODE,
	A_SIGHT,
	A_THING,
	THE_THING,
	A_PHONE
};

/* What somebody has at hand when choosing what to do next. */
enum deed_moment { WITH_AN_INVITATION, IN_A_SESSION, WITHOUT_A_SESSION, DEED_MOMENTS };

/* Whose event it is; what each asks of the event's body is in claim.c. */
enum whose {
	NOBODYS,          /* no trace */
	OWN,              /* the caller's: an agent; a party in the session */
	OWN_ANYWHERE,     /* a party of the caller's, in whatever session */
	TARGETS_STATE,    /* an agent's whom the request names */
	TARGETS_ANYWHERE, /* a party of that agent's, in whatever session */
	TARGETS_ORDERS,   /* that agent's, as supervisor */
	THE_TARGETS, /* a party of whom the request names, whom somebody invited into the session */
	THE_CONSULTED,   /* ... whom somebody consults */
	OWN_CONSULTED,   /* the party of whomever the caller consults in the session */
	THE_TRANSFERRED, /* ... to whom somebody handed it over */
	ANY_AGENTS,      /* a party as agent of whomever in the session */
	AGENTS_TO_QUEUE, /* the same, if the request names a queue */
	A_COLLEAGUES,    /* a party as agent of whom the request names */
	THE_SESSION,     /* that one; the request names no queue */
	THE_SESSIONS,    /* that one, whatever the request names */
	THE_QUEUE,       /* that session, in the queue that the request names */
	ANYBODYS,        /* a party of whomever, in the session */
	ANY_SESSION,
	OWN_ORDER,      /* the caller's order on whom the request names */
	OWN_ORDERS,     /* the caller's on anybody */
	OWN_STANDING,   /* the caller's on the queue, skill or group that the request names */
	ORDERS_ON_SELF, /* anybody's on the caller */
	INTRUDING,      /* the caller's party in the session, by an Intrude */
	THE_PAIR,       /* of that session: the pair that the request attaches */
	THE_KEY,        /* ... and the one that it deletes */
	OWN_HAND,       /* the caller's own on that session; of HAND_RAISED: with that comment */
	THE_HAND,       /* the raised one that the request names, by what the caller did about it */
	OWN_ENTRY, /* the caller's, with that text, in the session; of A_PHONE in one that it began */
};

enum trace_kind { LEFT_ALWAYS, LEFT_BY_CHANGE, LEFT_PERHAPS };

/* What a deed leaves behind. */
struct trace {
	enum trace_kind kind;
	enum event_kind event;
	enum whose whose; /* NOBODYS: behind the last */
};
#define TRACES_MAX 7 /* with the last */

enum deed_sms { NO_SMS, BY_SMS };

struct deed {
	const char *path;          /* as in operations.def */
	const char *name;          /* operationName; NULL: a GET */
	const char *query;         /* of a GET, "" for none */
	enum command_kind command; /* of an operation; COMMAND_KINDS: a GET */
	enum deed_with with;
	unsigned weights[2][DEED_MOMENTS]; /* of agents, of supervisors */
	struct trace traces[TRACES_MAX];
	bool is_entry; /* then: */
	enum message_type type;
	enum visibility visibility;
	enum deed_sms sms;
};

#define DEED_AGENT      0
#define DEED_SUPERVISOR 1

/* How many are operations; they are the first. */
enum {
	DEED_OPERATIONS = 0
#define DEED(path, name, command, with, worlds, agents, supervisors, leaves) +1
#define READ(path, query, agents, supervisors)
#include "deeds.def"
};
#define EACH_TRACE(deed, it)                                                                       \
	for (const struct trace *it = (deed)->traces; (it)->whose != NOBODYS; (it)++)

const struct deed *deed_at(size_t index); /* NULL behind the last row */
/* name: NULL for a GET. NULL: there is none. */
const struct deed *deed_find(const char *path, const char *name);
/* The first one with that command; NULL: none. */
const struct deed *deed_of_command(enum command_kind command);
/* The row that `pick`, a number below deed_weight, falls upon. */
unsigned deed_weight(int who, enum deed_moment moment);
const struct deed *deed_pick(int who, enum deed_moment moment, unsigned pick);

enum deed_target { TARGET_NONE, TARGET_SESSION, TARGET_USER, TARGET_USERS_SESSION, TARGET_HAND };
enum deed_target deed_target(const struct deed *deed); /* what {id} stands for */

/* Is the caller Chatting by it, in a session before or in one that it begins? */
bool deed_joins(const struct deed *deed);
/* May it ask for the caller to be remembered (saveLAR)? */
bool deed_may_save(const struct deed *deed);
/* May it be about a queue, or about another user? */
bool deed_may_name_queue(const struct deed *deed);
bool deed_may_name_user(const struct deed *deed);
/* May something be said with it, in going or in putting somebody out? */
bool deed_may_part(const struct deed *deed);
/* Does it make an agent of whoever does it? */
bool deed_takes_work(const struct deed *deed);
/* The name of the pair that it attaches or deletes; NULL: it does not. */
const char *deed_datum(const struct deed *deed);
/* Is it about a standing order that names no agent? */
bool deed_is_standing(const struct deed *deed);
bool deed_has_words(
	const struct deed *deed); /* of the caller's own, sent along: a text, URL, notice */

/* Does it leave that, always or where it changes anything? Never of a GET. */
bool deed_leaves(const struct deed *deed, enum event_kind event, enum whose whose);
/* ... or perhaps? */
bool deed_may_leave(const struct deed *deed, enum event_kind event, enum whose whose);
/* What it always leaves, or where it changes anything: the first of them. */
const struct trace *deed_trace(const struct deed *deed);
/* Is it the end of the caller's own participation? */
bool deed_ends_own(const struct deed *deed);

/* --- how often each was done -------------------------------------------------------------------- */

struct deeds_done {
	uint64_t by[2][DEED_OPERATIONS]; /* by agents, by supervisors: answered with success */
};
void deeds_note(struct deeds_done *done, const struct deed *deed, int who);
void deeds_add(struct deeds_done *to, const struct deeds_done *more);
/* Does it show a supervisor to agents, at once or later, or change what is theirs? Whoever must stay silent does none of these. */
bool deed_shows_oneself(const struct deed *deed);
/* Is there anybody of these who may succeed in it? Whoever supervises in test/sim takes no sessions. */
bool deed_is_for(const struct deed *deed, int who);
/* A read that is of no session that has ended: all others are, for who worked there. */
bool deed_is_of_running(const struct deed *deed);
/* What a trial of any length must have had, or it proves too little: each operation by each who may; what is rare only
 * if it is a long one. Tells what is missing, a line each, on out (NULL: nowhere); gives how many. */
unsigned deeds_missing(const struct deeds_done *done, bool is_long, FILE *out);
/* "done":{operation: [by agents, by supervisors]} */
void deeds_print(const struct deeds_done *done);

#endif
