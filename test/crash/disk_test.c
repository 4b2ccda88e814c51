/* disk_test.c - the model of a disk keeps what was synced and nothing else for certain. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "disk.h"
#include "store/store_pass.h"

#define SEEDS 200
#define WAL   (SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL)
#define MAIN  (SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB)

struct fixture {
	struct disk *disk;
	sqlite3_file *file;
	char name[96]; /* SQLite's promise: stays while the file is open */
	struct buf read;
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	f->disk = disk_open();
	*state = f;
	return 0;
}

static void close_file(struct fixture *f)
{
	if (!f->file)
		return;
	f->file->pMethods->xClose(f->file);
	free(f->file);
	f->file = NULL;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	close_file(f);
	disk_close(&f->disk);
	buf_free(&f->read);
	free(f);
	return 0;
}

static const char *path(struct fixture *f, const char *name)
{
	snprintf(f->name, sizeof f->name, "%s/%s", disk_folder(f->disk).at, name);
	return f->name;
}

/* The unix VFS gives a WAL the access rights of its database, which it looks for. */
static void make_database(struct fixture *f)
{
	FILE *file = fopen(path(f, "x"), "w");
	assert_non_null(file);
	fclose(file);
}

static int try_open(struct fixture *f, const char *name, int flags)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	make_database(f);
	f->file = mem_new((size_t)vfs->szOsFile);
	int code = vfs->xOpen(vfs, path(f, name), f->file, flags, NULL);
	if (code != SQLITE_OK) {
		free(f->file);
		f->file = NULL;
	}
	return code;
}

static void open_file(struct fixture *f, const char *name, int flags)
{
	assert_int_equal(try_open(f, name, flags), SQLITE_OK);
}

static int put(struct fixture *f, uint64_t at, char byte, int len)
{
	char bytes[4096];
	memset(bytes, byte, (size_t)len);
	return f->file->pMethods->xWrite(f->file, bytes, len, (sqlite3_int64)at);
}

static int sync_file(struct fixture *f)
{
	return f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL);
}

/* A file whose first bytes are aaaa, on the platter with its name. */
static void begin(struct fixture *f)
{
	open_file(f, "x-wal", WAL);
	assert_int_equal(put(f, 0, 'a', 2048), SQLITE_OK);
	assert_int_equal(sync_file(f), SQLITE_OK);
}

static void lose_power(struct fixture *f, enum disk_fate fate, uint64_t seed)
{
	close_file(f);
	disk_restart(f->disk, fate, seed);
}

/* What the file holds now; false: there is none. */
static bool read_back(struct fixture *f, const char *name)
{
	sqlite3_int64 size = 0;
	f->read.len = 0;
	if (try_open(f, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL) != SQLITE_OK)
		return false;
	assert_int_equal(f->file->pMethods->xFileSize(f->file, &size), SQLITE_OK);
	char *room = buf_reserve(&f->read, (size_t)size);
	assert_int_equal(f->file->pMethods->xRead(f->file, room, (int)size, 0), SQLITE_OK);
	f->read.len = (size_t)size;
	close_file(f);
	return true;
}

static bool holds(const struct fixture *f, size_t at, char byte, size_t len)
{
	for (size_t i = at; i < at + len; i++)
		if (i >= f->read.len || f->read.at[i] != byte)
			return false;
	return true;
}

/* A new disk, because each life begins with what the last one left. */
static void anew(struct fixture *f)
{
	close_file(f);
	disk_close(&f->disk);
	f->disk = disk_open();
}

static void test_what_was_synced_survives_every_cut(void **state)
{
	struct fixture *f = *state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(f);
		put(f, 2048, 'b', 1000);
		lose_power(f, DISK_FATES, seed);
		assert_true(read_back(f, "x-wal"));
		assert_true(holds(f, 0, 'a', 2048));
		anew(f);
	}
}

static void test_what_was_not_synced_may_stay_or_vanish(void **state)
{
	struct fixture *f = *state;
	unsigned stayed = 0, vanished = 0;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(f);
		put(f, 2048, 'b', 100);
		lose_power(f, DISK_FATES, seed);
		assert_true(read_back(f, "x-wal"));
		stayed += f->read.len == 2148 && holds(f, 2048, 'b', 100);
		vanished += f->read.len == 2048;
		anew(f);
	}
	assert_true(stayed > 0 && vanished > 0);
	assert_int_equal(stayed + vanished, SEEDS); /* within one sector: whole or not */
}

static void test_a_later_write_may_arrive_without_an_earlier_one(void **state)
{
	struct fixture *f = *state;
	unsigned reordered = 0;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(f);
		put(f, 2048, 'b', 512);
		put(f, 2560, 'c', 512);
		lose_power(f, DISK_CHOSEN, seed);
		assert_true(read_back(f, "x-wal"));
		reordered += holds(f, 2048, '\0', 512) && holds(f, 2560, 'c', 512);
		anew(f);
	}
	assert_in_range(reordered, 1, SEEDS - 1);
}

static void test_a_torn_write_is_torn_between_sectors(void **state)
{
	struct fixture *f = *state;
	unsigned torn = 0;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		begin(f);
		put(f, 500, 'b', 600); /* 12 bytes, a sector, 76 bytes */
		lose_power(f, DISK_TORN, seed);
		assert_true(read_back(f, "x-wal"));
		bool pieces[] = {
			holds(f, 500, 'b', 12), holds(f, 512, 'b', 512), holds(f, 1024, 'b', 76)};
		assert_true(pieces[0] || holds(f, 500, 'a', 12));
		assert_true(pieces[1] || holds(f, 512, 'a', 512));
		assert_true(pieces[2] || holds(f, 1024, 'a', 76));
		torn += pieces[0] != pieces[1] || pieces[1] != pieces[2];
		assert_true(holds(f, 0, 'a', 500) && holds(f, 1100, 'a', 948));
		anew(f);
	}
	assert_in_range(torn, 1, SEEDS - 1);
}

static void test_an_unsynced_truncate_may_not_have_been(void **state)
{
	struct fixture *f = *state;
	for (int kept = 0; kept < 2; kept++) {
		begin(f);
		assert_int_equal(f->file->pMethods->xTruncate(f->file, 10), SQLITE_OK);
		lose_power(f, kept ? DISK_KEPT : DISK_DROPPED, 0);
		assert_true(read_back(f, "x-wal"));
		assert_int_equal(f->read.len, kept ? 10 : 2048);
		anew(f);
	}
}

static void test_a_synced_file_may_lose_its_name_until_the_folder_is_synced(void **state)
{
	struct fixture *f = *state;
	open_file(f, "x.db", MAIN);
	put(f, 0, 'a', 512);
	assert_int_equal(sync_file(f), SQLITE_OK);
	lose_power(f, DISK_DROPPED, 0);
	assert_false(read_back(f, "x.db"));

	open_file(f, "x.db", MAIN);
	put(f, 0, 'a', 512);
	sync_file(f);
	close_file(f);
	begin(f); /* the first sync of a WAL syncs the folder */
	lose_power(f, DISK_DROPPED, 0);
	assert_true(read_back(f, "x.db"));
	assert_true(read_back(f, "x-wal"));
}

static void test_a_deleted_file_may_come_back_until_the_folder_is_synced(void **state)
{
	struct fixture *f = *state;
	for (int synced = 0; synced < 2; synced++) {
		sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
		begin(f);
		close_file(f);
		assert_int_equal(vfs->xDelete(vfs, path(f, "x-wal"), synced), SQLITE_OK);
		assert_false(read_back(f, "x-wal"));
		lose_power(f, DISK_DROPPED, 0);
		assert_int_equal(read_back(f, "x-wal"), !synced);
		anew(f);
	}
}

static void test_from_the_cut_on_nothing_succeeds(void **state)
{
	struct fixture *f = *state;
	char byte;
	begin(f); /* create, write, sync */
	assert_int_equal(disk_index(f->disk), 3);
	disk_cut_at(f->disk, 5);
	assert_int_equal(put(f, 0, 'b', 512), SQLITE_OK);
	assert_false(disk_is_cut(f->disk));
	assert_int_equal(sync_file(f), SQLITE_IOERR_FSYNC);
	assert_true(disk_is_cut(f->disk));
	assert_int_equal(put(f, 0, 'b', 512), SQLITE_IOERR_WRITE);
	assert_int_equal(f->file->pMethods->xRead(f->file, &byte, 1, 0), SQLITE_IOERR_READ);
	close_file(f);
	assert_int_equal(try_open(f, "x-wal", WAL), SQLITE_CANTOPEN);
	lose_power(f, DISK_DROPPED, 0);
	assert_true(read_back(f, "x-wal"));
	assert_true(holds(f, 0, 'a', 512));
	assert_int_equal(disk_index(f->disk), 0);
}

static void test_a_dead_process_loses_nothing_but_syncs_nothing_either(void **state)
{
	struct fixture *f = *state;
	begin(f);
	put(f, 0, 'b', 512);
	disk_cut_at(f->disk, 5);
	assert_int_equal(sync_file(f), SQLITE_IOERR_FSYNC);
	close_file(f);
	disk_resume(f->disk);
	assert_true(read_back(f, "x-wal"));
	assert_true(holds(f, 0, 'b', 512));
	lose_power(f, DISK_DROPPED, 0);
	assert_true(read_back(f, "x-wal"));
	assert_true(holds(f, 0, 'a', 512));
}

static void test_what_a_failed_sync_lost_no_later_sync_brings(void **state)
{
	struct fixture *f = *state;
	unsigned lost = 0;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		disk_restart(f->disk, DISK_KEPT, seed);
		begin(f);
		disk_trouble(f->disk, DISK_FSYNC, 0, 1);
		put(f, 0, 'b', 512);
		assert_int_equal(sync_file(f), SQLITE_IOERR_FSYNC);
		assert_true(disk_is_troubled(f->disk));
		assert_int_equal(sync_file(f), SQLITE_OK);
		lose_power(f, DISK_KEPT, seed);
		assert_true(read_back(f, "x-wal"));
		lost += holds(f, 0, 'a', 512);
		anew(f);
	}
	assert_in_range(lost, 1, SEEDS - 1);
}

static int reason(struct fixture *f)
{
	int reason = 0;
	f->file->pMethods->xFileControl(f->file, SQLITE_FCNTL_LAST_ERRNO, &reason);
	return reason;
}

static void test_trouble_begins_and_ends(void **state)
{
	static const struct {
		enum disk_trouble trouble;
		int code, reason;
	} rows[] = {
		{DISK_FULL, SQLITE_FULL, ENOSPC},
		{DISK_READONLY, SQLITE_IOERR_WRITE, EROFS},
		{DISK_EIO, SQLITE_IOERR_WRITE, EIO},
	};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		begin(f);
		disk_trouble(f->disk, rows[i].trouble, 5, 2);
		assert_int_equal(put(f, 0, 'b', 512), SQLITE_OK);
		assert_int_equal(put(f, 0, 'b', 512), rows[i].code);
		assert_int_equal(reason(f), rows[i].reason);
		assert_int_equal(put(f, 0, 'b', 512), rows[i].code);
		assert_int_equal(put(f, 0, 'b', 512), SQLITE_OK);
		anew(f);
	}
}

static void test_on_a_full_disk_half_a_write_may_get_through(void **state)
{
	struct fixture *f = *state;
	begin(f);
	disk_trouble(f->disk, DISK_FULL, 0, 1);
	assert_int_equal(put(f, 0, 'b', 2048), SQLITE_FULL);
	close_file(f);
	assert_true(read_back(f, "x-wal"));
	assert_true(holds(f, 0, 'b', 1024) && holds(f, 1024, 'a', 1024));
}

static int open_temporary(struct fixture *f)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	f->file = mem_new((size_t)vfs->szOsFile);
	int code = vfs->xOpen(vfs, NULL, f->file,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_DELETEONCLOSE |
			SQLITE_OPEN_TEMP_JOURNAL,
		NULL);
	if (code == SQLITE_OK)
		return code;
	free(f->file);
	f->file = NULL;
	return code;
}

static void test_temporary_files_are_counted_and_find_no_room_on_a_full_disk(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(open_temporary(f), SQLITE_OK);
	assert_int_equal(put(f, 0, 't', 512), SQLITE_OK);
	assert_int_equal(disk_index(f->disk), 2);
	disk_trouble(f->disk, DISK_FULL, 0, UINT64_MAX);
	assert_int_equal(put(f, 512, 't', 512), SQLITE_FULL);
	close_file(f);
	assert_int_equal(open_temporary(f), SQLITE_CANTOPEN);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(disk_temporaries(f->disk), 2);
	disk_trouble(f->disk, DISK_WELL, 0, 0);
	assert_int_equal(open_temporary(f), SQLITE_OK);
	disk_cut_at(f->disk, 1);
	assert_int_equal(put(f, 0, 't', 512), SQLITE_IOERR_WRITE);
	lose_power(f, DISK_KEPT, 1);
	assert_int_equal(disk_temporaries(f->disk), 3);
}

static int map_region(struct fixture *f, int region)
{
	void volatile *at;
	return f->file->pMethods->xShmMap(f->file, region, 32768, 1, &at);
}

static void test_shared_memory_needs_room_where_it_grows(void **state)
{
	struct fixture *f = *state;
	open_file(f, "x", MAIN);
	assert_int_equal(map_region(f, 0), SQLITE_OK);
	disk_trouble(f->disk, DISK_FULL, 0, UINT64_MAX);
	assert_int_equal(map_region(f, 0), SQLITE_OK);
	assert_int_equal(map_region(f, 1), SQLITE_IOERR_SHMSIZE);
	assert_int_equal(errno, ENOSPC);
	f->file->pMethods->xShmUnmap(f->file, 0);
	close_file(f);
	open_file(f, "x", MAIN);
	assert_int_equal(map_region(f, 0), SQLITE_IOERR_SHMSIZE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_was_synced_survives_every_cut),
		TEST(test_what_was_not_synced_may_stay_or_vanish),
		TEST(test_a_later_write_may_arrive_without_an_earlier_one),
		TEST(test_a_torn_write_is_torn_between_sectors),
		TEST(test_an_unsynced_truncate_may_not_have_been),
		TEST(test_a_synced_file_may_lose_its_name_until_the_folder_is_synced),
		TEST(test_a_deleted_file_may_come_back_until_the_folder_is_synced),
		TEST(test_from_the_cut_on_nothing_succeeds),
		TEST(test_a_dead_process_loses_nothing_but_syncs_nothing_either),
		TEST(test_what_a_failed_sync_lost_no_later_sync_brings),
		TEST(test_trouble_begins_and_ends),
		TEST(test_on_a_full_disk_half_a_write_may_get_through),
		TEST(test_temporary_files_are_counted_and_find_no_room_on_a_full_disk),
		TEST(test_shared_memory_needs_room_where_it_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
