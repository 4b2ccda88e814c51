/* person.h - an agent or a supervisor at a client of the public API, who does whatever comes to mind.
 *
 * What somebody does at the nth step is drawn from a stream of (seed, name, n), and from what that somebody was sent:
 * so whatever leaks to a person spreads, nothing else does, and one step can be left out without moving the others. */
#ifndef TEST_SIM_PERSON_H
#define TEST_SIM_PERSON_H

#include <jansson.h>

#include "client/api_client.h"
#include "deeds.h"

#define CANARY_MAX 48
#define STEPS_MAX  4096 /* that can be left out */

/* Where the server is. */
#define PERSON_HOST "127.0.0.1"
#define PERSON_PORT 8080

#define PERSON_PAUSE_MS 20
#define PERSON_AWAY_MS  20000

struct person;

/* A request on its way. Strs are owned by it. */
struct asked {
	struct person *person;
	const struct deed *deed;
	struct str session; /* whose id stands in the path; empty: none */
	struct str
		user; /* the same, or the user named in the body; A_THING: "queues/NAME"; A_PHONE: the phone; of a hand its id */
	struct str text;
	bool is_next;   /* A_MODE, A_THING: NextChat */
	unsigned share; /* A_THING: 1: of a sample alone, 2: for some seconds; 0: all, for good */
	unsigned sight; /* A_SIGHT: 1 + enum supervision; 0: none */
	bool to_queue;  /* MAYBE_QUEUE: with one; A_TARGET: to it, and not to the user */
	bool saves;     /* MAYBE_QUEUE, A_NICKNAME: saveLAR */
	struct str parting; /* what is said in going, of deeds that may; empty: nothing */
	bool is_system;     /* ... which is treated as a notice */
};

/* Whoever wants to know what people do and are told; any may be NULL. */
struct person_watch {
	void *ctx;
	void (*asked)(void *ctx, const struct asked *asked);
	/* status 0: no answer came. answer: NULL if there was no JSON, or it `reads` none. */
	void (*answered)(void *ctx, const struct asked *asked, int status, const json_t *answer);
	bool reads;
	void (*told)(void *ctx, const struct person *person, const json_t *data);
	void (*moved)(void *ctx, const struct person *person,
		const char *what); /* comes, goes, crashes */
};

struct known_session {
	char id[SESSION_ID_LEN + 1];
	char state[16];
	unsigned capabilities; /* as last shown: bit 1 << enum capability */
	struct known_session *prev, *next;
};

/* One that was raised when the person heard of it last. */
struct known_hand {
	char id[HAND_ID_LEN + 1], session[SESSION_ID_LEN + 1];
};
#define HANDS_KNOWN_MAX 8

struct person_settings {
	const char *name;
	bool is_supervisor;
	bool is_away;     /* does nothing by itself */
	bool may_be_seen; /* coaches and barges in: what it writes and is called is no secret */
	bool never_ready; /* holds both roles: must not take sessions, which nobody could call silent */
	msec pause_least_ms; /* between two steps; 0: PERSON_PAUSE_MS */
	msec pause_most_ms;  /* so much more */
	msec away_most_ms;   /* of who goes; 0: PERSON_AWAY_MS, until time-outs come */
	const char *host;    /* of the server; NULL: PERSON_HOST */
	const char *const
		*colleagues;          /* agents, whom to invite and to supervise; NULL at the end */
	const char *const *everybody; /* whom to look up */
	const bool *skipped; /* STEPS_MAX of them: steps at which nothing is done; NULL: none */
	struct person_watch watch;
};

struct person {
	struct net *net;
	struct person_settings settings;
	struct api_client *client; /* NULL: gone, and back with the next step */
	struct http_client *tab;   /* another client, which was opened and never polls */
	struct net_timer step;
	unsigned steps;                           /* done so far */
	bool is_in_heavy_world;                   /* texts are as heavy as they can be */
	struct known_session *sessions;           /* over or not */
	struct known_hand hands[HANDS_KNOWN_MAX]; /* the newest, in place of the oldest */
	unsigned hands_heard;
	bool has_missed; /* an agent was told that a session is over, and then so again: of what was between
			  * nobody told. (Who supervises may be in it twice.) */
	char canary
		[CANARY_MAX]; /* the nickname by which nobody but supervisors may know a supervisor */
};

void person_open(struct person *person, struct net *net, const struct person_settings *settings);
/* The client goes without a word, and somebody comes again with the next step. */
void person_goes(struct person *person);
/* Reads everything that this person may read, and does nothing more. */
void person_reads_all(struct person *person);
void person_close(struct person *person);

/* As by hand, for trials that need a certain deed. value: what goes with it, "" for none. */
void person_does(struct person *person, const struct deed *deed, struct str session,
	struct str user, struct str text);

#endif
