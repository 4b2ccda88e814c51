/* wall_test.c - which rows a look gets, and that nobody's watching moves any. */
#include "api/api_fixture.h"

struct scene {
	struct world w;
	struct wall *wall;
};

static int open_scene(void **state)
{
	struct scene *s = mem_new(sizeof *s);
	world_open(&s->w);
	s->wall = wall_new(7, s->w.f.core);
	*state = s;
	return 0;
}

static int close_scene(void **state)
{
	struct scene *s = *state;
	wall_free(&s->wall);
	world_close(&s->w);
	free(s);
	return 0;
}

static void does(struct scene *s, const struct command *command)
{
	fixture_apply(&s->w.f, command);
	wall_events(s->wall, s->w.f.core, s->w.f.outcome.events, s->w.f.outcome.count);
}

static void starts(struct scene *s, struct user *user, bool is_ready)
{
	does(s, &(struct command) {.kind = CMD_START_AGENT, .caller = user});
	if (is_ready)
		does(s, &(struct command) {.kind = CMD_READY, .caller = user});
}

static struct session *writes(struct scene *s, const char *text)
{
	does(s, &(struct command) {.kind = CMD_RECEIVE_SMS,
			.link = core_link(s->w.f.core, STR("m1")),
			.receive = {.phone = STR("4915112345"),
				.number = STR("1000"),
				.text = str_of(text)}});
	return s->w.f.core->sessions;
}

static void asks(
	struct scene *s, struct user *user, enum command_kind kind, struct session *session)
{
	does(s, &(struct command) {.kind = kind, .caller = user, .session = session});
}

static void says(struct scene *s, struct user *user, struct session *session, const char *text)
{
	does(s, &(struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = user,
			.session = session,
			.send.text = str_of(text)});
}

static void watches(struct scene *s, struct user *supervisor)
{
	does(s, &(struct command) {.kind = CMD_MONITOR,
			.caller = supervisor,
			.agent = s->w.ana,
			.monitor = {.mode = MONITOR_ALL}});
}

/* Whose rows changed after that revision, in order, as letters: ana, ben, sue. */
static const char *since(const struct scene *s, uint64_t revision)
{
	static char names[16];
	size_t len = 0;
	for (const struct wall_row *row = wall_since(s->wall, revision); row; row = row->next)
		names[len++] =
			core_user(s->w.f.core, str_from(row->user, USER_ID_LEN))->b.name.at[0];
	names[len] = '\0';
	return names;
}

static void test_a_look_gets_what_changed_since_the_last_one(void **state)
{
	struct scene *s = *state;
	assert_string_equal(
		since(s, 0), "sab"); /* sue, who is an agent too, ana, ben; no sam, no ada */
	uint64_t seen = s->wall->revision;
	assert_string_equal(since(s, seen), "");
	starts(s, s->w.ana, true);
	assert_string_equal(since(s, seen), "a");
	starts(s, s->w.ben, false);
	assert_string_equal(since(s, seen), "ab");
	does(s, &(struct command) {.kind = CMD_NOT_READY, .caller = s->w.ana});
	assert_string_equal(since(s, seen), "ba");
	assert_string_equal(since(s, s->wall->revision - 1), "a");
	wall_rebind(s->wall, s->w.f.core);
	assert_int_equal(strlen(since(s, seen)), 3);
}

static void test_a_supervisor_who_is_an_agent_too_is_there_while_ready(void **state)
{
	struct scene *s = *state;
	assert_int_equal(wall_state(s->w.sue), AGENT_LOGGED_OUT);
	uint64_t seen = s->wall->revision;
	starts(s, s->w.sue, false);
	assert_int_equal(wall_state(s->w.sue), AGENT_LOGGED_OUT);
	assert_string_equal(since(s, seen), "");
	does(s, &(struct command) {.kind = CMD_READY, .caller = s->w.sue});
	assert_int_equal(wall_state(s->w.sue), AGENT_READY);
	assert_string_equal(since(s, seen), "s");
	seen = s->wall->revision;
	does(s, &(struct command) {.kind = CMD_STOP_AGENT, .caller = s->w.sue});
	assert_int_equal(wall_state(s->w.sue), AGENT_LOGGED_OUT);
	assert_string_equal(since(s, seen), "s");
}

static void test_who_waits_since_when(void **state)
{
	struct scene *s = *state;
	starts(s, s->w.ana, true);
	struct session *session = writes(s, "hello");
	msec first = net_now(s->w.f.net);
	asks(s, s->w.ana, CMD_ACCEPT, session);
	fixture_pass(&s->w.f, 5000);
	writes(s, "anybody there?");
	assert_int_equal(wall_unanswered(session), first);
	uint64_t seen = s->wall->revision;
	says(s, s->w.ana, session, "yes");
	assert_int_equal(wall_unanswered(session), 0);
	assert_string_equal(since(s, seen), "a");
	writes(s, "good");
	assert_int_equal(wall_unanswered(session), net_now(s->w.f.net));
}

/* At the bound, beside it: the oldest of what is looked at counts. */
static void test_a_look_back_has_a_bound(void **state)
{
	struct scene *s = *state;
	starts(s, s->w.ana, true);
	struct session *session = writes(s, "0");
	asks(s, s->w.ana, CMD_ACCEPT, session);
	msec second = 0;
	for (int i = 1; i < WALL_LOOK_BACK; i++) {
		fixture_pass(&s->w.f, 10);
		second = second ? second : net_now(s->w.f.net);
		writes(s, "x");
	}
	/* Of the look back's entries one is ana's joining, the others are texts. */
	assert_int_equal(wall_unanswered(session), second);
	fixture_pass(&s->w.f, 10);
	writes(s, "x");
	assert_int_equal(wall_unanswered(session), second);
	writes(s, "x");
	assert_int_equal(wall_unanswered(session), second + 10);
}

static void test_queues_count_what_was_offered_and_accepted_in_time(void **state)
{
	struct scene *s = *state;
	const msec level = (msec)s->w.f.core->settings[SETTING_SERVICE_LEVEL];
	static const struct {
		int late; /* ms beyond the level */
		unsigned within;
	} rows[] = {{-1, 1}, {0, 2}, {1, 2}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct session *session = writes(s, "hello");
		fixture_pass(&s->w.f, level + rows[i].late);
		starts(s, s->w.ana, true);
		asks(s, s->w.ana, CMD_ACCEPT, session);
		struct wall_queue today =
			wall_queue_today(s->wall, STR("sales"), net_now(s->w.f.net));
		assert_int_equal(today.offered, i + 1);
		assert_int_equal(today.accepted, i + 1);
		assert_int_equal(today.within, rows[i].within);
		asks(s, s->w.ana, CMD_COMPLETE, session);
		does(s, &(struct command) {.kind = CMD_STOP_AGENT, .caller = s->w.ana});
	}
	assert_int_equal(
		wall_queue_today(s->wall, STR("sales"), net_now(s->w.f.net) + 86400000).offered, 0);
	assert_int_equal(wall_queue_today(s->wall, STR("nowhere"), net_now(s->w.f.net)).offered, 0);
}

static void assigns(struct scene *s, struct user *user, enum assignment_kind kind, bool is_held)
{
	const struct body_assignment body = {
		.user = user->b.id, .kind = kind, .thing = STR("north"), .held = is_held};
	does(s, &(struct command) {.kind = CMD_ASSIGN, .assignment = &body});
}

/* Teams and skills stand in a row; who supervises whom does not. */
static void test_a_row_changes_with_its_teams_and_skills(void **state)
{
	struct scene *s = *state;
	uint64_t seen = s->wall->revision;
	assigns(s, s->w.ana, ASSIGNED_MEMBER, true);
	assert_string_equal(since(s, seen), "a");
	assigns(s, s->w.ben, ASSIGNED_SKILL, true);
	assert_string_equal(since(s, seen), "ab");
	assigns(s, s->w.ana, ASSIGNED_MEMBER, false);
	assert_string_equal(since(s, seen), "ba");
	seen = s->wall->revision;
	assigns(s, s->w.sam, ASSIGNED_SUPERVISOR, true);
	assigns(s, s->w.sue, ASSIGNED_SUPERVISOR, true);
	assert_int_equal(s->wall->revision, seen);
}

/* What is read again and again must not tell that somebody watches. */
static void test_watching_moves_nothing(void **state)
{
	struct scene *s = *state;
	starts(s, s->w.ana, true);
	uint64_t seen = s->wall->revision, lsn = s->wall->lsn;
	starts(s, s->w.sam, false);
	watches(s, s->w.sam);
	starts(s, s->w.sue, false); /* who is an agent as well, and not Ready */
	watches(s, s->w.sue);
	assert_int_equal(s->wall->revision, seen);
	assert_int_equal(s->wall->lsn, lsn);
	struct session *session = writes(s, "hello");
	asks(s, s->w.ana, CMD_ACCEPT, session);
	seen = s->wall->revision;
	lsn = s->wall->lsn;
	asks(s, s->w.sam, CMD_ACCEPT, session);
	assert_true(s->w.f.outcome.count > 0);
	asks(s, s->w.sam, CMD_LEAVE, session);
	assert_int_equal(s->wall->revision, seen);
	assert_int_equal(s->wall->lsn, lsn);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
	const struct CMUnitTest tests[] = {
		TEST(test_a_look_gets_what_changed_since_the_last_one),
		TEST(test_a_supervisor_who_is_an_agent_too_is_there_while_ready),
		TEST(test_who_waits_since_when),
		TEST(test_a_look_back_has_a_bound),
		TEST(test_queues_count_what_was_offered_and_accepted_in_time),
		TEST(test_a_row_changes_with_its_teams_and_skills),
		TEST(test_watching_moves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
