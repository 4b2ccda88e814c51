/* session.c - the ends that concern everybody in a session. */
#include "core/rules/turn.h"

#include <utlist.h>

static size_t live_parties(struct turn *turn, struct session *session, struct party ***out)
{
	size_t count = 0;
	struct party *party;
	DL_FOREACH(session->parties, party)
		count += party_is_live(party);
	*out = turn_array(turn, count, sizeof **out);
	count = 0;
	DL_FOREACH(session->parties, party)
		if (party_is_live(party))
			(*out)[count++] = party;
	return count;
}

/* How a participation ends when the session does: agents who joined are Completed, everybody else's is
 * taken away (monitor-operation.txt: the supervisor will receive state Revoked). */
static enum event_kind end_of(const struct party *party)
{
	bool is_completed = party->b.kind == PARTY_CONTACT ||
			    (party->b.kind == PARTY_AGENT && party_is_joined(party));
	return is_completed ? EV_PARTY_FINISHED : EV_PARTY_WAS_REVOKED;
}

static void write_leaving(struct turn *turn, struct party *const *parties, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parties[i]->b.joined && parties[i]->b.kind != PARTY_CONTACT)
			transcript_add_leaving(turn, &parties[i]->viewer);
}

/* Agents first, so that theirs are the first notifications. The leaving is written when nobody is left
 * to be told: it is for those who read the transcript later. */
static void end_parties(struct turn *turn, struct session *session, bool contact_too)
{
	struct party **parties;
	size_t count = live_parties(turn, session, &parties), staff = 0;
	for (size_t i = 0; i < count; i++)
		if (contact_too || parties[i]->b.kind != PARTY_CONTACT)
			parties[staff++] = parties[i];
	bool *joined = turn_array(turn, staff, sizeof *joined);
	for (size_t i = 0; i < staff; i++)
		joined[i] = parties[i]->b.state == PARTY_CHATTING;
	for (size_t i = 0; i < staff; i++)
		party_end(turn, parties[i], end_of(parties[i]));
	size_t left = 0;
	for (size_t i = 0; i < staff; i++)
		if (joined[i])
			parties[left++] = parties[i];
	write_leaving(turn, parties, left);
}

void session_end(struct turn *turn, struct session *session)
{
	end_parties(turn, session, true);
	struct body_session body = session->b;
	body.state = SESSION_ENDED;
	body.ended = turn->now;
	turn_emit(turn, EV_SESSION_CLOSED, &body);
}

void session_requeue(struct turn *turn, struct session *session, struct queue *queue)
{
	end_parties(turn, session, false);
	struct body_session body = session->b;
	body.state = SESSION_QUEUED;
	body.queue = queue->b.name;
	turn_emit(turn, EV_SESSION_QUEUED, &body);
}

void session_revoke_invited(struct turn *turn, struct session *session)
{
	struct party **parties;
	size_t count = live_parties(turn, session, &parties);
	for (size_t i = 0; i < count; i++)
		if (parties[i]->b.state == PARTY_INVITED && parties[i]->b.kind == PARTY_AGENT)
			party_end(turn, parties[i], EV_PARTY_WAS_REVOKED);
}

void session_close_customer_side(struct turn *turn, struct session *session)
{
	struct body_session body = session->b;
	body.state = SESSION_LEFT;
	turn_emit(turn, EV_SESSION_LEFT_BY_ALL, &body);
}

/* Nobody wrote for sessions.idle-close: the system completes it. */
void idle_due(struct turn *turn, void *object)
{
	session_end(turn, object);
	routing_run(turn);
}
