/* party.c - one participation: invited, joined, ended; and the commands by which a party acts. */
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* --- changes ------------------------------------------------------------------------------------ */

void party_end(struct turn *turn, const struct party *party, enum event_kind end)
{
	viewer_end(turn, &party->viewer, end);
}

void party_finish(struct turn *turn, const struct party *party)
{
	viewer_finish(turn, &party->viewer);
}

void party_go(struct turn *turn, const struct party *party)
{
	party_finish(turn, party);
	session_go_on(turn, party->session, party->user);
}

static void activate(struct turn *turn, struct session *session)
{
	if (session->b.state != SESSION_QUEUED)
		return;
	struct body_session body = session->b;
	body.state = SESSION_ACTIVE;
	turn_emit(turn, EV_SESSION_ACTIVATED, &body);
}

void party_accept(struct turn *turn, struct party *party, struct str nickname)
{
	bool is_agent = party->b.kind == PARTY_AGENT;
	if (is_agent)
		activate(turn, party->session);
	viewer_join(turn, &party->viewer, nickname);
	if (is_agent)
		agent_touch(turn, party->user);
}

void party_give_up(struct turn *turn, struct party *party, enum event_kind end)
{
	party_end(turn, party, end);
	if (party->b.origin == ORIGIN_TRANSFERRED)
		session_come_back(turn, party->session);
	colleague_ask_next(turn, party);
}

/* Of what waits in a queue then. */
static void refuse(struct turn *turn, const struct party *party)
{
	if (party->session->b.state == SESSION_QUEUED)
		routing_refuse(turn, party->session, party->user);
}

void party_reject(struct turn *turn, struct party *party)
{
	party_give_up(turn, party, EV_PARTY_REJECTED);
	refuse(turn, party);
	if (party->b.kind == PARTY_AGENT)
		routing_run(turn);
}

static void leave_alone(struct turn *turn, struct party *party)
{
	session_close_customer_side(turn, party->session);
	party_end(turn, party, EV_PARTY_LEFT);
	session_revoke_invited(turn, party->session);
	transcript_add_leaving(turn, &party->viewer);
}

static bool is_alone(const struct party *party)
{
	return party->b.kind == PARTY_AGENT && session_agents(party->session) == 1;
}

void party_leave(struct turn *turn, struct party *party)
{
	if (is_alone(party))
		leave_alone(turn, party);
	else
		party_go(turn, party);
	routing_run(turn);
}

/* --- questions ---------------------------------------------------------------------------------- */

struct party *party_acting(const struct command *command)
{
	return session_party(command->session, command->caller);
}

enum err party_can(const struct core *core, const struct command *command)
{
	const struct party *party = party_acting(command);
	return access_can(core, party ? &party->viewer : NULL, command->kind);
}

enum err can_complete(const struct core *core, const struct command *command)
{
	enum err e = party_can(core, command);
	if (e != OK || command->complete.queue.len == 0)
		return e;
	if (!core_queue(core, command->complete.queue))
		return ERR_NOT_FOUND;
	return session_has_newer_open(command->session) ? ERR_WRONG_STATE : OK;
}

/* Where others stay, nothing is completed: there is nothing that could go into a queue. */
enum err can_leave_and_complete(const struct core *core, const struct command *command)
{
	enum err e = can_complete(core, command);
	if (e == OK && command->complete.queue.len && !is_alone(party_acting(command)))
		e = ERR_WRONG_STATE;
	return e == OK ? entry_can_part(core, command) : e;
}

/* --- deeds -------------------------------------------------------------------------------------- */

void party_requeue(struct turn *turn, const struct command *command, struct queue *queue)
{
	session_requeue(turn, command->session, queue);
	routing_refuse(turn, command->session, command->caller);
}

void make_complete(struct turn *turn, const struct command *command)
{
	struct queue *queue = core_queue(turn->core, command->complete.queue);
	if (command->complete.saves_agent)
		routing_save_agent(turn, command->session->contact, command->caller);
	if (queue)
		party_requeue(turn, command, queue);
	else
		session_end(turn, command->session);
	routing_run(turn);
}

/* Leave, then Complete, in one: nobody is LeftChat between. */
void make_leave_and_complete(struct turn *turn, const struct command *command)
{
	struct party *party = party_acting(command);
	entry_part(turn, command);
	if (is_alone(party)) {
		make_complete(turn, command);
		return;
	}
	if (command->complete.saves_agent)
		routing_save_agent(turn, command->session->contact, command->caller);
	party_leave(turn, party);
}

/* An agent did not answer in routing.answer-timeout. */
void answer_due(struct turn *turn, void *object)
{
	struct party *party = object;
	bool was_routed = party->b.origin == ORIGIN_ROUTED;
	party_give_up(turn, party, EV_PARTY_WAS_REVOKED);
	if (was_routed && turn->core->centre.not_ready_after_no_answer)
		agent_no_answer(turn, party->user);
	else
		refuse(turn, party);
	routing_run(turn);
}
