/* evolve.c - the only writer of core state: one function per body, each an upsert by key and the
 * lists that follow from the new values. Nothing is decided here. */
#include "core/turn.h"

#include <stdlib.h>
#include <utlist.h>

static void idle_anew(struct core *core, struct session *session, const struct event *event);

/* Serials grow, so a new one's place is nearly always the end: looked at first. */
#define INSERT_BY_SERIAL(head, el, order, prev, next)                                              \
	do {                                                                                       \
		if (!(head) || (head)->prev->b.serial < (el)->b.serial)                            \
			DL_APPEND2(head, el, prev, next);                                          \
		else                                                                               \
			DL_INSERT_INORDER2(head, el, order, prev, next);                           \
	} while (0)

/* --- centre, users ------------------------------------------------------------------------------ */

static void evolve_centre(struct core *core, struct event *event)
{
	body_assign(BODY_centre, &core->centre, event->body);
}

static int user_order(const struct user *a, const struct user *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static struct user *user_create(struct core *core, const struct body_user *body)
{
	struct user *user = mem_new(sizeof *user);
	body_assign(BODY_user, &user->b, body);
	user->lost.object = user;
	user->lost.due = lost_due;
	HASH_ADD_KEYPTR(by_id, core->users_by_id, user->b.id.at, user->b.id.len, user);
	HASH_ADD_KEYPTR(by_name, core->users_by_name, user->b.name.at, user->b.name.len, user);
	INSERT_BY_SERIAL(core->users, user, user_order, prev, next);
	return user;
}

static void evolve_user(struct core *core, struct event *event)
{
	const struct body_user *body = event->body;
	struct user *user = core_user(core, body->id);
	if (user)
		body_assign(BODY_user, &user->b, body);
	else
		user = user_create(core, body);
	if (body->serial > core->users_drawn)
		core->users_drawn = body->serial;
	event->object = user;
}

static int ready_order(const struct user *a, const struct user *b)
{
	return str_cmp(a->b.id, b->b.id);
}

static void list_ready(struct core *core, struct user *user)
{
	bool is_ready = user->agent.state == AGENT_READY;
	if (is_ready == user->is_ready_listed)
		return;
	if (is_ready)
		DL_INSERT_INORDER2(core->ready, user, ready_order, ready_prev, ready_next);
	else
		DL_DELETE2(core->ready, user, ready_prev, ready_next);
	user->is_ready_listed = is_ready;
}

static void evolve_agent(struct core *core, struct event *event)
{
	const struct body_agent *body = event->body;
	struct user *user = core_user(core, body->user);
	CHECK(user);
	body_assign(BODY_agent, &user->agent, body);
	list_ready(core, user);
	deadline_set(core, &user->lost, body->lost_at, event->lsn);
	event->object = user;
}

/* --- links, queues, contacts -------------------------------------------------------------------- */

static int link_order(const struct link *a, const struct link *b)
{
	return str_cmp(a->b.name, b->b.name);
}

static void evolve_link(struct core *core, struct event *event)
{
	const struct body_link *body = event->body;
	struct link *link = core_link(core, body->name);
	if (!link) {
		link = mem_new(sizeof *link);
		link->inbound = mem_new(core->centre.receive_window * sizeof *link->inbound);
		body_assign(BODY_link, &link->b, body);
		DL_INSERT_INORDER(core->links, link, link_order);
	}
	body_assign(BODY_link, &link->b, body);
	event->object = link;
}

static int queue_order(const struct queue *a, const struct queue *b)
{
	return str_cmp(a->b.name, b->b.name);
}

static void evolve_queue(struct core *core, struct event *event)
{
	const struct body_queue *body = event->body;
	struct queue *queue = core_queue(core, body->name);
	if (!queue) {
		queue = mem_new(sizeof *queue);
		body_assign(BODY_queue, &queue->b, body);
		DL_INSERT_INORDER(core->queues, queue, queue_order);
	}
	body_assign(BODY_queue, &queue->b, body);
	event->object = queue;
}

static void evolve_contact(struct core *core, struct event *event)
{
	const struct body_contact *body = event->body;
	struct contact *contact = core_contact(core, body->phone);
	if (!contact) {
		contact = mem_new(sizeof *contact);
		body_assign(BODY_contact, &contact->b, body);
		HASH_ADD_KEYPTR(
			hh, core->contacts, contact->b.phone.at, contact->b.phone.len, contact);
	}
	body_assign(BODY_contact, &contact->b, body);
	event->object = contact;
}

/* --- sessions ----------------------------------------------------------------------------------- */

static int session_order(const struct session *a, const struct session *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static void list_waiting(struct core *core, struct session *session)
{
	bool is_waiting = session->b.state == SESSION_QUEUED;
	if (is_waiting == session->is_waiting)
		return;
	if (is_waiting)
		INSERT_BY_SERIAL(core->waiting, session, session_order, wait_prev, wait_next);
	else
		DL_DELETE2(core->waiting, session, wait_prev, wait_next);
	session->is_waiting = is_waiting;
}

static void list_open(struct session *session)
{
	bool is_open = session->b.state == SESSION_QUEUED || session->b.state == SESSION_ACTIVE;
	if (is_open == session->is_open)
		return;
	if (is_open)
		DL_APPEND2(session->contact->open, session, contact_prev, contact_next);
	else
		DL_DELETE2(session->contact->open, session, contact_prev, contact_next);
	session->is_open = is_open;
}

static void list_ended(struct core *core, struct session *session)
{
	if (session->is_ended || session->b.state != SESSION_ENDED)
		return;
	DL_DELETE(core->sessions, session);
	DL_APPEND(core->ended, session);
	session->is_ended = true;
	deadline_clear(core, &session->idle);
}

static struct session *session_create(struct core *core, const struct body_session *body)
{
	struct session *session = mem_new(sizeof *session);
	body_assign(BODY_session, &session->b, body);
	session->contact = core_contact(core, body->phone);
	CHECK(session->contact);
	session->idle.object = session;
	session->idle.due = idle_due;
	HASH_ADD_KEYPTR(hh, core->sessions_by_id, session->b.id.at, session->b.id.len, session);
	INSERT_BY_SERIAL(core->sessions, session, session_order, prev, next);
	return session;
}

static void evolve_session(struct core *core, struct event *event)
{
	const struct body_session *body = event->body;
	struct session *session = core_session(core, body->id);
	if (!session)
		session = session_create(core, body);
	body_assign(BODY_session, &session->b, body);
	session->queue = core_queue(core, body->queue);
	CHECK(session->queue);
	list_waiting(core, session);
	list_open(session);
	list_ended(core, session);
	if (body->serial > core->sessions_drawn)
		core->sessions_drawn = body->serial;
	session->last_lsn = event->lsn;
	event->object = session;
}

static struct party *party_find(const struct session *session, struct str id)
{
	struct party *party;
	DL_FOREACH(session->parties, party)
		if (str_eq(party->b.id, id))
			return party;
	return NULL;
}

static struct party *party_create(
	struct core *core, struct session *session, const struct body_party *body)
{
	struct party *party = mem_new(sizeof *party);
	party->session = session;
	party->user = body->user.len ? core_user(core, body->user) : NULL;
	party->answer.object = party;
	party->answer.due = answer_due;
	DL_APPEND(session->parties, party);
	return party;
}

static void list_live(struct party *party, bool was_live)
{
	if (!party->user || was_live == party_is_live(party))
		return;
	if (was_live)
		DL_DELETE2(party->user->parties, party, user_prev, user_next);
	else
		DL_APPEND2(party->user->parties, party, user_prev, user_next);
}

static void evolve_party(struct core *core, struct event *event)
{
	const struct body_party *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct party *party = party_find(session, body->id);
	bool was_live = party && party_is_live(party);
	if (!party)
		party = party_create(core, session, body);
	body_assign(BODY_party, &party->b, body);
	list_live(party, was_live);
	deadline_set(core, &party->answer, body->deadline, event->lsn);
	if (body->draw > session->draws[body->drawn_for & 7])
		session->draws[body->drawn_for & 7] = body->draw;
	session->last_lsn = event->lsn;
	event->object = party;
}

static struct message *message_slot(struct session *session, uint64_t seq)
{
	CHECK(seq >= 1 && seq <= session->message_count + 1);
	if (seq <= session->message_count)
		return session->messages[seq - 1];
	if (session->message_count == session->message_cap) {
		session->message_cap = session->message_cap ? 2 * session->message_cap : 8;
		session->messages = mem_resize(
			session->messages, session->message_cap * sizeof *session->messages);
	}
	struct message *message = mem_new(sizeof *message);
	session->messages[session->message_count++] = message;
	return message;
}

static void evolve_message(struct core *core, struct event *event)
{
	const struct body_message *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct message *message = message_slot(session, body->seq);
	body_assign(BODY_message, &message->b, body);
	if (body->outbound)
		message->delivery = DELIVERY_QUEUED;
	if (body->audience & (CLASS_CUSTOMER | CLASS_AGENT))
		idle_anew(core, session, event);
	session->last_lsn = event->lsn;
	event->object = message;
}

/* Only what agents or the customer can see moves the idle time. */
static void idle_anew(struct core *core, struct session *session, const struct event *event)
{
	const struct body_message *body = event->body;
	if (session->is_ended || !core->centre.idle_close)
		return;
	deadline_set(core, &session->idle, body->at + core->centre.idle_close, event->lsn);
}

static void evolve_refusal(struct core *core, struct event *event)
{
	const struct body_refusal *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct refusal *refusal;
	DL_FOREACH(session->refusals, refusal)
		if (str_eq(refusal->b.user, body->user))
			break;
	if (!refusal) {
		refusal = mem_new(sizeof *refusal);
		refusal->until.object = refusal;
		refusal->until.due = refusal_due;
		DL_APPEND(session->refusals, refusal);
	}
	body_assign(BODY_refusal, &refusal->b, body);
	deadline_set(core, &refusal->until, body->until, event->lsn);
	session->last_lsn = event->lsn;
	event->object = refusal;
}

/* --- registrations ------------------------------------------------------------------------------ */

static int order_order(const struct registration *a, const struct registration *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static void unlist_registration(struct registration *r)
{
	if (!r->is_listed)
		return;
	DL_DELETE2(r->supervisor->orders, r, order_prev, order_next);
	DL_DELETE2(r->agent->watchers, r, watcher_prev, watcher_next);
	r->is_listed = false;
}

static void list_registration(struct registration *r)
{
	DL_INSERT_INORDER2(r->supervisor->orders, r, order_order, order_prev, order_next);
	DL_INSERT_INORDER2(r->agent->watchers, r, order_order, watcher_prev, watcher_next);
	r->is_listed = true;
}

static struct registration *registration_find(
	const struct core *core, const struct body_registration *body)
{
	struct registration *found;
	char key[2 * USER_ID_LEN];
	CHECK(body->supervisor.len == USER_ID_LEN && body->agent.len == USER_ID_LEN);
	memcpy(key, body->supervisor.at, USER_ID_LEN);
	memcpy(key + USER_ID_LEN, body->agent.at, USER_ID_LEN);
	HASH_FIND(hh, core->registrations, key, sizeof key, found);
	return found;
}

static struct registration *registration_create(
	struct core *core, const struct body_registration *body)
{
	struct registration *r = mem_new(sizeof *r);
	r->supervisor = core_user(core, body->supervisor);
	r->agent = core_user(core, body->agent);
	CHECK(r->supervisor && r->agent);
	memcpy(r->key, body->supervisor.at, USER_ID_LEN);
	memcpy(r->key + USER_ID_LEN, body->agent.at, USER_ID_LEN);
	HASH_ADD(hh, core->registrations, key, sizeof r->key, r);
	return r;
}

static void evolve_registration(struct core *core, struct event *event)
{
	const struct body_registration *body = event->body;
	struct registration *r = registration_find(core, body);
	if (!r)
		r = registration_create(core, body);
	unlist_registration(r);
	body_assign(BODY_registration, &r->b, body);
	if (body->active)
		list_registration(r);
	event->object = r;
}

/* --- SMS ---------------------------------------------------------------------------------------- */

static int outbound_order(const struct outbound *a, const struct outbound *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static void link_message(
	const struct core *core, struct outbound *out, const struct body_outbound *body)
{
	struct session *session = body->session.len ? core_session(core, body->session) : NULL;
	if (!session || body->seq == 0 || body->seq > session->message_count)
		return;
	out->message_session = session;
	out->message = session->messages[body->seq - 1];
	out->message->outbound = out;
}

static struct outbound *outbound_create(struct core *core, const struct event *event)
{
	const struct body_outbound *body = event->body;
	struct outbound *out = mem_new(sizeof *out);
	out->link = core_link(core, body->link);
	CHECK(out->link);
	out->lsn = event->lsn;
	out->b.serial = body->serial;
	out->closes.object = out;
	out->closes.due = closes_due;
	link_message(core, out, body);
	HASH_ADD(hh, core->outbound_by_serial, b.serial, sizeof out->b.serial, out);
	INSERT_BY_SERIAL(core->outbound, out, outbound_order, prev, next);
	return out;
}

static void list_unsent(struct core *core, struct outbound *out)
{
	bool is_unsent = out->b.open && (out->part_count == 0 || out->answered < out->part_count);
	if (is_unsent == out->is_unsent)
		return;
	if (is_unsent) {
		INSERT_BY_SERIAL(out->link->unsent, out, outbound_order, unsent_prev, unsent_next);
		core->outbound_unsent++;
	} else {
		DL_DELETE2(out->link->unsent, out, unsent_prev, unsent_next);
		core->outbound_unsent--;
	}
	out->is_unsent = is_unsent;
}

void outbound_list_over(struct core *core, struct outbound *out)
{
	if (out->b.open || out->message || out->is_over)
		return;
	DL_DELETE(core->outbound, out);
	DL_APPEND(core->over, out);
	out->is_over = true;
}

static void evolve_outbound(struct core *core, struct event *event)
{
	const struct body_outbound *body = event->body;
	struct outbound *out = core_outbound(core, body->serial);
	bool was_open = out && out->b.open;
	if (!out)
		out = outbound_create(core, event);
	body_assign(BODY_outbound, &out->b, body);
	deadline_set(core, &out->closes, body->open ? body->closes : 0, event->lsn);
	core->outbound_open += (size_t)(body->open != 0);
	core->outbound_open -= (size_t)was_open;
	if (body->serial > core->outbound_drawn)
		core->outbound_drawn = body->serial;
	list_unsent(core, out);
	outbound_list_over(core, out);
	out->last_lsn = event->lsn;
	event->object = out;
}

static int part_order(const struct sms_part *a, const struct sms_part *b)
{
	return (a->b.part > b->b.part) - (a->b.part < b->b.part);
}

static struct sms_part *part_of(struct outbound *out, const struct body_part *body)
{
	struct sms_part *part;
	DL_FOREACH(out->parts, part)
		if (part->b.part == body->part)
			return part;
	part = mem_new(sizeof *part);
	part->outbound = out;
	part->b.part = body->part;
	DL_INSERT_INORDER(out->parts, part, part_order);
	return part;
}

/* A receipt names the link and the SMSC's id. */
static void index_receipt(struct core *core, struct sms_part *part)
{
	if (part->receipt_key.len || part->b.smsc_id.len == 0)
		return;
	struct buf key = {0};
	buf_printf(&key, "%.*s %.*s", STR_ARGS(part->outbound->link->b.name),
		STR_ARGS(part->b.smsc_id));
	part->receipt_key = str_copy(buf_str(&key));
	buf_free(&key);
	struct sms_part *older;
	HASH_FIND(hh, core->receipts, part->receipt_key.at, part->receipt_key.len, older);
	if (older) { /* the SMSC used the id again: its receipts mean the newer text */
		HASH_DEL(core->receipts, older);
		str_free(&older->receipt_key);
	}
	HASH_ADD_KEYPTR(hh, core->receipts, part->receipt_key.at, part->receipt_key.len, part);
}

static void evolve_part(struct core *core, struct event *event)
{
	const struct body_part *body = event->body;
	struct outbound *out = core_outbound(core, body->outbound);
	CHECK(out);
	struct sms_part *part = part_of(out, body);
	bool was_answered = part_is_answered(part);
	body_assign(BODY_part, &part->b, body);
	out->part_count = (unsigned)body->parts;
	out->answered += part_is_answered(part);
	out->answered -= was_answered;
	index_receipt(core, part);
	list_unsent(core, out);
	if (out->message)
		out->message->delivery = outbound_delivery(out);
	out->last_lsn = event->lsn;
	event->object = part;
}

static void segment_drop(struct link *link, struct segment_held **held)
{
	DL_DELETE(link->segments, *held);
	link->segment_count--;
	body_release(BODY_segment, &(*held)->b);
	free(*held);
	*held = NULL;
}

static bool is_same_segment(const struct body_segment *a, const struct body_segment *b)
{
	return str_eq(a->phone, b->phone) && str_eq(a->number, b->number) &&
	       a->reference == b->reference && a->part == b->part;
}

static void evolve_segment(struct core *core, struct event *event)
{
	const struct body_segment *body = event->body;
	struct link *link = core_link(core, body->link);
	CHECK(link);
	struct segment_held *held;
	DL_FOREACH(link->segments, held)
		if (is_same_segment(&held->b, body))
			break;
	if (!body->held) {
		if (held)
			segment_drop(link, &held);
		return;
	}
	if (held) { /* it came again: its place is that of its last arrival, as in the tables */
		DL_DELETE(link->segments, held);
	} else {
		held = mem_new(sizeof *held);
		link->segment_count++;
	}
	DL_APPEND(link->segments, held);
	body_assign(BODY_segment, &held->b, body);
	event->object = held;
}

static void evolve_inbound(struct core *core, struct event *event)
{
	const struct body_inbound *body = event->body;
	struct link *link = core_link(core, body->link);
	CHECK(link && body->slot < core->centre.receive_window);
	body_assign(BODY_inbound, &link->inbound[body->slot].b, body);
	if (body->count > link->inbound_count)
		link->inbound_count = body->count;
	event->object = &link->inbound[body->slot];
}

/* --- the dispatcher ----------------------------------------------------------------------------- */

void core_evolve(struct core *core, struct event *event)
{
	static void (*const evolve[BODY_KINDS])(struct core *, struct event *) = {
#define BODY(name, version) [BODY_##name] = evolve_##name,
#include "core/body_skip_fields.h"
#include "core/body.def"
#include "core/body_undef.h"
	};
	event->object = NULL;
	evolve[event_body(event->kind)](core, event);
	if (event->lsn > core->lsn)
		core->lsn = event->lsn;
	if (event->at > core->last_at)
		core->last_at = event->at;
	visibility_mark_seen(core, event);
}
