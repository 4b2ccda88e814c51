/* smsc_sim.c - the SMSC's sockets and sessions; texts go through its outbox and inbox. */
#include "smsc/smsc_sim.h"
#include "base/arena.h"
#include "base/log.h"
#include "core/model/phone.h"
#include "sms/smpp_message.h"
#include "sms/unread.h"
#include "smsc/smsc_customers.h"
#include "smsc/smsc_inbox.h"
#include "smsc/smsc_outbox.h"
#include "smsc/smsc_shapes.h"
#include "wire/smpp_receipt.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#define LINGER_MS    1000
#define RECEIPTS_MAX 100000 /* to come; beyond, none is sent */

struct session {
	struct smsc_sim *sim;
	struct net_conn *conn;
	struct smpp_bind *bind;
	unsigned depth; /* inside calls of the bind, which may call back */
	bool has_ended;
	struct net_timer tick;
	struct unread unread; /* decides what is read */
	struct session *prev, *next;
};

/* A receipt that is due some time after its text; all wait equally long, so they stay in order. */
struct due_receipt {
	msec at, submitted;
	struct str id, phone, number, text; /* owned */
	struct due_receipt *prev, *next;
};

struct waiting {          /* a phone that wrote and was not answered */
	struct str phone; /* owned */
	UT_hash_handle hh;
};

struct smsc_sim {
	struct net *net;
	struct smsc_sim_settings settings;
	struct str system_id, password, number; /* owned */
	struct net_listener *listener;
	struct session *sessions;
	struct smsc_outbox *outbox;
	struct smsc_inbox *inbox;
	struct smsc_customers *customers;
	struct due_receipt *receipts;
	size_t receipt_count;
	struct waiting *waiting;
	uint64_t messages; /* accepted; their ids go on from the start's time */
	uint64_t id_base;
	uint8_t reference;     /* of long texts */
	unsigned shaped;       /* texts and parts so far */
	struct net_timer wake; /* the next receipt, or the outbox */
};

static void pump(struct smsc_sim *sim);

/* --- who waits ----------------------------------------------------------------------------- */

static struct waiting *waiting_find(const struct smsc_sim *sim, struct str phone)
{
	struct waiting *w;
	HASH_FIND(hh, sim->waiting, phone.at, phone.len, w);
	return w;
}

static void waiting_add(struct smsc_sim *sim, struct str phone)
{
	if (waiting_find(sim, phone))
		return;
	struct waiting *w = mem_new(sizeof *w);
	w->phone = str_copy(phone);
	HASH_ADD_KEYPTR(hh, sim->waiting, w->phone.at, w->phone.len, w);
}

static void waiting_remove(struct smsc_sim *sim, struct str phone)
{
	struct waiting *w = waiting_find(sim, phone);
	if (!w)
		return;
	HASH_DEL(sim->waiting, w);
	str_free(&w->phone);
	free(w);
}

unsigned smsc_sim_waiting(const struct smsc_sim *sim)
{
	return HASH_COUNT(sim->waiting);
}

/* --- sessions ------------------------------------------------------------------------------ */

static void session_hang_up(struct session *s, msec linger_ms)
{
	if (!s->bind)
		return;
	smpp_bind_free(&s->bind);
	net_timer_stop(s->sim->net, &s->tick);
	unread_end(&s->unread);
	net_close(s->conn, linger_ms);
	smsc_outbox_session_ended(s->sim->outbox, s);
}

static void enter(struct session *s)
{
	s->depth++;
}

static void arm(struct session *s, msec due)
{
	if (due == SMPP_NEVER)
		net_timer_stop(s->sim->net, &s->tick);
	else
		net_timer_start(s->sim->net, &s->tick, due - net_now(s->sim->net));
}

/* The outermost call alone writes out and cleans up. */
static void leave(struct session *s)
{
	struct buf out = {0};
	if (s->depth > 1) {
		s->depth--;
		return;
	}
	msec due = smpp_bind_tick(s->bind, net_now(s->sim->net));
	s->depth--;
	smpp_bind_take(s->bind, &out);
	if (out.len)
		net_write(s->conn, buf_str(&out));
	buf_free(&out);
	unread_wrote(&s->unread);
	if (s->has_ended)
		session_hang_up(s, LINGER_MS);
	else
		arm(s, due);
}

static void on_tick(void *ctx)
{
	enter(ctx);
	leave(ctx);
}

/* --- texts of agents ----------------------------------------------------------------------- */

static void promise_receipt(
	struct smsc_sim *sim, struct str id, struct str phone, struct str number, struct str text)
{
	if (sim->settings.receipt_ms == 0 || sim->receipt_count >= RECEIPTS_MAX)
		return;
	struct due_receipt *r = mem_new(sizeof *r);
	*r = (struct due_receipt) {.submitted = net_now(sim->net),
		.at = net_now(sim->net) + sim->settings.receipt_ms,
		.id = str_copy(id),
		.phone = str_copy(phone),
		.number = str_copy(number),
		.text = str_copy(text)};
	DL_APPEND(sim->receipts, r);
	sim->receipt_count++;
}

static void receipt_free(struct smsc_sim *sim, struct due_receipt *r)
{
	DL_DELETE(sim->receipts, r);
	sim->receipt_count--;
	str_free(&r->id);
	str_free(&r->phone);
	str_free(&r->number);
	str_free(&r->text);
	free(r);
}

static void arrive(
	struct smsc_sim *sim, struct str phone, const struct segment *segment, unsigned coding)
{
	struct buf text = {0};
	waiting_remove(sim, phone);
	if (smsc_inbox_take(sim->inbox, phone, segment, coding, &text)) {
		if (sim->settings.on_text)
			sim->settings.on_text(sim->settings.ctx, false, phone, buf_str(&text));
		smsc_customers_read(sim->customers, phone);
	}
	buf_free(&text);
}

static void take_submit(struct session *s, const struct smpp_pdu *pdu)
{
	struct smsc_sim *sim = s->sim;
	struct segment segment;
	char to[ADDRESS_ROOM], id[20];
	const struct smpp_address address = {pdu->sm.dest_addr_ton, pdu->sm.destination_addr, 0};
	struct str phone = address_source(to, &address);
	struct str content = smpp_pdu_content(pdu);
	bool has_header = pdu->sm.esm_class & SMPP_ESM_HAS_UDH;
	if (!phone_is_number(phone)) {
		smpp_bind_answer(s->bind, pdu->sequence, ESME_RINVDSTADR, STR_NONE);
		return;
	}
	segment_read(content, has_header, &segment);
	int len = snprintf(
		id, sizeof id, "%llx", (unsigned long long)(sim->id_base + sim->messages++));
	struct str message_id = str_from(id, (size_t)len);
	smpp_bind_answer(s->bind, pdu->sequence, ESME_ROK, message_id);
	if (pdu->sm.registered_delivery & 1)
		promise_receipt(sim, message_id, phone, pdu->sm.source_addr, segment.data);
	arrive(sim, phone, &segment, pdu->sm.data_coding);
}

static void on_tell(void *ctx, const struct smpp_event *event)
{
	struct session *s = ctx;
	struct smsc_sim *sim = s->sim;
	switch (event->what) {
	case SMPP_BOUND:
		log_info("smsc", "an ESME is bound");
		smsc_customers_begin(sim->customers);
		break;
	case SMPP_RECEIVED:
		take_submit(s, event->pdu);
		break;
	case SMPP_ANSWERED:
	case SMPP_ANSWERED_LATE: /* until then it is on its way, as far as the outbox knows */
		smsc_outbox_answered(
			sim->outbox, event->cookie, event->pdu->status, net_now(sim->net));
		break;
	case SMPP_ENDED:
		log_info("smsc", "a session ended: %s", event->why);
		s->has_ended = true;
		break;
	default:
		break;
	}
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct session *s = net_conn_ctx(conn);
	if (!s->bind)
		return;
	enter(s);
	smpp_bind_recv(s->bind, bytes, net_now(s->sim->net));
	leave(s);
	pump(s->sim);
}

static void on_drained(struct net_conn *conn)
{
	struct session *s = net_conn_ctx(conn);
	unread_drained(&s->unread);
}

static void on_stuck(void *ctx)
{
	log_info("smsc", "an ESME does not read what it is sent");
	session_hang_up(ctx, 0);
}

static void on_closed(struct net_conn *conn)
{
	struct session *s = net_conn_ctx(conn);
	struct smsc_sim *sim = s->sim;
	smsc_outbox_session_ended(sim->outbox, s);
	net_timer_stop(sim->net, &s->tick);
	unread_end(&s->unread);
	smpp_bind_free(&s->bind);
	DL_DELETE(sim->sessions, s);
	free(s);
	pump(sim);
}

static void on_accept(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {
		.on_data = on_data, .on_drained = on_drained, .on_closed = on_closed};
	struct smsc_sim *sim = ctx;
	const struct smpp_bind_settings settings = {.role = SMPP_SMSC,
		.system_id = sim->system_id,
		.password = sim->password,
		.window = SMPP_RECEIVE_WINDOW};
	struct session *s = mem_new(sizeof *s);
	*s = (struct session) {.sim = sim, .conn = conn};
	s->bind = smpp_bind_new(&settings, net_now(sim->net), on_tell, s);
	s->tick = (struct net_timer) {.fire = on_tick, .ctx = s};
	DL_APPEND(sim->sessions, s);
	unread_init(&s->unread, sim->net, on_stuck, s);
	net_conn_attach(conn, &handler, s);
	unread_begin(&s->unread, conn, true);
	on_tick(s);
}

/* --- texts of customers and receipts ------------------------------------------------------- */

/* Of several sessions each has its turn. */
static bool send_to_any(void *ctx, struct smpp_pdu *pdu, uint64_t mail, const void **taken_by)
{
	struct smsc_sim *sim = ctx;
	struct session *s;
	DL_FOREACH(sim->sessions, s) {
		if (!s->bind || s->has_ended || smpp_bind_free_window(s->bind) == 0)
			continue;
		enter(s);
		bool is_sent = smpp_bind_send(s->bind, pdu, mail, net_now(sim->net));
		*taken_by =
			is_sent ? s : NULL; /* before `leave`, which may find the session ended */
		leave(s);
		DL_DELETE(sim->sessions, s);
		DL_APPEND(sim->sessions, s);
		return is_sent;
	}
	return false;
}

static void put_receipt(struct smsc_sim *sim, struct due_receipt *r)
{
	struct buf text = {0};
	const struct smpp_receipt_text receipt = {.message_id = r->id,
		.state = SMPP_STATE_DELIVERED,
		.submitted = r->submitted,
		.done = r->at,
		.text = r->text};
	struct smpp_pdu pdu;
	smpp_receipt_write(&text, &receipt);
	const struct smpp_part part = {
		.number = r->phone, .phone = r->number, .data = buf_str(&text)};
	const struct smpp_manner manner = smpp_manner(STR_NONE);
	struct smpp_times times;
	if (smpp_message_write(&part, &manner, &times, &pdu)) {
		pdu.command = SMPP_DELIVER_SM;
		pdu.sm.registered_delivery = 0;
		pdu.sm.esm_class = SMPP_ESM_RECEIPT;
		pdu.tlv = (struct smpp_tlvs) {.has_receipted_message_id = true,
			.receipted_message_id = r->id,
			.has_message_state = true,
			.message_state = SMPP_STATE_DELIVERED};
		smsc_outbox_put(sim->outbox, &pdu);
	}
	buf_free(&text);
	receipt_free(sim, r);
}

static void put_part(struct smsc_sim *sim, const struct smpp_part *part)
{
	struct smpp_pdu pdu;
	struct buf room = {0};
	const struct smpp_manner manner = smpp_manner(STR_NONE);
	struct smpp_times times;
	if (!smpp_message_write(part, &manner, &times, &pdu))
		return;
	pdu.command = SMPP_DELIVER_SM;
	pdu.sm.registered_delivery = 0;
	if (sim->settings.has_odd_shapes)
		smsc_shapes_dress(&pdu, sim->shaped++, &room);
	smsc_outbox_put(sim->outbox, &pdu);
	buf_free(&room);
}

static void put_text(struct smsc_sim *sim, struct str phone, struct str text)
{
	struct segment_text as = {.text = text};
	unsigned parts = segment_count(&as);
	if (parts > 1)
		sim->reference++;
	for (unsigned i = 1; i <= parts; i++) {
		struct segment_bytes bytes = {.has_header = false};
		as.reference = sim->reference;
		segment_encode(&as, i, &bytes);
		const struct smpp_part part = {.number = phone,
			.phone = sim->number,
			.data = buf_str(&bytes.data),
			.coding = bytes.data_coding,
			.has_header = bytes.has_header};
		put_part(sim, &part);
		buf_free(&bytes.data);
	}
}

static msec next_wake(const struct smsc_sim *sim)
{
	msec due = smsc_outbox_due(sim->outbox);
	if (sim->receipts && sim->receipts->at < due)
		due = sim->receipts->at;
	return due;
}

static void pump(struct smsc_sim *sim)
{
	msec now = net_now(sim->net);
	while (sim->receipts && sim->receipts->at <= now)
		put_receipt(sim, sim->receipts);
	smsc_outbox_pump(sim->outbox, now);
	msec due = next_wake(sim);
	if (due == SMPP_NEVER)
		net_timer_stop(sim->net, &sim->wake);
	else
		net_timer_start(sim->net, &sim->wake, due - now);
}

static void on_wake(void *ctx)
{
	pump(ctx);
}

static void write_text(void *ctx, bool is_opening, struct str phone, struct str text)
{
	struct smsc_sim *sim = ctx;
	const struct segment_text as = {.text = text};
	if (segment_count(&as) == 0) {
		log_warn("smsc", "a text is no UTF-8 or too long and was not sent");
		return;
	}
	if (is_opening)
		waiting_add(sim, phone);
	if (sim->settings.on_text)
		sim->settings.on_text(sim->settings.ctx, true, phone, text);
	put_text(sim, phone, text);
	pump(sim);
}

void smsc_sim_write(struct smsc_sim *sim, struct str phone, struct str text)
{
	write_text(sim, true, phone, text);
}

void smsc_sim_deliver(struct smsc_sim *sim, const struct smpp_pdu *deliver_sm)
{
	smsc_outbox_put(sim->outbox, deliver_sm);
	pump(sim);
}

/* --- life ---------------------------------------------------------------------------------- */

static struct smsc_customers *make_customers(struct smsc_sim *sim)
{
	const struct smsc_sim_settings *s = &sim->settings;
	const struct smsc_customers_settings settings = {.seed = s->seed,
		.count = s->customers,
		.first_text_ms = s->first_text_ms,
		.pause_least_ms = s->pause_least_ms,
		.pause_most_ms = s->pause_most_ms,
		.reply_least_ms = s->reply_least_ms,
		.reply_most_ms = s->reply_most_ms,
		.write = write_text,
		.ctx = sim};
	return smsc_customers_new(sim->net, &settings);
}

enum err smsc_sim_new(
	struct net *net, const struct smsc_sim_settings *settings, struct smsc_sim **out)
{
	struct smsc_sim *sim = mem_new(sizeof *sim);
	const struct smsc_outbox_settings outbox = {.send = send_to_any, .ctx = sim};
	enum err e =
		net_listen(net, settings->host, settings->port, on_accept, sim, &sim->listener);
	if (e != OK) {
		free(sim);
		return e;
	}
	sim->net = net;
	sim->settings = *settings;
	sim->system_id = str_copy(settings->system_id);
	sim->password = str_copy(settings->password);
	sim->number = str_copy(settings->number);
	sim->outbox = smsc_outbox_new(&outbox);
	sim->inbox = smsc_inbox_new();
	sim->customers = make_customers(sim);
	sim->id_base = (uint64_t)net_now(net); /* ids of an earlier run do not come again */
	sim->wake = (struct net_timer) {.fire = on_wake, .ctx = sim};
	*out = sim;
	return OK;
}

unsigned smsc_sim_port(const struct smsc_sim *sim)
{
	return net_listener_port(sim->listener);
}

static void session_free(struct smsc_sim *sim, struct session *s)
{
	net_abandon(s->conn);
	unread_end(&s->unread);
	net_timer_stop(sim->net, &s->tick);
	smpp_bind_free(&s->bind);
	DL_DELETE(sim->sessions, s);
	free(s);
}

void smsc_sim_free(struct smsc_sim **slot)
{
	struct smsc_sim *sim = *slot;
	if (!sim)
		return;
	struct waiting *w, *next;
	net_listener_close(&sim->listener);
	while (sim->sessions)
		session_free(sim, sim->sessions);
	net_timer_stop(sim->net, &sim->wake);
	while (sim->receipts)
		receipt_free(sim, sim->receipts);
	HASH_ITER(hh, sim->waiting, w, next)
		waiting_remove(sim, w->phone);
	smsc_customers_free(&sim->customers);
	smsc_outbox_free(&sim->outbox);
	smsc_inbox_free(&sim->inbox);
	str_free(&sim->system_id);
	str_free(&sim->password);
	str_free(&sim->number);
	free(sim);
	*slot = NULL;
}
