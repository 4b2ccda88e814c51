/* focus_test.c - which session an agent looks at. */
#include "core/core_fixture.h"
#include "core/model/reader.h"

static enum err looks_at(struct centre *c, struct user *user, struct session *session)
{
	return run(
		c, (struct command) {.kind = CMD_SET_IN_FOCUS, .caller = user, .session = session});
}

static void test_an_agent_looks_at_one_session_at_most(void **state)
{
	struct centre *c = *state;
	struct session *first = ana_chats_watched_by_sam(c, MONITOR_ALL), *second;
	writes(c, "+2", "Hello");
	assert_int_equal(looks_at(c, c->ana, session_of(c->ana)), ERR_WRONG_STATE); /* Invited */
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	second = session_of(c->ana);
	assert_ptr_not_equal(first, second);
	assert_int_equal(looks_at(c, c->ana, first), OK);
	assert_int_equal(c->outcome.count, 1);
	assert_int_equal(looks_at(c, c->ana, first), OK); /* is so already */
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(looks_at(c, c->ana, second), OK);
	assert_int_equal(c->outcome.count, 2);
	assert_false(session_viewer(first, c->ana)->b.in_focus);
	assert_true(session_viewer(second, c->ana)->b.in_focus);
	for (size_t i = 0; i < c->outcome.count; i++) {
		assert_int_equal(c->outcome.events[i].recipient_count, 1);
		assert_ptr_equal(c->outcome.events[i].recipients[0].user, c->ana);
	}
}

/* A switch goes on looking. */
static void test_what_a_supervisor_looks_at_is_nothing_to_its_work(void **state)
{
	struct centre *c = *state;
	struct session *watched = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	must(c, (struct command) {.kind = CMD_READY, .caller = c->sam});
	writes(c, "+2", "Hello");
	struct session *own = c->sam->parties->session;
	must(c, (struct command) {.kind = CMD_ACCEPT, .caller = c->sam, .session = own});
	assert_int_equal(looks_at(c, c->sam, own), OK);
	assert_int_equal(looks_at(c, c->sam, watched), OK);
	assert_int_equal(c->outcome.count, 1);
	assert_true(session_viewer(own, c->sam)->b.in_focus);
	must(c, (struct command) {
			.kind = CMD_SWITCH_TO_COACH, .caller = c->sam, .session = watched});
	assert_true(session_viewer(watched, c->sam)->b.in_focus);
	assert_int_equal(looks_at(c, c->sam, watched), OK);
	assert_int_equal(c->outcome.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_an_agent_looks_at_one_session_at_most),
		T(test_what_a_supervisor_looks_at_is_nothing_to_its_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
