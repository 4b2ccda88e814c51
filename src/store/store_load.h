/* store_load.h - what a starting core must be told: the open rows of the tables (project.def), then
 * the journal above them. */
#ifndef STORE_STORE_LOAD_H
#define STORE_STORE_LOAD_H

#include "store/sqlite_tables.h"

/* The event and its body are borrowed for the call. What is read from the journal has a cause. */
typedef void store_each(void *ctx, struct event *event);

/* Reads both files as they are at one moment, through connections of its own. */
enum err store_load_folder(
	struct str folder, store_each *each, void *ctx, struct buf *why) MUST_CHECK;

/* Could it be read? Looks, and reads only what users were told, by number. On failure why says what is in the way. */
enum err store_load_look(struct str folder, struct told_list *told, struct buf *why) MUST_CHECK;

/* The SQL that loads a table. */
void store_load_put_sql(struct buf *sql, enum body_kind kind);

#endif
