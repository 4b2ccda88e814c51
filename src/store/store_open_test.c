/* store_open_test.c - who may open a folder, what is refused, and who may still write. */
#include "store/store_fixture.h"
#include "store/store_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_a_folder_in_use_is_refused_and_the_process_named(void **state)
{
	struct fixture *f = *state;
	struct sample_owner owner = sample_owner_begin(&f->loop, f->folder);
	char pid[32];
	snprintf(pid, sizeof pid, "in process %ld", (long)owner.pid);
	sample_refused(&f->loop, f->folder, pid);
	sample_owner_end(&owner);
	open_store(f); /* the system let the lock go */
}

static void test_a_folder_that_cannot_be_written_is_refused(void **state)
{
	struct fixture *f = *state;
	bool is_root = geteuid() == 0;
	assert_int_equal(chmod(f->folder, 0555), 0);
	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	sample_refused(&f->loop, f->folder, "cannot write in /tmp/sotto-store-");
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(f->folder, 0755), 0);
}

/* As SQL that sets it again. */
static const char *version_of(struct fixture *f, const char *name)
{
	struct db db;
	int64_t version;
	assert_int_equal(db_open(&db, str_of(f->folder), name, DB_READ), SQLITE_OK);
	assert_int_equal(db_number(&db, "PRAGMA user_version", &version), SQLITE_OK);
	db_close(&db);
	return arena_printf(&f->sample.arena, "PRAGMA user_version=%lld", (long long)version).at;
}

static void test_a_newer_schema_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"journal.db", "sotto.db"};
	const char *back[2];
	open_store(f);
	close_store(f);
	for (size_t i = 0; i < 2; i++) {
		back[i] = version_of(f, names[i]);
		sample_sql(f->folder, names[i], "PRAGMA user_version=99");
		sample_refused(&f->loop, f->folder,
			"has schema 99, made by a newer program; this one knows schema ");
		sample_sql(f->folder, names[i], "PRAGMA user_version=1999");
		sample_refused(&f->loop, f->folder,
			"has schema 1.999, made by a newer program; this one knows schema ");
		sample_sql(f->folder, names[i], back[i]);
	}
	open_store(f);
}

static void overwrite(struct fixture *f, const char *name, struct str bytes)
{
	struct buf path = {0};
	buf_printf(&path, "%s/%s", f->folder, name);
	buf_put_byte(&path, '\0');
	FILE *file = fopen(path.at, "r+");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	fclose(file);
	buf_free(&path);
}

static void test_a_damaged_file_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"journal.db", "sotto.db"};
	open_store(f);
	sample_add_centre(&f->sample);
	append(f);
	close_store(f);
	for (size_t i = 0; i < 2; i++) {
		overwrite(f, names[i], STR("SQL damage 3"));
		sample_refused(&f->loop, f->folder, names[i]);
		sample_refused(&f->loop, f->folder, "not a database");
		overwrite(f, names[i], STR("SQLite format 3\0"));
	}
	open_store(f);
}

static void test_tables_of_another_journal_are_refused(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	sample_add_centre(&f->sample);
	append(f);
	close_store(f);
	sample_sql(f->folder, "sotto.db", "UPDATE projected SET lsn = 2");
	sample_refused(&f->loop, f->folder, "sotto.db is not of this journal.db");
	sample_sql(f->folder, "sotto.db", "UPDATE projected SET lsn = 1, centre = 'other'");
	sample_refused(&f->loop, f->folder, "sotto.db is not of this journal.db");
}

static void ignore(void *ctx, struct event *event)
{
}

static void test_a_gap_in_the_journal_stops_the_load(void **state)
{
	struct fixture *f = *state;
	open_lazy(f);
	sample_add_centre(&f->sample);
	sample_add_nth(&f->sample, BODY_contact, 1, 0);
	sample_add_nth(&f->sample, BODY_contact, 2, 0);
	append(f);
	sample_sql(f->folder, "journal.db", "DELETE FROM journal WHERE lsn = 2");
	assert_int_equal(store_sqlite_each(f->store, ignore, NULL), ERR_INTERNAL);
	sample_sql(f->folder, "journal.db",
		"INSERT INTO journal (centre, lsn, epoch, at, kind, body)"
		" SELECT centre, 2, epoch, at, 9999, body FROM journal WHERE lsn = 1");
	assert_int_equal(store_sqlite_each(f->store, ignore, NULL), ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_folder_in_use_is_refused_and_the_process_named),
		TEST(test_a_folder_that_cannot_be_written_is_refused),
		TEST(test_a_newer_schema_is_refused),
		TEST(test_a_damaged_file_is_refused),
		TEST(test_tables_of_another_journal_are_refused),
		TEST(test_a_gap_in_the_journal_stops_the_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
