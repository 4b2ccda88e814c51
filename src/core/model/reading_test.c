/* reading_test.c - a session that is read piece by piece. */
#include "core/core_fixture.h"
#include "core/model/reading.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"

static void test_a_session_that_is_being_read_is_kept(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	const struct viewer *ana = session_reader(session, c->ana);
	struct reading one, two;
	reading_start(&one, ana);
	reading_start(&two, ana);
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	core_forget(c->core, c->core->lsn, CORE_FORGET_ALL);
	assert_ptr_equal(c->core->ended, session);
	reading_end(&one);
	reading_end(&one); /* once more is fine */
	/* One behind it in the line is forgotten all the same. */
	writes(c, "+2", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
	assert_ptr_not_equal(session->next, NULL);
	core_forget(c->core, c->core->lsn, CORE_FORGET_ALL);
	assert_ptr_equal(c->core->ended, session);
	assert_null(session->next);
	/* Who is in it no longer reads on. */
	assert_ptr_equal(reading_viewer(&two, c->core), ana);
	assert_int_equal(visibility_index(ana, visibility_entry(ana, 1)), 1);
	reading_end(&two);
	core_forget(c->core, c->core->lsn, CORE_FORGET_ALL);
	assert_null(c->core->ended);
	assert_null(reading_viewer(&two, c->core));
}

static void test_a_reading_finds_its_session_in_a_core_made_anew(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct core *before = replay(c), *empty = core_new();
	struct reading reading;
	reading_start(&reading, session_reader(core_session(before, session->b.id),
					core_user_by_name(before, STR("ana"))));
	core_free(&before); /* goes, and the reading knows it */
	assert_null(reading.kept);
	assert_ptr_equal(reading_viewer(&reading, c->core), session_reader(session, c->ana));
	assert_ptr_equal(session_rare(session)->readings, &reading);
	assert_null(reading_viewer(&reading, empty)); /* while the one before is there still */
	assert_null(session_rare(session)->readings);
	reading_end(&reading);
	core_free(&empty);
}

static void test_whoever_comes_back_late_finds_no_session_whether_it_is_known_or_not(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct viewer *ana = (struct viewer *)session_reader(session, c->ana);
	struct str party = ana->b.id;
	assert_ptr_equal(reading_find_again(c->core, session->b.id, party, INT64_MAX), ana);
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	msec late = session->b.ended + CORE_ENDED_KEPT_MS;
	assert_ptr_equal(reading_find_again(c->core, session->b.id, party, late - 1), ana);
	assert_null(reading_find_again(c->core, session->b.id, party, late));
	assert_ptr_equal(reading_find(c->core, session->b.id, party), ana);
	assert_null(reading_find_again(c->core, STR("nobody knows it"), party, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_session_that_is_being_read_is_kept),
		T(test_whoever_comes_back_late_finds_no_session_whether_it_is_known_or_not),
		T(test_a_reading_finds_its_session_in_a_core_made_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
