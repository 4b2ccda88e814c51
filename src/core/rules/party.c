/* party.c - one participation: invited, joined, ended; and the commands by which a party acts. */
#include "core/rules/access.h"
#include "core/rules/contact.h"
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

void party_reject(struct turn *turn, struct party *party)
{
	party_end(turn, party, EV_PARTY_REJECTED);
	if (party->b.origin == ORIGIN_ROUTED)
		routing_refuse(turn, party->session, party->user);
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
		party_finish(turn, party);
	if (party->b.kind == PARTY_AGENT)
		routing_run(turn);
}

/* --- questions ---------------------------------------------------------------------------------- */

/* NULL: a deadline took the session away between the look-up and the command. */
static struct party *acting(const struct command *command)
{
	return session_party(command->session, command->caller);
}

static enum err can(const struct core *core, const struct command *command)
{
	const struct party *party = acting(command);
	return access_can(core, party ? &party->viewer : NULL, command->kind);
}

/* A session whose customer's side was closed can only be reopened while the customer has no newer one
 * open on that number. */
static bool has_newer_open(const struct session *session)
{
	const struct session *other;
	DL_FOREACH2(session->contact->open, other, contact_next)
		if (other != session && str_eq(other->b.number, session->b.number))
			return true;
	return false;
}

enum err can_complete(const struct core *core, const struct command *command)
{
	enum err e = can(core, command);
	if (e != OK || command->complete.queue.len == 0)
		return e;
	if (!core_queue(core, command->complete.queue))
		return ERR_NOT_FOUND;
	return has_newer_open(command->session) ? ERR_WRONG_STATE : OK;
}

/* Where others stay, nothing is completed: there is nothing that could go into a queue. */
enum err can_leave_and_complete(const struct core *core, const struct command *command)
{
	enum err e = can_complete(core, command);
	if (e != OK || command->complete.queue.len == 0)
		return e;
	return is_alone(acting(command)) ? OK : ERR_WRONG_STATE;
}

static bool is_agent_there(const struct session *session, const struct user *user)
{
	const struct party *party;
	DL_FOREACH2(user->parties, party, user_next)
		if (party->session == session && party_is_agent(party))
			return true;
	return false;
}

enum err can_invite(const struct core *core, const struct command *command)
{
	const struct user *target = command->invite.user;
	if (target == command->caller)
		return ERR_OWN_USER;
	if (!target->b.provisioned)
		return ERR_CHANNEL;
	enum err e = can(core, command);
	if (e != OK)
		return e;
	if (target->agent.state == AGENT_LOGGED_OUT)
		return ERR_WRONG_STATE;
	return is_agent_there(command->session, target) ? ERR_ALREADY : OK;
}

/* --- deeds -------------------------------------------------------------------------------------- */

void make_complete(struct turn *turn, const struct command *command)
{
	struct queue *queue = core_queue(turn->core, command->complete.queue);
	if (!queue) {
		session_end(turn, command->session);
	} else {
		session_requeue(turn, command->session, queue);
		routing_refuse(turn, command->session, command->caller);
	}
	routing_run(turn);
}

/* Leave, then Complete, in one: nobody is LeftChat between. */
void make_leave_and_complete(struct turn *turn, const struct command *command)
{
	struct party *party = acting(command);
	if (is_alone(party))
		make_complete(turn, command);
	else
		party_leave(turn, party);
}

void make_invite(struct turn *turn, const struct command *command)
{
	viewer_invite(turn, &(struct invitation) {
				    .session = command->session,
				    .user = command->invite.user,
				    .kind = PARTY_AGENT,
				    .origin = ORIGIN_INVITED,
				    .visibility = VISIBLE_ALL,
				    .deadline = turn->now + turn->core->centre.answer_timeout,
			    });
}

/* An agent did not answer in routing.answer-timeout. */
void answer_due(struct turn *turn, void *object)
{
	struct party *party = object;
	bool was_routed = party->b.origin == ORIGIN_ROUTED;
	party_end(turn, party, EV_PARTY_WAS_REVOKED);
	if (was_routed && turn->core->centre.not_ready_after_no_answer)
		agent_no_answer(turn, party->user);
	else if (was_routed)
		routing_refuse(turn, party->session, party->user);
	routing_run(turn);
}
