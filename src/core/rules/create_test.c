/* create_test.c - an agent begins a session by writing. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/model/watching.h"

#include <stdio.h>

static enum err creates(struct centre *c, struct user *user, const char *phone)
{
	return run(c, (struct command) {.kind = CMD_CREATE,
			      .caller = user,
			      .create = {.phone = str_of(phone),
				      .queue = STR("support"),
				      .text = STR("Your parcel is here")}});
}

static void test_an_agent_begins_a_session_and_is_in_it_at_once(void **state)
{
	struct centre *c = *state;
	start(c, c->ana); /* not Ready: what the queue has is another matter */
	assert_int_equal(creates(c, c->ana, "+420 600 112 301"), OK);
	struct session *session = session_of(c->ana);
	assert_int_equal(session->b.state, SESSION_ACTIVE);
	assert_int_equal(session->b.origin, SESSION_OUTBOUND);
	assert_true(str_is(session->b.phone, "+420600112301"));
	assert_int_equal(state_in(session, c->ana), PARTY_CHATTING);
	assert_int_equal(session->message_count, 3); /* two join, the text */
	assert_int_equal(message_body(session->messages[2]).outbound, 1);
	assert_true(str_is(core_outbound_text(core_outbound(c->core, 1)), "Your parcel is here"));
	for (size_t i = 0; i < c->outcome.count; i++)
		assert_int_not_equal(c->outcome.events[i].kind, EV_PARTY_WAS_INVITED);
	writes(c, "+420600112301", "Thank you");
	assert_int_equal(session->message_count, 4);
	assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
}

/* Who enters is told first of the own state, and of what was before in the history. */
static void test_who_begins_a_session_is_told_of_it_from_the_joining_on(void **state)
{
	struct centre *c = *state;
	start(c, c->ana);
	assert_int_equal(creates(c, c->ana, "+420600112301"), OK);
	enum event_kind first = 0;
	for (size_t i = 0; i < c->outcome.count && !first; i++)
		if (c->outcome.events[i].recipient_count)
			first = c->outcome.events[i].kind;
	assert_int_equal(first, EV_PARTY_JOINED);
}

static void test_create_is_delivered_to_who_has_an_order_on_the_agent(void **state)
{
	struct centre *c = *state;
	start(c, c->ana);
	start(c, c->sam);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_NEXT, ""), OK);
	assert_int_equal(creates(c, c->ana, "+420600112301"), OK);
	assert_ptr_equal(session_of(c->sam), session_of(c->ana));
	assert_null(c->sam->orders);
}

static void test_create_asks_what_any_text_asks(void **state)
{
	struct centre *c = *state;
	assert_int_equal(creates(c, c->sue, "+420600112301"), ERR_ROLE);
	assert_int_equal(creates(c, c->ana, "+420600112301"), ERR_NOT_STARTED);
	start(c, c->ana);
	writes_keyword(c, "+420600112301", "STOP", KEYWORD_STOP);
	assert_int_equal(creates(c, c->ana, "00420600112301"), ERR_OPTED_OUT);
	assert_int_equal(creates(c, c->ana, "600112301"), ERR_OPTED_OUT); /* may be that phone */
	writes(c, "+420600112302", "Hello");
	assert_int_equal(creates(c, c->ana, "420600112302"), ERR_TALKING);
	struct body_assignment only = {
		.user = c->ben->b.id, .kind = ASSIGNED_QUEUE, .thing = STR("support"), .held = 1};
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &only});
	assert_int_equal(creates(c, c->ana, "+420600112303"), ERR_NOT_FOUND);
}

static void test_create_takes_capacity(void **state)
{
	struct centre *c = *state;
	char phone[16];
	start(c, c->ana);
	for (unsigned i = 0; i <= small_centre.capacity; i++) {
		snprintf(phone, sizeof phone, "+42060011230%u", i);
		assert_int_equal(creates(c, c->ana, phone),
			i < small_centre.capacity ? OK : ERR_WRONG_STATE);
	}
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK); /* wrap-up takes none */
	assert_int_equal(creates(c, c->ana, phone), OK);
}

/* What a link's country says of a number as it is dialled there. */
static void test_create_knows_the_country_of_the_link(void **state)
{
	struct centre *c = *state;
	struct body_setting country = {.link = STR("m1"), .name = STR("country"), .value = 420};
	must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &country});
	start(c, c->ana);
	assert_int_equal(creates(c, c->ana, "600 112 301"), OK);
	assert_true(str_is(session_of(c->ana)->b.phone, "+420600112301"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_an_agent_begins_a_session_and_is_in_it_at_once),
		T(test_who_begins_a_session_is_told_of_it_from_the_joining_on),
		T(test_create_is_delivered_to_who_has_an_order_on_the_agent),
		T(test_create_asks_what_any_text_asks),
		T(test_create_takes_capacity),
		T(test_create_knows_the_country_of_the_link),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
