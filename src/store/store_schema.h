/* store_schema.h - bringing a database file to this program's schema: numbered migrations, then what grows
 * from body.def.
 *
 * schema/NNNN_DATABASE.sql are embedded at build time; a published migration never changes, a change is a
 * further one. Tables of bodies and their columns need none: what body.def has and the file lacks is added.
 *
 * PRAGMA user_version tells both: how many migrations were run, times SCHEMA_GROWN, and the bodies' versions
 * added up. Files of before have the first number alone. */
#ifndef STORE_STORE_SCHEMA_H
#define STORE_STORE_SCHEMA_H

#include "store/store_db.h"

#define SCHEMA_GROWN 1000

struct schema {
	const char *const *migrations; /* in order, from 1; NULL ends */
	bool grows;                    /* has the tables of bodies */
};
extern const struct schema journal_schema, sotto_schema;

/* Runs what is missing, one transaction each. On failure, and why: ERR_STORE: the disk takes no writes;
 * ERR_INTERNAL: a newer schema, or an error. */
enum err schema_migrate(
	const struct db *db, const struct schema *schema, struct buf *why) MUST_CHECK;
/* For readers: is it exactly this program's schema? */
enum err schema_check(const struct db *db, const struct schema *schema, struct buf *why) MUST_CHECK;

#endif
