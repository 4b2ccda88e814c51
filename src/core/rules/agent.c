/* agent.c - the contact center session of a user: started, Ready, NotReady, ended; presence. */
#include "core/rules/assignment.h"
#include "core/rules/turn.h"

#include <utlist.h>

static struct body_agent changed(
	const struct turn *turn, const struct user *user, enum agent_state state, struct str reason)
{
	struct body_agent body = user->agent;
	body.user = user->b.id;
	body.state = state;
	body.reason = reason;
	body.state_at = turn->now;
	return body;
}

enum err can_start_agent(const struct core *core, const struct command *command)
{
	return command->caller->b.provisioned ? OK : ERR_CHANNEL;
}

/* Repeated while started: nothing changes (a reload, a second tab). */
void make_start_agent(struct turn *turn, const struct command *command)
{
	struct user *user = command->caller;
	if (user->agent.state != AGENT_LOGGED_OUT)
		return;
	enum agent_state state = turn->core->centre.state_after_login;
	if (!(user->b.roles & ROLE_AGENT))
		state = AGENT_NOT_READY;
	struct body_agent body = changed(turn, user, state, STR_NONE);
	body.since = turn->now;
	body.has_client = 0;
	body.lost_at = 0;
	turn_emit(turn, EV_AGENT_STARTED, &body);
	routing_run(turn);
}

/* --- ending ------------------------------------------------------------------------------------- */

static void leave_running(struct turn *turn, struct party *party)
{
	struct session *session = party->session;
	/* Nobody waits for who may not come back. */
	if (turn->core->centre.on_logout == LOGOUT_KEEP && party->user->b.enabled)
		return;
	if (session_agents(session) == 1) {
		session_requeue(turn, session, session->queue);
		return;
	}
	party_go(turn, party);
}

static void revoke(struct turn *turn, struct party *party)
{
	party_give_up(turn, party, EV_PARTY_WAS_REVOKED);
}

static void finish(struct turn *turn, struct party *party)
{
	party_go(turn, party);
}

static void complete(struct turn *turn, struct party *party)
{
	session_end(turn, party->session);
}

/* What ending the contact center session does to each kind of participation (doc/decisions 2). */
static const struct {
	enum party_kind kind;
	enum party_state state;
	void (*end)(struct turn *turn, struct party *party);
} endings[] = {
	{PARTY_AGENT, PARTY_INVITED, revoke},
	{PARTY_AGENT, PARTY_CHATTING, leave_running},
	{PARTY_AGENT, PARTY_LEFT_CHAT, complete},
	{PARTY_SUPERVISOR, PARTY_INVITED, revoke},
	{PARTY_SUPERVISOR, PARTY_CHATTING, finish},
};

static void end_participation(struct turn *turn, struct party *party)
{
	/* Who may not supervise any more is Revoked: watch.c. */
	if (party->b.kind == PARTY_SUPERVISOR && !party->user->b.enabled)
		return;
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		if (endings[i].kind != party->b.kind || endings[i].state != party->b.state)
			continue;
		endings[i].end(turn, party);
		return;
	}
}

static void end_participations(struct turn *turn, struct user *user)
{
	size_t count = 0;
	struct party *party;
	LL_FOREACH2(user->parties, party, user_next)
		count++;
	struct party **parties = turn_array(turn, count, sizeof *parties);
	count = 0;
	LL_FOREACH2(user->parties, party, user_next)
		parties[count++] = party;
	for (size_t i = 0; i < count; i++)
		end_participation(turn, parties[i]);
}

static void stop(struct turn *turn, struct user *user)
{
	if (user->agent.state == AGENT_LOGGED_OUT)
		return;
	end_participations(turn, user);
	struct body_agent body = changed(turn, user, AGENT_LOGGED_OUT, STR_NONE);
	body.lost_at = 0;
	body.has_client = 0;
	turn_emit(turn, EV_AGENT_STOPPED, &body);
	routing_run(turn);
}

void agent_put_out(struct turn *turn, struct user *user)
{
	end_participations(turn, user); /* also what was kept when the user ended the session */
	stop(turn, user);
	routing_run(turn);
}

void make_stop_agent(struct turn *turn, const struct command *command)
{
	stop(turn, command->caller);
}

/* --- Ready, NotReady ---------------------------------------------------------------------------- */

/* Whoever only supervises takes no sessions from the queue: signing in must not move agents' work. */
enum err may_take_sessions(const struct core *core, const struct command *command)
{
	return command->caller->b.roles & ROLE_AGENT ? OK : ERR_ROLE;
}

enum err can_change_state(const struct core *core, const struct command *command)
{
	return command->caller->agent.state == AGENT_LOGGED_OUT ? ERR_NOT_STARTED : OK;
}

static void become_ready(struct turn *turn, struct user *user)
{
	if (user->agent.state == AGENT_READY)
		return;
	struct body_agent body = changed(turn, user, AGENT_READY, STR_NONE);
	body.since = turn->now;
	turn_emit(turn, EV_AGENT_MADE_READY, &body);
	routing_run(turn);
}

void make_ready(struct turn *turn, const struct command *command)
{
	become_ready(turn, command->caller);
}

static void make_not_ready_because(struct turn *turn, struct user *user, struct str reason)
{
	if (user->agent.state == AGENT_NOT_READY && str_eq(user->agent.reason, reason))
		return;
	struct body_agent body = changed(turn, user, AGENT_NOT_READY, reason);
	turn_emit(turn, EV_AGENT_MADE_NOT_READY, &body);
}

/* What a centre that lends no reasons is given is as good as unknown. */
static bool is_reason(const struct core *core, struct str reason)
{
	return reason.len && core_choice(core, CHOICE_REASON, reason);
}

enum err can_be_not_ready(const struct core *core, const struct command *command)
{
	struct str reason = command->not_ready.reason;
	if (reason.len && core->choice_count[CHOICE_REASON] && !is_reason(core, reason))
		return ERR_RANGE;
	return can_change_state(core, command);
}

void make_not_ready(struct turn *turn, const struct command *command)
{
	struct str reason = command->not_ready.reason;
	make_not_ready_because(
		turn, command->caller, is_reason(turn->core, reason) ? reason : STR_NONE);
}

/* --- by a supervisor ---------------------------------------------------------------------------- */

enum err may_make_ready(const struct core *core, const struct command *command)
{
	enum err e = may_supervise(core, command);
	if (e != OK)
		return e;
	return command->agent->b.roles & ROLE_AGENT ? OK : ERR_FORBIDDEN;
}

enum err can_stop_other_agent(const struct core *core, const struct command *command)
{
	return core_supervises(core, command->caller, command->agent) ? OK : ERR_NOT_FOUND;
}

enum err can_change_agent(const struct core *core, const struct command *command)
{
	enum err e = can_stop_other_agent(core, command);
	if (e != OK)
		return e;
	return command->agent->agent.state == AGENT_LOGGED_OUT ? ERR_WRONG_STATE : OK;
}

void make_ready_agent(struct turn *turn, const struct command *command)
{
	become_ready(turn, command->agent);
}

/* Who is NotReady already stays so for the own reason. */
void make_not_ready_agent(struct turn *turn, const struct command *command)
{
	if (command->agent->agent.state == AGENT_READY)
		make_not_ready_because(turn, command->agent, STR_NONE);
}

void make_stop_other_agent(struct turn *turn, const struct command *command)
{
	stop(turn, command->agent);
}

/* --- by what happens ---------------------------------------------------------------------------- */

void agent_no_answer(struct turn *turn, struct user *user)
{
	if (user->agent.state == AGENT_READY)
		make_not_ready_because(turn, user, STR("NoAnswer"));
}

/* Without the role there are no more offers, and what is begun is ended in peace; but a program is in no session. */
void agent_has_roles(struct turn *turn, struct user *user)
{
	if (user_is_integrator(user))
		agent_put_out(turn, user);
	else if (!(user->b.roles & ROLE_AGENT) && user->agent.state == AGENT_READY)
		make_not_ready_because(turn, user, STR_NONE);
}

void agent_touch(struct turn *turn, struct user *user)
{
	if (user->agent.state == AGENT_LOGGED_OUT)
		return;
	struct body_agent body = user->agent;
	body.since = turn->now;
	turn_emit(turn, EV_AGENT_ACCEPTED, &body);
}

/* --- presence: does a Bayeux client of the user live? ------------------------------------------- */

void make_client_came(struct turn *turn, const struct command *command)
{
	struct body_agent body = command->caller->agent;
	if (body.state == AGENT_LOGGED_OUT || (body.has_client && !body.lost_at))
		return;
	body.has_client = 1;
	body.lost_at = 0;
	turn_emit(turn, EV_AGENT_CLIENT_CAME, &body);
}

void make_clients_lost(struct turn *turn, const struct command *command)
{
	struct body_agent body = command->caller->agent;
	if (body.state == AGENT_LOGGED_OUT || !body.has_client)
		return;
	body.has_client = 0;
	body.lost_at = turn->now + turn->core->centre.lost_after;
	turn_emit(turn, EV_AGENT_CLIENTS_LOST, &body);
}

/* agents.lost-after went by without any client: no logout, but no offers either. */
void lost_due(struct turn *turn, void *object)
{
	struct user *user = object;
	struct body_agent body = user->agent;
	bool was_ready = body.state == AGENT_READY;
	if (was_ready)
		body = changed(turn, user, AGENT_NOT_READY, STR(REASON_CONNECTION_LOST));
	body.lost_at = 0;
	turn_emit(turn, was_ready ? EV_AGENT_MADE_NOT_READY : EV_AGENT_CLIENTS_LOST, &body);
}
