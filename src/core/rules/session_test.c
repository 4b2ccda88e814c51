/* session_test.c - how a session ends by itself, and how much it holds. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/rules/access.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"

static void test_an_idle_session_is_completed_and_forgotten(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	wait_ms(c, small_centre.idle_close - 1);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	wait_ms(c, 10);
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_null(c->ana->parties);
	core_forget(c->core, c->core->lsn - 1, CORE_FORGET_ALL);
	assert_non_null(c->core->ended);
	core_forget(c->core, c->core->lsn, CORE_FORGET_ALL);
	assert_null(c->core->ended);
}

/* Without looking at all invariants after each of thousands of texts. */
static void writes_until(struct centre *c, const struct session *session, uint64_t index)
{
	struct command text = {.kind = CMD_RECEIVE_SMS,
		.link = core_link(c->core, STR("m1")),
		.receive = {.phone = STR("+1"), .number = STR("5000"), .text = STR("and")}};
	while (session->b.state != SESSION_ENDED &&
		message_body(session->messages[session->message_count - 1]).agent_index < index) {
		outcome_reset(&c->outcome);
		assert_int_equal(core_apply(c->core, &text, ++c->now, &c->outcome), OK);
		keep(c);
	}
}

static bool may_send(const struct centre *c, const struct viewer *viewer)
{
	return access_capabilities(c->core, viewer) & 1u << CAN_SEND_MESSAGE;
}

/* Joins and leavings of supervisors are entries as well: here three of them. */
static void test_a_session_is_full_of_what_agents_see_whoever_watches(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, "Susan"), OK);
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	const struct viewer *ana = session_viewer(session, c->ana);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->sue), OK);
	assert_int_equal(act(c, CMD_LEAVE, c->sue), OK);
	writes_until(c, session, SESSION_MESSAGES_MAX - 1);
	assert_int_equal(session->message_count, SESSION_MESSAGES_MAX - 1 + 3);
	assert_false(session_is_full(session));
	assert_true(may_send(c, ana));
	writes(c, "+1", "the last one that fits");
	assert_int_equal(session->message_count, SESSION_MESSAGES_MAX + 3);
	assert_int_equal(visibility_index(ana, session->messages[session->message_count - 1]),
		SESSION_MESSAGES_MAX);
	assert_true(session_is_full(session));
	assert_false(may_send(c, ana));
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP); /* answered, but nothing is written */
	assert_int_equal(c->core->outbound_unsent, 1);
	assert_int_equal(session->message_count, SESSION_MESSAGES_MAX + 3);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	writes(c, "+1", "one too many");
	assert_int_equal(session->b.state, SESSION_ENDED);
	assert_int_equal(c->core->sessions->message_count, 2); /* joined, text */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_an_idle_session_is_completed_and_forgotten),
		T(test_a_session_is_full_of_what_agents_see_whoever_watches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
