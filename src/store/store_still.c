/* store_still.c - reads are passed on; locks are granted, writes are not. */
#include "store/store_still.h"
#include "base/arena.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct still_file {
	sqlite3_file base;
	sqlite3_file *real; /* NULL: a WAL that is not there */
};

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct still_file *)file)->real;
}

/* --- files -------------------------------------------------------------------------------------- */

static int on_close(sqlite3_file *file)
{
	sqlite3_file *real = real_of(file);
	int code = real ? real->pMethods->xClose(real) : SQLITE_OK;
	free(real);
	return code;
}

static int on_read(sqlite3_file *file, void *at, int len, sqlite3_int64 where)
{
	sqlite3_file *real = real_of(file);
	if (real)
		return real->pMethods->xRead(real, at, len, where);
	memset(at, 0, (size_t)len);
	return SQLITE_IOERR_SHORT_READ;
}

static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	sqlite3_file *real = real_of(file);
	*size = 0;
	return real ? real->pMethods->xFileSize(real, size) : SQLITE_OK;
}

static int on_write(sqlite3_file *file, const void *at, int len, sqlite3_int64 where)
{
	return SQLITE_READONLY;
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return SQLITE_READONLY;
}

/* Nothing was written, nobody else is there. */
static int on_sync_or_lock(sqlite3_file *file, int flags)
{
	return SQLITE_OK;
}

static int on_check_lock(sqlite3_file *file, int *out)
{
	*out = 0;
	return SQLITE_OK;
}

static int on_control(sqlite3_file *file, int op, void *arg)
{
	return SQLITE_NOTFOUND;
}

static int on_sector_or_device(sqlite3_file *file)
{
	return 0;
}

/* Version 1 has no shared memory, so none can be asked for. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync_or_lock,
	.xFileSize = on_size,
	.xLock = on_sync_or_lock,
	.xUnlock = on_sync_or_lock,
	.xCheckReservedLock = on_check_lock,
	.xFileControl = on_control,
	.xSectorSize = on_sector_or_device,
	.xDeviceCharacteristics = on_sector_or_device,
};

/* --- names -------------------------------------------------------------------------------------- */

/* The default may have been changed since we were registered. */
static sqlite3_vfs *under(void)
{
	return sqlite3_vfs_find(NULL);
}

static int open_real(struct still_file *file, const char *path, int flags)
{
	int kind = flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	int out, is_there = 1, code = SQLITE_OK;
	if (flags & SQLITE_OPEN_WAL)
		code = under()->xAccess(under(), path, SQLITE_ACCESS_EXISTS, &is_there);
	if (code != SQLITE_OK || !is_there)
		return code;
	file->real = mem_new((size_t)under()->szOsFile);
	return under()->xOpen(under(), path, file->real, kind | SQLITE_OPEN_READONLY, &out);
}

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *opened, int flags, int *out)
{
	struct still_file *file = (struct still_file *)opened;
	*file = (struct still_file) {0};
	if (!(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
		return SQLITE_CANTOPEN; /* whatever else SQLite opens is to be written */
	int code = open_real(file, path, flags);
	if (code != SQLITE_OK) {
		if (file->real && file->real->pMethods)
			file->real->pMethods->xClose(file->real);
		free(file->real);
		file->real = NULL;
		return code;
	}
	file->base.pMethods = &methods;
	if (out)
		*out = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) |
		       SQLITE_OPEN_READONLY;
	return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int syncs_folder)
{
	return SQLITE_READONLY;
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	return under()->xAccess(under(), path, flags, out);
}

static int on_full_path(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
	return under()->xFullPathname(under(), path, size, out);
}

static void begin(void)
{
	static sqlite3_vfs vfs;
	vfs = *under(); /* the rest of it works without files */
	vfs.pNext = NULL;
	vfs.zName = STILL_VFS;
	vfs.szOsFile = sizeof(struct still_file);
	vfs.xOpen = on_open;
	vfs.xDelete = on_delete;
	vfs.xAccess = on_access;
	vfs.xFullPathname = on_full_path;
	sqlite3_vfs_register(&vfs, 0);
}

void still_register(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, begin);
}
