/* colleague.c - what somebody in a session does with a colleague: Invite, Consult, Transfer, RemoveParticipantFromConference. */
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* The user's live participation as agent, or invitation to be one; NULL: there is none. Who supervises there is no agent. */
static struct party *agent_there(const struct session *session, const struct user *user)
{
	struct party *party;
	DL_FOREACH2(user->parties, party, user_next)
		if (party->session == session && party_is_agent(party))
			return party;
	return NULL;
}

/* Who advises there already, and may do so in the sight of all; NULL: nobody. */
static const struct party *consultant_there(const struct command *command)
{
	const struct party *party = agent_there(command->session, command->target.user);
	bool is_one = party && viewer_is_consultant(&party->viewer) && party_is_at_work(party);
	return is_one ? party : NULL;
}

/* May somebody be asked to come who is not there as agent, or to be? */
static enum err can_ask(const struct core *core, const struct command *command)
{
	const struct user *target = command->target.user;
	if (target == command->caller)
		return ERR_OWN_USER;
	if (!target->b.provisioned)
		return ERR_CHANNEL;
	enum err e = party_can(core, command);
	if (e != OK)
		return e;
	if (target->agent.state == AGENT_LOGGED_OUT)
		return ERR_WRONG_STATE;
	return agent_there(command->session, target) ? ERR_ALREADY : OK;
}

/* ... or who advises there, to go on as any agent? */
static enum err can_have(const struct core *core, const struct command *command)
{
	enum err e = can_ask(core, command);
	return e == ERR_ALREADY && consultant_there(command) ? OK : e;
}

static void ask(struct turn *turn, const struct command *command, enum party_origin origin)
{
	bool is_consult = origin == ORIGIN_CONSULTED;
	viewer_invite(turn, &(struct invitation) {
				    .session = command->session,
				    .user = command->target.user,
				    .kind = PARTY_AGENT,
				    .origin = origin,
				    .visibility = is_consult ? VISIBLE_AGENTS : VISIBLE_ALL,
				    .asked_by = is_consult ? command->caller->b.id : STR_NONE,
				    .deadline = turn->now + turn->core->centre.answer_timeout,
			    });
}

/* --- Invite ------------------------------------------------------------------------------------- */

enum err can_invite(const struct core *core, const struct command *command)
{
	return can_have(core, command);
}

void make_invite(struct turn *turn, const struct command *command)
{
	const struct party *consultant = consultant_there(command);
	if (consultant)
		viewer_show(turn, &consultant->viewer);
	else
		ask(turn, command, ORIGIN_INVITED);
}

/* --- Consult, CancelConsult --------------------------------------------------------------------- */

enum err can_consult(const struct core *core, const struct command *command)
{
	return can_ask(core, command);
}

void make_consult(struct turn *turn, const struct command *command)
{
	ask(turn, command, ORIGIN_CONSULTED);
}

static struct party *own_consultant(const struct command *command, enum party_state state)
{
	return session_consultant(command->session, state, command->caller);
}

/* Whom was asked may have accepted just before: then it is answered as if it were in time, and told to have failed
 * (SMS Session API 1.5). */
enum err can_cancel_consult(const struct core *core, const struct command *command)
{
	enum err e = party_can(core, command);
	const struct party *asking = party_acting(command);
	bool is_late = asking && asking->b.state == PARTY_CHATTING &&
		       own_consultant(command, PARTY_CHATTING);
	return e == ERR_WRONG_STATE && is_late ? OK : e;
}

void make_cancel_consult(struct turn *turn, const struct command *command)
{
	struct party *consultant = own_consultant(command, PARTY_INVITED);
	if (!consultant)
		turn_emit(turn, EV_PARTY_REQUEST_FAILED, &party_acting(command)->b);
	for (; consultant; consultant = own_consultant(command, PARTY_INVITED))
		party_end(turn, consultant, EV_PARTY_WAS_REVOKED);
	routing_run(turn);
}

/* --- Transfer ----------------------------------------------------------------------------------- */

/* To a colleague, or into a queue. */
enum err can_transfer(const struct core *core, const struct command *command)
{
	bool to_queue = command->target.queue.len;
	if (!command->target.user && !to_queue)
		return ERR_MISSING_PARAMETER;
	if (command->target.user && to_queue)
		return ERR_RANGE;
	if (!to_queue)
		return can_have(core, command);
	enum err e = party_can(core, command);
	bool is_queue = core_queue(core, command->target.queue);
	return e != OK ? e : is_queue ? OK : ERR_NOT_FOUND;
}

/* Who advises there goes on with it at once. Anybody else is asked, and until that is answered no agent has it, if none
 * stays. Supervisors stay in it. */
static void hand_over(struct turn *turn, const struct command *command)
{
	const struct party *asking = party_acting(command);
	const struct party *consultant = consultant_there(command);
	if (consultant)
		viewer_show(turn, &consultant->viewer);
	session_take_from(turn, command->session, asking, command->target.user);
	if (!consultant)
		ask(turn, command, ORIGIN_TRANSFERRED);
}

void make_transfer(struct turn *turn, const struct command *command)
{
	struct queue *queue = core_queue(turn->core, command->target.queue);
	if (queue)
		party_requeue(turn, command, queue);
	else
		hand_over(turn, command);
	routing_run(turn);
}

/* --- RemoveParticipantFromConference -------------------------------------------------------------- */

/* Who is only invited is not in it yet. Whoever supervises goes by an own act: who does so in sight may not be put out, who
 * does so silently is not there. */
enum err can_remove(const struct core *core, const struct command *command)
{
	const struct user *target = command->target.user;
	if (target == command->caller)
		return ERR_OWN_USER;
	enum err e = party_can(core, command);
	if (e != OK)
		return e;
	const struct party *agent = agent_there(command->session, target);
	const struct party *there = agent ? agent : session_party(command->session, target);
	if (!there || !party_is_joined(there))
		return ERR_NOT_FOUND;
	return agent ? OK : ERR_FORBIDDEN;
}

/* What the notice says is the public API's (SMS Session API 1.2): the word, and the user's id right behind it. Whom it is
 * about reads it as the last entry. */
void make_remove(struct turn *turn, const struct command *command)
{
	const struct user *target = command->target.user;
	const struct party *removed = agent_there(command->session, target);
	struct str text = arena_printf(&turn->outcome->arena,
		"REMOVE_PARTICIPANT_FROM_CONFERENCE%.*s", STR_ARGS(target->b.id));
	transcript_add(turn, command->session, MESSAGE_NOTICE, VISIBLE_AGENTS,
		&party_acting(command)->viewer, text, 0);
	party_end(turn, removed, EV_PARTY_WAS_REMOVED);
	transcript_add_leaving(turn, &removed->viewer);
	session_go_on(turn, command->session, target);
	routing_run(turn);
}
