/* core.h - one contact centre as a pure function with memory: a command and the time go in, events
 * come out. No socket, file, clock, thread or random number inside.
 *
 * What it remembers, and how to look that up, is model/; what it decides is rules/. */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "core/model/model.h"

struct command;

/* What one command, or one deadline, led to. All zero is an empty one; the caller keeps it from command to command. */
struct outcome {
	struct event *events; /* in order; bodies and recipients live until outcome_reset */
	size_t count, cap;
	struct arena arena;
};
/* Appends it, with a copy of its body. What is given is valid until the next one. */
struct event *outcome_add(struct outcome *outcome, const struct event *event);
/* What outputs for others than watchers wait for: the lsn of the last event that is no follow-up; 0: none. */
uint64_t outcome_lsn(const struct event *events, size_t count);
void outcome_reset(struct outcome *outcome);
void outcome_free(struct outcome *outcome);

/* Is the command forbidden whatever the state? (code 3), asked before its parameters are looked at. */
enum err core_may(const struct core *core, const struct command *command) MUST_CHECK;
/* Does the state allow it now? Its arguments are there. */
enum err core_can(const struct core *core, const struct command *command) MUST_CHECK;
/* The whole command or nothing: asks may and can, then appends its events to outcome (also those
 * that follow from it, e.g. a routing offer), each already evolved. now: never below core->last_at. */
enum err core_apply(struct core *core, const struct command *command, msec now,
	struct outcome *outcome) MUST_CHECK;
/* Fires the one deadline that has been due for longest at `now`; false: none is due. One, so that what is
 * told of it is told from the state that it left, as after a command. It happens at its own time, or at
 * `earliest` if that is later (0: at its own). */
bool core_tick(struct core *core, msec now, msec earliest, struct outcome *outcome);
msec core_next_deadline(const struct core *core); /* 0: none */
/* After restoring: deadlines about presence start anew (appends events like a command). */
void core_wake(struct core *core, msec now, struct outcome *outcome);
/* Aborts on a broken invariant. */
void core_check(const struct core *core);
/* The same after a command: after each one of a young core, of an old one after fewer. */
void core_check_command(const struct core *core);

#endif
