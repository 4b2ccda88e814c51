/* registration_test.c - standing orders: on an agent, a queue, a skill, a group; with an end, or a sample. */
#include "core/core_fixture.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/turn.h"

static void test_a_running_session_is_not_joined_only_the_next(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	assert_null(session_of(c->sam));
	writes(c, "+2", "Hi");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_ptr_equal(session_of(c->sam), session_of(c->ana));
}

static void test_next_chat_is_used_up_by_one_delivery_and_all_chats_goes_on(void **state)
{
	struct centre *c = *state;
	start(c, c->sue);
	ana_chats_watched_by_sam(c, MONITOR_NEXT);
	assert_null(c->sam->orders);
	assert_int_equal(act(c, CMD_REJECT, c->sam), OK); /* does not bring it back */
	assert_int_equal(monitor(c, c->sue, c->ana, MONITOR_ALL, ""), OK);
	writes(c, "+2", "Hi");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_null(session_of(c->sam));
	assert_non_null(session_of(c->sue));
	assert_non_null(c->sue->orders);
}

static enum err order_on(struct centre *c, enum command_kind kind, struct user *supervisor,
	enum order_on on, const char *name)
{
	return run(c, (struct command) {.kind = kind,
			      .caller = supervisor,
			      .monitor = {.mode = MONITOR_ALL, .on = {on, str_of(name)}}});
}

static void assign(
	struct centre *c, struct user *user, enum assignment_kind kind, const char *thing)
{
	const struct body_assignment body = {
		.user = user->b.id, .kind = kind, .thing = str_of(thing), .held = 1};
	must(c, (struct command) {.kind = CMD_ASSIGN, .assignment = &body});
}

static struct session *ana_accepts(struct centre *c, const char *phone)
{
	writes(c, phone, "Hello");
	struct session *session = session_of(c->ana);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	return session;
}

static void test_an_order_on_a_queue_a_skill_or_a_group_delivers_what_is_theirs(void **state)
{
	static const struct {
		enum order_on on;
		const char *name, *other;
	} rows[] = {{ORDER_ON_QUEUE, "support", "sales"}, {ORDER_ON_SKILL, "Czech", "Polish"},
		{ORDER_ON_GROUP, "north", "south"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		teardown(state);
		setup(state);
		struct centre *c = *state;
		assign(c, c->ana, ASSIGNED_SKILL, "Czech");
		assign(c, c->ana, ASSIGNED_MEMBER, "north");
		assign(c, c->ben, ASSIGNED_SKILL, "Polish");
		assign(c, c->ben, ASSIGNED_MEMBER, "south");
		start(c, c->sam);
		start(c, c->sue);
		ready(c, c->ana);
		assert_int_equal(
			order_on(c, CMD_ORDER_MONITOR, c->sam, rows[i].on, rows[i].name), OK);
		assert_int_equal(
			order_on(c, CMD_ORDER_MONITOR, c->sue, rows[i].on, rows[i].other), OK);
		assert_int_equal(order_on(c, CMD_ORDER_MONITOR, c->sue, rows[i].on, "Nothing"),
			ERR_NOT_FOUND);
		struct session *session = ana_accepts(c, "+1");
		assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
		assert_int_equal(state_in(session, c->sue), party_state_count);
		assert_true(str_eq(session_viewer(session, c->sam)->b.watched, c->ana->b.id));
		assert_non_null(c->sam->orders);
		assert_replay_is_equal(c);
	}
}

static void test_an_order_that_names_no_agent_is_replaced_used_up_and_cancelled_as_others(
	void **state)
{
	struct centre *c = *state;
	const struct order_thing queue = {ORDER_ON_QUEUE, STR("support")};
	assert_int_equal(
		order_on(c, CMD_ORDER_COACH, c->sam, ORDER_ON_QUEUE, "support"), ERR_NOT_STARTED);
	start(c, c->sam);
	ready(c, c->ana);
	assert_int_equal(order_on(c, CMD_CANCEL_ORDER, c->sam, ORDER_ON_QUEUE, "support"),
		ERR_NOT_MONITORING);
	assert_int_equal(order_on(c, CMD_ORDER_COACH, c->sam, ORDER_ON_QUEUE, "support"), OK);
	uint64_t serial = core_order(c->sam, queue.on, queue.name)->b.serial;
	must(c, (struct command) {.kind = CMD_ORDER_MONITOR,
			.caller = c->sam,
			.monitor = {.mode = MONITOR_NEXT, .on = queue}});
	assert_int_equal(core_order(c->sam, queue.on, queue.name)->b.serial, serial);
	assert_null(c->sam->orders->order_next);
	struct session *session = ana_accepts(c, "+1");
	assert_int_equal(session_viewer(session, c->sam)->b.supervision, SUPERVISION_MONITOR);
	assert_null(c->sam->orders);
	assert_int_equal(order_on(c, CMD_ORDER_COACH, c->sam, ORDER_ON_QUEUE, "support"), OK);
	assert_int_equal(order_on(c, CMD_CANCEL_ORDER, c->sam, ORDER_ON_QUEUE, "support"), OK);
	assert_null(c->core->standing);
	assert_int_equal(act(c, CMD_REJECT, c->sam), OK);
	assert_int_equal(state_in(ana_accepts(c, "+2"), c->sam), party_state_count);
}

static void test_an_order_on_the_agent_comes_before_one_on_the_queue(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	ready(c, c->ana);
	must(c, (struct command) {.kind = CMD_ORDER_COACH,
			.caller = c->sam,
			.monitor = {.mode = MONITOR_NEXT, .on = {ORDER_ON_QUEUE, STR("support")}}});
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_NEXT, ""), OK);
	struct session *session = ana_accepts(c, "+1");
	assert_int_equal(session_viewer(session, c->sam)->b.supervision, SUPERVISION_MONITOR);
	assert_non_null(c->core->standing); /* it delivered nothing and is not used up */
	assert_null(c->ana->watchers);
}

static void test_nobody_is_delivered_the_own_work(void **state)
{
	struct centre *c = *state;
	ready(c, c->sam); /* who has both roles */
	assert_int_equal(order_on(c, CMD_ORDER_MONITOR, c->sam, ORDER_ON_QUEUE, "support"), OK);
	writes(c, "+1", "Hello");
	struct session *session = session_of(c->sam);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_null(session_rare(session)->watches);
}

static void test_an_order_with_an_end_is_over_then(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	ready(c, c->ana);
	must(c, (struct command) {.kind = CMD_MONITOR,
			.caller = c->sam,
			.agent = c->ana,
			.monitor = {.mode = MONITOR_ALL, .expires_in = 10}});
	must(c, (struct command) {.kind = CMD_ORDER_MONITOR,
			.caller = c->sam,
			.monitor = {.mode = MONITOR_ALL,
				.expires_in = 20,
				.on = {ORDER_ON_QUEUE, STR("support")}}});
	wait_ms(c, 9998);
	assert_non_null(c->ana->watchers);
	wait_ms(c, 1);
	assert_null(c->ana->watchers);
	assert_int_equal(c->outcome.count, 1);
	assert_int_equal(outcome_lsn(c->outcome.events, c->outcome.count), 0); /* of nobody else */
	assert_non_null(c->core->standing);
	wait_ms(c, 10001);
	assert_null(c->core->standing);
	assert_null(c->sam->orders);
	assert_replay_is_equal(c);
}

/* How many of so many sessions are delivered to sam by an order on so many percent. */
static unsigned count_drawn(unsigned percent, unsigned sessions)
{
	char seed[USER_ID_LEN], id[SESSION_ID_LEN];
	unsigned drawn = 0;
	ids_seed(seed, STR("key"), STR("sam"), 1);
	struct body_registration order = {.on = ORDER_ON_QUEUE,
		.percent = percent,
		.seed = percent ? str_from(seed, sizeof seed) : STR_NONE};
	for (unsigned i = 0; i < sessions; i++) {
		ids_session(id, STR("key"), i);
		drawn += order_draws(&order, str_from(id, sizeof id));
		assert_int_equal(order_draws(&order, str_from(id, sizeof id)),
			!percent || ids_percentile(order.seed, str_from(id, sizeof id)) < percent);
	}
	return drawn;
}

static void test_a_sample_is_as_large_as_was_ordered(void **state)
{
	struct centre *c = *state;
	assert_int_equal(count_drawn(0, 1000), 1000);
	assert_int_equal(count_drawn(100, 1000), 1000);
	assert_in_range(count_drawn(1, 10000), 60, 140);
	assert_in_range(count_drawn(50, 10000), 4800, 5200);
	assert_in_range(count_drawn(99, 10000), 9860, 9940);
	start(c, c->sam);
	const struct order_thing queue = {ORDER_ON_QUEUE, STR("support")};
	must(c, (struct command) {.kind = CMD_ORDER_MONITOR,
			.caller = c->sam,
			.monitor = {.mode = MONITOR_ALL, .on = queue, .percent = 50}});
	assert_int_equal(core_order(c->sam, queue.on, queue.name)->b.seed.len, USER_ID_LEN);
	ready(c, c->ana);
	for (unsigned i = 0; i < 20; i++) {
		struct session *session = ana_accepts(c, "+1");
		bool is_drawn =
			order_draws(&core_order(c->sam, queue.on, queue.name)->b, session->b.id);
		assert_int_equal(
			state_in(session, c->sam), is_drawn ? PARTY_INVITED : party_state_count);
		assert_int_equal(act(c, CMD_COMPLETE, c->ana), OK);
	}
}

static void test_with_groups_orders_deliver_what_one_supervises(void **state)
{
	struct centre *c = *state;
	start(c, c->sam);
	start(c, c->sue);
	assign(c, c->ana, ASSIGNED_MEMBER, "north");
	assert_int_equal(order_on(c, CMD_ORDER_MONITOR, c->sam, ORDER_ON_GROUP, "north"), OK);
	assert_int_equal(order_on(c, CMD_ORDER_MONITOR, c->sue, ORDER_ON_QUEUE, "support"), OK);
	assign(c, c->sue, ASSIGNED_SUPERVISOR, "south");
	assert_null(c->sam->orders); /* north is not sam's */
	assert_non_null(c->sue->orders);
	assert_int_equal(
		order_on(c, CMD_ORDER_MONITOR, c->sam, ORDER_ON_GROUP, "north"), ERR_NOT_FOUND);
	ready(c, c->ana);
	assert_int_equal(state_in(ana_accepts(c, "+1"), c->sue), party_state_count);
	assign(c, c->ana, ASSIGNED_MEMBER, "south");
	assert_int_equal(state_in(ana_accepts(c, "+2"), c->sue), PARTY_INVITED);
}

static void test_orders_need_a_started_supervisor_and_another_user(void **state)
{
	struct centre *c = *state;
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), ERR_NOT_STARTED);
	start(c, c->sam);
	assert_int_equal(monitor(c, c->sam, c->sam, MONITOR_ALL, ""), ERR_OWN_USER);
	struct command cancel = {.kind = CMD_CANCEL_MONITORING, .caller = c->sam, .agent = c->ana};
	assert_int_equal(run(c, cancel), ERR_NOT_MONITORING);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	assert_int_equal(run(c, cancel), OK);
	assert_int_equal(run(c, cancel), ERR_NOT_MONITORING);
	assert_int_equal(monitor(c, c->sam, c->ana, MONITOR_ALL, ""), OK);
	must(c, (struct command) {.kind = CMD_STOP_AGENT, .caller = c->sam});
	assert_null(c->sam->orders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_running_session_is_not_joined_only_the_next),
		T(test_next_chat_is_used_up_by_one_delivery_and_all_chats_goes_on),
		T(test_an_order_on_a_queue_a_skill_or_a_group_delivers_what_is_theirs),
		T(test_an_order_that_names_no_agent_is_replaced_used_up_and_cancelled_as_others),
		T(test_an_order_on_the_agent_comes_before_one_on_the_queue),
		T(test_nobody_is_delivered_the_own_work),
		T(test_an_order_with_an_end_is_over_then),
		T(test_a_sample_is_as_large_as_was_ordered),
		T(test_with_groups_orders_deliver_what_one_supervises),
		T(test_orders_need_a_started_supervisor_and_another_user),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
