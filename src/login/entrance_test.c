/* entrance_test.c - who gets into which room, and which check refuses the others. */
#include "login/entrance.h"
#include "login/login_fixture.h"

/* What became of the last request. */
struct seen {
	char served_by, refused_by; /* a room's letter; 0: not */
	enum err err;
	struct user *user; /* NULL: nobody */
	bool set_cookie;
	unsigned count;
	enum net_order order;
	bool headers, allowed; /* of CORS */
};

struct room {
	char letter;
	struct seen *seen;
	enum err read_err;
	bool wants_cookie;
};

struct door {
	struct fixture f;
	struct entrance entrance;
	struct room desk, others;
	struct seen seen;
};

static bool is_desk(struct str path)
{
	return str_starts(path, STR("/desk"));
}

static enum err read_asked(void *ctx, struct visit *visit)
{
	struct room *room = ctx;
	visit->asked = room;
	visit->wants_cookie = room->wants_cookie;
	return room->read_err;
}

static void note(struct room *room, const struct visit *visit, enum err err)
{
	struct seen *seen = room->seen;
	assert_ptr_equal(visit->asked, room);
	*seen = (struct seen) {.err = err,
		.count = seen->count + 1,
		.order = seen->order,
		.headers = seen->headers};
	if (visit->caller) {
		seen->user = visit->caller->user;
		seen->set_cookie = visit->caller->set_cookie;
	}
}

static void serve(void *ctx, const struct visit *visit)
{
	struct room *room = ctx;
	note(room, visit, OK);
	room->seen->served_by = room->letter;
}

static void refuse(void *ctx, const struct visit *visit, enum err err)
{
	struct room *room = ctx;
	note(room, visit, err);
	room->seen->refused_by = room->letter;
}

static void see_order(void *ctx, struct http_ref ref, enum net_order order)
{
	((struct seen *)ctx)->order = order;
}

static void see_headers(void *ctx, struct http_ref ref, struct str lines)
{
	struct seen *seen = ctx;
	seen->headers =
		str_starts(lines, STR("Access-Control-Allow-Origin: https://guest.example\r\n"));
}

static void allow(void *ctx, struct http_ref ref)
{
	struct seen *seen = ctx;
	seen->allowed = true;
	seen->count++;
}

static const struct entrance_open open_paths[] = {{HTTP_GET, "/open"}, {0}};

static int open_door(void **state)
{
	struct door *d = mem_new(sizeof *d);
	fixture_open_to(&d->f, CSRF_ORIGIN, "https://guest.example");
	fixture_add_user(&d->f, "sam", "demo", ROLE_SUPERVISOR, true);
	d->desk = (struct room) {'d', &d->seen, OK, false};
	d->others = (struct room) {'o', &d->seen, OK, false};
	d->entrance =
		(struct entrance) {d->f.table, &d->seen, see_order, see_headers, allow, open_paths,
			{{&d->desk, is_desk, read_asked, serve, refuse},
				{&d->others, NULL, read_asked, serve, refuse}}};
	*state = d;
	return 0;
}

static int close_door(void **state)
{
	struct door *d = *state;
	fixture_close(&d->f);
	free(d);
	return 0;
}

static struct http_ref send(struct door *d, const struct http_request *request)
{
	struct http_ref ref = {++d->f.refs, 1};
	entrance_request(&d->entrance, request, ref);
	return ref;
}

/* credentials: NULL: none. */
static void ask(struct door *d, enum http_method method, const char *path, const char *credentials,
	const char *origin)
{
	struct http_request *request = fixture_request(&d->f, method, path);
	unsigned before = d->seen.count;
	if (credentials)
		fixture_basic(request, credentials);
	if (origin)
		fixture_header(request, "Origin", str_of(origin));
	send(d, request);
	fixture_pass(&d->f, 0);
	assert_int_equal(d->seen.count, before + 1);
}

static void test_the_first_check_that_fails_refuses(void **state)
{
	static const char evil[] = "http://evil.example";
	static const struct {
		enum err read_err;
		enum http_method method;
		const char *path, *credentials, *origin;
		enum err want;
	} rows[] = {
		{ERR_BAD_JSON, HTTP_POST, "/desk", NULL, evil, ERR_BAD_JSON},
		{ERR_BAD_JSON, HTTP_POST, "/desk", "sam:demo", NULL, ERR_BAD_JSON},
		{OK, HTTP_POST, "/desk", NULL, evil, ERR_LOGIN},
		{OK, HTTP_POST, "/desk", "sam:wrong", evil, ERR_LOGIN},
		{OK, HTTP_POST, "/desk", "sam:demo", evil, ERR_FOREIGN_ORIGIN},
		{OK, HTTP_POST, "/desk", "sam:demo", NULL, OK},
		{OK, HTTP_GET, "/desk", "sam:demo", evil, OK},
		{OK, HTTP_GET, "/nowhere", NULL, NULL, ERR_LOGIN},
		{OK, HTTP_GET, "/open", NULL, NULL, OK},
		{ERR_TOO_LARGE, HTTP_GET, "/open", NULL, NULL, ERR_TOO_LARGE},
		{OK, HTTP_POST, "/open", NULL, NULL, ERR_LOGIN},
		{OK, HTTP_GET, "/open/", NULL, NULL, ERR_LOGIN},
		{OK, HTTP_GET, "/opens", NULL, NULL, ERR_LOGIN},
	};
	struct door *d = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		d->desk.read_err = d->others.read_err = rows[i].read_err;
		ask(d, rows[i].method, rows[i].path, rows[i].credentials, rows[i].origin);
		if (d->seen.err != rows[i].want || !d->seen.served_by != (rows[i].want != OK))
			fail_msg("row %zu", i);
	}
}

static void test_a_page_of_a_listed_site_may_ask_and_read(void **state)
{
	static const char guest[] = "https://guest.example";
	static const struct {
		enum http_method method;
		const char *path, *credentials, *origin;
		enum err want;
		bool headers, allowed;
	} rows[] = {
		{HTTP_OPTIONS, "/desk", NULL, guest, OK, true, true},
		{HTTP_OPTIONS, "/nowhere", NULL, guest, OK, true, true},
		{HTTP_OPTIONS, "/desk", "sam:wrong", guest, OK, true, true},
		{HTTP_OPTIONS, "/desk", NULL, "https://evil.example", ERR_LOGIN, false, false},
		{HTTP_OPTIONS, "/desk", NULL, "https://guest.example:443", ERR_LOGIN, false, false},
		{HTTP_OPTIONS, "/desk", NULL, "https://GUEST.example", ERR_LOGIN, false, false},
		{HTTP_OPTIONS, "/desk", NULL, NULL, ERR_LOGIN, false, false},
		{HTTP_POST, "/desk", "sam:demo", guest, OK, true, false},
		{HTTP_POST, "/desk", "sam:wrong", guest, ERR_LOGIN, true, false},
		{HTTP_GET, "/desk", "sam:demo", guest, OK, true, false},
		{HTTP_POST, "/desk", "sam:demo", "https://desk.example.org", OK, false, false},
	};
	struct door *d = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		d->seen.headers = d->seen.allowed = false;
		d->seen.err = OK;
		ask(d, rows[i].method, rows[i].path, rows[i].credentials, rows[i].origin);
		if (d->seen.err != rows[i].want || d->seen.headers != rows[i].headers ||
			d->seen.allowed != rows[i].allowed)
			fail_msg("row %zu", i);
	}
}

static void test_a_public_room_may_be_read_by_anybody(void **state)
{
	struct door *d = *state;
	d->entrance.rooms[0].is_public = true;
	ask(d, HTTP_GET, "/desk/1", NULL, NULL);
	assert_int_equal(d->seen.served_by, 'd');
	assert_null(d->seen.user);
	ask(d, HTTP_POST, "/desk/1", NULL, NULL);
	assert_int_equal(d->seen.err, ERR_LOGIN);
	ask(d, HTTP_GET, "/des", NULL, NULL);
	assert_int_equal(d->seen.err, ERR_LOGIN);
}

static void test_each_path_has_its_room_and_the_last_has_the_rest(void **state)
{
	struct door *d = *state;
	ask(d, HTTP_GET, "/desk/1", "sam:demo", NULL);
	assert_int_equal(d->seen.served_by, 'd');
	ask(d, HTTP_GET, "/des", "sam:demo", NULL);
	assert_int_equal(d->seen.served_by, 'o');
	ask(d, HTTP_GET, "/desk/1", NULL, NULL);
	assert_int_equal(d->seen.refused_by, 'd');
	ask(d, HTTP_GET, "/des", NULL, NULL);
	assert_int_equal(d->seen.refused_by, 'o');
}

static void test_a_room_is_told_who_asks_as_far_as_that_is_known(void **state)
{
	struct door *d = *state;
	struct user *sam = core_user_by_name(d->f.core, STR("sam"));
	ask(d, HTTP_POST, "/desk", "sam:demo", NULL);
	assert_ptr_equal(d->seen.user, sam);
	ask(d, HTTP_POST, "/desk", "sam:demo", "null");
	assert_int_equal(d->seen.err, ERR_FOREIGN_ORIGIN);
	assert_ptr_equal(d->seen.user, sam);
	ask(d, HTTP_POST, "/desk", "sam:wrong", NULL);
	assert_null(d->seen.user);
	/* Who needs no login is not asked for one. */
	ask(d, HTTP_GET, "/open", "sam:demo", NULL);
	assert_null(d->seen.user);
}

static void test_a_cookie_is_given_where_the_room_wants_one(void **state)
{
	struct door *d = *state;
	ask(d, HTTP_POST, "/desk", "sam:demo", NULL);
	assert_false(d->seen.set_cookie);
	d->desk.wants_cookie = true;
	ask(d, HTTP_POST, "/desk", "sam:demo", NULL);
	assert_true(d->seen.set_cookie);
	ask(d, HTTP_POST, "/other", "sam:demo", NULL);
	assert_false(d->seen.set_cookie);
}

static void test_who_goes_while_the_worker_hashes_is_neither_served_nor_refused(void **state)
{
	struct door *d = *state;
	struct http_request *request = fixture_request(&d->f, HTTP_GET, "/desk");
	fixture_basic(request, "sam:demo");
	struct http_ref ref = send(d, request);
	assert_int_equal(d->seen.count, 0);
	login_gone(d->f.table, ref);
	fixture_pass(&d->f, 0);
	assert_int_equal(d->seen.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)

static void test_supervisors_come_last(void **state)
{
	struct door *d = *state;
	fixture_add_user(&d->f, "ana", "demo", ROLE_AGENT, true);
	fixture_add_user(&d->f, "sue", "demo", ROLE_AGENT | ROLE_SUPERVISOR, true);
	ask(d, HTTP_GET, "/desk", "sam:demo", NULL);
	assert_int_equal(d->seen.order, NET_LAST);
	ask(d, HTTP_GET, "/desk", "ana:demo", NULL); /* of the same connection, behind a proxy */
	assert_int_equal(d->seen.order, NET_FIRST);
	ask(d, HTTP_GET, "/desk", "sue:demo", NULL);
	assert_int_equal(d->seen.order, NET_LAST);
	ask(d, HTTP_GET, "/desk", "sue:wrong", NULL);
	assert_int_equal(d->seen.order, NET_FIRST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_check_that_fails_refuses),
		TEST(test_a_page_of_a_listed_site_may_ask_and_read),
		TEST(test_a_public_room_may_be_read_by_anybody),
		TEST(test_each_path_has_its_room_and_the_last_has_the_rest),
		TEST(test_a_room_is_told_who_asks_as_far_as_that_is_known),
		TEST(test_a_cookie_is_given_where_the_room_wants_one),
		TEST(test_supervisors_come_last),
		TEST(test_who_goes_while_the_worker_hashes_is_neither_served_nor_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
