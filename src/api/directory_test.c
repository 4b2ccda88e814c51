/* directory_test.c - lists of the directory: filtered, sorted, cut into pages; settings, features; ETag. */
#include "api/api_fixture.h"

static int open_world(void **state)
{
	struct world *w = mem_new(sizeof *w);
	world_open(w);
	*state = w;
	return 0;
}

static int close_world(void **state)
{
	world_close(*state);
	free(*state);
	return 0;
}

#define EXT EXTERNAL_URL

static void expect(struct world *w, const char *who, const char *path, const char *body)
{
	assert_int_equal(world_get(w, who, path), 0);
	assert_string_equal(w->body.at, body);
}

static void test_lists_are_addresses_or_whole_or_some_fields(void **state)
{
	struct world *w = *state;
	expect(w, "ana", "/queues", "{\"statusCode\":0,\"uris\":[\"" EXT "/queues/sales\"]}");
	expect(w, "ana", "/queues?fields=*",
		"{\"statusCode\":0,\"queues\":[{\"id\":\"sales\",\"name\":\"sales\",\"channel\":"
		"\"smssession\",\"phoneNumber\":\"1000\",\"linkName\":\"m1\",\"internal\":false,"
		"\"uri\":\"" EXT "/queues/sales\",\"path\":\"/queues/sales\"}]}");
	expect(w, "ana", "/queues?fields=phoneNumber,id,nothing",
		"{\"statusCode\":0,\"queues\":[{\"phoneNumber\":\"1000\",\"id\":\"sales\"}]}");
	expect(w, "ana", "/queues/sales?fields=id",
		"{\"statusCode\":0,\"queue\":{\"id\":\"sales\",\"name\":\"sales\",\"channel\":"
		"\"smssession\",\"phoneNumber\":\"1000\",\"linkName\":\"m1\",\"internal\":false,"
		"\"uri\":\"" EXT "/queues/sales\",\"path\":\"/queues/sales\"}}");
	assert_int_equal(world_get(w, "ana", "/queues/nothing"), 6);
	expect(w, "ana", "/me/calls", "{\"statusCode\":0,\"uris\":[]}");
	expect(w, "ana", "/me/calls?fields=*", "{\"statusCode\":0,\"calls\":[]}");
}

static void test_each_attribute_is_a_filter(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *query, *names;
	} rows[] = {
		{"", "sam sue ana ben ada "},
		{"&userName=ana", "ana "},
		{"&enabled=true", "sam sue ana ben ada "},
		{"&enabled=false", ""},
		{"&userName=ana&enabled=true", "ana "},
		{"&userName=ana&userName=ben", ""},
		{"&_=123&place=x", "sam sue ana ben ada "},
		{"&sortBy=userName", "ada ana ben sam sue "},
		{"&sortBy=userName&order=Descending", "sue sam ben ana ada "},
		{"&order=Descending", "ada ben ana sue sam "},
		{"&sortBy=nothing&limit=2", NULL},
		{"&offset=3", "ben ada "},
		{"&offset=5", ""},
		{"&offset=99&limit=1", ""},
		{"&offset=1&limit=2", "sue ana "},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str path =
			arena_printf(&w->f.arena, "/users?fields=userName%s", rows[i].query);
		struct buf names = {0};
		assert_int_equal(world_get(w, "ana", path.at), 0);
		for (const char *at = w->body.at; (at = strstr(at, "\"userName\":\""));) {
			at += strlen("\"userName\":\"");
			buf_printf(&names, "%.*s ", (int)strcspn(at, "\""), at);
		}
		buf_put_byte(&names, '\0');
		if (rows[i].names && strcmp(names.at, rows[i].names) != 0)
			fail_msg("%s: %s", rows[i].query, names.at);
		buf_free(&names);
	}
}

static void test_bad_pages_are_refused(void **state)
{
	static const char *const queries[] = {"limit=0", "limit=501", "limit=x", "limit=-1",
		"offset=x", "cursor=x", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"order=up"};
	struct world *w = *state;
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		struct str path = arena_printf(&w->f.arena, "/users?%s", queries[i]);
		if (world_get(w, "ana", path.at) != 10)
			fail_msg("%s: %s", queries[i], w->body.at);
	}
	assert_int_equal(world_get(w, "ana", "/users?limit=500"), 0);
	assert_int_equal(world_get(w, "ana", "/users?limit=1&order=Ascending"), 0);
}

static struct str cursor_of(struct world *w)
{
	const char *at = strstr(w->body.at, "\"cursor\":\"");
	if (!at)
		return STR_NONE;
	at += strlen("\"cursor\":\"");
	return arena_copy(&w->f.arena, str_from(at, strcspn(at, "\"")));
}

static void test_a_cursor_goes_on_and_is_its_callers_alone(void **state)
{
	struct world *w = *state;
	static const char *const pages[] = {
		"\"ada\"},{\"userName\":\"ana\"", "\"ben\"},{\"userName\":\"sam\"", "\"sue\"}]"};
	static const char list[] = "/users?fields=userName&sortBy=userName&limit=2&cursor=%.*s";
	struct str cursor = STR_NONE, first = STR_NONE;
	for (size_t i = 0; i < 3; i++) {
		struct str path = arena_printf(&w->f.arena, list, STR_ARGS(cursor));
		assert_int_equal(world_get(w, "ana", path.at), 0);
		assert_true(world_says(w, pages[i]));
		cursor = cursor_of(w);
		assert_int_equal(cursor.len > 0, i < 2);
		first = i ? first : cursor;
	}
	assert_true(first.len < 100 && !strstr(first.at, "ana"));
	assert_int_equal(
		world_get(w, "ana", arena_printf(&w->f.arena, list, STR_ARGS(first)).at), 0);
	assert_true(world_says(w, pages[1]));
	assert_int_equal(
		world_get(w, "ben", arena_printf(&w->f.arena, list, STR_ARGS(first)).at), 10);
	assert_int_equal(
		world_get(w, "ana",
			arena_printf(&w->f.arena, "/users?fields=*&sortBy=userName&cursor=%.*s",
				STR_ARGS(first))
				.at),
		10);
	assert_int_equal(world_get(w, "ana",
				 arena_printf(&w->f.arena,
					 "/contacts?fields=userName&sortBy=userName&cursor=%.*s",
					 STR_ARGS(first))
					 .at),
		10);
	char *changed = (char *)(uintptr_t)first.at;
	changed[first.len / 2] ^= 1;
	assert_int_equal(
		world_get(w, "ana", arena_printf(&w->f.arena, list, STR_ARGS(first)).at), 10);
}

static void test_contacts_are_found_as_soft_phones_ask(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *query, *there, *not_there;
	} rows[] = {
		{"type=User", "\"ana\"", "Queue"},
		{"type=Queue", "\"sales\"", "userName"},
		{"type=User&roles=ROLE_SUPERVISOR", "\"sam\"", "\"ana\""},
		{"type=User&roles=ROLE_ADMIN,ROLE_AGENT", "\"ada\"", "\"sam\""},
		{"type=Custom", "\"contacts\":[]", "User"},
		{"type=User&filterName=NamesOrPhoneNumberMatches&filterParameters=*", "\"ana\"",
			"Queue"},
		{"type=User&filterName=NamesOrPhoneNumberMatches&filterParameters=AN*", "\"ana\"",
			"\"ben\""},
		{"type=Queue&filterName=NamesOrPhoneNumberMatches&filterParameters=100",
			"\"sales\"", "User"},
		{"fields=*&userName=ben", "\"ben\"", "\"ana\""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str path = arena_printf(&w->f.arena, "/contacts?%s", rows[i].query);
		assert_int_equal(world_get(w, "ana", path.at), 0);
		if (!world_says(w, rows[i].there) || world_says(w, rows[i].not_there))
			fail_msg("%s: %s", rows[i].query, w->body.at);
	}
	assert_int_equal(world_get(w, "ana", "/contacts/ben"), 0);
	assert_true(world_says(w, "\"contact\":{"));
	assert_int_equal(world_get(w, "ana", "/contacts/sales"), 0);
	assert_true(world_says(w, "\"type\":\"Queue\""));
	assert_int_equal(world_get(w, "ana", "/contacts/nobody"), 6);
}

static void test_features_and_settings(void **state)
{
	struct world *w = *state;
	assert_int_equal(world_get(w, "ana", "/features?fields=id"), 0);
	assert_true(world_says(w, "{\"id\":\"api-multimedia\"}"));
	assert_int_equal(world_get(w, "ana", "/features/api-multimedia"), 0);
	assert_int_equal(world_get(w, "ana", "/features/api-voice"), 6);
	assert_int_equal(world_get(w, "ana", "/system/features"), 5);
	assert_int_equal(world_get(w, "ada", "/system/features"), 0);
	assert_int_equal(world_get(w, "ana", "/settings"), 0);
	assert_true(world_says(
		w, "{\"displayName\":\"Agent states\",\"uri\":\"" EXT "/settings/agent-states\""));
	assert_int_equal(world_get(w, "ana", "/settings/agent-states"), 0);
	assert_true(world_says(w, "\"state\":\"Ready\",\"operationName\":\"Ready\""));
	assert_false(world_says(w, "LoggedOut"));
	assert_int_equal(world_get(w, "ana", "/settings/general-settings"), 0);
	assert_true(world_says(w, "{\"contactCenterName\":\"demo\"}"));
	assert_int_equal(world_get(w, "ana", "/settings/nothing"), 6);
}

static void test_me_has_all_the_keys_that_clients_index(void **state)
{
	static const char *const keys[] = {"\"devices\":[]", "\"channels\":[{",
		"\"channelStates\":[{", "\"skills\":[]", "\"groups\":[]", "\"features\":[{",
		"\"interactions\":[]", "\"calls\":[]", "\"chats\":[]", "\"smssessions\":[]",
		"\"settings\":{\"htcc\":{\"roles\":\"agent\"}}"};
	struct world *w = *state;
	assert_int_equal(world_get(w, "ana", "/me?subresources=*"), 0);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (!world_says(w, keys[i]))
			fail_msg("%s: %s", keys[i], w->body.at);
	assert_int_equal(world_get(w, "ana", "/me?subresources=features,calls"), 0);
	assert_true(world_says(w, "\"calls\":[]") && !world_says(w, "\"chats\""));
}

static void assign(struct world *w, struct user *user, enum assignment_kind kind, const char *thing)
{
	const struct body_assignment body = {
		.user = user->b.id, .kind = kind, .thing = str_of(thing), .level = 3, .held = 1};
	world_do(w, (struct command) {.kind = CMD_ASSIGN, .assignment = &body});
}

static void test_skills_and_groups_are_there_while_somebody_is_assigned(void **state)
{
	struct world *w = *state;
	expect(w, "ana", "/skills", "{\"statusCode\":0,\"uris\":[]}");
	assert_int_equal(world_get(w, "ana", "/skills/Czech"), 6);
	assign(w, w->ana, ASSIGNED_SKILL, "Czech");
	assign(w, w->ben, ASSIGNED_SKILL, "Czech");
	assign(w, w->ana, ASSIGNED_MEMBER, "North & East");
	assign(w, w->sam, ASSIGNED_SUPERVISOR, "South");
	expect(w, "ana", "/skills?fields=name",
		"{\"statusCode\":0,\"skills\":[{\"name\":\"Czech\"}]}");
	assert_int_equal(world_get(w, "ana", "/skills/Czech"), 0);
	expect(w, "ana", "/groups?fields=id,type",
		"{\"statusCode\":0,\"groups\":[{\"id\":\"North & East\",\"type\":"
		"\"BusinessUnit\"},{\"id\":\"South\",\"type\":\"BusinessUnit\"}]}");
	expect(w, "ana", "/groups/South/supervisors?fields=userName",
		"{\"statusCode\":0,\"supervisors\":[{\"userName\":\"sam\"}]}");
	expect(w, "ana", "/groups/South/users?fields=userName", "{\"statusCode\":0,\"users\":[]}");
	assert_int_equal(world_get(w, "ana", "/groups/West/users"), 6);
	assert_int_equal(world_get(w, "ana", "/me?subresources=skills,groups"), 0);
	assert_true(world_says(w, "\"skills\":[{\"id\":\"Czech\",\"name\":\"Czech\",\"uri\":\"" EXT
				  "/skills/Czech\",\"path\":\"/skills/Czech\",\"level\":\"3\"}]"));
	assert_true(world_says(w, "\"path\":\"/groups/North%20%26%20East\""));
	assert_int_equal(
		world_get(w, "ben",
			"/contacts?type=User&includeUsersInBusinessUnits=North%20%26%20East"),
		0);
	assert_true(world_says(w, "\"ana\"") && !world_says(w, "\"ben\""));
}

/* Who is in no group of the supervisor's is as who is not there. */
static void test_a_supervisor_supervises_those_of_the_own_groups(void **state)
{
	struct world *w = *state;
	world_start(w, w->sam, false);
	static const char monitor[] = "{\"operationName\":\"Monitor\"}";
	assert_int_equal(world_post(w, "sam", "/users/ana/channels/smssession", monitor), 0);
	assign(w, w->ana, ASSIGNED_MEMBER, "north");
	assign(w, w->ben, ASSIGNED_MEMBER, "south");
	assign(w, w->sam, ASSIGNED_SUPERVISOR, "south");
	assert_null(w->sam->orders); /* it ended with the right to it */
	assert_int_equal(world_post(w, "sam", "/users/ana/channels/smssession", monitor), 6);
	struct str refused = arena_copy(&w->f.arena, str_of(w->body.at));
	assert_int_equal(world_post(w, "sam", "/users/nobody/channels/smssession", monitor), 6);
	assert_true(str_is(refused, w->body.at));
	assert_int_equal(world_post(w, "sam", "/users/ben/channels/smssession", monitor), 0);
	assert_int_equal(world_post(w, "sam", "/users/sam/channels/smssession", monitor), 3);
	assert_int_equal(world_get(w, "sam", "/users/ana?subresources=smssessions"), 6);
	assert_int_equal(world_get(w, "sam", "/users/ben?subresources=smssessions"), 0);
	assert_int_equal(world_get(w, "sam", "/users/ana?subresources=*"), 0);
	assert_false(world_says(w, "smssessions"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lists_are_addresses_or_whole_or_some_fields),
		TEST(test_each_attribute_is_a_filter),
		TEST(test_bad_pages_are_refused),
		TEST(test_a_cursor_goes_on_and_is_its_callers_alone),
		TEST(test_contacts_are_found_as_soft_phones_ask),
		TEST(test_features_and_settings),
		TEST(test_me_has_all_the_keys_that_clients_index),
		TEST(test_skills_and_groups_are_there_while_somebody_is_assigned),
		TEST(test_a_supervisor_supervises_those_of_the_own_groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
