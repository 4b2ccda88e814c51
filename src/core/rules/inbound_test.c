/* inbound_test.c - what a customer's text leads to: keywords, copies. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/rules/contact.h"

static void test_stop_closes_the_customers_side_with_one_confirmation(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	assert_int_equal(c->core->outbound_open, 1);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(c->core->outbound_open, 1);
	must(c, (struct command) {.kind = CMD_COMPLETE,
			.caller = c->ana,
			.session = session,
			.complete.queue = STR("support")});
	wait_ms(c, small_centre.reject_wait);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct command send = {.kind = CMD_SEND_MESSAGE,
		.caller = c->ana,
		.session = session,
		.send.text = STR("but")};
	assert_int_equal(run(c, send), ERR_OPTED_OUT);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	assert_int_equal(run(c, send), OK);
}

static unsigned count_recorded(const struct centre *c, enum event_kind kind)
{
	unsigned count = 0;
	for (size_t i = 0; i < c->outcome.count; i++)
		count += c->outcome.events[i].kind == kind;
	return count;
}

static void test_a_stop_may_be_to_one_number_of_ours(void **state)
{
	struct centre *c = *state;
	const struct body_setting scope = {.name = STR("optout.scope"), .value = OPTOUT_OF_NUMBER};
	must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &scope});
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct contact *contact = session->contact;
	struct str here = session->b.number, other = STR("4711");
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_true(contact_refuses(contact, here));
	assert_false(contact_refuses(contact, other));
	assert_int_equal(contact_body(contact).opted_out, 0);
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(count_recorded(c, EV_CONTACT_OPTED_OUT), 0);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 0);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	assert_false(contact_refuses(contact, here));
	assert_int_equal(contact_body(contact).refused.len, 0);
	core_check(c->core);
}

static void test_help_is_answered_once_in_ten_minutes(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 1);
	wait_ms(c, HELP_AGAIN_MS - 2);
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 0);
	writes_keyword(c, "+2", "HELP", KEYWORD_HELP); /* each phone by itself */
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 1);
	wait_ms(c, 10);
	writes_keyword(c, "+1", "HELP", KEYWORD_HELP);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 1);
}

static void test_a_confirmation_leaves_within_minutes_or_never(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	struct outbound *late = core_outbound(c->core, c->core->outbound_drawn);
	wait_ms(c, CONFIRM_WITHIN_MS - 10);
	assert_true(late->b.open);
	wait_ms(c, 20);
	assert_false(late->b.open);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	struct outbound *sent = core_outbound(c->core, c->core->outbound_drawn);
	must(c, (struct command) {.kind = CMD_SMS_ANSWERED,
			.answer = {{sent, 1, 1}, DELIVERY_SENT, STR("x")}});
	wait_ms(c, CONFIRM_WITHIN_MS + 10);
	assert_true(sent->b.open); /* it left: its receipt is awaited */
	core_check(c->core);
}

static void test_a_sentence_that_may_mean_stop_is_a_text_until_a_person_decides(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct contact *contact = session->contact;
	struct command decide = {.kind = CMD_DECIDE_OPT_OUT, .decide.contact = contact};
	writes_keyword(c, "+1", "please stop", KEYWORD_PERHAPS_STOP);
	assert_int_equal(
		message_body(session->messages[session->message_count - 1]).type, MESSAGE_TEXT);
	assert_true(contact_body(contact).doubted > 0);
	assert_int_equal(ana_sends(c)->b.withheld, 0);
	must(c, decide); /* it was not meant so */
	assert_int_equal(contact_body(contact).doubted, 0);
	assert_int_equal(contact_body(contact).opted_out, 0);
	assert_int_equal(run(c, decide), ERR_ALREADY);
	writes_keyword(c, "+1", "please stop", KEYWORD_PERHAPS_STOP);
	decide.decide.is_opt_out = true;
	must(c, decide);
	assert_int_equal(contact_body(contact).opted_out, 1);
	assert_int_equal(count_recorded(c, EV_SMS_QUEUED), 0); /* nobody asks to be told so late */
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	core_check(c->core);
}

static void refuses(struct centre *c, const char *phone, enum err expected)
{
	const struct command command = {.kind = CMD_REFUSE_TEXTS, .refusing = str_of(phone)};
	assert_int_equal(run(c, command), expected);
	core_check(c->core);
}

static void test_an_operator_says_that_a_phone_refuses_texts(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	ana_sends(c);
	refuses(c, "+1", OK);
	assert_int_equal(contact_body(session->contact).opted_out, 1);
	assert_int_equal(
		count_recorded(c, EV_SMS_QUEUED), 0); /* whoever is brought along asked elsewhere */
	assert_int_equal(state_in(session, c->ana), PARTY_LEFT_CHAT);
	refuses(c, "+1", ERR_ALREADY);
	writes_keyword(c, "+1", "START", KEYWORD_START);
	assert_int_equal(contact_body(session->contact).opted_out, 0);
	refuses(c, "+1", OK); /* asked again: it counts again */

	refuses(c, "+420600112301", OK); /* of whom nobody has heard */
	assert_true(contact_phone_refuses(c->core, STR("00420600112301"), STR("4711")));
	assert_true(contact_phone_refuses(c->core, STR("600112301"), STR("4711")));
	assert_false(contact_phone_refuses(c->core, STR("+420600112302"), STR("4711")));
	refuses(c, "420600112301", ERR_ALREADY); /* surely the same */
}

static void test_a_copy_takes_the_place_of_its_text_as_the_newest(void **state)
{
	struct centre *c = *state;
	struct link *link = core_link(c->core, STR("m1"));
	writes(c, "+1", "Hello");
	writes(c, "+1", "Hello again");
	const struct body_inbound *one = &link->inbound[0].b, *two = &link->inbound[1].b;
	msec first = one->at;
	struct command match = {.kind = CMD_MATCH_REDELIVERY,
		.link = link,
		.match = {.fingerprint = STR("0123456789abcdef"), .at = first}};
	must(c, match); /* both look alike to the link: the older one's */
	assert_int_equal(one->count, 3);
	assert_int_equal(one->at, first);
	assert_int_equal(one->matched, 0);
	assert_int_equal(two->count, 2);
	must(c, match);
	assert_int_equal(two->count, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_stop_closes_the_customers_side_with_one_confirmation),
		T(test_a_stop_may_be_to_one_number_of_ours),
		T(test_help_is_answered_once_in_ten_minutes),
		T(test_an_operator_says_that_a_phone_refuses_texts),
		T(test_a_confirmation_leaves_within_minutes_or_never),
		T(test_a_sentence_that_may_mean_stop_is_a_text_until_a_person_decides),
		T(test_a_copy_takes_the_place_of_its_text_as_the_newest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
