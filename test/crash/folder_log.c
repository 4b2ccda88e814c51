/* folder_log.c - a list of changes; an image is made by going through it. */
#include "folder_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/check.h"
#include "dice.h"

#define FILES_MAX   1024 /* descriptors */
#define SECTOR      512
#define TOLD        40
#define CHANGES_MAX 65536

enum change_kind {
	MADE,    /* the folder, called `name` */
	NAMED,   /* the folder, `name` from now on */
	REMOVED, /* the folder */
	CREATED, /* a file in it; the rest too, but for the syncs of folders */
	WRITTEN,
	CUT, /* to `at` bytes */
	SYNCED,
	UNLINKED,
	FOLDER_SYNCED,
	ROOT_SYNCED
};
static const char *const words[] = {[MADE] = "mkdir",
	[NAMED] = "rename to",
	[REMOVED] = "rmdir",
	[CREATED] = "create",
	[WRITTEN] = "write",
	[CUT] = "truncate",
	[SYNCED] = "sync",
	[UNLINKED] = "unlink",
	[FOLDER_SYNCED] = "sync the folder",
	[ROOT_SYNCED] = "sync the folder above"};

struct change {
	enum change_kind kind;
	char name[64];
	size_t at;
	struct buf bytes;
};

/* What a descriptor is of: a file of the folder, "/" the folder itself, ".." the root; empty: nothing that counts. */
struct folder_log {
	struct str root;
	struct change *changes;
	size_t count, full_from;
	char of[FILES_MAX][64];
};

static struct folder_log *now; /* that records */

/* --- recording ---------------------------------------------------------------------------------- */

/* False: the disk is full, and errno says so. */
static bool record(enum change_kind kind, const char *name, size_t at, struct str bytes)
{
	CHECK(now->count < CHANGES_MAX);
	if (now->full_from && now->count + 1 >= now->full_from && kind != UNLINKED &&
		kind != REMOVED) {
		errno = ENOSPC;
		return false;
	}
	struct change *change = &now->changes[now->count++];
	*change = (struct change) {.kind = kind, .at = at};
	snprintf(change->name, sizeof change->name, "%s", name);
	buf_put(&change->bytes, bytes);
	return true;
}

/* What is below the root of a path, without slashes at its end: false: it is elsewhere. */
static bool below(const char *path, char out[64])
{
	if (!now || strncmp(path, now->root.at, now->root.len) != 0 ||
		(path[now->root.len] && path[now->root.len] != '/'))
		return false;
	path += now->root.len;
	path += *path == '/';
	CHECK(strlen(path) < 64);
	memcpy(out, path, strlen(path) + 1);
	size_t len = strlen(out);
	if (len && out[len - 1] == '/')
		out[len - 1] = '\0';
	return true;
}

/* Of "backup.part/journal.db" the file. */
static const char *file_of(const char *relative)
{
	const char *slash = strchr(relative, '/');
	return slash ? slash + 1 : NULL;
}

static void remember(int fd, const char *of)
{
	if (now && fd >= 0 && fd < FILES_MAX)
		snprintf(now->of[fd], sizeof now->of[fd], "%s", of);
}

static const char *of_fd(int fd)
{
	return now && fd >= 0 && fd < FILES_MAX ? now->of[fd] : "";
}

static bool is_file(const char *of)
{
	return *of && strcmp(of, "/") != 0 && strcmp(of, "..") != 0;
}

/* --- calls -------------------------------------------------------------------------------------- */

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);

static int open_it(const char *path, int flags, mode_t mode)
{
	char relative[64];
	struct stat found;
	if (!below(path, relative)) {
		int fd = __real_open64(path, flags, mode);
		remember(fd, "");
		return fd;
	}
	const char *file = file_of(relative);
	bool is_new = (flags & O_CREAT) && stat(path, &found) != 0;
	if (is_new && file && !record(CREATED, file, 0, STR_NONE))
		return -1;
	int fd = __real_open64(path, flags, mode);
	remember(fd, file ? file : *relative ? "/" : "..");
	return fd;
}

int __wrap_open64(const char *path, int flags, ...)
{
	va_list values;
	va_start(values, flags);
	mode_t mode = flags & O_CREAT ? va_arg(values, mode_t) : 0;
	va_end(values);
	return open_it(path, flags, mode);
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list values;
	va_start(values, flags);
	mode_t mode = flags & O_CREAT ? va_arg(values, mode_t) : 0;
	va_end(values);
	return open_it(path, flags, mode);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	const char *of = of_fd(fd);
	if (is_file(of) &&
		!record(WRITTEN, of, (size_t)lseek(fd, 0, SEEK_CUR), str_from(bytes, len)))
		return -1;
	return __real_write(fd, bytes, len);
}

int __wrap_fsync(int fd)
{
	const char *of = of_fd(fd);
	enum change_kind kind = strcmp(of, "/") == 0    ? FOLDER_SYNCED
				: strcmp(of, "..") == 0 ? ROOT_SYNCED
							: SYNCED;
	if (*of && !record(kind, of, 0, STR_NONE))
		return -1;
	return __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to)
{
	char relative[64];
	if (below(to, relative) && !record(NAMED, relative, 0, STR_NONE))
		return -1;
	return __real_rename(from, to);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	char relative[64];
	struct stat found;
	if (below(path, relative) && stat(path, &found) != 0 &&
		!record(MADE, relative, 0, STR_NONE))
		return -1;
	return __real_mkdir(path, mode);
}

int __wrap_unlink(const char *path)
{
	char relative[64];
	struct stat found;
	if (below(path, relative) && file_of(relative) && stat(path, &found) == 0)
		record(UNLINKED, file_of(relative), 0, STR_NONE);
	return __real_unlink(path);
}

int __wrap_rmdir(const char *path)
{
	char relative[64];
	struct stat found;
	if (below(path, relative) && stat(path, &found) == 0)
		record(REMOVED, relative, 0, STR_NONE);
	return __real_rmdir(path);
}

/* SQLite's own. */

static int lite_open(const char *path, int flags, int mode)
{
	return open_it(path, flags, (mode_t)mode);
}

static ssize_t lite_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	const char *of = of_fd(fd);
	if (is_file(of) && !record(WRITTEN, of, (size_t)at, str_from(bytes, len)))
		return -1;
	return pwrite(fd, bytes, len, at);
}

static int lite_ftruncate(int fd, off_t len)
{
	const char *of = of_fd(fd);
	if (is_file(of) && !record(CUT, of, (size_t)len, STR_NONE))
		return -1;
	return ftruncate(fd, len);
}

static void catch_sqlite(bool is_on)
{
	static const struct {
		const char *name;
		sqlite3_syscall_ptr call;
	} calls[] = {
		{"open", (sqlite3_syscall_ptr)lite_open},
		{"pwrite", (sqlite3_syscall_ptr)lite_pwrite},
		{"pwrite64", (sqlite3_syscall_ptr)lite_pwrite},
		{"ftruncate", (sqlite3_syscall_ptr)lite_ftruncate},
		{"unlink", (sqlite3_syscall_ptr)__wrap_unlink},
	};
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
	CHECK(vfs);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		vfs->xSetSystemCall(vfs, calls[i].name, is_on ? calls[i].call : NULL);
}

/* --- a log ---------------------------------------------------------------------------------------- */

struct folder_log *folder_log_begin(struct str root)
{
	CHECK(!now);
	now = mem_new(sizeof *now);
	now->root = root;
	now->changes = mem_new(CHANGES_MAX * sizeof *now->changes);
	catch_sqlite(true);
	return now;
}

void folder_log_stop(struct folder_log *log)
{
	CHECK(now == log);
	catch_sqlite(false);
	now = NULL;
}

void folder_log_free(struct folder_log **log)
{
	CHECK(now != *log);
	for (size_t i = 0; i < (*log)->count; i++)
		buf_free(&(*log)->changes[i].bytes);
	free((*log)->changes);
	free(*log);
	*log = NULL;
}

size_t folder_log_count(const struct folder_log *log)
{
	return log->count;
}

void folder_log_fill_at(struct folder_log *log, size_t index)
{
	log->full_from = index;
}

void folder_log_tell(const struct folder_log *log, size_t index)
{
	for (size_t i = index > TOLD ? index - TOLD : 0; i < index; i++)
		printf("#   %zu %s %s %zu+%zu\n", i + 1, words[log->changes[i].kind],
			log->changes[i].name, log->changes[i].at, log->changes[i].bytes.len);
}

/* --- images --------------------------------------------------------------------------------------- */

struct drawing {
	enum folder_fate fate;
	struct dice dice;
};

/* Is something left that was not synced? */
static bool stays(struct drawing *drawing)
{
	return drawing->fate == FOLDER_KEPT ||
	       (drawing->fate == FOLDER_DRAWN && dice_roll(&drawing->dice, 2));
}

/* Was there a sync of that kind (of that file) behind the change, up to the index? */
static bool is_synced(const struct folder_log *log, size_t change, size_t index,
	enum change_kind sync, const char *name)
{
	for (size_t i = change + 1; i < index; i++)
		if (log->changes[i].kind == sync &&
			(sync != SYNCED || strcmp(log->changes[i].name, name) == 0))
			return true;
	return false;
}

static const char *name_then(const struct folder_log *log, size_t index, struct drawing *drawing)
{
	const char *name = NULL;
	for (size_t i = 0; i < index; i++) {
		const struct change *c = &log->changes[i];
		if (c->kind > REMOVED)
			continue;
		if (is_synced(log, i, index, ROOT_SYNCED, "") || stays(drawing))
			name = c->kind == REMOVED ? NULL : c->name;
	}
	return name;
}

static bool is_in(
	const struct folder_log *log, size_t index, const char *file, struct drawing *drawing)
{
	bool is_there = false;
	for (size_t i = 0; i < index; i++) {
		const struct change *c = &log->changes[i];
		if ((c->kind != CREATED && c->kind != UNLINKED) || strcmp(c->name, file) != 0)
			continue;
		if (is_synced(log, i, index, FOLDER_SYNCED, "") || stays(drawing))
			is_there = c->kind == CREATED;
	}
	return is_there;
}

static void put_at(struct buf *content, size_t at, struct str bytes)
{
	size_t end = at + bytes.len;
	if (content->len < end) {
		memset(buf_reserve(content, end - content->len), 0, end - content->len);
		content->len = end;
	}
	if (bytes.len)
		memcpy(content->at + at, bytes.at, bytes.len);
}

/* Of a write that was not synced perhaps some sectors. */
static struct str torn(struct str bytes, struct drawing *drawing)
{
	if (drawing->fate != FOLDER_DRAWN || dice_roll(&drawing->dice, 4))
		return bytes;
	size_t sectors = bytes.len / SECTOR;
	return str_from(bytes.at, SECTOR * (size_t)dice_roll(&drawing->dice, sectors + 1));
}

static void write_file(const struct folder_log *log, size_t index, const char *file,
	struct drawing *drawing, const char *to)
{
	struct buf content = {0};
	char path[512];
	for (size_t i = 0; i < index; i++) {
		const struct change *c = &log->changes[i];
		bool is_synced_now = is_synced(log, i, index, SYNCED, file);
		if ((c->kind != WRITTEN && c->kind != CUT) || strcmp(c->name, file) != 0 ||
			(!is_synced_now && !stays(drawing)))
			continue;
		struct str bytes = buf_str(&c->bytes);
		if (c->kind == WRITTEN)
			put_at(&content, c->at, is_synced_now ? bytes : torn(bytes, drawing));
		else if (c->at <= content.len)
			content.len = c->at;
		else
			put_at(&content, c->at, STR_NONE);
	}
	snprintf(path, sizeof path, "%s/%s", to, file);
	FILE *out = fopen(path, "w");
	CHECK(out && (!content.len || fwrite(content.at, 1, content.len, out) == content.len));
	fclose(out);
	buf_free(&content);
}

static bool was_created_before(const struct folder_log *log, size_t change)
{
	for (size_t i = 0; i < change; i++)
		if (log->changes[i].kind == CREATED &&
			strcmp(log->changes[i].name, log->changes[change].name) == 0)
			return true;
	return false;
}

const char *folder_log_image(const struct folder_log *log, size_t index, enum folder_fate fate,
	uint64_t seed, const char *to)
{
	struct drawing drawing = {fate, {seed}};
	const char *name = name_then(log, index, &drawing);
	if (!name)
		return NULL;
	CHECK(mkdir(to, 0700) == 0);
	for (size_t i = 0; i < index; i++) {
		const char *file = log->changes[i].name;
		if (log->changes[i].kind == CREATED && !was_created_before(log, i) &&
			is_in(log, index, file, &drawing))
			write_file(log, index, file, &drawing, to);
	}
	return name;
}
