/* store_journal_test.c - the journal's rows: what each says beside its event. */
#include "store/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* Its rows as the first program wrote them. */
static void make_old(struct fixture *f)
{
	sample_sql(f->folder, "journal.db",
		"UPDATE journal SET command = 0, cause = 0, asker = '', reference = 0, salt = x'',"
		" digest = x'', chain = x''");
}

/* Opens the store once more for it. */
static void append_contact(struct fixture *f, unsigned nth)
{
	open_store(f);
	sample_add_nth(&f->sample, BODY_contact, nth, 0);
	append(f);
	close_store(f);
}

static void open_reader(struct fixture *f)
{
	struct buf why = {0};
	assert_int_equal(
		journal_reader_open(&f->reader, str_of(f->folder), JOURNAL_FROM_FIRST, &why), OK);
	buf_free(&why);
}

static struct store_event last_read; /* the last one */

static const struct store_event *next(struct fixture *f)
{
	struct buf why = {0};
	assert_int_equal(journal_reader_next(&f->reader, &last_read, &why), JOURNAL_EVENT);
	buf_free(&why);
	return &last_read;
}

static void test_rows_know_their_command_and_who_asked(void **state)
{
	struct fixture *f = *state;
	fill(f, 3);
	open_reader(f);
	for (uint64_t lsn = 1; lsn <= 3; lsn++) {
		const struct cause *cause = &next(f)->cause;
		struct str asker = arena_printf(&f->sample.arena, "user%u", (unsigned)lsn);
		assert_int_equal(cause->command, lsn);
		assert_int_equal(cause->kind, CAUSE_SEND_MESSAGE);
		assert_true(str_eq(cause->asker, asker));
		assert_int_equal(cause->reference, UINT64_MAX - lsn);
	}
}

/* Rows 2 and 3 have one time, 4 has another; 5 was written since. */
static void test_older_rows_of_one_time_are_not_parted(void **state)
{
	static const uint64_t commands[] = {1, 2, 2, 4, 5};
	struct fixture *f = *state;
	fill(f, 4);
	make_old(f);
	sample_sql(f->folder, "journal.db", "UPDATE journal SET at = 7 WHERE lsn IN (2, 3)");
	append_contact(f, 99);
	open_reader(f);
	for (unsigned again = 0; again < 2; again++) {
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(next(f)->cause.command, commands[i]);
		journal_reader_again(&f->reader);
	}
}

/* --- the chain ---------------------------------------------------------------------------------- */

/* The journal as it is says so, and is read up to that event. */
static void assert_bad(struct fixture *f, uint64_t lsn, const char *what)
{
	struct buf why = {0}, expected = {0};
	struct store_event event;
	enum journal_step step;
	buf_printf(&expected, "journal.db: event %llu%s", (unsigned long long)lsn, what);
	buf_put_byte(&expected, '\0');
	open_reader(f);
	while ((step = journal_reader_next(&f->reader, &event, &why)) == JOURNAL_EVENT)
		continue;
	assert_int_equal(step, JOURNAL_BAD);
	assert_text(&why, expected.at);
	assert_int_equal(f->reader.lsn, lsn - 1);
	journal_reader_close(&f->reader);
	buf_free(&why);
	buf_free(&expected);
}

static void assert_sound(struct fixture *f, uint64_t events, uint64_t unchained)
{
	struct buf differences = {0};
	struct store_verified found;
	if (store_verify(str_of(f->folder), &differences, &found) != OK)
		fail_msg("%.*s", STR_ARGS(buf_str(&differences)));
	assert_int_equal(found.events, events);
	assert_int_equal(found.unchained, unchained);
	buf_free(&differences);
}

/* A row may be changed in any column, be left out, put in, or change places: the first that is not what was
 * written is named. */
static void test_each_change_of_a_row_is_found_and_the_row_named(void **state)
{
	static const struct {
		const char *change;
		uint64_t lsn;
		const char *what;
	} changes[] = {
		{"SET body = CAST(body || x'00' AS BLOB)", 4, ": its body is not what was written"},
		{"SET salt = x'00'", 4, ": its body is not what was written"},
		{"SET salt = (SELECT salt FROM copied WHERE lsn = 3)", 4,
			": its body is not what was written"},
		{"SET digest = (SELECT digest FROM copied WHERE lsn = 3)", 4,
			": its body is not what was written"},
		{"SET epoch = epoch + 1", 4, ": its row is not what was written"},
		{"SET at = at + 1", 4, ": its row is not what was written"},
		{"SET kind = kind + 1", 4, ": its row is not what was written"},
		{"SET command = command - 1", 4, ": its row is not what was written"},
		{"SET cause = cause + 1", 4, ": its row is not what was written"},
		{"SET asker = asker || 'x'", 4, ": its row is not what was written"},
		{"SET reference = 0", 4, ": its row is not what was written"},
		{"SET chain = x''", 4, ": its row is not what was written"},
		{"SET salt = x'', digest = x'', chain = x''", 4,
			": its body is not what was written"},
		{"SET lsn = lsn + 100", 4, " is missing"},
		{"SET (at, kind, body, command, cause, asker, reference, salt, digest, chain) ="
		 " (SELECT at, kind, body, command, cause, asker, reference, salt, digest, chain"
		 " FROM copied WHERE lsn = 3)",
			4, ": its row is not what was written"},
	};
	struct fixture *f = *state;
	fill(f, 6);
	sample_sql(f->folder, "journal.db", "CREATE TABLE copied AS SELECT * FROM journal");
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct str sql = arena_printf(
			&f->sample.arena, "UPDATE journal %s WHERE lsn = 4", changes[i].change);
		sample_sql(f->folder, "journal.db", sql.at);
		assert_bad(f, changes[i].lsn, changes[i].what);
		sample_sql(f->folder, "journal.db",
			"DELETE FROM journal; INSERT INTO journal SELECT * FROM copied");
	}
	assert_sound(f, 6, 0);
}

static void test_the_chain_goes_on_over_starts_and_commits(void **state)
{
	struct fixture *f = *state;
	fill(f, 3);
	append_contact(f, 50);
	append_contact(f, 51);
	assert_sound(f, 5, 0);
	sample_sql(f->folder, "journal.db", "UPDATE journal SET chain = x'' WHERE lsn = 3");
	assert_bad(f, 3, ": its row is not what was written");
}

/* In the middle of a journal its reader knows where the chain stands. */
static void test_a_reader_that_begins_later_checks_as_well(void **state)
{
	struct fixture *f = *state;
	struct buf why = {0};
	fill(f, 5);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(journal_reader_open(&f->reader, str_of(f->folder), 3, &why), OK);
		assert_int_equal(journal_reader_next(&f->reader, &last_read, &why),
			i ? JOURNAL_BAD : JOURNAL_EVENT);
		journal_reader_close(&f->reader);
		sample_sql(f->folder, "journal.db", "UPDATE journal SET asker = 'x' WHERE lsn = 4");
	}
	assert_text(&why, "journal.db: event 4: its row is not what was written");
	buf_free(&why);
}

static void test_the_chain_begins_behind_older_rows(void **state)
{
	struct fixture *f = *state;
	fill(f, 3);
	make_old(f);
	append_contact(f, 50);
	append_contact(f, 51);
	assert_sound(f, 5, 3);
	sample_sql(f->folder, "journal.db",
		"UPDATE journal SET salt = x'', digest = x'', chain = x'' WHERE lsn = 4");
	assert_bad(f, 5, ": its row is not what was written");
}

/* --- words that were erased ----------------------------------------------------------------------- */

#define WORDS "a secret that nobody shall read"

static struct str image_of(struct fixture *f, const struct body_message *body)
{
	struct buf packed = {0};
	body_pack(BODY_message, &packed, body);
	struct str image = arena_copy(&f->sample.arena, buf_str(&packed));
	buf_free(&packed);
	return image;
}

static void append_body(struct fixture *f, enum body_kind kind, const void *body)
{
	open_store(f);
	sample_add(&f->sample, kind, body);
	append(f);
	close_store(f);
}

/* Row 3 of five says so, and row 5 that it does no longer. */
static void erase_row_3(struct fixture *f)
{
	fill(f, 2);
	struct body_message body = {.session = STR("s"), .seq = 1, .text = STR(WORDS)};
	append_body(f, BODY_message, &body);
	append_contact(f, 50);
	body.text = STR_NONE;
	body.erased = 1;
	append_body(
		f, BODY_erasure, &(struct body_erasure) {3, EV_MESSAGE_ADDED, image_of(f, &body)});
}

static bool has_words(const struct fixture *f, const char *name)
{
	static char bytes[1 << 20];
	struct buf path = {0};
	buf_printf(&path, "%s/%s", f->folder, name);
	buf_put_byte(&path, '\0');
	FILE *file = fopen(path.at, "re");
	size_t count = file ? fread(bytes, 1, sizeof bytes, file) : 0;
	if (file)
		fclose(file);
	buf_free(&path);
	return memmem(bytes, count, WORDS, strlen(WORDS)) != NULL;
}

static void test_erased_words_are_gone_and_the_chain_is_whole(void **state)
{
	struct fixture *f = *state;
	struct body_message body;
	erase_row_3(f);
	assert_sound(f, 5, 0);
	open_reader(f);
	for (unsigned i = 0; i < 3; i++)
		next(f);
	assert_true(body_unpack(BODY_message, last_read.body, &body));
	assert_int_equal(body.text.len, 0);
	assert_int_equal(body.erased, 1);
	assert_true(str_is(body.session, "s"));
	assert_int_equal(f->reader.erased, 1);
	assert_false(has_words(f, "journal.db"));
	assert_false(has_words(f, "sotto.db"));
	assert_false(has_words(f, "journal.db-wal"));
	assert_false(has_words(f, "sotto.db-wal"));
}

/* Without tables the erased row is all that they are made of. */
static void test_tables_are_written_anew_from_erased_rows(void **state)
{
	struct fixture *f = *state;
	struct buf path = {0};
	erase_row_3(f);
	buf_printf(&path, "%s/sotto.db", f->folder);
	buf_put_byte(&path, '\0');
	assert_int_equal(unlink(path.at), 0);
	append_contact(f, 51);
	assert_sound(f, 6, 0);
	buf_free(&path);
}

static void test_words_that_are_gone_without_an_event_that_says_so_are_found(void **state)
{
	static const char *const changes[] = {
		"SET erased = 0",                                     /* nobody says so */
		"SET erased = 4",                                     /* another event */
		"SET erased = 9",                                     /* none */
		"SET body = (SELECT body FROM copied WHERE lsn = 2)", /* something else */
		"SET digest = x'00'",
	};
	static const char *const whats[] = {
		": its body is not what was written",
		": its words were erased, and no event says so",
		": its words were erased, and no event says so",
		": its words were erased, and no event says so",
		": its body is not what was written",
	};
	struct fixture *f = *state;
	erase_row_3(f);
	sample_sql(f->folder, "journal.db", "CREATE TABLE copied AS SELECT * FROM journal");
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct str sql = arena_printf(
			&f->sample.arena, "UPDATE journal %s WHERE lsn = 3", changes[i]);
		sample_sql(f->folder, "journal.db", sql.at);
		assert_bad(f, 3, whats[i]);
		sample_sql(f->folder, "journal.db",
			"DELETE FROM journal; INSERT INTO journal SELECT * FROM copied");
	}
	assert_sound(f, 5, 0);
}

/* An object that changed since shows what it is, not what it was. */
static void test_an_erased_row_leaves_a_later_image_alone(void **state)
{
	struct fixture *f = *state;
	struct body_message body = {.session = STR("s"), .seq = 1, .text = STR(WORDS)};
	int64_t count;
	struct db db;
	fill(f, 2);
	append_body(f, BODY_message, &body);
	struct str now = STR("other words");
	body.text = now;
	append_body(f, BODY_message, &body);
	body.text = STR_NONE;
	append_body(
		f, BODY_erasure, &(struct body_erasure) {3, EV_MESSAGE_ADDED, image_of(f, &body)});
	assert_sound(f, 5, 0);
	assert_int_equal(db_open(&db, str_of(f->folder), TABLES_NAME, DB_READ), SQLITE_OK);
	assert_int_equal(
		db_number(&db, "SELECT count(*) FROM message WHERE text = 'other words'", &count),
		SQLITE_OK);
	assert_int_equal(count, 1);
	db_close(&db);
}

/* --- what this program does not know -------------------------------------------------------------- */

/* Another program wrote it, whose rows are chained as ours are. */
static void append_foreign(struct fixture *f, const struct store_event *event)
{
	struct journal journal;
	struct buf why = {0};
	struct batch *batch = sample_batch(event, 1);
	assert_int_equal(sqlite_journal_open(&journal, str_of(f->folder), 0, &why), OK);
	assert_int_equal(journal_write(&journal, batch), STORE_DURABLE);
	journal_close(&journal);
	batch_free(&batch);
	buf_free(&why);
}

static void test_rows_of_newer_programs_and_cut_ones_are_refused_by_name(void **state)
{
	const struct cause known = {4, CAUSE_READY, STR("user"), 0};
	const struct {
		unsigned kind;
		struct str body;
		struct cause cause;
		const char *why;
	} rows[] = {
		{200, STR("\1"), known, "event 4 is of kind 200, which this program does not know"},
		{EV_CONTACT_ADDED, STR("\1\1a\0\0"), {4, 199, STR("user"), 0},
			"event 4, CONTACT_ADDED: its command is of kind 199, which this program "
			"does "
			"not know"},
		{EV_CONTACT_ADDED, STR("\6\1a\0\0\0\0\0\0\0\0\0"), known,
			"event 4, CONTACT_ADDED: its body is a contact of version 6, and this "
			"program "
			"knows version 5"},
		{EV_CONTACT_ADDED, STR("\2\1a\0"), known,
			"event 4, CONTACT_ADDED: its body is cut or damaged"},
		{EV_CONTACT_ADDED, STR_NONE, known,
			"event 4, CONTACT_ADDED: its body is cut or damaged"},
	};
	struct fixture *f = *state;
	fill(f, 3);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf why = {0}, differences = {0};
		struct store_verified found;
		struct store *store;
		append_foreign(f,
			&(struct store_event) {4, 1000, rows[i].kind, rows[i].body, rows[i].cause});
		assert_int_equal(
			store_verify(str_of(f->folder), &differences, &found), ERR_INTERNAL);
		assert_contains(&differences, rows[i].why);
		assert_int_equal(store_sqlite_open_tuned(str_of(f->folder), &f->loop.loop,
					 &STORE_TUNING, &store, &why),
			ERR_INTERNAL);
		assert_contains(&why, rows[i].why);
		sample_sql(f->folder, "journal.db", "DELETE FROM journal WHERE lsn = 4");
		buf_free(&why);
		buf_free(&differences);
	}
	assert_sound(f, 3, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows_know_their_command_and_who_asked),
		TEST(test_older_rows_of_one_time_are_not_parted),
		TEST(test_each_change_of_a_row_is_found_and_the_row_named),
		TEST(test_the_chain_goes_on_over_starts_and_commits),
		TEST(test_a_reader_that_begins_later_checks_as_well),
		TEST(test_the_chain_begins_behind_older_rows),
		TEST(test_erased_words_are_gone_and_the_chain_is_whole),
		TEST(test_tables_are_written_anew_from_erased_rows),
		TEST(test_words_that_are_gone_without_an_event_that_says_so_are_found),
		TEST(test_an_erased_row_leaves_a_later_image_alone),
		TEST(test_rows_of_newer_programs_and_cut_ones_are_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
