/* disk.c - SQLite's calls: counted, refused once the power is out, and noted for the platter. */
#include "disk.h"
#include "base/arena.h"
#include "base/check.h"
#include "disk_private.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct handle {
	struct pass_file pass;
	struct disk *disk;      /* NULL: not of this disk */
	struct disk_file *file; /* NULL: a temporary one */
	const char *name;       /* as SQLite gave it, which keeps it */
	bool syncs_folder;      /* with its first sync */
	int reason;             /* errno of the last failure that we made; 0: none */
};

static const char *const op_names[] = {"create", "write", "truncate", "sync", "delete", "region"};

/* --- may it happen? ----------------------------------------------------------------------------- */

static int failure_of(enum disk_op op)
{
	static const int codes[] = {
		[DISK_CREATE] = SQLITE_CANTOPEN,
		[DISK_WRITE] = SQLITE_IOERR_WRITE,
		[DISK_TRUNCATE] = SQLITE_IOERR_TRUNCATE,
		[DISK_SYNC] = SQLITE_IOERR_FSYNC,
		[DISK_DELETE] = SQLITE_IOERR_DELETE,
		[DISK_REGION] = SQLITE_IOERR_SHMSIZE,
	};
	return codes[op];
}

static bool concerns(enum disk_trouble trouble, enum disk_op op)
{
	switch (trouble) {
	case DISK_FULL:
		return op == DISK_WRITE || op == DISK_CREATE || op == DISK_REGION;
	case DISK_READONLY:
		return op != DISK_SYNC;
	case DISK_EIO:
		return op == DISK_WRITE;
	case DISK_FSYNC:
		return op == DISK_SYNC;
	case DISK_WELL:
		break;
	}
	return false;
}

static int reason_of(enum disk_trouble trouble)
{
	return trouble == DISK_FULL ? ENOSPC : trouble == DISK_READONLY ? EROFS : EIO;
}

static bool has_trouble(struct disk *disk, enum disk_op op)
{
	if (disk->index < disk->trouble_from || disk->trouble_left == 0 ||
		!concerns(disk->trouble, op))
		return false;
	disk->trouble_left--;
	disk->is_troubled = true;
	return true;
}

/* SQLITE_OK: the change happens. *reason: errno of a failure, which SQLite may ask for as well. */
static int admit(struct disk *disk, enum disk_op op, int *reason)
{
	disk->index++;
	disk->is_cut |= disk->cut_at && disk->index >= disk->cut_at;
	if (!disk->is_cut && !has_trouble(disk, op))
		return SQLITE_OK;
	errno = *reason = disk->is_cut ? EIO : reason_of(disk->trouble);
	return op == DISK_WRITE && *reason == ENOSPC ? SQLITE_FULL : failure_of(op);
}

static int note(
	struct disk *disk, enum disk_op op, const char *name, uint64_t at, uint64_t len, int code)
{
	struct disk_told *told = &disk->told[disk->index % DISK_TOLD];
	*told = (struct disk_told) {op, disk->index, at, len, code == SQLITE_OK, ""};
	snprintf(told->name, sizeof told->name, "%s", name);
	return code;
}

/* --- files -------------------------------------------------------------------------------------- */

static int on_read(sqlite3_file *opened, void *at, int len, sqlite3_int64 where)
{
	struct handle *handle = (struct handle *)opened;
	if (handle->disk && disk_is_cut(handle->disk))
		return SQLITE_IOERR_READ;
	return pass_methods.xRead(opened, at, len, where);
}

static int on_size(sqlite3_file *opened, sqlite3_int64 *size)
{
	struct handle *handle = (struct handle *)opened;
	if (handle->disk && disk_is_cut(handle->disk))
		return SQLITE_IOERR_FSTAT;
	return pass_methods.xFileSize(opened, size);
}

static int put(struct handle *handle, const void *at, int len, sqlite3_int64 where)
{
	int code = pass_methods.xWrite((sqlite3_file *)handle, at, len, where);
	if (code == SQLITE_OK && handle->file)
		disk_file_write(handle->file, (uint64_t)where, str_from(at, (size_t)len));
	return code;
}

static int write_locked(struct handle *handle, const void *at, int len, sqlite3_int64 where)
{
	int code = admit(handle->disk, DISK_WRITE, &handle->reason);
	if (code == SQLITE_OK)
		return put(handle, at, len, where);
	int through = len / 2 / DISK_SECTOR * DISK_SECTOR;
	if (code == SQLITE_FULL && through > 0)
		put(handle, at, through, where);
	return code;
}

static int on_write(sqlite3_file *opened, const void *at, int len, sqlite3_int64 where)
{
	struct handle *handle = (struct handle *)opened;
	struct disk *disk = handle->disk;
	if (!disk)
		return pass_methods.xWrite(opened, at, len, where);
	pthread_mutex_lock(&disk->mutex);
	int code = write_locked(handle, at, len, where);
	note(disk, DISK_WRITE, handle->name, (uint64_t)where, (uint64_t)len, code);
	pthread_mutex_unlock(&disk->mutex);
	return code;
}

static int on_truncate(sqlite3_file *opened, sqlite3_int64 size)
{
	struct handle *handle = (struct handle *)opened;
	struct disk *disk = handle->disk;
	if (!disk)
		return pass_methods.xTruncate(opened, size);
	pthread_mutex_lock(&disk->mutex);
	int code = admit(disk, DISK_TRUNCATE, &handle->reason);
	if (code == SQLITE_OK)
		code = pass_methods.xTruncate(opened, size);
	if (code == SQLITE_OK && handle->file)
		disk_file_truncate(handle->file, (uint64_t)size);
	note(disk, DISK_TRUNCATE, handle->name, (uint64_t)size, 0, code);
	pthread_mutex_unlock(&disk->mutex);
	return code;
}

/* The real file needs no sync: the program that reads it lives as long as the machine. */
static int sync_locked(struct handle *handle)
{
	struct disk *disk = handle->disk;
	int code = admit(disk, DISK_SYNC, &handle->reason);
	if (!handle->file)
		return code;
	if (code == SQLITE_OK) {
		disk_file_sync(handle->file);
		if (handle->syncs_folder)
			disk_sync_folder(disk);
		handle->syncs_folder = false;
	} else if (!disk->is_cut) {
		disk_file_lose(handle->file, DISK_CHOSEN, &disk->dice);
	}
	return code;
}

static int on_sync(sqlite3_file *opened, int flags)
{
	struct handle *handle = (struct handle *)opened;
	struct disk *disk = handle->disk;
	if (!disk)
		return pass_methods.xSync(opened, flags);
	pthread_mutex_lock(&disk->mutex);
	int code = note(disk, DISK_SYNC, handle->name, 0, 0, sync_locked(handle));
	pthread_mutex_unlock(&disk->mutex);
	return code;
}

static int on_control(sqlite3_file *opened, int op, void *arg)
{
	struct handle *handle = (struct handle *)opened;
	if (op == SQLITE_FCNTL_LAST_ERRNO && handle->reason) {
		*(int *)arg = handle->reason;
		return SQLITE_OK;
	}
	return pass_methods.xFileControl(opened, op, arg);
}

/* Those that are there already need no room any more. */
static int make_region(struct handle *handle, int region)
{
	struct disk_inode *inode = (struct disk_inode *)handle->file;
	if (region < inode->regions)
		return SQLITE_OK;
	int code = admit(handle->disk, DISK_REGION, &handle->reason);
	if (code == SQLITE_OK)
		inode->regions = region + 1;
	return note(handle->disk, DISK_REGION, handle->name, (uint64_t)region, 0, code);
}

static int on_shm_map(sqlite3_file *opened, int region, int size, int extend, void volatile **out)
{
	struct handle *handle = (struct handle *)opened;
	struct disk *disk = handle->disk;
	int code = SQLITE_OK;
	if (disk && extend) {
		pthread_mutex_lock(&disk->mutex);
		code = make_region(handle, region);
		pthread_mutex_unlock(&disk->mutex);
	}
	return code == SQLITE_OK ? pass_methods.xShmMap(opened, region, size, extend, out) : code;
}

/* Whoever opens the file first makes its shared memory anew. */
static int on_close(sqlite3_file *opened)
{
	struct handle *handle = (struct handle *)opened;
	struct disk *disk = handle->disk;
	if (disk && handle->file) {
		pthread_mutex_lock(&disk->mutex);
		struct disk_inode *inode = (struct disk_inode *)handle->file;
		if (--inode->opens == 0)
			inode->regions = 0;
		pthread_mutex_unlock(&disk->mutex);
	}
	return pass_methods.xClose(opened);
}

/* --- names -------------------------------------------------------------------------------------- */

/* NULL: not in our folder. */
static const char *name_in(const struct disk *disk, const char *path)
{
	size_t len = disk->folder.len;
	bool is_ours = path && strncmp(path, disk->folder.at, len) == 0 && path[len] == '/';
	return is_ours ? path + len + 1 : NULL;
}

/* The file, created if it is missing and is to be. SQLITE_OK and NULL: not there. */
static int find_or_create(struct disk *disk, const char *name, int flags, struct disk_file **file)
{
	int reason;
	*file = disk_find(disk, name);
	if (*file || !(flags & SQLITE_OPEN_CREATE))
		return disk->is_cut ? SQLITE_CANTOPEN : SQLITE_OK;
	int code = note(disk, DISK_CREATE, name, 0, 0, admit(disk, DISK_CREATE, &reason));
	if (code == SQLITE_OK)
		*file = disk_create(disk, name);
	return code;
}

static int open_ours(
	struct disk *disk, const char *path, struct handle *handle, int flags, int *out)
{
	const int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
	struct disk_file *file;
	const char *name = name_in(disk, path);
	handle->pass.base.pMethods = NULL; /* nothing to close yet */
	int code = find_or_create(disk, name, flags, &file);
	if (code == SQLITE_OK)
		code = pass_open(&disk->vfs, path, &handle->pass.base, sizeof *handle,
			&disk->methods, flags, out);
	if (code == SQLITE_OK) {
		handle->disk = disk;
		handle->file = file;
		((struct disk_inode *)file)->opens++;
		handle->name = name;
		handle->syncs_folder = (flags & SQLITE_OPEN_CREATE) && (flags & journals);
	}
	return code;
}

static int open_temporary(struct disk *disk, struct handle *handle, int flags, int *out)
{
	static const char name[] = "(temporary)";
	int reason;
	handle->pass.base.pMethods = NULL;
	disk->temporaries++;
	int code = note(disk, DISK_CREATE, name, 0, 0, admit(disk, DISK_CREATE, &reason));
	if (code == SQLITE_OK)
		code = pass_open(&disk->vfs, NULL, &handle->pass.base, sizeof *handle,
			&disk->methods, flags, out);
	if (code == SQLITE_OK) {
		handle->disk = disk;
		handle->name = name;
	}
	return code;
}

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *opened, int flags, int *out)
{
	struct disk *disk = (struct disk *)vfs;
	struct handle *handle = (struct handle *)opened;
	if (path && !name_in(disk, path))
		return pass_open(vfs, path, opened, sizeof *handle, &pass_methods, flags, out);
	pthread_mutex_lock(&disk->mutex);
	int code = path ? open_ours(disk, path, handle, flags, out)
			: open_temporary(disk, handle, flags, out);
	pthread_mutex_unlock(&disk->mutex);
	return code;
}

static int delete_ours(struct disk *disk, const char *path, int syncs_folder)
{
	int reason;
	const char *name = name_in(disk, path);
	if (!disk_find(disk, name))
		return SQLITE_IOERR_DELETE_NOENT;
	int code = admit(disk, DISK_DELETE, &reason);
	if (code == SQLITE_OK)
		code = pass_under(&disk->vfs)->xDelete(pass_under(&disk->vfs), path, 0);
	if (code == SQLITE_OK)
		disk_delete(disk, name);
	if (code == SQLITE_OK && syncs_folder)
		disk_sync_folder(disk);
	return note(disk, DISK_DELETE, name, 0, 0, code);
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int syncs_folder)
{
	struct disk *disk = (struct disk *)vfs;
	if (!name_in(disk, path))
		return pass_under(vfs)->xDelete(pass_under(vfs), path, syncs_folder);
	pthread_mutex_lock(&disk->mutex);
	int code = delete_ours(disk, path, syncs_folder);
	pthread_mutex_unlock(&disk->mutex);
	return code;
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	struct disk *disk = (struct disk *)vfs;
	if (name_in(disk, path) && disk_is_cut(disk))
		return SQLITE_IOERR_ACCESS;
	return pass_under(vfs)->xAccess(pass_under(vfs), path, flags, out);
}

/* --- for the trials ----------------------------------------------------------------------------- */

struct disk *disk_open(void)
{
	pass_squeeze();
	struct disk *disk = mem_new(sizeof *disk);
	const char *asked = getenv("TMPDIR"), *memory = "/dev/shm";
	const char *where = asked ? asked : access(memory, W_OK) == 0 ? memory : "/tmp";
	snprintf(disk->root, sizeof disk->root, "%s/sotto-disk-XXXXXX", where);
	CHECK(mkdtemp(disk->root));
	pthread_mutex_init(&disk->mutex, NULL);
	disk->methods = pass_methods;
	disk->methods.xRead = on_read;
	disk->methods.xWrite = on_write;
	disk->methods.xTruncate = on_truncate;
	disk->methods.xSync = on_sync;
	disk->methods.xFileSize = on_size;
	disk->methods.xFileControl = on_control;
	disk->methods.xShmMap = on_shm_map;
	disk->methods.xClose = on_close;
	disk_begin_life(disk);
	pass_begin(&disk->vfs, "disk", sizeof(struct handle), on_open);
	disk->vfs.xDelete = on_delete;
	disk->vfs.xAccess = on_access;
	return disk;
}

void disk_close(struct disk **freed)
{
	struct disk *disk = *freed;
	if (!disk)
		return;
	*freed = NULL;
	pass_end(&disk->vfs);
	disk_end_life(disk);
	CHECK(rmdir(disk->root) == 0);
	pthread_mutex_destroy(&disk->mutex);
	buf_free(&disk->folder);
	free(disk);
}

struct str disk_folder(const struct disk *disk)
{
	return buf_str(&disk->folder);
}

uint64_t disk_index(struct disk *disk)
{
	pthread_mutex_lock(&disk->mutex);
	uint64_t index = disk->index;
	pthread_mutex_unlock(&disk->mutex);
	return index;
}

void disk_cut_at(struct disk *disk, uint64_t index)
{
	pthread_mutex_lock(&disk->mutex);
	disk->cut_at = index;
	pthread_mutex_unlock(&disk->mutex);
}

bool disk_is_cut(struct disk *disk)
{
	pthread_mutex_lock(&disk->mutex);
	bool is_cut = disk->is_cut;
	pthread_mutex_unlock(&disk->mutex);
	return is_cut;
}

void disk_trouble(struct disk *disk, enum disk_trouble trouble, uint64_t index, uint64_t count)
{
	pthread_mutex_lock(&disk->mutex);
	disk->trouble = trouble;
	disk->trouble_from = index;
	disk->trouble_left = count;
	pthread_mutex_unlock(&disk->mutex);
}

bool disk_is_troubled(struct disk *disk)
{
	pthread_mutex_lock(&disk->mutex);
	bool is_troubled = disk->is_troubled;
	pthread_mutex_unlock(&disk->mutex);
	return is_troubled;
}

bool disk_fails(struct disk *disk)
{
	pthread_mutex_lock(&disk->mutex);
	bool fails = disk->trouble != DISK_WELL && disk->trouble_left > 0 &&
		     disk->index + 1 >= disk->trouble_from;
	pthread_mutex_unlock(&disk->mutex);
	return fails;
}

uint64_t disk_temporaries(struct disk *disk)
{
	pthread_mutex_lock(&disk->mutex);
	uint64_t temporaries = disk->temporaries;
	pthread_mutex_unlock(&disk->mutex);
	return temporaries;
}

void disk_tell(struct disk *disk, FILE *out)
{
	for (uint64_t i = disk->index > DISK_TOLD ? disk->index - DISK_TOLD + 1 : 1;
		i <= disk->index; i++) {
		const struct disk_told *told = &disk->told[i % DISK_TOLD];
		fprintf(out, "# %6llu %s %s", (unsigned long long)i, op_names[told->op],
			told->name);
		if (told->op == DISK_WRITE || told->op == DISK_TRUNCATE)
			fprintf(out, " at %llu, %llu bytes", (unsigned long long)told->at,
				(unsigned long long)told->len);
		fprintf(out, "%s\n", told->is_done ? "" : ": did not happen");
	}
}
