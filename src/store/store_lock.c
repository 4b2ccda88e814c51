/* store_lock.c - flock on a file that also tells who holds it. */
#include "store/store_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell_holder(int file, struct str folder, struct buf *why)
{
	char pid[24];
	ssize_t len = pread(file, pid, sizeof pid, 0);
	struct str text = str_from(pid, len > 0 ? (size_t)len : 0), holder = str_cut(&text, '\n');
	buf_printf(
		why, "%.*s is open already, in process %.*s", STR_ARGS(folder), STR_ARGS(holder));
}

static enum err lock_file(int file, struct str folder, struct buf *why)
{
	if (flock(file, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			tell_holder(file, folder, why);
		else
			buf_printf(why, "cannot lock %.*s: %s", STR_ARGS(folder), strerror(errno));
		return ERR_INTERNAL;
	}
	/* For people; if it cannot be written, the databases will say why. */
	char pid[24];
	int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	if (ftruncate(file, 0) == 0 && pwrite(file, pid, (size_t)len, 0) != len)
		errno = 0;
	return OK;
}

enum err store_lock_take(struct str folder, int *lock, struct buf *why)
{
	struct buf path = {0};
	buf_printf(&path, "%.*s", STR_ARGS(folder));
	buf_put_byte(&path, '\0');
	if (mkdir(path.at, 0700) != 0 && errno != EEXIST) {
		buf_printf(why, "cannot create %.*s: %s", STR_ARGS(folder), strerror(errno));
		buf_free(&path);
		return ERR_INTERNAL;
	}
	path.len--;
	buf_puts(&path, "/lock");
	buf_put_byte(&path, '\0');
	*lock = open(path.at, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	buf_free(&path);
	if (*lock < 0) {
		buf_printf(why, "cannot write in %.*s: %s", STR_ARGS(folder), strerror(errno));
		return ERR_INTERNAL;
	}
	enum err e = lock_file(*lock, folder, why);
	if (e != OK)
		store_lock_release(lock);
	return e;
}

void store_lock_release(int *lock)
{
	close(*lock);
	*lock = -1;
}
