/* ledger_sms_test.c - the carrier and the customers: what the oracle must blame, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "ledger_scene.h"
#include "provider/provider_connector.h"
#include "wire/smpp_pdu.h"

static const struct body_contact refuses = {
	.phone = {CROWD_REFUSER, sizeof CROWD_REFUSER - 1}, .opted_out = 1};
static const struct body_contact agrees = {.phone = {CROWD_REFUSER, sizeof CROWD_REFUSER - 1}};
static const struct body_outbound to_refuser = {.serial = 7,
	.phone = {CROWD_REFUSER, sizeof CROWD_REFUSER - 1},
	.text = {"hi", 2},
	.open = 1};
static const struct body_message entry = {
	.type = MESSAGE_TEXT, .author = PARTY_AGENT, .text = {"hi", 2}, .outbound = 7};
static const struct body_message notice = {
	.type = MESSAGE_NOTICE, .author = PARTY_SYSTEM, .text = {"hi", 2}, .outbound = 7};
static const struct body_message question = {
	.type = MESSAGE_TEXT, .author = PARTY_CONTACT, .text = {"Why?", 4}};
static const struct body_centre centre = {.stop_reply = {"Bye", 3}, .start_reply = {"Hello", 5}};

static void writes(struct scene *s, const char *text)
{
	scene_pass(s, ANSWER_MS);
	ledger_text(s->ledger, true, STR(CROWD_REFUSER), str_of(text));
}

static void is_acknowledged(struct scene *s, const char *text)
{
	struct fact fact = {
		.kind = FACT_ACKNOWLEDGED, .user = STR(CROWD_REFUSER), .text = str_of(text)};
	fact.number = 1 + ledger_times(s->ledger, fact.kind, &fact);
	scene_pass(s, ANSWER_MS);
	ledger_fact(s->ledger, &fact);
}

static void says(struct scene *s, const char *text)
{
	writes(s, text);
	is_acknowledged(s, text);
}

/* --- the last word -------------------------------------------------------------------------------- */

static void who_says_stop_again_must_be_believed_again(void **state)
{
	struct scene *s = *state;
	says(s, "STOP");
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	says(s, "START!!");
	scene_happens(s, EV_CONTACT_OPTED_IN, &agrees);
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
	says(s, "STOP");
	assert_true(scene_is_blamed(s, ledger_ask_optouts));
}

static void start_must_be_believed(void **state)
{
	struct scene *s = *state;
	says(s, "STOP");
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
	says(s, "START!!");
	assert_true(scene_is_blamed(s, ledger_ask_optouts));
}

static void a_stop_that_was_not_acknowledged_promises_nothing(void **state)
{
	struct scene *s = *state;
	says(s, "STOP");
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	says(s, "START!!");
	scene_happens(s, EV_CONTACT_OPTED_IN, &agrees);
	writes(s, "STOP");
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
}

static void stop_is_shown(struct scene *s)
{
	static const struct body_message stop = {
		.type = MESSAGE_TEXT, .author = PARTY_CONTACT, .text = {"STOP", 4}};
	scene_happens(s, EV_MESSAGE_ADDED, &stop);
}

static void a_stop_is_there_once(void **state)
{
	struct scene *s = *state;
	says(s, "STOP");
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	stop_is_shown(s);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	stop_is_shown(s);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_stop_that_comes_again_behind_a_start_counts_again(void **state)
{
	struct scene *s = *state;
	says(s, "STOP");
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	stop_is_shown(s);
	says(s, "START!!");
	scene_happens(s, EV_CONTACT_OPTED_IN, &agrees);
	stop_is_shown(s);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_stop_that_may_come_again_leaves_the_last_word_open(void **state)
{
	struct scene *s = *state;
	writes(s, "STOP");
	says(s, "START!!");
	is_acknowledged(s, "STOP"); /* after the START, perhaps */
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
}

/* --- texts and replies ---------------------------------------------------------------------------- */

static void happens_as(struct scene *s, uint64_t lsn, enum event_kind kind, const void *body)
{
	struct archive_shelf *shelf = &s->archive.shelves[event_body(kind)];
	scene_happens(s, kind, body);
	shelf->events[shelf->count - 1].lsn = lsn;
}

static void who_refuses_texts_is_sent_none(void **state)
{
	struct scene *s = *state;
	happens_as(s, 1, EV_CONTACT_OPTED_OUT, &refuses);
	happens_as(s, 2, EV_CONTACT_OPTED_IN, &agrees);
	happens_as(s, 3, EV_MESSAGE_ADDED, &entry);
	happens_as(s, 4, EV_SMS_QUEUED, &to_refuser);
	happens_as(s, 5, EV_CONTACT_OPTED_OUT, &refuses);
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
	happens_as(s, 6, EV_SMS_QUEUED, &to_refuser);
	assert_true(scene_is_blamed(s, ledger_ask_optouts));
}

static void a_notice_goes_out_all_the_same(void **state)
{
	struct scene *s = *state;
	happens_as(s, 1, EV_CONTACT_OPTED_OUT, &refuses);
	happens_as(s, 2, EV_MESSAGE_ADDED, &notice);
	happens_as(s, 3, EV_SMS_QUEUED, &to_refuser);
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
}

static void a_stop_counts_in_another_spelling(void **state)
{
	static const struct body_contact refuses_otherwise = {
		.phone = {"00420600000009", 14}, .opted_out = 1};
	struct scene *s = *state;
	writes(s, "STOP");
	happens_as(s, 1, EV_CONTACT_OPTED_OUT, &refuses_otherwise);
	is_acknowledged(s, "STOP");
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
	happens_as(s, 2, EV_MESSAGE_ADDED, &entry);
	happens_as(s, 3, EV_SMS_QUEUED, &to_refuser);
	assert_true(scene_is_blamed(s, ledger_ask_optouts));
}

static void leaves(struct scene *s, const char *text)
{
	struct fact fact = {
		.kind = FACT_SUBMITTED, .user = STR(CROWD_REFUSER), .text = str_of(text)};
	scene_pass(s, ANSWER_MS);
	ledger_fact(s->ledger, &fact)->again = net_now(s->net);
}

static void no_text_leaves_after_a_stop_but_the_reply(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_CENTRE_CREATED, &centre);
	scene_happens(s, EV_CONTACT_OPTED_OUT, &refuses);
	leaves(s, "hi");
	says(s, "STOP");
	leaves(s, "Bye");
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
	leaves(s, "hi");
	assert_true(scene_is_blamed(s, ledger_ask_optouts));
}

static void a_start_that_may_have_come_behind_a_stop_lets_texts_leave(void **state)
{
	struct scene *s = *state;
	writes(s, "START!!");
	says(s, "STOP");
	leaves(s, "hi"); /* the START came again, perhaps */
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
}

static void a_text_that_was_kept_back_from_a_refuser_counts_as_given_up(void **state)
{
	static const struct body_outbound kept_back = {.serial = 7,
		.phone = {"00420600000009", 14},
		.text = {"hi", 2},
		.open = 1,
		.withheld = 1};
	struct scene *s = *state;
	scene_happens(s, EV_SMS_WITHHELD, &kept_back);
	writes(s, "STOP");
	assert_false(scene_is_blamed(s, ledger_ask_optouts));
	assert_int_equal(ledger_given_up(&(struct inquiry) {s->ledger, &s->archive}, STR("hi")), 1);
}

static void who_never_said_stop_is_kept_nothing_from(void **state)
{
	static const struct body_outbound kept_back = {.serial = 7,
		.phone = {"+420600000001", 13},
		.text = {"hi", 2},
		.open = 1,
		.withheld = 1};
	struct scene *s = *state;
	writes(s, "STOP");
	scene_happens(s, EV_SMS_WITHHELD, &kept_back);
	assert_true(scene_is_blamed(s, ledger_ask_optouts));
}

/* --- parts and names ------------------------------------------------------------------------------ */

static const struct body_segment half = {.link = {"l", 1},
	.phone = {CROWD_REFUSER, sizeof CROWD_REFUSER - 1},
	.reference = 7,
	.part = 1,
	.parts = 2,
	.data = {"Wh", 2},
	.held = 1};
static const struct body_segment joined = {.link = {"l", 1},
	.phone = {CROWD_REFUSER, sizeof CROWD_REFUSER - 1},
	.reference = 7,
	.part = 1,
	.parts = 2};

static void a_part_that_was_acknowledged_is_held_or_shown(void **state)
{
	struct scene *s = *state;
	const struct fact part = {.kind = FACT_PART, .user = STR(CROWD_REFUSER), .text = STR("Wh")};
	ledger_fact(s->ledger, &part);
	scene_happens(s, EV_SEGMENT_HELD, &half);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	scene_happens(s, EV_SEGMENT_JOINED, &joined);
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	s->archive.shelves[BODY_message].count = 0;
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_part_is_not_forgotten(void **state)
{
	struct scene *s = *state;
	const struct fact part = {.kind = FACT_PART, .user = STR(CROWD_REFUSER), .text = STR("Wh")};
	ledger_fact(s->ledger, &part);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void nothing_goes_to_a_name_or_its_digits(void **state)
{
	static const struct body_outbound to_digits = {
		.serial = 7, .phone = {"+24", 3}, .text = {"hi", 2}, .open = 1};
	struct scene *s = *state;
	struct fact fact = {.kind = FACT_SUBMITTED, .user = STR("+24"), .text = STR("hi")};
	ledger_text(s->ledger, true, STR(CROWD_NAME), STR("Hello"));
	scene_happens(s, EV_SMS_QUEUED, &to_digits);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	ledger_fact(s->ledger, &fact);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void each_stop_and_each_start_is_confirmed(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_CENTRE_CREATED, &centre);
	says(s, "STOP");
	ledger_text(s->ledger, false, STR(CROWD_REFUSER), STR("Bye"));
	says(s, "START!!");
	ledger_text(s->ledger, false, STR(CROWD_REFUSER), STR("Hello"));
	assert_false(scene_is_blamed(s, ledger_ask_replies));
	says(s, "STOP");
	assert_true(scene_is_blamed(s, ledger_ask_replies));
}

/* --- texts that come again, and receipts ---------------------------------------------------------- */

static void a_text_is_there_twice_only_if_its_answer_may_have_been_lost(void **state)
{
	struct scene *s = *state;
	says(s, "Why?");
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	struct fact cut = {.kind = FACT_CUT_OFF, .user = STR(CROWD_REFUSER)};
	ledger_fact(s->ledger, &cut);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void passes(struct scene *s, unsigned link, bool from_server, const struct smpp_pdu *pdu)
{
	struct buf bytes = {0};
	smpp_pdu_pack(&bytes, pdu);
	ledger_wire(s->ledger, link, from_server, buf_str(&bytes));
	buf_free(&bytes);
}

static void binds(struct scene *s, unsigned link)
{
	passes(s, link, true, &(struct smpp_pdu) {.command = SMPP_BIND_TRANSCEIVER});
}

/* Over the second link; it has no answer. Shown are two. */
static void text_is_there_twice(struct scene *s)
{
	const struct smpp_pdu why = {.command = SMPP_DELIVER_SM,
		.sm = {.source_addr_ton = 1,
			.source_addr = str_skip(STR(CROWD_REFUSER), 1),
			.short_message = question.text}};
	says(s, "Why?");
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	binds(s, 1);
	passes(s, 1, false, &why);
}

static void what_happens_on_one_link_ends_no_other(void **state)
{
	struct scene *s = *state;
	text_is_there_twice(s);
	binds(s, 0);
	ledger_wire_over(s->ledger, 0);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_link_that_broke_may_have_lost_an_answer_before_it_is_back(void **state)
{
	struct scene *s = *state;
	text_is_there_twice(s);
	ledger_wire_over(s->ledger, 1);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

static void one_that_ends_with_the_server_has_not(void **state)
{
	struct scene *s = *state;
	text_is_there_twice(s);
	ledger_dies(s->ledger, 0);
	ledger_wire_over(s->ledger, 1);
	ledger_crashed(s->ledger);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

/* The first link took a text and, if is_read, hears from the server later; the second has its receipt. */
static bool is_blamed_for_a_receipt_elsewhere(struct scene *s, bool is_read)
{
	const struct smpp_pdu taken = {
		.command = SMPP_SUBMIT_SM_RESP, .sm_resp = {.message_id = STR("id")}};
	struct fact receipted = {.kind = FACT_RECEIPTED,
		.text = STR("id"),
		.word = STR("delivered"),
		.number = s->ledger->binds + 2}; /* of the second link's bind */
	binds(s, 0);
	binds(s, 1);
	passes(s, 0, false, &taken);
	scene_pass(s, ANSWER_MS);
	passes(s, is_read ? 0 : 1, true, &(struct smpp_pdu) {.command = SMPP_ENQUIRE_LINK});
	ledger_fact(s->ledger, &receipted);
	ledger_wires_read(s->ledger);
	return scene_is_blamed(s, ledger_ask_carrier);
}

static void a_receipt_over_another_link_is_kept_as_well(void **state)
{
	assert_true(is_blamed_for_a_receipt_elsewhere(*state, true));
}

static void unless_the_first_link_never_said_that_it_lives(void **state)
{
	assert_false(is_blamed_for_a_receipt_elsewhere(*state, false));
}

/* In another bind than the answer that named it. */
static bool is_blamed_for_a_receipt(struct scene *s, bool is_read, bool has_crashed)
{
	struct fact taken = {.kind = FACT_TAKEN, .text = STR("id"), .number = 1};
	struct fact receipted = {
		.kind = FACT_RECEIPTED, .text = STR("id"), .word = STR("delivered"), .number = 2};
	ledger_fact(s->ledger, &taken)->is_read = is_read;
	scene_pass(s, ANSWER_MS);
	if (has_crashed)
		ledger_crashed(s->ledger);
	ledger_fact(s->ledger, &receipted);
	return scene_is_blamed(s, ledger_ask_carrier);
}

static void an_id_that_was_read_in_an_earlier_bind_is_known(void **state)
{
	assert_true(is_blamed_for_a_receipt(*state, true, false));
}

static void an_id_that_was_perhaps_not_read_is_not(void **state)
{
	assert_false(is_blamed_for_a_receipt(*state, false, false));
}

static void nor_is_one_of_another_life(void **state)
{
	assert_false(is_blamed_for_a_receipt(*state, true, true));
}

static void every_receipt_is_acknowledged_in_the_end(void **state)
{
	struct scene *s = *state;
	struct fact receipt = {.kind = FACT_RECEIPT, .text = STR("id"), .word = STR("delivered")};
	ledger_fact(s->ledger, &receipt);
	assert_true(scene_is_blamed(s, ledger_ask_rest));
}

/* --- repeats -------------------------------------------------------------------------------------- */

static void is_submitted(struct scene *s, unsigned times)
{
	struct fact fact = {
		.kind = FACT_SUBMITTED, .user = STR(CROWD_REFUSER), .text = to_refuser.text};
	writes(s, "Hello?"); /* a customer */
	for (unsigned i = 0; i < times; i++)
		ledger_fact(s->ledger, &fact)->lives |= ledger_life_bit(s->ledger->life);
}

static const struct body_part uncertain = {
	.outbound = 7, .part = 1, .parts = 1, .state = DELIVERY_UNCERTAIN};
static const struct body_part uncertain_once = {
	.outbound = 7, .part = 1, .parts = 1, .state = DELIVERY_UNCERTAIN, .attempts = 1};
static const struct body_lost one_life = {.outbound = 7, .part = 1, .lives = 1};
static const struct body_lost last_life = {.outbound = 7, .part = 1, .lives = 1, .given_up = 1};

static const struct body_sending window = {.parts = 1};

static void a_text_is_sent_once_and_once_more_for_each_lost_answer(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	is_submitted(s, 1);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_submitted(s, 2);
	scene_happens(s, EV_SMS_PART_CHANGED, &uncertain_once);
	ledger_crashed(s->ledger);
	scene_happens(s, EV_SMS_PART_CHANGED, &uncertain);
	scene_happens(s, EV_SMS_ANSWER_LOST, &one_life);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_submitted(s, 1);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_text_that_was_given_up_is_not_sent_again(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	scene_happens(s, EV_SENDING_CHANGED, &window);
	scene_pass(s, ANSWER_MS);
	ledger_crashed(s->ledger);
	scene_happens(s, EV_SMS_PART_CHANGED, &uncertain);
	scene_happens(s, EV_SMS_ANSWER_LOST, &last_life);
	is_submitted(s, 1);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_submitted(s, 1);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

#define SETTLING_MS 100

static const struct body_sending before_it = {.parts = 1, .through = 7 << 8};
static const struct body_aside waits = {.outbound = 7, .part = 1, .turn = TURN_WAITS};
static const struct body_aside goes = {.outbound = 7, .part = 1, .turn = TURN_LEAVES};

/* A life that has leave to send the text, and ends after ms. */
static void has_leave(struct scene *s, enum event_kind kind, const void *leave, msec ms)
{
	scene_happens(s, EV_SENDING_CHANGED, &window);
	scene_happens(s, kind, leave);
	scene_pass(s, ms);
	ledger_dies(s->ledger, net_now(s->net) - SETTLING_MS);
	scene_pass(s, ANSWER_MS);
	ledger_crashed(s->ledger);
	scene_happens(s, EV_SMS_PART_CHANGED, &uncertain);
	scene_happens(s, EV_SMS_ANSWER_LOST, &one_life);
}

static void a_life_that_had_the_time_to_send_and_did_not_does_not_count(void **state)
{
	struct scene *s = *state;
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

/* The carrier was slow: the part was to ask, and when it could leave it did. */
static void one_whose_leave_was_taken_and_given_anew_just_now_does(void **state)
{
	static const struct body_sending with_it = {.parts = 1, .through = 7 << 8 | 1};
	struct scene *s = *state;
	scene_happens(s, EV_SENDING_CHANGED, &window);
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	scene_pass(s, SETTLING_MS);
	scene_happens(s, EV_SENDING_CHANGED, &before_it);
	scene_pass(s, 1);
	scene_happens(s, EV_SENDING_CHANGED, &with_it);
	ledger_dies(s->ledger, net_now(s->net) - SETTLING_MS);
	scene_pass(s, ANSWER_MS);
	ledger_crashed(s->ledger);
	scene_happens(s, EV_SMS_ANSWER_LOST, &one_life);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

static void one_that_sent_it_does(void **state)
{
	struct scene *s = *state;
	is_submitted(s, 1);
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

static void one_that_sent_it_says_nothing_of_the_next(void **state)
{
	struct scene *s = *state;
	is_submitted(s, 1);
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS);
	has_leave(s, EV_SMS_TURN_CHANGED, &goes, SETTLING_MS);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

/* However often: it may have been sent each time. */
static void one_that_ended_when_it_was_about_to_send_does(void **state)
{
	struct scene *s = *state;
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS - 1);
	has_leave(s, EV_SMS_TURN_CHANGED, &goes, SETTLING_MS - 1);
	scene_happens(s, EV_SMS_ANSWER_LOST, &last_life);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

static bool is_blamed_after(struct scene *s, enum event_kind kind, const void *leave)
{
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS - 1);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	has_leave(s, kind, leave, SETTLING_MS - 1);
	return scene_is_blamed(s, ledger_ask_carrier);
}

static void what_waits_has_no_leave(void **state)
{
	assert_true(is_blamed_after(*state, EV_SMS_TURN_CHANGED, &waits));
}

static void nor_has_what_is_behind_the_mark(void **state)
{
	assert_true(is_blamed_after(*state, EV_SENDING_CHANGED, &before_it));
}

static void nor_has_what_stands_behind_others(void **state)
{
	static const struct body_outbound first = {
		.serial = 6, .phone = {"+420600000001", 13}, .text = {"first", 5}, .open = 1};
	struct scene *s = *state;
	scene_happens(s, EV_SMS_QUEUED, &first);
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS - 1);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static const struct body_outbound moved = {.serial = 7,
	.phone = {CROWD_REFUSER, sizeof CROWD_REFUSER - 1},
	.text = {"hi", 2},
	.link = {"m2", 2},
	.open = 1};

static void a_text_that_moved_is_sent_no_more_often(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	scene_happens(s, EV_SMS_MOVED, &moved);
	is_submitted(s, 1);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_submitted(s, 1);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void what_moved_stands_before_nothing_of_its_old_link(void **state)
{
	static const struct body_outbound first = {
		.serial = 6, .phone = {"+420600000001", 13}, .text = {"first", 5}, .open = 1};
	static const struct body_outbound gone = {.serial = 6,
		.phone = {"+420600000001", 13},
		.text = {"first", 5},
		.link = {"m2", 2},
		.open = 1};
	struct scene *s = *state;
	scene_happens(s, EV_SMS_QUEUED, &first);
	scene_happens(s, EV_SMS_MOVED, &gone);
	has_leave(s, EV_SMS_QUEUED, &to_refuser, SETTLING_MS - 1);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

/* --- a provider over HTTP ------------------------------------------------------------------------- */

static const struct body_link web = {.name = {"web", 3}, .provider = {"p", 1}};

static void is_queued_for_web(struct scene *s, struct body_outbound *text, struct str says)
{
	*text = (struct body_outbound) {.serial = 7,
		.phone = STR(CROWD_REFUSER),
		.text = says,
		.link = STR("web"),
		.open = 1};
	scene_happens(s, EV_LINK_ADDED, &web);
	scene_happens(s, EV_SMS_QUEUED, text);
	writes(s, "Hello?"); /* a customer */
}

static void is_posted(struct scene *s, struct str text, const char *key, bool is_again)
{
	const struct gateway_post post = {.phone = STR(CROWD_REFUSER),
		.text = text,
		.key = str_of(key),
		.is_taken = true,
		.is_again = is_again,
		.status = 201,
		.id = STR("g1")};
	ledger_posted(s->ledger, &post);
}

static void a_text_that_is_posted_again_has_its_key(void **state)
{
	struct scene *s = *state;
	struct body_outbound text;
	is_queued_for_web(s, &text, STR("hi"));
	is_posted(s, STR("hi"), "k", false);
	is_posted(s, STR("hi"), "k", true);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_posted(s, STR("hi"), "another", false);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void even_if_the_answer_was_lost(void **state)
{
	struct scene *s = *state;
	struct body_outbound text;
	is_queued_for_web(s, &text, STR("hi"));
	scene_happens(
		s, EV_SMS_PART_CHANGED, &uncertain_once); /* over SMPP it may be there twice */
	is_posted(s, STR("hi"), "k", false);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_posted(s, STR("hi"), "another", false);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void what_a_provider_is_posted_is_a_text_of_its_link(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_LINK_ADDED, &web);
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	writes(s, "Hello?");
	is_posted(s, to_refuser.text, "k", false);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_very_long_text_is_posted_in_several(void **state)
{
	static char says[PROVIDER_TEXT_MAX + 1];
	struct scene *s = *state;
	struct body_outbound text;
	memset(says, 'a', sizeof says);
	is_queued_for_web(s, &text, str_from(says, sizeof says));
	is_posted(s, str_from(says, PROVIDER_TEXT_MAX), "k1", false);
	is_posted(s, STR("a"), "k2", false);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_posted(s, STR("a"), "k3", false);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void is_mailed(struct scene *s, int status)
{
	const struct gateway_mail mail = {
		.phone = STR(CROWD_REFUSER), .text = question.text, .id = STR("t1")};
	ledger_mailed(s->ledger, &mail, status);
}

static void what_a_hook_took_is_there_and_once(void **state)
{
	struct scene *s = *state;
	writes(s, "Why?");
	is_mailed(s, 0);
	is_mailed(s, 503);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	is_mailed(s, 200);
	is_mailed(s, 200); /* it came twice */
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	scene_happens(s, EV_MESSAGE_ADDED, &question);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void what_a_hook_took_is_not_lost(void **state)
{
	struct scene *s = *state;
	writes(s, "Why?");
	is_mailed(s, 200);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_receipt_that_a_hook_took_is_kept(void **state)
{
	struct scene *s = *state;
	struct body_outbound text;
	const struct gateway_mail receipt = {.is_receipt = true, .id = STR("g1")};
	is_queued_for_web(s, &text, STR("hi"));
	is_posted(s, STR("hi"), "k", false);
	scene_pass(s, ANSWER_MS);
	ledger_mailed(s->ledger, &receipt, 0);
	ledger_mailed(s->ledger, &receipt, 200);
	ledger_wires_read(s->ledger);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

/* Whoever posts a text again is told its id once more: that may be too late. */
static void one_whose_id_came_later_need_not_be(void **state)
{
	struct scene *s = *state;
	struct body_outbound text;
	const struct gateway_mail receipt = {.is_receipt = true, .id = STR("g1")};
	is_queued_for_web(s, &text, STR("hi"));
	ledger_mailed(s->ledger, &receipt, 0);
	is_posted(s, STR("hi"), "k", false);
	scene_pass(s, ANSWER_MS);
	ledger_mailed(s->ledger, &receipt, 200);
	ledger_wires_read(s->ledger);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
}

/* It was taken before its id was known, and forgotten: the id came to be known all the same. */
static void one_whose_text_is_posted_again_was_to_be_refused(void **state)
{
	static const struct body_part sent = {
		.outbound = 7, .part = 1, .parts = 1, .state = DELIVERY_SENT, .smsc_id = {"g1", 2}};
	struct scene *s = *state;
	struct body_outbound text;
	const struct gateway_mail receipt = {.is_receipt = true, .id = STR("g1")};
	is_queued_for_web(s, &text, STR("hi"));
	ledger_mailed(s->ledger, &receipt, 0);
	ledger_mailed(s->ledger, &receipt, 200);
	assert_false(scene_is_blamed(s, ledger_ask_carrier));
	scene_pass(s, ANSWER_MS);
	is_posted(s, STR("hi"), "k", false);
	scene_happens(s, EV_SMS_PART_CHANGED, &sent);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

static void a_text_that_the_carrier_refused_need_not_come(void **state)
{
	static const struct body_part failed = {
		.outbound = 7, .part = 1, .parts = 1, .state = DELIVERY_FAILED};
	const struct fact refused = {
		.kind = FACT_TURNED_AWAY, .user = STR(CROWD_REFUSER), .text = to_refuser.text};
	struct scene *s = *state;
	const struct inquiry in = {s->ledger, &s->archive};
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	scene_happens(s, EV_SMS_PART_CHANGED, &failed);
	assert_int_equal(ledger_given_up(&in, to_refuser.text), 0);
	ledger_fact(s->ledger, &refused);
	assert_int_equal(ledger_given_up(&in, to_refuser.text), 1);
}

static void a_life_that_did_not_end_loses_nothing(void **state)
{
	struct scene *s = *state;
	scene_happens(s, EV_SMS_QUEUED, &to_refuser);
	is_submitted(s, 1);
	scene_happens(s, EV_SMS_PART_CHANGED, &uncertain);
	scene_happens(s, EV_SMS_ANSWER_LOST, &one_life);
	assert_true(scene_is_blamed(s, ledger_ask_carrier));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_says_stop_again_must_be_believed_again),
		TEST(start_must_be_believed),
		TEST(a_stop_that_was_not_acknowledged_promises_nothing),
		TEST(a_stop_is_there_once),
		TEST(a_stop_that_comes_again_behind_a_start_counts_again),
		TEST(a_stop_that_may_come_again_leaves_the_last_word_open),
		TEST(who_refuses_texts_is_sent_none),
		TEST(a_notice_goes_out_all_the_same),
		TEST(a_stop_counts_in_another_spelling),
		TEST(no_text_leaves_after_a_stop_but_the_reply),
		TEST(a_start_that_may_have_come_behind_a_stop_lets_texts_leave),
		TEST(a_text_that_was_kept_back_from_a_refuser_counts_as_given_up),
		TEST(who_never_said_stop_is_kept_nothing_from),
		TEST(a_part_that_was_acknowledged_is_held_or_shown),
		TEST(a_part_is_not_forgotten),
		TEST(nothing_goes_to_a_name_or_its_digits),
		TEST(each_stop_and_each_start_is_confirmed),
		TEST(a_text_is_there_twice_only_if_its_answer_may_have_been_lost),
		TEST(an_id_that_was_read_in_an_earlier_bind_is_known),
		TEST(an_id_that_was_perhaps_not_read_is_not),
		TEST(nor_is_one_of_another_life),
		TEST(what_happens_on_one_link_ends_no_other),
		TEST(a_link_that_broke_may_have_lost_an_answer_before_it_is_back),
		TEST(one_that_ends_with_the_server_has_not),
		TEST(a_receipt_over_another_link_is_kept_as_well),
		TEST(unless_the_first_link_never_said_that_it_lives),
		TEST(a_text_that_moved_is_sent_no_more_often),
		TEST(what_moved_stands_before_nothing_of_its_old_link),
		TEST(a_text_that_is_posted_again_has_its_key),
		TEST(even_if_the_answer_was_lost),
		TEST(what_a_provider_is_posted_is_a_text_of_its_link),
		TEST(a_very_long_text_is_posted_in_several),
		TEST(what_a_hook_took_is_there_and_once),
		TEST(what_a_hook_took_is_not_lost),
		TEST(a_receipt_that_a_hook_took_is_kept),
		TEST(one_whose_id_came_later_need_not_be),
		TEST(one_whose_text_is_posted_again_was_to_be_refused),
		TEST(every_receipt_is_acknowledged_in_the_end),
		TEST(a_text_is_sent_once_and_once_more_for_each_lost_answer),
		TEST(a_text_that_was_given_up_is_not_sent_again),
		TEST(a_life_that_had_the_time_to_send_and_did_not_does_not_count),
		TEST(one_whose_leave_was_taken_and_given_anew_just_now_does),
		TEST(one_that_sent_it_does),
		TEST(one_that_sent_it_says_nothing_of_the_next),
		TEST(one_that_ended_when_it_was_about_to_send_does),
		TEST(what_waits_has_no_leave),
		TEST(nor_has_what_is_behind_the_mark),
		TEST(nor_has_what_stands_behind_others),
		TEST(a_text_that_the_carrier_refused_need_not_come),
		TEST(a_life_that_did_not_end_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
