/* deeds_test.c - nothing of the API is left out of the trials: see deeds.def. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "api/call.h"
#include "deeds.h"

static bool is_done_by(const struct deed *deed, int who)
{
	unsigned sum = 0;
	for (int moment = 0; moment < DEED_MOMENTS; moment++)
		sum += deed->weights[who][moment];
	return sum > 0;
}

static void test_every_operation_of_the_api_is_tried(void **state)
{
	const struct operation *operation;
	for (size_t i = 0; (operation = route_operation_at(i)); i++) {
		const char *path = route_resource((size_t)operation->resource)->path;
		const struct deed *deed = deed_find(path, operation->name);
		if (!deed)
			print_error("POST %s %s has no row in test/sim/deeds.def\n", path,
				operation->name);
		assert_non_null(deed);
		assert_int_equal(deed->command, operation->command);
		assert_true(is_done_by(deed, DEED_AGENT));
		assert_true(is_done_by(deed, DEED_SUPERVISOR) || deed->with == A_PHONE);
	}
}

static void test_everything_that_can_be_read_is_read(void **state)
{
	const struct resource *resource;
	for (size_t i = 0; (resource = route_resource(i)); i++) {
		const struct deed *deed = deed_find(resource->path, NULL);
		if (!resource->read)
			continue;
		if (!deed)
			print_error("GET %s has no row in test/sim/deeds.def\n", resource->path);
		assert_non_null(deed);
		assert_true(is_done_by(deed, DEED_AGENT));
		assert_true(is_done_by(deed, DEED_SUPERVISOR) || deed->with == A_PHONE);
	}
}

static const struct resource *resource_of(const char *path)
{
	const struct resource *resource;
	for (size_t i = 0; (resource = route_resource(i)); i++)
		if (strcmp(resource->path, path) == 0)
			return resource;
	return NULL;
}

static void test_every_row_is_something_that_the_api_has(void **state)
{
	const struct deed *deed;
	for (size_t i = 0; (deed = deed_at(i)); i++) {
		const struct resource *resource = resource_of(deed->path);
		assert_non_null(resource);
		if (deed->name)
			assert_non_null(route_operation(resource, str_of(deed->name)));
		else
			assert_non_null(resource->read);
	}
}

static void test_operations_come_first(void **state)
{
	const struct deed *deed;
	for (size_t i = 0; (deed = deed_at(i)); i++)
		assert_int_equal(deed->name != NULL, i < DEED_OPERATIONS);
}

/* What success leaves comes first, all of it on one kind of object; what may come with it, behind. */
static void test_every_operation_leaves_something(void **state)
{
	for (size_t i = 0; i < DEED_OPERATIONS; i++) {
		const struct deed *deed = deed_at(i);
		enum trace_kind before = deed->traces[0].kind;
		if (deed->traces[0].whose == NOBODYS || before == LEFT_PERHAPS)
			fail_msg("%s: deeds.def does not say what it leaves", deed->name);
		EACH_TRACE(deed, trace)
		{
			bool is_next = trace->kind == before || trace->kind == LEFT_PERHAPS;
			bool is_same =
				event_body(trace->event) == event_body(deed->traces[0].event);
			if (!is_next || (trace->kind != LEFT_PERHAPS && !is_same))
				fail_msg("%s: %s stands at the wrong place, or on another object",
					deed->name, event_name(trace->event));
			before = trace->kind;
		}
	}
}

/* Else the walk could not say that capabilities are exactly what succeeds. */
static void test_what_is_done_in_a_session_is_a_capability(void **state)
{
	for (size_t i = 0; i < DEED_OPERATIONS; i++) {
		const struct deed *deed = deed_at(i);
		bool is_listed = access_of_command(deed->command) < CAPABILITY_COUNT;
		if (is_listed != (deed_target(deed) == TARGET_SESSION))
			fail_msg("%s: is it LISTED in command.def?", deed->name);
		if (is_listed)
			assert_string_equal(
				access_name(access_of_command(deed->command)), deed->name);
	}
}

static void test_a_trial_is_told_what_it_never_had(void **state)
{
	struct deeds_done done = {0};
	unsigned all = 0;
	for (int who = 0; who < 2; who++)
		for (size_t i = 0; i < DEED_OPERATIONS; i++)
			all += deed_is_for(deed_at(i), who);
	assert_int_equal(deeds_missing(&done, true, NULL), all);
	assert_true(deeds_missing(&done, false, NULL) < all); /* what is rare */
	deeds_note(&done, deed_find("/me/smssessions/{id}", "Accept"), DEED_AGENT);
	assert_int_equal(deeds_missing(&done, true, NULL), all - 1);
	deeds_note(&done, deed_find("/me/smssessions/{id}", "Accept"), DEED_SUPERVISOR);
	deeds_note(&done, deed_find("/me/smssessions/{id}", "Complete"), DEED_SUPERVISOR);
	assert_int_equal(deeds_missing(&done, true, NULL), all - 2); /* Complete is for agents */
}

static void test_each_weight_is_met_as_often_as_it_says(void **state)
{
	for (int who = 0; who < 2; who++) {
		unsigned met = 0, all = deed_weight(who, IN_A_SESSION);
		for (unsigned pick = 0; pick < all; pick++)
			met += deed_pick(who, IN_A_SESSION, pick)->command == CMD_LEAVE;
		assert_int_equal(met,
			deed_find("/me/smssessions/{id}", "Leave")->weights[who][IN_A_SESSION]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_operation_of_the_api_is_tried),
		cmocka_unit_test(test_everything_that_can_be_read_is_read),
		cmocka_unit_test(test_every_row_is_something_that_the_api_has),
		cmocka_unit_test(test_operations_come_first),
		cmocka_unit_test(test_every_operation_leaves_something),
		cmocka_unit_test(test_what_is_done_in_a_session_is_a_capability),
		cmocka_unit_test(test_a_trial_is_told_what_it_never_had),
		cmocka_unit_test(test_each_weight_is_met_as_often_as_it_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
