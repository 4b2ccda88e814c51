/* gateway.c - an HTTP server for what is posted to it, and a few clients for what it posts. */
#include "gateway.h"
#include "base/arena.h"
#include "base/check.h"
#include "http/http_client.h"
#include "http/http_server.h"
#include "person.h"

#include <jansson.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#define SECRET        "what both know"
#define PASSWORD      "x"
#define CONNECTIONS   100
#define CLIENTS       4 /* posts at a time */
#define AGAIN_MOST_MS 300
#define LOST_MOST_MS  120 /* after which the answer to a post is not waited for */
#define FATES         32  /* of what is posted to it; see draw_fate */
#define LOST_ONE_IN   8
#define TWICE_ONE_IN  8
#define EARLY_ONE_IN  4
#define EARLY_MOST_MS 30 /* from a text to its receipt, which may overtake the answer to the text */

/* A text that it has. */
struct kept {
	struct str key; /* owned, as the next */
	struct str id;
	UT_hash_handle hh;
};

struct mail {
	struct gateway *gateway;
	struct gateway_mail is;
	bool is_posting, is_pausing, comes_again;
	struct net_timer due;
	struct mail *prev, *next;
};

struct poster {
	struct gateway *gateway;
	struct http_client *client;
	struct mail *mail; /* NULL: free */
	struct net_timer lost;
};

struct gateway {
	struct net *net;
	struct gateway_settings settings;
	struct net_stream stream;
	struct http_server *server;
	struct kept *kept;
	struct mail *mails;
	struct poster posters[CLIENTS];
	uint64_t ids;
	bool is_calm;
};

static uint64_t draw(struct gateway *gateway, uint64_t below)
{
	uint64_t bits;
	net_random(gateway->net, &gateway->stream, &bits, sizeof bits);
	return bits % below;
}

static struct str new_id(struct gateway *gateway, char kind)
{
	char id[24];
	snprintf(id, sizeof id, "%c%llu", kind, (unsigned long long)++gateway->ids);
	return str_copy(str_of(id));
}

/* --- what it posts ------------------------------------------------------------------------------- */

static void mail_free(struct mail *mail)
{
	DL_DELETE(mail->gateway->mails, mail);
	net_timer_stop(mail->gateway->net, &mail->due);
	str_free(&mail->is.phone);
	str_free(&mail->is.text);
	str_free(&mail->is.id);
	free(mail);
}

static void put_body(struct buf *out, const struct gateway_mail *mail)
{
	json_t *body = mail->is_receipt ? json_pack("{s:s%, s:s}", "receipt", mail->id.at,
						  mail->id.len, "state", "delivered")
					: json_pack("{s:s%, s:s, s:s%, s:s%}", "from",
						  mail->phone.at, mail->phone.len, "to",
						  GATEWAY_NUMBER, "text", mail->text.at,
						  mail->text.len, "id", mail->id.at, mail->id.len);
	char *text = json_dumps(body, JSON_COMPACT);
	buf_puts(out, text);
	free(text);
	json_decref(body);
}

static void put_signature(struct buf *out, struct str body, msec now)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len;
	char letters[2 * EVP_MAX_MD_SIZE + 1];
	struct buf what = {0};
	buf_printf(&what, "%lld.", (long long)(now / 1000));
	buf_put(&what, body);
	CHECK(HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (const unsigned char *)what.at,
		what.len, mac, &len));
	sodium_bin2hex(letters, sizeof letters, mac, len);
	buf_printf(out, "X-Signature: %s\r\nX-Time: %lld\r\n", letters, (long long)(now / 1000));
	buf_free(&what);
}

static void post_all(struct gateway *gateway);

static void tell(const struct mail *mail, int status)
{
	const struct gateway_settings *settings = &mail->gateway->settings;
	if (settings->on_mail)
		settings->on_mail(settings->ctx, &mail->is, status);
}

static void on_due(void *ctx)
{
	struct mail *mail = ctx;
	mail->is_pausing = false;
	post_all(mail->gateway);
}

static void post_later(struct mail *mail)
{
	mail->is_pausing = true;
	net_timer_start(
		mail->gateway->net, &mail->due, 1 + (msec)draw(mail->gateway, AGAIN_MOST_MS));
}

static void on_done(void *ctx, int status, struct str body)
{
	struct poster *poster = ctx;
	struct gateway *gateway = poster->gateway;
	struct mail *mail = poster->mail;
	if (!mail)
		return;
	poster->mail = NULL;
	mail->is_posting = false;
	net_timer_stop(gateway->net, &poster->lost);
	if (status)
		tell(mail, status);
	bool is_over = status && status < 500;
	if (is_over && !(mail->comes_again && !gateway->is_calm)) {
		mail_free(mail);
	} else {
		mail->comes_again &= !is_over;
		post_later(mail);
	}
	post_all(gateway);
}

/* The answer never comes, though the server may have taken it. */
static void on_lost(void *ctx)
{
	http_client_close(((struct poster *)ctx)->client);
}

static void post(struct poster *poster, struct mail *mail)
{
	struct gateway *gateway = poster->gateway;
	struct buf body = {0}, signature = {0};
	tell(mail, 0);
	mail->is_posting = true;
	poster->mail = mail;
	put_body(&body, &mail->is);
	put_signature(&signature, buf_str(&body), net_now(gateway->net));
	http_client_header(poster->client, buf_str(&signature));
	if (!gateway->is_calm && draw(gateway, LOST_ONE_IN) == 0)
		net_timer_start(gateway->net, &poster->lost, 1 + (msec)draw(gateway, LOST_MOST_MS));
	http_client_send(poster->client, "POST", STR("/hooks/" GATEWAY_LINK), buf_str(&body),
		on_done, poster);
	buf_free(&body);
	buf_free(&signature);
}

static struct poster *free_poster(struct gateway *gateway)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (!gateway->posters[i].mail)
			return &gateway->posters[i];
	return NULL;
}

static void post_all(struct gateway *gateway)
{
	struct mail *mail, *next;
	DL_FOREACH_SAFE(gateway->mails, mail, next) {
		struct poster *poster = free_poster(gateway);
		if (!poster)
			return;
		if (!mail->is_posting && !mail->is_pausing)
			post(poster, mail);
	}
}

/* --- what is posted to it ------------------------------------------------------------------------ */

struct fate {
	bool is_taken;
	int status;
};

static struct fate draw_fate(struct gateway *gateway)
{
	static const struct fate fates[FATES] = {{false, 503}, {false, 503}, {false, 503},
		{false, 500}, {true, 500}, {true, 0}, {true, 0}};
	uint64_t which = gateway->is_calm ? FATES - 1 : draw(gateway, FATES);
	if (which == FATES - 2 && draw(gateway, 2))
		return (struct fate) {false, 400};
	return fates[which].status || fates[which].is_taken ? fates[which]
							    : (struct fate) {true, 201};
}

static void add_mail(struct gateway *gateway, const struct gateway_mail *is, msec after)
{
	struct mail *mail = mem_new(sizeof *mail);
	*mail = (struct mail) {.gateway = gateway, .is = *is};
	mail->comes_again = !gateway->is_calm && draw(gateway, TWICE_ONE_IN) == 0;
	mail->is_pausing = after > 0;
	mail->due = (struct net_timer) {.fire = on_due, .ctx = mail};
	DL_APPEND(gateway->mails, mail);
	if (after)
		net_timer_start(gateway->net, &mail->due, after);
	post_all(gateway);
}

static msec draw_receipt(struct gateway *gateway)
{
	bool is_early = !gateway->is_calm && draw(gateway, EARLY_ONE_IN) == 0;
	return is_early ? (msec)draw(gateway, EARLY_MOST_MS) : gateway->settings.receipt_ms;
}

static struct kept *find_kept(const struct gateway *gateway, struct str key)
{
	struct kept *kept;
	HASH_FIND(hh, gateway->kept, key.at, key.len, kept);
	return kept;
}

/* It goes on to its phone. */
static struct kept *keep(struct gateway *gateway, const struct gateway_post *post)
{
	const struct gateway_settings *settings = &gateway->settings;
	struct kept *kept = mem_new(sizeof *kept);
	kept->key = str_copy(post->key);
	kept->id = new_id(gateway, 'g');
	HASH_ADD_KEYPTR(hh, gateway->kept, kept->key.at, kept->key.len, kept);
	const struct gateway_mail receipt = {.is_receipt = true, .id = str_copy(kept->id)};
	if (settings->on_text)
		settings->on_text(settings->ctx, false, post->phone, post->text);
	add_mail(gateway, &receipt, draw_receipt(gateway));
	return kept;
}

static void answer(struct gateway *gateway, const struct gateway_post *post, struct http_ref ref)
{
	struct buf body = {0};
	buf_printf(&body, post->status == 201 ? "{\"id\":\"%.*s\"}" : "{}", STR_ARGS(post->id));
	const struct http_response response = {
		.status = post->status ? post->status : 201, .body = buf_str(&body)};
	if (post->status)
		http_reply(gateway->server, ref, &response);
	else
		http_begin(gateway->server, ref, &(struct http_response) {.status = 201});
	buf_free(&body);
}

/* What it knows it does not refuse any more, whatever its fate. */
static void take(struct gateway *gateway, struct gateway_post *post, struct http_ref ref)
{
	const struct gateway_settings *settings = &gateway->settings;
	const struct fate fate = draw_fate(gateway);
	struct kept *kept = find_kept(gateway, post->key);
	post->is_again = kept != NULL;
	post->is_taken = fate.is_taken || kept;
	post->status = kept && fate.status == 400 ? 201 : fate.status;
	if (post->is_taken && !kept)
		kept = keep(gateway, post);
	post->id = kept ? kept->id : STR_NONE;
	if (settings->on_post)
		settings->on_post(settings->ctx, post);
	answer(gateway, post, ref);
}

static bool is_for_it(const struct http_request *request)
{
	return request->method == HTTP_POST && str_is(request->path, "/texts") &&
	       str_is(http_header(request, "Authorization"), "Bearer " PASSWORD);
}

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct gateway *gateway = ctx;
	json_t *body = json_loadb(request->body.at, request->body.len, 0, NULL);
	const char *to = json_string_value(json_object_get(body, "to"));
	const char *text = json_string_value(json_object_get(body, "text"));
	struct gateway_post post = {
		.body = request->body, .key = http_header(request, "Idempotency-Key")};
	if (!is_for_it(request) || !to || !text || !post.key.len) {
		http_reply(gateway->server, ref, &(struct http_response) {.status = 400});
	} else {
		post.phone = str_of(to);
		post.text = str_of(text);
		take(gateway, &post, ref);
	}
	json_decref(body);
}

static void on_more(void *ctx, struct http_ref ref)
{
	http_cut(((struct gateway *)ctx)->server, ref);
}

static void on_gone(void *ctx, struct http_ref ref)
{
}

/* --- life ---------------------------------------------------------------------------------------- */

struct gateway *gateway_new(struct net *net, const struct gateway_settings *settings)
{
	struct gateway *gateway = mem_new(sizeof *gateway);
	const struct http_handler handler = {
		.on_request = on_request, .on_gone = on_gone, .on_more = on_more, .ctx = gateway};
	unsigned port;
	gateway->net = net;
	gateway->settings = *settings;
	gateway->stream = net_stream_of(net, STR("gateway"), 0);
	gateway->server = http_server_new(net, &handler, CONNECTIONS);
	CHECK(http_server_listen(gateway->server,
		      str_of(settings->host ? settings->host : GATEWAY_HOST), GATEWAY_PORT,
		      &port) == OK);
	for (size_t i = 0; i < CLIENTS; i++) {
		struct poster *poster = &gateway->posters[i];
		poster->gateway = gateway;
		poster->client = http_client_new(net, STR("gateway"), str_of(settings->server),
			PERSON_PORT, STR_NONE, STR_NONE);
		poster->lost = (struct net_timer) {.fire = on_lost, .ctx = poster};
	}
	return gateway;
}

void gateway_write(struct gateway *gateway, struct str phone, struct str text)
{
	const struct gateway_settings *settings = &gateway->settings;
	const struct gateway_mail mail = {
		.phone = str_copy(phone), .text = str_copy(text), .id = new_id(gateway, 't')};
	if (settings->on_text)
		settings->on_text(settings->ctx, true, phone, text);
	add_mail(gateway, &mail, 0);
}

void gateway_calm(struct gateway *gateway)
{
	gateway->is_calm = true;
}

bool gateway_is_quiet(const struct gateway *gateway)
{
	return !gateway->mails;
}

void gateway_hang_up(struct gateway *gateway)
{
	for (size_t i = 0; i < CLIENTS; i++) {
		struct poster *poster = &gateway->posters[i];
		poster->mail = NULL;
		net_timer_stop(gateway->net, &poster->lost);
		http_client_free(&poster->client);
	}
	while (gateway->mails)
		mail_free(gateway->mails);
	http_server_close_all(gateway->server);
}

void gateway_free(struct gateway **slot)
{
	struct gateway *gateway = *slot;
	struct kept *kept, *next;
	if (!gateway)
		return;
	http_server_free(&gateway->server);
	HASH_ITER(hh, gateway->kept, kept, next) {
		HASH_DEL(gateway->kept, kept);
		str_free(&kept->key);
		str_free(&kept->id);
		free(kept);
	}
	free(gateway);
	*slot = NULL;
}

/* --- the server's side --------------------------------------------------------------------------- */

void gateway_put_provider(struct buf *text)
{
	buf_puts(text, "providers:\n"
		       "  - name: gateway\n"
		       "    send:\n"
		       "      path: /texts\n"
		       "      headers: [\"Authorization: Bearer {password}\"]\n"
		       "      body: '{\"from\":\"{from}\",\"to\":\"{to}\",\"text\":\"{text}\"}'\n"
		       "      id: id\n"
		       "      key-header: Idempotency-Key\n"
		       "    signature: {header: X-Signature, over: \"{time}.{body}\", time-header: "
		       "X-Time}\n"
		       "    receive: {from: from, to: to, text: text, id: id, receipt-id: receipt, "
		       "state: state,\n"
		       "      delivered: [delivered]}\n");
}

void gateway_put_link(struct buf *text, const char *host)
{
	buf_printf(text,
		"    - {name: " GATEWAY_LINK ", host: %s, port: %d, provider: gateway, tls: no,\n"
		"       system-id: u, password: " PASSWORD ", secret: " SECRET "}\n",
		host, GATEWAY_PORT);
}
