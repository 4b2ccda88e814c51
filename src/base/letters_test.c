/* letters_test.c - which texts are alike, and which have which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/letters.h"

#include <cmocka.h>

#define ROOM 32

struct read {
	uint32_t room[ROOM];
	struct letters letters;
};

static bool reads(struct read *read, const char *text, size_t room)
{
	read->letters = (struct letters) {.at = read->room, .room = room};
	return letters_read(&read->letters, str_of(text));
}

static bool are_alike(const char *one, const char *other)
{
	struct read a, b;
	assert_true(reads(&a, one, ROOM) && reads(&b, other, ROOM));
	return letters_are(&a.letters, &b.letters);
}

static bool has(const char *text, const char *word)
{
	struct read a, b;
	assert_true(reads(&a, text, ROOM) && reads(&b, word, ROOM));
	return letters_have(&a.letters, &b.letters);
}

static void test_case_width_accents_and_what_is_around_make_no_difference(void **state)
{
	assert_true(are_alike("Lawyer!", " lawyer"));
	assert_true(are_alike("Právník", "PRAVNIK"));
	assert_true(are_alike("ＬＡＷ", "law"));
	assert_true(are_alike("юрист", "ЮРИСТ"));
	assert_true(are_alike("legal-action", "legal  action"));
	assert_true(are_alike("", "..."));
	assert_false(are_alike("law", "laws"));
}

static void test_words_are_found_whole_and_in_their_order(void **state)
{
	assert_true(has("My lawyer, says...", "lawyer"));
	assert_true(has("lawyer", "lawyer"));
	assert_true(has("I'll take (legal action)", "legal action"));
	assert_false(has("outlawyers", "lawyer"));
	assert_false(has("lawyers", "lawyer"));
	assert_false(has("action legal", "legal action"));
	assert_false(has("anything", ""));
	assert_false(has("", "anything"));
}

static void test_no_more_is_read_than_there_is_room_for(void **state)
{
	struct read read;
	assert_true(reads(&read, "abc", 4));
	assert_true(reads(&read, "abcd!!!", 4));
	assert_false(reads(&read, "abcde", 4));
	assert_false(reads(&read, "a\xFF", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case_width_accents_and_what_is_around_make_no_difference),
		cmocka_unit_test(test_words_are_found_whole_and_in_their_order),
		cmocka_unit_test(test_no_more_is_read_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
