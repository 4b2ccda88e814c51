/* evolve_session.c - sessions, parties, entries and refusals after an event. */
#include "core/model/evolve.h"
#include "core/model/message.h"
#include "core/model/over.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <stdlib.h>
#include <utlist.h>

static void idle_anew(struct core *core, struct session *session, const struct event *event);

int session_order(const struct session *a, const struct session *b)
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
		LL_INSERT_INORDER2(session->contact->open, session, session_order, contact_next);
	else
		LL_DELETE2(session->contact->open, session, contact_next);
	session->is_open = is_open;
}

static void list_ended(struct core *core, struct session *session)
{
	struct flag *flag;
	if (session->is_ended || !body_is_over(BODY_session, &session->b, NULL, NULL))
		return;
	DL_DELETE(core->sessions, session);
	DL_APPEND(core->ended, session);
	session->is_ended = true;
	deadline_clear(core, &session->idle);
	DL_FOREACH(session_rare(session)->flags, flag)
		deadline_clear(core, &flag->due);
}

static struct session *session_create(struct core *core, const struct body_session *body)
{
	struct session *session = mem_new(sizeof *session);
	session->b.id = str_copy(body->id);
	session->b.serial = body->serial;
	session->contact = core_contact(core, body->phone);
	CHECK(session->contact);
	session->idle.kind = DEADLINE_IDLE;
	table_add(&core->sessions_by_id, &session->by_id);
	INSERT_BY_SERIAL(core->sessions, session, session_order, prev, next);
	return session;
}

void evolve_session(struct core *core, struct event *event)
{
	const struct body_session *body = event->body;
	struct session *session = core_session(core, body->id);
	if (!session)
		session = session_create(core, body);
	session->queue = core_queue_ever(core, body->queue);
	CHECK(session->queue);
	body_assign(BODY_session, &session->b, body);
	list_waiting(core, session);
	list_open(session);
	list_ended(core, session);
	if (body->serial > core->sessions_drawn)
		core->sessions_drawn = body->serial;
	session->last_lsn = event->lsn;
	event->object = session;
}

/* --- who is there, and who watches -------------------------------------------------------------- */

static struct viewer *viewer_find(const struct session *session, struct str id)
{
	struct viewer *viewer;
	EACH_VIEWER(session, viewer)
		if (str_eq(viewer->b.id, id))
			return viewer;
	return NULL;
}

static struct viewer *party_create(struct session *session)
{
	struct party *party = mem_new(sizeof *party);
	party->answer.kind = DEADLINE_ANSWER;
	LL_APPEND(session->parties, party);
	return &party->viewer;
}

static struct viewer *watch_create(struct session *session)
{
	struct watch *watch = mem_new(sizeof *watch);
	struct session_rare *rare = session_make_rare(session);
	DL_APPEND(rare->watches, watch);
	return &watch->viewer;
}

static struct viewer *viewer_create(
	const struct core *core, struct session *session, const struct body_party *body)
{
	struct viewer *viewer = watch_is(body) ? watch_create(session) : party_create(session);
	viewer->session = session;
	viewer->user = body->user.len ? core_user(core, body->user) : NULL;
	return viewer;
}

/* As it was before an event; of one that is not there yet nothing is true. */
struct party_before {
	bool was_live, took_capacity;
};

static void list_party(struct party *party, struct party_before before)
{
	bool was_live = before.was_live;
	if (!party->user)
		return;
	party->user->load += party_takes_capacity(party);
	party->user->load -= before.took_capacity;
	if (was_live == party_is_live(party))
		return;
	if (was_live)
		LL_DELETE2(party->user->parties, party, user_next);
	else
		LL_APPEND2(party->user->parties, party, user_next);
}

static void list_watch(struct watch *watch, bool was_live)
{
	if (was_live == viewer_is_live(&watch->viewer))
		return;
	if (was_live)
		DL_DELETE2(watch->user->watches, watch, user_prev, user_next);
	else
		DL_APPEND2(watch->user->watches, watch, user_prev, user_next);
}

/* A participation is there or watches for as long as it lasts: who changes that begins another. */
void evolve_party(struct core *core, struct event *event)
{
	const struct body_party *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct viewer *viewer = viewer_find(session, body->id);
	bool was_live = viewer && viewer_is_live(viewer);
	bool took_capacity = viewer && !watch_is(&viewer->b) &&
			     party_takes_capacity((struct party *)(void *)viewer);
	if (!viewer)
		viewer = viewer_create(core, session, body);
	CHECK(watch_is(body) == watch_is(&viewer->b) || !viewer->b.id.len);
	viewer->b.session = session->b.id; /* lent: no copy of its own */
	body_assign(BODY_party, &viewer->b, body);
	if (watch_is(body)) {
		list_watch((struct watch *)(void *)viewer, was_live);
	} else {
		struct party *party = (struct party *)(void *)viewer;
		list_party(party, (struct party_before) {was_live, took_capacity});
		deadline_set(core, &party->answer, body->deadline, event->lsn);
	}
	session->last_lsn = event->lsn;
	event->object = viewer;
}

/* --- entries, refusals -------------------------------------------------------------------------- */

/* Of a session that waits: that the customer is there, and what was written. */
#define MESSAGES_LEAST 2

static struct message **message_slot(struct session *session, uint64_t seq)
{
	CHECK(seq >= 1 && seq <= (uint64_t)session->message_count + 1);
	if (seq <= session->message_count)
		return &session->messages[seq - 1];
	if (session->message_count == session->message_cap) {
		session->message_cap =
			session->message_cap ? 2 * session->message_cap : MESSAGES_LEAST;
		session->messages = mem_resize(
			session->messages, session->message_cap * sizeof *session->messages);
	}
	session->messages[session->message_count] = NULL;
	return &session->messages[session->message_count++];
}

/* What is packed does not change: another one takes its place. */
static struct message *message_put(struct session *session, const struct body_message *body)
{
	struct message **slot = message_slot(session, body->seq), *was = *slot;
	*slot = message_new(session, body);
	if (!was)
		return *slot;
	(*slot)->outbound = was->outbound;
	(*slot)->delivery = was->delivery;
	if (was->outbound)
		was->outbound->message = *slot;
	free(was);
	return *slot;
}

void evolve_message(struct core *core, struct event *event)
{
	const struct body_message *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct message *message = message_put(session, body);
	if (body->outbound)
		message->delivery = DELIVERY_QUEUED;
	if (body->audience & (CLASS_CUSTOMER | CLASS_AGENT) && body->author != PARTY_SUPERVISOR)
		idle_anew(core, session, event);
	session->last_lsn = event->lsn;
	event->object = message;
}

/* --- what is erased. The image is of some moment: what it erases is taken from it, and no more ------- */

/* What is told of an entry that is in memory is told without its words from now on. */
static void erase_message(struct core *core, struct event *event, const void *body)
{
	const struct body_message *image = body;
	struct session *session = core_session(core, image->session);
	if (!session || !session->message_count)
		return;
	CHECK(image->seq >= 1 && image->seq <= session->message_count);
	event->object = message_put(session, image);
	session->last_lsn = event->lsn;
}

static void erase_session(struct core *core, struct event *event, const void *body)
{
	const struct body_session *image = body;
	struct session *session = core_session(core, image->id);
	if (!session)
		return;
	struct body_session now = session->b;
	now.phone = image->phone;
	now.erased = image->erased;
	body_assign(BODY_session, &session->b, &now);
	session->last_lsn = event->lsn;
}

static void erase_party(struct core *core, struct event *event, const void *body)
{
	const struct body_party *image = body;
	struct session *session = core_session(core, image->session);
	struct viewer *viewer = session ? viewer_find(session, image->id) : NULL;
	if (!viewer)
		return;
	struct body_party now = viewer->b;
	now.nickname = image->nickname;
	body_assign(BODY_party, &viewer->b, &now);
}

static void erase_datum(struct core *core, struct event *event, const void *body)
{
	const struct body_datum *image = body;
	struct session *session = core_session(core, image->session);
	struct datum *datum = session ? session_datum(session, image->name) : NULL;
	if (!datum)
		return;
	struct body_datum now = datum->b;
	now.value = image->value;
	now.is_number = image->is_number;
	body_assign(BODY_datum, &datum->b, &now);
}

static void erase_hand(struct core *core, struct event *event, const void *body)
{
	const struct body_hand *image = body;
	struct session *session = core_session(core, image->session);
	struct user *agent = core_user(core, image->agent);
	struct hand *hand = session && agent ? session_hand(session, agent, image->rule) : NULL;
	if (!hand)
		return;
	struct body_hand now = hand->b;
	now.reason = image->reason;
	now.comment = image->comment;
	body_assign(BODY_hand, &hand->b, &now);
}

static void erase_contact(struct core *core, struct event *event, const void *body)
{
	contact_erase(core, ((const struct body_contact *)body)->phone);
}

static void erase_outbound(struct core *core, struct event *event, const void *body)
{
	const struct body_outbound *image = body;
	struct outbound *out = core_outbound(core, image->serial);
	if (!out)
		return;
	struct body_outbound now = out->b;
	now.phone = image->phone;
	now.text = image->text;
	body_assign(BODY_outbound, &out->b, &now);
	str_free(&out->text);
}

void evolve_erasure(struct core *core, struct event *event)
{
	static void (*const erase[BODY_KINDS])(
		struct core * core, struct event * event, const void *image) = {
		[BODY_message] = erase_message,
		[BODY_session] = erase_session,
		[BODY_party] = erase_party,
		[BODY_datum] = erase_datum,
		[BODY_hand] = erase_hand,
		[BODY_contact] = erase_contact,
		[BODY_outbound] = erase_outbound,
	};
	union any_body image;
	const struct body_erasure *body = event->body;
	enum body_kind kind = event_body((enum event_kind)body->kind);
	CHECK(body_unpack(kind, body->image, &image));
	if (erase[kind])
		erase[kind](core, event, &image);
}

/* What agents or the customer can see moves the idle time, and nothing that supervisors do. */
static void idle_anew(struct core *core, struct session *session, const struct event *event)
{
	const struct body_message *body = event->body;
	if (session->is_ended || !core->centre.idle_close)
		return;
	deadline_set(core, &session->idle, body->at + core->centre.idle_close, event->lsn);
}

static int datum_order(const struct datum *a, const struct datum *b)
{
	return (a->b.place > b->b.place) - (a->b.place < b->b.place);
}

void datum_drop(struct session *session, struct datum **datum)
{
	struct session_rare *rare = session_make_rare(session);
	DL_DELETE(rare->data, *datum);
	body_release(BODY_datum, &(*datum)->b);
	free(*datum);
	*datum = NULL;
}

/* What was deleted is in no list: its name may come again, as one that was never there. */
void evolve_datum(struct core *core, struct event *event)
{
	const struct body_datum *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct datum *datum = session_datum(session, body->name);
	if (datum && !body->held) {
		datum_drop(session, &datum);
	} else if (datum) {
		body_assign(BODY_datum, &datum->b, body);
	} else if (body->held) {
		datum = mem_new(sizeof *datum);
		body_assign(BODY_datum, &datum->b, body);
		DL_INSERT_INORDER(session_make_rare(session)->data, datum, datum_order);
	}
	session->last_lsn = event->lsn;
	event->object = session;
}

static int hand_order(const struct hand *a, const struct hand *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static void unlist_hand(struct core *core, struct hand *hand)
{
	if (hand->is_listed)
		DL_DELETE2(core->hands, hand, raised_prev, raised_next);
	hand->is_listed = false;
}

static void list_hand(struct core *core, struct hand *hand)
{
	DL_INSERT_INORDER2(core->hands, hand, hand_order, raised_prev, raised_next);
	hand->is_listed = true;
}

void hand_drop(struct core *core, struct hand **hand)
{
	unlist_hand(core, *hand);
	struct session_rare *rare = session_make_rare((*hand)->session);
	DL_DELETE(rare->hands, *hand);
	body_release(BODY_hand, &(*hand)->b);
	free(*hand);
	*hand = NULL;
}

static struct hand *hand_create(struct session *session, struct user *agent)
{
	struct hand *hand = mem_new(sizeof *hand);
	hand->session = session;
	hand->agent = agent;
	struct session_rare *rare = session_make_rare(session);
	DL_APPEND(rare->hands, hand);
	return hand;
}

/* One that is raised anew is listed behind those that are raised already. */
void evolve_hand(struct core *core, struct event *event)
{
	const struct body_hand *body = event->body;
	struct session *session = core_session(core, body->session);
	struct user *agent = core_user(core, body->agent);
	CHECK(session && agent);
	struct hand *hand = session_hand(session, agent, body->rule);
	if (!hand)
		hand = hand_create(session, agent);
	unlist_hand(core, hand);
	body_assign(BODY_hand, &hand->b, body);
	if (body->raised)
		list_hand(core, hand);
	session->last_lsn = event->lsn;
	event->object = hand;
}

void flag_drop(struct core *core, struct flag **flag)
{
	deadline_clear(core, &(*flag)->due);
	struct session_rare *rare = session_make_rare((*flag)->session);
	DL_DELETE(rare->flags, *flag);
	body_release(BODY_flag, &(*flag)->b);
	free(*flag);
	*flag = NULL;
}

static struct flag *flag_create(struct session *session)
{
	struct flag *flag = mem_new(sizeof *flag);
	flag->session = session;
	flag->due = (struct deadline) {.kind = DEADLINE_FLAG};
	struct session_rare *rare = session_make_rare(session);
	DL_APPEND(rare->flags, flag);
	return flag;
}

/* In a session that is over nothing is waited for. */
void evolve_flag(struct core *core, struct event *event)
{
	const struct body_flag *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct flag *flag = session_flag(session, body->rule);
	if (!flag)
		flag = flag_create(session);
	body_assign(BODY_flag, &flag->b, body);
	deadline_set(core, &flag->due, session->is_ended ? 0 : body->due, event->lsn);
	session->last_lsn = event->lsn;
	event->object = flag;
}

void evolve_refusal(struct core *core, struct event *event)
{
	const struct body_refusal *body = event->body;
	struct session *session = core_session(core, body->session);
	CHECK(session);
	struct refusal *refusal;
	DL_FOREACH(session_rare(session)->refusals, refusal)
		if (str_eq(refusal->b.user, body->user))
			break;
	if (!refusal) {
		refusal = mem_new(sizeof *refusal);
		refusal->until.kind = DEADLINE_REFUSAL;
		DL_APPEND(session_make_rare(session)->refusals, refusal);
	}
	body_assign(BODY_refusal, &refusal->b, body);
	deadline_set(core, &refusal->until, body->until, event->lsn);
	session->last_lsn = event->lsn;
	event->object = refusal;
}
