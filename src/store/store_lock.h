/* store_lock.h - one process owns a folder: a lock file that the system lets go when it ends. */
#ifndef STORE_STORE_LOCK_H
#define STORE_STORE_LOCK_H

#include "base/buf.h"
#include "base/err.h"

/* Creates the folder if it is missing (readable by its owner only). *lock: give to
 * store_lock_release. ERR_INTERNAL and why: another process has it, or the system's reason. */
enum err store_lock_take(struct str folder, int *lock, struct buf *why) MUST_CHECK;
void store_lock_release(int *lock);

#endif
