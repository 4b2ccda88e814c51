/* store_verify_test.c - verify finds what is not as the journal says. */
#include "store/store_fixture.h"

#include <stdlib.h>

/* A closed store with some objects of every kind, one of them changed several times. */
static void fill(struct fixture *f)
{
	open_store(f);
	sample_add_centre(&f->sample);
	for (enum body_kind kind = BODY_centre + 1; kind < BODY_KINDS; kind++)
		for (unsigned nth = 1; nth <= 3; nth++)
			for (unsigned version = 0; version < nth; version++)
				sample_add_nth(&f->sample, kind, nth, version);
	append(f);
	close_store(f);
}

static struct store_verified found;

static enum err verify(struct fixture *f)
{
	f->got.len = 0;
	return store_verify(str_of(f->folder), &f->got, &found);
}

static void assert_finds(struct fixture *f, const char *file, const char *sql, const char *line)
{
	sample_sql(f->folder, file, sql);
	assert_int_not_equal(verify(f), OK);
	assert_contains(&f->got, line);
}

static void test_untouched_tables_are_as_the_journal_says(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_int_equal(verify(f), OK);
	assert_text(&f->got, "");
	assert_int_equal(found.events, 1 + (BODY_KINDS - 1) * 6);
	assert_int_equal(found.rows, 1 + (BODY_KINDS - 1) * 3);
}

static void test_an_empty_store_verifies(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	close_store(f);
	assert_int_equal(verify(f), OK);
	assert_int_equal(found.events, 0);
	assert_int_equal(found.rows, 0);
}

static void test_a_store_in_use_verifies_as_it_is_at_one_moment(void **state)
{
	struct fixture *f = *state;
	fill(f);
	open_lazy(f);
	sample_add_nth(&f->sample, BODY_contact, 99, 0); /* the tables do not have it yet */
	append(f);
	assert_int_equal(verify(f), OK);
	assert_int_equal(found.events, f->sample.lsn);
	close_store(f);
}

/* Words may go at any time: a store that is verified, or backed up, meanwhile is no damaged one. */
static void test_words_that_the_tables_have_yet_to_erase_are_no_difference(void **state)
{
	struct fixture *f = *state;
	struct buf image = {0};
	union any_body body;
	fill(f);
	open_store(f);
	sample_body(&f->sample, BODY_message, 50, 0, &body);
	sample_add(&f->sample, BODY_message, &body);
	uint64_t row = f->sample.lsn;
	append(f);
	close_store(f);
	open_lazy(f);
	body.message.text = STR_NONE;
	body.message.erased = 1;
	body_pack(BODY_message, &image, &body);
	const struct body_erasure erasure = {row, EV_MESSAGE_ADDED, buf_str(&image)};
	sample_add(&f->sample, BODY_erasure, &erasure);
	append(f);
	assert_int_equal(verify(f), OK);
	assert_text(&f->got, "");
	close_store(f);
	assert_int_equal(verify(f), OK);
	assert_int_equal(found.erased, 1);
	buf_free(&image);
}

static void test_a_changed_cell_is_found(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_finds(f, "sotto.db", "UPDATE \"user\" SET roles = 5 WHERE id = 'id1'",
		"user id=id1: roles is 5, by the journal 1000\n");
	assert_finds(f, "sotto.db", "UPDATE message SET type = 'Nonsense' WHERE seq = 2",
		"message session=id1 seq=2: type is Nonsense, by the journal ");
	assert_finds(f, "sotto.db", "UPDATE party SET first_lsn = 1 WHERE id = 'id2'",
		"party session=id1 id=id2: first_lsn is 1, by the journal ");
}

static void test_texts_are_compared_and_not_shown(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_finds(f, "sotto.db", "UPDATE \"user\" SET password = 'secret7' WHERE id = 'id1'",
		"user id=id1: password is 7 bytes, by the journal 9 bytes\n");
	assert_null(memmem(f->got.at, f->got.len, "secret7", 7));
}

static void test_each_column_of_each_table_is_compared(void **state)
{
	struct fixture *f = *state;
	fill(f);
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		const struct body_type *type = body_type(kind);
		for (size_t i = 0; i < type->field_count; i++) {
			const struct field *field = &type->fields[i];
			struct buf sql = {0}, line = {0};
			const char *value = field->type == FIELD_BYTES ? "x'99'"
					    : field->type == FIELD_NUM || field->type == FIELD_TIME
						    ? "777"
						    : "'other'";
			buf_printf(&sql, "CREATE TABLE kept AS SELECT * FROM \"%s\";", type->name);
			buf_printf(&sql,
				"UPDATE \"%s\" SET \"%s\" = %s WHERE first_lsn ="
				" (SELECT min(first_lsn) FROM \"%s\")",
				type->name, field->name, value, type->name);
			buf_put_byte(&sql, '\0');
			buf_printf(&line, field->is_key ? "%s" : ": %s is ",
				field->is_key ? "the journal knows no such row" : field->name);
			buf_put_byte(&line, '\0');
			assert_finds(f, "sotto.db", sql.at, line.at);
			sql.len = 0;
			buf_printf(&sql,
				"DELETE FROM \"%s\"; INSERT INTO \"%s\" SELECT * FROM kept;"
				" DROP TABLE kept",
				type->name, type->name);
			buf_put_byte(&sql, '\0');
			sample_sql(f->folder, "sotto.db", sql.at);
			buf_free(&sql);
			buf_free(&line);
		}
	}
	assert_int_equal(verify(f), OK);
}

static void test_missing_and_foreign_rows_are_found(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_finds(f, "sotto.db", "DELETE FROM contact WHERE phone = 'phone3'",
		"contact phone=phone3: missing\n");
	assert_finds(f, "sotto.db",
		"INSERT INTO contact SELECT centre, 'phone0', opted_out, reference, lsn, first_lsn,"
		" merged_into, helped, doubted, refused, last_agent, last_agent_at FROM contact "
		"WHERE phone = 'phone1'",
		"contact phone=phone0: the journal knows no such row\n");
}

static void test_a_journal_with_a_gap_is_found(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_finds(f, "journal.db", "DELETE FROM journal WHERE lsn = 7", "event 7 is missing");
}

static void test_a_journal_that_ends_before_the_tables_is_found(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_finds(f, "journal.db", "DELETE FROM journal WHERE lsn > 5", "the journal ends at 5");
}

static void test_a_damaged_event_is_found_even_above_the_tables(void **state)
{
	struct fixture *f = *state;
	fill(f);
	assert_finds(f, "journal.db",
		"INSERT INTO journal (centre, lsn, epoch, at, kind, body)"
		" SELECT centre, max(lsn) + 1, epoch, at, 1, x'00' FROM journal",
		"its body is not what was written");
}

static void test_a_folder_without_a_store_is_said(void **state)
{
	struct fixture *f = *state;
	assert_int_not_equal(verify(f), OK);
	assert_contains(&f->got, "sotto.db: cannot");
}

static size_t lines(const struct buf *text)
{
	size_t count = 0;
	for (size_t i = 0; i < text->len; i++)
		count += text->at[i] == '\n';
	return count;
}

static void test_a_hundred_differences_are_listed(void **state)
{
	struct fixture *f = *state;
	static const size_t removed[] = {99, 100, 101}, expected[] = {99, 100, 101};
	open_store(f);
	sample_add_centre(&f->sample);
	for (unsigned nth = 1; nth <= 300; nth++)
		sample_add_nth(&f->sample, BODY_contact, nth, 0);
	append(f);
	close_store(f);
	size_t gone = 0;
	for (size_t i = 0; i < 3; i++) {
		struct buf sql = {0};
		buf_printf(&sql,
			"DELETE FROM contact WHERE phone IN (SELECT phone FROM contact LIMIT %zu)",
			removed[i] - gone);
		buf_put_byte(&sql, '\0');
		gone = removed[i];
		sample_sql(f->folder, "sotto.db", sql.at);
		buf_free(&sql);
		assert_int_not_equal(verify(f), OK);
		assert_int_equal(lines(&f->got), expected[i]);
	}
	assert_contains(&f->got, "further differences are not listed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_untouched_tables_are_as_the_journal_says),
		TEST(test_an_empty_store_verifies),
		TEST(test_a_store_in_use_verifies_as_it_is_at_one_moment),
		TEST(test_words_that_the_tables_have_yet_to_erase_are_no_difference),
		TEST(test_a_changed_cell_is_found),
		TEST(test_texts_are_compared_and_not_shown),
		TEST(test_each_column_of_each_table_is_compared),
		TEST(test_missing_and_foreign_rows_are_found),
		TEST(test_a_journal_with_a_gap_is_found),
		TEST(test_a_journal_that_ends_before_the_tables_is_found),
		TEST(test_a_damaged_event_is_found_even_above_the_tables),
		TEST(test_a_folder_without_a_store_is_said),
		TEST(test_a_hundred_differences_are_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
