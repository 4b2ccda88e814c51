/* token_test.c - tokens: added, found, revoked; what the journal tells of them. */
#include "core/rules/token.h"
#include "core/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

struct centre {
	struct core *core;
	struct outcome outcome;
	struct user *ana;
	msec now;
};

static enum err run(struct centre *c, struct command command)
{
	outcome_reset(&c->outcome);
	enum err e = core_apply(c->core, &command, ++c->now, &c->outcome);
	core_check(c->core);
	return e;
}

static enum err add(struct centre *c, const char *id, const char *user, const char *digest)
{
	const struct body_token body = {.id = str_of(id),
		.user = str_of(user),
		.digest = str_from(digest, DIGEST_BYTES),
		.label = STR("wallboard")};
	return run(c, (struct command) {.kind = CMD_ADD_TOKEN, .new_token = &body});
}

static enum err revoke(struct centre *c, const char *id)
{
	return run(c, (struct command) {.kind = CMD_REVOKE_TOKEN, .token = str_of(id)});
}

static int open_centre(void **state)
{
	static const struct body_centre body = {
		.name = {"demo", 4}, .id_key = {"0123456789abcdef0123456789abcdef", 32}};
	const struct body_user ana = {.name = STR("ana"), .roles = ROLE_AGENT, .enabled = 1};
	struct centre *c = mem_new(sizeof *c);
	*c = (struct centre) {.core = core_new(), .now = 1000};
	assert_int_equal(
		run(c, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &body}), OK);
	assert_int_equal(run(c, (struct command) {.kind = CMD_ADD_USER, .new_user = &ana}), OK);
	c->ana = core_user_by_name(c->core, STR("ana"));
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

static const struct token *by_digest(const struct centre *c, const char *digest)
{
	return core_token_by_digest(c->core, (const unsigned char *)digest);
}

static void test_a_token_is_its_users_until_it_is_revoked(void **state)
{
	struct centre *c = *state;
	assert_int_equal(add(c, "00000000000000bb", "ana", "digest of 16 b.."), OK);
	assert_int_equal(add(c, "00000000000000aa", "ana", "another of 16 b."), OK);
	const struct token *token = by_digest(c, "digest of 16 b..");
	assert_ptr_equal(token, core_token(c->core, STR("00000000000000bb")));
	assert_ptr_equal(token->user, c->ana);
	assert_int_equal(token->b.made, 1003);
	assert_true(str_eq(token->b.user, c->ana->b.id)); /* the id, whatever it was asked by */
	assert_ptr_equal(c->core->tokens->next, token);
	assert_int_equal(revoke(c, "00000000000000bb"), OK);
	assert_int_equal(c->outcome.count, 1);
	assert_int_equal(c->outcome.events[0].kind, EV_TOKEN_REVOKED);
	assert_null(by_digest(c, "digest of 16 b.."));
	assert_non_null(by_digest(c, "another of 16 b."));
	assert_int_equal(revoke(c, "00000000000000bb"), ERR_NOT_FOUND);
}

static void test_what_is_there_is_not_added_again(void **state)
{
	struct centre *c = *state;
	assert_int_equal(add(c, "00000000000000aa", "ana", "digest of 16 b.."), OK);
	assert_int_equal(add(c, "00000000000000aa", "ana", "another of 16 b."), ERR_ALREADY);
	assert_int_equal(add(c, "00000000000000bb", "ana", "digest of 16 b.."), ERR_ALREADY);
	assert_int_equal(add(c, "00000000000000bb", "ben", "another of 16 b."), ERR_NOT_FOUND);
	assert_int_equal(revoke(c, "00000000000000bb"), ERR_NOT_FOUND);
}

static void test_a_centre_has_a_thousand_of_them(void **state)
{
	struct centre *c = *state;
	char id[TOKEN_ID_LEN + 1], digest[DIGEST_BYTES + 1];
	for (int i = 0; i <= TOKENS_MAX; i++) {
		snprintf(id, sizeof id, "%016x", (unsigned)i);
		snprintf(digest, sizeof digest, "%016d", i);
		assert_int_equal(add(c, id, "ana", digest), i < TOKENS_MAX ? OK : ERR_BUSY);
	}
	assert_int_equal(revoke(c, "0000000000000007"), OK);
	assert_int_equal(add(c, id, "ana", digest), OK);
}

static void test_an_event_that_cannot_be_does_not_fit(void **state)
{
	struct centre *c = *state;
	assert_int_equal(add(c, "00000000000000aa", "ana", "digest of 16 b.."), OK);
	const struct body_token good = c->core->tokens->b;
	struct body_token bad[6] = {good, good, good, good, good, good};
	bad[0].id = STR("00aa");
	bad[1].digest = STR("short");
	bad[2].user = STR("nobody");
	bad[3].id = STR("00000000000000bb");
	bad[4].digest = STR("another of 16 b.");
	bad[5].user = STR("ana");
	struct event event = {.kind = EV_TOKEN_ADDED, .body = &good};
	assert_true(core_fits(c->core, &event));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		event.body = &bad[i];
		if (core_fits(c->core, &event))
			fail_msg("row %zu", i);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_centre, close_centre)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_token_is_its_users_until_it_is_revoked),
		TEST(test_what_is_there_is_not_added_again),
		TEST(test_a_centre_has_a_thousand_of_them),
		TEST(test_an_event_that_cannot_be_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
