/* provider_connector_test.c - a link to a provider over HTTP: posts and their answers, and what is posted to its hook. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/log.h"
#include "http/http_server.h"
#include "net/net_sim.h"
#include "provider/provider_connector.h"
#include "provider/provider_post.h"
#include "sms/sms.h"

/* A constant str. */
#define S(literal)                                                                                 \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

#define START  1700000000000
#define PORT   8443
#define WINDOW 2

static const char *const headers[] = {"Authorization: Bearer {password}"};
static const char *const words[] = {"done"};
static const struct provider_format keyed = {.name = S("example"),
	.authorities = "",
	.send = {.path = S("/v1/{user}/messages"),
		.headers = {headers, 1},
		.body = S("{\"from\":\"{from}\",\"to\":\"{to-digits}\",\"text\":\"{text}\"}"),
		.id = S("id"),
		.key_header = S("Idempotency-Key")},
	.signature = {.header = S("X-Signature"), .over = S("{body}"), .letters = PROVIDER_HEX},
	.receive = {.from = S("from"),
		.to = S("to"),
		.text = S("text"),
		.id = S("id"),
		.receipt_id = S("of"),
		.state = S("state"),
		.delivered = {words, 1}}};
static struct provider_format without_key; /* keyed, but for that */

struct world {
	struct net *net;
	struct http_server *provider; /* NULL: it is away */
	unsigned port;
	struct connector *connector;
	struct buf story; /* of what the connector told */
	struct buf asked; /* what the provider was asked: path, headers that matter, body */
	const char *
		answers; /* statuses of its answers, a letter each: '2', 's' (silence) ...; the last stays */
	unsigned posts;
	char keys[8][64];
	struct buf replies; /* to what was posted to the hook */
	uint64_t token;     /* of what came last */
	msec posted_at[8];
};

/* --- the provider ------------------------------------------------------------------------- */

static int status_of(char c)
{
	switch (c) {
	case '2':
		return 201;
	case '4':
		return 400;
	case '1':
		return 401;
	case 't':
		return 429;
	case 'u':
		return 503;
	default:
		return 500;
	}
}

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct world *w = ctx;
	struct str key = http_header(request, "Idempotency-Key");
	char c = *w->answers;
	w->asked.len = 0;
	buf_printf(&w->asked, "%.*s %.*s %.*s %.*s", STR_ARGS(request->path),
		STR_ARGS(http_header(request, "Authorization")),
		STR_ARGS(http_header(request, "Content-Type")), STR_ARGS(request->body));
	assert_true(w->posts < 8 && key.len < sizeof w->keys[0]);
	memcpy(w->keys[w->posts], key.len ? key.at : "", key.len);
	w->posted_at[w->posts++] = net_now(w->net);
	if (w->answers[1])
		w->answers++;
	if (c == 's') {
		http_hold(w->provider, ref);
		return;
	}
	const struct http_response response = {
		.status = status_of(c), .body = c == '2' ? STR("{\"id\":\"p-1\"}") : STR("{}")};
	http_reply(w->provider, ref, &response);
}

static void on_gone(void *ctx, struct http_ref ref)
{
}

static void provider_comes(struct world *w)
{
	const struct http_handler handler = {
		.on_request = on_request, .on_gone = on_gone, .ctx = w};
	w->provider = http_server_new(w->net, &handler, 100);
	assert_int_equal(http_server_listen(w->provider, STR("provider"), PORT, &w->port), OK);
}

static void provider_goes(struct world *w)
{
	http_server_free(&w->provider);
}

/* --- what the connector tells ----------------------------------------------------------------- */

static void on_up(void *ctx, unsigned ways)
{
	buf_printf(&((struct world *)ctx)->story, "up %u|", ways);
}

static void on_down(void *ctx, unsigned ways, bool is_abrupt)
{
	buf_printf(&((struct world *)ctx)->story, "down %u|", ways);
}

static void on_answered(void *ctx, uint64_t cookie, enum connector_result result, struct str id)
{
	static const char *const names[] = {"sent", "later", "error", "refused"};
	buf_printf(&((struct world *)ctx)->story, "%llu %s %.*s|", (unsigned long long)cookie,
		names[result], STR_ARGS(id));
}

static void on_unanswered(void *ctx, uint64_t cookie)
{
	buf_printf(&((struct world *)ctx)->story, "%llu unanswered|", (unsigned long long)cookie);
}

static void on_received(void *ctx, const struct connector_message *m)
{
	struct world *w = ctx;
	w->token = m->token;
	if (m->is_receipt)
		buf_printf(&w->story, "receipt %.*s %d|", STR_ARGS(m->smsc_id),
			m->delivery == DELIVERY_DELIVERED);
	else
		buf_printf(&w->story, "%.*s>%.*s: %.*s %02x%02x|", STR_ARGS(m->phone),
			STR_ARGS(m->number), STR_ARGS(m->text), m->fingerprint[0],
			m->fingerprint[1]);
}

static void on_written(void *ctx)
{
	buf_puts(&((struct world *)ctx)->story, "written|");
}

static void on_stopped(void *ctx)
{
	buf_puts(&((struct world *)ctx)->story, "stopped|");
}

static void on_reply(void *ctx, struct http_ref ref, const struct http_response *response)
{
	buf_printf(&((struct world *)ctx)->replies, "%u:%d%s|", ref.slot, response->status,
		response->headers.len ? " again" : "");
}

static void link_begins(struct world *w, const struct provider_format *format)
{
	const struct connector_handler handler = {.ctx = w,
		.up = on_up,
		.down = on_down,
		.answered = on_answered,
		.unanswered = on_unanswered,
		.received = on_received,
		.written = on_written,
		.stopped = on_stopped};
	const struct provider_settings settings = {.net = w->net,
		.outside = w->net,
		.format = format,
		.name = STR("hello"),
		.host = STR("provider"),
		.port = PORT,
		.user = STR("me"),
		.password = STR("pass"),
		.secret = STR("s"),
		.hook = STR("https://sms.example.org/hooks/hello"),
		.key = STR("0123456789abcdef0123456789abcdef"),
		.window = WINDOW,
		.response_ms = 60000,
		.ctx = w,
		.reply = on_reply};
	w->connector = provider_connector_new(&settings, &handler);
	w->connector->ops->start(w->connector);
}

static int setup(void **state)
{
	struct world *w = mem_new(sizeof *w);
	log_to(LOG_NOTHING);
	without_key = keyed;
	without_key.send.key_header = STR_NONE;
	w->net = net_sim_new(1, START);
	w->answers = "2";
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	if (w->connector)
		w->connector->ops->free(&w->connector);
	http_server_free(&w->provider);
	net_sim_free(&w->net);
	buf_free(&w->story);
	buf_free(&w->asked);
	buf_free(&w->replies);
	free(w);
	return 0;
}

static void go_on(struct world *w, msec ms)
{
	net_sim_run(w->net, net_now(w->net) + ms);
}

static void assert_said(struct buf *said, const char *what)
{
	if (!str_is(buf_str(said), what))
		fail_msg("it said '%.*s' and not '%s'", STR_ARGS(buf_str(said)), what);
	said->len = 0;
}

static bool send_piece(struct world *w, const char *text, unsigned piece, uint64_t cookie)
{
	const struct connector_text sms = {
		.number = STR("+4205000"), .phone = STR("+420600112301"), .text = str_of(text)};
	return w->connector->ops->send(w->connector, &sms, piece, cookie);
}

static struct world *linked(void **state, const struct provider_format *format)
{
	struct world *w = *state;
	provider_comes(w);
	link_begins(w, format);
	go_on(w, 100);
	assert_said(&w->story, "up 1|");
	return w;
}

/* --- texts to the provider ------------------------------------------------------------------------ */

static void a_text_is_posted_in_the_words_of_its_provider(void **state)
{
	struct world *w = linked(state, &keyed);
	assert_true(send_piece(w, "Say \"hi\"", 1, 257));
	assert_int_equal(w->story.len, 0);
	go_on(w, 100);
	assert_said(&w->story, "257 sent p-1|");
	assert_said(&w->asked,
		"/v1/me/messages Bearer pass application/json "
		"{\"from\":\"+4205000\",\"to\":\"420600112301\",\"text\":\"Say \\\"hi\\\"\"}");
	assert_int_equal(strlen(w->keys[0]), 32);
}

static void a_key_is_of_one_text_alone_also_after_a_restart(void **state)
{
	struct world *w = linked(state, &keyed);
	assert_true(send_piece(w, "a", 1, 257) && send_piece(w, "a", 1, 258));
	go_on(w, 100);
	w->connector->ops->free(&w->connector);
	link_begins(w, &keyed);
	go_on(w, 100);
	assert_true(send_piece(w, "a", 1, 257));
	go_on(w, 100);
	assert_int_equal(w->posts, 3);
	assert_string_not_equal(w->keys[0], w->keys[1]);
	assert_true(strcmp(w->keys[2], w->keys[0]) == 0 || strcmp(w->keys[2], w->keys[1]) == 0);
}

static void what_is_longer_than_a_provider_takes_is_several_texts(void **state)
{
	struct world *w = linked(state, &keyed);
	struct buf text = {0};
	for (int i = 0; i < PROVIDER_TEXT_MAX; i++)
		buf_puts(&text, "ž");
	struct connector_text sms = {.text = buf_str(&text)};
	assert_int_equal(w->connector->ops->count(w->connector, &sms), 1);
	sms.text.len -= 2;
	assert_int_equal(w->connector->ops->count(w->connector, &sms), 1);
	buf_puts(&text, "y");
	sms.text = buf_str(&text);
	assert_int_equal(w->connector->ops->count(w->connector, &sms), 2);
	sms.text = STR_NONE;
	assert_int_equal(w->connector->ops->count(w->connector, &sms), 1);
	buf_put_byte(&text, '\0');
	assert_true(send_piece(w, text.at, 2, 258));
	go_on(w, 100);
	assert_non_null(strstr(w->asked.at, "\"text\":\"y\"}"));
	buf_free(&text);
}

static void no_more_is_posted_at_once_than_the_window_allows(void **state)
{
	struct world *w = linked(state, &keyed);
	assert_true(send_piece(w, "a", 1, 1) && send_piece(w, "b", 1, 2));
	assert_false(send_piece(w, "c", 1, 3));
	go_on(w, 100);
	assert_true(send_piece(w, "c", 1, 3));
}

static void a_status_says_what_became_of_a_text(void **state)
{
	static const struct {
		const char *answer, *story;
	} cases[] = {{"2", "7 sent p-1|"}, {"4", "7 refused |"}, {"1", "7 error |"},
		{"t", "7 later |"}, {"u", "7 later |"}};
	struct world *w = linked(state, &keyed);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		w->answers = cases[i].answer;
		assert_true(send_piece(w, "a", 1, 7));
		go_on(w, 100);
		assert_said(&w->story, cases[i].story);
	}
}

static void a_server_in_trouble_is_asked_again_with_the_same_key(void **state)
{
	struct world *w = linked(state, &keyed);
	w->answers = "552";
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, POST_AGAIN_FIRST_MS - 1);
	assert_int_equal(w->posts, 1);
	go_on(w, 3 * POST_AGAIN_FIRST_MS + 100);
	assert_int_equal(w->posts, 3);
	assert_string_equal(w->keys[1], w->keys[0]);
	assert_string_equal(w->keys[2], w->keys[0]);
	assert_true(w->posted_at[2] - w->posted_at[1] >= 2 * POST_AGAIN_FIRST_MS);
	assert_said(&w->story, "7 sent p-1|");
}

/* It may have taken the text the first time: what it says of a later post is of that one alone, unless it ends the text. */
static void not_now_is_no_word_on_an_earlier_post(void **state)
{
	static const struct {
		const char *answers, *story;
		unsigned posts;
	} cases[] = {{"5u2", "7 sent p-1|", 3}, {"5t2", "7 sent p-1|", 3},
		{"512", "7 sent p-1|", 3}, {"54", "7 refused |", 2}};
	struct world *w = linked(state, &keyed);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		w->posts = 0;
		w->answers = cases[i].answers;
		assert_true(send_piece(w, "a", 1, 7));
		go_on(w, 4 * POST_AGAIN_FIRST_MS);
		assert_said(&w->story, cases[i].story);
		assert_int_equal(w->posts, cases[i].posts);
	}
	w->posts = 0;
	w->answers = "5u";
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 61000);
	assert_said(&w->story, "7 unanswered|");
}

/* Its phone refuses texts by then. */
static void what_must_not_be_sent_any_more_is_not_posted_again(void **state)
{
	struct world *w = linked(state, &keyed);
	w->answers = "552";
	assert_true(send_piece(w, "a", 1, 7) && send_piece(w, "b", 1, 8));
	go_on(w, POST_AGAIN_FIRST_MS / 2);
	w->connector->ops->not_again(w->connector, 7);
	go_on(w, 2 * POST_AGAIN_FIRST_MS);
	assert_said(&w->story, "7 unanswered|8 sent p-1|");
	assert_int_equal(w->posts, 3);
}

static void its_ids_last_where_it_knows_a_text_by_its_key(void **state)
{
	struct world *w = linked(state, &keyed);
	assert_true(w->connector->is_known_again && w->connector->comes_again);
	w->connector->ops->free(&w->connector);
	link_begins(w, &without_key);
	assert_true(!w->connector->is_known_again && w->connector->comes_again);
}

/* Its key is that of the text: an outcome that nobody knows in the end is the core's to repeat. */
static void its_time_is_over_at_some_point(void **state)
{
	struct world *w = linked(state, &keyed);
	w->answers = "5";
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 61000);
	assert_said(&w->story, "7 unanswered|");
	assert_in_range(w->posts, 4, 7);
}

static void where_no_key_is_known_a_text_is_not_posted_again(void **state)
{
	struct world *w = linked(state, &without_key);
	w->answers = "5";
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 100);
	assert_int_equal(w->story.len, 0);
	go_on(w, POST_AGAIN_FIRST_MS);
	assert_said(&w->story, "7 unanswered|");
	assert_int_equal(w->posts, 1);
	assert_string_equal(w->keys[0], "");
}

static void silence_is_no_answer(void **state)
{
	struct world *w = linked(state, &keyed);
	w->answers = "s2";
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 59900);
	assert_int_equal(w->story.len, 0);
	go_on(w, 200);
	assert_said(&w->story, "7 unanswered|");
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 100);
	assert_said(&w->story, "7 sent p-1|");
	assert_string_equal(w->keys[1], w->keys[0]);
}

static void a_connection_that_breaks_may_have_brought_the_text(void **state)
{
	struct world *w = linked(state, &without_key);
	w->answers = "s";
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 100);
	http_server_close_all(w->provider);
	go_on(w, POST_AGAIN_FIRST_MS + 100);
	assert_said(&w->story, "7 unanswered|");
}

static void a_provider_that_is_not_there_got_nothing(void **state)
{
	struct world *w = linked(state, &keyed);
	provider_goes(w);
	assert_true(w->connector->ops->is_up(w->connector));
	assert_true(send_piece(w, "a", 1, 7) && send_piece(w, "b", 1, 8));
	go_on(w, 100);
	assert_said(&w->story, "7 error |8 error |down 1|");
	assert_false(w->connector->ops->is_up(w->connector));
	assert_false(send_piece(w, "a", 1, 7));
	struct buf trouble = {0};
	w->connector->ops->trouble(w->connector, &trouble);
	assert_true(str_starts(buf_str(&trouble), STR("no connection to ")));
	buf_free(&trouble);
	provider_comes(w);
	go_on(w, SMS_BACKOFF_FIRST_MS * 2);
	assert_said(&w->story, "up 1|");
	assert_true(send_piece(w, "a", 1, 7));
	go_on(w, 100);
	assert_said(&w->story, "7 sent p-1|");
}

static void it_is_looked_for_until_it_comes(void **state)
{
	struct world *w = *state;
	link_begins(w, &keyed);
	go_on(w, 60000);
	assert_int_equal(w->story.len, 0);
	provider_comes(w);
	go_on(w, SMS_BACKOFF_LAST_MS * 5 / 4);
	assert_said(&w->story, "up 1|");
}

static void a_link_without_a_format_stays_down(void **state)
{
	struct world *w = *state;
	provider_comes(w);
	link_begins(w, NULL);
	go_on(w, 60000);
	assert_int_equal(w->story.len, 0);
	assert_false(send_piece(w, "a", 1, 7));
}

/* --- what is posted to the hook --------------------------------------------------------------------- */

#define TEXT           "{\"id\":\"m-1\",\"from\":\"420600112301\",\"to\":\"+4205000\",\"text\":\"Ahoj\"}"
#define TEXT_SIGNED    "003d4bd47fc178fa37a71a49f1b8d4089fc93f5b60977667e64ace788708773e"
#define RECEIPT        "{\"of\":\"p-1\",\"state\":\"done\"}"
#define RECEIPT_SIGNED "36de70417eb626a1361b5ac6ca02c1d61f6b69432da7eb60a45faf185c3f19e8"

static void post(struct world *w, unsigned nth, const char *body, const char *signature)
{
	struct arena arena = {0};
	struct http_request request = {.method = HTTP_POST,
		.headers = {{STR("X-Signature"), str_of(signature)}},
		.header_count = 1,
		.body = str_of(body),
		.arena = &arena};
	provider_connector_take(w->connector, &request, (struct http_ref) {nth, 1});
	arena_free(&arena);
}

static void answer(struct world *w, enum connector_answer what)
{
	w->connector->ops->answer(w->connector, w->token, what);
}

static void a_text_is_answered_once_it_is_taken(void **state)
{
	struct world *w = linked(state, &keyed);
	post(w, 1, TEXT, TEXT_SIGNED);
	go_on(w, 1000);
	assert_int_equal(w->replies.len, 0);
	assert_true(str_starts(buf_str(&w->story), STR("+420600112301>+4205000: Ahoj ")));
	w->story.len = 0;
	answer(w, ANSWER_OK);
	assert_said(&w->replies, "1:200|");
	assert_int_equal(w->story.len, 0);
	go_on(w, 1);
	assert_said(&w->story, "written|");
	answer(w, ANSWER_OK); /* void by now */
	assert_int_equal(w->replies.len, 0);
}

static void what_cannot_be_taken_now_may_come_again(void **state)
{
	static const struct {
		enum connector_answer answer;
		const char *reply;
	} cases[] = {{ANSWER_BUSY, "1:503 again|"}, {ANSWER_FULL, "1:503 again|"},
		{ANSWER_ERROR, "1:503 again|"}, {ANSWER_NOT_YET, "1:503 again|"},
		{ANSWER_BAD_NUMBER, "1:422|"}};
	struct world *w = linked(state, &keyed);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		post(w, 1, TEXT, TEXT_SIGNED);
		answer(w, cases[i].answer);
		assert_said(&w->replies, cases[i].reply);
	}
	w->story.len = 0;
	w->connector->ops->pause(w->connector, true);
	post(w, 2, TEXT, TEXT_SIGNED);
	assert_said(&w->replies, "2:503 again|");
	go_on(w, 1);
	assert_said(&w->story, "written|");
}

static void only_the_provider_may_post(void **state)
{
	struct world *w = linked(state, &keyed);
	post(w, 1, TEXT, RECEIPT_SIGNED);
	post(w, 2, TEXT, "");
	assert_said(&w->replies, "1:403|2:403|");
	assert_int_equal(w->story.len, 0);
}

static void a_receipt_says_what_became_of_a_text(void **state)
{
	struct world *w = linked(state, &keyed);
	post(w, 1, RECEIPT, RECEIPT_SIGNED);
	assert_said(&w->story, "receipt p-1 1|");
	answer(w, ANSWER_OK);
	assert_said(&w->replies, "1:200|");
}

static void what_is_neither_is_said_to_be_so(void **state)
{
	struct world *w = linked(state, &keyed);
	post(w, 1, "{}", "143ca8d517ba1b181025d732b1cf275d90104fca57bb02a565542978aa18c4b6");
	assert_said(&w->replies, "1:422|");
	assert_int_equal(w->story.len, 0);
}

static void the_hook_is_open_while_the_provider_cannot_be_reached(void **state)
{
	struct world *w = *state;
	link_begins(w, &keyed);
	post(w, 1, RECEIPT, RECEIPT_SIGNED);
	assert_said(&w->story, "receipt p-1 1|");
	answer(w, ANSWER_OK);
	assert_said(&w->replies, "1:200|");
}

static void at_a_stop_nobody_is_left_without_an_answer(void **state)
{
	struct world *w = linked(state, &keyed);
	w->answers = "s";
	assert_true(send_piece(w, "a", 1, 7));
	post(w, 1, RECEIPT, RECEIPT_SIGNED);
	go_on(w, 100);
	w->story.len = 0;
	w->connector->ops->stop(w->connector);
	assert_said(&w->story, "down 1|down 2|stopped|");
	assert_said(&w->replies, "1:503 again|");
	post(w, 2, RECEIPT, RECEIPT_SIGNED);
	assert_said(&w->replies, "2:503 again|");
	assert_false(send_piece(w, "b", 1, 8));
	go_on(w, 100000);
	assert_int_equal(w->story.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_is_posted_in_the_words_of_its_provider),
		TEST(a_key_is_of_one_text_alone_also_after_a_restart),
		TEST(what_is_longer_than_a_provider_takes_is_several_texts),
		TEST(no_more_is_posted_at_once_than_the_window_allows),
		TEST(a_status_says_what_became_of_a_text),
		TEST(a_server_in_trouble_is_asked_again_with_the_same_key),
		TEST(not_now_is_no_word_on_an_earlier_post),
		TEST(what_must_not_be_sent_any_more_is_not_posted_again),
		TEST(its_ids_last_where_it_knows_a_text_by_its_key),
		TEST(its_time_is_over_at_some_point),
		TEST(where_no_key_is_known_a_text_is_not_posted_again),
		TEST(silence_is_no_answer),
		TEST(a_connection_that_breaks_may_have_brought_the_text),
		TEST(a_provider_that_is_not_there_got_nothing),
		TEST(it_is_looked_for_until_it_comes),
		TEST(a_link_without_a_format_stays_down),
		TEST(a_text_is_answered_once_it_is_taken),
		TEST(what_cannot_be_taken_now_may_come_again),
		TEST(only_the_provider_may_post),
		TEST(a_receipt_says_what_became_of_a_text),
		TEST(what_is_neither_is_said_to_be_so),
		TEST(the_hook_is_open_while_the_provider_cannot_be_reached),
		TEST(at_a_stop_nobody_is_left_without_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
