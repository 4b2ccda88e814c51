/* params_test.c - each parameter at its limits, of wrong types, missing; nothing applied then. */
#include "api/api_fixture.h"

static int open_world(void **state)
{
	struct world *w = mem_new(sizeof *w);
	world_open(w);
	world_start(w, w->ben, false);
	world_start(w, w->sam, false);
	world_start(w, w->ana, true);
	world_text(w, "+4915112345", "hello");
	*state = w;
	return 0;
}

static int close_world(void **state)
{
	world_close(*state);
	free(*state);
	return 0;
}

static struct session *session_of(struct world *w)
{
	return w->f.core->sessions;
}

/* A body with one parameter: a JSON string of n times a unit. */
static const char *body_of(
	struct world *w, const char *operation, const char *name, const char *unit, size_t n)
{
	struct buf body = {0};
	buf_printf(&body, "{\"operationName\":\"%s\",\"%s\":\"", operation, name);
	for (size_t i = 0; i < n; i++)
		buf_puts(&body, unit);
	buf_puts(&body, "\"}");
	const char *kept = arena_copy(&w->f.arena, buf_str(&body)).at;
	buf_free(&body);
	return kept;
}

/* What world_post answers where apply is scripted to succeed: 0 or the refusal of the parameter. */
static int try_at(struct world *w, const char *who, const char *path, const char *body)
{
	unsigned before = w->applied;
	int code = world_post_at(w, who, path, session_of(w), NULL, body);
	assert_int_equal(w->applied, before + (code == 4));
	return code == 4 ? 0 : code;
}

static void script(struct world *w)
{
	w->apply_err = ERR_BUSY; /* code 4, which no parameter gives: the command got that far */
}

static void test_text_and_names_are_bounded_in_characters(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *who, *path, *operation, *name;
		size_t least, most;
		int fits;      /* code of what is allowed: 6 where nothing has such a name */
		int too_short; /* code at least - 1, where there is such a length */
	} rows[] = {
		{"ana", "/me/smssessions/{S}", "SendMessage", "text", 1, TEXT_CHARS_MAX, 0, 10},
		{"ana", "/me/smssessions/{S}", "SendCustomNotice", "noticeText", 1, TEXT_CHARS_MAX,
			0, 10},
		{"ana", "/me/smssessions/{S}", "Accept", "nickname", 0, NICKNAME_CHARS_MAX, 0, 0},
		{"ana", "/me/smssessions/{S}", "Complete", "queueName", 1, QUEUE_NAME_CHARS_MAX, 6,
			10},
		{"sam", "/users/ana/channels/smssession", "Monitor", "nickname", 0,
			NICKNAME_CHARS_MAX, 0, 0},
	};
	static const char *const units[] = {"x", "\xC3\xA9", "\xF0\x9F\x98\x80", "\\ud83d\\ude00"};
	script(w);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t u = 0; u < 4; u++) {
			const size_t lengths[] = {
				rows[i].least, rows[i].least + 1, rows[i].most - 1, rows[i].most};
			for (size_t k = 0; k < 4; k++)
				assert_int_equal(try_at(w, rows[i].who, rows[i].path,
							 body_of(w, rows[i].operation, rows[i].name,
								 units[u], lengths[k])),
					rows[i].fits);
			assert_int_equal(try_at(w, rows[i].who, rows[i].path,
						 body_of(w, rows[i].operation, rows[i].name,
							 units[u], rows[i].most + 1)),
				10);
			assert_int_equal(
				try_at(w, rows[i].who, rows[i].path,
					body_of(w, rows[i].operation, rows[i].name, units[u], 0)),
				rows[i].too_short);
		}
}

static int try_url(struct world *w, const char *url, size_t length)
{
	struct buf body = {0};
	buf_puts(&body, "{\"operationName\":\"SendUrl\",\"url\":\"");
	buf_puts(&body, url);
	for (size_t i = strlen(url); i < length; i++)
		buf_put_byte(&body, 'x');
	buf_puts(&body, "\"}");
	const char *kept = arena_copy(&w->f.arena, buf_str(&body)).at;
	buf_free(&body);
	return try_at(w, "ana", "/me/smssessions/{S}", kept);
}

static void test_a_url_is_one_that_a_phone_opens(void **state)
{
	struct world *w = *state;
	static const char *const good[] = {"https://example.org", "http://example.org/a?b=c&d#e",
		"HTTPS://[2001:db8::1]:8443/", "https://b\u00fccher.example/\u732b",
		"http://h/%20"};
	static const char *const bad[] = {"", "x", "example.org", "//example.org", "http://",
		"https:///path", "http://?q", "ftp://example.org/", "javascript:alert(1)",
		"https://example.org/a b", "https://example.org/\\n", "https://example.org/\u00a0",
		"https://example.org/\u200b", "https://example.org/\u202e", "http://:80/",
		" https://example.org/", "https://example.org/<a>", "https://example.org/\\u0022"};
	script(w);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_int_equal(try_url(w, good[i], 0), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(try_url(w, bad[i], 0), 10);
	assert_int_equal(try_url(w, "https://example.org/", URL_CHARS_MAX - 1), 0);
	assert_int_equal(try_url(w, "https://example.org/", URL_CHARS_MAX), 0);
	assert_int_equal(try_url(w, "https://example.org/", URL_CHARS_MAX + 1), 10);
}

static void test_wrong_types_are_bad_and_absent_ones_missing(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *who, *path, *body;
		int want;
	} rows[] = {
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"SendMessage\"}", 1},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"SendMessage\",\"text\":5}",
			10},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"SendMessage\",\"text\":null}",
			1},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"SendMessage\",\"text\":[\"a\"]}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"SendMessage\",\"text\":\"a\\nb\",\"saveLAR\":7}", 0},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"SendMessage\",\"text\":\"a\\u0000b\"}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"SendMessage\",\"text\":\"\xFF\"}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"SendMessage\",\"text\":\"\\ud83d\"}", 10},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"Accept\"}", 0},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"Accept\",\"nickname\":\"\"}",
			0},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"Accept\",\"nickname\":false}",
			10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"Accept\",\"nickname\":\"a\\tb\"}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"Accept\",\"nickname\":\"a\\u202eb\"}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"Accept\",\"nickname\":\" \\u00a0\\u3000\"}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"Accept\",\"nickname\":\"\\u200b\\ufeff\\u3164\"}",
			10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"Accept\",\"nickname\":\"\\u2800\"}", 10},
		{"ana", "/me/smssessions/{S}",
			"{\"operationName\":\"Accept\",\"nickname\":\" a \",\"x\":1e999}", 0},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"Complete\",\"queueName\":{}}",
			10},
		{"ana", "/me/smssessions/{S}", "{\"operationName\":\"Complete\"}", 0},
		{"sam", "/users/ana/channels/smssession",
			"{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":\"NextChat\"}",
			0},
		{"sam", "/users/ana/channels/smssession",
			"{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":\"AllChats\"}",
			0},
		{"sam", "/users/ana/channels/smssession",
			"{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":\"allchats\"}",
			10},
		{"sam", "/users/ana/channels/smssession",
			"{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":\"\"}", 10},
		{"sam", "/users/ana/channels/smssession",
			"{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":null,"
			"\"nickname\":null}",
			0},
		{"sam", "/users/ana/channels/smssession",
			"{\"operationName\":\"Monitor\",\"supervisorMonitoringMode\":1}", 10},
		{"ben", "/me",
			"{\"operationName\":\"StartContactCenterSession\",\"channels\":"
			"\"smssession\"}",
			10},
		{"ben", "/me", "{\"operationName\":\"StartContactCenterSession\",\"channels\":[1]}",
			10},
		{"ben", "/me",
			"{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"\"]}",
			10},
		{"ben", "/me", "{\"operationName\":\"StartContactCenterSession\",\"channels\":[]}",
			10},
		{"ben", "/me",
			"{\"operationName\":\"StartContactCenterSession\",\"channels\":["
			"\"smssession\"],\"place\":1}",
			0},
	};
	script(w);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (try_at(w, rows[i].who, rows[i].path, rows[i].body) != rows[i].want)
			fail_msg("row %zu: %s", i, w->body.at);
}

static void test_the_list_of_channels_is_bounded_in_entries_and_characters(void **state)
{
	struct world *w = *state;
	script(w);
	for (size_t n = CHANNELS_MAX - 1; n <= CHANNELS_MAX + 1; n++) {
		struct buf body = {0};
		buf_puts(&body, "{\"operationName\":\"StartContactCenterSession\",\"channels\":[");
		for (size_t i = 0; i < n; i++)
			buf_puts(&body, i ? ",\"smssession\"" : "\"smssession\"");
		buf_puts(&body, "]}");
		buf_put_byte(&body, '\0');
		assert_int_equal(try_at(w, "ben", "/me", body.at), n > CHANNELS_MAX ? 10 : 0);
		buf_free(&body);
	}
	for (size_t n = CHANNEL_CHARS_MAX - 1; n <= CHANNEL_CHARS_MAX + 1; n++) {
		struct buf body = {0};
		buf_puts(
			&body, "{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"");
		for (size_t i = 0; i < n; i++)
			buf_puts(&body, "\xC3\xA9");
		buf_puts(&body, "\"]}");
		buf_put_byte(&body, '\0');
		assert_int_equal(try_at(w, "ben", "/me", body.at), n > CHANNEL_CHARS_MAX ? 10 : 6);
		buf_free(&body);
	}
}

static void test_a_user_is_addressed_by_uri_or_path(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *name, *value;
		int want;
	} rows[] = {
		{"targetPath", "/users/ben", 0}, {"targetPath", "users/ben", 0},
		{"targetPath", "/users/{U}", 0}, {"targetPath", "/contacts/{U}", 0},
		{"targetPath", "/api/v2/users/{U}", 0},
		{"targetUri", "http://localhost:8080/api/v2/users/{U}", 0},
		{"targetUri", "https://elsewhere.example/cloud-web/api/v2/contacts/{U}", 0},
		{"userUri", "http://localhost:8080/api/v2/users/ben", 0},
		{"targetUri", "/users/b%65n", 0}, {"targetUri", "/users/nobody", 6},
		{"targetUri", "/queues/nowhere", 6}, {"targetPath", "/queues/sales", 0},
		{"targetUri", "http://localhost:8080/api/v2/queues/s%61les", 0},
		{"targetUri", "/users/", 10}, {"targetUri", "/users", 10},
		{"targetUri", "/users/ben/channels", 10}, {"targetUri", "/users/b%6", 10},
		{"targetUri", "/groups/ben", 10}, {"targetUri", "ben", 10}, {"targetUri", "", 10},
		{"targetUri", "http://localhost:8080", 10},
		{"targetUri", "http://localhost:8080/users/ben", 10},
		{"target", "/users/ben",
			0}, /* neither a target nor a queue: that is the core's to say */
	};
	script(w);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str value = world_path(w, rows[i].value, NULL, w->ben);
		const char *body = body_of(w, "Invite", rows[i].name, value.at, 1);
		if (try_at(w, "ana", "/me/smssessions/{S}", body) != rows[i].want)
			fail_msg("%s: %s", rows[i].value, w->body.at);
	}
	static const struct {
		const char *body;
		int want;
	} several[] = {
		{"{\"operationName\":\"Invite\",\"targetUri\":5,\"targetPath\":\"/users/ben\"}",
			10},
		{"{\"operationName\":\"Invite\",\"targetPath\":\"/queues/sales\","
		 "\"queueName\":\"sales\"}",
			10},
		/* Beside the one that counts */
		{"{\"operationName\":\"Invite\",\"targetUri\":\"/users/nobody\",\"userUri\":\"\"}",
			10},
		{"{\"operationName\":\"Invite\",\"targetUri\":\"/users/nobody\","
		 "\"targetPath\":null,\"userUri\":\"elsewhere\"}",
			6},
	};
	for (size_t i = 0; i < sizeof several / sizeof several[0]; i++)
		if (try_at(w, "ana", "/me/smssessions/{S}", several[i].body) != several[i].want)
			fail_msg("%s: %s", several[i].body, w->body.at);
	for (size_t n = TARGET_URI_CHARS_MAX - 1; n <= TARGET_URI_CHARS_MAX + 1; n++) {
		struct buf path = {0};
		buf_puts(&path, "/users/");
		while (path.len < n)
			buf_put_byte(&path, 'x');
		buf_put_byte(&path, '\0');
		assert_int_equal(try_at(w, "ana", "/me/smssessions/{S}",
					 body_of(w, "Invite", "targetUri", path.at, 1)),
			n > TARGET_URI_CHARS_MAX ? 10 : 6);
		buf_free(&path);
	}
}

static void test_inviting_oneself_is_forbidden(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_post_at(w, "ana", "/me/smssessions/{S}", session_of(w), NULL,
				 "{\"operationName\":\"Accept\"}"),
		0);
	assert_int_equal(world_post_at(w, "ana", "/me/smssessions/{S}", session_of(w), NULL,
				 "{\"operationName\":\"Invite\",\"targetUri\":\"/users/ana\"}"),
		3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text_and_names_are_bounded_in_characters),
		TEST(test_a_url_is_one_that_a_phone_opens),
		TEST(test_wrong_types_are_bad_and_absent_ones_missing),
		TEST(test_the_list_of_channels_is_bounded_in_entries_and_characters),
		TEST(test_a_user_is_addressed_by_uri_or_path),
		TEST(test_inviting_oneself_is_forbidden),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
