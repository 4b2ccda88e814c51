/* silence.c - from the same unwatched state the same steps lead to the same unwatched states. */
#include "silence.h"
#include "core/session.h"
#include "core/visibility.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

#define AGENTS_AND_HAPPENINGS 0 /* place in steps; a supervisor's: 1 + user */
#define FIRST_CAP             1024

struct silence_entry {
	uint64_t from, to; /* from 0: empty */
	uint32_t state;
};

static uint64_t short_hash(const void *at, size_t len)
{
	static const unsigned char key[crypto_shorthash_KEYBYTES] = "unwatched walk";
	uint64_t hash;
	crypto_shorthash((unsigned char *)&hash, at, len, key);
	return hash;
}

void silence_open(struct silence *silence, const struct world *world, const struct image *before)
{
	silence->before = *before;
	silence->unwatched = image_unwatched(&world->scope, before);
	memset(silence->steps, 0, sizeof silence->steps);
}

/* --- whose step it is --------------------------------------------------------------------------- */

static bool is_by_supervisor(const struct world *world, struct move move)
{
	bool is_by_user = move_is_deed(move) || move.kind == MOVE_CLIENT_COMES ||
			  move.kind == MOVE_CLIENTS_GO;
	return is_by_user && move.who >= world->scope.agents;
}

static bool watches(const struct silence *silence, unsigned user)
{
	for (unsigned i = 0; i < silence->before.session_count; i++)
		if (silence->before.session[i].supervisor[user] != NO_PARTY)
			return true;
	return false;
}

/* An act as supervisor: on orders, or in a session where the supervisor is not (invited) as agent. */
static bool is_silent(const struct silence *silence, struct move move)
{
	enum command_kind command = move_command(move);
	if (command == CMD_MONITOR || command == CMD_CANCEL_MONITORING)
		return true;
	if (!move_is_on_session(move))
		return false;
	const struct image_session *session = &silence->before.session[move.on];
	return session->supervisor[move.who] != NO_PARTY && session->agent[move.who] == NO_PARTY;
}

/* --- what becomes of it ------------------------------------------------------------------------- */

/* Who joined first is not in the image, so the order of telling does not count: a sum. */
struct told_agents {
	const struct world *world;
	const struct event *event;
	uint64_t sum;
};

static void note_agent(void *ctx, struct party *viewer)
{
	struct told_agents *told = ctx;
	unsigned user = viewer->user ? world_user(told->world, viewer->user) : USERS_MAX;
	unsigned pair[] = {told->event->kind, user};
	if (user < told->world->scope.agents)
		told->sum += short_hash(pair, sizeof pair);
}

static uint64_t told_to_agents(const struct world *world)
{
	struct told_agents told = {.world = world};
	for (size_t i = 0; i < world->outcome.count; i++) {
		told.event = &world->outcome.events[i];
		visibility_each_viewer(world->core, told.event, note_agent, &told);
	}
	return told.sum;
}

static void put_place(struct buf *name, const struct rows *rows, struct str session)
{
	unsigned place = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_session *b = &rows->at[i].body.session;
		if (rows->at[i].kind != BODY_session || b->state == SESSION_ENDED)
			continue;
		if (str_eq(b->id, session))
			buf_printf(name, "session %u ", place);
		place++;
	}
}

/* A deadline by what it is of; the rest by itself. */
static void put_move(struct buf *name, const struct world *world, struct move move)
{
	const struct row *row = &world->rows.at[move.on];
	if (move.kind != MOVE_DUE) {
		buf_printf(name, "%u %u %u %u ", move.kind, move.who, move.on, move.with);
		return;
	}
	buf_printf(name, "due %u ", row->kind);
	if (row->kind == BODY_agent)
		buf_put(name, row->body.agent.user);
	else if (row->kind == BODY_outbound)
		put_place(name, &world->rows, row->body.outbound.session);
	else /* party, message and refusal have the same first field */
		put_place(name, &world->rows, row->body.refusal.session);
	if (row->kind == BODY_party || row->kind == BODY_refusal)
		buf_put(name,
			row->kind == BODY_party ? row->body.party.user : row->body.refusal.user);
}

static uint64_t became(
	const struct world *world, struct move move, enum err e, struct hash unwatched)
{
	struct buf name = {0};
	put_move(&name, world, move);
	buf_printf(&name, "%d %llx %llx %llx", e, (unsigned long long)unwatched.a,
		(unsigned long long)unwatched.b,
		e == OK ? (unsigned long long)told_to_agents(world) : 0ull);
	uint64_t hash = short_hash(name.at, name.len);
	buf_free(&name);
	return hash;
}

const char *silence_note(
	struct silence *silence, const struct world *world, struct move move, enum err e)
{
	struct hash after = {0};
	if (e == OK) {
		struct image image;
		image_of(world, &image);
		after = image_unwatched(&world->scope, &image);
	}
	if (is_silent(silence, move)) {
		if (e != OK)
			return NULL;
		return memcmp(&after, &silence->unwatched, sizeof after) != 0 ||
				       told_to_agents(world)
			       ? "a supervisor's act changes nothing for agents"
			       : NULL;
	}
	unsigned whose = is_by_supervisor(world, move) ? 1u + move.who : AGENTS_AND_HAPPENINGS;
	silence->steps[whose] += became(world, move, e, after);
	return NULL;
}

/* --- the table ---------------------------------------------------------------------------------- */

static struct silence_entry *place(const struct silence *silence, uint64_t from)
{
	size_t at = (size_t)from & (silence->cap - 1);
	while (silence->entries[at].from && silence->entries[at].from != from)
		at = (at + 1) & (silence->cap - 1);
	return &silence->entries[at];
}

static void grow(struct silence *silence)
{
	struct silence old = *silence;
	silence->cap = old.cap ? 2 * old.cap : FIRST_CAP;
	silence->entries = mem_new(silence->cap * sizeof *silence->entries);
	for (size_t i = 0; i < old.cap; i++)
		if (old.entries[i].from)
			*place(silence, old.entries[i].from) = old.entries[i];
	free(old.entries);
}

static bool agrees(struct silence *silence, unsigned whose, uint32_t state, uint32_t *other)
{
	struct {
		struct hash unwatched;
		uint64_t whose;
	} key = {silence->unwatched, whose};
	uint64_t from = short_hash(&key, sizeof key) | 1;
	if (2 * (silence->count + 1) > silence->cap)
		grow(silence);
	struct silence_entry *entry = place(silence, from);
	if (!entry->from) {
		*entry = (struct silence_entry) {from, silence->steps[whose], state};
		silence->count++;
	}
	*other = entry->state;
	return entry->to == silence->steps[whose];
}

bool silence_close(
	struct silence *silence, const struct scope *scope, uint32_t state, uint32_t *other)
{
	if (!agrees(silence, AGENTS_AND_HAPPENINGS, state, other))
		return false;
	for (unsigned i = scope->agents; i < scope->agents + scope->supervisors; i++)
		if (!watches(silence, i) && !agrees(silence, 1 + i, state, other))
			return false;
	return true;
}

size_t silence_bytes(const struct silence *silence)
{
	bool grows_soon = 5 * silence->count > 2 * silence->cap;
	return silence->cap * sizeof *silence->entries * (grows_soon ? 3 : 1);
}

void silence_free(struct silence *silence)
{
	free(silence->entries);
	*silence = (struct silence) {0};
}
