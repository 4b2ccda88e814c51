/* smpp_connector.c - the bind's bytes and deadlines to and from a socket and a timer. */
#include "sms/smpp_connector.h"
#include "base/arena.h"
#include "base/log.h"
#include "sms/smpp_message.h"
#include "sms/sms.h"
#include "sms/unread.h"
#include "wire/smpp_bind.h"

#include <stdio.h>
#include <stdlib.h>

struct smpp_connector {
	struct connector base;
	struct net *net;
	struct connector_handler handler;
	struct str name, host, system_id, password, system_type; /* owned */
	struct smpp_manner manner;                               /* its key is owned */
	struct smpp_message message; /* the last one that came: its room is used again */
	enum smpp_way way;
	unsigned port, window, receive_window;
	msec response_ms;

	struct net_conn *conn;  /* NULL: between attempts */
	struct smpp_bind *bind; /* NULL unless connected and not ended */
	uint32_t nth;           /* which bind: tokens of earlier ones are void */
	unsigned depth;         /* inside calls of the bind, which may call back */
	bool has_ended;         /* the bind told so; hung up at the end of the turn */
	bool is_orderly;        /* ... as one of both unbound */
	bool is_refused; /* ... or the SMSC wants no bind: nothing of ours has still to leave */
	bool is_up, is_paused, is_stopping;
	bool is_told_down;  /* in the log, since it was up last */
	bool is_explained;  /* why this attempt, or this bind, ended: before its connection did */
	struct buf trouble; /* why the last one did; empty while it is up */
	msec deaf_since;    /* 0: what the SMSC says is read */
	msec deaf_ms;       /* in which it was not, of this bind */
	bool has_answers;   /* given since the last `written` */
	bool is_written;    /* told, but not the bind */
	bool has_sent;      /* or answered: tick runs, at once, to write it out */
	msec up_at;
	msec backoff;
	struct net_timer tick, retry, stop;
	struct net_stream stream;
	struct unread unread; /* decides what is read */
	struct buf out;       /* on its way from the bind to the connection */
};

static void connect_now(void *ctx);

static struct smpp_connector *of(struct connector *connector)
{
	return (struct smpp_connector *)connector;
}

/* --- the bind's clock: it stands still while nothing is read. What has not been heard for that is not
 * late: else a slow disk of ours would cost the bind, and texts that were answered would leave again. */

static msec bind_now(const struct smpp_connector *c)
{
	return (c->deaf_since ? c->deaf_since : net_now(c->net)) - c->deaf_ms;
}

/* For the disk's sake, or as too much waits already. */
static bool is_reading_paused(const struct smpp_connector *c)
{
	return c->is_paused || (c->bind && smpp_bind_is_full(c->bind));
}

/* After a change of what `is_deaf` depends on. */
static void mind_clock(struct smpp_connector *c)
{
	bool is_deaf = is_reading_paused(c) && !c->is_stopping;
	if (is_deaf == (c->deaf_since != 0))
		return;
	if (is_deaf) {
		c->deaf_since = net_now(c->net);
		return;
	}
	c->deaf_ms += net_now(c->net) - c->deaf_since;
	c->deaf_since = 0;
	if (c->bind)
		net_timer_start(c->net, &c->tick, 0);
}

static const unsigned ways[] = {
	[SMPP_BOTH_WAYS] = WAY_BOTH, [SMPP_OUT] = WAY_OUT, [SMPP_IN] = WAY_IN};

/* --- turns: whatever enters the bind ends by writing out what it left  */

static void flush(struct smpp_connector *c)
{
	c->has_sent = false;
	c->out.len = 0;
	smpp_bind_take(c->bind, &c->out);
	net_write(c->conn, buf_str(&c->out));
	unread_wrote(&c->unread);
}

static void tell_written(struct smpp_connector *c)
{
	if (!c->is_up || !c->has_answers || net_unsent(c->conn) > 0)
		return;
	c->has_answers = false;
	c->handler.written(c->handler.ctx);
	c->is_written =
		smpp_bind_is_waiting(c->bind); /* what waits is told from outside of all calls */
	if (c->is_written)
		net_timer_start(c->net, &c->tick, 0);
	else
		smpp_bind_written(c->bind, bind_now(c));
}

static void hang_up(struct smpp_connector *c, msec linger_ms)
{
	bool was_up = c->is_up;
	bool is_abrupt = !c->is_orderly;
	c->is_up = c->has_ended = c->is_orderly = c->is_refused = false;
	c->has_answers = c->is_written = c->has_sent = false;
	smpp_bind_free(&c->bind);
	net_timer_stop(c->net, &c->tick);
	unread_end(&c->unread);
	if (c->conn)
		net_close(c->conn, linger_ms);
	if (was_up && net_now(c->net) - c->up_at >= SMPP_STEADY_MS)
		c->backoff = SMS_BACKOFF_FIRST_MS;
	if (was_up)
		c->handler.down(c->handler.ctx, ways[c->way], is_abrupt);
}

static void arm(struct smpp_connector *c, msec due)
{
	if (due == SMPP_NEVER || c->deaf_since) {
		net_timer_stop(c->net, &c->tick);
		return;
	}
	msec left = due - bind_now(c);
	net_timer_start(c->net, &c->tick, left > 0 ? left : 0);
}

static void enter(struct smpp_connector *c)
{
	c->depth++;
}

static void mind_reading(struct smpp_connector *c)
{
	unread_want(&c->unread, !is_reading_paused(c) || c->is_stopping);
	mind_clock(c);
}

/* The outermost call alone cleans up: inner ones come from inside the bind. */
static void leave(struct smpp_connector *c)
{
	if (c->depth > 1) {
		c->depth--;
		return;
	}
	msec due = smpp_bind_tick(c->bind, bind_now(c));
	c->depth--;
	flush(c);
	if (c->has_ended) {
		hang_up(c, c->is_refused ? 0 : SMPP_LINGER_MS);
		return;
	}
	mind_reading(c);
	arm(c, due);
	tell_written(c);
}

/* What one commit or one pause let go is many sends and answers, each alone: one write for all of them,
 * before the loop waits for anything. Whatever else enters the bind meanwhile writes it out too. */
static void leave_soon(struct smpp_connector *c)
{
	if (net_is_on_grid(c->net))
		flush(c); /* what is written in one turn is one write anyway; the rest has time */
	if (c->has_sent)
		return;
	c->has_sent = true;
	net_timer_start(c->net, &c->tick, 0);
}

static void on_tick(void *ctx)
{
	struct smpp_connector *c = ctx;
	enter(c);
	/* What was answered since has not left: the bind would take more for it than may be on its way. It is told of all
	 * together, later. */
	if (c->is_written && !c->has_answers)
		smpp_bind_written(c->bind, bind_now(c));
	c->is_written = false;
	leave(c);
}

/* --- what the bind tells ------------------------------------------------------------------- */

static const char *const as_what[] = {
	[SMPP_BOTH_WAYS] = "", [SMPP_OUT] = " as transmitter", [SMPP_IN] = " as receiver"};

/* Of several things that end an attempt the first is the reason. */
static void explain(struct smpp_connector *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void explain(struct smpp_connector *c, const char *format, ...)
{
	va_list args;
	if (c->is_explained)
		return;
	c->is_explained = true;
	c->trouble.len = 0;
	va_start(args, format);
	buf_vprintf(&c->trouble, format, args);
	va_end(args);
}

static void be_up(struct smpp_connector *c, const struct smpp_event *event)
{
	log_info("smpp", "link %.*s is bound%s at %.*s:%u", STR_ARGS(c->name), as_what[c->way],
		STR_ARGS(c->host), c->port);
	c->is_up = true;
	c->is_told_down = false;
	c->trouble.len = 0;
	c->up_at = net_now(c->net);
	c->handler.up(c->handler.ctx, ways[c->way]);
}

static void be_refused(struct smpp_connector *c, const struct smpp_event *event)
{
	c->is_refused = true;
	explain(c, "the SMSC at %.*s:%u refuses the bind%s, status 0x%02x, %s", STR_ARGS(c->host),
		c->port, as_what[c->way], (unsigned)event->pdu->status,
		smpp_status_name(event->pdu->status));
	log_warn("smpp", "link %.*s: %.*s", STR_ARGS(c->name), STR_ARGS(buf_str(&c->trouble)));
}

static void take_message(struct smpp_connector *c, const struct smpp_event *event)
{
	smpp_message_read(event->pdu, &c->manner, &c->message);
	c->message.m.token = (uint64_t)c->nth << 32 | event->pdu->sequence;
	c->handler.received(c->handler.ctx, &c->message.m);
}

static enum connector_result result_of(uint32_t status)
{
	switch (status) {
	case ESME_ROK:
		return CONNECTOR_SENT;
	case ESME_RTHROTTLED:
	case ESME_RMSGQFUL:
		return CONNECTOR_LATER;
	case ESME_RSYSERR:
	case ESME_RX_T_APPN:
		return CONNECTOR_ERROR;
	default:
		return CONNECTOR_REFUSED;
	}
}

static void take_answer(struct smpp_connector *c, const struct smpp_event *event)
{
	enum connector_result result = result_of(event->pdu->status);
	bool has_id = result == CONNECTOR_SENT && event->pdu->command == SMPP_SUBMIT_SM_RESP;
	if (result == CONNECTOR_REFUSED)
		log_warn("smpp", "link %.*s: a text was refused, status 0x%02x, %s",
			STR_ARGS(c->name), (unsigned)event->pdu->status,
			smpp_status_name(event->pdu->status));
	c->handler.answered(c->handler.ctx, event->cookie, result,
		has_id ? event->pdu->sm_resp.message_id : STR_NONE);
}

/* The text is repeated or about to be: only that it need not be is news. */
static void take_late(struct smpp_connector *c, const struct smpp_event *event)
{
	if (result_of(event->pdu->status) == CONNECTOR_SENT)
		take_answer(c, event);
}

static void be_unanswered(struct smpp_connector *c, const struct smpp_event *event)
{
	log_warn("smpp", "link %.*s: no answer to a text in %lld s", STR_ARGS(c->name),
		(long long)(c->response_ms / 1000));
	c->handler.unanswered(c->handler.ctx, event->cookie);
}

static void be_over(struct smpp_connector *c, const struct smpp_event *event)
{
	explain(c, "%s", event->why);
	log_warn("smpp", "link %.*s ended: %s", STR_ARGS(c->name), event->why);
	c->has_ended = true;
	c->is_orderly = event->is_orderly;
}

struct turned_away {
	const char *what; /* which PDU */
	uint32_t sequence;
	enum smpp_status status;
	const char *why;
	struct str phone; /* empty: it is not known */
};

/* One line for each refusal, without the text. Who wrote it is a keyed hash: the same in each line, and nobody's
 * number. */
static void say_refused(const struct smpp_connector *c, const struct turned_away *r)
{
	char from[LOG_PHONE_MAX];
	log_warn("smpp", "link %.*s: %s number %u from %s is refused with 0x%02x, %s: %s",
		STR_ARGS(c->name), r->what, (unsigned)r->sequence,
		log_phone(from, c->manner.key, r->phone), (unsigned)r->status,
		smpp_status_name(r->status), r->why);
}

static void be_turned_away(struct smpp_connector *c, const struct smpp_event *event)
{
	const char *name = smpp_command_name(event->pdu->command);
	const struct turned_away refusal = {name ? name : "an unknown PDU", event->pdu->sequence,
		event->status, event->why, STR_NONE};
	say_refused(c, &refusal);
}

static void stay(struct smpp_connector *c, const struct smpp_event *event)
{
}

static void on_tell(void *ctx, const struct smpp_event *event)
{
	static void (*const acts[])(struct smpp_connector *, const struct smpp_event *) = {
		[SMPP_BOUND] = be_up,
		[SMPP_REFUSED] = be_refused,
		[SMPP_RECEIVED] = take_message,
		[SMPP_ANSWERED] = take_answer,
		[SMPP_UNANSWERED] = be_unanswered,
		[SMPP_ANSWERED_LATE] = take_late,
		[SMPP_WINDOW_OPEN] = stay, /* who sends counts for itself */
		[SMPP_TURNED_AWAY] = be_turned_away,
		[SMPP_ENDED] = be_over,
	};
	acts[event->what](ctx, event);
}

/* --- the connection ------------------------------------------------------------------------ */

static void on_open(struct net_conn *conn)
{
	struct smpp_connector *c = net_conn_ctx(conn);
	struct smpp_bind_settings settings = {.role = SMPP_ESME,
		.way = c->way,
		.system_id = c->system_id,
		.password = c->password,
		.system_type = c->system_type,
		.window = c->window,
		.receive_window = c->receive_window,
		.response_ms = c->response_ms};
	c->nth++;
	c->bind = smpp_bind_new(&settings, bind_now(c), on_tell, c);
	unread_begin(&c->unread, conn, !c->is_paused);
	on_tick(c);
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct smpp_connector *c = net_conn_ctx(conn);
	if (!c->bind)
		return;
	enter(c);
	smpp_bind_recv(c->bind, bytes, bind_now(c));
	leave(c);
}

static void on_drained(struct net_conn *conn)
{
	struct smpp_connector *c = net_conn_ctx(conn);
	unread_drained(&c->unread);
	tell_written(c);
}

static void on_stuck(void *ctx)
{
	struct smpp_connector *c = ctx;
	explain(c, "the SMSC does not read what it is sent");
	log_warn("smpp", "link %.*s: the SMSC does not read what it is sent", STR_ARGS(c->name));
	hang_up(c, 0);
}

static void say_stopped(struct smpp_connector *c)
{
	net_timer_stop(c->net, &c->stop);
	c->handler.stopped(c->handler.ctx);
}

static void on_closed(struct net_conn *conn)
{
	struct smpp_connector *c = net_conn_ctx(conn);
	if (c->is_up) {
		log_warn("smpp", "link %.*s: the connection is lost", STR_ARGS(c->name));
		explain(c, "the connection to %.*s:%u is lost", STR_ARGS(c->host), c->port);
	} else if (c->bind) {
		explain(c, "%.*s:%u hangs up on the bind", STR_ARGS(c->host), c->port);
	} else {
		explain(c, "no connection to %.*s:%u", STR_ARGS(c->host), c->port);
	}
	c->conn = NULL;
	hang_up(c, 0);
	if (c->is_stopping) {
		say_stopped(c);
		return;
	}
	msec pause = sms_next_pause(c->net, &c->stream, &c->backoff);
	/* Once it is down that is said once; each further attempt is only told. */
	log_say(c->is_told_down ? LOG_INFO : LOG_WARN, "smpp",
		"link %.*s is down, %.*s:%u; next attempt in %lld ms", STR_ARGS(c->name),
		STR_ARGS(c->host), c->port, (long long)pause);
	c->is_told_down = true;
	net_timer_start(c->net, &c->retry, pause);
}

static void connect_now(void *ctx)
{
	static const struct net_handler handler = {.on_open = on_open,
		.on_data = on_data,
		.on_drained = on_drained,
		.on_closed = on_closed};
	struct smpp_connector *c = ctx;
	c->is_explained = false;
	c->conn = net_connect(c->net, c->name, c->host, c->port, &handler, c);
}

/* --- the connector ------------------------------------------------------------------------- */

static bool fits_field(struct str value, size_t most)
{
	return value.len <= most && !(value.len && memchr(value.at, '\0', value.len));
}

/* What does not fit into a bind can never be sent. */
static bool fits_bind(const struct smpp_connector *c)
{
	return fits_field(c->system_id, SMPP_SYSTEM_ID_MAX) &&
	       fits_field(c->password, SMPP_PASSWORD_MAX) &&
	       fits_field(c->system_type, SMPP_SYSTEM_TYPE_MAX);
}

static void start(struct connector *connector)
{
	struct smpp_connector *c = of(connector);
	if (!fits_bind(c)) {
		explain(c, "SMPP takes 15 characters of system_id, 64 of password and 12 of "
			   "system_type");
		log_error("smpp", "link %.*s stays down: %.*s", STR_ARGS(c->name),
			STR_ARGS(buf_str(&c->trouble)));
		return;
	}
	connect_now(c);
}

static bool is_up(const struct connector *connector)
{
	const struct smpp_connector *c = (const struct smpp_connector *)connector;
	return c->is_up && !c->has_ended;
}

static void put_trouble(const struct connector *connector, struct buf *out)
{
	buf_put(out, buf_str(&((const struct smpp_connector *)connector)->trouble));
}

static unsigned count(const struct connector *connector, const struct connector_text *text)
{
	const struct segment_text as = smpp_text_form(text);
	return segment_count(&as);
}

static void read_pieces(
	const struct connector *connector, unsigned coding, struct str data, struct buf *out)
{
	segment_decode(out, coding, data);
}

static bool send_part(struct smpp_connector *c, const struct smpp_part *part, uint64_t cookie)
{
	struct smpp_pdu pdu;
	struct smpp_times times;
	if (!smpp_message_write(part, &c->manner, &times, &pdu)) {
		log_error("smpp", "link %.*s: a text has an address that SMPP cannot carry",
			STR_ARGS(c->name));
		c->handler.answered(c->handler.ctx, cookie, CONNECTOR_REFUSED, STR_NONE);
		return true;
	}
	bool is_sent = smpp_bind_send(c->bind, &pdu, cookie, bind_now(c));
	if (is_sent && c->depth == 0)
		leave_soon(c);
	return is_sent;
}

static bool send_sms(struct connector *connector, const struct connector_text *text, unsigned piece,
	uint64_t cookie)
{
	struct smpp_connector *c = of(connector);
	const struct segment_text as = smpp_text_form(text);
	struct segment_bytes bytes = {.has_header = false};
	if (!is_up(connector) || smpp_bind_free_window(c->bind) == 0)
		return false;
	segment_encode(&as, piece, &bytes);
	const struct smpp_part part = {.number = text->number,
		.phone = text->phone,
		.data = buf_str(&bytes.data),
		.coding = bytes.data_coding,
		.has_header = bytes.has_header};
	bool is_sent = send_part(c, &part, cookie);
	buf_free(&bytes.data);
	return is_sent;
}

static const struct {
	enum smpp_status status;
	const char *why; /* of a refusal */
} answers[] = {
	[ANSWER_OK] = {ESME_ROK, NULL},
	[ANSWER_BUSY] = {ESME_RTHROTTLED, "too many wait for an answer, or the centre stops"},
	[ANSWER_FULL] = {ESME_RMSGQFUL, "there is no room for it now"},
	[ANSWER_ERROR] = {ESME_RSYSERR, "the store takes nothing now"},
	[ANSWER_NOT_YET] = {ESME_RX_T_APPN, "its text may still become known"},
	[ANSWER_BAD_NUMBER] = {ESME_RINVDSTADR, "its destination is no service number of ours"},
};

static void answer_sms(struct connector *connector, uint64_t token, enum connector_answer answer)
{
	struct smpp_connector *c = of(connector);
	if (!c->bind || token >> 32 != c->nth)
		return;
	enum smpp_status status = answers[answer].status;
	bool is_last = c->message.m.token == token && !c->message.m.is_receipt;
	const struct turned_away refusal = {"DELIVER_SM", (uint32_t)token, status,
		answers[answer].why, is_last ? c->message.m.phone : STR_NONE};
	if (status != ESME_ROK)
		say_refused(c, &refusal);
	smpp_bind_answer(c->bind, (uint32_t)token, status, STR_NONE);
	c->has_answers = true;
	if (c->depth == 0)
		leave_soon(c);
}

static void pause_reading(struct connector *connector, bool on)
{
	struct smpp_connector *c = of(connector);
	c->is_paused = on;
	mind_reading(c);
}

static void give_up(void *ctx)
{
	struct smpp_connector *c = ctx;
	hang_up(c, 0);
}

static void stop(struct connector *connector)
{
	struct smpp_connector *c = of(connector);
	c->is_stopping = true;
	mind_clock(c);
	net_timer_stop(c->net, &c->retry);
	if (!c->conn) {
		say_stopped(c);
		return;
	}
	net_timer_start(c->net, &c->stop, SMPP_STOP_MS);
	if (!c->bind) {
		net_close(c->conn, 0);
		return;
	}
	unread_want(&c->unread, true); /* the answer to unbind must come through */
	enter(c);
	smpp_bind_unbind(c->bind, bind_now(c));
	leave(c);
}

static void free_connector(struct connector **slot)
{
	struct smpp_connector *c = of(*slot);
	struct str *strs[] = {
		&c->name, &c->host, &c->system_id, &c->password, &c->system_type, &c->manner.key};
	net_timer_stop(c->net, &c->tick);
	net_timer_stop(c->net, &c->retry);
	net_timer_stop(c->net, &c->stop);
	unread_end(&c->unread);
	if (c->conn)
		net_abandon(c->conn);
	smpp_bind_free(&c->bind);
	buf_free(&c->out);
	buf_free(&c->trouble);
	smpp_message_free(&c->message);
	for (size_t i = 0; i < sizeof strs / sizeof *strs; i++)
		str_free(strs[i]);
	free(c);
	*slot = NULL;
}

struct connector *smpp_connector_new(struct net *net,
	const struct smpp_connector_settings *settings, const struct connector_handler *handler)
{
	static const struct connector_ops ops = {.start = start,
		.is_up = is_up,
		.trouble = put_trouble,
		.count = count,
		.read = read_pieces,
		.send = send_sms,
		.answer = answer_sms,
		.pause = pause_reading,
		.stop = stop,
		.free = free_connector};
	struct smpp_connector *c = mem_new(sizeof *c);
	c->base.ops = &ops;
	c->net = net;
	c->handler = *handler;
	c->name = str_copy(settings->name);
	c->host = str_copy(settings->host);
	c->port = settings->port;
	c->system_id = str_copy(settings->system_id);
	c->password = str_copy(settings->password);
	c->system_type = str_copy(settings->system_type);
	c->way = settings->way;
	c->window = settings->window;
	c->receive_window = settings->receive_window;
	c->response_ms = settings->response_ms;
	c->manner = settings->manner;
	c->manner.key = str_copy(settings->manner.key);
	c->backoff = SMS_BACKOFF_FIRST_MS;
	c->stream = net_stream_of(net, c->name, c->way);
	unread_init(&c->unread, net, on_stuck, c);
	c->tick = (struct net_timer) {.fire = on_tick, .ctx = c};
	c->retry = (struct net_timer) {.fire = connect_now, .ctx = c};
	c->stop = (struct net_timer) {.fire = give_up, .ctx = c};
	return &c->base;
}
