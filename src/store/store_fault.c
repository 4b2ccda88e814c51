/* store_fault.c - passes everything on to the real VFS, unless it is told to fail. */
#include "store/store_fault.h"
#include "store/store_pass.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct fault_file {
	struct pass_file pass;
	struct fault *fault; /* NULL: a file that never fails */
};

static struct fault *fault_of(sqlite3_file *file)
{
	return ((struct fault_file *)file)->fault;
}

static int on_write(sqlite3_file *file, const void *at, int len, sqlite3_int64 where)
{
	struct fault *fault = fault_of(file);
	if (fault) {
		atomic_fetch_add(&fault->writes, 1);
		int code = atomic_load(&fault->write_code);
		if (code != SQLITE_OK && atomic_fetch_sub(&fault->spared, 1) <= 0)
			return code;
	}
	return pass_methods.xWrite(file, at, len, where);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct fault *fault = fault_of(file);
	int code = fault ? atomic_load(&fault->truncate_code) : SQLITE_OK;
	return code == SQLITE_OK ? pass_methods.xTruncate(file, size) : code;
}

static int on_sync(sqlite3_file *file, int flags)
{
	struct fault *fault = fault_of(file);
	if (fault) {
		atomic_fetch_add(&fault->syncs, 1);
		int code = atomic_load(&fault->sync_code);
		if (code != SQLITE_OK)
			return code;
	}
	return pass_methods.xSync(file, flags);
}

static int on_control(sqlite3_file *file, int op, void *arg)
{
	struct fault *fault = fault_of(file);
	if (op == SQLITE_FCNTL_LAST_ERRNO && fault) {
		*(int *)arg = atomic_load(&fault->reason);
		return SQLITE_OK;
	}
	return pass_methods.xFileControl(file, op, arg);
}

static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	struct fault *fault = fault_of(file);
	if (!fault || !atomic_load(&fault->refuses_new))
		return pass_methods.xShmMap(file, page, size, extend, out);
	errno = atomic_load(&fault->reason);
	return SQLITE_IOERR_SHMSIZE;
}

static bool is_refused(struct fault *fault, const char *name, int flags)
{
	int is_there = 0;
	sqlite3_vfs *under = pass_under(&fault->vfs);
	if (!(flags & SQLITE_OPEN_CREATE) || !strstr(name, fault->files) ||
		!atomic_load(&fault->refuses_new))
		return false;
	under->xAccess(under, name, SQLITE_ACCESS_EXISTS, &is_there);
	return !is_there;
}

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *opened, int flags, int *out)
{
	struct fault *fault = (struct fault *)vfs;
	struct fault_file *file = (struct fault_file *)opened;
	if (!name)
		atomic_fetch_add(&fault->temporaries, 1);
	if (name && is_refused(fault, name, flags)) {
		opened->pMethods = NULL;
		errno = atomic_load(&fault->reason);
		return SQLITE_CANTOPEN;
	}
	int code = pass_open(vfs, name, opened, sizeof *file, &fault->methods, flags, out);
	if (name && strstr(name, fault->files))
		file->fault = fault;
	return code;
}

void fault_begin(struct fault *fault, const char *files)
{
	memset(fault, 0, sizeof *fault);
	fault->files = files;
	fault->methods = pass_methods;
	fault->methods.xWrite = on_write;
	fault->methods.xTruncate = on_truncate;
	fault->methods.xSync = on_sync;
	fault->methods.xFileControl = on_control;
	fault->methods.xShmMap = on_shm_map;
	pass_begin(&fault->vfs, "fault", sizeof(struct fault_file), on_open);
}

void fault_end(struct fault *fault)
{
	pass_end(&fault->vfs);
}
