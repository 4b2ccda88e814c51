/* sms_bench.c - the world around the links, for their tests. */
#include "sms/sms_bench.h"
#include "base/arena.h"
#include "base/log.h"
#include "core/model/message.h"
#include "core/model/session.h"
#include "wire/smpp_receipt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include <cmocka.h>

struct journal_head {
	uint64_t lsn;
	msec at;
	unsigned kind;
	size_t len;
};

/* --- the disk ------------------------------------------------------------------------------ */

static void keep(struct bench *b, const struct event *event)
{
	struct buf body = {0};
	body_pack(event_body(event->kind), &body, event->body);
	struct journal_head head = {event->lsn, event->at, event->kind, body.len};
	buf_put(&b->journal, str_from(&head, sizeof head));
	buf_put(&b->journal, buf_str(&body));
	buf_free(&body);
}

static void release_durable(struct bench *b)
{
	while (b->held.first && b->held.first->lsn <= b->durable) {
		struct gate_wait *wait = gate_line_shift(&b->held);
		wait->done(wait->ctx, true);
	}
}

void bench_commit_until(struct bench *b, uint64_t lsn)
{
	b->durable = lsn;
	release_durable(b);
}

void bench_commit(struct bench *b)
{
	bench_commit_until(b, b->core->lsn);
}

static void on_commit(void *ctx)
{
	struct bench *b = ctx;
	if (!b->is_manual)
		bench_commit(b);
}

/* The core again, from what is durable; the journal forgets the rest. */
static void rebuild(struct bench *b)
{
	struct str rest = buf_str(&b->journal);
	union any_body body;
	size_t durable_bytes = 0;
	core_free(&b->core);
	b->core = b->port.core = core_new();
	while (rest.len) {
		struct journal_head head;
		memcpy(&head, rest.at, sizeof head);
		if (head.lsn > b->durable)
			break;
		rest = str_skip(rest, sizeof head);
		assert_true(body_unpack(event_body(head.kind), str_from(rest.at, head.len), &body));
		struct event event = {
			.kind = head.kind, .lsn = head.lsn, .at = head.at, .body = &body};
		core_evolve(b->core, &event);
		rest = str_skip(rest, head.len);
		durable_bytes = b->journal.len - rest.len;
	}
	b->journal.len = durable_bytes;
}

static void drop_held(struct bench *b)
{
	struct gate_wait *wait;
	while ((wait = gate_line_shift(&b->held)))
		wait->done(wait->ctx, false);
}

void bench_refuse(struct bench *b)
{
	rebuild(b);
	drop_held(b);
	sms_rebind(b->sms);
}

enum err bench_apply(struct bench *b, const struct command *command, uint64_t *lsn)
{
	struct outcome outcome = {0};
	if (b->is_refusing)
		return ERR_STORE;
	b->is_refusing = b->takes && --b->takes == 0;
	enum err e = core_apply(b->core, command, net_now(b->net), &outcome);
	core_check_command(b->core);
	for (size_t i = 0; i < outcome.count; i++)
		keep(b, &outcome.events[i]);
	if (lsn)
		*lsn = b->core->lsn;
	if (b->sms)
		sms_events(b->sms, outcome.events, outcome.count);
	outcome_free(&outcome);
	if (!b->is_manual)
		net_timer_start(b->net, &b->commit, 1);
	return e;
}

static enum err world_apply(struct port *port, const struct command *command, uint64_t *lsn)
{
	return bench_apply((struct bench *)port, command, lsn);
}

static void world_wait(struct port *port, struct gate_wait *wait, uint64_t lsn)
{
	struct bench *b = (struct bench *)port;
	gate_forget(wait);
	wait->lsn = lsn;
	if (lsn <= b->durable)
		wait->done(wait->ctx, true);
	else
		gate_line_insert(&b->held, wait);
}

/* --- the centre ---------------------------------------------------------------------------- */

static void start_sms(struct bench *b)
{
	const struct sms_world world = {b->net, &b->port};
	b->sms = sms_new(&world);
	sms_start(b->sms);
}

static void must(struct bench *b, struct command command)
{
	assert_int_equal(bench_apply(b, &command, NULL), OK);
}

void bench_add_link(
	struct bench *b, const char *name, unsigned port, const char *password, unsigned window)
{
	struct body_link link = {.name = str_of(name),
		.host = STR("127.0.0.1"),
		.port = port,
		.system_id = STR("sotto"),
		.password = str_of(password),
		.window = window};
	must(b, (struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
}

static void make_centre(struct bench *b, unsigned window, unsigned receive_window)
{
	const struct body_centre centre = {.name = STR("demo"),
		.id_key = STR("0123456789abcdef0123456789abcdef"),
		.capacity = 100,
		.on_logout = LOGOUT_REQUEUE,
		.state_after_login = AGENT_READY,
		.lost_after = 120000,
		.answer_timeout = 60000,
		.reject_wait = 30000,
		.idle_close = 48ll * 3600 * 1000,
		.redelivery_window = 600000,
		.receipt_window = 48ll * 3600 * 1000,
		.receive_window = receive_window,
		.multimedia = 1,
		.stop_words = STR("OUT"),
		.stop_reply = STR("You will get no more texts."),
		.start_reply = STR("Welcome back."),
		.help_reply = STR("Ask us anything.")};
	must(b, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	bench_add_link(b, "m1", b->carrier.port, "secret", window);
	struct body_queue queue = {
		.name = STR("support"), .number = STR(BENCH_NUMBER), .link = STR("m1")};
	must(b, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
	struct body_user user = {
		.name = STR("ana"), .roles = ROLE_AGENT, .provisioned = 1, .enabled = 1};
	must(b, (struct command) {.kind = CMD_ADD_USER, .new_user = &user});
	struct user *ana = core_user_by_name(b->core, STR("ana"));
	must(b, (struct command) {.kind = CMD_START_AGENT, .caller = ana});
}

struct bench *bench_new(unsigned window, unsigned receive_window)
{
	struct bench *b = mem_new(sizeof *b);
	log_to(LOG_ERROR);
	b->net = net_sim_new(1, BENCH_START);
	b->core = core_new();
	b->port = (struct port) {b->core, world_apply, world_wait};
	b->commit = (struct net_timer) {.fire = on_commit, .ctx = b};
	carrier_open(&b->carrier, b->net, 2775);
	make_centre(b, window, receive_window);
	bench_commit(b);
	start_sms(b);
	bench_run(b, 100);
	return b;
}

void bench_free(struct bench *b)
{
	sms_free(&b->sms);
	carrier_close(&b->carrier);
	drop_held(b);
	net_timer_stop(b->net, &b->commit);
	net_sim_free(&b->net);
	core_free(&b->core);
	buf_free(&b->journal);
	carrier_forget(&b->carrier);
	free(b);
}

void bench_run(struct bench *b, msec ms)
{
	net_sim_run(b->net, net_now(b->net) + ms);
}

void bench_crash(struct bench *b)
{
	sms_free(&b->sms);
	drop_held(b);
	rebuild(b);
	start_sms(b);
}

static void on_stopped(void *ctx)
{
	((struct bench *)ctx)->stopped++;
}

void bench_restart(struct bench *b)
{
	unsigned stopped = b->stopped;
	sms_stop(b->sms, on_stopped, b);
	bench_run(b, SMPP_ALIVE_MS);
	assert_int_equal(b->stopped, stopped + 1);
	bench_crash(b); /* what is not on disk by now is lost */
	bench_run(b, 2000);
	assert_true(b->carrier.is_bound);
}

struct link *bench_link(struct bench *b)
{
	return core_link(b->core, STR("m1"));
}

static const char *author_of(enum party_kind kind)
{
	return kind == PARTY_CONTACT ? "contact" : kind == PARTY_AGENT ? "agent" : "system";
}

void bench_transcript(struct bench *b, const char *phone, struct buf *out)
{
	const struct session *session;
	out->len = 0;
	DL_FOREACH(b->core->sessions, session) {
		if (!str_is(session->b.phone, phone))
			continue;
		for (size_t i = 0; i < session->message_count; i++) {
			const struct body_message entry = message_body(session->messages[i]),
						  *m = &entry;
			if (m->type == MESSAGE_TEXT || m->type == MESSAGE_NOTICE)
				buf_printf(
					out, "%s: %.*s\n", author_of(m->author), STR_ARGS(m->text));
		}
	}
	buf_put_byte(out, '\0');
	out->len--;
}

unsigned bench_sessions(struct bench *b)
{
	unsigned count = 0;
	const struct session *session;
	DL_FOREACH(b->core->sessions, session)
		count++;
	return count;
}

static struct session *open_session(struct bench *b, const char *phone)
{
	struct contact *contact = core_contact(b->core, str_of(phone));
	return contact ? contact->open : NULL;
}

void bench_send(struct bench *b, const char *phone, const char *text)
{
	struct user *ana = core_user_by_name(b->core, STR("ana"));
	if (!open_session(b, phone)) {
		must(b, (struct command) {.kind = CMD_RECEIVE_SMS,
				.link = bench_link(b),
				.receive = {.phone = str_of(phone),
					.number = STR(BENCH_NUMBER),
					.text = STR("hi")}});
		must(b, (struct command) {.kind = CMD_ACCEPT,
				.caller = ana,
				.session = open_session(b, phone)});
	}
	must(b, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = ana,
			.session = open_session(b, phone),
			.send.text = str_of(text)});
}

const char *bench_delivery(struct bench *b, uint64_t serial)
{
	const struct outbound *text = core_outbound(b->core, serial);
	if (!text)
		return "gone";
	if (text->message)
		return words_name(&delivery_words, text->message->delivery);
	return text->parts ? words_name(&delivery_words, text->parts->b.state) : "queued";
}

/* --- the carrier --------------------------------------------------------------------------- */

static void flush(struct carrier *c)
{
	struct buf out = {0};
	if (!c->bind)
		return;
	smpp_bind_take(c->bind, &out);
	if (out.len)
		net_write(c->conn, buf_str(&out));
	buf_free(&out);
}

static void note_submit(struct carrier *c, const struct smpp_pdu *pdu)
{
	struct submit *s = &c->submits[c->submit_count++];
	buf_put(&s->phone, pdu->sm.destination_addr);
	buf_put(&s->number, pdu->sm.source_addr);
	buf_put(&s->data, pdu->sm.short_message);
	s->esm_class = pdu->sm.esm_class;
	s->coding = pdu->sm.data_coding;
	s->registered = pdu->sm.registered_delivery;
	s->to_ton = pdu->sm.dest_addr_ton;
	s->to_npi = pdu->sm.dest_addr_npi;
	s->from_ton = pdu->sm.source_addr_ton;
	s->sequence = pdu->sequence;
	s->at = net_now(c->net);
}

static void on_tell(void *ctx, const struct smpp_event *e)
{
	struct carrier *c = ctx;
	char id[16];
	switch (e->what) {
	case SMPP_BOUND:
		c->is_bound = true;
		break;
	case SMPP_RECEIVED:
		note_submit(c, e->pdu);
		snprintf(id, sizeof id, "id%u", ++c->ids);
		if (!c->is_mute)
			smpp_bind_answer(c->bind, e->pdu->sequence, c->status,
				c->status == ESME_ROK ? str_of(id) : STR_NONE);
		break;
	case SMPP_ANSWERED:
		c->answered[e->cookie] = true;
		c->statuses[e->cookie] = e->pdu->status;
		break;
	case SMPP_ENDED:
		c->is_bound = false;
		c->was_unbound = strcmp(e->why, "the peer unbound") == 0;
		break;
	default:
		break;
	}
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct carrier *c = net_conn_ctx(conn);
	if (c->conn != conn || !c->bind)
		return;
	smpp_bind_recv(c->bind, bytes, net_now(c->net));
	flush(c);
}

static void on_closed(struct net_conn *conn)
{
	struct carrier *c = net_conn_ctx(conn);
	if (c->conn != conn)
		return;
	c->conn = NULL;
	c->is_bound = false;
	smpp_bind_free(&c->bind);
}

static void on_accept(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {.on_data = on_data, .on_closed = on_closed};
	struct carrier *c = ctx;
	const struct smpp_bind_settings settings = {
		.role = SMPP_SMSC, .window = SMPP_WINDOW_MAX, .password = str_of(c->password)};
	c->connected_at[c->connections++ % 64] = net_now(c->net);
	net_conn_attach(conn, &handler, c);
	smpp_bind_free(&c->bind);
	c->conn = conn;
	if (c->garbage)
		net_write(conn, str_of(c->garbage));
	else
		c->bind = smpp_bind_new(&settings, net_now(c->net), on_tell, c);
}

void carrier_open(struct carrier *c, struct net *net, unsigned port)
{
	c->net = net;
	c->port = port;
	assert_int_equal(net_listen(net, STR("127.0.0.1"), port, on_accept, c, &c->listener), OK);
}

void carrier_close(struct carrier *c)
{
	if (c->listener)
		net_listener_close(&c->listener);
	carrier_hang_up(c);
}

void carrier_forget(struct carrier *c)
{
	for (unsigned i = 0; i < c->submit_count; i++) {
		buf_free(&c->submits[i].phone);
		buf_free(&c->submits[i].number);
		buf_free(&c->submits[i].data);
	}
	c->submit_count = 0;
}

void carrier_unbind(struct carrier *c)
{
	smpp_bind_unbind(c->bind, net_now(c->net));
	flush(c);
}

void carrier_hang_up(struct carrier *c)
{
	smpp_bind_free(&c->bind);
	c->is_bound = false;
	if (c->conn)
		net_close(c->conn, 0);
	c->conn = NULL;
}

struct smpp_pdu carrier_text(const char *phone, const char *text)
{
	struct str from = str_of(phone);
	bool is_international = from.len && from.at[0] == '+';
	return (struct smpp_pdu) {.command = SMPP_DELIVER_SM,
		.sm = {.source_addr_ton = is_international,
			.source_addr_npi = 1,
			.source_addr = is_international ? str_skip(from, 1) : from,
			.dest_addr_ton = 1,
			.dest_addr_npi = 1,
			.destination_addr = str_skip(STR(BENCH_NUMBER), 1),
			.short_message = str_of(text)}};
}

unsigned carrier_deliver(struct carrier *c, const struct smpp_pdu *pdu)
{
	struct smpp_pdu copy = *pdu;
	unsigned cookie = c->delivered++;
	assert_true(smpp_bind_send(c->bind, &copy, cookie, net_now(c->net)));
	flush(c);
	return cookie;
}

unsigned carrier_write(struct carrier *c, const char *phone, const char *text)
{
	struct smpp_pdu pdu = carrier_text(phone, text);
	return carrier_deliver(c, &pdu);
}

size_t carrier_flood(struct carrier *c)
{
	struct buf flood = {0};
	struct smpp_pdu pdu = {.command = SMPP_ENQUIRE_LINK, .sequence = 1};
	while (flood.len < 4 * 1024 * 1024)
		smpp_pdu_pack(&flood, &pdu);
	size_t len = flood.len;
	net_read(c->conn, false);
	net_write(c->conn, buf_str(&flood));
	buf_free(&flood);
	return len;
}

void carrier_answer(struct carrier *c, unsigned submit, uint32_t status, const char *id)
{
	smpp_bind_answer(c->bind, c->submits[submit].sequence, status, str_of(id));
	flush(c);
}

void carrier_receipt(struct carrier *c, const char *id, const char *stat)
{
	struct buf text = {0};
	buf_printf(&text,
		"id:%s sub:001 dlvrd:001 submit date:2311142213 done date:2311142213 stat:%s "
		"err:000 text:",
		id, stat);
	struct smpp_pdu pdu = carrier_text(BENCH_PHONE, "");
	pdu.sm.esm_class = SMPP_ESM_RECEIPT;
	pdu.sm.short_message = buf_str(&text);
	carrier_deliver(c, &pdu);
	buf_free(&text);
}
