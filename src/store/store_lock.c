/* store_lock.c - flock on a folder, and on a file in it that also tells who holds it. */
#include "store/store_lock.h"
#include "base/owner.h"
#include "store/store_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err fail(struct str folder, const char *what, int reason, struct buf *why)
{
	buf_printf(why, "cannot %s ", what);
	owner_put_failure(why, folder, reason);
	return ERR_INTERNAL;
}

static enum err tell_holder(int file, struct str folder, struct buf *why)
{
	char pid[24];
	ssize_t len = file >= 0 ? pread(file, pid, sizeof pid, 0) : 0;
	struct str text = str_from(pid, len > 0 ? (size_t)len : 0), holder = str_cut(&text, '\n');
	buf_printf(
		why, "%.*s is open already, in process %.*s", STR_ARGS(folder), STR_ARGS(holder));
	return ERR_INTERNAL;
}

/* For people. Written before the rest is cut off, so that it needs no room where there was one. */
static void tell_us(int file)
{
	char pid[24];
	int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	if (pwrite(file, pid, (size_t)len, 0) != len || ftruncate(file, len) != 0)
		errno = 0; /* the databases will say why */
}

/* Without the right to write, a disk that is read-only still lets us lock. */
static int open_file(int folder)
{
	int file = openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 && disk_is_refusal(errno)) {
		int reason = errno;
		file = openat(folder, "lock", O_RDONLY | O_CLOEXEC);
		errno = reason;
	}
	return file;
}

static enum err lock_both(struct store_lock *lock, struct str folder, struct buf *why)
{
	int reason = 0;
	lock->file = open_file(lock->folder);
	if (lock->file < 0 && !disk_is_refusal(errno))
		return fail(folder, "write in", errno, why);
	/* Some file systems lock no folders: then the file must be there. */
	if (flock(lock->folder, LOCK_EX | LOCK_NB) != 0)
		reason = errno;
	if (reason != EWOULDBLOCK && lock->file >= 0)
		reason = flock(lock->file, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
	if (reason == EWOULDBLOCK)
		return tell_holder(lock->file, folder, why);
	if (reason)
		return fail(folder, "lock", reason, why);
	if (lock->file >= 0)
		tell_us(lock->file);
	return OK;
}

enum err store_lock_take(struct str folder, struct store_lock *lock, struct buf *why)
{
	struct buf path = {0};
	*lock = (struct store_lock) {-1, -1};
	buf_printf(&path, "%.*s", STR_ARGS(folder));
	buf_put_byte(&path, '\0');
	int reason = mkdir(path.at, 0700) == 0 ? 0 : errno;
	lock->folder = open(path.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e = lock->folder >= 0 ? lock_both(lock, folder, why)
		     : errno == ENOENT ? fail(folder, "create", reason, why)
				       : fail(folder, "open", errno, why);
	buf_free(&path);
	if (e != OK)
		store_lock_release(lock);
	return e;
}

void store_lock_release(struct store_lock *lock)
{
	if (lock->file >= 0)
		close(lock->file);
	if (lock->folder >= 0)
		close(lock->folder);
	*lock = (struct store_lock) {-1, -1};
}
