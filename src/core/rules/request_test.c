/* request_test.c - requests that their users gave a key: remembered with what they did, for a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/command.h"
#include "core/rules/request.h"

#define START 1700000000000

struct centre {
	struct core *core;
	struct outcome outcome;
	struct user *ana, *ben;
	msec now;
};

static void run(struct centre *c, const struct command *command)
{
	outcome_reset(&c->outcome);
	assert_int_equal(core_apply(c->core, command, c->now, &c->outcome), OK);
	core_check(c->core);
}

static struct user *add_user(struct centre *c, const char *name)
{
	struct body_user body = {
		.name = str_of(name), .roles = ROLE_AGENT, .enabled = 1, .provisioned = 1};
	run(c, &(struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	return core_user_by_name(c->core, body.name);
}

static void open_centre(struct centre *c)
{
	static const struct body_centre body = {
		.name = {"demo", 4}, .id_key = {"0123456789abcdef0123456789abcdef", 32}};
	*c = (struct centre) {.core = core_new(), .now = START};
	run(c, &(struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &body});
	c->ana = add_user(c, "ana");
	c->ben = add_user(c, "ben");
}

static void close_centre(struct centre *c)
{
	core_free(&c->core);
	outcome_free(&c->outcome);
}

static struct str digest(const struct centre *c, const char *what, uint64_t number)
{
	static unsigned char digests[4][DIGEST_BYTES];
	static unsigned next;
	unsigned char *out = digests[next++ % 4];
	request_digest(out, c->core, str_of(what), str_from(&number, sizeof number));
	return str_from(out, DIGEST_BYTES);
}

/* The user starts (again and again, which changes nothing) with this key. Gives the number of events. */
static size_t ask(struct centre *c, struct user *user, uint64_t key)
{
	run(c, &(struct command) {.kind = CMD_START_AGENT,
		       .caller = user,
		       .reference = 7,
		       .key = digest(c, "key", key),
		       .asked = digest(c, "asked", key)});
	return c->outcome.count;
}

static const struct request *find(const struct centre *c, const struct user *user, uint64_t key)
{
	return core_request(c->core, user, digest(c, "key", key), c->now);
}

static void test_what_was_asked_with_a_key_is_remembered_with_what_it_did(void **state)
{
	struct centre c;
	open_centre(&c);
	assert_null(find(&c, c.ana, 1));
	assert_int_equal(ask(&c, c.ana, 1), 2);
	assert_int_equal(c.outcome.events[0].kind, EV_AGENT_STARTED);
	assert_int_equal(c.outcome.events[1].kind, EV_REQUEST_NOTED);
	assert_int_equal(c.outcome.events[1].recipient_count, 0);
	const struct request *found = find(&c, c.ana, 1);
	assert_non_null(found);
	assert_int_equal(found->lsn, c.outcome.events[1].lsn);
	assert_int_equal(found->b.reference, 7);
	assert_true(str_eq(found->b.asked, digest(&c, "asked", 1)));
	assert_null(find(&c, c.ben, 1)); /* each user's own */
	close_centre(&c);
}

static void test_without_a_key_nothing_is_noted(void **state)
{
	struct centre c;
	open_centre(&c);
	run(&c, &(struct command) {.kind = CMD_START_AGENT, .caller = c.ana});
	assert_int_equal(c.outcome.count, 1);
	assert_null(c.ana->requests);
	close_centre(&c);
}

static void test_it_is_remembered_for_a_day(void **state)
{
	struct centre c;
	open_centre(&c);
	ask(&c, c.ana, 1);
	c.now = START + REQUEST_KEPT_MS - 1;
	assert_non_null(find(&c, c.ana, 1));
	ask(&c, c.ana, 2);
	assert_int_equal(HASH_COUNT(c.ana->requests), 2);
	c.now = START + REQUEST_KEPT_MS;
	assert_null(find(&c, c.ana, 1));
	ask(&c, c.ana, 1); /* the key may be used anew */
	assert_non_null(find(&c, c.ana, 1));
	assert_int_equal(HASH_COUNT(c.ana->requests), 2);
	c.now += REQUEST_KEPT_MS;
	ask(&c, c.ana, 3); /* what is old makes room */
	ask(&c, c.ana, 4);
	assert_int_equal(HASH_COUNT(c.ana->requests), 2);
	assert_null(find(&c, c.ana, 1));
	ask(&c, c.ana, 5);
	assert_int_equal(HASH_COUNT(c.ana->requests), 3);
	close_centre(&c);
}

static void test_the_oldest_of_very_many_goes_before_its_time(void **state)
{
	struct centre c;
	open_centre(&c);
	for (uint64_t key = 0; key < REQUESTS_MAX; key++) {
		outcome_reset(&c.outcome);
		const struct command command = {.kind = CMD_START_AGENT,
			.caller = c.ana,
			.key = digest(&c, "key", key),
			.asked = digest(&c, "asked", key)};
		assert_int_equal(core_apply(c.core, &command, c.now, &c.outcome), OK);
	}
	core_check(c.core);
	assert_int_equal(HASH_COUNT(c.ana->requests), REQUESTS_MAX);
	assert_non_null(find(&c, c.ana, 0));
	ask(&c, c.ana, REQUESTS_MAX);
	assert_int_equal(HASH_COUNT(c.ana->requests), REQUESTS_MAX);
	assert_null(find(&c, c.ana, 0));
	assert_non_null(find(&c, c.ana, 1));
	assert_non_null(find(&c, c.ana, REQUESTS_MAX));
	close_centre(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_asked_with_a_key_is_remembered_with_what_it_did),
		cmocka_unit_test(test_without_a_key_nothing_is_noted),
		cmocka_unit_test(test_it_is_remembered_for_a_day),
		cmocka_unit_test(test_the_oldest_of_very_many_goes_before_its_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
