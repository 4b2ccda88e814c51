/* phrases_test.c - the first of many phrases that a text has, found in one pass: as asking for each of them would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/phrases.h"

#include <cmocka.h>

#define ROOM 64

struct read {
	uint32_t room[ROOM];
	struct letters letters;
};

static void read_letters(struct read *read, struct str text)
{
	read->letters = (struct letters) {.at = read->room, .room = ROOM};
	assert_true(letters_read(&read->letters, text));
}

static void assert_first(const char *list, const char *text, const char *expected)
{
	struct phrases phrases;
	struct read read;
	phrases_read(&phrases, str_of(list));
	read_letters(&read, str_of(text));
	assert_true(str_is(phrases_first_in(&phrases, &read.letters), expected));
	phrases_release(&phrases);
}

static void test_the_first_of_the_list_is_found_wherever_it_stands(void **state)
{
	assert_first("lawyer\nlegal action\n", "Legal action, says my lawyer", "lawyer");
	assert_first("legal action\nlawyer\n", "My lawyer takes legal action", "legal action");
	assert_first("lawyer\nlegal action\n", "LEGAL-ACTION!", "legal action");
	assert_first("lawyer\n", "My lawyers", "");
	assert_first("lawyer\n", "outlawyer", "");
	assert_first("lawyer\n", "", "");
}

static void test_phrases_that_begin_alike_are_each_found(void **state)
{
	const char list[] = "take me to court\ntake me\ntake\nTAKE\n";
	assert_first(list, "I'll take me to court", "take me to court");
	assert_first(list, "take me to the court", "take me");
	assert_first(list, "take mean ones", "take");
	assert_first("take\ntake me\n", "take me", "take");
	assert_first("TAKE\ntake\n", "take", "TAKE");
}

static void test_what_is_no_phrase_is_not_looked_for(void **state)
{
	struct phrases none = {.sorted = NULL};
	struct read read;
	read_letters(&read, STR("anything"));
	assert_int_equal(phrases_first_in(&none, &read.letters).len, 0);
	assert_first("", "anything", "");
	assert_first("\n...\n\xFF\nany\n\n", "any", "any");
	assert_first("\n...\n\xFF\nany", "any", "any");
	assert_first("\n...\n\xFF\n", "... \n", "");
}

/* --- as one by one -------------------------------------------------------------------------------- */

static struct str one_by_one(struct str list, const struct letters *text)
{
	while (list.len) {
		struct read word;
		struct str next = str_cut(&list, '\n');
		read_letters(&word, next);
		if (letters_have(text, &word.letters))
			return next;
	}
	return STR_NONE;
}

static uint32_t noise = 1;

static size_t below(size_t end)
{
	noise = noise * 1664525 + 1013904223;
	return (noise >> 8) % end;
}

/* Of few letters, so that much is alike. */
static struct str draw(char *out, size_t len, const char *letters)
{
	for (size_t i = 0; i < len; i++)
		out[i] = letters[below(strlen(letters))];
	return str_from(out, len);
}

static void test_random_lists_and_texts_give_what_one_by_one_gives(void **state)
{
	size_t found = 0;
	for (int i = 0; i < 20000; i++) {
		char list_room[ROOM], text_room[ROOM];
		struct str list = draw(list_room, below(40), "abB -.\n\n\n");
		struct str text = draw(text_room, below(ROOM), "aab b-. ,");
		struct phrases phrases;
		struct read read;
		read_letters(&read, text);
		phrases_read(&phrases, list);
		struct str first = phrases_first_in(&phrases, &read.letters);
		assert_true(str_eq(first, one_by_one(list, &read.letters)));
		found += first.len > 0;
		phrases_release(&phrases);
	}
	assert_in_range(found, 5000, 19000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_of_the_list_is_found_wherever_it_stands),
		cmocka_unit_test(test_phrases_that_begin_alike_are_each_found),
		cmocka_unit_test(test_what_is_no_phrase_is_not_looked_for),
		cmocka_unit_test(test_random_lists_and_texts_give_what_one_by_one_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
