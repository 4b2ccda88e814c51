/* store_schema.h - bringing a database file to this program's schema, by numbered migrations.
 *
 * PRAGMA user_version tells how many were run. schema/NNNN_DATABASE.sql are embedded at build time;
 * a published migration never changes, a change is a further one. */
#ifndef STORE_STORE_SCHEMA_H
#define STORE_STORE_SCHEMA_H

#include "store/store_db.h"

/* In order, from 1; NULL ends. */
extern const char *const journal_migrations[];
extern const char *const sotto_migrations[];

/* Runs what is missing, one transaction each. On failure, and why: ERR_STORE: the disk takes no writes;
 * ERR_INTERNAL: a newer schema, or an error. */
enum err schema_migrate(
	const struct db *db, const char *const *migrations, struct buf *why) MUST_CHECK;
/* For readers: is it exactly this program's schema? */
enum err schema_check(
	const struct db *db, const char *const *migrations, struct buf *why) MUST_CHECK;

#endif
