/* store_backup_test.c - what is backed up comes back, and what is not as it was is not believed. */
#include "store/store_backup.h"
#include "store/store_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where backups and restored stores go. */
struct places {
	char *top, backup[256], restored[256];
};

static struct places places_new(void)
{
	struct places p = {.top = sample_folder()};
	snprintf(p.backup, sizeof p.backup, "%s/backup", p.top);
	snprintf(p.restored, sizeof p.restored, "%s/restored", p.top);
	return p;
}

static void remove_folder(const char *path)
{
	char *folder = strdup(path);
	sample_folder_remove(&folder);
}

static void forget(struct places *p)
{
	char part[300];
	snprintf(part, sizeof part, "%s.part", p->backup);
	remove_folder(part);
	remove_folder(p->backup);
	remove_folder(p->restored);
	sample_folder_remove(&p->top);
}

static struct store_backup made;
static struct store_verified found;

static enum err back_up(struct fixture *f, const struct places *p)
{
	f->got.len = 0;
	return store_backup(str_of(f->folder), str_of(p->backup), &made, &f->got);
}

static enum err look(struct fixture *f, const struct places *p)
{
	f->got.len = 0;
	return store_backup_verify(str_of(p->backup), &f->got, &made, &found);
}

static enum err restore(struct fixture *f, const struct places *p)
{
	f->got.len = 0;
	return store_restore(str_of(p->backup), str_of(p->restored), &made, &f->got);
}

static void append_contacts(struct fixture *f, unsigned first, unsigned last)
{
	for (unsigned nth = first; nth <= last; nth++)
		sample_add_nth(&f->sample, BODY_contact, nth, 0);
	append(f);
}

static unsigned contacts_in(struct fixture *f, const char *folder)
{
	const struct store_tuning tuning = STORE_TUNING;
	struct store *store = sample_open(&f->loop, folder, &tuning);
	unsigned count = sample_contacts(store);
	store->ops->close(&store);
	return count;
}

static bool is_there(const char *folder, const char *name)
{
	char path[300];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

/* Changes one byte in the middle. */
static void spoil(const char *folder, const char *name)
{
	char path[300];
	struct stat file;
	char byte;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_RDWR);
	assert_int_equal(fstat(fd, &file), 0);
	assert_int_equal(pread(fd, &byte, 1, file.st_size / 2), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, file.st_size / 2), 1);
	close(fd);
}

static void test_a_store_in_use_is_backed_up_as_it_was_then(void **state)
{
	struct fixture *f = *state;
	struct places p = places_new();
	open_lazy(f); /* the tables have nothing of it yet */
	sample_add_centre(&f->sample);
	append_contacts(f, 1, 50);
	assert_int_equal(back_up(f, &p), OK);
	append_contacts(f, 51, 60);
	assert_int_equal(made.events, 51);
	assert_int_equal(strlen(made.head), 64);
	assert_int_equal(look(f, &p), OK);
	assert_int_equal(found.events, 51);
	assert_int_equal(restore(f, &p), OK);
	assert_int_equal(contacts_in(f, p.restored), 50);
	close_store(f);
	assert_int_equal(contacts_in(f, f->folder), 60);
	forget(&p);
}

static void test_a_backup_is_three_files_of_its_owner_alone(void **state)
{
	struct fixture *f = *state;
	struct places p = places_new();
	struct stat folder;
	open_store(f);
	sample_add_centre(&f->sample);
	append_contacts(f, 1, 3);
	assert_int_equal(back_up(f, &p), OK);
	assert_int_equal(look(f, &p), OK);
	assert_int_equal(stat(p.backup, &folder), 0);
	assert_int_equal(folder.st_mode & 0777, 0700);
	assert_true(is_there(p.backup, "journal.db") && is_there(p.backup, "sotto.db") &&
		    is_there(p.backup, BACKUP_MANIFEST));
	assert_false(is_there(p.backup, "journal.db-wal") || is_there(p.backup, "sotto.db-shm"));
	assert_false(is_there(p.top, "backup.part"));
	close_store(f);
	forget(&p);
}

static void test_when_it_was_made_is_noted_in_the_store(void **state)
{
	struct fixture *f = *state;
	struct places p = places_new();
	open_store(f);
	sample_add_centre(&f->sample);
	append(f);
	assert_int_equal(store_backed_up(str_of(f->folder)), 0);
	assert_int_equal(back_up(f, &p), OK);
	assert_true(made.made > 0);
	assert_int_equal(store_backed_up(str_of(f->folder)), made.made);
	struct store_backed_up last = {0};
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(store_backed_up_last(&last, str_of(f->folder)), made.made);
	close_store(f);
	forget(&p);
}

static void test_nothing_that_is_there_is_overwritten(void **state)
{
	struct fixture *f = *state;
	struct places p = places_new();
	open_store(f);
	sample_add_centre(&f->sample);
	append(f);
	assert_int_equal(back_up(f, &p), OK);
	assert_int_equal(back_up(f, &p), ERR_ALREADY);
	assert_contains(&f->got, "/backup is there already");
	assert_int_equal(look(f, &p), OK);
	assert_int_equal(mkdir(p.restored, 0700), 0);
	assert_int_equal(restore(f, &p), ERR_ALREADY);
	assert_int_equal(rmdir(p.restored), 0); /* it is as it was */
	char part[300];
	remove_folder(p.backup);
	snprintf(part, sizeof part, "%s.part", p.backup);
	assert_int_equal(mkdir(part, 0700), 0);
	assert_int_equal(back_up(f, &p), ERR_ALREADY);
	assert_contains(&f->got, "/backup.part is there already");
	close_store(f);
	forget(&p);
}

static void test_a_store_that_is_damaged_is_not_backed_up(void **state)
{
	struct fixture *f = *state;
	struct places p = places_new();
	open_store(f);
	sample_add_centre(&f->sample);
	append_contacts(f, 1, 3);
	close_store(f);
	sample_sql(f->folder, "sotto.db", "DELETE FROM contact");
	assert_int_equal(back_up(f, &p), ERR_INTERNAL);
	assert_contains(&f->got, "is not backed up:\ncontact ");
	assert_false(is_there(p.top, "backup"));
	assert_false(is_there(p.top, "backup.part"));
	assert_int_equal(store_backed_up(str_of(f->folder)), 0);
	forget(&p);
}

static void test_a_byte_that_changed_is_found_and_not_restored(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"journal.db", "sotto.db"};
	open_store(f);
	sample_add_centre(&f->sample);
	append_contacts(f, 1, 100);
	for (int i = 0; i < 2; i++) {
		struct places p = places_new();
		assert_int_equal(back_up(f, &p), OK);
		spoil(p.backup, names[i]);
		assert_int_equal(look(f, &p), ERR_INTERNAL);
		assert_contains(&f->got, names[i]);
		assert_contains(&f->got, " is not what was backed up");
		assert_int_equal(restore(f, &p), ERR_INTERNAL);
		assert_false(is_there(p.top, "restored"));
		assert_false(is_there(p.top, "restored.part"));
		forget(&p);
	}
	close_store(f);
}

static void test_a_manifest_that_is_not_one_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {"", "# sotto backup 2\n",
		"# sotto backup 1\n# made x\n",
		"# sotto backup 1\n# made 1\n# events 1\n# head ab\n"};
	struct places p = places_new();
	char path[300];
	assert_int_equal(look(f, &p), ERR_NOT_FOUND);
	assert_contains(&f->got, "is no backup");
	assert_int_equal(mkdir(p.backup, 0700), 0);
	snprintf(path, sizeof path, "%s/%s", p.backup, BACKUP_MANIFEST);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(texts[i], file);
		fclose(file);
		assert_int_equal(look(f, &p), ERR_INTERNAL);
		assert_contains(&f->got, "MANIFEST is not one that this program knows");
		assert_int_equal(restore(f, &p), ERR_INTERNAL);
	}
	forget(&p);
}

static void test_a_folder_without_a_store_gives_none(void **state)
{
	struct fixture *f = *state;
	struct places p = places_new();
	assert_int_not_equal(back_up(f, &p), OK);
	assert_contains(&f->got, "sotto.db: cannot");
	assert_false(is_there(p.top, "backup.part"));
	forget(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_store_in_use_is_backed_up_as_it_was_then),
		TEST(test_a_backup_is_three_files_of_its_owner_alone),
		TEST(test_when_it_was_made_is_noted_in_the_store),
		TEST(test_nothing_that_is_there_is_overwritten),
		TEST(test_a_store_that_is_damaged_is_not_backed_up),
		TEST(test_a_byte_that_changed_is_found_and_not_restored),
		TEST(test_a_manifest_that_is_not_one_is_refused),
		TEST(test_a_folder_without_a_store_gives_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
