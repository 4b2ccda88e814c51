/* store_pass.h - for tests: an sqlite3_vfs before the real one that passes everything on. What is
 * built on it (store_fault, test/crash/disk) replaces the calls that interest it. */
#ifndef STORE_STORE_PASS_H
#define STORE_STORE_PASS_H

#include <sqlite3.h>

/* Begins the struct of each opened file. */
struct pass_file {
	sqlite3_file base;
	sqlite3_file *real; /* right behind the whole struct */
};

/* To be copied and changed. Version 2: with the WAL's shared memory, without mapping the file, so
 * that no write goes around. */
extern const sqlite3_io_methods pass_methods;

static inline sqlite3_file *pass_real(sqlite3_file *file)
{
	return ((struct pass_file *)file)->real;
}

/* vfs: like SQLite's present default, which it passes on to (pass_under), with files that begin with
 * file_bytes of our own and are opened by `open`. Becomes the default; the caller may replace other
 * calls before it is used. */
void pass_begin(sqlite3_vfs *vfs, const char *name, int file_bytes,
	int (*open)(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out));
void pass_end(sqlite3_vfs *vfs);
/* SQLite puts away whatever it can as soon as it can: each sort of more than a row becomes a temporary
 * file, each full cache is written, if it is allowed to. Before SQLite's first use; later it does nothing. */
void pass_squeeze(void);
sqlite3_vfs *pass_under(sqlite3_vfs *vfs);
/* Opens the real file behind the struct of file_bytes, which is set to zero before. methods are set
 * where SQLite expects them: if there is something to close. */
int pass_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int file_bytes,
	const sqlite3_io_methods *methods, int flags, int *out);

#endif
