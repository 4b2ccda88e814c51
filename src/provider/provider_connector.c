/* provider_connector.c - between inbound, outbound and receipts on one side, posts and a hook on the other. */
#include "provider/provider_connector.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/utf8.h"
#include "core/core.h"
#include "core/model/phone.h"
#include "provider/provider_post.h"
#include "provider/provider_sign.h"
#include "sms/address.h"
#include "sms/sms.h"

/* What was posted to the hook and is not answered yet. */
struct owed {
	bool is_there;
	uint32_t nth; /* of this place: tokens of earlier ones are void */
	struct http_ref ref;
};

struct provider_connector {
	struct connector base;
	struct provider_settings is; /* its strs are in the arena */
	struct arena arena;
	struct str basic; /* in the arena */
	struct connector_handler handler;
	struct provider_post **posts; /* is.window of them */
	bool is_up;
	bool is_lost; /* it is down, or will be once the last post has ended */
	bool is_paused, is_stopping;
	struct net_conn *probe; /* is the provider there? */
	msec backoff;
	struct net_timer retry; /* of the probe */
	struct net_timer told;  /* `written`, from outside of all calls */
	struct net_stream stream;
	struct owed owed[RECEIVE_WINDOW_MAX];
	struct str taken_from; /* of what is being taken: for the log */
	char phone[ADDRESS_ROOM], number[ADDRESS_ROOM];
};

static struct provider_connector *of(struct connector *connector)
{
	return (struct provider_connector *)connector;
}

/* --- is the provider there? ------------------------------------------------------------------- */

static bool is_any_busy(const struct provider_connector *c)
{
	for (unsigned i = 0; i < c->is.window; i++)
		if (provider_post_is_busy(c->posts[i]))
			return true;
	return false;
}

static void try_later(struct provider_connector *c)
{
	msec pause = sms_next_pause(c->is.net, &c->stream, &c->backoff);
	log_info("provider", "link %.*s: next attempt in %lld ms", STR_ARGS(c->is.name),
		(long long)pause);
	net_timer_start(c->is.net, &c->retry, pause);
}

static void be_down_once_idle(struct provider_connector *c)
{
	if (!c->is_lost || !c->is_up || is_any_busy(c))
		return;
	c->is_up = false;
	c->handler.down(c->handler.ctx, WAY_OUT, false);
	if (!c->is_stopping)
		try_later(c);
}

static void ignore_data(struct net_conn *conn, struct str bytes)
{
}

static void drop_probe(struct provider_connector *c)
{
	if (c->probe)
		net_abandon(c->probe);
	c->probe = NULL;
}

static void on_reached(struct net_conn *conn)
{
	struct provider_connector *c = net_conn_ctx(conn);
	drop_probe(c);
	log_info("provider", "link %.*s: the provider is there", STR_ARGS(c->is.name));
	c->is_up = true;
	c->is_lost = false;
	c->backoff = SMS_BACKOFF_FIRST_MS;
	c->handler.up(c->handler.ctx, WAY_OUT);
}

static void on_probe_closed(struct net_conn *conn)
{
	struct provider_connector *c = net_conn_ctx(conn);
	c->probe = NULL;
	c->is_lost = true;
	log_warn("provider", "link %.*s: no connection to %.*s", STR_ARGS(c->is.name),
		STR_ARGS(c->is.host));
	try_later(c);
}

static void look_for_it(void *ctx)
{
	static const struct net_handler handler = {
		.on_open = on_reached, .on_data = ignore_data, .on_closed = on_probe_closed};
	struct provider_connector *c = ctx;
	c->probe = net_connect(c->is.outside, c->is.name, c->is.host, c->is.port, &handler, c);
}

static void start(struct connector *connector)
{
	struct provider_connector *c = of(connector);
	if (c->is.format)
		look_for_it(c);
	else
		log_error("provider",
			"link %.*s stays down: the configuration has no provider for it",
			STR_ARGS(c->is.name));
}

static bool is_up(const struct connector *connector)
{
	const struct provider_connector *c = (const struct provider_connector *)connector;
	return c->is_up && !c->is_lost && !c->is_stopping;
}

/* --- texts to the provider ---------------------------------------------------------------------- */

/* A provider is reached anew for each text: all that keeps it down is that nobody is there. */
static void put_trouble(const struct connector *connector, struct buf *out)
{
	const struct provider_connector *c = (const struct provider_connector *)connector;
	if (!is_up(connector) && c->is_lost)
		buf_printf(out, "no connection to %.*s", STR_ARGS(c->is.host));
}

static unsigned count(const struct connector *connector, const struct connector_text *text)
{
	size_t pieces = (utf8_count(text->text) + PROVIDER_TEXT_MAX - 1) / PROVIDER_TEXT_MAX;
	return pieces > CONNECTOR_PIECES_MAX ? 0 : pieces ? (unsigned)pieces : 1;
}

static struct str skip_characters(struct str text, size_t count)
{
	uint32_t code;
	while (count-- && utf8_next(&text, &code))
		;
	return text;
}

static struct str piece_of(struct str text, unsigned piece)
{
	struct str from = skip_characters(text, (size_t)(piece - 1) * PROVIDER_TEXT_MAX);
	return str_from(from.at, from.len - skip_characters(from, PROVIDER_TEXT_MAX).len);
}

static struct str without_plus(struct str number)
{
	return str_starts(number, STR("+")) ? str_skip(number, 1) : number;
}

/* The same after a restart, and of no other text. */
static void put_key(const struct provider_connector *c, uint64_t cookie, char *out, size_t room)
{
	unsigned char digest[DIGEST_BYTES];
	const struct str pieces[] = {c->is.name, str_from(&cookie, sizeof cookie)};
	ids_digest_pieces(digest, c->is.key, pieces, 2);
	sodium_bin2hex(out, room, digest, sizeof digest);
}

static void put_headers(
	const struct provider_connector *c, const struct provider_values *values, struct buf *out)
{
	const struct provider_format *format = c->is.format;
	for (unsigned i = 0; i < format->send.headers.count; i++) {
		provider_fill(out, str_of(format->send.headers.at[i]), values, PROVIDER_PLAIN);
		buf_puts(out, "\r\n");
	}
	if (format->send.key_header.len)
		buf_printf(out, "%.*s: %.*s\r\n", STR_ARGS(format->send.key_header),
			STR_ARGS(values->at[PROVIDER_KEY]));
	else /* the end of one that was kept could not be told from that of one that was taken */
		buf_puts(out, "Connection: close\r\n");
}

static void post_text(struct provider_connector *c, struct provider_post *post,
	const struct provider_values *values, uint64_t cookie)
{
	const struct provider_format *format = c->is.format;
	bool is_json = format->send.coding == PROVIDER_JSON;
	struct buf path = {0}, headers = {0}, body = {0};
	provider_fill(&path, format->send.path, values, PROVIDER_IN_URL);
	put_headers(c, values, &headers);
	provider_fill(
		&body, format->send.body, values, is_json ? PROVIDER_IN_JSON : PROVIDER_IN_URL);
	const struct post_request request = {.path = buf_str(&path),
		.headers = buf_str(&headers),
		.body = buf_str(&body),
		.type = is_json ? "application/json" : "application/x-www-form-urlencoded",
		.is_known_again = format->send.key_header.len > 0,
		.within = c->is.response_ms};
	provider_post_send(post, &request, cookie);
	buf_free(&path);
	buf_free(&headers);
	buf_free(&body);
}

static bool send_text(struct connector *connector, const struct connector_text *text,
	unsigned piece, uint64_t cookie)
{
	struct provider_connector *c = of(connector);
	char key[2 * DIGEST_BYTES + 1];
	struct provider_post *post = NULL;
	for (unsigned i = 0; !post && i < c->is.window; i++)
		if (!provider_post_is_busy(c->posts[i]))
			post = c->posts[i];
	if (!is_up(connector) || !post)
		return false;
	put_key(c, cookie, key, sizeof key);
	const struct provider_values values = {
		.at = {[PROVIDER_FROM] = text->number,
			[PROVIDER_FROM_DIGITS] = without_plus(text->number),
			[PROVIDER_TO] = text->phone,
			[PROVIDER_TO_DIGITS] = without_plus(text->phone),
			[PROVIDER_TEXT] = piece_of(text->text, piece),
			[PROVIDER_KEY] = str_of(key),
			[PROVIDER_USER] = c->is.user,
			[PROVIDER_PASSWORD] = c->is.password,
			[PROVIDER_BASIC] = c->basic,
			[PROVIDER_HOOK] = c->is.hook}};
	post_text(c, post, &values, cookie);
	return true;
}

static void not_again(struct connector *connector, uint64_t cookie)
{
	struct provider_connector *c = of(connector);
	for (unsigned i = 0; i < c->is.window; i++)
		provider_post_not_again(c->posts[i], cookie);
}

/* RFC 9110, 15. Where it may be the request as such, or the account, the text is not to blame: it waits. */
static enum connector_result result_of(int status)
{
	static const int not_its_fault[] = {401, 402, 404, 405, 407, 408, 409, 425};
	if (status / 100 == 2)
		return CONNECTOR_SENT;
	if (status == 429 || status == 503)
		return CONNECTOR_LATER;
	for (size_t i = 0; i < sizeof not_its_fault / sizeof *not_its_fault; i++)
		if (status == not_its_fault[i])
			return CONNECTOR_ERROR;
	return status / 100 == 4 ? CONNECTOR_REFUSED : CONNECTOR_ERROR;
}

static bool is_last_word(int status)
{
	enum connector_result result = result_of(status);
	return result == CONNECTOR_SENT || result == CONNECTOR_REFUSED;
}

static void take_answer(struct provider_connector *c, uint64_t cookie, int status, struct str body)
{
	const struct provider_format *format = c->is.format;
	enum connector_result result = result_of(status);
	struct arena arena = {0};
	struct str id = STR_NONE;
	if (result == CONNECTOR_SENT &&
		!provider_field(PROVIDER_JSON, body, format->send.id, &arena, &id))
		log_warn("provider",
			"link %.*s: an answer without %.*s; receipts will not be known",
			STR_ARGS(c->is.name), STR_ARGS(format->send.id));
	if (result == CONNECTOR_REFUSED || result == CONNECTOR_ERROR)
		log_warn("provider", "link %.*s: a text was answered with status %d",
			STR_ARGS(c->is.name), status);
	c->handler.answered(c->handler.ctx, cookie, result, id);
	arena_free(&arena);
}

static void on_post_ended(
	void *ctx, uint64_t cookie, enum post_end how, int status, struct str body)
{
	struct provider_connector *c = ctx;
	if (how == POST_ANSWERED) {
		take_answer(c, cookie, status, body);
	} else if (how == POST_UNKNOWN) {
		log_warn("provider", "link %.*s: nobody knows what became of a text",
			STR_ARGS(c->is.name));
		c->handler.unanswered(c->handler.ctx, cookie);
	} else {
		c->is_lost = true; /* before it is asked whether it takes another text */
		c->handler.answered(c->handler.ctx, cookie, CONNECTOR_ERROR, STR_NONE);
	}
	be_down_once_idle(c);
}

/* --- what is posted to the hook ------------------------------------------------------------------ */

static void reply(struct provider_connector *c, struct http_ref ref, int status)
{
	const struct http_response response = {.status = status,
		.headers = status == 503 ? STR("Retry-After: " PROVIDER_RETRY_AFTER "\r\n")
					 : STR_NONE};
	c->is.reply(c->is.ctx, ref, &response);
}

/* One line for each refusal, without the text. Who wrote it is a keyed hash. */
static void say_refused(const struct provider_connector *c, int status, const char *why)
{
	char from[LOG_PHONE_MAX];
	log_warn("provider", "link %.*s: what %s posted to its hook is refused with %d: %s",
		STR_ARGS(c->is.name), log_phone(from, c->is.key, c->taken_from), status, why);
}

static void refuse(struct provider_connector *c, struct http_ref ref, int status, const char *why)
{
	say_refused(c, status, why);
	reply(c, ref, status);
}

static const struct {
	int status;
	const char *why; /* of a refusal */
} answers[] = {
	[ANSWER_OK] = {200, NULL},
	[ANSWER_BUSY] = {503, "too many wait for an answer, or the centre stops"},
	[ANSWER_FULL] = {503, "there is no room for it now"},
	[ANSWER_ERROR] = {503, "the store takes nothing now"},
	[ANSWER_NOT_YET] = {503, "its text may be one that is still to be posted again"},
	[ANSWER_BAD_NUMBER] = {422, "its destination is no service number of ours"},
};

static void answer(struct connector *connector, uint64_t token, enum connector_answer what)
{
	struct provider_connector *c = of(connector);
	struct owed *owed = &c->owed[token & UINT32_MAX];
	if (!owed->is_there || owed->nth != token >> 32)
		return;
	owed->is_there = false;
	if (answers[what].why)
		say_refused(c, answers[what].status, answers[what].why);
	reply(c, owed->ref, answers[what].status);
	net_timer_start(c->is.net, &c->told, 0);
}

static void tell_written(void *ctx)
{
	struct provider_connector *c = ctx;
	c->handler.written(c->handler.ctx);
}

/* False: too many wait already. */
static bool owe(struct provider_connector *c, struct http_ref ref, uint64_t *token)
{
	for (uint32_t i = 0; i < RECEIVE_WINDOW_MAX; i++) {
		struct owed *owed = &c->owed[i];
		if (owed->is_there)
			continue;
		*owed = (struct owed) {.is_there = true, .nth = owed->nth + 1, .ref = ref};
		*token = (uint64_t)owed->nth << 32 | i;
		return true;
	}
	return false;
}

/* Providers write whole numbers, with their plus or without. */
static struct smpp_address address_of(const struct provider_connector *c, struct str said)
{
	bool is_whole = phone_is_number(said) && said.len >= PHONE_NATIONAL_LEAST;
	return (struct smpp_address) {
		.type_of_number = is_whole, .address = said, .country = c->is.country};
}

static void take_text(
	struct provider_connector *c, const struct provider_said *said, struct connector_message *m)
{
	const struct smpp_address from = address_of(c, said->from), to = address_of(c, said->to);
	const struct str pieces[] = {c->is.name, said->id};
	m->phone = address_source(c->phone, &from);
	m->number = address_destination(c->number, &to);
	m->text = said->text;
	ids_digest_pieces(m->fingerprint, c->is.key, pieces, 2);
	c->taken_from = m->phone;
}

static void take(
	struct provider_connector *c, const struct provider_said *said, struct http_ref ref)
{
	struct connector_message m = {.is_receipt = said->kind == PROVIDER_RECEIPT_CAME};
	if (!owe(c, ref, &m.token)) {
		refuse(c, ref, answers[ANSWER_BUSY].status, answers[ANSWER_BUSY].why);
		return;
	}
	if (m.is_receipt) {
		m.smsc_id = said->id;
		m.delivery = said->delivery;
	} else {
		take_text(c, said, &m);
	}
	c->handler.received(c->handler.ctx, &m);
	c->taken_from = STR_NONE;
}

void provider_connector_take(
	struct connector *connector, const struct http_request *request, struct http_ref ref)
{
	struct provider_connector *c = of(connector);
	struct provider_said said;
	const char *why = !c->is.format ? "its format is not known"
					: provider_distrust(c->is.format, c->is.secret, c->is.hook,
						  request, net_now(c->is.net));
	if (why) {
		refuse(c, ref, PROVIDER_FORBIDDEN, why);
		return;
	}
	if (c->is_paused || c->is_stopping) {
		refuse(c, ref, answers[ANSWER_BUSY].status, answers[ANSWER_BUSY].why);
		return;
	}
	provider_read(c->is.format, request->body, request->arena, &said);
	if (said.kind == PROVIDER_NOTHING)
		refuse(c, ref, 422, "it is neither a text nor a receipt");
	else
		take(c, &said, ref);
}

/* --- the connector ------------------------------------------------------------------------------- */

/* No text comes in pieces. */
static void read_pieces(
	const struct connector *connector, unsigned coding, struct str data, struct buf *out)
{
	buf_put(out, data);
}

static void pause_reading(struct connector *connector, bool on)
{
	of(connector)->is_paused = on;
}

static void stop(struct connector *connector)
{
	struct provider_connector *c = of(connector);
	bool was_up = c->is_up;
	c->is_stopping = true;
	c->is_up = false;
	net_timer_stop(c->is.net, &c->retry);
	drop_probe(c);
	for (unsigned i = 0; i < c->is.window; i++)
		provider_post_drop(c->posts[i]);
	for (unsigned i = 0; i < RECEIVE_WINDOW_MAX; i++)
		if (c->owed[i].is_there)
			answer(connector, (uint64_t)c->owed[i].nth << 32 | i, ANSWER_BUSY);
	net_timer_stop(c->is.net, &c->told);
	if (was_up)
		c->handler.down(c->handler.ctx, WAY_OUT, false);
	c->handler.down(c->handler.ctx, WAY_IN, false);
	c->handler.stopped(c->handler.ctx);
}

static void free_connector(struct connector **slot)
{
	struct provider_connector *c = of(*slot);
	net_timer_stop(c->is.net, &c->retry);
	net_timer_stop(c->is.net, &c->told);
	drop_probe(c);
	for (unsigned i = 0; i < c->is.window; i++)
		provider_post_free(&c->posts[i]);
	free(c->posts);
	arena_free(&c->arena);
	free(c);
	*slot = NULL;
}

static struct str basic_of(struct arena *arena, struct str user, struct str password)
{
	struct str plain = arena_printf(arena, "%.*s:%.*s", STR_ARGS(user), STR_ARGS(password));
	size_t room = sodium_base64_ENCODED_LEN(plain.len, sodium_base64_VARIANT_ORIGINAL);
	char *letters = arena_take(arena, room);
	sodium_bin2base64(letters, room, (const unsigned char *)plain.at, plain.len,
		sodium_base64_VARIANT_ORIGINAL);
	return str_of(letters);
}

static void keep_settings(struct provider_connector *c, const struct provider_settings *settings)
{
	c->is = *settings;
	struct str *strs[] = {&c->is.name, &c->is.host, &c->is.user, &c->is.password, &c->is.secret,
		&c->is.hook, &c->is.key};
	for (size_t i = 0; i < sizeof strs / sizeof *strs; i++)
		*strs[i] = arena_copy(&c->arena, *strs[i]);
	c->basic = basic_of(&c->arena, c->is.user, c->is.password);
}

struct connector *provider_connector_new(
	const struct provider_settings *settings, const struct connector_handler *handler)
{
	static const struct connector_ops ops = {.start = start,
		.is_up = is_up,
		.trouble = put_trouble,
		.count = count,
		.read = read_pieces,
		.send = send_text,
		.not_again = not_again,
		.answer = answer,
		.pause = pause_reading,
		.stop = stop,
		.free = free_connector};
	struct provider_connector *c = mem_new(sizeof *c);
	const struct post_handler posts = {
		.ctx = c, .is_last_word = is_last_word, .ended = on_post_ended};
	c->base = (struct connector) {.ops = &ops,
		.has_ids = true,
		.comes_again = true,
		.is_known_again = settings->format && settings->format->send.key_header.len};
	c->handler = *handler;
	keep_settings(c, settings);
	c->posts = mem_new(c->is.window * sizeof(struct provider_post *));
	for (unsigned i = 0; i < c->is.window; i++)
		c->posts[i] = provider_post_new(
			c->is.outside, c->is.name, c->is.host, c->is.port, &posts);
	c->backoff = SMS_BACKOFF_FIRST_MS;
	c->stream = net_stream_of(c->is.net, c->is.name, 0);
	c->retry = (struct net_timer) {.fire = look_for_it, .ctx = c};
	c->told = (struct net_timer) {.fire = tell_written, .ctx = c};
	return &c->base;
}
