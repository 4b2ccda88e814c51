/* disclosure_test.c - what agents are told of being supervised: nothing, that somebody is there, or later. */
#include "core/core_fixture.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"
#include "core/rules/visibility.h"

static void disclose(struct centre *c, enum setting_kind setting, uint64_t value)
{
	struct body_setting body = {.name = str_of(setting_rows[setting].name), .value = value};
	must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &body});
}

static enum sight sight_of(const struct centre *c, const struct user *user)
{
	const struct session *session = c->core->sessions ? c->core->sessions : c->core->ended;
	return visibility_of_watching(c->core, session_viewer(session, user));
}

/* How many agents the last command told so. */
static size_t told(const struct centre *c, enum event_kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < c->outcome.count; i++)
		if (c->outcome.events[i].kind == kind)
			count += c->outcome.events[i].recipient_count;
	return count;
}

static struct session *sam_watches(struct centre *c)
{
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	return session;
}

static void joins(struct centre *c, struct user *asker, struct user *target)
{
	assert_int_equal(asks_of(c, CMD_INVITE, asker, target), OK);
	assert_int_equal(act(c, CMD_ACCEPT, target), OK);
}

static void test_silent_shows_nothing(void **state)
{
	struct centre *c = *state;
	sam_watches(c);
	assert_int_equal(sight_of(c, c->ana), SIGHT_NONE);
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_null(recorded(c, EV_SUPERVISION_HIDDEN));
	assert_int_equal(sight_of(c, c->ana), SIGHT_NONE);
}

static void test_icon_shows_all_agents_that_somebody_is_there_from_the_first_to_the_last(
	void **state)
{
	struct centre *c = *state;
	disclose(c, SETTING_DISCLOSE_MONITOR, 1);
	start(c, c->ben);
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	sam_watches(c);
	assert_int_equal(told(c, EV_SUPERVISION_SHOWN), 1);
	assert_int_equal(sight_of(c, c->ana), SIGHT_SOMEBODY);
	assert_int_equal(sight_of(c, c->sam), SIGHT_NONE);
	joins(c, c->ana, c->ben);
	assert_int_equal(sight_of(c, c->ben), SIGHT_SOMEBODY);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK); /* a second one is no news */
	assert_null(recorded(c, EV_SUPERVISION_SHOWN));
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_null(recorded(c, EV_SUPERVISION_HIDDEN));
	assert_int_equal(act(c, CMD_LEAVE, c->sue), OK);
	assert_int_equal(told(c, EV_SUPERVISION_HIDDEN), 2);
	assert_int_equal(sight_of(c, c->ana), SIGHT_NOBODY);
	assert_int_equal(sight_of(c, c->ben), SIGHT_NOBODY);
	assert_replay_is_equal(c);
}

/* What an agent is told of it waits for the disk as the agent's own things do. */
static void test_icon_is_told_with_work_not_behind_it(void **state)
{
	struct centre *c = *state;
	disclose(c, SETTING_DISCLOSE_MONITOR, 1);
	disclose(c, SETTING_AUTO_ACCEPT, 1);
	start(c, c->sam);
	ready(c, c->ana);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(told(c, EV_SUPERVISION_SHOWN), 1);
	assert_int_equal(outcome_lsn(c->outcome.events, c->outcome.count), c->core->lsn);
}

static void test_icon_is_told_of_each_stint(void **state)
{
	struct centre *c = *state;
	disclose(c, SETTING_DISCLOSE_MONITOR, 1);
	sam_watches(c);
	assert_int_equal(
		act(c, CMD_SWITCH_TO_COACH, c->sam), OK); /* who is seen is not hinted at */
	assert_int_equal(told(c, EV_SUPERVISION_HIDDEN), 1);
	assert_int_equal(sight_of(c, c->ana), SIGHT_NOBODY);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sam), OK);
	assert_int_equal(told(c, EV_SUPERVISION_SHOWN), 1);
	assert_int_equal(act(c, CMD_TAKE_OVER, c->sam), OK);
	assert_non_null(recorded(c, EV_SUPERVISION_HIDDEN));
	assert_int_equal(sight_of(c, c->sam), SIGHT_NOBODY); /* an agent there from now on */
	assert_replay_is_equal(c);
}

static void test_what_a_stint_discloses_is_fixed_as_it_begins(void **state)
{
	struct centre *c = *state;
	sam_watches(c);
	disclose(c, SETTING_DISCLOSE_MONITOR, 1);
	assert_int_equal(sight_of(c, c->ana), SIGHT_NOBODY); /* whoever began silently stays so */
	assert_int_equal(act(c, CMD_SWITCH_TO_COACH, c->sam), OK);
	assert_int_equal(act(c, CMD_SWITCH_TO_MONITOR, c->sam), OK);
	assert_int_equal(sight_of(c, c->ana), SIGHT_SOMEBODY);
	disclose(c, SETTING_DISCLOSE_MONITOR, 0);
	assert_int_equal(sight_of(c, c->ana), SIGHT_SOMEBODY);
	assert_int_equal(act(c, CMD_LEAVE, c->sam), OK);
	assert_int_equal(told(c, EV_SUPERVISION_HIDDEN), 1);
	assert_int_equal(sight_of(c, c->ana), SIGHT_NOBODY); /* what was shown is said to be over */
	assert_replay_is_equal(c);
}

/* Reading ends with the sign of it, however its program ended. */
static void test_whose_program_is_gone_for_too_long_is_there_no_more(void **state)
{
	struct centre *c = *state;
	disclose(c, SETTING_DISCLOSE_MONITOR, 1);
	struct session *session = sam_watches(c);
	must(c, (struct command) {.kind = CMD_CLIENT_CAME, .caller = c->sam});
	must(c, (struct command) {.kind = CMD_CLIENTS_LOST, .caller = c->sam});
	wait_ms(c, c->core->centre.lost_after - 1);
	must(c, (struct command) {.kind = CMD_CLIENT_CAME, .caller = c->sam}); /* a reload */
	assert_int_equal(sight_of(c, c->ana), SIGHT_SOMEBODY);
	must(c, (struct command) {.kind = CMD_CLIENTS_LOST, .caller = c->sam});
	assert_int_equal(act(c, CMD_NOT_READY, c->sam), OK); /* is no loss */
	assert_int_equal(sight_of(c, c->ana), SIGHT_SOMEBODY);
	wait_ms(c, c->core->centre.lost_after);
	assert_int_equal(sight_of(c, c->ana), SIGHT_NOBODY);
	assert_int_equal(state_in(session, c->sam), PARTY_REVOKED);
	assert_non_null(c->sam->orders); /* which wait for the next one */
	assert_replay_is_equal(c);
}

static void test_who_is_silent_outlives_the_own_program(void **state)
{
	struct centre *c = *state;
	struct session *session = sam_watches(c);
	must(c, (struct command) {.kind = CMD_CLIENT_CAME, .caller = c->sam});
	must(c, (struct command) {.kind = CMD_CLIENTS_LOST, .caller = c->sam});
	wait_ms(c, c->core->centre.lost_after);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
}

static void test_each_mode_has_its_own_disclosure(void **state)
{
	struct centre *c = *state;
	static const struct {
		enum setting_kind setting;
		enum command_kind command;
		uint64_t value;
		enum disclosure disclosure;
	} rows[] = {
		{SETTING_DISCLOSE_COACH, CMD_SWITCH_TO_COACH, 0, DISCLOSED_NOT},
		{SETTING_DISCLOSE_MONITOR, CMD_SWITCH_TO_MONITOR, 2, DISCLOSED_LATER},
		{SETTING_DISCLOSE_COACH, CMD_SWITCH_TO_COACH, 1, DISCLOSED_LATER},
		{SETTING_DISCLOSE_BARGE_IN, CMD_SWITCH_TO_BARGE_IN, 1, DISCLOSED_LATER},
		{SETTING_DISCLOSE_TAKE_OVER, CMD_TAKE_OVER, 1, DISCLOSED_LATER},
	};
	struct session *session = sam_watches(c);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		disclose(c, rows[i].setting, rows[i].value);
		assert_int_equal(act(c, rows[i].command, c->sam), OK);
		assert_int_equal(session_viewer(session, c->sam)->b.disclosure, rows[i].disclosure);
	}
	assert_true(str_eq(session_viewer(session, c->sam)->b.watched, c->ana->b.id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_silent_shows_nothing),
		T(test_icon_shows_all_agents_that_somebody_is_there_from_the_first_to_the_last),
		T(test_icon_is_told_with_work_not_behind_it),
		T(test_icon_is_told_of_each_stint),
		T(test_what_a_stint_discloses_is_fixed_as_it_begins),
		T(test_whose_program_is_gone_for_too_long_is_there_no_more),
		T(test_who_is_silent_outlives_the_own_program),
		T(test_each_mode_has_its_own_disclosure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
