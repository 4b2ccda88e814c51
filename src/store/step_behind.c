/* step_behind.c - nice, the scheduler's slice, and a pwrite for SQLite that waits for the disk. */
#include "store/step_behind.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* It still has a tenth of the time of one that always works. */
#define NICE 10
/* Nanoseconds, the least there is. Whoever wakes up waits until the slice of the one that runs is over, whatever their
 * priorities: 3 ms if nothing else is said (EEVDF, since Linux 6.12; older ones do not look at it). */
#define SLICE 100000
/* SCHED_FLAG_KEEP_POLICY: whoever started the server in a class of its own meant it. */
#define KEEP_POLICY 0x08

/* --- the processor ------------------------------------------------------------------------------ */

/* sched_setattr(2): the C library has it since glibc 2.41 only. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime; /* the slice */
	uint64_t deadline, period;
};

static bool share_processor(int nice)
{
	struct attributes wanted = {
		.size = sizeof wanted, .nice = nice, .runtime = SLICE, .flags = KEEP_POLICY};
	return syscall(SYS_sched_setattr, 0, &wanted, 0) == 0;
}

/* --- the disk ----------------------------------------------------------------------------------- */

typedef ssize_t pwrite_fn(int file, const void *at, size_t len, off_t where);

static pwrite_fn *system_pwrite;

/* What the thread wrote last, all in one file: somewhere in from..to. */
static _Thread_local struct {
	bool is_on;
	int file;
	off_t from, to;
	size_t bytes;
} unwaited;

static void note(int file, off_t from, size_t len)
{
	off_t to = from + (off_t)len;
	if (unwaited.file != file)
		unwaited.bytes = 0; /* the other is left to its fsync */
	if (unwaited.bytes == 0 || from < unwaited.from)
		unwaited.from = from;
	if (unwaited.bytes == 0 || to > unwaited.to)
		unwaited.to = to;
	unwaited.file = file;
	unwaited.bytes += len;
}

/* False: the disk failed. Linux tells an open file of a failure once, so the fsync to come would not hear of it. */
static bool wait_for_disk(void)
{
	unwaited.bytes = 0;
	int code = sync_file_range(unwaited.file, unwaited.from, unwaited.to - unwaited.from,
		SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
	if (code == 0 || errno == ENOSYS || errno == EINVAL || errno == ESPIPE || errno == EPERM)
		return true; /* done, or not offered here */
	errno = EIO; /* also for a full disk: what became of the bytes is not known, as after a failed fsync */
	return false;
}

static ssize_t paced_pwrite(int file, const void *at, size_t len, off_t where)
{
	ssize_t n = system_pwrite(file, at, len, where);
	if (n <= 0 || !unwaited.is_on)
		return n;
	note(file, where, (size_t)n);
	return unwaited.bytes < STEP_BEHIND_BYTES || wait_for_disk() ? n : -1;
}

/* SQLite's own way to look at what it writes and to know the file it writes to. Which of both it uses is decided when
 * it is built; the other one is not there. */
static void replace_pwrite(void)
{
	static const char *const names[] = {"pwrite", "pwrite64"};
	sqlite3_vfs *files = sqlite3_initialize() == SQLITE_OK ? sqlite3_vfs_find("unix") : NULL;
	for (size_t i = 0; files && i < sizeof names / sizeof *names; i++) {
		sqlite3_syscall_ptr found = files->xGetSystemCall(files, names[i]);
		if (!found)
			continue;
		system_pwrite = (pwrite_fn *)found;
		files->xSetSystemCall(files, names[i], (sqlite3_syscall_ptr)paced_pwrite);
	}
}

void step_behind_register(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, replace_pwrite);
}

void step_behind(void)
{
	unwaited.is_on = true;
	if (!share_processor(NICE))
		(void)!nice(NICE); /* on Linux the thread's own */
}

void step_in(void)
{
	share_processor(getpriority(PRIO_PROCESS, 0)); /* the thread's own, as it was started */
}

size_t step_behind_unwaited(void)
{
	return unwaited.bytes;
}
