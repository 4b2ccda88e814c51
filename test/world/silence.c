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

static unsigned place_of(const struct rows *rows, struct str session)
{
	unsigned place = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_session *b = &rows->at[i].body.session;
		if (rows->at[i].kind != BODY_session || b->state == SESSION_ENDED)
			continue;
		if (str_eq(b->id, session))
			return place + 1;
		place++;
	}
	return 0;
}

struct name {
	uint64_t kind, who, on, with;
};

/* At rest only the newest text may be closed, so a text's place is its place among those on their way. */
static uint64_t name_of_text(const struct silence *silence, unsigned place)
{
	CHECK(place < OUTBOUND_MAX);
	return short_hash(&silence->before.outbound[place], sizeof silence->before.outbound[place]);
}

static unsigned place_of_text(const struct rows *rows, const struct row *row)
{
	unsigned place = 0;
	while (row > rows->at && (--row)->kind == BODY_outbound)
		place++;
	return place;
}

static uint64_t name_of_part(const struct rows *rows, struct move move)
{
	uint64_t text = 0;
	unsigned place = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const union row_body *b = &rows->at[i].body;
		if (rows->at[i].kind == BODY_outbound && place++ == move.who)
			text = b->outbound.serial;
		if (rows->at[i].kind == BODY_part && b->part.outbound == text &&
			b->part.part == move.on)
			return image_part(&b->part);
	}
	return 0;
}

static struct str user_of(const struct row *row)
{
	return row->kind == BODY_agent     ? row->body.agent.user
	       : row->kind == BODY_party   ? row->body.party.user
	       : row->kind == BODY_refusal ? row->body.refusal.user
					   : STR_NONE;
}

static struct name name_of_deadline(const struct silence *silence, const struct world *world,
	enum move_kind kind, const struct row *row)
{
	struct name name = {.kind = kind};
	struct str user = user_of(row);
	if (user.len)
		name.who = world_user(world, core_user(world->core, user));
	if (row->kind == BODY_outbound)
		name.on = name_of_text(silence, place_of_text(&world->rows, row));
	else if (row->kind != BODY_agent) /* party, message and refusal: the same first field */
		name.on = place_of(&world->rows, row->body.refusal.session);
	return name;
}

/* A deadline and a text by what they are, whichever came first; the rest by itself. */
static struct name name_of_move(
	const struct silence *silence, const struct world *world, struct move move)
{
	if (move_is_deadline(move))
		return name_of_deadline(silence, world, move.kind, &world->rows.at[move.on]);
	struct name name = {move.kind, move.who, move.on, move.with};
	if (move.kind >= MOVE_SMSC_TAKES && move.kind <= MOVE_RECEIPT_BAD) {
		name.who = name_of_text(silence, move.who);
		name.on = name_of_part(&world->rows, move);
	}
	return name;
}

static uint64_t became(const struct silence *silence, const struct world *world, struct move move,
	enum err e, struct hash unwatched)
{
	struct {
		struct name name;
		struct hash unwatched;
		uint64_t err, told;
	} all = {name_of_move(silence, world, move), unwatched, e,
		e == OK ? told_to_agents(world) : 0};
	return short_hash(&all, sizeof all);
}

const char *silence_note(struct silence *silence, const struct world *world, struct move move,
	enum err e, const struct image *after)
{
	struct hash unwatched = {0};
	if (e == OK)
		unwatched = image_unwatched(&world->scope, after);
	if (is_silent(silence, move)) {
		if (e != OK)
			return NULL;
		silence->tally->met[MET_ACTED_IN_SILENCE]++;
		bool is_same = memcmp(&unwatched, &silence->unwatched, sizeof unwatched) == 0;
		return is_same && !told_to_agents(world)
			       ? NULL
			       : "a supervisor's act changes nothing for agents";
	}
	unsigned whose = is_by_supervisor(world, move) ? 1u + move.who : AGENTS_AND_HAPPENINGS;
	silence->steps[whose] += became(silence, world, move, e, unwatched);
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
	silence->tally->met[MET_COMPARED] += entry->state != state;
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
