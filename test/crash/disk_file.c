/* disk_file.c - a list of unsynced changes, and what a power cut leaves of it. */
#include "disk_file.h"
#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

struct disk_change {
	struct disk_change *prev, *next;
	bool is_truncate;
	uint64_t at; /* of a truncate: the size */
	size_t len;
	char bytes[];
};

static struct disk_change *change_new(struct disk_file *file, uint64_t at, size_t len)
{
	struct disk_change *change = mem_new(sizeof *change + len);
	change->at = at;
	change->len = len;
	DL_APPEND(file->changes, change);
	return change;
}

void disk_file_write(struct disk_file *file, uint64_t at, struct str bytes)
{
	struct disk_change *change = change_new(file, at, bytes.len);
	if (bytes.len)
		memcpy(change->bytes, bytes.at, bytes.len);
}

void disk_file_truncate(struct disk_file *file, uint64_t size)
{
	change_new(file, size, 0)->is_truncate = true;
}

static void resize(struct disk_file *file, uint64_t size)
{
	if (size > file->platter.len) {
		size_t more = size - file->platter.len;
		memset(buf_reserve(&file->platter, more), 0, more);
	}
	file->platter.len = size;
}

static void put(struct disk_file *file, uint64_t at, const char *bytes, size_t len)
{
	if (file->platter.len < at + len)
		resize(file, at + len);
	memcpy(file->platter.at + at, bytes, len);
}

static void apply(struct disk_file *file, const struct disk_change *change)
{
	if (change->is_truncate)
		resize(file, change->at);
	else if (change->len)
		put(file, change->at, change->bytes, change->len);
}

/* Each sector that the write touches arrives or does not. */
static void tear(struct disk_file *file, const struct disk_change *change, struct dice *dice)
{
	size_t from = 0;
	while (from < change->len) {
		size_t in_sector = DISK_SECTOR - (change->at + from) % DISK_SECTOR;
		size_t left = change->len - from, len = left < in_sector ? left : in_sector;
		if (dice_roll(dice, 2))
			put(file, change->at + from, change->bytes + from, len);
		from += len;
	}
}

static void land(struct disk_file *file, const struct disk_change *change, enum disk_fate fate,
	struct dice *dice)
{
	uint64_t roll = fate == DISK_TORN ? dice_roll(dice, 3) : dice_roll(dice, 2);
	if (fate == DISK_KEPT || (fate >= DISK_CHOSEN && roll == 0))
		apply(file, change);
	else if (fate == DISK_TORN && roll == 2 && !change->is_truncate)
		tear(file, change, dice);
}

static void end(struct disk_file *file, enum disk_fate fate, struct dice *dice)
{
	while (file->changes) {
		struct disk_change *change = file->changes;
		land(file, change, fate, dice);
		DL_DELETE(file->changes, change);
		free(change);
	}
}

void disk_file_sync(struct disk_file *file)
{
	struct dice none = {0};
	end(file, DISK_KEPT, &none);
}

void disk_file_lose(struct disk_file *file, enum disk_fate fate, struct dice *dice)
{
	end(file, fate, dice);
}

void disk_file_free(struct disk_file *file)
{
	struct dice none = {0};
	end(file, DISK_DROPPED, &none);
	buf_free(&file->platter);
}
