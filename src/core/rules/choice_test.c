/* choice_test.c - what the centre lends its agents comes, changes and goes. */
#include "core/core_fixture.h"

#include <stdio.h>

static enum err ask(struct centre *c, enum command_kind kind, const struct body_choice *choice)
{
	return run(c, (struct command) {.kind = kind, .choice = choice});
}

static struct str text_of(const struct centre *c, const char *name)
{
	const struct choice *choice = core_choice(c->core, CHOICE_RESPONSE, str_of(name));
	return choice ? choice->b.text : STR_NONE;
}

static void test_a_response_comes_changes_and_goes(void **state)
{
	struct centre *c = *state;
	struct body_choice hello = {
		.kind = CHOICE_RESPONSE, .name = STR("hello"), .text = STR("Hello {{x}}")};
	assert_int_equal(ask(c, CMD_CHANGE_CHOICE, &hello), ERR_NOT_FOUND);
	assert_int_equal(ask(c, CMD_REMOVE_CHOICE, &hello), ERR_NOT_FOUND);
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &hello), OK);
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &hello), ERR_ALREADY);
	assert_true(str_is(text_of(c, "hello"), "Hello {{x}}"));
	hello.text = STR("Good day");
	assert_int_equal(ask(c, CMD_CHANGE_CHOICE, &hello), OK);
	assert_true(str_is(text_of(c, "hello"), "Good day"));
	assert_int_equal(ask(c, CMD_REMOVE_CHOICE, &hello), OK);
	assert_null(core_choice(c->core, CHOICE_RESPONSE, STR("hello")));
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &hello), OK);
}

static void test_each_kind_has_names_of_its_own(void **state)
{
	struct centre *c = *state;
	for (unsigned kind = 0; kind < choice_kind_count; kind++) {
		const struct body_choice lunch = {.kind = kind, .name = STR("Lunch")};
		assert_int_equal(ask(c, CMD_ADD_CHOICE, &lunch), OK);
	}
	const struct body_choice reason = {.kind = CHOICE_REASON, .name = STR("Lunch")};
	assert_int_equal(ask(c, CMD_REMOVE_CHOICE, &reason), OK);
	assert_non_null(core_choice(c->core, CHOICE_DISPOSITION, STR("Lunch")));
}

static void test_a_queue_that_it_is_for_is_there_and_may_go(void **state)
{
	struct centre *c = *state;
	struct body_choice hello = {.kind = CHOICE_RESPONSE,
		.name = STR("hello"),
		.text = STR("Hello"),
		.scope = CHOICE_OF_QUEUE,
		.thing = STR("nowhere")};
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &hello), ERR_NOT_FOUND);
	hello.thing = STR("sales");
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &hello), OK);
	must(c, (struct command) {.kind = CMD_REMOVE_QUEUE, .name = STR("sales")});
	assert_int_equal(ask(c, CMD_CHANGE_CHOICE, &hello), ERR_NOT_FOUND);
	assert_true(str_is(text_of(c, "hello"), "Hello"));
	hello.scope = CHOICE_OF_GROUP; /* which is there by its members, perhaps later */
	assert_int_equal(ask(c, CMD_CHANGE_CHOICE, &hello), OK);
}

static void test_there_are_so_many_of_a_kind_at_most(void **state)
{
	struct centre *c = *state;
	char name[16];
	struct body_choice one = {.kind = CHOICE_DISPOSITION};
	for (int i = 0; i < CHOICES_MAX; i++) {
		snprintf(name, sizeof name, "d%d", i);
		one.name = str_of(name);
		assert_int_equal(ask(c, CMD_ADD_CHOICE, &one), OK);
	}
	one.name = STR("one more");
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &one), ERR_FULL);
	one.kind = CHOICE_REASON;
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &one), OK);
	one = (struct body_choice) {.kind = CHOICE_DISPOSITION, .name = STR("d0")};
	assert_int_equal(ask(c, CMD_REMOVE_CHOICE, &one), OK);
	assert_int_equal(ask(c, CMD_ADD_CHOICE, &one), OK);
	assert_int_equal(c->core->choice_count[CHOICE_DISPOSITION], CHOICES_MAX);
}

static void test_an_administrator_who_asks_for_it_is_in_the_journal(void **state)
{
	struct centre *c = *state;
	const struct body_choice hello = {
		.kind = CHOICE_RESPONSE, .name = STR("hello"), .text = STR("Hello")};
	must(c, (struct command) {.kind = CMD_ADD_CHOICE, .choice = &hello, .caller = c->sam});
	assert_true(str_eq(c->outcome.events[0].cause->asker, c->sam->b.id));
	must(c, (struct command) {.kind = CMD_REMOVE_CHOICE, .choice = &hello});
	assert_true(str_is(c->outcome.events[0].cause->asker, "operator"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_response_comes_changes_and_goes),
		T(test_each_kind_has_names_of_its_own),
		T(test_a_queue_that_it_is_for_is_there_and_may_go),
		T(test_there_are_so_many_of_a_kind_at_most),
		T(test_an_administrator_who_asks_for_it_is_in_the_journal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
