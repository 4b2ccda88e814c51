/* export_file.h - where an export goes: into a new file, or to standard output. Nothing of it is there before the store was
 * read to its end: no half of a file bears its name, and who reads slowly does not hold up the store. */
#ifndef CLI_EXPORT_FILE_H
#define CLI_EXPORT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/check.h"

struct export_file {
	const char *path; /* borrowed; NULL: standard output */
	char *part; /* owned: what is written until then; for standard output it has no name any more */
	FILE *out;
};

/* For its owner alone to read. False: errno; a file that is there stays as it is. */
bool export_file_open(struct export_file *file, const char *path) MUST_CHECK;
/* Hands on what was written to `out`: a file is on disk then. is_whole false, or errors (errno): it is dropped. */
bool export_file_end(struct export_file *file, bool is_whole) MUST_CHECK;

#endif
