/* store_disk.h - the disk beneath a folder: its room, and whether it takes anything at all. */
#ifndef STORE_STORE_DISK_H
#define STORE_STORE_DISK_H

#include <stdbool.h>

#include "base/str.h"

/* Bytes that the file system of the folder still takes from us. */
uint64_t disk_free(struct str folder);

/* Is this errno a refusal, which leaves the file as it was and may pass: no room (ENOSPC), no quota
 * (EDQUOT), read-only (EROFS), no longer file (EFBIG)? */
bool disk_is_refusal(int reason);
/* Is a new small file in the folder refused so? Tries it; nothing of it remains. */
bool disk_refuses(struct str folder);

#endif
