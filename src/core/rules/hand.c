/* hand.c - raised hands: an agent's on a session. What those who supervise do about one is told to them alone, and
 * changes nothing for the agent: it stays raised until it is withdrawn, or the agent's part in the session is over. */
#include "core/model/watching.h"
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

/* Another one than any before it. */
static void raise_anew(struct turn *turn, enum event_kind kind, struct body_hand *body)
{
	char id[HAND_ID_LEN];
	body->serial = turn->core->lsn + 1;
	body->at = turn->now;
	body->raised = 1;
	body->state = HAND_OPEN;
	body->supervisor = STR_NONE;
	ids_hand(id, turn->core->centre.id_key, body->session, body->serial);
	body->id = str_from(id, sizeof id);
	turn_emit(turn, kind, body);
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
	if (body.raised)
		turn_emit(turn, EV_HAND_RAISED, &body);
	else
		raise_anew(turn, EV_HAND_RAISED, &body);
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

/* --- what follows -------------------------------------------------------------------------------- */

void hands_end(struct turn *turn, const struct viewer *gone)
{
	const struct hand *hand;
	if (gone->b.kind != PARTY_AGENT || session_is_handled_by(gone->session, gone->user))
		return;
	DL_FOREACH(gone->session->hands, hand)
		if (hand->agent == gone->user && hand->b.raised)
			lower(turn, hand, EV_HAND_LOWERED);
}
