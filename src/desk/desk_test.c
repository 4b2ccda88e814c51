/* desk_test.c - what is answered of the page's files. The table is the one that this program was built with, so what
 * is asked of it is so whichever files lie in it; without any (no web/dist) nothing is owned. */
#include "desk/desk.h"
#include "desk/desk_files.h"
#include "login/login_fixture.h"

struct reply {
	unsigned count;
	int status;
	char type[64], cache[64];
	struct buf body, headers;
};

static void take_reply(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	struct reply *reply = ctx;
	assert_int_equal(lsn, 0);
	reply->count++;
	reply->status = response->status;
	snprintf(reply->type, sizeof reply->type, "%s", response->type ? response->type : "JSON");
	snprintf(reply->cache, sizeof reply->cache, "%s",
		response->cache ? response->cache : "no-store");
	reply->body.len = reply->headers.len = 0;
	buf_put(&reply->body, response->body);
	buf_put(&reply->headers, response->headers);
	buf_put_byte(&reply->headers, '\0');
}

static struct http_response refuse(enum err err)
{
	assert_int_equal(err, ERR_METHOD);
	return (struct http_response) {.status = 404};
}

struct hall {
	struct fixture f;
	struct reply reply;
	struct desk_world world;
	struct entrance_room room;
};

static int open_hall(void **state)
{
	struct hall *h = mem_new(sizeof *h);
	fixture_open(&h->f, CSRF_ORIGIN);
	h->world = (struct desk_world) {&h->reply, take_reply, refuse};
	h->room = desk_room(&h->world);
	*state = h;
	return 0;
}

static int close_hall(void **state)
{
	struct hall *h = *state;
	buf_free(&h->reply.body);
	buf_free(&h->reply.headers);
	fixture_close(&h->f);
	free(h);
	return 0;
}

static const struct reply *get(struct hall *h, const char *path, const char *name, struct str value)
{
	struct http_request *request = fixture_request(&h->f, HTTP_GET, path);
	if (name)
		fixture_header(request, name, value);
	struct visit visit = {.request = request, .room = &h->room};
	h->room.serve(h->room.ctx, &visit);
	return &h->reply;
}

static bool says(const struct reply *reply, const char *words)
{
	return strstr(reply->headers.at, words) != NULL;
}

static void test_nothing_else_than_files_is_owned(void **state)
{
	struct hall *h = *state;
	assert_true(h->room.is_public);
	assert_false(h->room.owns(STR("/api/v2/me")));
	assert_false(h->room.owns(STR("/desk/../etc/passwd")));
	assert_false(h->room.owns(STR("/desk/")));
	assert_false(h->room.owns(STR("")));
	assert_int_equal(h->room.owns(STR("/")), desk_is_there());
}

static void test_each_file_comes_with_its_type_and_the_policy(void **state)
{
	struct hall *h = *state;
	for (const struct desk_file *file = desk_files; file->path; file++) {
		const struct reply *reply = get(h, file->path, NULL, STR_NONE);
		assert_int_equal(reply->status, 200);
		assert_string_equal(reply->type, file->type);
		assert_int_equal(reply->body.len, file->plain_end - file->plain);
		assert_memory_equal(reply->body.at, file->plain, reply->body.len);
		assert_true(says(
			reply, "Content-Security-Policy: default-src 'none'; script-src 'self'"));
		assert_false(says(reply, "unsafe"));
		assert_false(says(reply, "Content-Encoding"));
		bool is_hashed = str_starts(str_of(file->path), STR("/desk/"));
		assert_string_equal(reply->cache,
			is_hashed ? "public, max-age=31536000, immutable" : "no-cache");
	}
}

static void test_gzip_as_it_is_stored_goes_to_who_takes_it(void **state)
{
	static const struct {
		const char *accepts;
		bool is_taken;
	} cases[] = {
		{"gzip", true},
		{"deflate, gzip, br", true},
		{"br;q=1.0, GZIP;q=0.8", true},
		{"gzip;q=0", false},
		{"gzip; q=0.000", false},
		{"identity", false},
		{"xgzip", false},
		{"", false},
	};
	struct hall *h = *state;
	for (const struct desk_file *file = desk_files; file->path; file++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			const struct reply *reply =
				get(h, file->path, "Accept-Encoding", str_of(cases[i].accepts));
			size_t len = (size_t)(cases[i].is_taken ? file->gzip_end - file->gzip
								: file->plain_end - file->plain);
			assert_int_equal(reply->body.len, len);
			assert_int_equal(says(reply, "Content-Encoding: gzip"), cases[i].is_taken);
			assert_true(says(reply, "Vary: Accept-Encoding"));
		}
}

static void test_who_has_a_file_is_told_so(void **state)
{
	struct hall *h = *state;
	for (const struct desk_file *file = desk_files; file->path; file++) {
		struct str tag = arena_printf(&h->f.arena, "\"x\", W/\"%s\"", file->digest);
		const struct reply *reply = get(h, file->path, "If-None-Match", tag);
		assert_int_equal(reply->status, 304);
		assert_int_equal(reply->body.len, 0);
		reply = get(h, file->path, "If-None-Match", STR("W/\"0123456789abcdef\""));
		assert_int_equal(reply->status, 200);
	}
}

static void test_nothing_can_be_done_to_a_file(void **state)
{
	struct hall *h = *state;
	struct http_request *request = fixture_request(&h->f, HTTP_POST, "/");
	struct visit visit = {.request = request, .room = &h->room};
	h->room.serve(h->room.ctx, &visit);
	assert_int_equal(h->reply.status, 404);
	assert_string_equal(h->reply.type, "JSON");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_hall, close_hall)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_else_than_files_is_owned),
		TEST(test_each_file_comes_with_its_type_and_the_policy),
		TEST(test_gzip_as_it_is_stored_goes_to_who_takes_it),
		TEST(test_who_has_a_file_is_told_so),
		TEST(test_nothing_can_be_done_to_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
