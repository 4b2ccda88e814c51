/* traces.c - random walks as JSON, and after each step what every user must be told: in words of the API,
 * by spec_sight. Without time-outs, clients that come and go, and the SMSC's answers: those need a clock,
 * Bayeux and a carrier of the test's own; the scenarios and the twins have them. */
#include "traces.h"
#include "api/refusal.h"
#include "core/model/message.h"
#include "core/rules/access.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "moves.h"
#include "properties.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

/* So many steps have each move of their world; 12 conversations of 60 are more. */
#define DEMANDING 700

/* --- chance ------------------------------------------------------------------------------------- */

/* The seed counts on; a seed's numbers are the same everywhere. */
static uint64_t draw(uint64_t *seed, uint64_t below)
{
	static const unsigned char key[crypto_shorthash_KEYBYTES] = "traces of a walk";
	uint64_t hash;
	(*seed)++;
	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)seed, sizeof *seed, key);
	return hash % below;
}

/* Entries are many, and change nothing that others could do; what needs a second agent can seldom be done. */
static uint64_t weight_of_entry(const struct deed *deed)
{
	return deed->visibility == VISIBLE_AGENTS ? 80 : 3;
}

/* Ends and restarts now and then only, or conversations get nowhere. */
static uint64_t weight(struct move move)
{
	enum command_kind command = move_command(move);
	if (move_is_deed(move) && move_deed(move)->is_entry)
		return weight_of_entry(move_deed(move));
	if (move.kind == MOVE_CRASH || command == CMD_STOP_AGENT)
		return 2;
	if (move.kind == MOVE_STOP || move.kind == MOVE_HELP || command == CMD_NOT_READY)
		return 4;
	if (command == CMD_REMOVE_PARTICIPANT) /* as with entries: it needs a second agent */
		return 80;
	if (command == CMD_INVITE)
		return 20;
	return command == CMD_ACCEPT || command == CMD_START_AGENT ? 40 : 8;
}

/* One kind of the moves that succeed, by its weight, and one of that kind; refused ones are the rest. */
struct possibility {
	struct moves moves;
	bool *succeeds;
	const unsigned *done; /* of each kind, in this conversation */
};

/* What was done already comes less often, so that each conversation has something of everything. */
static uint64_t weight_now(const struct possibility *choice, struct move move)
{
	return 64 * weight(move) / (1 + choice->done[move.kind]);
}

static void try_all(struct world *world, struct possibility *choice)
{
	moves_list(world, &choice->moves);
	choice->succeeds = mem_new(choice->moves.count * sizeof *choice->succeeds);
	for (size_t i = 0; i < choice->moves.count; i++) {
		world_restore(world, NULL);
		bool is_crash = choice->moves.at[i].kind == MOVE_CRASH; /* needs no event */
		choice->succeeds[i] = move_do(world, choice->moves.at[i]) == OK &&
				      (world->outcome.count || is_crash);
	}
	world_restore(world, NULL);
}

/* The nth of those of this kind that succeed, or in all are refused. */
static struct move nth(const struct possibility *choice, unsigned kind, bool succeeds, uint64_t n)
{
	for (size_t i = 0;; i = (i + 1) % choice->moves.count)
		if (choice->succeeds[i] == succeeds &&
			(!succeeds || choice->moves.at[i].kind == kind) && n-- == 0)
			return choice->moves.at[i];
}

static struct move choose(const struct possibility *choice, uint64_t *seed)
{
	uint64_t weights[256] = {0}, count[256] = {0}, all = 0, refused = 0;
	for (size_t i = 0; i < choice->moves.count; i++) {
		unsigned kind = choice->moves.at[i].kind;
		refused += !choice->succeeds[i];
		if (!choice->succeeds[i])
			continue;
		all += weight_now(choice, choice->moves.at[i]) - weights[kind];
		weights[kind] = weight_now(choice, choice->moves.at[i]);
		count[kind]++;
	}
	if (refused && draw(seed, 8) == 0)
		return nth(choice, 0, false, draw(seed, refused));
	unsigned kind = 0;
	for (uint64_t left = draw(seed, all); left >= weights[kind]; kind++)
		left -= weights[kind];
	return nth(choice, kind, true, draw(seed, count[kind]));
}

/* --- what a user must be told ------------------------------------------------------------------- */

static void put_list(struct buf *out, struct str word)
{
	buf_printf(out, "%s\"%.*s\"", out->at[out->len - 1] == '[' ? "" : ",", STR_ARGS(word));
}

static void put_capabilities(
	const struct world *world, const struct viewer *viewer, struct buf *out)
{
	unsigned capabilities = access_capabilities(world->core, viewer);
	buf_puts(out, ",\"capabilities\":[");
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		if (capabilities & 1u << i)
			put_list(out, str_of(access_name((enum capability)i)));
	buf_puts(out, "]");
}

static void put_participants(const struct viewer *viewer, struct buf *out)
{
	static const enum party_kind order[] = {PARTY_AGENT, PARTY_CONTACT, PARTY_SUPERVISOR};
	const struct viewer *other;
	buf_puts(out, ",\"participants\":[");
	for (size_t i = 0; viewer_is_joined(viewer) && i < 3; i++)
		EACH_VIEWER(viewer->session, other)
			if (other->b.kind == order[i] && other->b.state == PARTY_CHATTING &&
				spec_sees(visibility_word(other->b.visibility),
					onlooker_of(viewer->b.kind)))
				put_list(out, other->b.nickname);
	buf_puts(out, "]");
}

/* [number, type, nickname, text]; null before Accept. */
static void put_messages(const struct viewer *reader, struct buf *out)
{
	buf_puts(out, ",\"messages\":");
	if (!reader) {
		buf_puts(out, "null");
		return;
	}
	uint64_t number = 0;
	buf_puts(out, "[");
	for (size_t i = 0; i < reader->session->message_count; i++) {
		const struct body_message entry = message_body(reader->session->messages[i]),
					  *b = &entry;
		if (!spec_sees(visibility_word(b->visibility),
			    onlooker_of(reads_as(reader, b->seq)->b.kind)))
			continue;
		buf_printf(out, "%s[%llu,\"%s\",\"%.*s\",\"%.*s\"]", number ? "," : "",
			(unsigned long long)(number + 1), words_name(&message_type_words, b->type),
			STR_ARGS(b->nickname), STR_ARGS(b->text));
		number++;
	}
	buf_puts(out, "]");
}

static void put_user(const struct world *world, const struct user *user, struct buf *out)
{
	const struct viewer *viewer;
	bool is_first = true;
	buf_printf(out, "\"%.*s\":[", STR_ARGS(user->b.name));
	EACH_SESSION_OF(user, viewer) {
		buf_printf(out, "%s{\"session\":%llu,\"state\":\"%s\"", is_first ? "" : ",",
			(unsigned long long)viewer->session->b.serial,
			words_name(&party_state_words, viewer->b.state));
		put_capabilities(world, viewer, out);
		put_participants(viewer, out);
		put_messages(session_reader(viewer->session, user), out);
		buf_puts(out, "}");
		is_first = false;
	}
	buf_puts(out, "]");
}

static void put_after(const struct world *world, struct buf *out)
{
	buf_puts(out, ",\"after\":{");
	for (unsigned i = 0; i < world->user_count; i++) {
		buf_puts(out, i ? "," : "");
		put_user(world, world->users[i], out);
	}
	buf_puts(out, "}}");
}

/* --- a trace ------------------------------------------------------------------------------------ */

/* To the API a session that is not one's own does not exist, whatever else is wrong (decisions 1). */
static enum err answer(struct world *world, struct move move)
{
	bool is_own = !move_is_on_session(move) ||
		      session_viewer(world_session(world, move.on), world->users[move.who]);
	enum err e = move_do(world, move);
	return is_own ? e : ERR_NOT_FOUND;
}

static void put_step(struct world *world, struct move move, struct tally *tally, struct buf *out)
{
	struct rows after = {0};
	buf_puts(out, "{");
	move_json(world, move, out);
	enum err e = answer(world, move);
	tally_move(tally, move, e, e == OK && world->outcome.count);
	buf_printf(out, ",\"code\":%d", refusal_code(e));
	put_after(world, out);
	world_remember(world, &after);
	world_settle(world, &after);
	rows_copy(&world->rows, &after);
	rows_free(&after);
	world_restore(world, NULL);
}

static void put_trace(const struct scope *scope, uint64_t steps, uint64_t seed, struct tally *tally,
	struct buf *out)
{
	struct world world;
	unsigned done[MOVE_KINDS] = {0};
	world_init(&world, scope);
	buf_printf(out, "{\"seed\":%llu,\"steps\":[", (unsigned long long)seed);
	seed <<= 32; /* neighbours must not draw one another's numbers */
	for (uint64_t i = 0; i < steps; i++) {
		struct possibility choice = {.done = done};
		try_all(&world, &choice);
		struct move move = choose(&choice, &seed);
		done[move.kind]++;
		buf_puts(out, i ? "," : "");
		put_step(&world, move, tally, out);
		free(choice.moves.at);
		free(choice.succeeds);
	}
	buf_puts(out, "]}\n");
	world_fini(&world);
}

bool traces_print(const struct scope *scope, uint64_t count, uint64_t steps, uint64_t seed)
{
	struct tally tally = {0};
	struct scope untimed = *scope;
	untimed.timeouts = untimed.presence = untimed.texts = untimed.carrier = 0;
	for (uint64_t i = 0; i < count; i++) {
		struct buf out = {0};
		put_trace(&untimed, steps, seed + i, &tally, &out);
		fwrite(out.at, 1, out.len, stdout);
		buf_free(&out);
	}
	return count * steps < DEMANDING || !tally_missing_moves(&tally, &untimed, STR_NONE);
}
