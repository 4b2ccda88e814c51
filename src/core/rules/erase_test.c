/* erase_test.c - words that are erased from the journal. */
#include "core/core_fixture.h"
#include "core/rules/contact.h"

/* A row of the journal. */
static enum err erases_row(struct centre *c, const struct event *event)
{
	struct body_erasure erasure = {.kind = event->kind, .row = event->lsn};
	struct buf packed = {0};
	body_pack(event_body(event->kind), &packed, event->body);
	erasure.image = buf_str(&packed);
	enum err e = run(c, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &erasure});
	buf_free(&packed);
	return e;
}

/* That of the last such event of the last command. */
static enum err erases(struct centre *c, enum event_kind kind)
{
	size_t i = c->outcome.count;
	while (i > 0 && c->outcome.events[i - 1].kind != kind)
		i--;
	assert_true(i > 0);
	return erases_row(c, &c->outcome.events[i - 1]);
}

static void test_erased_words_are_forgotten_and_the_entry_stays(void **state)
{
	struct centre *c = *state;
	writes(c, "+1", "My number is 4711");
	struct session *session = core_contact(c->core, STR("+1"))->open;
	const struct body_message *last = &session->messages[session->message_count - 1]->b;
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), OK);
	assert_int_equal(last->text.len, 0);
	assert_int_equal(last->erased, 1);
	assert_int_equal(last->seq, session->message_count);
	const struct body_erasure *erased = recorded(c, EV_BODY_ERASED);
	assert_null(memmem(erased->image.at, erased->image.len, "4711", 4));
}

/* What is shown without its words must not come back with them after a crash. */
static void test_whoever_reads_an_erased_entry_waits_until_it_is_on_disk(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	writes(c, "+1", "My number is 4711");
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), OK);
	assert_int_equal(c->ana->seen_lsn, c->core->lsn);
	assert_true(c->ben->seen_lsn < c->core->lsn);
}

static void test_what_has_still_to_leave_is_not_erased(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	struct outbound *out = ana_sends(c);
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), ERR_WRONG_STATE);
	ana_sends(c);
	assert_int_equal(erases(c, EV_SMS_QUEUED), ERR_WRONG_STATE);
	assert_true(str_is(core_outbound_text(out), "How may I help you?"));
}

static void test_only_rows_with_words_are_erased(void **state)
{
	struct centre *c = *state;
	writes(c, "+1", "Hello");
	assert_int_equal(erases(c, EV_SESSION_OPENED), ERR_RANGE);
	const struct body_erasure unknown = {.row = 1, .kind = EVENT_NUMBER_END},
				  cut = {.row = 1, .kind = EV_MESSAGE_ADDED, .image = STR("\1")};
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &unknown}), ERR_RANGE);
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &cut}), ERR_RANGE);
}

/* What says that texts are refused are no words that were written: it stays, whatever is erased around it. */
static void test_an_opt_out_outlives_the_words_it_was_said_in(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	size_t said = 0;
	while (c->outcome.events[said].kind != EV_MESSAGE_ADDED)
		said++;
	assert_int_equal(erases_row(c, &c->outcome.events[said]), OK);
	writes(c, "+1", "My number is 4711");
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), OK);
	struct core *again = replay(c);
	assert_true(contact_refuses(core_contact(again, STR("+1")), STR("5000")));
	core_free(&again);
	writes_keyword(c, "+2", "STOP", KEYWORD_STOP);
	assert_int_equal(erases(c, EV_CONTACT_OPTED_OUT), ERR_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_erased_words_are_forgotten_and_the_entry_stays),
		T(test_whoever_reads_an_erased_entry_waits_until_it_is_on_disk),
		T(test_what_has_still_to_leave_is_not_erased),
		T(test_only_rows_with_words_are_erased),
		T(test_an_opt_out_outlives_the_words_it_was_said_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
