/* erase_test.c - words that are erased from the journal. */
#include "core/aged.h"
#include "core/core_fixture.h"
#include "core/erasing.h"
#include "core/model/erased.h"
#include "core/model/message.h"
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
	assert_int_equal(erases(c, EV_MESSAGE_ADDED), OK);
	const struct body_message entry = message_body(
					  session->messages[session->message_count - 1]),
				  *last = &entry;
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

/* --- a contact ------------------------------------------------------------------------------------ */

static void look(void *ctx, struct event *event)
{
	erasing_look(ctx, event);
}

static void find_rows(struct centre *c, struct erasing *erasing, const char *phone)
{
	char room[ERASED_ALIAS_ROOM];
	unsigned nth = erased_count(c->core, str_of(phone)) + 1;
	erasing_init(erasing, str_of(phone),
		erased_alias(room, c->core->centre.id_key, str_of(phone), nth));
	each_event(c, look, erasing);
}

static enum err erases_contact(struct centre *c, const char *phone, struct erasing *erasing)
{
	struct contact *contact = core_contact(c->core, str_of(phone));
	find_rows(c, erasing, phone);
	return run(c, (struct command) {.kind = CMD_ERASE_CONTACT,
			      .erase = {contact, erasing->rows, erasing->count}});
}

static enum err awaits_nothing(struct centre *c, const char *phone)
{
	struct contact *contact = core_contact(c->core, str_of(phone));
	return run(
		c, (struct command) {.kind = CMD_AWAIT_NO_RECEIPTS, .erase = {.contact = contact}});
}

static void fits(void *ctx, struct event *event)
{
	assert_true(core_fits(ctx, event));
	core_evolve(ctx, event);
}

/* Told from the rows as they were and from those that stand there now, it is the same core; and the secrets are gone. */
static void assert_reads_alike(
	struct centre *c, const struct body_erasure *rows, size_t count, const char *secret)
{
	struct core *again = core_new();
	assert_replay_is_equal(c);
	assert_non_null(memmem(c->journal.at, c->journal.len, secret, strlen(secret)));
	rewrite(c, rows, count);
	assert_replay_is_equal(c);
	each_event(c, fits, again);
	core_check(again);
	core_free(&again);
	assert_null(memmem(c->journal.at, c->journal.len, secret, strlen(secret)));
	assert_null(memmem(c->journal.at, c->journal.len, "4711", 4));
}

/* A conversation with all that can be said in it, and its end. */
static void talks(struct centre *c, const char *phone)
{
	writes(c, phone, "My number is 4711");
	act(c, CMD_ACCEPT, c->ana);
	struct session *session = session_of(c->ana);
	const struct datum_pair pair = {
		.name = STR("Account"), .value = STR("4711"), .is_number = true};
	must(c, (struct command) {.kind = CMD_ATTACH_USER_DATA,
			.caller = c->ana,
			.session = session,
			.data = {&pair, 1}});
	must(c, (struct command) {.kind = CMD_RAISE_HAND,
			.caller = c->ana,
			.session = session,
			.hand = {.reason = STR("4711"), .comment = STR("about 4711")}});
}

static void test_an_erased_contact_stands_nowhere_and_the_journal_reads_alike(void **state)
{
	struct centre *c = *state;
	struct erasing erasing;
	start(c, c->ana);
	ready(c, c->ana);
	talks(c, "+420600112301");
	assert_int_equal(erases_contact(c, "+420600112301", &erasing), ERR_TALKING);
	erasing_free(&erasing);
	act(c, CMD_COMPLETE, c->ana);
	writes(c, "+420600112302", "I am somebody else");
	assert_int_equal(erases_contact(c, "+420600112301", &erasing), OK);
	assert_true(erasing.count > 10);
	assert_null(core_contact(c->core, STR("+420600112301")));
	assert_non_null(erased_contact(c->core, STR("+420600112301")));
	assert_null(erased_contact(c->core, STR("+420600112302")));
	assert_reads_alike(c, erasing.rows, erasing.count, "600112301");
	erasing_free(&erasing);
	/* It may come again, and be erased again. */
	writes(c, "+420600112301", "It is me, 4711");
	act(c, CMD_ACCEPT, c->ana);
	act(c, CMD_COMPLETE, c->ana);
	assert_int_equal(erases_contact(c, "+420600112301", &erasing), OK);
	assert_int_equal(erased_count(c->core, STR("+420600112301")), 2);
	assert_reads_alike(c, erasing.rows, erasing.count, "600112301");
	erasing_free(&erasing);
}

static void test_an_erased_contact_stays_opted_out(void **state)
{
	struct centre *c = *state;
	struct erasing erasing;
	writes_keyword(c, "+420600112301", "STOP", KEYWORD_STOP);
	while (core_contact(c->core, STR("+420600112301"))->unsent)
		wait_ms(c, CONFIRM_WITHIN_MS);
	assert_int_equal(awaits_nothing(c, "+420600112301"), OK);
	assert_int_equal(erases_contact(c, "+420600112301", &erasing), OK);
	assert_reads_alike(c, erasing.rows, erasing.count, "600112301");
	erasing_free(&erasing);
	assert_true(contact_phone_refuses(c->core, STR("+420600112301"), STR("5000")));
	assert_false(contact_phone_refuses(c->core, STR("+420600112302"), STR("5000")));
	writes(c, "+420600112301", "Hello again");
	assert_true(contact_refuses(core_contact(c->core, STR("+420600112301")), STR("5000")));
}

/* ERASING_ROWS_MAX: one transaction must have an end. */
static void test_so_many_rows_are_erased_at_once_and_no_more(void **state)
{
	const struct body_contact body = {.phone = STR("+1")};
	struct erasing erasing;
	erasing_init(&erasing, STR("+1"), STR("erased"));
	for (uint64_t lsn = 1; lsn <= ERASING_ROWS_MAX + 1; lsn++) {
		struct body_contact copy = body;
		erasing_look(&erasing,
			&(struct event) {.kind = EV_CONTACT_ADDED, .lsn = lsn, .body = &copy});
		if (lsn >= ERASING_ROWS_MAX - 1)
			assert_int_equal(erasing.is_full, lsn > ERASING_ROWS_MAX);
	}
	assert_int_equal(erasing.count, ERASING_ROWS_MAX);
	erasing_free(&erasing);
}

static void test_what_is_on_its_way_comes_first(void **state)
{
	struct centre *c = *state;
	struct erasing erasing;
	start(c, c->ana);
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	act(c, CMD_ACCEPT, c->ana);
	ana_sends(c);
	act(c, CMD_COMPLETE, c->ana);
	assert_int_equal(awaits_nothing(c, "+1"), ERR_WRONG_STATE);
	assert_int_equal(erases_contact(c, "+1", &erasing), ERR_WRONG_STATE);
	erasing_free(&erasing);
}

/* --- words that were kept long enough ------------------------------------------------------------- */

#define KEPT_MS 60000

static void keep_texts_for(struct centre *c, msec ms)
{
	const struct body_setting setting = {
		.name = STR("sessions.keep-texts-for"), .value = (uint64_t)ms};
	must(c, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &setting});
}

static void find_end(void *ctx, struct event *event)
{
	if (event->kind == EV_SESSION_CLOSED)
		assert_true(aged_add(ctx, event->body, event->lsn));
}

static void look_at_aged(void *ctx, struct event *event)
{
	aged_look(ctx, event);
}

static void find_aged(struct centre *c, struct aged *aged)
{
	*aged = (struct aged) {0};
	each_event(c, find_end, aged);
	each_event(c, look_at_aged, aged);
}

/* As they would be found at that time; the command comes now. */
static enum err erases_aged(
	struct centre *c, struct str session, const struct aged_rows *rows, msec at)
{
	if (c->now < at)
		c->now = at;
	return run(c, (struct command) {.kind = CMD_ERASE_AGED,
			      .aged = {session, rows->at, rows->count, at}});
}

static enum err erases_session(struct centre *c, const struct aged_session *session, msec at)
{
	return erases_aged(c, session->id, &session->rows, at);
}

static void ana_talks_and_completes(struct centre *c, const char *phone)
{
	start(c, c->ana);
	ready(c, c->ana);
	talks(c, phone);
	act(c, CMD_COMPLETE, c->ana);
}

static void test_words_are_erased_so_long_after_the_end_and_not_before(void **state)
{
	struct centre *c = *state;
	struct aged aged;
	ana_talks_and_completes(c, "+1");
	find_aged(c, &aged);
	const struct aged_session *session = &aged.sessions[0];
	msec ended = session->ended;
	assert_int_equal(aged.count, 1);
	assert_int_equal(erases_session(c, session, ended + KEPT_MS + 1), ERR_WRONG_STATE);
	keep_texts_for(c, KEPT_MS);
	assert_int_equal(erases_session(c, session, ended + KEPT_MS), ERR_RANGE);
	assert_int_equal(erases_session(c, session, ended + KEPT_MS + 1), OK);
	assert_int_equal(c->outcome.count, session->rows.count);
	aged_free(&aged);
}

static void test_who_talked_and_when_stays_and_the_journal_reads_alike(void **state)
{
	struct centre *c = *state;
	struct aged aged;
	keep_texts_for(c, KEPT_MS);
	ana_talks_and_completes(c, "+1");
	writes(c, "+2", "I am somebody else");
	find_aged(c, &aged);
	const struct aged_session *session = &aged.sessions[0];
	assert_int_equal(erases_session(c, session, session->ended + KEPT_MS + 1), OK);
	assert_reads_alike(c, session->rows.at, session->rows.count, "My number is");
	assert_non_null(core_contact(c->core, STR("+1")));
	assert_non_null(memmem(c->journal.at, c->journal.len, "somebody else", 13));
	struct aged again;
	find_aged(c, &again);
	assert_int_equal(again.sessions[0].rows.count, 1); /* its end, which says so */
	aged_free(&again);
	aged_free(&aged);
}

static void test_of_a_session_all_goes_at_once_and_nothing_else(void **state)
{
	struct centre *c = *state;
	struct aged aged;
	keep_texts_for(c, KEPT_MS);
	ana_talks_and_completes(c, "+1");
	talks(c, "+2");
	act(c, CMD_COMPLETE, c->ana);
	find_aged(c, &aged);
	assert_int_equal(aged.count, 2);
	struct aged_session *first = &aged.sessions[0], *second = &aged.sessions[1];
	msec at = second->ended + KEPT_MS + 1;
	assert_int_equal(erases_aged(c, first->id, &second->rows, at), ERR_RANGE);
	assert_int_equal(erases_aged(c, STR_NONE, &first->rows, at), ERR_RANGE);
	const struct aged_rows no_end = {first->rows.at, 1, 1};
	assert_int_equal(erases_aged(c, first->id, &no_end, at), ERR_RANGE);
	/* What still has its words, or is no such row, is not what stands there from now on. */
	struct body_erasure row = first->rows.at[first->rows.count - 1];
	const struct aged_rows one = {&row, 1, 1};
	struct buf packed = {0};
	body_pack(BODY_message, &packed,
		&(struct body_message) {.session = first->id, .seq = 1, .text = STR("4711")});
	row.kind = EV_MESSAGE_ADDED;
	row.image = buf_str(&packed);
	assert_int_equal(erases_aged(c, first->id, &one, at), ERR_RANGE);
	row.image = STR("\1");
	assert_int_equal(erases_aged(c, first->id, &one, at), ERR_RANGE);
	row.kind = EVENT_NUMBER_END;
	assert_int_equal(erases_aged(c, first->id, &one, at), ERR_RANGE);
	buf_free(&packed);
	assert_int_equal(erases_session(c, first, at), OK);
	assert_int_equal(erases_session(c, second, at), OK);
	aged_free(&aged);
}

static void test_a_session_whose_texts_are_on_their_way_waits(void **state)
{
	struct centre *c = *state;
	struct aged aged;
	keep_texts_for(c, KEPT_MS);
	start(c, c->ana);
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	act(c, CMD_ACCEPT, c->ana);
	ana_sends(c);
	act(c, CMD_COMPLETE, c->ana);
	find_aged(c, &aged);
	msec at = aged.sessions[0].ended + KEPT_MS + 1;
	assert_int_equal(erases_session(c, &aged.sessions[0], at), ERR_WRONG_STATE);
	wait_ms(c, c->core->centre.receipt_window);
	assert_int_equal(erases_session(c, &aged.sessions[0], at), OK);
	aged_free(&aged);
}

/* The answer to a STOP is no session's. */
static void test_words_of_no_session_go_by_their_own_age(void **state)
{
	struct centre *c = *state;
	struct aged aged = {0};
	keep_texts_for(c, KEPT_MS);
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	each_event(c, look_at_aged, &aged);
	assert_int_equal(aged.loose.count, 1);
	msec at = c->now;
	assert_int_equal(erases_aged(c, STR_NONE, &aged.loose, at + KEPT_MS), ERR_RANGE);
	at += KEPT_MS + 1;
	assert_int_equal(erases_aged(c, STR_NONE, &aged.loose, at), ERR_WRONG_STATE);
	while (core_contact(c->core, STR("+1"))->unsent)
		wait_ms(c, CONFIRM_WITHIN_MS);
	assert_int_equal(awaits_nothing(c, "+1"), OK);
	assert_int_equal(erases_aged(c, STR_NONE, &aged.loose, at), OK);
	aged_free(&aged);
}

/* AGED_SESSIONS_MAX, AGED_ROWS_MAX: a reading has an end. */
static void test_so_many_sessions_and_rows_are_read_at_once_and_no_more(void **state)
{
	struct aged aged = {0};
	const struct body_session session = {.id = STR("S"), .ended = 1};
	for (uint64_t i = 1; i <= AGED_SESSIONS_MAX + 1; i++)
		assert_int_equal(aged_add(&aged, &session, i), i <= AGED_SESSIONS_MAX);
	aged.to = 5;
	assert_true(aged_goes_on(&aged, 5, 1, AGED_ROWS_MAX - 1));
	assert_false(aged.has_more);
	assert_false(aged_goes_on(&aged, 6, 1, 0) || aged.has_more);
	assert_true(!aged_goes_on(&aged, 5, 1, AGED_ROWS_MAX) && aged.has_more);
	aged.to = 0;
	aged.before = 7;
	assert_true(aged_goes_on(&aged, 6, 6, 0));
	assert_false(aged_goes_on(&aged, 6, 7, 0) || aged.has_more);
	aged_free(&aged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_erased_words_are_forgotten_and_the_entry_stays),
		T(test_whoever_reads_an_erased_entry_waits_until_it_is_on_disk),
		T(test_what_has_still_to_leave_is_not_erased),
		T(test_an_erased_contact_stands_nowhere_and_the_journal_reads_alike),
		T(test_an_erased_contact_stays_opted_out),
		T(test_so_many_rows_are_erased_at_once_and_no_more),
		T(test_what_is_on_its_way_comes_first),
		T(test_only_rows_with_words_are_erased),
		T(test_an_opt_out_outlives_the_words_it_was_said_in),
		T(test_words_are_erased_so_long_after_the_end_and_not_before),
		T(test_who_talked_and_when_stays_and_the_journal_reads_alike),
		T(test_of_a_session_all_goes_at_once_and_nothing_else),
		T(test_a_session_whose_texts_are_on_their_way_waits),
		T(test_words_of_no_session_go_by_their_own_age),
		T(test_so_many_sessions_and_rows_are_read_at_once_and_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
