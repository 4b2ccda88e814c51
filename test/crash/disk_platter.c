/* disk_platter.c - names and files of a disk, and what a power cut leaves of both. */
#include "base/arena.h"
#include "base/check.h"
#include "disk_private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

/* --- names -------------------------------------------------------------------------------------- */

static struct disk_name *find(struct disk_name *names, const char *name)
{
	struct disk_name *found;
	DL_FOREACH(names, found)
		if (strcmp(found->name, name) == 0)
			return found;
	return NULL;
}

static struct disk_name *name_new(const char *name, struct disk_file *file)
{
	size_t len = strlen(name) + 1;
	struct disk_name *made = mem_new(sizeof *made + len);
	made->file = file;
	memcpy(made->name, name, len);
	return made;
}

static void set(struct disk_name **names, const char *name, struct disk_file *file)
{
	struct disk_name *known = find(*names, name);
	if (!known && file) {
		known = name_new(name, file);
		DL_APPEND(*names, known);
	} else if (file) {
		known->file = file;
	} else if (known) {
		DL_DELETE(*names, known);
		free(known);
	}
}

static void forget(struct disk_name **names)
{
	struct disk_name *name, *next;
	DL_FOREACH_SAFE(*names, name, next)
		free(name);
	*names = NULL;
}

struct disk_file *disk_find(const struct disk *disk, const char *name)
{
	struct disk_name *found = find(disk->names, name);
	return found ? found->file : NULL;
}

static void change(struct disk *disk, const char *name, struct disk_file *file)
{
	struct disk_name *changed = name_new(name, file);
	set(&disk->names, name, file);
	DL_APPEND(disk->changes, changed);
}

static struct disk_file *file_new(struct disk *disk)
{
	struct disk_inode *inode = mem_new(sizeof *inode);
	DL_APPEND(disk->inodes, inode);
	return &inode->file;
}

struct disk_file *disk_create(struct disk *disk, const char *name)
{
	struct disk_file *file = file_new(disk);
	change(disk, name, file);
	return file;
}

void disk_delete(struct disk *disk, const char *name)
{
	change(disk, name, NULL);
}

static void settle_names(struct disk *disk, enum disk_fate fate, struct dice *dice)
{
	struct disk_name *changed;
	DL_FOREACH(disk->changes, changed)
		if (fate == DISK_KEPT || (fate != DISK_DROPPED && dice_roll(dice, 2)))
			set(&disk->synced, changed->name, changed->file);
	forget(&disk->changes);
}

void disk_sync_folder(struct disk *disk)
{
	settle_names(disk, DISK_KEPT, NULL);
}

/* --- folders ------------------------------------------------------------------------------------ */

static void put_path(struct buf *path, struct str folder, const char *name)
{
	buf_printf(path, "%.*s/%s", STR_ARGS(folder), name);
	buf_put_byte(path, '\0');
}

void disk_begin_life(struct disk *disk)
{
	disk->life++;
	disk->folder.len = 0;
	buf_printf(&disk->folder, "%s/%u", disk->root, disk->life);
	buf_put_byte(&disk->folder, '\0');
	disk->folder.len--;
	CHECK(mkdir(disk->folder.at, 0700) == 0);
	disk_resume(disk);
}

void disk_resume(struct disk *disk)
{
	disk->index = disk->cut_at = 0;
	disk->is_cut = disk->is_troubled = false;
	disk->trouble = DISK_WELL;
}

void disk_end_life(struct disk *disk)
{
	DIR *dir = opendir(disk->folder.at);
	CHECK(dir);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	CHECK(rmdir(disk->folder.at) == 0);
	struct disk_inode *inode, *next;
	DL_FOREACH_SAFE(disk->inodes, inode, next) {
		disk_file_free(&inode->file);
		free(inode);
	}
	disk->inodes = NULL;
	forget(&disk->names);
	forget(&disk->synced);
	forget(&disk->changes);
}

/* --- the power cut ------------------------------------------------------------------------------ */

static void put_file(struct disk *disk, const char *name, struct str bytes)
{
	struct buf path = {0};
	put_path(&path, buf_str(&disk->folder), name);
	int file = open(path.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(file >= 0);
	CHECK(write(file, bytes.at, bytes.len) == (ssize_t)bytes.len);
	close(file);
	buf_free(&path);
}

static enum disk_fate draw(enum disk_fate fate, struct dice *dice)
{
	return fate == DISK_FATES ? (enum disk_fate)dice_roll(dice, DISK_FATES) : fate;
}

/* The old life's inodes go; the new one begins with copies of what is on the platter. */
void disk_restart(struct disk *disk, enum disk_fate fate, uint64_t seed)
{
	struct dice dice = {seed};
	struct disk_inode *inode;
	DL_FOREACH(disk->inodes, inode)
		disk_file_lose(&inode->file, draw(fate, &dice), &dice);
	settle_names(disk, draw(fate, &dice), &dice);
	struct disk_name *survivors = disk->synced, *name;
	disk->synced = NULL;
	struct disk_inode *old = disk->inodes;
	disk->inodes = NULL;
	disk_end_life(disk);
	disk_begin_life(disk);
	disk->dice = dice;
	DL_FOREACH(survivors, name) {
		struct disk_file *file = file_new(disk);
		file->platter = name->file->platter;
		name->file->platter = (struct buf) {0};
		put_file(disk, name->name, buf_str(&file->platter));
		set(&disk->names, name->name, file);
		set(&disk->synced, name->name, file);
	}
	forget(&survivors);
	while (old) {
		inode = old;
		DL_DELETE(old, inode);
		disk_file_free(&inode->file);
		free(inode);
	}
}
