/* doctor_disk.c - writes as a commit does, and looks at the clock. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "store/store.h"

#define TRIED "doctor"
#define TRIES 50
#define BYTES 4096 /* a page of SQLite */
/* No disk, and no cache with a battery behind a bus, has it faster: it is memory that answers. */
#define TOO_FAST_US 10
/* So much is a commit for which people wait. */
#define TOO_SLOW_US 50000

static const struct {
	long magic;
	const char *name;
	enum doctor_verdict verdict;
	const char *remedy;
} systems[] = {
	{TMPFS_MAGIC, "memory (tmpfs)", DOCTOR_BAD,
		"data-dir must be on a disk: of memory nothing survives a restart of the machine"},
	{RAMFS_MAGIC, "memory (ramfs)", DOCTOR_BAD,
		"data-dir must be on a disk: of memory nothing survives a restart of the machine"},
	{NFS_SUPER_MAGIC, "NFS", DOCTOR_BAD,
		"data-dir must be on a disk of this machine: SQLite's WAL needs shared memory"},
	{0x517B, "SMB", DOCTOR_BAD,
		"data-dir must be on a disk of this machine: SQLite's WAL needs shared memory"},
	{0xFF534D42, "CIFS", DOCTOR_BAD,
		"data-dir must be on a disk of this machine: SQLite's WAL needs shared memory"},
	{OVERLAYFS_SUPER_MAGIC, "a container's layer (overlay)", DOCTOR_DOUBTFUL,
		"put data-dir on a volume: the layer goes when the container is removed"},
	{EXT4_SUPER_MAGIC, "ext4", DOCTOR_FINE, NULL},
	{XFS_SUPER_MAGIC, "XFS", DOCTOR_FINE, NULL},
	{BTRFS_SUPER_MAGIC, "btrfs", DOCTOR_FINE, NULL},
	{0x2FC12FC1, "ZFS", DOCTOR_FINE, NULL},
};

static void look_at_system(struct doctor *doctor)
{
	struct statfs found;
	const char *path = doctor->folder->path;
	if (statfs(path, &found) != 0)
		return;
	for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
		if ((unsigned long)found.f_type == (unsigned long)systems[i].magic) {
			doctor_say(doctor, systems[i].verdict, "disk", systems[i].remedy,
				"%s is on %s", path, systems[i].name);
			return;
		}
	doctor_say(doctor, DOCTOR_DOUBTFUL, "disk",
		"make sure that it is a disk of this machine, and that what is synced survives",
		"%s is on a file system that is not known here (0x%lx)", path,
		(unsigned long)found.f_type);
}

static void look_at_room(struct doctor *doctor)
{
	struct statvfs disk;
	if (statvfs(doctor->folder->path, &disk) != 0)
		return;
	uint64_t bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	enum doctor_verdict verdict = bytes < STORE_FREE_MIN        ? DOCTOR_BAD
				      : bytes < 16 * STORE_FREE_MIN ? DOCTOR_DOUBTFUL
								    : DOCTOR_FINE;
	doctor_say(doctor, verdict, "room", "make room: the store never shrinks by itself",
		"%llu MiB are free; with less than %llu no text is taken",
		(unsigned long long)(bytes >> 20), (unsigned long long)(STORE_FREE_MIN >> 20));
}

static long now_us(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static int longer(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;
	return (x > y) - (x < y);
}

/* In us, ascending. False: errno says why not. */
static bool time_syncs(int file, long took[TRIES])
{
	static const char page[BYTES];
	for (int i = 0; i < TRIES; i++) {
		long began = now_us();
		if (pwrite(file, page, sizeof page, (off_t)i * BYTES) != BYTES ||
			fdatasync(file) != 0)
			return false;
		took[i] = now_us() - began;
	}
	qsort(took, TRIES, sizeof took[0], longer);
	return true;
}

static void judge_syncs(struct doctor *doctor, const long took[TRIES])
{
	long usual = took[TRIES / 2], slow = took[TRIES * 95 / 100];
	unsigned grid_us = doctor->folder->config->grid_ms * 1000;
	if (usual < TOO_FAST_US)
		doctor_say(doctor, DOCTOR_BAD, "fsync",
			"find out whose cache answers: a virtual disk set to cache=unsafe, "
			"nobarrier, "
			"libeatmydata; what it says is on disk is lost with the power",
			"a write is synced in %ld us: no disk is so fast", usual);
	else if (usual > TOO_SLOW_US)
		doctor_say(doctor, DOCTOR_DOUBTFUL, "fsync", "use an SSD, or a quieter disk",
			"a write is synced in %.1f ms, and people wait for it",
			(double)usual / 1000);
	else if (grid_us && slow > grid_us / 2)
		doctor_say(doctor, DOCTOR_DOUBTFUL, "fsync",
			"set gate.grid to twice the longer of these times at least: else work of "
			"silent supervisors may show by the clock",
			"a write is synced in %.1f ms, one of twenty takes %.1f ms or more: longer "
			"than "
			"half of the grid (%u ms)",
			(double)usual / 1000, (double)slow / 1000, grid_us / 1000);
	else
		doctor_say(doctor, DOCTOR_FINE, "fsync", NULL,
			"a write is synced in %.1f ms, one of twenty takes %.1f ms or more",
			(double)usual / 1000, (double)slow / 1000);
}

static void try_syncs(struct doctor *doctor)
{
	struct buf path = {0};
	long took[TRIES];
	buf_printf(&path, "%s/%s", doctor->folder->path, TRIED);
	buf_put_byte(&path, '\0');
	int file = open(path.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_well = file >= 0 && unlink(path.at) == 0 && time_syncs(file, took);
	if (is_well)
		judge_syncs(doctor, took);
	else
		doctor_say(doctor, DOCTOR_BAD, "fsync",
			"run this as the user who serves; the folder must take writes",
			"%s cannot be written: %s", doctor->folder->path, strerror(errno));
	if (file >= 0)
		close(file);
	buf_free(&path);
}

void doctor_disk(struct doctor *doctor)
{
	look_at_system(doctor);
	look_at_room(doctor);
	try_syncs(doctor);
}
