/* datum_test.c - userData: their order, their bounds. */
#include "core/core_fixture.h"
#include "core/model/session.h"

#include <stdio.h>
#include <stdlib.h>

static enum err attaches(struct centre *c, struct session *session, struct datum_pair pair)
{
	return run(c, (struct command) {.kind = CMD_ATTACH_USER_DATA,
			      .caller = c->ana,
			      .session = session,
			      .data = {&pair, 1}});
}

static enum err deletes(struct centre *c, struct session *session, const char *name)
{
	struct datum_pair pair = {.name = str_of(name)};
	return run(c, (struct command) {.kind = CMD_DELETE_USER_DATA,
			      .caller = c->ana,
			      .session = session,
			      .data = {&pair, 1}});
}

static void test_user_data_keep_their_order_and_a_deleted_one_comes_last_again(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("a"), STR("1"), true}), OK);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("b"), STR("x"), false}), OK);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("a"), STR("2"), true}), OK);
	assert_true(str_is(session_rare(session)->data->b.name, "a") &&
		    str_is(session_rare(session)->data->b.value, "2"));
	assert_int_equal(deletes(c, session, "a"), OK);
	assert_int_equal(deletes(c, session, "a"), OK); /* is not there: nothing happens */
	assert_int_equal(c->outcome.count, 0);
	assert_int_equal(attaches(c, session, (struct datum_pair) {STR("a"), STR("3"), true}), OK);
	assert_true(str_is(session_rare(session)->data->b.name, "b") &&
		    str_is(session_rare(session)->data->next->b.name, "a"));
	must(c, (struct command) {.kind = CMD_SET_DISPOSITION,
			.caller = c->ana,
			.session = session,
			.disposition.value = STR("sold")});
	assert_true(str_is(session_rare(session)->data->prev->b.name, DISPOSITION_NAME));
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK); /* LeftChat: still allowed */
	assert_int_equal(deletes(c, session, "a"), OK);
	assert_int_equal(
		attaches(c, session, (struct datum_pair) {STR("PhoneNumber"), STR("1"), false}),
		ERR_READ_ONLY);
	assert_int_equal(deletes(c, session, "ServiceNumber"), ERR_READ_ONLY);
}

static void test_user_data_are_bounded_in_number_and_bytes(void **state)
{
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	char name[8];
	for (unsigned i = 0; i < USER_DATA_KEYS_MAX; i++) {
		snprintf(name, sizeof name, "k%03u", i);
		assert_int_equal(
			attaches(c, session, (struct datum_pair) {str_of(name), STR("1"), true}),
			OK);
	}
	struct datum_pair more = {STR("more"), STR("1"), true};
	assert_int_equal(attaches(c, session, more), ERR_RANGE);
	assert_int_equal(deletes(c, session, "k000"), OK);
	size_t left = USER_DATA_BYTES_MAX - (USER_DATA_KEYS_MAX - 1) * 5 - more.name.len;
	char *words = mem_new(left + 1);
	memset(words, 'x', left + 1);
	more.value = str_from(words, left + 1);
	assert_int_equal(attaches(c, session, more), ERR_RANGE);
	more.value.len = left - 1;
	assert_int_equal(attaches(c, session, more), OK);
	more.value.len = left; /* in place of the one before */
	assert_int_equal(attaches(c, session, more), OK);
	more.value.len = left + 1;
	assert_int_equal(attaches(c, session, more), ERR_RANGE);
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_user_data_keep_their_order_and_a_deleted_one_comes_last_again),
		T(test_user_data_are_bounded_in_number_and_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
