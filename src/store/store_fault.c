/* store_fault.c - passes everything on to the real VFS, unless it is told to fail. */
#include "store/store_fault.h"

#include <string.h>

struct fault_file {
	sqlite3_file base;
	struct fault *fault; /* NULL: a file that never fails */
	sqlite3_file *real;  /* right behind */
};

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct fault_file *)file)->real;
}

#define UNDER(file) real(file)->pMethods

static int on_write(sqlite3_file *file, const void *at, int len, sqlite3_int64 where)
{
	struct fault *fault = ((struct fault_file *)file)->fault;
	if (fault) {
		atomic_fetch_add(&fault->writes, 1);
		int code = atomic_load(&fault->write_code);
		if (code != SQLITE_OK)
			return code;
	}
	return UNDER(file)->xWrite(real(file), at, len, where);
}

static int on_sync(sqlite3_file *file, int flags)
{
	struct fault *fault = ((struct fault_file *)file)->fault;
	if (fault) {
		atomic_fetch_add(&fault->syncs, 1);
		int code = atomic_load(&fault->sync_code);
		if (code != SQLITE_OK)
			return code;
	}
	return UNDER(file)->xSync(real(file), flags);
}

static int on_close(sqlite3_file *file)
{
	return UNDER(file)->xClose(real(file));
}
static int on_read(sqlite3_file *file, void *at, int len, sqlite3_int64 where)
{
	return UNDER(file)->xRead(real(file), at, len, where);
}
static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return UNDER(file)->xTruncate(real(file), size);
}
static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return UNDER(file)->xFileSize(real(file), size);
}
static int on_lock(sqlite3_file *file, int level)
{
	return UNDER(file)->xLock(real(file), level);
}
static int on_unlock(sqlite3_file *file, int level)
{
	return UNDER(file)->xUnlock(real(file), level);
}
static int on_check_lock(sqlite3_file *file, int *out)
{
	return UNDER(file)->xCheckReservedLock(real(file), out);
}
static int on_control(sqlite3_file *file, int op, void *arg)
{
	struct fault *fault = ((struct fault_file *)file)->fault;
	if (op == SQLITE_FCNTL_LAST_ERRNO && fault) {
		*(int *)arg = atomic_load(&fault->reason);
		return SQLITE_OK;
	}
	return UNDER(file)->xFileControl(real(file), op, arg);
}
static int on_sector(sqlite3_file *file)
{
	return UNDER(file)->xSectorSize(real(file));
}
static int on_device(sqlite3_file *file)
{
	return UNDER(file)->xDeviceCharacteristics(real(file));
}
static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return UNDER(file)->xShmMap(real(file), page, size, extend, out);
}
static int on_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return UNDER(file)->xShmLock(real(file), offset, n, flags);
}
static void on_shm_barrier(sqlite3_file *file)
{
	UNDER(file)->xShmBarrier(real(file));
}
static int on_shm_unmap(sqlite3_file *file, int remove)
{
	return UNDER(file)->xShmUnmap(real(file), remove);
}

/* Version 2: with the WAL's shared memory, without mapping the file, so that no
 * write goes around. */
static const sqlite3_io_methods methods = {
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

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *opened, int flags, int *out)
{
	struct fault *fault = (struct fault *)vfs;
	sqlite3_vfs *under = vfs->pAppData;
	struct fault_file *file = (struct fault_file *)opened;
	*file = (struct fault_file) {.real = (sqlite3_file *)(file + 1)};
	if (name && strstr(name, fault->files))
		file->fault = fault;
	int code = under->xOpen(under, name, file->real, flags, out);
	if (file->real->pMethods)
		file->base.pMethods = &methods;
	return code;
}

void fault_begin(struct fault *fault, const char *files)
{
	sqlite3_vfs *under = sqlite3_vfs_find(NULL);
	memset(fault, 0, sizeof *fault);
	fault->files = files;
	fault->vfs = *under; /* the rest of it works without files */
	fault->vfs.pNext = NULL;
	fault->vfs.zName = "fault";
	fault->vfs.pAppData = under;
	fault->vfs.szOsFile = (int)sizeof(struct fault_file) + under->szOsFile;
	fault->vfs.xOpen = on_open;
	sqlite3_vfs_register(&fault->vfs, 1);
}

void fault_end(struct fault *fault)
{
	sqlite3_vfs_unregister(&fault->vfs);
}
