/* store_fault.h - a disk that fails when a test says so: an sqlite3_vfs before the real one. */
#ifndef STORE_STORE_FAULT_H
#define STORE_STORE_FAULT_H

#include <sqlite3.h>
#include <stdatomic.h>

/* Of files whose path holds `files`: writes, changes of length and fsyncs end with these codes
 * (SQLITE_OK: well) and this errno; where new files are refused, so is shared memory. May be changed
 * while the store's threads run. */
struct fault {
	sqlite3_vfs vfs;
	sqlite3_io_methods methods;
	const char *files;
	atomic_int write_code, truncate_code, sync_code, reason;
	atomic_int spared;        /* so many writes go well before write_code counts */
	atomic_bool refuses_new;  /* no file can be made */
	atomic_int writes, syncs; /* tried so far */
	atomic_int
		temporaries; /* files without a name that were asked for, wherever they would be */
};

void fault_begin(struct fault *fault, const char *files); /* becomes SQLite's default */
void fault_end(struct fault *fault);

#endif
