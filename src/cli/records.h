/* records.h - what a file brings: of each row of a table (CSV), or each line of JSON, texts by name. */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "base/buf.h"
#include "base/err.h"

#define RECORDS_BYTES_MAX (64 * 1024 * 1024) /* of a file: all of it is in memory, */
#define RECORDS_MAX                                                                                \
	(1000 * 1000) /* and so are its records: some 300 MiB with what becomes of each */
#define RECORDS_COLUMNS_MAX 16

struct record {
	unsigned line;     /* of the file, from 1 */
	const char *wrong; /* NULL, or why nothing can be read of it; then it has no cells */
	struct str *cells; /* by the caller's columns; at NULL: nothing is said of it */
};

/* One that is read; NULL ends a list of them. */
struct records_column {
	const char *name;
	bool is_raw; /* blanks at its ends, and an apostrophe in front of what looks like a formula, belong to the text */
};

struct records;

/* path: "-": standard input. columns: those that are read; a row must have the first. Of JSON a
 * list of texts is one with blanks between them, true and false are yes and no, null is an empty text. alone: does
 * this stand in the first column of a table without a line of names? NULL: there must be one.
 * ERR_*: why, with the line. */
enum err records_read(const char *path, const struct records_column *columns,
	bool (*alone)(struct str cell), struct records **out, struct buf *why);
size_t records_count(const struct records *records);
const struct record *records_at(const struct records *records, size_t i);
/* Names of columns that are not read, between commas; the caller's to free. */
struct buf records_unread(const struct records *records);
void records_free(struct records **records);

#endif
