/* store_table.h - the table of a body: its SQL, and rows to bodies and back. All grown from
 * body_type(), so that a field of body.def needs no further line here.
 *
 * Columns: centre, the body's fields in order, lsn, first_lsn. */
#ifndef STORE_STORE_TABLE_H
#define STORE_STORE_TABLE_H

#include "store/store_db.h"
#include "store/store_event.h"

/* CREATE TABLE IF NOT EXISTS with the fields that the body had from the first; a later one is added. */
void table_put_create(struct buf *sql, enum body_kind kind);
/* Rows that are there get what an older body is read with: 0, empty, or the first word. */
void table_put_add_column(struct buf *sql, enum body_kind kind, const struct field *field);
/* INSERT that updates the row if it is there, first_lsn excepted. */
void table_put_upsert(struct buf *sql, enum body_kind kind);
void table_bind(sqlite3_stmt *upsert, enum body_kind kind, struct str centre, const void *body,
	uint64_t lsn, uint64_t first_lsn);
/* UPDATE of the row with that key, if `lsn` is the last event that wrote it; bound by table_bind. Of what has a phone in its
 * key the row that `lsn` wrote, whatever its key was: it is another one from then on. */
void table_put_erase(struct buf *sql, enum body_kind kind);
/* SELECT of all fields, lsn, first_lsn; ?1 is the centre. where and order are SQL of ours. */
void table_put_select(struct buf *sql, enum body_kind kind, const char *where, const char *order);
/* "centre", key, ... : the primary key's columns. */
void table_put_key(struct buf *sql, enum body_kind kind);
/* For where: the one row with this key, bound by table_bind_key, which binds the centre, too. */
void table_put_is_key(struct buf *sql, enum body_kind kind);
void table_bind_key(
	sqlite3_stmt *statement, enum body_kind kind, struct str centre, const void *body);
/* From a row of that SELECT; strs are borrowed until the next step. False: not such a row; its keys were
 * read all the same. */
bool table_read(sqlite3_stmt *row, enum body_kind kind, void *body, uint64_t *lsn);
/* Is that column of the row what table_bind writes for the body? */
bool table_is_cell(sqlite3_stmt *row, int column, const struct field *field, const void *body);
/* The word that stands in the table for a pick. */
struct str table_word(const struct field *field, const void *body);

#endif
