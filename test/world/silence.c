/* silence.c - from the same unwatched state the same steps lead to the same unwatched states. */
#include "silence.h"
#include "core/model/session.h"
#include "properties.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

/* Places in steps. Of each supervisor: what is done outside of sessions, and what is done in them. */
#define AGENTS_AND_HAPPENINGS 0
#define OUTSIDE_OF(user)      (1 + (user))
#define IN_SESSIONS_OF(user)  (1 + USERS_MAX + (user))
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

static bool is_hidden_in(const struct image_session *session, unsigned user)
{
	return session->supervisor[user] != NO_PARTY && image_is_hidden(session->supervisor[user]);
}

static bool watches(const struct silence *silence, unsigned user)
{
	for (unsigned i = 0; i < silence->before.session_count; i++)
		if (is_hidden_in(&silence->before.session[i], user))
			return true;
	return false;
}

/* Coaches there, or has barged in: agents see it. */
static bool is_seen_in(const struct image_session *session, unsigned user)
{
	return !image_is_hidden(session->supervisor[user]);
}

/* Whose state another changes, a supervisor who does not hide. */
static bool is_about_anothers_state(struct move move)
{
	return move_is_deed(move) && deed_trace(move_deed(move))->whose == TARGETS_STATE;
}

/* An act as silent supervisor: on orders, or in a session where nobody sees the supervisor, before and after. */
static bool is_act_of_watching(
	const struct silence *silence, struct move move, const struct image *after)
{
	if (is_about_anothers_state(move))
		return false;
	if (move.kind == MOVE_ORDER_ENDS || move.kind == MOVE_NO_REPLY ||
		(move_is_deed(move) && deed_is_standing(move_deed(move))))
		return true;
	if (move_is_deed(move) && (deed_target(move_deed(move)) == TARGET_USER ||
					  deed_target(move_deed(move)) == TARGET_HAND ||
					  deed_target(move_deed(move)) == TARGET_USERS_SESSION))
		return true;
	if (!move_is_on_session(move))
		return false;
	const struct image_session *session = &silence->before.session[move.on];
	bool steps_forward = after && (is_seen_in(&after->session[move.on], move.who) ||
					      after->session[move.on].agent[move.who] != NO_PARTY);
	return is_hidden_in(session, move.who) && session->agent[move.who] == NO_PARTY &&
	       !steps_forward;
}

static struct str user_of(const struct row *row)
{
	return row->kind == BODY_agent          ? row->body.agent.user
	       : row->kind == BODY_party        ? row->body.party.user
	       : row->kind == BODY_registration ? row->body.registration.supervisor
	       : row->kind == BODY_refusal      ? row->body.refusal.user
						: STR_NONE;
}

static unsigned user_of_deadline(const struct world *world, const struct row *row)
{
	struct str user = user_of(row);
	return user.len ? world_user(world, core_user(world->core, user)) : USERS_MAX;
}

/* It changes who is there, and takes no work: Ready does. */
static bool is_about_presence(struct move move)
{
	if (!move_is_deed(move))
		return false;
	enum event_kind event = deed_trace(move_deed(move))->event;
	return event_body(event) == BODY_agent && event != EV_AGENT_MADE_READY;
}

/* Whose presence it changes, by an own act or by time; USERS_MAX: nobody's. */
static unsigned whose_presence(const struct world *world, struct move move)
{
	if (move.kind == MOVE_NO_CLIENT)
		return user_of_deadline(world, &world->rows.at[move.on]);
	if (is_about_presence(move) && is_about_anothers_state(move))
		return move.on;
	bool is_of_clients = move.kind == MOVE_CLIENT_COMES || move.kind == MOVE_CLIENTS_GO;
	return is_of_clients || is_about_presence(move) ? move.who : USERS_MAX;
}

static bool is_working(const struct image *image, unsigned user)
{
	for (unsigned i = 0; i < image->ready_count; i++)
		if (image->ready[i] == user)
			return true;
	for (unsigned i = 0; i < image->session_count; i++)
		if (image->session[i].agent[user] != NO_PARTY ||
			is_seen_in(&image->session[i], user))
			return true;
	return false;
}

/* Who signs in or out, comes or is lost, and is nobody's agent, watching or not; USERS_MAX: nobody. */
static unsigned whose_affair(
	const struct silence *silence, const struct world *world, struct move move)
{
	unsigned user = whose_presence(world, move);
	bool is_supervisor = user != USERS_MAX && user >= world->scope.agents;
	return is_supervisor && !is_working(&silence->before, user) ? user : USERS_MAX;
}

/* --- what becomes of it ------------------------------------------------------------------------- */

/* A session that is not ended: its place + 1; 0: one that is, or a new one. */
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

/* And to the centre's feed. Who joined first is not in the image, so the order of telling does not count: a sum. */
static uint64_t told_to_others(const struct world *world)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < world->outcome.count; i++) {
		const struct event *event = &world->outcome.events[i];
		for (size_t k = 0; k < event->recipient_count; k++) {
			const struct recipient *to = &event->recipients[k];
			unsigned place =
				to->viewer ? place_of(&world->rows, to->viewer->session->b.id) : 0;
			bool is_program = to->user == world->program;
			unsigned who = is_program ? USERS_MAX : world_user(world, to->user);
			unsigned all[] = {event->kind, who, place};
			bool is_disclosed = told_of_kind(event->kind) == SPEC_AGENTS;
			if (is_program || (who < world->scope.agents && !is_disclosed))
				sum += short_hash(all, sizeof all);
		}
	}
	return sum;
}

struct name {
	uint64_t kind, who, on, with;
};

/* At rest only the newest text may be closed, so a text's place is its place among those on their way. */
static uint64_t name_of_text(const struct silence *silence, unsigned place)
{
	CHECK(place < OUTBOUND_MAX);
	struct image_outbound text = silence->before.outbound[place];
	text.author = 0; /* of which rules alone ask */
	return short_hash(&text, sizeof text);
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
	const struct body_part *part = NULL;
	struct body_lost lost = {0};
	uint64_t text = 0;
	unsigned place = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const union row_body *b = &rows->at[i].body;
		if (rows->at[i].kind == BODY_outbound && place++ == move.who)
			text = b->outbound.serial;
		if (rows->at[i].kind == BODY_part && b->part.outbound == text &&
			b->part.part == move.on)
			part = &b->part;
		if (rows->at[i].kind == BODY_lost && b->lost.outbound == text &&
			b->lost.part == move.on)
			lost = b->lost;
	}
	return part ? image_part(part, &lost) : 0;
}

static struct name name_of_deadline(const struct silence *silence, const struct world *world,
	enum move_kind kind, const struct row *row)
{
	struct name name = {.kind = kind, .who = user_of_deadline(world, row)};
	if (row->kind == BODY_outbound)
		name.on = name_of_text(silence, place_of_text(&world->rows, row));
	else if (row->kind != BODY_agent) /* party, message and refusal: the same first field */
		name.on = place_of(&world->rows, row->body.refusal.session);
	return name;
}

static struct name name_of_two_deadlines(
	const struct silence *silence, const struct world *world, struct move move)
{
	struct name of[2];
	for (unsigned i = 0; i < 2; i++) {
		struct move due = move_due(world, move, i);
		of[i] = name_of_deadline(silence, world, due.kind, &world->rows.at[due.on]);
	}
	return (struct name) {.kind = move.kind, .on = short_hash(of, sizeof of)};
}

/* A deadline and a text by what they are, whichever came first; the rest by itself. */
static struct name name_of_move(
	const struct silence *silence, const struct world *world, struct move move)
{
	if (move_is_two_deadlines(move))
		return name_of_two_deadlines(silence, world, move);
	if (move_is_deadline(move)) /* FOLLOWED as well, whose kinds differ by the row */
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
		e == OK ? told_to_others(world) : 0};
	return short_hash(&all, sizeof all);
}

/* Of a user who is nobody's agent others may know whether one can be invited, and no more. */
static bool is_same_but(const struct scope *scope, const struct image *before,
	const struct image *after, unsigned user)
{
	struct image was = *before, is = *after;
	was.user[user] = is.user[user] = 0;
	struct hash then = image_unwatched(scope, &was), now = image_unwatched(scope, &is);
	return memcmp(&then, &now, sizeof now) == 0;
}

static bool is_affair_silent(const struct silence *silence, const struct world *world,
	struct move move, const struct image *after)
{
	unsigned user = whose_affair(silence, world, move);
	if (user == USERS_MAX)
		return true;
	if (watches(silence, user) && world->outcome.count)
		silence->tally->met[MET_OWN_AFFAIR_OF_WATCHER]++;
	return is_same_but(&world->scope, &silence->before, after, user) && !told_to_others(world);
}

static unsigned whose(const struct world *world, struct move move)
{
	if (!is_by_supervisor(world, move))
		return AGENTS_AND_HAPPENINGS;
	return move_is_on_session(move) ? IN_SESSIONS_OF(move.who) : OUTSIDE_OF(move.who);
}

const char *silence_note(struct silence *silence, const struct world *world, struct move move,
	enum err e, const struct image *after)
{
	struct hash unwatched = {0};
	if (e == OK)
		unwatched = image_unwatched(&world->scope, after);
	if (is_act_of_watching(silence, move, e == OK ? after : NULL)) {
		if (e != OK)
			return NULL;
		silence->tally->met[MET_ACTED_IN_SILENCE]++;
		bool is_same = memcmp(&unwatched, &silence->unwatched, sizeof unwatched) == 0;
		return is_same && !told_to_others(world)
			       ? NULL
			       : "a supervisor's act changes nothing for agents, and for programs";
	}
	silence->steps[whose(world, move)] += became(silence, world, move, e, unwatched);
	return e != OK || is_affair_silent(silence, world, move, after)
		       ? NULL
		       : "who is nobody's agent signs in and out, comes and is lost for itself "
			 "alone";
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

static bool agrees(struct silence *silence, unsigned steps, uint32_t state, uint32_t *other)
{
	struct {
		struct hash unwatched;
		uint64_t steps;
	} key = {silence->unwatched, steps};
	uint64_t from = short_hash(&key, sizeof key) | 1;
	if (2 * (silence->count + 1) > silence->cap)
		grow(silence);
	struct silence_entry *entry = place(silence, from);
	if (!entry->from) {
		*entry = (struct silence_entry) {from, silence->steps[steps], state};
		silence->count++;
	}
	silence->tally->met[MET_COMPARED] += entry->state != state;
	*other = entry->state;
	return entry->to == silence->steps[steps];
}

bool silence_close(
	struct silence *silence, const struct scope *scope, uint32_t state, uint32_t *other)
{
	if (!agrees(silence, AGENTS_AND_HAPPENINGS, state, other))
		return false;
	for (unsigned i = scope->agents; i < scope->agents + scope->supervisors; i++) {
		if (!agrees(silence, OUTSIDE_OF(i), state, other))
			return false;
		if (!watches(silence, i) && !agrees(silence, IN_SESSIONS_OF(i), state, other))
			return false;
	}
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
