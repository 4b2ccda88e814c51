/* core.c - a centre's life: commands in, events out; deadlines. */
#include "core/rules/request.h"
#include "core/rules/turn.h"
#include "core/rules/watch.h"

#include <utlist.h>

struct command_row {
	const char *name;
	unsigned number;
	enum asker asker;
	enum err (*may)(const struct core *core, const struct command *command);
	enum err (*can)(const struct core *core, const struct command *command);
	void (*make)(struct turn *turn, const struct command *command);
};

static const struct command_row rows[COMMAND_KINDS] = {
#define COMMAND(number, name, asker, with, may, can, make)                                         \
	[CMD_##name] = {#name, number, ASKER_##asker, may, can, make},
#include "core/command.def"
};

/* --- commands ----------------------------------------------------------------------------------- */

enum err command_always(const struct core *core, const struct command *command)
{
	return OK;
}

const char *command_name(enum command_kind kind)
{
	CHECK(kind < COMMAND_KINDS);
	return rows[kind].name;
}

enum asker command_asker(enum command_kind kind)
{
	CHECK(kind < COMMAND_KINDS);
	return rows[kind].asker;
}

enum err core_may(const struct core *core, const struct command *command)
{
	CHECK(command->kind < COMMAND_KINDS);
	return rows[command->kind].may(core, command);
}

enum err core_can(const struct core *core, const struct command *command)
{
	CHECK(command->kind < COMMAND_KINDS);
	return rows[command->kind].can(core, command);
}

static struct turn begin_turn(
	struct core *core, struct outcome *outcome, msec now, struct cause cause)
{
	struct turn turn = {.core = core, .now = now, .outcome = outcome};
	cause.command = core->lsn + 1;
	turn.cause = turn_array(&turn, 1, sizeof cause);
	*turn.cause = cause;
	return turn;
}

static struct cause cause_of(const struct command *command)
{
	const struct command_row *row = &rows[command->kind];
	bool is_user =
		row->asker == ASKER_USER || (row->asker == ASKER_OPERATOR && command->caller);
	return (struct cause) {
		.kind = row->number,
		.asker = is_user ? command->caller->b.id
				 : str_of(words_name(&asker_words, row->asker)),
		.reference = command->reference,
	};
}

static struct cause cause_of_server(unsigned kind)
{
	return (struct cause) {
		.kind = kind, .asker = str_of(words_name(&asker_words, ASKER_SERVER))};
}

/* A command, or a deadline, has happened: what follows for those who watch, and who may know of all this. */
static void turn_end(struct turn *turn, size_t first)
{
	watch_follow(turn, first);
	visibility_note_recipients(turn->core, turn->outcome, first);
}

enum err core_apply(
	struct core *core, const struct command *command, msec now, struct outcome *outcome)
{
	CHECK(now >= core->last_at);
	enum err e = core_may(core, command);
	if (e == OK)
		e = core_can(core, command);
	if (e != OK)
		return e;
	struct turn turn = begin_turn(core, outcome, now, cause_of(command));
	size_t first = outcome->count;
	rows[command->kind].make(&turn, command);
	request_note(&turn, command);
	turn_end(&turn, first);
	return OK;
}

void *turn_emit(struct turn *turn, enum event_kind kind, const void *body)
{
	struct event *event = outcome_add(turn->outcome, &(struct event) {
								 .kind = kind,
								 .lsn = turn->core->lsn + 1,
								 .at = turn->now,
								 .cause = turn->cause,
								 .is_followup = turn->is_following,
								 .body = body,
							 });
	core_evolve(turn->core, event);
	return event->object;
}

void *turn_array(struct turn *turn, size_t count, size_t size)
{
	return arena_take(&turn->outcome->arena, count * size);
}

/* --- deadlines ---------------------------------------------------------------------------------- */

msec core_next_deadline(const struct core *core)
{
	const struct deadline *first = deadline_first(core);
	return first ? first->at : 0;
}

static msec later(msec a, msec b)
{
	return a > b ? a : b;
}

static void (*const due[DEADLINE_KINDS])(struct turn *turn, void *object) = {
	[DEADLINE_ANSWER] = answer_due,
	[DEADLINE_LOST] = lost_due,
	[DEADLINE_IDLE] = idle_due,
	[DEADLINE_REFUSAL] = refusal_due,
	[DEADLINE_CLOSES] = closes_due,
	[DEADLINE_ORDER] = order_due,
	[DEADLINE_FLAG] = flag_due,
};

/* What fires carries its deadline as its time, so that lateness changes nothing that is recorded. */
bool core_tick(struct core *core, msec now, msec earliest, struct outcome *outcome)
{
	struct deadline *first = deadline_first(core);
	if (!first || first->at > now)
		return false;
	struct turn turn = begin_turn(core, outcome,
		later(first->at, later(earliest, core->last_at)), cause_of_server(CAUSE_DEADLINE));
	size_t before = outcome->count;
	deadline_clear(core, first);
	due[first->kind](&turn, deadline_object(first));
	turn_end(&turn, before);
	return true;
}

void core_wake(struct core *core, msec now, struct outcome *outcome)
{
	struct turn turn =
		begin_turn(core, outcome, later(now, core->last_at), cause_of_server(CAUSE_WAKE));
	size_t before = outcome->count;
	struct user *user;
	DL_FOREACH(core->users, user) {
		if (user->agent.state == AGENT_LOGGED_OUT ||
			!(user->agent.has_client || user->agent.lost_at))
			continue;
		struct body_agent agent = user->agent;
		agent.has_client = 0;
		agent.lost_at = turn.now + core->centre.lost_after;
		turn_emit(&turn, EV_AGENT_CLIENTS_LOST, &agent);
	}
	routing_run(&turn);
	turn_end(&turn, before);
}
