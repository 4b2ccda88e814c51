/* session.c - beginnings of sessions, and the ends that concern everybody in one. */
#include "core/rules/turn.h"

#include <utlist.h>

/* --- beginning ---------------------------------------------------------------------------------- */

/* One that the customer began waits in its queue; who began another is in it at once. */
struct session *session_begin(
	struct turn *turn, struct contact *contact, struct queue *queue, enum session_origin origin)
{
	char id[SESSION_ID_LEN];
	uint64_t serial = turn->core->sessions_drawn + 1;
	ids_session(id, turn->core->centre.id_key, serial);
	struct body_session body = {
		.id = str_from(id, sizeof id),
		.serial = serial,
		.state = origin == SESSION_INBOUND ? SESSION_QUEUED : SESSION_ACTIVE,
		.phone = contact_phone(contact),
		.number = queue->b.number,
		.queue = queue->b.name,
		.received = turn->now,
		.origin = origin,
	};
	struct session *session = turn_emit(turn, EV_SESSION_OPENED, &body);
	struct viewer *entered = viewer_invite(turn, &(struct invitation) {
							     .session = session,
							     .kind = PARTY_CONTACT,
							     .origin = ORIGIN_CONTACT,
							     .visibility = VISIBLE_ALL,
							     .nickname = contact_phone(contact),
						     });
	const struct entry_words words = {.type = MESSAGE_JOINED, .visibility = VISIBLE_ALL};
	transcript_add(turn, session, entered, &words);
	return session;
}

/* --- ends --------------------------------------------------------------------------------------- */

static size_t live_parties(struct turn *turn, struct session *session, struct party ***out)
{
	size_t count = 0;
	struct party *party;
	LL_FOREACH(session->parties, party)
		count += party_is_live(party);
	*out = turn_array(turn, count, sizeof **out);
	count = 0;
	LL_FOREACH(session->parties, party)
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

void session_come_back(struct turn *turn, struct session *session)
{
	if (session->b.state == SESSION_ACTIVE && session_agents(session) == 0 &&
		!session_is_handed_over(session))
		session_requeue(turn, session, session->queue);
}

static void reopen(struct turn *turn, struct session *session)
{
	struct body_session body = session->b;
	body.state = SESSION_ACTIVE;
	turn_emit(turn, EV_SESSION_ACTIVATED, &body);
}

static void withdraw_consults(struct turn *turn, struct session *session, const struct user *asking)
{
	struct party *party;
	while ((party = session_consultant(session, PARTY_INVITED, asking)))
		party_end(turn, party, EV_PARTY_WAS_REVOKED);
}

/* There is nobody whom one could advise. */
static void end_consulting(struct turn *turn, struct session *session)
{
	struct party *party;
	withdraw_consults(turn, session, NULL);
	while ((party = session_consultant(session, PARTY_CHATTING, NULL)))
		party_finish(turn, party);
}

void session_go_on(struct turn *turn, struct session *session, const struct user *gone)
{
	struct party *consultant = session_consultant(session, PARTY_CHATTING, NULL);
	withdraw_consults(turn, session, gone);
	if (consultant && session_hosts(session) == 0)
		viewer_show(turn, &consultant->viewer);
}

/* Of a wrap-up all give it away: its customer's side opens again. Of where a supervisor asks, too. */
void session_take_from(struct turn *turn, struct session *session, const struct party *asking,
	const struct user *to)
{
	struct party **parties;
	size_t count = live_parties(turn, session, &parties);
	bool is_left = session->b.state == SESSION_LEFT;
	bool from_all = is_left || !party_is_agent(asking);
	for (size_t i = 0; i < count; i++) {
		if (!party_is_agent(parties[i]) || parties[i]->user == to ||
			(!from_all && parties[i] != asking))
			continue;
		if (party_is_at_work(parties[i]))
			party_finish(turn, parties[i]);
		else if (party_is_joined(parties[i]))
			party_end(turn, parties[i], EV_PARTY_FINISHED);
	}
	if (is_left)
		reopen(turn, session);
	if (session_hosts(session) == 0)
		end_consulting(turn, session);
	else
		withdraw_consults(turn, session, asking->user);
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
