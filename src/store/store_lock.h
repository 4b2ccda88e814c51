/* store_lock.h - one process owns a folder: a lock file that the system lets go when it ends. */
#ifndef STORE_STORE_LOCK_H
#define STORE_STORE_LOCK_H

#include "base/buf.h"
#include "base/err.h"

/* The folder itself is locked, and the file `lock` in it, which tells who: on a disk that takes no writes
 * the file may be missing. */
struct store_lock {
	int folder, file; /* -1: not open */
};

/* Creates the folder if it is missing (readable by its owner only). ERR_INTERNAL and why: another
 * process has it, or the system's reason. */
enum err store_lock_take(struct str folder, struct store_lock *lock, struct buf *why) MUST_CHECK;
void store_lock_release(struct store_lock *lock);

#endif
