/* hand.c - raised hands: an agent's on a session, or a rule's (flag.c). What those who supervise do about one is told to them alone, and
 * changes nothing for the agent: it stays raised until it is withdrawn, or the agent's part in the session is over. */
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/assignment.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* The caller's own on that session, raised or not; NULL: there never was one. */
static const struct hand *own_hand(const struct command *command)
{
	return session_hand(command->session, command->caller, STR_NONE);
}

static bool says_so(const struct hand *hand, const struct command *command)
{
	return hand && hand->b.raised && str_eq(hand->b.reason, command->hand.reason) &&
	       str_eq(hand->b.comment, command->hand.comment);
}

/* Another one than any before it. like: what was done about that one was done about it; NULL: nothing yet. */
static void raise_anew(
	struct turn *turn, enum event_kind kind, struct body_hand *body, const struct hand *like)
{
	char id[HAND_ID_LEN];
	body->serial = turn->core->lsn + 1;
	body->at = turn->now;
	body->raised = 1;
	body->state = like ? like->b.state : HAND_OPEN;
	body->supervisor = like ? like->b.supervisor : STR_NONE;
	ids_hand(id, turn->core->centre.id_key, body->session, body->serial);
	body->id = str_from(id, sizeof id);
	turn_emit(turn, kind, body);
}

/* Whoever has taken it goes on with it; else it is to be looked at once more. */
static void say_more(struct turn *turn, struct body_hand *body)
{
	if (body->state != HAND_TAKEN) {
		body->state = HAND_OPEN;
		body->supervisor = STR_NONE;
	}
	turn_emit(turn, EV_HAND_RAISED, body);
}

/* One that is raised already says something else from now on, and is the same hand. */
void make_raise_hand(struct turn *turn, const struct command *command)
{
	const struct hand *hand = own_hand(command);
	struct body_hand body = hand ? hand->b
				     : (struct body_hand) {.session = command->session->b.id,
					       .agent = command->caller->b.id};
	if (says_so(hand, command))
		return;
	body.reason = command->hand.reason;
	body.comment = command->hand.comment;
	if (!body.raised)
		raise_anew(turn, EV_HAND_RAISED, &body, NULL);
	else
		say_more(turn, &body);
}

static void lower(struct turn *turn, const struct hand *hand, enum event_kind kind)
{
	struct body_hand body = hand->b;
	body.raised = 0;
	turn_emit(turn, kind, &body);
}

/* Always possible, whatever became of it: what is not raised is not raised already. */
void make_withdraw_hand(struct turn *turn, const struct command *command)
{
	const struct hand *hand = own_hand(command);
	if (hand && hand->b.raised)
		lower(turn, hand, EV_HAND_WITHDRAWN);
}

/* --- who supervises ------------------------------------------------------------------------------ */

enum err can_oversee_hand(const struct core *core, const struct command *command)
{
	const struct hand *hand = command->intrude.hand;
	bool is_there = hand->b.raised && core_oversees(core, command->caller, hand->agent);
	return is_there ? OK : ERR_NOT_FOUND;
}

/* By another, who has not left the session, nor declined it. */
static bool is_taken(const struct core *core, const struct command *command)
{
	const struct hand *hand = command->intrude.hand;
	const struct user *by =
		hand->b.state == HAND_TAKEN ? core_user(core, hand->b.supervisor) : NULL;
	return by && by != command->caller && session_viewer(hand->session, by);
}

enum err can_take_hand(const struct core *core, const struct command *command)
{
	enum err e = can_oversee_hand(core, command);
	if (e != OK)
		return e;
	return is_taken(core, command) ? ERR_WRONG_STATE : can_intrude(core, command);
}

static void handle(struct turn *turn, const struct command *command, enum event_kind kind,
	enum hand_state state)
{
	struct body_hand body = command->intrude.hand->b;
	body.state = state;
	body.supervisor = command->caller->b.id;
	turn_emit(turn, kind, &body);
}

/* Of two who take it at once the first one gets it. */
void make_take_hand(struct turn *turn, const struct command *command)
{
	handle(turn, command, EV_HAND_TAKEN, HAND_TAKEN);
	make_intrude(turn, command);
}

/* Whoever took or dismissed it has looked at it. */
void make_look_at_hand(struct turn *turn, const struct command *command)
{
	if (command->intrude.hand->b.state == HAND_OPEN)
		handle(turn, command, EV_HAND_SEEN, HAND_SEEN);
}

void make_dismiss_hand(struct turn *turn, const struct command *command)
{
	if (command->intrude.hand->b.state != HAND_DISMISSED)
		handle(turn, command, EV_HAND_DISMISSED, HAND_DISMISSED);
}

/* --- what follows -------------------------------------------------------------------------------- */

/* That one was raised for last, whose hand it was. */
static const struct hand *last_of_rule(const struct session *session, struct str rule)
{
	const struct hand *hand, *last = NULL;
	DL_FOREACH(session_rare(session)->hands, hand)
		if (str_eq(hand->b.rule, rule) && (!last || hand->b.serial > last->b.serial))
			last = hand;
	return last;
}

void hand_raise_by_rule(struct turn *turn, const struct flag *flag, const struct user *agent)
{
	const struct hand *before = last_of_rule(flag->session, flag->b.rule);
	struct body_hand body = {.session = flag->session->b.id,
		.agent = agent->b.id,
		.rule = flag->b.rule,
		.reason = flag->b.word};
	raise_anew(turn, EV_HAND_RAISED_BY_RULE, &body, before);
}

void hands_end(struct turn *turn, const struct viewer *gone)
{
	const struct hand *hand;
	if (gone->b.kind != PARTY_AGENT || session_is_handled_by(gone->session, gone->user))
		return;
	DL_FOREACH(session_rare(gone->session)->hands, hand)
		if (hand->agent == gone->user && hand->b.raised)
			lower(turn, hand, EV_HAND_LOWERED);
}
