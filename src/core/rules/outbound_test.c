/* outbound_test.c - texts on their way out: recorded once, repeated, delivered part by part. */
#include "core/core_fixture.h"
#include "core/rules/turn.h"

/* The answer to one part is lost, with the bind or with the process. */
static void loses(struct centre *c, enum command_kind how, struct outbound *out, unsigned part,
	unsigned parts)
{
	const struct part_place place = {out, part, parts};
	struct command command = {.kind = how, .link = out->link};
	if (how == CMD_SEND_WITHIN) {
		command.send_within.parts = 10;
		command.send_within.lost = (struct part_places) {&place, 1};
	} else {
		command.find_sent.lost = (struct part_places) {&place, 1};
	}
	must(c, command);
}

static void test_a_text_is_recorded_once_and_leaves_also_when_its_session_is_forgotten(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	const struct body_outbound *queued = recorded(c, EV_SMS_QUEUED);
	assert_int_equal(queued->text.len, 0);
	assert_int_equal(queued->seq, session->message_count);
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	core_forget(c->core, c->core->lsn, CORE_FORGET_ALL);
	assert_null(c->core->ended);
	assert_true(str_is(core_outbound_text(out), "How may I help you?"));
	core_check(c->core);
}

static void test_an_answer_without_a_session_carries_its_text(void **state)
{
	struct centre *c = *state;
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	const struct body_outbound *queued = recorded(c, EV_SMS_QUEUED);
	assert_int_equal(queued->session.len, 0);
	assert_true(str_eq(queued->text, small_centre.stop_reply));
	assert_true(str_eq(core_outbound_text(core_outbound(c->core, queued->serial)),
		small_centre.stop_reply));
}

/* As the first program wrote them: the text beside its entry's, and 256 in the reference of what is withheld. */
static void test_older_texts_are_read(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	struct body_outbound old = out->b;
	struct turn turn = {.core = c->core, .now = ++c->now, .outcome = &c->outcome};
	outcome_reset(&c->outcome);
	old.text = STR("What it says itself");
	old.reference = 256 + 7;
	turn_emit(&turn, EV_SMS_WITHHELD, &old);
	keep(c);
	assert_int_equal(out->b.withheld, 1);
	assert_int_equal(out->b.reference, 7);
	assert_int_equal(out->b.text.len, 0);
	assert_true(str_is(core_outbound_text(out), "What it says itself"));
	core_check(c->core);
}

static void test_a_text_whose_entry_is_unknown_does_not_fit(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct body_outbound other = ana_sends(c)->b;
	const struct event event = {.kind = EV_SMS_QUEUED, .body = &other};
	other.serial++;
	assert_true(core_fits(c->core, &event));
	other.seq++;
	assert_false(core_fits(c->core, &event));
	other.text = STR("Hello");
	assert_true(core_fits(c->core, &event));
}

static void test_while_the_process_lives_a_text_is_repeated_once(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	assert_true(out->is_unsent);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	assert_false(out->is_unsent);
	assert_int_equal(out->message->delivery, DELIVERY_UNCERTAIN);
	uint64_t lsn = c->core->lsn;
	loses(c, CMD_SEND_WITHIN, out, 1, 1); /* it is given up: nothing more is lost */
	loses(c, CMD_FIND_SENT, out, 1, 1);
	assert_int_equal(out->parts->b.attempts, 2);
	assert_int_equal(out->parts->lost.lives, 0);
	assert_int_equal(c->core->lsn, lsn + 1); /* SENDING_CHANGED */
}

/* Each life that ends while an answer is awaited adds a repeat, up to the setting. */
static void ends_with_repeats(struct centre *c, unsigned most, unsigned live_losses)
{
	struct outbound *out = ana_sends(c);
	unsigned lives = 0;
	for (unsigned i = 0; i < live_losses; i++)
		loses(c, CMD_SEND_WITHIN, out, 1, 1);
	for (; out->is_unsent && lives < 20; lives++)
		loses(c, CMD_FIND_SENT, out, 1, 1);
	assert_int_equal(live_losses + lives, most + 1); /* sent once, and `most` times again */
	assert_int_equal(out->parts->lost.lives, lives);
	assert_int_equal(out->message->delivery, DELIVERY_UNCERTAIN);
}

static void test_each_life_that_ends_adds_a_repeat_up_to_the_setting(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	ends_with_repeats(c, 3, 0);
	ends_with_repeats(c, 3, 1);
	for (unsigned most = 0; most < 3; most++) {
		struct body_setting body = {.name = STR("sms.repeat-max"), .value = most};
		must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &body});
		ends_with_repeats(c, most, 0);
	}
}

static void test_the_last_life_gets_no_repeat_of_its_own_beyond_the_setting(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	for (unsigned i = 0; i < 3; i++)
		loses(c, CMD_FIND_SENT, out, 1, 1);
	assert_true(out->is_unsent);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	assert_false(out->is_unsent);
}

static void test_a_text_that_was_given_up_is_sent_once_the_smsc_says_so(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	loses(c, CMD_SEND_WITHIN, out, 1, 1);
	struct command answer = {.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {out, 1, 1}, .delivery = DELIVERY_FAILED}};
	assert_int_equal(run(c, answer), ERR_ALREADY); /* perhaps the first copy was taken */
	answer.answer.delivery = DELIVERY_SENT;
	answer.answer.smsc_id = STR("late");
	must(c, answer);
	assert_int_equal(out->message->delivery, DELIVERY_SENT);
	assert_false(out->is_unsent);
	assert_int_equal(run(c, answer), ERR_ALREADY);
}

static void test_how_far_a_link_is_written_to_is_remembered(void **state)
{
	struct centre *c = *state;
	struct link *link = core_link(c->core, STR("m1"));
	struct command within = {.kind = CMD_SEND_WITHIN, .link = link, .send_within.parts = 12};
	assert_int_equal(link->sending.parts, 0);
	must(c, within);
	assert_int_equal(link->sending.parts, 12);
	uint64_t lsn = c->core->lsn;
	must(c, within);
	assert_int_equal(c->core->lsn, lsn);
	within.send_within.through = 7 << 8 | 1;
	must(c, within);
	assert_int_equal(link->sending.parts, 12);
	assert_int_equal(link->sending.through, 7 << 8 | 1);
	must(c, (struct command) {.kind = CMD_FIND_SENT, .link = link});
	assert_int_equal(link->sending.parts, 0);
	assert_int_equal(link->sending.through, 0);
}

static void test_what_is_on_its_way_out_of_turn_is_not_after_a_life(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	const struct part_place places[] = {{out, 1, 2}, {out, 2, 2}};
	struct command change = {.kind = CMD_CHANGE_TURN,
		.link = out->link,
		.change_turn = {.places = {places, 2}, .turn = TURN_WAITS}};
	assert_null(core_aside(out, 1));
	must(c, change);
	change.change_turn.places.count = 1;
	change.change_turn.turn = TURN_LEAVES;
	must(c, change);
	assert_int_equal(core_aside(out, 1)->b.turn, TURN_LEAVES);
	assert_int_equal(core_aside(out, 2)->b.turn, TURN_WAITS);
	uint64_t lsn = c->core->lsn;
	must(c, change);
	assert_int_equal(c->core->lsn, lsn);
	must(c, (struct command) {
			.kind = CMD_SEND_WITHIN, .link = out->link, .send_within.parts = 10});
	assert_int_equal(core_aside(out, 1)->b.turn, TURN_LEAVES);
	must(c, (struct command) {.kind = CMD_FIND_SENT, .link = out->link});
	assert_int_equal(core_aside(out, 1)->b.turn, TURN_WAITS);
}

/* As it is read from a journal that says nothing of it. */
static void test_a_link_of_an_older_journal_may_have_a_window_of_texts_on_the_wire(void **state)
{
	const struct body_link body = {.name = STR("old"), .window = 7};
	struct event event = {.kind = EV_LINK_ADDED, .body = &body};
	struct core *core = core_new();
	core_evolve(core, &event);
	assert_int_equal(core_link(core, STR("old"))->sending.parts, 7);
	core_free(&core);
}

static void test_a_text_is_delivered_part_by_part(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session,
			.send.text = STR("How may I help you?")});
	struct message *message = session->messages[session->message_count - 1];
	struct outbound *out = message->outbound;
	assert_int_equal(message->delivery, DELIVERY_QUEUED);
	struct command first = {.kind = CMD_SMS_ANSWERED,
		.answer = {.place = {out, 1, 2}, .delivery = DELIVERY_SENT, .smsc_id = STR("id1")}};
	must(c, first);
	assert_int_equal(run(c, first), ERR_ALREADY);
	loses(c, CMD_SEND_WITHIN, out, 2, 2);
	assert_int_equal(message->delivery, DELIVERY_UNCERTAIN);
	assert_true(out->is_unsent); /* it may be repeated once */
	must(c, (struct command) {.kind = CMD_SMS_ANSWERED,
			.answer = {.place = {out, 2, 2},
				.delivery = DELIVERY_SENT,
				.smsc_id = STR("id2")}});
	assert_int_equal(message->delivery, DELIVERY_SENT);
	assert_false(out->is_unsent);
	struct command receipt = {.kind = CMD_SMS_RECEIPT,
		.link = out->link,
		.receipt = {.smsc_id = STR("id2"), .delivery = DELIVERY_DELIVERED}};
	must(c, receipt);
	receipt.receipt.smsc_id = STR("id1");
	must(c, receipt);
	assert_int_equal(message->delivery, DELIVERY_DELIVERED);
	assert_false(out->b.open);
	assert_int_equal(run(c, receipt), ERR_NOT_FOUND);
}

static uint64_t reference_of_a_text_of(struct centre *c, size_t len, char last)
{
	char text[200];
	struct session *session = session_of(c->ana);
	memset(text, 'x', sizeof text);
	text[len - 1] = last;
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session,
			.send.text = str_from(text, len)});
	return session->messages[session->message_count - 1]->outbound->b.reference;
}

static void test_only_what_may_need_several_sms_draws_a_reference(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(reference_of_a_text_of(c, 159, 'x'), 0);
	assert_int_equal(reference_of_a_text_of(c, 160, 'x'), 0);
	assert_int_equal(reference_of_a_text_of(c, 160, '^'), 1); /* two septets */
	assert_int_equal(reference_of_a_text_of(c, 161, 'x'), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_text_is_recorded_once_and_leaves_also_when_its_session_is_forgotten),
		T(test_an_answer_without_a_session_carries_its_text),
		T(test_older_texts_are_read),
		T(test_a_text_whose_entry_is_unknown_does_not_fit),
		T(test_while_the_process_lives_a_text_is_repeated_once),
		T(test_each_life_that_ends_adds_a_repeat_up_to_the_setting),
		T(test_the_last_life_gets_no_repeat_of_its_own_beyond_the_setting),
		T(test_a_text_that_was_given_up_is_sent_once_the_smsc_says_so),
		T(test_how_far_a_link_is_written_to_is_remembered),
		T(test_what_is_on_its_way_out_of_turn_is_not_after_a_life),
		T(test_a_link_of_an_older_journal_may_have_a_window_of_texts_on_the_wire),
		T(test_a_text_is_delivered_part_by_part),
		T(test_only_what_may_need_several_sms_draws_a_reference),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
