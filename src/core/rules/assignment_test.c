/* assignment_test.c - groups, queues and roles of users: who is offered what, and who may supervise whom. */
#include "core/rules/assignment.h"
#include "core/command.h"
#include "core/model/message.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <utlist.h>

struct centre {
	struct core *core;
	struct outcome outcome;
	struct user *ana, *ben, *sam, *sue;
	msec now;
	unsigned texts;
};

static enum err run(struct centre *c, struct command command)
{
	outcome_reset(&c->outcome);
	enum err e = core_apply(c->core, &command, ++c->now, &c->outcome);
	core_check(c->core);
	return e;
}

static enum err assign(
	struct centre *c, const char *user, enum assignment_kind kind, const char *thing, bool held)
{
	const struct body_assignment body = {
		.user = str_of(user), .kind = kind, .thing = str_of(thing), .held = held};
	return run(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &body});
}

static struct user *add_user(struct centre *c, const char *name, uint64_t roles)
{
	struct body_user body = {
		.name = str_of(name), .roles = roles, .provisioned = 1, .enabled = 1};
	assert_int_equal(run(c, (struct command) {.kind = CMD_ADD_USER, .new_user = &body}), OK);
	return core_user_by_name(c->core, str_of(name));
}

static int open_centre(void **state)
{
	static const struct body_centre centre = {.name = {"demo", 4},
		.id_key = {"0123456789abcdef0123456789abcdef", 32},
		.capacity = 4,
		.state_after_login = AGENT_NOT_READY,
		.lost_after = 120000,
		.answer_timeout = 60000,
		.reject_wait = 30000,
		.idle_close = 86400000,
		.receipt_window = 86400000,
		.receive_window = 10,
		.multimedia = 1};
	static const struct body_link link = {.name = {"m1", 2}, .window = 10};
	static const struct body_queue queues[] = {
		{.name = {"sales", 5}, .number = {"1000", 4}, .link = {"m1", 2}},
		{.name = {"help", 4}, .number = {"2000", 4}, .link = {"m1", 2}}};
	struct centre *c = mem_new(sizeof *c);
	*c = (struct centre) {.core = core_new(), .now = 1000};
	run(c, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	run(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	for (size_t i = 0; i < 2; i++)
		run(c, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queues[i]});
	c->ana = add_user(c, "ana", ROLE_AGENT);
	c->ben = add_user(c, "ben", ROLE_AGENT);
	c->sam = add_user(c, "sam", ROLE_SUPERVISOR);
	c->sue = add_user(c, "sue", ROLE_SUPERVISOR);
	struct user *user;
	DL_FOREACH(c->core->users, user)
		assert_int_equal(
			run(c, (struct command) {.kind = CMD_START_AGENT, .caller = user}), OK);
	*state = c;
	return 0;
}

static int close_centre(void **state)
{
	struct centre *c = *state;
	core_free(&c->core);
	outcome_free(&c->outcome);
	free(c);
	return 0;
}

static struct session *text(struct centre *c, const char *phone, const char *number)
{
	char print[DIGEST_BYTES] = {(char)++c->texts};
	assert_int_equal(run(c, (struct command) {.kind = CMD_RECEIVE_SMS,
					.link = core_link(c->core, STR("m1")),
					.receive = {.phone = str_of(phone),
						.number = str_of(number),
						.text = STR("Hello"),
						.fingerprint = str_from(print, sizeof print)}}),
		OK);
	return core_contact(c->core, str_of(phone))->open;
}

static void ready(struct centre *c, struct user *user)
{
	assert_int_equal(run(c, (struct command) {.kind = CMD_READY, .caller = user}), OK);
}

/* --- queues ----------------------------------------------------------------------------------- */

static void test_a_queue_is_offered_to_those_who_serve_it(void **state)
{
	struct centre *c = *state;
	assert_int_equal(assign(c, "ana", ASSIGNED_QUEUE, "sales", true), OK);
	ready(c, c->ben);
	struct session *sales = text(c, "+49151", "1000"), *help = text(c, "+49152", "2000");
	assert_null(session_party(sales, c->ben));
	assert_non_null(session_party(help, c->ben)); /* to which nobody is assigned */
	ready(c, c->ana);
	assert_non_null(session_party(sales, c->ana));
}

static void test_who_serves_a_queue_is_offered_what_waits_in_it(void **state)
{
	struct centre *c = *state;
	assign(c, "ana", ASSIGNED_QUEUE, "sales", true);
	ready(c, c->ben);
	struct session *sales = text(c, "+49151", "1000");
	assert_int_equal(assign(c, "ben", ASSIGNED_QUEUE, "sales", true), OK);
	assert_non_null(session_party(sales, c->ben));
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_REJECT, .caller = c->ben, .session = sales}),
		OK);
	assert_int_equal(assign(c, "ben", ASSIGNED_QUEUE, "sales", false), OK);
	assert_int_equal(assign(c, "ana", ASSIGNED_QUEUE, "sales", false), OK);
	struct session *other = text(c, "+49153", "1000");
	assert_non_null(session_party(other, c->ben)); /* everybody's once more */
}

static void test_what_cannot_be_assigned_is_refused(void **state)
{
	struct centre *c = *state;
	assert_int_equal(assign(c, "nobody", ASSIGNED_MEMBER, "north", true), ERR_NOT_FOUND);
	assert_int_equal(assign(c, "ana", ASSIGNED_QUEUE, "north", true), ERR_NOT_FOUND);
	assert_int_equal(assign(c, "ana", ASSIGNED_MEMBER, "north", false), ERR_NOT_FOUND);
	assert_int_equal(assign(c, "ana", ASSIGNED_MEMBER, "north", true), OK);
	assert_int_equal(assign(c, "ana", ASSIGNED_MEMBER, "north", true), ERR_ALREADY);
	struct body_assignment skill = {.user = STR("ana"),
		.kind = ASSIGNED_SKILL,
		.thing = STR("Czech"),
		.level = 3,
		.held = 1};
	assert_int_equal(run(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &skill}), OK);
	skill.level = 5;
	assert_int_equal(run(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &skill}), OK);
	assert_int_equal(core_assignment(c->ana, ASSIGNED_SKILL, STR("Czech"))->b.level, 5);
}

/* --- groups ----------------------------------------------------------------------------------- */

static enum err monitor(struct centre *c, struct user *supervisor, struct user *agent)
{
	return run(c, (struct command) {.kind = CMD_MONITOR, .caller = supervisor, .agent = agent});
}

static void test_without_groups_every_supervisor_supervises_all(void **state)
{
	struct centre *c = *state;
	assert_int_equal(monitor(c, c->sam, c->ana), OK);
	assert_int_equal(
		assign(c, "ana", ASSIGNED_MEMBER, "north", true), OK); /* names no supervisor */
	assert_non_null(c->sam->orders);
	assert_int_equal(monitor(c, c->sue, c->ben), OK);
}

static void test_with_groups_a_supervisor_supervises_those_of_the_own(void **state)
{
	struct centre *c = *state;
	assign(c, "ana", ASSIGNED_MEMBER, "north", true);
	assign(c, "ben", ASSIGNED_MEMBER, "south", true);
	assign(c, "sam", ASSIGNED_SUPERVISOR, "north", true);
	assert_int_equal(monitor(c, c->sam, c->ana), OK);
	assert_int_equal(monitor(c, c->sam, c->ben), ERR_NOT_FOUND);
	assert_int_equal(monitor(c, c->sue, c->ana), ERR_NOT_FOUND);
	assert_int_equal(monitor(c, c->sam, c->sam), ERR_OWN_USER);
	assert_int_equal(run(c, (struct command) {.kind = CMD_NOT_READY_AGENT,
					.caller = c->sam,
					.agent = c->ben}),
		ERR_NOT_FOUND);
	assert_int_equal(run(c, (struct command) {.kind = CMD_STOP_OTHER_AGENT,
					.caller = c->sam,
					.agent = c->ben}),
		ERR_NOT_FOUND);
	assign(c, "sue", ASSIGNED_SUPERVISOR, "north", true);
	assign(c, "sue", ASSIGNED_SUPERVISOR, "south", true);
	assert_int_equal(monitor(c, c->sue, c->ana), OK);
	assert_int_equal(monitor(c, c->sue, c->ben), OK);
}

/* Sam watches a session of Ana's and has an order on her. */
static struct session *watched(struct centre *c)
{
	assert_int_equal(monitor(c, c->sam, c->ana), OK);
	ready(c, c->ana);
	struct session *session = text(c, "+49151", "1000");
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ACCEPT, .caller = c->ana, .session = session}),
		OK);
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ACCEPT, .caller = c->sam, .session = session}),
		OK);
	return session;
}

static void assert_revoked(struct centre *c, const struct session *session)
{
	struct watch *watch;
	size_t live = 0;
	assert_null(c->sam->orders);
	DL_FOREACH(session_rare(session)->watches, watch)
		live += viewer_is_live(&watch->viewer);
	assert_int_equal(live, 0);
	assert_int_equal(session->b.state, SESSION_ACTIVE); /* nothing to those who work */
}

static void test_loss_of_the_group_ends_orders_and_watched_sessions(void **state)
{
	struct centre *c = *state;
	assign(c, "ana", ASSIGNED_MEMBER, "north", true);
	assign(c, "sam", ASSIGNED_SUPERVISOR, "north", true);
	struct session *session = watched(c);
	assert_int_equal(assign(c, "ana", ASSIGNED_MEMBER, "north", false), OK);
	assert_revoked(c, session);
}

static void test_the_first_supervisor_of_a_group_ends_what_all_others_had(void **state)
{
	struct centre *c = *state;
	struct session *session = watched(c);
	assert_int_equal(assign(c, "sue", ASSIGNED_SUPERVISOR, "north", true), OK);
	assert_revoked(c, session);
}

static void test_loss_of_the_role_ends_orders_and_watched_sessions(void **state)
{
	struct centre *c = *state;
	struct session *session = watched(c);
	const struct command command = {
		.kind = CMD_CHANGE_ROLES, .roles = {.user = c->sam, .roles = ROLE_AGENT}};
	assert_int_equal(run(c, command), OK);
	assert_int_equal(c->sam->b.roles, ROLE_AGENT);
	assert_revoked(c, session);
}

static void test_who_was_in_sight_is_put_out_before_the_agents_eyes(void **state)
{
	struct centre *c = *state;
	struct session *session = watched(c);
	assert_int_equal(run(c, (struct command) {.kind = CMD_SWITCH_TO_COACH,
					.caller = c->sam,
					.session = session}),
		OK);
	assert_int_equal(assign(c, "sue", ASSIGNED_SUPERVISOR, "north", true), OK);
	assert_null(c->sam->parties);
	const struct message *last = session->messages[session->message_count - 1];
	assert_int_equal(message_body(last).type, MESSAGE_LEFT);
	assert_true(message_body(last).audience & CLASS_AGENT);
	assert_true(outcome_lsn(c->outcome.events, c->outcome.count) == c->core->lsn);
	assert_revoked(c, session);
}

static void test_who_is_no_agent_any_more_is_not_ready(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	struct command command = {
		.kind = CMD_CHANGE_ROLES, .roles = {.user = c->ana, .roles = ROLE_SUPERVISOR}};
	assert_int_equal(run(c, command), OK);
	assert_int_equal(c->ana->agent.state, AGENT_NOT_READY);
	assert_null(session_party(text(c, "+49151", "1000"), c->ana));
	assert_int_equal(run(c, command), OK);
	assert_int_equal(c->outcome.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_centre, close_centre)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_queue_is_offered_to_those_who_serve_it),
		TEST(test_who_serves_a_queue_is_offered_what_waits_in_it),
		TEST(test_what_cannot_be_assigned_is_refused),
		TEST(test_without_groups_every_supervisor_supervises_all),
		TEST(test_with_groups_a_supervisor_supervises_those_of_the_own),
		TEST(test_loss_of_the_group_ends_orders_and_watched_sessions),
		TEST(test_the_first_supervisor_of_a_group_ends_what_all_others_had),
		TEST(test_loss_of_the_role_ends_orders_and_watched_sessions),
		TEST(test_who_was_in_sight_is_put_out_before_the_agents_eyes),
		TEST(test_who_is_no_agent_any_more_is_not_ready),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
