/* choice.c - canned responses, dispositions, reasons for being not ready: what the centre lends its agents. */
#include "core/rules/setup.h"
#include "core/rules/turn.h"

static struct choice *named(const struct core *core, const struct command *command)
{
	const struct body_choice *body = command->choice;
	return core_choice(core, (enum choice_kind)body->kind, body->name);
}

/* A group is there by those who are in it, perhaps later. */
static bool is_known_thing(const struct core *core, const struct body_choice *body)
{
	return body->scope != CHOICE_OF_QUEUE || core_queue(core, body->thing);
}

enum err can_add_choice(const struct core *core, const struct command *command)
{
	if (named(core, command))
		return ERR_ALREADY;
	if (!is_known_thing(core, command->choice))
		return ERR_NOT_FOUND;
	return core->choice_count[command->choice->kind] < CHOICES_MAX ? OK : ERR_FULL;
}

static void say(struct turn *turn, enum event_kind kind, const struct body_choice *as)
{
	struct body_choice body = *as;
	body.removed = kind == EV_CHOICE_REMOVED;
	turn_emit(turn, kind, &body);
}

void make_add_choice(struct turn *turn, const struct command *command)
{
	say(turn, EV_CHOICE_ADDED, command->choice);
}

enum err can_change_choice(const struct core *core, const struct command *command)
{
	return named(core, command) && is_known_thing(core, command->choice) ? OK : ERR_NOT_FOUND;
}

void make_change_choice(struct turn *turn, const struct command *command)
{
	say(turn, EV_CHOICE_CHANGED, command->choice);
}

enum err can_remove_choice(const struct core *core, const struct command *command)
{
	return named(core, command) ? OK : ERR_NOT_FOUND;
}

void make_remove_choice(struct turn *turn, const struct command *command)
{
	say(turn, EV_CHOICE_REMOVED, &named(turn->core, command)->b);
}
