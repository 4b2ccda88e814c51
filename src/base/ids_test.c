/* ids_test.c - ids of the right form, the same again for the same draw and for no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/ids.h"

#include <cmocka.h>

#define KEY   STR("0123456789abcdef0123456789abcdef")
#define OTHER STR("0123456789abcdef0123456789abcdeF")

static void assert_made_of(const char *id, size_t len, const char *letters)
{
	for (size_t i = 0; i < len; i++)
		assert_non_null(memchr(letters, id[i], strlen(letters)));
}

static void test_ids_have_their_form(void **state)
{
	char session[SESSION_ID_LEN], party[PARTY_ID_LEN], user[USER_ID_LEN];
	for (uint64_t n = 0; n < 200; n++) {
		ids_session(session, KEY, n);
		ids_party(party, KEY, STR("S"), 1, n);
		ids_user(user, KEY, n);
		assert_made_of(session, sizeof session, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		assert_made_of(party, sizeof party, "0123456789ABCDEF");
		assert_made_of(user, sizeof user, "0123456789abcdef");
	}
}

static void test_the_same_draw_gives_the_same_id(void **state)
{
	char a[SESSION_ID_LEN], b[SESSION_ID_LEN];
	ids_session(a, KEY, 7);
	ids_session(b, KEY, 7);
	assert_memory_equal(a, b, sizeof a);
}

static void test_key_parent_audience_and_counter_all_count(void **state)
{
	char ids[6][PARTY_ID_LEN];
	ids_party(ids[0], KEY, STR("S"), 1, 1);
	ids_party(ids[1], OTHER, STR("S"), 1, 1);
	ids_party(ids[2], KEY, STR("T"), 1, 1);
	ids_party(ids[3], KEY, STR("S"), 2, 1);
	ids_party(ids[4], KEY, STR("S"), 1, 2);
	ids_party(ids[5], KEY, STR("S"), 1, 1ull << 63);
	for (unsigned i = 0; i < 6; i++)
		for (unsigned j = 0; j < i; j++)
			assert_memory_not_equal(ids[i], ids[j], PARTY_ID_LEN);
}

static void test_many_ids_in_a_row_are_all_different(void **state)
{
	enum { MANY = 2000 };
	static char ids[MANY][SESSION_ID_LEN];
	for (unsigned i = 0; i < MANY; i++) {
		ids_session(ids[i], KEY, i);
		for (unsigned j = 0; j < i; j++)
			assert_true(memcmp(ids[i], ids[j], SESSION_ID_LEN) != 0);
	}
}

static void test_a_digest_needs_no_key_and_changes_with_any_bit(void **state)
{
	unsigned char a[DIGEST_BYTES], b[DIGEST_BYTES];
	ids_digest(a, STR_NONE, STR("bytes"));
	ids_digest(b, STR_NONE, STR("bytes"));
	assert_memory_equal(a, b, sizeof a);
	ids_digest(b, STR_NONE, STR("bytez"));
	assert_memory_not_equal(a, b, sizeof a);
	ids_digest(b, KEY, STR("bytes"));
	assert_memory_not_equal(a, b, sizeof a);
	ids_digest(a, STR_NONE, STR_NONE);
	assert_memory_not_equal(a, b, sizeof a);
}

static void pieces_are_digested_as_one(void **state)
{
	unsigned char whole[DIGEST_BYTES], parts[DIGEST_BYTES];
	const struct str pieces[] = {STR("by"), STR_NONE, STR("tes")};
	ids_digest(whole, STR("key"), STR("bytes"));
	ids_digest_pieces(parts, STR("key"), pieces, 3);
	assert_memory_equal(whole, parts, DIGEST_BYTES);
}

static void test_a_sample_is_drawn_as_anybody_can_tell(void **state)
{
	/* echo -n "seed S1" | sha256sum | cut -c1-8: 16951be8 */
	assert_int_equal(ids_percentile(STR("seed"), STR("S1")), 0x16951be8u % 100);
	assert_int_equal(ids_percentile(KEY, STR("0000PaB3QTCG001U")), 0xd7e6f509u % 100);
}

static void test_a_seed_and_a_things_id_are_their_own(void **state)
{
	char a[USER_ID_LEN], b[USER_ID_LEN];
	ids_seed(a, KEY, STR("sam"), 7);
	ids_seed(b, KEY, STR("sam"), 8);
	assert_memory_not_equal(a, b, sizeof a);
	ids_thing(a, KEY, 1, STR("support"));
	ids_thing(b, KEY, 2, STR("support"));
	assert_memory_not_equal(a, b, sizeof a);
	ids_thing(b, KEY, 1, STR("support"));
	assert_memory_equal(a, b, sizeof a);
	assert_made_of(a, sizeof a, "0123456789abcdef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_have_their_form),
		cmocka_unit_test(test_the_same_draw_gives_the_same_id),
		cmocka_unit_test(test_key_parent_audience_and_counter_all_count),
		cmocka_unit_test(test_many_ids_in_a_row_are_all_different),
		cmocka_unit_test(test_a_digest_needs_no_key_and_changes_with_any_bit),
		cmocka_unit_test(pieces_are_digested_as_one),
		cmocka_unit_test(test_a_sample_is_drawn_as_anybody_can_tell),
		cmocka_unit_test(test_a_seed_and_a_things_id_are_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
