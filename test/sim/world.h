/* world.h - a whole contact centre in one process, driven by a seed: the real server with the bytes of HTTP and SMPP,
 * agents, supervisors, customers and their carrier as peers on sockets of net_sim.
 *
 *   world_begin(&world, &settings);          net, carrier, configuration
 *   world_serve(&world, store);              the server on that store; the first time the people as well
 *   world_run(&world, until);                milliseconds since the beginning
 *   world_crash(&world);  world_serve(...);  kill -9, and up again on what the store has kept
 *   world_end(&world);
 */
#ifndef TEST_SIM_WORLD_H
#define TEST_SIM_WORLD_H

#include "carrier.h"
#include "cast.h"
#include "centre/store_loop.h"
#include "gateway.h"
#include "person.h"
#include "server/server.h"

#define WORLD_START       1700000000000ll /* the clock at the beginning */
#define WORLD_SETTLE_MS   100             /* people come that long after the server's first start */
#define WORLD_AGENTS      CAST_AGENTS
#define WORLD_SEEN        CAST_SEEN
#define WORLD_SUPERVISORS CAST_SUPERVISORS
#define WORLD_PEOPLE      CAST_PEOPLE

struct world_settings {
	uint64_t seed;
	bool has_seen;        /* the supervisors whom agents may see are there */
	bool has_rules;       /* rules raise hands */
	unsigned supervisors; /* how many silent ones are there: 0 .. WORLD_SUPERVISORS */
	msec pause_most_ms;   /* between two deeds of one person */
	struct cast_links links;
	struct carrier_settings carrier; /* seed and links are filled in */
	struct gateway_settings gateway; /* where links has it; all three calls and receipt_ms */
	struct person_watch watch;
	const bool *skipped[WORLD_PEOPLE]; /* by place in world->people; see person.h; NULL: none */
	/* Bytes that the server writes to a peer. May be NULL. */
	void (*on_bytes)(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes);
	void *ctx;
};

struct world {
	struct world_settings settings;
	struct net *net;
	struct server *server; /* NULL: crashed */
	struct config *config;
	struct carrier *carrier;
	struct gateway *gateway;            /* NULL: there is none */
	struct person people[WORLD_PEOPLE]; /* agents first */
	size_t people_count;                /* 0 until the first start */
	struct api_client *program;         /* reads the feed; comes with the people */
	bool has_leaked; /* a supervisor's canary word reached an agent or the carrier: see person.h */
};

void world_begin(struct world *world, const struct world_settings *settings);
/* Takes the store. ERR: it could not be opened; why in `why`. */
enum err world_serve(struct world *world, struct store *store, struct buf *why) MUST_CHECK;
void world_run(struct world *world, msec until);
msec world_now(const struct world *world); /* since the beginning */
/* Nothing is finished; the store is the caller's again. */
void world_crash(struct world *world);
/* People go, the server stops in order (if it is up), all is freed. The store is closed with the server. */
void world_end(struct world *world);

struct person *world_person(struct world *world, const char *name); /* NULL: is not there */

struct store_event;
/* Does it say that the words of a session went by their age? *session: its id, borrowed from packed. */
bool world_is_aged(const struct store_event *packed, struct str *session);

#endif
