/* colleague.c - what somebody in a session does with a colleague: Invite, Consult, Transfer, RemoveParticipantFromConference. */
#include "core/rules/access.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* The user's live participation as agent, or invitation to be one; NULL: there is none. Who supervises there is no agent. */
static struct party *agent_there(const struct session *session, const struct user *user)
{
	struct party *party;
	LL_FOREACH2(user->parties, party, user_next)
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

/* Either a colleague or a queue, and one of them. */
static enum err names_one(const struct command *command)
{
	bool has_queue = command->target.queue.len;
	if (!command->target.user && !has_queue)
		return ERR_MISSING_PARAMETER;
	return command->target.user && has_queue ? ERR_RANGE : OK;
}

/* --- through a queue ---------------------------------------------------------------------------- */

/* One after the other the queue's agents are asked, each once, until somebody comes or nobody is left. */
struct search {
	const struct session *session;
	struct str asked_by;
	uint64_t number; /* 0: it has not begun */
};

static bool was_asked(const struct search *search, const struct user *user)
{
	const struct party *party;
	LL_FOREACH(search->session->parties, party)
		if (party->user == user && party->b.search == search->number)
			return true;
	return false;
}

static bool may_be_asked(const void *ctx, const struct user *user)
{
	const struct search *search = ctx;
	return !str_eq(user->b.id, search->asked_by) && !agent_there(search->session, user) &&
	       !(search->number && was_asked(search, user));
}

static struct user *next_of(const struct core *core, struct str queue, const struct search *search)
{
	return routing_first(core, core_queue(core, queue), may_be_asked, search);
}

static enum err can_ask_queue(const struct core *core, const struct command *command)
{
	const struct search search = {command->session, command->caller->b.id, 0};
	enum err e = party_can(core, command);
	if (e != OK)
		return e;
	if (!core_queue(core, command->target.queue))
		return ERR_NOT_FOUND;
	return next_of(core, command->target.queue, &search) ? OK : ERR_WRONG_STATE;
}

/* --- asking ------------------------------------------------------------------------------------- */

static void invite(struct turn *turn, struct invitation invitation, enum party_origin origin)
{
	invitation.kind = PARTY_AGENT;
	invitation.origin = origin;
	invitation.visibility = origin == ORIGIN_CONSULTED ? VISIBLE_AGENTS : VISIBLE_ALL;
	invitation.deadline = turn->now + turn->core->centre.answer_timeout;
	viewer_invite(turn, &invitation);
}

static void ask_queue(struct turn *turn, const struct command *command, enum party_origin origin)
{
	struct str through = core_queue(turn->core, command->target.queue)->b.name;
	const struct search search = {command->session, command->caller->b.id, 0};
	invite(turn,
		(struct invitation) {
			.session = command->session,
			.user = next_of(turn->core, through, &search),
			.asked_by = search.asked_by,
			.through = through,
			.search = turn->core->lsn + 1,
		},
		origin);
}

static void ask(struct turn *turn, const struct command *command, enum party_origin origin)
{
	bool is_consult = origin == ORIGIN_CONSULTED;
	if (command->target.queue.len)
		ask_queue(turn, command, origin);
	else
		invite(turn,
			(struct invitation) {
				.session = command->session,
				.user = command->target.user,
				.asked_by = is_consult ? command->caller->b.id : STR_NONE,
			},
			origin);
}

/* Nobody comes any more into a session that no agent has. Who asked is told nothing, as of one who does not come. */
void colleague_ask_next(struct turn *turn, const struct party *party)
{
	struct session *session = party->session;
	const struct search search = {session, party->b.asked_by, party->b.search};
	if (!party->b.search || session->b.state != SESSION_ACTIVE || !session_agents(session))
		return;
	struct user *next = next_of(turn->core, party->b.through, &search);
	if (next)
		invite(turn,
			(struct invitation) {
				.session = session,
				.user = next,
				.asked_by = search.asked_by,
				.through = party->b.through,
				.search = search.number,
			},
			party->b.origin);
}

/* --- Invite ------------------------------------------------------------------------------------- */

enum err can_invite(const struct core *core, const struct command *command)
{
	enum err e = names_one(command);
	if (e != OK)
		return e;
	return command->target.user ? can_have(core, command) : can_ask_queue(core, command);
}

void make_invite(struct turn *turn, const struct command *command)
{
	const struct party *consultant = command->target.user ? consultant_there(command) : NULL;
	if (consultant)
		viewer_show(turn, &consultant->viewer);
	else
		ask(turn, command, ORIGIN_INVITED);
}

/* --- Consult, CancelConsult --------------------------------------------------------------------- */

enum err can_consult(const struct core *core, const struct command *command)
{
	enum err e = names_one(command);
	if (e != OK)
		return e;
	return command->target.user ? can_ask(core, command) : can_ask_queue(core, command);
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
static enum err can_hand_over(const struct core *core, const struct command *command)
{
	enum err e = names_one(command);
	if (e != OK)
		return e;
	if (command->target.user)
		return can_have(core, command);
	e = party_can(core, command);
	bool is_queue = core_queue(core, command->target.queue);
	return e != OK ? e : is_queue ? OK : ERR_NOT_FOUND;
}

enum err can_transfer(const struct core *core, const struct command *command)
{
	enum err e = can_hand_over(core, command);
	return e == OK ? entry_can_part(core, command) : e;
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
	entry_part(turn, command);
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
	return agent ? entry_can_part(core, command) : ERR_FORBIDDEN;
}

/* What the notice says is the public API's (SMS Session API 1.2): the word, and the user's id right behind it. Whom it is
 * about reads it as the last entry. */
void make_remove(struct turn *turn, const struct command *command)
{
	const struct user *target = command->target.user;
	const struct party *removed = agent_there(command->session, target);
	struct str text = arena_printf(&turn->outcome->arena,
		"REMOVE_PARTICIPANT_FROM_CONFERENCE%.*s", STR_ARGS(target->b.id));
	const struct entry_words words = {MESSAGE_NOTICE, VISIBLE_AGENTS, text, 0};
	entry_part(turn, command);
	transcript_add(turn, command->session, &party_acting(command)->viewer, &words);
	party_end(turn, removed, EV_PARTY_WAS_REMOVED);
	transcript_add_leaving(turn, &removed->viewer);
	session_go_on(turn, command->session, target);
	routing_run(turn);
}
