/* notification_test.c - how a table of notifications is read: who, in which order, how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "push/notification.h"

/* --- a table, and a session with ann and bob ------------------------------------------------------ */

static struct user ann, bob;
static struct viewer ann_there = {.user = &ann}, bob_there = {.user = &bob},
		     ann_again = {.user = &ann};
static bool first_counts;

static bool always(const struct event *event)
{
	return true;
}

static bool counts(const struct event *event)
{
	return event->lsn > 1 || first_counts;
}

static void put(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	buf_printf(out, "\"%s of %d\"", notice->row->type, (int)notice->event->lsn);
}

#define OWN    (1u << RELATION_OWN)
#define OTHERS (1u << RELATION_OTHER)
#define ALL    (OWN | OTHERS | 1u << RELATION_AGAIN)

static const struct notification rows[] = {
	{EV_SESSION_QUEUED, ALL, ONCE, counts, TOPIC_SMSSESSIONS, put, PERSONAL, "Properties",
		VIEW_FULL},
	{EV_SESSION_QUEUED, ALL, EACH, always, TOPIC_SMSSESSIONS, put, PERSONAL, "Each", VIEW_FULL},
	{EV_SESSION_ACTIVATED, ALL, ONCE, always, TOPIC_SMSSESSIONS, put, PERSONAL, "Properties",
		VIEW_FULL},
	{EV_SESSION_OPENED, ALL, ONCE, always, TOPIC_CHANNELS, put, PERSONAL, "Properties",
		VIEW_FULL},
	{EV_SESSION_CLOSED, OWN, EACH, always, TOPIC_SMSSESSIONS, put, PERSONAL, "Own", VIEW_FULL},
	{EV_SESSION_CLOSED, OTHERS, EACH, always, TOPIC_SMSSESSIONS, put, PERSONAL, "Others",
		VIEW_FULL},
	{EV_SESSION_CLOSED, ALL, EACH, always, TOPIC_SMSSESSIONS, put, PERSONAL, "All", VIEW_FULL},
};
static const struct notification_table table = {rows, sizeof rows / sizeof rows[0]};

static struct recipient all[] = {
	{&ann, &ann_there, RELATION_OTHER}, {&bob, &bob_there, RELATION_OTHER}};

static struct event event(uint64_t lsn, enum event_kind kind)
{
	return (struct event) {.kind = kind, .lsn = lsn, .recipients = all, .recipient_count = 2};
}

/* --- what is told --------------------------------------------------------------------------------- */

static char text[512];

static void note(void *ctx, const struct notice *notice)
{
	size_t len = strlen(text);
	snprintf(text + len, sizeof text - len, "%s %s %d; ",
		notice->to->user == &ann ? "ann" : "bob", notice->row->type,
		(int)notice->event->lsn);
}

static const char *told(const struct event *events, size_t count)
{
	text[0] = '\0';
	notification_each(&table, events, count, note, NULL);
	return text;
}

static void test_one_by_one_event_recipient_row(void **state)
{
	struct event events[] = {event(1, EV_SESSION_QUEUED), event(2, EV_SESSION_LEFT_BY_ALL),
		event(3, EV_SESSION_OPENED)};
	first_counts = true;
	assert_string_equal(told(events, 3),
		"ann Properties 1; ann Each 1; bob Properties 1; bob Each 1; "
		"ann Properties 3; bob Properties 3; ");
	assert_string_equal(told(events, 0), "");
	events[0].recipient_count = 0;
	assert_string_equal(told(events, 1), "");
}

static void test_a_row_says_to_whom_by_how_they_stand_to_it(void **state)
{
	struct recipient to[] = {{&ann, &ann_there, RELATION_OWN},
		{&bob, &bob_there, RELATION_OTHER}, {&ann, &ann_again, RELATION_AGAIN}};
	struct event closed = event(1, EV_SESSION_CLOSED);
	closed.recipients = to;
	closed.recipient_count = 3;
	assert_string_equal(
		told(&closed, 1), "ann Own 1; ann All 1; bob Others 1; bob All 1; ann All 1; ");
}

static void test_once_a_command_whatever_the_event(void **state)
{
	struct event events[] = {event(1, EV_SESSION_ACTIVATED), event(2, EV_SESSION_QUEUED),
		event(3, EV_SESSION_QUEUED), event(4, EV_SESSION_OPENED)};
	assert_string_equal(told(events, 4),
		"ann Properties 1; bob Properties 1; ann Each 2; bob Each 2; ann Each 3; bob Each "
		"3; "
		"ann Properties 4; bob Properties 4; "); /* the last has another topic */
	assert_string_equal(told(&events[1], 1),
		"ann Properties 2; ann Each 2; bob Properties 2; bob Each 2; ");
}

static void test_what_was_not_told_does_not_count(void **state)
{
	struct event events[] = {event(1, EV_SESSION_QUEUED), event(2, EV_SESSION_ACTIVATED)};
	first_counts = false;
	assert_string_equal(
		told(events, 2), "ann Each 1; bob Each 1; ann Properties 2; bob Properties 2; ");
	first_counts = true;
	events[0].recipients = &all[1]; /* bob alone */
	events[0].recipient_count = 1;
	assert_string_equal(told(events, 2), "bob Properties 1; bob Each 1; ann Properties 2; ");
}

/* A command may concern several sessions of one user. */
static void test_each_session_of_a_user_has_its_own(void **state)
{
	struct recipient other = {&ann, &ann_again, RELATION_OTHER};
	struct event events[] = {event(1, EV_SESSION_ACTIVATED), event(2, EV_SESSION_ACTIVATED)};
	events[1].recipients = &other;
	events[1].recipient_count = 1;
	assert_string_equal(
		told(events, 2), "ann Properties 1; bob Properties 1; ann Properties 2; ");
}

static void test_a_notification_is_what_its_row_writes(void **state)
{
	struct event queued = event(7, EV_SESSION_QUEUED);
	struct notice notice = {&rows[1], &queued, &all[0], 0};
	struct view view = {0};
	struct view_stretch left = {5, 9, 0};
	struct buf out = {0};
	notification_write(&out, &view, &notice, &left);
	buf_put_byte(&out, '\0');
	assert_string_equal(out.at, "\"Each of 7\"");
	assert_true(left.next > left.last); /* nothing is left */
	buf_free(&out);
}

static void note_reference(void *ctx, const struct notice *notice)
{
	size_t len = strlen(text);
	snprintf(text + len, sizeof text - len, "%s %d; ", notice->to->user == &ann ? "ann" : "bob",
		(int)notice->reference);
}

static const char *references(const struct event *events, size_t count)
{
	text[0] = '\0';
	notification_each(&table, events, count, note_reference, NULL);
	return text;
}

/* By the own number which request it answers: the first that is the asker's own, and nobody else's. */
static void test_who_asked_has_the_reference(void **state)
{
	struct cause cause = {
		.command = 7, .kind = CAUSE_LEAVE, .asker = STR("a"), .reference = 17};
	struct event events[] = {event(7, EV_SESSION_CLOSED), event(8, EV_SESSION_CLOSED)};
	ann.b.id = STR("a");
	bob.b.id = STR("b");
	events[0].cause = events[1].cause = &cause;
	assert_string_equal(
		references(events, 2), "ann 17; ann 0; bob 0; bob 0; ann 0; ann 0; bob 0; bob 0; ");
	cause.asker = STR("server");
	assert_string_equal(references(events, 1), "ann 0; ann 0; bob 0; bob 0; ");
}

/* Behind the last entry that fits nothing can be written: of the product's own table. */
static void test_the_last_entry_that_fits_tells_what_may_be_done(void **state)
{
	struct body_message body = {.type = MESSAGE_TEXT,
		.audience = CLASS_CUSTOMER | CLASS_AGENT | CLASS_SUPERVISOR,
		.agent_index = SESSION_MESSAGES_MAX - 1};
	struct event added = event(1, EV_MESSAGE_ADDED);
	added.body = &body;
	text[0] = '\0';
	notification_each(&notification_table, &added, 1, note, NULL);
	assert_string_equal(text, "ann NewMessages 1; bob NewMessages 1; ");
	body.agent_index++;
	text[0] = '\0';
	notification_each(&notification_table, &added, 1, note, NULL);
	assert_string_equal(text, "ann NewMessages 1; ann StatusChange 1; bob NewMessages 1; bob "
				  "StatusChange 1; ");
	body.audience = CLASS_SUPERVISOR; /* what only they see is no entry of that count */
	text[0] = '\0';
	notification_each(&notification_table, &added, 1, note, NULL);
	assert_string_equal(text, "ann NewMessages 1; bob NewMessages 1; ");
}

static void test_rows_of_an_event_stand_together(void **state)
{
	const struct notification_table *t = &notification_table;
	for (size_t i = 0; i + 1 < t->count; i++)
		for (size_t k = i + 1; k < t->count; k++)
			if (t->rows[k].event == t->rows[i].event)
				assert_int_equal(t->rows[k - 1].event, t->rows[k].event);
}

/* --- what is kept of it ---------------------------------------------------------------------------- */

static void test_what_is_told_of_supervising_is_kept_for_supervisors(void **state)
{
	static struct session session;
	struct viewer agent = {.session = &session, .user = &ann, .b.kind = PARTY_AGENT};
	struct viewer supervisor = {.session = &session, .user = &ann, .b.kind = PARTY_SUPERVISOR};
	const struct {
		enum topic topic;
		struct viewer *viewer;
		unsigned roles;
	} cases[] = {{TOPIC_SMSSESSIONS, &agent, 0},
		{TOPIC_SMSSESSIONS, &supervisor, ROLE_SUPERVISOR},
		{TOPIC_SUPERVISION, &supervisor, ROLE_SUPERVISOR},
		{TOPIC_SUPERVISION, NULL, ROLE_SUPERVISOR}, {TOPIC_CHANNELS, NULL, 0}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct notification row = {.topic = cases[i].topic};
		const struct event of = event(1, EV_SESSION_OPENED);
		const struct recipient to = {&ann, cases[i].viewer, RELATION_OWN};
		const struct notice notice = {&row, &of, &to, 0};
		assert_int_equal(notification_kept(&notice).roles, cases[i].roles);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_told_of_supervising_is_kept_for_supervisors),
		cmocka_unit_test(test_one_by_one_event_recipient_row),
		cmocka_unit_test(test_a_row_says_to_whom_by_how_they_stand_to_it),
		cmocka_unit_test(test_once_a_command_whatever_the_event),
		cmocka_unit_test(test_what_was_not_told_does_not_count),
		cmocka_unit_test(test_each_session_of_a_user_has_its_own),
		cmocka_unit_test(test_a_notification_is_what_its_row_writes),
		cmocka_unit_test(test_who_asked_has_the_reference),
		cmocka_unit_test(test_the_last_entry_that_fits_tells_what_may_be_done),
		cmocka_unit_test(test_rows_of_an_event_stand_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
