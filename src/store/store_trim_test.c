/* store_trim_test.c - a journal whose beginning is gone: what may go, what is kept of it, and what is done with the rest. */
#include "store/store_backup.h"
#include "store/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_AT 1000001 /* of the sample's first event; they are a millisecond apart */

static struct store_verified found;

static void assert_sound(struct fixture *f, uint64_t events, uint64_t base)
{
	f->got.len = 0;
	if (store_verify(str_of(f->folder), &f->got, &found) != OK)
		fail_msg("%.*s", STR_ARGS(buf_str(&f->got)));
	assert_int_equal(found.events, events);
	assert_int_equal(found.base, base);
}

static void assert_finds(struct fixture *f, const char *file, const char *sql, const char *line)
{
	sample_sql(f->folder, file, sql);
	f->got.len = 0;
	assert_int_not_equal(store_verify(str_of(f->folder), &f->got, &found), OK);
	assert_contains(&f->got, line);
}

/* A closed store whose journal has so many events. */
static void fill(struct fixture *f, unsigned events)
{
	open_store(f);
	sample_add_centre(&f->sample);
	for (unsigned nth = 1; nth < events; nth++)
		sample_add_nth(&f->sample, BODY_contact, nth, 0);
	append(f);
	close_store(f);
}

/* Opens the store once more for it. */
static void append_nth(struct fixture *f, enum body_kind kind, unsigned nth, unsigned version)
{
	open_store(f);
	sample_add_nth(&f->sample, kind, nth, version);
	append(f);
	close_store(f);
}

static void open_journal(struct fixture *f, struct journal *journal)
{
	struct buf why = {0};
	assert_int_equal(sqlite_journal_open(journal, str_of(f->folder), 0, &why), OK);
	buf_free(&why);
}

static enum store_result trim_once(struct fixture *f, const struct trim_limits *limits)
{
	struct journal journal;
	open_journal(f, &journal);
	enum store_result result = journal_trim(&journal, limits);
	journal_close(&journal);
	return result;
}

/* Everything up to it. */
static void trim(struct fixture *f, uint64_t lsn)
{
	const struct trim_limits limits = {INT64_MAX, lsn, 1000};
	assert_int_equal(trim_once(f, &limits), STORE_DURABLE);
}

/* --- what goes ----------------------------------------------------------------------------------- */

static void test_rows_go_up_to_each_limit_and_no_further(void **state)
{
	struct fixture *f = *state;
	static const struct {
		struct trim_limits limits;
		uint64_t base; /* after it */
	} steps[] = {
		{{FIRST_AT, 9, 9}, 0},     /* as old as that is not older */
		{{FIRST_AT + 1, 9, 9}, 1}, /* a millisecond more */
		{{FIRST_AT + 2, 9, 9}, 2},
		{{FIRST_AT + 9, 2, 9}, 2}, /* the tables hold no more */
		{{FIRST_AT + 9, 3, 9}, 3},
		{{FIRST_AT + 9, 9, 1}, 4}, /* one at once */
		{{FIRST_AT + 9, 9, 2}, 6},
		{{FIRST_AT + 9, 9, 9}, 8}, /* and all that there is */
		{{FIRST_AT + 9, 9, 9}, 8},
	};
	fill(f, 8);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		assert_int_equal(trim_once(f, &steps[i].limits), STORE_DURABLE);
		assert_sound(f, 8 - steps[i].base, steps[i].base);
	}
	append_nth(f, BODY_contact, 50, 0);
	assert_sound(f, 1, 8);
}

static void test_when_the_first_row_was_written_is_known(void **state)
{
	struct fixture *f = *state;
	struct journal journal;
	fill(f, 4);
	open_journal(f, &journal);
	assert_int_equal(journal.first_at, FIRST_AT);
	assert_int_equal(journal.last_at, FIRST_AT + 3);
	const struct trim_limits three = {INT64_MAX, 3, 9}, all = {INT64_MAX, 9, 9};
	assert_int_equal(journal_trim(&journal, &three), STORE_DURABLE);
	assert_int_equal(journal.first_at, FIRST_AT + 3);
	assert_int_equal(journal_trim(&journal, &all), STORE_DURABLE);
	assert_int_equal(journal.first_at, 0);
	journal_close(&journal);
	open_journal(f, &journal);
	assert_int_equal(journal.base, 4);
	assert_int_equal(journal.first_at, 0);
	journal_close(&journal);
	append_nth(f, BODY_contact, 50, 0);
	open_journal(f, &journal);
	assert_int_equal(journal.first_at, FIRST_AT + 4);
	journal_close(&journal);
}

/* What is damaged is evidence. */
static void test_a_row_that_is_not_what_was_written_stays(void **state)
{
	static const char *const changes[] = {
		"UPDATE journal SET body = x'0100' WHERE lsn = 3",
		"UPDATE journal SET at = at + 1 WHERE lsn = 3",
		"UPDATE journal SET salt = x'' WHERE lsn = 3",
		"UPDATE journal SET digest = x'' WHERE lsn = 3",
		"UPDATE journal SET chain = zeroblob(32) WHERE lsn = 3",
		"DELETE FROM journal WHERE lsn = 3",
	};
	struct fixture *f = *state;
	fill(f, 6);
	sample_sql(f->folder, "journal.db", "CREATE TABLE copied AS SELECT * FROM journal");
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct journal journal;
		sample_sql(f->folder, "journal.db", changes[i]);
		open_journal(f, &journal);
		assert_int_equal(journal_trim(&journal, &(struct trim_limits) {INT64_MAX, 9, 9}),
			STORE_DURABLE);
		assert_int_equal(journal.base, 2);
		assert_true(journal.is_doubtful);
		journal_close(&journal);
		sample_sql(f->folder, "journal.db",
			"DELETE FROM journal; DELETE FROM baseline; DELETE FROM \"kept\";"
			" INSERT INTO journal SELECT * FROM copied");
	}
	trim(f, 6);
	assert_sound(f, 0, 6);
}

static void test_rows_from_before_checksums_go_as_well(void **state)
{
	struct fixture *f = *state;
	fill(f, 3);
	sample_sql(f->folder, "journal.db",
		"UPDATE journal SET salt = x'', digest = x'', chain = x''");
	append_nth(f, BODY_contact, 50, 0);
	trim(f, 2);
	assert_sound(f, 2, 2);
	assert_int_equal(found.unchained, 1);
	trim(f, 4);
	append_nth(f, BODY_contact, 51, 0);
	assert_sound(f, 1, 4);
	assert_int_equal(found.unchained, 0);
}

static void test_freed_pages_are_written_anew(void **state)
{
	struct fixture *f = *state;
	struct buf path = {0};
	struct stat before, after;
	buf_printf(&path, "%s/journal.db", f->folder);
	buf_put_byte(&path, '\0');
	fill(f, 1);
	for (unsigned round = 0; round < 12; round++) {
		open_store(f);
		for (unsigned nth = 0; nth < 500; nth++) /* 20 objects, changed again and again */
			sample_add_nth(&f->sample, BODY_contact, nth % 20, nth % 3);
		append(f);
		close_store(f);
		trim(f, f->sample.lsn - 100);
		open_store(f); /* which moves the WAL */
		close_store(f);
		assert_int_equal(stat(path.at, round == 2 ? &before : &after), 0);
	}
	assert_int_equal(after.st_size, before.st_size);
	buf_free(&path);
}

/* --- going on ------------------------------------------------------------------------------------ */

static void test_the_chain_goes_on_from_the_baseline(void **state)
{
	struct fixture *f = *state;
	fill(f, 5);
	trim(f, 3);
	append_nth(f, BODY_contact, 50, 0);
	append_nth(f, BODY_contact, 1, 1); /* its first event is gone */
	assert_sound(f, 4, 3);
	assert_finds(f, "journal.db", "UPDATE baseline SET chain = zeroblob(32)",
		"event 4: its row is not what was written");
}

/* Nothing can be made of half a journal. */
static void test_tables_of_before_a_trimmed_journal_are_refused(void **state)
{
	struct fixture *f = *state;
	struct buf path = {0}, why = {0};
	struct store *store;
	fill(f, 5);
	trim(f, 3);
	assert_finds(f, "sotto.db", "UPDATE projected SET lsn = 2",
		"the tables stand at event 2, the journal was trimmed to event 3");
	buf_printf(&path, "%s/sotto.db", f->folder);
	buf_put_byte(&path, '\0');
	assert_int_equal(unlink(path.at), 0);
	assert_int_equal(store_sqlite_open_tuned(
				 str_of(f->folder), &f->loop.loop, &STORE_TUNING, &store, &why),
		ERR_INTERNAL);
	assert_text(&why, "journal.db was trimmed to event 3, and event 1 is needed");
	buf_free(&path);
	buf_free(&why);
}

static void test_a_backup_of_it_comes_back(void **state)
{
	struct fixture *f = *state;
	char *top = sample_folder();
	struct store_backup made;
	fill(f, 6);
	trim(f, 4);
	struct str to = arena_printf(&f->sample.arena, "%s/backup", top);
	struct str restored = arena_printf(&f->sample.arena, "%s/restored", top);
	f->got.len = 0;
	assert_int_equal(store_backup(str_of(f->folder), to, &made, &f->got), OK);
	assert_int_equal(made.events, 2);
	assert_int_equal(store_backup_verify(to, &f->got, &made, &found), OK);
	assert_int_equal(found.base, 4);
	assert_int_equal(store_restore(to, restored, &made, &f->got), OK);
	char *folder = f->folder;
	f->folder = strdup(restored.at);
	append_nth(f, BODY_contact, 2, 2);
	assert_sound(f, 3, 4);
	sample_folder_remove(&f->folder);
	f->folder = folder;
	char *backup = strdup(to.at);
	sample_folder_remove(&backup);
	sample_folder_remove(&top);
}

/* --- what is kept -------------------------------------------------------------------------------- */

/* Three objects of every kind, changed some times; then all of it goes. */
static void fill_and_trim(struct fixture *f)
{
	open_store(f);
	sample_add_centre(&f->sample);
	for (enum body_kind kind = BODY_centre + 1; kind < BODY_KINDS; kind++)
		for (unsigned nth = 1; nth <= 3; nth++)
			for (unsigned version = 0; version < nth; version++)
				sample_add_nth(&f->sample, kind, nth, version);
	append(f);
	close_store(f);
	trim(f, f->sample.lsn);
}

static void test_each_column_of_each_table_is_compared_all_the_same(void **state)
{
	struct fixture *f = *state;
	fill_and_trim(f);
	assert_sound(f, 0, f->sample.lsn);
	assert_int_equal(found.kept, 1 + (BODY_KINDS - 1) * 3);
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		const struct body_type *type = body_type(kind);
		for (size_t i = 0; i < type->field_count; i++) {
			const struct field *field = &type->fields[i];
			const char *value = field->type == FIELD_BYTES ? "x'99'"
					    : field->type == FIELD_NUM || field->type == FIELD_TIME
						    ? "777"
						    : "'other'";
			sample_sql(f->folder, "sotto.db",
				arena_printf(&f->sample.arena,
					"CREATE TABLE copied AS SELECT * FROM \"%s\"", type->name)
					.at);
			struct str sql = arena_printf(&f->sample.arena,
				"UPDATE \"%s\" SET \"%s\" = %s WHERE first_lsn ="
				" (SELECT min(first_lsn) FROM \"%s\")",
				type->name, field->name, value, type->name);
			assert_finds(f, "sotto.db", sql.at,
				field->is_key ? "the journal knows no such row"
					      : ": it is not what it was when its last event was "
						"trimmed away");
			sql = arena_printf(&f->sample.arena,
				"DELETE FROM \"%s\"; INSERT INTO \"%s\" SELECT * FROM copied;"
				" DROP TABLE copied",
				type->name, type->name);
			sample_sql(f->folder, "sotto.db", sql.at);
		}
	}
	assert_sound(f, 0, f->sample.lsn);
}

static void test_missing_and_foreign_rows_are_found_all_the_same(void **state)
{
	struct fixture *f = *state;
	fill_and_trim(f);
	assert_finds(f, "sotto.db",
		"INSERT INTO contact SELECT centre, 'phone0', opted_out, reference, lsn, first_lsn,"
		" merged_into, helped, doubted, refused, last_agent, last_agent_at FROM contact "
		"WHERE phone = 'phone1'",
		"contact phone=phone0: the journal knows no such row\n");
	assert_finds(f, "sotto.db",
		"DELETE FROM contact WHERE phone IN ('phone0', 'phone1', 'phone3')",
		"2 objects whose events were trimmed away are missing in the tables\n");
}

static void test_of_an_object_that_changed_since_the_journal_tells(void **state)
{
	struct fixture *f = *state;
	fill_and_trim(f);
	append_nth(f, BODY_contact, 2, 2);
	assert_sound(f, 1, f->sample.lsn - 1);
	sample_sql(f->folder, "sotto.db", "CREATE TABLE copied AS SELECT * FROM contact");
	assert_finds(f, "sotto.db", "UPDATE contact SET reference = 77 WHERE phone = 'phone2'",
		"contact phone=phone2: reference is 77, by the journal ");
	sample_sql(f->folder, "sotto.db",
		"DELETE FROM contact; INSERT INTO contact SELECT * FROM copied; DROP TABLE copied");
	assert_sound(f, 1, f->sample.lsn - 1);
	trim(f, f->sample.lsn);
	assert_sound(f, 0, f->sample.lsn);
	assert_finds(f, "journal.db",
		"DELETE FROM \"kept\" WHERE lsn = (SELECT max(lsn) FROM \"kept\")",
		"contact phone=phone2: the journal knows no such row\n");
}

/* --- words that were erased ---------------------------------------------------------------------- */

static void append_body(struct fixture *f, enum body_kind kind, const void *body)
{
	open_store(f);
	sample_add(&f->sample, kind, body);
	append(f);
	close_store(f);
}

static void write_words(struct fixture *f)
{
	fill(f, 2);
	append_body(f, BODY_message,
		&(struct body_message) {.session = STR("s"), .seq = 1, .text = STR("words")});
}

static void erase_words(struct fixture *f)
{
	const struct body_message body = {.session = STR("s"), .seq = 1, .erased = 1};
	struct buf image = {0};
	body_pack(BODY_message, &image, &body);
	append_body(f, BODY_erasure, &(struct body_erasure) {3, EV_MESSAGE_ADDED, buf_str(&image)});
	buf_free(&image);
}

static void test_words_can_be_erased_before_their_row_goes_and_after(void **state)
{
	struct fixture *f = *state;
	write_words(f);
	trim(f, 3);
	erase_words(f);
	assert_sound(f, 1, 3);
	trim(f, 4);
	assert_sound(f, 0, 4);
	assert_finds(f, "sotto.db", "UPDATE message SET text = 'words'",
		"message session=s seq=1: it is not what it was when its last event was trimmed "
		"away");
}

static void test_words_erased_before_go_with_what_says_so(void **state)
{
	struct fixture *f = *state;
	write_words(f);
	erase_words(f);
	for (uint64_t lsn = 2; lsn <= 4; lsn++) {
		trim(f, lsn);
		assert_sound(f, 4 - lsn, lsn);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows_go_up_to_each_limit_and_no_further),
		TEST(test_when_the_first_row_was_written_is_known),
		TEST(test_a_row_that_is_not_what_was_written_stays),
		TEST(test_rows_from_before_checksums_go_as_well),
		TEST(test_freed_pages_are_written_anew),
		TEST(test_the_chain_goes_on_from_the_baseline),
		TEST(test_tables_of_before_a_trimmed_journal_are_refused),
		TEST(test_a_backup_of_it_comes_back),
		TEST(test_each_column_of_each_table_is_compared_all_the_same),
		TEST(test_missing_and_foreign_rows_are_found_all_the_same),
		TEST(test_of_an_object_that_changed_since_the_journal_tells),
		TEST(test_words_can_be_erased_before_their_row_goes_and_after),
		TEST(test_words_erased_before_go_with_what_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
