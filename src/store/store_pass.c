/* store_pass.c - every call of a file, handed to the real file. */
#include "store/store_pass.h"

#include <string.h>

#define UNDER(file) pass_real(file)->pMethods

static int on_close(sqlite3_file *file)
{
	return UNDER(file)->xClose(pass_real(file));
}
static int on_read(sqlite3_file *file, void *at, int len, sqlite3_int64 where)
{
	return UNDER(file)->xRead(pass_real(file), at, len, where);
}
static int on_write(sqlite3_file *file, const void *at, int len, sqlite3_int64 where)
{
	return UNDER(file)->xWrite(pass_real(file), at, len, where);
}
static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return UNDER(file)->xTruncate(pass_real(file), size);
}
static int on_sync(sqlite3_file *file, int flags)
{
	return UNDER(file)->xSync(pass_real(file), flags);
}
static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return UNDER(file)->xFileSize(pass_real(file), size);
}
static int on_lock(sqlite3_file *file, int level)
{
	return UNDER(file)->xLock(pass_real(file), level);
}
static int on_unlock(sqlite3_file *file, int level)
{
	return UNDER(file)->xUnlock(pass_real(file), level);
}
static int on_check_lock(sqlite3_file *file, int *out)
{
	return UNDER(file)->xCheckReservedLock(pass_real(file), out);
}
static int on_control(sqlite3_file *file, int op, void *arg)
{
	return UNDER(file)->xFileControl(pass_real(file), op, arg);
}
static int on_sector(sqlite3_file *file)
{
	return UNDER(file)->xSectorSize(pass_real(file));
}
static int on_device(sqlite3_file *file)
{
	return UNDER(file)->xDeviceCharacteristics(pass_real(file));
}
static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return UNDER(file)->xShmMap(pass_real(file), page, size, extend, out);
}
static int on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return UNDER(file)->xShmLock(pass_real(file), offset, n, flags);
}
static void on_shm_barrier(sqlite3_file *file)
{
	UNDER(file)->xShmBarrier(pass_real(file));
}
static int on_shm_unmap(sqlite3_file *file, int remove)
{
	return UNDER(file)->xShmUnmap(pass_real(file), remove);
}

const sqlite3_io_methods pass_methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check_lock,
	.xFileControl = on_control,
	.xSectorSize = on_sector,
	.xDeviceCharacteristics = on_device,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

void pass_begin(sqlite3_vfs *vfs, const char *name, int file_bytes,
	int (*open)(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out))
{
	sqlite3_vfs *under = sqlite3_vfs_find(NULL);
	*vfs = *under; /* the rest of it works without files */
	vfs->pNext = NULL;
	vfs->zName = name;
	vfs->pAppData = under;
	vfs->szOsFile = file_bytes + under->szOsFile;
	vfs->xOpen = open;
	sqlite3_vfs_register(vfs, 1);
}

void pass_end(sqlite3_vfs *vfs)
{
	sqlite3_vfs *under = pass_under(vfs);
	sqlite3_vfs_unregister(vfs);
	sqlite3_vfs_register(under, 1); /* what was registered meanwhile would be next in line */
}

void pass_squeeze(void)
{
	sqlite3_config(SQLITE_CONFIG_PMASZ, 0);
	sqlite3_config(SQLITE_CONFIG_SMALL_MALLOC, 1);
	sqlite3_soft_heap_limit64(1);
}

sqlite3_vfs *pass_under(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

int pass_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *opened, int file_bytes,
	const sqlite3_io_methods *methods, int flags, int *out)
{
	struct pass_file *file = (struct pass_file *)opened;
	memset(file, 0, (size_t)file_bytes);
	file->real = (sqlite3_file *)((char *)opened + file_bytes);
	int code = pass_under(vfs)->xOpen(pass_under(vfs), name, file->real, flags, out);
	if (file->real->pMethods)
		file->base.pMethods = methods;
	return code;
}
