/* party.c - one participation: invited, joined, ended; and the commands by which a party acts. */
#include "core/access.h"
#include "core/contact.h"
#include "core/turn.h"

#include <utlist.h>

/* --- changes ------------------------------------------------------------------------------------ */

struct party *party_invite(struct turn *turn, struct session *session, struct user *user,
	enum party_kind kind, enum party_origin origin, enum visibility visibility,
	struct str nickname, struct str watched, msec deadline)
{
	char id[PARTY_ID_LEN];
	unsigned drawn_for = visibility_draws_from(visibility);
	uint64_t draw = session->draws[drawn_for] + 1;
	ids_party(id, turn->core->centre.id_key, session->b.id, drawn_for, draw);
	struct body_party body = {
		.session = session->b.id,
		.id = str_from(id, sizeof id),
		.draw = draw,
		.drawn_for = drawn_for,
		.kind = kind,
		.state = kind == PARTY_CONTACT ? PARTY_CHATTING : PARTY_INVITED,
		.origin = origin,
		.visibility = visibility,
		.user = user ? user->b.id : STR_NONE,
		.nickname = nickname,
		.watched = watched,
		.invited = turn->now,
		.deadline = deadline,
		.joined = kind == PARTY_CONTACT,
	};
	return turn_emit(
		turn, kind == PARTY_CONTACT ? EV_CONTACT_ENTERED : EV_PARTY_WAS_INVITED, &body);
}

/* How many entries up to seq this kind of party sees. */
static uint64_t seen_by(const struct session *session, enum party_kind kind, uint64_t seq)
{
	if (seq == 0)
		return 0;
	const struct body_message *b = &session->messages[seq - 1]->b;
	return kind == PARTY_SUPERVISOR ? b->supervisor_index : b->agent_index;
}

/* From when and from which number on the user reads as this party's class: see body.def, party. What was
 * written after an earlier participation ended is read as the new one. */
static void begin_stint(const struct party *party, struct body_party *body)
{
	const struct session *session = party->session;
	const struct party *other, *before = NULL;
	DL_FOREACH(session->parties, other)
		if (other != party && other->user == party->user && other->b.joined)
			before = other;
	if (!before)
		return;
	body->from = before->b.until;
	body->base = before->b.base + seen_by(session, before->b.kind, body->from) -
		     seen_by(session, party->b.kind, body->from);
}

void party_join(struct turn *turn, struct party *party, struct str nickname)
{
	struct body_party body = party->b;
	body.state = PARTY_CHATTING;
	body.deadline = 0;
	body.joined = 1;
	if (nickname.len)
		body.nickname = nickname;
	begin_stint(party, &body);
	turn_emit(turn, EV_PARTY_JOINED, &body);
}

void party_end(struct turn *turn, struct party *party, enum event_kind kind)
{
	struct body_party body = party->b;
	body.deadline = 0;
	if (kind != EV_PARTY_LEFT && body.joined)
		body.until = party->session->message_count;
	body.state = kind == EV_PARTY_LEFT          ? PARTY_LEFT_CHAT
		     : kind == EV_PARTY_WAS_REVOKED ? PARTY_REVOKED
						    : PARTY_COMPLETED;
	turn_emit(turn, kind, &body);
}

void party_leave(struct turn *turn, struct party *party)
{
	party_end(turn, party, EV_PARTY_FINISHED);
	if (party->b.joined)
		transcript_add_leaving(turn, party);
}

/* --- questions ---------------------------------------------------------------------------------- */

/* NULL: a deadline took the session away between the look-up and the command. */
static struct party *acting(const struct command *command)
{
	return session_party(command->session, command->caller);
}

static enum err can(const struct core *core, const struct command *command, enum capability what)
{
	const struct party *party = acting(command);
	if (!party)
		return ERR_NOT_FOUND;
	return access_capabilities(core, party) & 1u << what ? OK : ERR_WRONG_STATE;
}

/* What a supervisor who only watches never may, whatever the state. */
enum err may_take_part(const struct core *core, const struct command *command)
{
	const struct party *party = acting(command);
	(void)core;
	return party && party->b.kind == PARTY_SUPERVISOR ? ERR_FORBIDDEN : OK;
}

enum err can_accept(const struct core *core, const struct command *command)
{
	return can(core, command, CAN_ACCEPT);
}

enum err can_reject(const struct core *core, const struct command *command)
{
	return can(core, command, CAN_REJECT);
}

enum err can_leave(const struct core *core, const struct command *command)
{
	return can(core, command, CAN_LEAVE);
}

/* Why nothing may ever be written there, whoever asks. */
static enum err why_no_texts(const struct contact *contact)
{
	if (!contact_is_answerable(contact))
		return ERR_UNANSWERABLE;
	return contact_refuses(contact) ? ERR_OPTED_OUT : OK;
}

enum err can_send(const struct core *core, const struct command *command)
{
	const struct party *party = acting(command);
	bool is_there = party && party->b.state == PARTY_CHATTING;
	enum err why = is_there ? why_no_texts(party->session->contact) : OK;
	if (why != OK)
		return why;
	enum err e = can(core, command, CAN_SEND_MESSAGE);
	if (e == OK && core->outbound_unsent >= OUTBOUND_UNSENT_MAX)
		return ERR_BUSY;
	return e;
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
	enum err e = can(core, command, CAN_COMPLETE);
	if (e != OK || command->queue.len == 0)
		return e;
	if (!core_queue(core, command->queue))
		return ERR_NOT_FOUND;
	return has_newer_open(command->session) ? ERR_WRONG_STATE : OK;
}

/* Whoever is silently there counts as not being there. */
static bool is_agent_there(const struct session *session, const struct user *user)
{
	const struct party *party;
	DL_FOREACH2(user->parties, party, user_next)
		if (party->session == session && visibility_counts(party->b.visibility))
			return true;
	return false;
}

enum err can_invite(const struct core *core, const struct command *command)
{
	const struct user *target = command->target;
	if (target == command->caller)
		return ERR_OWN_USER;
	if (!target->b.provisioned)
		return ERR_CHANNEL;
	enum err e = can(core, command, CAN_INVITE);
	if (e != OK)
		return e;
	if (target->agent.state == AGENT_LOGGED_OUT)
		return ERR_WRONG_STATE;
	return is_agent_there(command->session, target) ? ERR_ALREADY : OK;
}

/* --- deeds -------------------------------------------------------------------------------------- */

static struct str nickname_of(const struct command *command, const struct party *party)
{
	if (command->nickname.len)
		return command->nickname;
	return party->b.nickname.len ? party->b.nickname : party->user->b.name;
}

/* Whoever was silently there, or was about to be, and now accepts as an agent is silent no more; only
 * those who saw the silent participation see its end. */
static void end_silent(struct turn *turn, struct party *joining)
{
	struct party *silent, *next;
	DL_FOREACH_SAFE2(joining->user->parties, silent, next, user_next) {
		if (silent->session != joining->session || silent->b.kind != PARTY_SUPERVISOR)
			continue;
		party_leave(turn, silent);
	}
}

static void activate(struct turn *turn, struct session *session)
{
	if (session->b.state != SESSION_QUEUED)
		return;
	struct body_session body = session->b;
	body.state = SESSION_ACTIVE;
	turn_emit(turn, EV_SESSION_ACTIVATED, &body);
}

void make_accept(struct turn *turn, const struct command *command)
{
	struct party *party = acting(command);
	struct session *session = command->session;
	bool is_agent = party->b.kind == PARTY_AGENT;
	if (is_agent) {
		end_silent(turn, party);
		activate(turn, session);
	}
	party_join(turn, party, nickname_of(command, party));
	transcript_add(turn, session, MESSAGE_JOINED, party->b.visibility, party, STR_NONE, 0);
	if (!is_agent)
		return;
	agent_touch(turn, party->user);
	registration_deliver(turn, session, party->user);
}

void make_reject(struct turn *turn, const struct command *command)
{
	struct party *party = acting(command);
	struct body_party body = party->b;
	body.state = PARTY_COMPLETED;
	body.deadline = 0;
	turn_emit(turn, EV_PARTY_REJECTED, &body);
	if (party->b.origin == ORIGIN_ROUTED)
		routing_refuse(turn, command->session, command->caller);
	if (party->b.kind == PARTY_AGENT)
		routing_run(turn);
}

void make_send(struct turn *turn, const struct command *command)
{
	struct session *session = command->session;
	struct queue *queue = core_queue_by_number(turn->core, session->b.number);
	struct link *link = core_link(turn->core, queue->b.link);
	uint64_t serial = outbound_next_serial(turn->core);
	transcript_add(
		turn, session, MESSAGE_TEXT, VISIBLE_ALL, acting(command), command->text, serial);
	outbound_queue(turn, session, session->message_count, session->contact, session->b.number,
		link, command->text);
}

static void leave_alone(struct turn *turn, struct party *party)
{
	session_close_customer_side(turn, party->session);
	party_end(turn, party, EV_PARTY_LEFT);
	session_revoke_invited(turn, party->session);
	transcript_add_leaving(turn, party);
}

void make_leave(struct turn *turn, const struct command *command)
{
	struct party *party = acting(command);
	bool is_alone = party->b.kind == PARTY_AGENT && session_agents(command->session) == 1;
	if (is_alone)
		leave_alone(turn, party);
	else
		party_leave(turn, party);
	if (party->b.kind == PARTY_AGENT)
		routing_run(turn);
}

void make_complete(struct turn *turn, const struct command *command)
{
	struct queue *queue = core_queue(turn->core, command->queue);
	if (!queue) {
		session_end(turn, command->session);
	} else {
		session_requeue(turn, command->session, queue);
		routing_refuse(turn, command->session, command->caller);
	}
	routing_run(turn);
}

void make_invite(struct turn *turn, const struct command *command)
{
	party_invite(turn, command->session, command->target, PARTY_AGENT, ORIGIN_INVITED,
		VISIBLE_ALL, STR_NONE, STR_NONE, turn->now + turn->core->centre.answer_timeout);
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
