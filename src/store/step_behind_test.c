/* step_behind_test.c - a thread that steps behind gives way, waits for what it writes, and writes it all;
 * one that steps in keeps what it was given. */
#include "store/step_behind.h"

#include <pthread.h>
#include <sys/resource.h>

#include "store/store_db.h"
#include "store/store_fixture.h"

#define ROWS      64
#define ROW_BYTES 65536

/* What the thread found; asserted by the test's own. */
struct behind {
	struct str folder;
	int priority;
	size_t most; /* bytes it had not waited for */
	int code;
};

static int write_rows(struct behind *behind, struct db *db)
{
	sqlite3_stmt *insert;
	int code = db_exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, bytes BLOB)");
	if (code == SQLITE_OK)
		code = db_prepare(
			db, STR("INSERT INTO t VALUES (NULL, randomblob(65536))"), &insert);
	if (code != SQLITE_OK)
		return code;
	for (int i = 0; i < ROWS && code == SQLITE_OK; i++) {
		code = db_run(insert);
		size_t unwaited = step_behind_unwaited();
		if (unwaited > behind->most)
			behind->most = unwaited;
	}
	sqlite3_finalize(insert);
	return code == SQLITE_OK ? db_checkpoint_all(db) : code;
}

static void *step_and_write(void *ctx)
{
	struct behind *behind = ctx;
	struct db db;
	step_behind();
	behind->priority = getpriority(PRIO_PROCESS, 0);
	behind->code = db_open(&db, behind->folder, "t.db", DB_WRITE);
	if (behind->code == SQLITE_OK)
		behind->code = write_rows(behind, &db);
	db_close(&db);
	return NULL;
}

static struct behind run_behind(struct fixture *f)
{
	struct behind behind = {.folder = str_of(f->folder)};
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, step_and_write, &behind), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(behind.code, SQLITE_OK);
	return behind;
}

static void test_it_alone_gives_way(void **state)
{
	int before = getpriority(PRIO_PROCESS, 0);
	struct behind behind = run_behind(*state);
	assert_true(behind.priority > before || before >= 10);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), before);
	assert_int_equal(step_behind_unwaited(), 0);
}

/* 4 MiB in rows of 64 KiB: SQLite writes a row's pages at its commit, page by page. */
static void test_no_more_than_a_step_is_on_its_way(void **state)
{
	struct behind behind = run_behind(*state);
	assert_true(behind.most > 0);
	assert_true(behind.most < STEP_BEHIND_BYTES);
}

static void test_all_is_written(void **state)
{
	struct fixture *f = *state;
	struct db db;
	int64_t rows, bytes;
	run_behind(f);
	assert_int_equal(db_open(&db, str_of(f->folder), "t.db", DB_READ), SQLITE_OK);
	assert_int_equal(db_number(&db, "SELECT count(*) FROM t", &rows), SQLITE_OK);
	assert_int_equal(db_number(&db, "SELECT sum(length(bytes)) FROM t", &bytes), SQLITE_OK);
	db_close(&db);
	assert_int_equal(rows, ROWS);
	assert_int_equal(bytes, (int64_t)ROWS * ROW_BYTES);
}

static void *step_in_and_look(void *ctx)
{
	int *priority = ctx;
	step_in();
	*priority = getpriority(PRIO_PROCESS, 0);
	return NULL;
}

static void test_who_steps_in_keeps_its_priority_and_paces_nothing(void **state)
{
	int before = getpriority(PRIO_PROCESS, 0), priority = 99;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, step_in_and_look, &priority), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(priority, before);
	assert_int_equal(step_behind_unwaited(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_it_alone_gives_way),
		TEST(test_no_more_than_a_step_is_on_its_way),
		TEST(test_all_is_written),
		TEST(test_who_steps_in_keeps_its_priority_and_paces_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
