/* store_disk.c - asking the system, by statvfs or by trying. */
#include "store/store_disk.h"
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What a WAL and its shared memory begin with: less room than this is none. */
#define TRIED_BYTES (64 * 1024)

uint64_t disk_free(struct str folder)
{
	struct buf path = {0};
	struct statvfs disk;
	buf_put(&path, folder);
	buf_put_byte(&path, '\0');
	bool is_known = statvfs(path.at, &disk) == 0;
	buf_free(&path);
	/* If the system cannot tell, the write itself will. */
	return is_known ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX;
}

bool disk_is_refusal(int reason)
{
	return reason == ENOSPC || reason == EDQUOT || reason == EROFS || reason == EFBIG;
}

/* Without a name from the start, so that nothing remains whenever the process ends. Some file systems
 * promise room when a file is written, others only when it is synced. */
static bool is_tried_well(int file)
{
	static const char bytes[TRIED_BYTES];
	ssize_t written = write(file, bytes, sizeof bytes);
	if (written >= 0 && written < (ssize_t)sizeof bytes)
		errno = ENOSPC;
	return written == (ssize_t)sizeof bytes && fsync(file) == 0;
}

bool disk_refuses(struct str folder)
{
	struct buf path = {0};
	buf_printf(&path, "%.*s/room", STR_ARGS(folder));
	buf_put_byte(&path, '\0');
	int file = open(path.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_well = file >= 0 && unlink(path.at) == 0 && is_tried_well(file);
	int reason = errno;
	if (file >= 0)
		close(file);
	buf_free(&path);
	return !is_well && disk_is_refusal(reason);
}
