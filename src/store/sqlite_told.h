/* sqlite_told.h - what users were told, as rows of sotto.db. */
#ifndef STORE_SQLITE_TOLD_H
#define STORE_SQLITE_TOLD_H

#include "store/store_db.h"
#include "store/store_dialect.h"

enum told_statement {
	TOLD_KEEP,
	TOLD_MAKE,
	TOLD_BLANK,
	TOLD_SESSION,
	TOLD_SESSION_RUN,
	TOLD_BLANK_RUN,
	TOLD_SESSION_END,
	TOLD_OLDEST,
	TOLD_TRIM,
	TOLD_TELL,
	TOLD_STATEMENTS
};

/* The writing end: part of the tables. All zero is a closed one. */
struct sqlite_told {
	sqlite3_stmt *statements[TOLD_STATEMENTS];
	uint64_t place; /* of the last row */
	struct buf run; /* being written */
};

int sqlite_told_open(struct sqlite_told *told, const struct db *db) MUST_CHECK;
void sqlite_told_close(struct sqlite_told *told);
/* As the operations of tables_ops. */
int sqlite_told_keep(
	struct sqlite_told *told, struct str centre, const struct told_note *notes, size_t count);
int sqlite_told_blank(struct sqlite_told *told, struct str centre, struct str session);
int sqlite_told_trim(
	struct sqlite_told *told, const struct told_limits *limits, struct told_list *list);
int sqlite_told_tell(
	struct sqlite_told *told, struct str centre, struct str user, struct told_range range);

/* Everybody's range, as a connection finds it. */
int sqlite_told_read(const struct db *db, struct told_list *list) MUST_CHECK;
/* Of that folder: each reading opens it, so it does not matter who writes meanwhile. */
struct told_source *sqlite_told_source(struct str folder);

#endif
