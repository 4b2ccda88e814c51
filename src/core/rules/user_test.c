/* user_test.c - users are changed, disabled and removed: at once. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/model/reader.h"
#include "core/model/watching.h"

static enum err change(struct centre *c, struct user *user, struct body_user as)
{
	return run(c, (struct command) {.kind = CMD_CHANGE_USER, .change_user = {user, &as}});
}

static enum err disable(struct centre *c, struct user *user)
{
	struct body_user as = user->b;
	as.enabled = 0;
	return change(c, user, as);
}

static enum err remove_user(struct centre *c, struct user *user)
{
	return run(c, (struct command) {.kind = CMD_REMOVE_USER, .removed = user});
}

static void assert_watch_was_revoked(const struct centre *c, const struct session *session)
{
	assert_null(c->sam->watches);
	assert_null(c->sam->orders);
	assert_null(session_viewer(session, c->sam));
	assert_non_null(recorded(c, EV_PARTY_WAS_REVOKED));
}

static void test_names_and_roles_change_together(void **state)
{
	struct centre *c = *state;
	struct body_user as = c->ana->b;
	as.first_name = STR("Ana Maria");
	as.roles = ROLE_AGENT | ROLE_ADMIN;
	as.name = STR("not a name");
	as.password = STR("not a password");
	assert_int_equal(change(c, c->ana, as), OK);
	assert_true(str_is(c->ana->b.first_name, "Ana Maria"));
	assert_int_equal(c->ana->b.roles, ROLE_AGENT | ROLE_ADMIN);
	assert_true(str_is(c->ana->b.name, "ana"));
	assert_int_equal(c->ana->b.password.len, 0);
}

/* By whichever command roles are set; who has both in a journal of before may be changed otherwise. */
static void test_the_role_integrator_goes_with_no_other(void **state)
{
	struct centre *c = *state;
	struct body_user as = c->ana->b, fresh = {.name = STR("crm"), .enabled = 1};
	const struct command add = {.kind = CMD_ADD_USER, .new_user = &fresh};
	as.roles = fresh.roles = ROLE_INTEGRATOR | ROLE_AGENT;
	assert_int_equal(change(c, c->ana, as), ERR_ROLES_APART);
	assert_int_equal(run(c, add), ERR_ROLES_APART);
	assert_int_equal(run(c, (struct command) {.kind = CMD_CHANGE_ROLES,
					.roles = {c->ana, ROLE_INTEGRATOR | ROLE_ADMIN}}),
		ERR_ROLES_APART);
	fresh.roles = ROLE_INTEGRATOR;
	assert_int_equal(run(c, add), OK);
	assert_ptr_equal(c->core->feed, core_user_by_name(c->core, fresh.name));
	c->ana->b.roles = ROLE_INTEGRATOR | ROLE_AGENT;
	as.first_name = STR("Ana Maria");
	assert_int_equal(change(c, c->ana, as), OK);
	assert_false(user_is_integrator(c->ana));
	assert_int_equal(c->core->feed_count, 1);
}

static void test_a_name_is_one_whatever_its_capitals(void **state)
{
	struct centre *c = *state;
	struct body_user body = {.name = STR("ANA"), .enabled = 1, .roles = ROLE_AGENT};
	const struct command add = {.kind = CMD_ADD_USER, .new_user = &body};
	assert_int_equal(core_can(c->core, &add), ERR_ALREADY);
	assert_int_equal(run(c, add), ERR_ALREADY);
	body.name = STR("ANAT");
	assert_int_equal(core_can(c->core, &add), OK);
	assert_int_equal(run(c, add), OK);
}

static void test_a_disabled_supervisor_is_put_out_of_watched_sessions(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(disable(c, c->sam), OK);
	assert_watch_was_revoked(c, session);
	assert_int_equal(state_in(session, c->ana), PARTY_CHATTING);
}

static void test_one_in_sight_leaves_before_the_agents_eyes(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	must(c, (struct command) {
			.kind = CMD_SWITCH_TO_COACH, .caller = c->sam, .session = session});
	assert_int_equal(disable(c, c->sam), OK);
	assert_null(c->sam->parties);
	assert_non_null(recorded(c, EV_PARTY_WAS_REVOKED));
	assert_int_equal(
		message_body(session->messages[session->message_count - 1]).type, MESSAGE_LEFT);
}

static void test_a_disabled_agents_sessions_go_to_others_whatever_the_rule(void **state)
{
	struct centre *c = *state;
	struct body_centre body = c->core->centre;
	body.on_logout = LOGOUT_KEEP;
	must(c, (struct command) {.kind = CMD_CHANGE_CENTRE, .new_centre = &body});
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct session *session = session_of(c->ana);
	ready(c, c->ben);
	assert_int_equal(disable(c, c->ana), OK);
	assert_int_equal(c->ana->agent.state, AGENT_LOGGED_OUT);
	assert_null(c->ana->parties);
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
}

static void test_who_may_not_take_sessions_any_more_is_not_ready(void **state)
{
	struct centre *c = *state;
	struct body_user as = c->sam->b;
	ready(c, c->sam);
	as.roles = ROLE_SUPERVISOR;
	assert_int_equal(change(c, c->sam, as), OK);
	assert_int_equal(c->sam->agent.state, AGENT_NOT_READY);
}

/* A program is in no session: its customers go to others, and it is told nothing of agents any more. */
static void test_an_agent_who_becomes_a_program_is_put_out(void **state)
{
	struct centre *c = *state;
	struct body_user as = c->ana->b;
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	struct session *session = session_of(c->ana);
	ready(c, c->ben);
	as.roles = ROLE_INTEGRATOR;
	assert_int_equal(change(c, c->ana, as), OK);
	assert_int_equal(c->ana->agent.state, AGENT_LOGGED_OUT);
	assert_null(c->ana->parties);
	assert_int_equal(state_in(session, c->ben), PARTY_INVITED);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(run(c, (struct command) {.kind = CMD_CHANGE_ROLES,
					.roles = {c->ben, ROLE_INTEGRATOR}}),
		OK);
	assert_null(c->ben->parties);
}

static void test_who_is_removed_has_nothing_left_and_the_name_is_never_given_again(void **state)
{
	struct centre *c = *state;
	char digest[DIGEST_BYTES] = "of a token";
	const struct body_token token = {.id = STR("0123456789abcdef"),
		.user = STR("sam"),
		.digest = str_from(digest, sizeof digest)};
	const struct body_assignment body = {
		.user = STR("sam"), .kind = ASSIGNED_SUPERVISOR, .thing = STR("north"), .held = 1};
	const struct body_assignment member = {
		.user = STR("ana"), .kind = ASSIGNED_MEMBER, .thing = STR("north"), .held = 1};
	const struct body_user again = {.name = STR("sam"), .enabled = 1};
	must(c, (struct command) {.kind = CMD_ADD_TOKEN, .new_token = &token});
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &member});
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &body});
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(remove_user(c, c->sam), OK);
	assert_watch_was_revoked(c, session);
	assert_null(c->core->tokens);
	assert_null(c->sam->assignments);
	assert_int_equal(c->core->group_supervisors, 0);
	assert_int_equal(c->sam->b.enabled, 0);
	assert_int_equal(c->sam->b.password.len, 0);
	assert_int_equal(remove_user(c, c->sam), ERR_NOT_FOUND);
	assert_int_equal(disable(c, c->sam), ERR_NOT_FOUND);
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &body}), ERR_NOT_FOUND);
	assert_int_equal(run(c, (struct command) {.kind = CMD_ADD_TOKEN, .new_token = &token}),
		ERR_NOT_FOUND);
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_ADD_USER, .new_user = &again}), ERR_ALREADY);
}

static void test_orders_on_an_agent_who_is_removed_end(void **state)
{
	struct centre *c = *state;
	ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(remove_user(c, c->ana), OK);
	assert_null(c->sam->orders);
	assert_null(c->sam->watches);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_names_and_roles_change_together),
		T(test_the_role_integrator_goes_with_no_other),
		T(test_a_name_is_one_whatever_its_capitals),
		T(test_a_disabled_supervisor_is_put_out_of_watched_sessions),
		T(test_one_in_sight_leaves_before_the_agents_eyes),
		T(test_a_disabled_agents_sessions_go_to_others_whatever_the_rule),
		T(test_who_may_not_take_sessions_any_more_is_not_ready),
		T(test_an_agent_who_becomes_a_program_is_put_out),
		T(test_who_is_removed_has_nothing_left_and_the_name_is_never_given_again),
		T(test_orders_on_an_agent_who_is_removed_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
