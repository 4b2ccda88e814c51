/* ledger_test.c - which events are rows of the monitoring ledger, and what a row says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/ledger.h"

/* A participation's event that no supervisor's has, or that says only which session is looked at. */
static bool is_no_act(unsigned kind)
{
	return kind == EV_CONTACT_ENTERED || kind == EV_PARTY_LEFT ||
	       kind == EV_PARTY_WAS_REMOVED || kind == EV_PARTY_CAME_INTO_FOCUS ||
	       kind == EV_PARTY_WENT_OUT_OF_FOCUS || kind == EV_PARTY_REQUEST_FAILED;
}

static void every_event_of_a_participation_or_an_order_is_known(void **state)
{
	for (unsigned kind = 1; kind < EVENT_NUMBER_END; kind++) {
		if (!event_is_known(kind))
			continue;
		enum body_kind body = event_body((enum event_kind)kind);
		bool is_about_watching = body == BODY_party || body == BODY_registration;
		if (ledger_knows(kind) != (is_about_watching && !is_no_act(kind)))
			fail_msg("%s: is it an act of supervising? (core/ledger.c)",
				event_name((enum event_kind)kind));
	}
}

static struct ledger_row row_of(enum event_kind kind, const void *body)
{
	const struct cause cause = {7, CAUSE_ACCEPT, STR("sam"), 3};
	struct ledger_row row;
	const struct event event = {
		.kind = kind, .lsn = 9, .at = 1000, .cause = &cause, .body = body};
	assert_true(ledger_row_of(&event, &row));
	return row;
}

static void an_order_that_names_no_agent_says_what_it_is_on_and_why(void **state)
{
	const struct body_registration order = {.supervisor = STR("sam"),
		.agent = STR("0123"),
		.active = 1,
		.on = ORDER_ON_QUEUE,
		.thing = STR("support"),
		.reason = STR("New in the team")};
	struct ledger_row row = row_of(EV_REGISTRATION_STARTED, &order);
	assert_true(str_is(row.target, "queue"));
	assert_true(str_is(row.thing, "support"));
	assert_true(str_is(row.reason, "New in the team"));
	assert_int_equal(row.agent.len, 0);
}

static struct body_party sam(void)
{
	return (struct body_party) {.session = STR("S1"),
		.id = STR("P1"),
		.kind = PARTY_SUPERVISOR,
		.user = STR("sam"),
		.watched = STR("ana"),
		.joined = 1};
}

static void a_row_says_who_whom_where_how_when_and_why(void **state)
{
	const struct body_party body = sam();
	struct ledger_row row = row_of(EV_PARTY_JOINED, &body);
	assert_string_equal(ledger_act_name(row.act), "Began");
	assert_int_equal(row.lsn, 9);
	assert_int_equal(row.at, 1000);
	assert_true(str_is(row.supervisor, "sam"));
	assert_true(str_is(row.agent, "ana"));
	assert_true(str_is(row.session, "S1"));
	assert_true(str_is(row.participation, "P1"));
	assert_string_equal(row.mode, "Monitor");
	assert_string_equal(row.disclosure, "silent");
	assert_int_equal(row.cause, CAUSE_ACCEPT);
	assert_true(str_is(row.asker, "sam"));
}

static void each_mode_is_told_and_only_a_monitor_is_silent(void **state)
{
	for (enum supervision mode = SUPERVISION_COACH; mode <= SUPERVISION_BARGE_IN; mode++) {
		struct body_party body = sam();
		body.supervision = mode;
		struct ledger_row row = row_of(EV_PARTY_JOINED, &body);
		assert_string_equal(row.mode, words_name(&supervision_words, mode));
		assert_string_equal(row.disclosure, "none");
	}
}

static void a_stint_says_what_the_agent_is_told_of_it(void **state)
{
	static const struct {
		enum supervision mode;
		enum disclosure disclosure;
		const char *word;
	} rows[] = {
		{SUPERVISION_MONITOR, DISCLOSED_BY_ICON, "icon"},
		{SUPERVISION_MONITOR, DISCLOSED_LATER, "report"},
		{SUPERVISION_COACH, DISCLOSED_LATER, "report"},
		{SUPERVISION_BARGE_IN, DISCLOSED_LATER, "report"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct body_party body = sam();
		body.supervision = rows[i].mode;
		body.disclosure = rows[i].disclosure;
		assert_string_equal(row_of(EV_PARTY_JOINED, &body).disclosure, rows[i].word);
		assert_string_equal(row_of(EV_PARTY_WAS_REVOKED, &body).disclosure, rows[i].word);
	}
}

static void who_took_over_did_so_from_whom_was_watched(void **state)
{
	struct ledger_row row;
	struct body_party body = sam();
	struct event event = {.kind = EV_PARTY_SWITCHED, .lsn = 9, .body = &body};
	const struct cause cause = {9, CAUSE_TAKE_OVER, STR("sam"), 0};
	event.cause = &cause;
	body.kind = PARTY_AGENT;
	body.origin = ORIGIN_TOOK_OVER;
	body.disclosure = DISCLOSED_LATER;
	assert_true(ledger_row_of(&event, &row));
	assert_string_equal(ledger_act_name(row.act), "TookOver");
	assert_string_equal(row.mode, "TakeOver");
	assert_string_equal(row.disclosure, "report");
	assert_true(str_is(row.agent, "ana"));
	event.kind = EV_PARTY_FINISHED; /* as an agent */
	assert_false(ledger_row_of(&event, &row));
	event.kind = EV_PARTY_SWITCHED; /* of a journal that does not say from whom */
	body.watched = STR_NONE;
	assert_false(ledger_row_of(&event, &row));
}

static void what_was_only_offered_does_not_end_but_is_withdrawn(void **state)
{
	struct body_party body = sam();
	assert_int_equal(row_of(EV_PARTY_WAS_REVOKED, &body).act, LEDGER_ENDED);
	assert_int_equal(row_of(EV_PARTY_FINISHED, &body).act, LEDGER_ENDED);
	body.joined = 0;
	assert_int_equal(row_of(EV_PARTY_WAS_REVOKED, &body).act, LEDGER_WITHDRAWN);
	assert_int_equal(row_of(EV_PARTY_FINISHED, &body).act, LEDGER_WITHDRAWN);
	assert_int_equal(row_of(EV_PARTY_REJECTED, &body).act, LEDGER_DECLINED);
	assert_int_equal(row_of(EV_PARTY_WAS_INVITED, &body).act, LEDGER_OFFERED);
}

static void an_order_is_of_no_session(void **state)
{
	const struct body_registration order = {
		.supervisor = STR("sam"), .agent = STR("ana"), .active = 1};
	struct ledger_row row = row_of(EV_REGISTRATION_STARTED, &order);
	assert_int_equal(row.act, LEDGER_ORDERED);
	assert_true(str_is(row.agent, "ana"));
	assert_int_equal(row.session.len, 0);
	assert_int_equal(row_of(EV_REGISTRATION_ENDED, &order).act, LEDGER_ORDER_ENDED);
}

static void agents_and_customers_are_no_supervisors(void **state)
{
	struct ledger_row row;
	struct body_party body = sam();
	struct event event = {.kind = EV_PARTY_JOINED, .lsn = 9, .body = &body};
	body.kind = PARTY_AGENT;
	assert_false(ledger_row_of(&event, &row));
	body.kind = PARTY_CONTACT;
	assert_false(ledger_row_of(&event, &row));
}

/* --- pages -------------------------------------------------------------------------------------- */

/* Three rows at each of three times; of the middle one at each the reader is watched. */
static void fill(struct ledger_page *page, const struct ledger_query *query)
{
	*page = (struct ledger_page) {0};
	bool goes_on = true;
	for (msec at = 10; goes_on && at <= 30; at += 10)
		for (unsigned nth = 0; goes_on && nth < 3; nth++)
			goes_on = ledger_page_add(page, query,
				&(struct ledger_told) {.at = at,
					.act = STR("Began"),
					.agent = nth == 1 ? STR("otto") : STR("ana"),
					.session = nth == 2 ? STR("S2") : STR("S1")});
}

static void pages_follow_each_other_without_a_gap_or_a_trace_of_what_is_not_told(void **state)
{
	for (size_t limit = 1; limit <= 7; limit++) {
		struct ledger_query query = {.reader = STR("otto"), .limit = limit};
		size_t told = 0, got;
		do {
			struct ledger_page page;
			fill(&page, &query);
			got = page.count;
			assert_true(got <= limit);
			for (size_t i = 0; i < got; i++, told++) {
				assert_int_equal(page.rows[i].at, 10 + 10 * (msec)(told / 2));
				assert_true(str_is(page.rows[i].agent, "ana"));
			}
			query.from = page.next;
			ledger_page_free(&page);
		} while (got);
		assert_int_equal(told, 6);
	}
}

static void more_is_said_only_where_there_is_more_for_the_reader(void **state)
{
	struct ledger_query query = {.reader = STR("otto"), .limit = 6};
	struct ledger_page page;
	fill(&page, &query);
	assert_int_equal(page.count, 6);
	assert_false(page.has_more);
	ledger_page_free(&page);
	query.limit = 5;
	fill(&page, &query);
	assert_true(page.has_more);
	ledger_page_free(&page);
}

static void who_works_is_told_of_no_order_that_may_be_on_the_reader(void **state)
{
	const struct ledger_told order = {
		.at = 1, .supervisor = STR("sam"), .target = STR("group"), .thing = STR("north")};
	struct ledger_query query = {.reader = STR("otto"), .limit = 5};
	for (unsigned is_agent = 0; is_agent <= 1; is_agent++) {
		struct ledger_page page = {0};
		query.is_agent = is_agent;
		assert_true(ledger_page_add(&page, &query, &order));
		assert_int_equal(page.count, !is_agent);
		ledger_page_free(&page);
	}
}

static void nothing_is_told_of_the_readers_own_sessions(void **state)
{
	const struct str own[] = {STR("S1")};
	const struct ledger_query query = {
		.reader = STR("ben"), .sessions = own, .session_count = 1, .limit = 9};
	struct ledger_page page;
	fill(&page, &query);
	assert_int_equal(page.count, 3);
	for (size_t i = 0; i < page.count; i++)
		assert_true(str_is(page.rows[i].session, "S2"));
	ledger_page_free(&page);
}

static void a_report_is_the_readers_own_of_what_is_disclosed_and_over(void **state)
{
	static const char *const disclosures[] = {"silent", "icon", "report", "none"};
	const struct str open[] = {STR("S1")};
	const struct ledger_query query = {.reader = STR("ana"),
		.is_report = true,
		.sessions = open,
		.session_count = 1,
		.limit = 99};
	static const char *const agents[] = {"ana", "ben"}, *const sessions[] = {"S1", "S2"};
	struct ledger_page page = {0};
	for (unsigned i = 0; i < 16; i++) {
		const struct ledger_told row = {.at = 1,
			.agent = str_of(agents[i & 1]),
			.session = str_of(sessions[i >> 1 & 1]),
			.disclosure = str_of(disclosures[i >> 2])};
		assert_true(ledger_page_add(&page, &query, &row));
	}
	assert_int_equal(page.count, 1);
	assert_true(str_is(page.rows[0].session, "S2"));
	assert_true(str_is(page.rows[0].disclosure, "report"));
	ledger_page_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_of_a_participation_or_an_order_is_known),
		cmocka_unit_test(a_row_says_who_whom_where_how_when_and_why),
		cmocka_unit_test(each_mode_is_told_and_only_a_monitor_is_silent),
		cmocka_unit_test(what_was_only_offered_does_not_end_but_is_withdrawn),
		cmocka_unit_test(a_stint_says_what_the_agent_is_told_of_it),
		cmocka_unit_test(who_took_over_did_so_from_whom_was_watched),
		cmocka_unit_test(a_report_is_the_readers_own_of_what_is_disclosed_and_over),
		cmocka_unit_test(an_order_is_of_no_session),
		cmocka_unit_test(an_order_that_names_no_agent_says_what_it_is_on_and_why),
		cmocka_unit_test(who_works_is_told_of_no_order_that_may_be_on_the_reader),
		cmocka_unit_test(agents_and_customers_are_no_supervisors),
		cmocka_unit_test(
			pages_follow_each_other_without_a_gap_or_a_trace_of_what_is_not_told),
		cmocka_unit_test(more_is_said_only_where_there_is_more_for_the_reader),
		cmocka_unit_test(nothing_is_told_of_the_readers_own_sessions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
