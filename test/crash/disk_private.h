/* disk_private.h - the disk's inside: the calls of SQLite (disk.c), and what is on the platter
 * (disk_platter.c). */
#ifndef CRASH_DISK_PRIVATE_H
#define CRASH_DISK_PRIVATE_H

#include <pthread.h>

#include "disk.h"
#include "store/store_pass.h"

enum disk_op { DISK_CREATE, DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_DELETE, DISK_REGION };

/* A name in the folder; in a list of changes: what it leads to from then on. */
struct disk_name {
	struct disk_name *prev, *next;
	struct disk_file *file; /* NULL: deleted */
	char name[];
};

/* A file lives until the disk's next life, also without a name. */
struct disk_inode {
	struct disk_file file; /* first */
	int opens;             /* handles */
	int regions; /* of the shared memory that belongs to it; with the first opening none */
	struct disk_inode *prev, *next;
};

#define DISK_TOLD 16
struct disk_told {
	enum disk_op op;
	uint64_t index, at, len;
	bool is_done;
	char name[24];
};

struct disk {
	sqlite3_vfs vfs;
	sqlite3_io_methods methods;
	pthread_mutex_t mutex; /* guards what follows */
	char root[64];
	struct buf folder; /* with a '\0', not counted */
	unsigned life;
	uint64_t index, cut_at;
	bool is_cut;

	struct disk_inode *inodes;
	struct disk_name *names;   /* as the program sees them */
	struct disk_name *synced;  /* as the platter has them */
	struct disk_name *changes; /* of the names, since */
	struct dice dice;          /* for what a failed sync loses */

	enum disk_trouble trouble;
	uint64_t trouble_from, trouble_left;
	bool is_troubled;
	uint64_t temporaries;

	struct disk_told told[DISK_TOLD]; /* the change with index i is at i % DISK_TOLD */
};

/* --- disk_platter.c ------------------------------------------------------------------------- */

void disk_begin_life(struct disk *disk);
void disk_end_life(struct disk *disk);                                  /* removes the folder */
struct disk_file *disk_find(const struct disk *disk, const char *name); /* as the program sees it */
struct disk_file *disk_create(struct disk *disk, const char *name);
void disk_delete(struct disk *disk, const char *name);
void disk_sync_folder(struct disk *disk);

#endif
