/* access_test.c - who is told that capabilities changed. */
#include "core/core_fixture.h"
#include "core/rules/access.h"
#include "core/model/reader.h"

static unsigned told_of(const struct centre *c, enum event_kind kind)
{
	unsigned told = 0;
	for (size_t i = 0; i < c->outcome.count; i++)
		if (c->outcome.events[i].kind == kind)
			told += (unsigned)c->outcome.events[i].recipient_count;
	return told;
}

/* The name may be that phone's digits: its conversation goes on, and nothing is sent in it. */
static void test_who_may_write_no_more_is_told(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+420600112301", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	writes_keyword(c, "\"420600112301\"", "STOP", KEYWORD_STOP);
	assert_int_equal(told_of(c, EV_CONTACT_OPTED_OUT), 1);
	assert_false(
		access_capabilities(c->core, &c->ana->parties->viewer) & 1u << CAN_SEND_MESSAGE);
}

/* In another spelling, and without a word of the system's own. */
static void test_who_may_write_again_is_told(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes_keyword(c, "+420600112301", "STOP", KEYWORD_STOP);
	writes(c, "420600112301", "One question though");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct session *session = session_of(c->ana);
	unsigned send = 1u << CAN_SEND_MESSAGE;
	assert_false(access_capabilities(c->core, session_viewer(session, c->ana)) & send);
	writes_keyword(c, "+420600112301", "START", KEYWORD_START);
	assert_true(access_capabilities(c->core, session_viewer(session, c->ana)) & send);
	assert_int_equal(told_of(c, EV_CONTACT_OPTED_IN), 1);
	assert_true(c->ana->seen_lsn > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_who_may_write_no_more_is_told),
		T(test_who_may_write_again_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
