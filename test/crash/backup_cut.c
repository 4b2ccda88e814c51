/* backup_cut.c - the power is cut at each change that a backup, or a restore, makes: what stands under its name is whole.
 *
 *   backup_cut [--draws N]
 *
 * A store is backed up once, and the backup restored, and each change of the folder is recorded (folder_log.h). Then for each
 * index, and N seeds, the folder is made as a power cut there leaves it, also as a kill -9 does: if it has its name, it must be a
 * backup that verifies, or a store that is what was backed up; once the command has said that it is done, it must be there. And for each
 * index once more with a disk that is full from there on: the command says so, and leaves nothing but what is whole; afterwards it can be done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "folder_log.h"
#include "store/store_backup.h"
#include "store/store_sample.h"
#include "store/store_sqlite.h"

#define CONTACTS  200
#define FULL_STEP 7 /* every so many changes the disk becomes full */

enum { COUNT_CUTS, COUNT_WHOLE, COUNT_NONE, COUNT_FULL, COUNTS };

struct trial {
	const char *what; /* "backup" */
	enum err (*make)(struct trial *t, const char *folder);
	enum err (*look)(struct trial *t, const char *folder);
	char *store, *top, *image;
	char backup[256]; /* a whole one, elsewhere */
	struct store_backup made;
	uint64_t counts[COUNTS];
	struct buf why;
	bool has_failed;
};

static void blame(struct trial *t, const struct folder_log *log, size_t index, const char *what)
{
	t->has_failed = true;
	printf("not ok - %s, cut behind change %zu: %s. %.*s\n", t->what, index, what,
		STR_ARGS(buf_str(&t->why)));
	folder_log_tell(log, index);
}

/* --- what is tried ------------------------------------------------------------------------------- */

static enum err make_backup(struct trial *t, const char *folder)
{
	return store_backup(str_of(t->store), str_of(folder), &t->made, &t->why);
}

static enum err look_at_backup(struct trial *t, const char *folder)
{
	struct store_backup made;
	struct store_verified found;
	return store_backup_verify(str_of(folder), &t->why, &made, &found);
}

static enum err make_restored(struct trial *t, const char *folder)
{
	return store_restore(str_of(t->backup), str_of(folder), &t->made, &t->why);
}

static enum err look_at_store(struct trial *t, const char *folder)
{
	struct store_verified found;
	enum err e = store_verify(str_of(folder), &t->why, &found);
	return e == OK && strcmp(found.head, t->made.head) != 0 ? ERR_INTERNAL : e;
}

/* --- trials -------------------------------------------------------------------------------------- */

static void remove_folder(const char *path)
{
	char *folder = strdup(path);
	sample_folder_remove(&folder);
}

static void try_cut(struct trial *t, const struct folder_log *log, size_t index,
	enum folder_fate fate, uint64_t seed)
{
	char image[256];
	snprintf(image, sizeof image, "%s/image", t->image);
	t->why.len = 0;
	const char *name = folder_log_image(log, index, fate, seed, image);
	bool is_called_so = name && strcmp(name, "it") == 0;
	t->counts[COUNT_CUTS]++;
	t->counts[is_called_so ? COUNT_WHOLE : COUNT_NONE]++;
	if (is_called_so && t->look(t, image) != OK)
		blame(t, log, index, "what has its name is not whole");
	if (!is_called_so && index == folder_log_count(log))
		blame(t, log, index, "it was said to be done, and is gone");
	if (name)
		remove_folder(image);
}

static void try_cuts(struct trial *t, unsigned draws)
{
	char folder[256];
	snprintf(folder, sizeof folder, "%s/it", t->top);
	struct folder_log *log = folder_log_begin(str_of(t->top));
	enum err e = t->make(t, folder);
	folder_log_stop(log);
	if (e != OK)
		blame(t, log, folder_log_count(log), "it failed on a disk that is well");
	for (size_t index = 0; !t->has_failed && index <= folder_log_count(log); index++) {
		try_cut(t, log, index, FOLDER_KEPT, 0);
		try_cut(t, log, index, FOLDER_LOST, 0);
		for (unsigned draw = 1; !t->has_failed && draw <= draws; draw++)
			try_cut(t, log, index, FOLDER_DRAWN, index * 1000003 + draw);
	}
	remove_folder(folder);
	folder_log_free(&log);
}

/* False: it was done before the disk was full. */
static bool try_full(struct trial *t, size_t index)
{
	char folder[256], part[300];
	snprintf(folder, sizeof folder, "%s/it", t->top);
	snprintf(part, sizeof part, "%s.part", folder);
	t->why.len = 0;
	struct folder_log *log = folder_log_begin(str_of(t->top));
	folder_log_fill_at(log, index);
	enum err e = t->make(t, folder);
	folder_log_stop(log);
	bool is_there = access(folder, F_OK) == 0;
	t->counts[COUNT_FULL] += e != OK;
	if (e != OK && !t->why.len)
		blame(t, log, folder_log_count(log),
			"it failed on a full disk, and did not say why");
	if (access(part, F_OK) == 0)
		blame(t, log, folder_log_count(log), "half of it was left");
	if (e == OK && !is_there)
		blame(t, log, folder_log_count(log), "it was said to be done, and is not there");
	if (is_there && t->look(t, folder) != OK)
		blame(t, log, folder_log_count(log), "what has its name is not whole");
	t->why.len = 0;
	if (!is_there && t->make(t, folder) != OK)
		blame(t, log, folder_log_count(log), "it cannot be done again");
	remove_folder(folder);
	folder_log_free(&log);
	return e != OK;
}

static void run(struct trial *t, unsigned draws)
{
	try_cuts(t, draws);
	for (size_t index = 1; !t->has_failed && try_full(t, index); index += FULL_STEP)
		;
	printf("%s - %s: {\"cuts\":%llu,\"whole\":%llu,\"none\":%llu,\"full\":%llu}\n",
		t->has_failed ? "not ok" : "ok", t->what, (unsigned long long)t->counts[COUNT_CUTS],
		(unsigned long long)t->counts[COUNT_WHOLE],
		(unsigned long long)t->counts[COUNT_NONE],
		(unsigned long long)t->counts[COUNT_FULL]);
	for (size_t i = 0; i < COUNTS; i++)
		t->has_failed |= t->counts[i] == 0; /* what it never met it has not tried */
}

/* --- the store ----------------------------------------------------------------------------------- */

static char *make_store(void)
{
	static struct sample_loop loop;
	static struct sample sample;
	const struct store_tuning tuning = STORE_TUNING;
	char *folder = sample_folder();
	sample_loop_init(&loop);
	struct store *store = sample_open(&loop, folder, &tuning);
	sample_add_centre(&sample);
	for (unsigned nth = 1; nth <= CONTACTS; nth++)
		sample_add_nth(&sample, BODY_contact, nth, 0);
	sample_append(&loop, store, &sample);
	store->ops->close(&store);
	sample_free(&sample);
	return folder;
}

int main(int argc, char **argv)
{
	unsigned draws = 16;
	if (argc == 3 && strcmp(argv[1], "--draws") == 0)
		draws = (unsigned)atoi(argv[2]);
	else if (argc != 1)
		return 2;
	log_to(LOG_NOTHING);
	struct trial backup = {.what = "backup", .make = make_backup, .look = look_at_backup};
	backup.store = make_store();
	backup.top = sample_folder();
	backup.image = sample_folder();
	run(&backup, draws);
	struct trial restore = {.what = "restore",
		.make = make_restored,
		.look = look_at_store,
		.top = backup.top,
		.image = backup.image};
	snprintf(restore.backup, sizeof restore.backup, "%s/backup", backup.image);
	if (!backup.has_failed && make_backup(&backup, restore.backup) == OK)
		run(&restore, draws);
	remove_folder(restore.backup);
	sample_folder_remove(&backup.store);
	sample_folder_remove(&backup.top);
	sample_folder_remove(&backup.image);
	buf_free(&backup.why);
	buf_free(&restore.why);
	return backup.has_failed || restore.has_failed || !restore.counts[COUNT_CUTS];
}
