/* centre_test.c - what an answer waits for: what its own reader may know of, never a supervisor's commit;
 * deadlines that are late; a start on a full disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "centre/centre.h"
#include "centre/store_loop.h"
#include "net/net_sim.h"
#include "server/bootstrap.h"
#include "store/store_mem.h"

#define START     1000000000000
#define COMMIT_MS 1000

static const char configuration[] = "listen: 127.0.0.1:8080\n"
				    "data-dir: ''\n"
				    "login: {hash-operations: 1, hash-memory-kib: 8}\n"
				    "bootstrap:\n"
				    "  users:\n"
				    "    - {name: ana, roles: [agent], password: pw}\n"
				    "    - {name: sam, roles: [supervisor], password: pw}\n"
				    "  links:\n"
				    "    - {name: m1, host: smsc, port: 2775, system-id: sotto}\n"
				    "    - {name: m2, host: smsc, port: 2775, system-id: sotto}\n"
				    "    - {name: n1, host: smsc, port: 2775, carrier: big}\n"
				    "    - {name: n2, host: smsc, port: 2775, carrier: big}\n"
				    "  queues:\n"
				    "    - {name: q, number: '5000', link: m1}\n";

struct workplace {
	struct net *net;
	struct store *store; /* the centre's */
	struct store_loop_net *loop;
	struct config *config;
	struct centre *centre;
	struct core *core;
	struct link *link;
	struct user *ana, *sam;
};

/* How often something was told, and of what time the last was. */
static unsigned told;
static msec told_of;

static void count_told(void *ctx, const struct event *events, size_t count)
{
	told++;
	told_of = events[count - 1].at;
}

static int set_up(void **state)
{
	static const struct centre_hooks hooks = {.events = count_told};
	struct workplace *w = calloc(1, sizeof *w);
	struct buf why = {0};
	w->net = net_sim_new(1, START);
	w->loop = store_loop_net_new(w->net);
	struct store *store = store_mem_open(store_loop_net_loop(w->loop), COMMIT_MS);
	assert_int_equal(config_parse(STR("c"), str_of(configuration), &w->config, &why), OK);
	w->store = store;
	assert_int_equal(centre_open(w->net, store, STR_NONE, &hooks, &w->centre, &why), OK);
	assert_int_equal(bootstrap_centre(w->centre, w->net, w->config, &why), OK);
	centre_start(w->centre);
	net_sim_run(w->net, START + 2 * COMMIT_MS);
	buf_free(&why);
	w->core = centre_core(w->centre);
	w->link = core_link(w->core, STR("m1"));
	w->ana = core_user_by_name(w->core, STR("ana"));
	w->sam = core_user_by_name(w->core, STR("sam"));
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct workplace *w = *state;
	centre_close(&w->centre);
	net_sim_run(w->net, net_now(w->net) + 10 * COMMIT_MS);
	store_loop_net_free(&w->loop);
	config_free(&w->config);
	net_sim_free(&w->net);
	free(w);
	return 0;
}

/* Gives what the answer waits for. */
static uint64_t apply(struct workplace *w, struct command command, enum err expected)
{
	uint64_t lsn;
	assert_int_equal(port_apply(centre_port(w->centre), &command, &lsn), expected);
	return lsn;
}

static uint64_t start(struct workplace *w, struct user *user)
{
	return apply(w, (struct command) {.kind = CMD_START_AGENT, .caller = user}, OK);
}

static bool is_on_disk(const struct workplace *w, uint64_t lsn)
{
	return gate_is_through(centre_gate(w->centre), lsn);
}

static uint64_t unknown_receipt(struct workplace *w, const char *link)
{
	return apply(w,
		(struct command) {.kind = CMD_SMS_RECEIPT,
			.link = core_link(w->core, str_of(link)),
			.receipt = {.smsc_id = STR("never heard of"),
				.delivery = DELIVERY_DELIVERED}},
		ERR_NOT_FOUND);
}

static void what_a_carrier_is_refused_waits_for_no_supervisor(void **state)
{
	struct workplace *w = *state;
	assert_false(is_on_disk(w, start(w, w->sam)));
	assert_true(is_on_disk(w, unknown_receipt(w, "m1")));
}

static void stop_comes(struct workplace *w, const char *link)
{
	uint64_t text = apply(w,
		(struct command) {.kind = CMD_RECEIVE_SMS,
			.link = core_link(w->core, str_of(link)),
			.receive = {.phone = STR("+1"),
				.number = STR("5000"),
				.text = STR("STOP"),
				.keyword = KEYWORD_STOP,
				.fingerprint = STR("0123456789abcdef")}},
		OK);
	assert_false(is_on_disk(w, text));
}

static void what_a_carrier_is_refused_waits_for_what_it_told_on_its_own_link(void **state)
{
	struct workplace *w = *state;
	stop_comes(w, "m1");
	assert_false(is_on_disk(w, unknown_receipt(w, "m1")));
	assert_true(is_on_disk(w, unknown_receipt(w, "m2")));
}

/* A receipt that comes again over the other one is refused as told already: that must be on disk by then. */
static void what_a_carrier_is_refused_waits_for_what_it_told_on_any_of_its_links(void **state)
{
	struct workplace *w = *state;
	stop_comes(w, "n1");
	assert_false(is_on_disk(w, unknown_receipt(w, "n2")));
	assert_true(is_on_disk(w, unknown_receipt(w, "m2")));
}

static uint64_t ready(struct workplace *w, struct user *user)
{
	return apply(w, (struct command) {.kind = CMD_READY, .caller = user},
		user->agent.state == AGENT_LOGGED_OUT ? ERR_NOT_STARTED : OK);
}

static void what_an_agent_is_refused_waits_for_no_supervisor(void **state)
{
	struct workplace *w = *state;
	assert_false(is_on_disk(w, start(w, w->sam)));
	assert_true(is_on_disk(w, ready(w, w->ana)));
}

static void what_changes_nothing_waits_for_what_was_done_before_by_its_own_user(void **state)
{
	struct workplace *w = *state;
	start(w, w->ana);
	net_sim_run(w->net, net_now(w->net) + 2 * COMMIT_MS);
	start(w, w->sam);
	assert_true(is_on_disk(w, start(w, w->ana)));
	assert_false(is_on_disk(w, ready(w, w->ana)));
	assert_false(is_on_disk(w, ready(w, w->ana)));
}

static void what_a_supervisor_changes_nothing_of_waits_for_what_its_agent_did(void **state)
{
	struct workplace *w = *state;
	static const enum command_kind orders[] = {
		CMD_READY_AGENT, CMD_NOT_READY_AGENT, CMD_STOP_OTHER_AGENT};
	start(w, w->ana);
	start(w, w->sam);
	net_sim_run(w->net, net_now(w->net) + 2 * COMMIT_MS);
	ready(w, w->ana);
	assert_false(is_on_disk(
		w, apply(w,
			   (struct command) {
				   .kind = CMD_READY_AGENT, .caller = w->sam, .agent = w->ana},
			   OK)));
	net_sim_run(w->net, net_now(w->net) + 2 * COMMIT_MS);
	apply(w, (struct command) {.kind = CMD_STOP_AGENT, .caller = w->ana}, OK);
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		const struct command order = {.kind = orders[i], .caller = w->sam, .agent = w->ana};
		bool is_stop = order.kind == CMD_STOP_OTHER_AGENT;
		assert_false(is_on_disk(w, apply(w, order, is_stop ? OK : ERR_WRONG_STATE)));
	}
}

/* --- deadlines that are late -------------------------------------------------------------------- */

static void text_from(struct workplace *w, unsigned customer)
{
	char phone[16];
	snprintf(phone, sizeof phone, "+%u", 1000 + customer);
	apply(w,
		(struct command) {.kind = CMD_RECEIVE_SMS,
			.link = w->link,
			.receive = {.phone = str_of(phone),
				.number = STR("5000"),
				.text = STR("Hello")}},
		OK);
}

static unsigned told_by_a_receipt(struct workplace *w)
{
	told = 0;
	unknown_receipt(w, "m1");
	return told;
}

static unsigned told_until_now(struct workplace *w)
{
	told = 0;
	net_sim_run(w->net, net_now(w->net));
	return told;
}

/* The process stands still until so many sessions are silent for too long. Gives when they were so. */
static msec stand_still(struct workplace *w, unsigned sessions)
{
	for (unsigned i = 0; i < sessions; i++)
		text_from(w, i);
	msec due = core_next_deadline(w->core);
	centre_rest(w->centre);
	net_sim_run(w->net, due + 1000);
	return due;
}

static void what_is_due_in_one_turn_fires_before_what_is_asked(void **state)
{
	struct workplace *w = *state;
	msec due = stand_still(w, CENTRE_DEADLINES_MAX);
	assert_int_equal(told_by_a_receipt(w), CENTRE_DEADLINES_MAX);
	assert_int_equal(told_of, due); /* not that it was late */
	assert_null(w->core->sessions);
	assert_int_equal(core_next_deadline(w->core), 0);
}

static void one_less_is_no_matter(void **state)
{
	struct workplace *w = *state;
	stand_still(w, CENTRE_DEADLINES_MAX - 1);
	assert_int_equal(told_by_a_receipt(w), CENTRE_DEADLINES_MAX - 1);
	text_from(w, 0);
	net_sim_run(w->net, core_next_deadline(w->core));
	assert_int_equal(told_by_a_receipt(w), 1); /* a turn of its own may fire as much again */
}

/* Whoever comes first in a turn has all of it fired, and nobody behind has more. */
static void one_more_waits_for_the_next_turn(void **state)
{
	struct workplace *w = *state;
	msec due = stand_still(w, CENTRE_DEADLINES_MAX + 1);
	assert_int_equal(told_by_a_receipt(w), CENTRE_DEADLINES_MAX);
	assert_int_equal(told_by_a_receipt(w), 0);
	assert_int_equal(told_of, due);
	assert_non_null(w->core->sessions);
	centre_start(w->centre);
	assert_int_equal(told_until_now(w), 1);
	assert_int_equal(
		told_of, net_now(w->net)); /* as it would be behind a command of that turn */
	assert_null(w->core->sessions);
}

/* --- a store that takes no writes ----------------------------------------------------------------- */

static void look_up(struct workplace *w)
{
	w->core = centre_core(w->centre);
	w->ana = core_user_by_name(w->core, STR("ana"));
}

/* The process dies and starts again, on a disk that is full. */
static void start_on_a_full_disk(struct workplace *w)
{
	static const struct centre_hooks hooks = {.events = count_told};
	struct buf why = {0};
	centre_forget_store(w->centre);
	centre_close(&w->centre);
	w->store = store_mem_reopen(&w->store, store_loop_net_loop(w->loop), COMMIT_MS);
	store_mem_fail(w->store, STORE_REFUSED, false);
	assert_int_equal(centre_open(w->net, w->store, STR_NONE, &hooks, &w->centre, &why), OK);
	centre_start(w->centre);
	look_up(w);
}

static void have_client(struct workplace *w)
{
	start(w, w->ana);
	apply(w, (struct command) {.kind = CMD_CLIENT_CAME, .caller = w->ana}, OK);
	net_sim_run(w->net, net_now(w->net) + 2 * COMMIT_MS);
	assert_true(w->ana->agent.has_client);
}

static void until_writable(struct workplace *w)
{
	while (!gate_is_writable(centre_gate(w->centre)))
		net_sim_run(w->net, net_now(w->net) + 1);
}

static void a_start_on_a_full_disk_shows_what_was_and_goes_on_once_there_is_room(void **state)
{
	struct workplace *w = *state;
	have_client(w);
	start_on_a_full_disk(w);
	assert_int_equal(w->ana->agent.state, AGENT_NOT_READY);
	apply(w, (struct command) {.kind = CMD_READY, .caller = w->ana}, ERR_STORE);
	net_sim_run(w->net, net_now(w->net) + 5 * COMMIT_MS);
	/* Nothing was recorded yet: neither that her clients are gone, nor since when. */
	assert_true(w->ana->agent.has_client);
	assert_int_equal(w->ana->agent.lost_at, 0);
	store_mem_fail(w->store, STORE_DURABLE, false);
	msec healed = net_now(w->net);
	net_sim_run(w->net, healed + 2 * GATE_PROBE_MS + CENTRE_RETRY_MS);
	assert_false(w->ana->agent.has_client);
	assert_true(w->ana->agent.lost_at >= healed + w->core->centre.lost_after);
	ready(w, w->ana);
}

static void a_command_that_comes_first_finds_the_centre_awake(void **state)
{
	struct workplace *w = *state;
	have_client(w);
	start_on_a_full_disk(w);
	store_mem_fail(w->store, STORE_DURABLE, false);
	until_writable(w);
	ready(w, w->ana);
	assert_false(w->ana->agent.has_client);
}

/* The disk takes no more just after the start. */
static void a_start_whose_first_commit_is_refused_wakes_again(void **state)
{
	struct workplace *w = *state;
	have_client(w);
	start_on_a_full_disk(w);
	store_mem_fail(w->store, STORE_DURABLE, false);
	until_writable(w);
	ready(w, w->ana); /* wakes */
	store_mem_fail(w->store, STORE_REFUSED, false);
	net_sim_run(w->net, net_now(w->net) + 3 * COMMIT_MS);
	look_up(w);
	assert_true(w->ana->agent.has_client);
	store_mem_fail(w->store, STORE_DURABLE, false);
	net_sim_run(w->net, net_now(w->net) + 2 * GATE_PROBE_MS + 2 * CENTRE_RETRY_MS);
	assert_false(w->ana->agent.has_client);
}

static void a_centre_is_ours_until_another_has_it(void **state)
{
	struct workplace *w = *state;
	struct str name = w->core->centre.name;
	assert_int_equal(centre_owner_of(w->centre, name), OWNER_US);
	assert_int_equal(centre_owner_of(w->centre, STR("elsewhere")), OWNER_UNKNOWN);
	store_mem_lose(w->store);
	assert_int_equal(centre_owner_of(w->centre, name), OWNER_ANOTHER);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_a_carrier_is_refused_waits_for_no_supervisor),
		T(what_a_carrier_is_refused_waits_for_what_it_told_on_its_own_link),
		T(what_a_carrier_is_refused_waits_for_what_it_told_on_any_of_its_links),
		T(what_an_agent_is_refused_waits_for_no_supervisor),
		T(what_changes_nothing_waits_for_what_was_done_before_by_its_own_user),
		T(what_a_supervisor_changes_nothing_of_waits_for_what_its_agent_did),
		T(what_is_due_in_one_turn_fires_before_what_is_asked),
		T(one_less_is_no_matter),
		T(one_more_waits_for_the_next_turn),
		T(a_centre_is_ours_until_another_has_it),
		T(a_start_on_a_full_disk_shows_what_was_and_goes_on_once_there_is_room),
		T(a_command_that_comes_first_finds_the_centre_awake),
		T(a_start_whose_first_commit_is_refused_wakes_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
