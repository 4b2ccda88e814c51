/* store_schema.c - migrations, one transaction each; the last one adds what bodies have grown by. */
#include "store/store_schema.h"
#include "store/store_migrations.h"
#include "store/store_table.h"

const struct schema journal_schema = {.migrations = journal_migrations};
const struct schema sotto_schema = {.migrations = sotto_migrations, .grows = true};

/* --- versions ----------------------------------------------------------------------------------- */

struct version {
	int64_t run;   /* migrations */
	int64_t grown; /* versions of bodies, added up: a body that is new or longer makes it more */
};

static struct version newest_of(const struct schema *schema)
{
	struct version newest = {0};
	while (schema->migrations[newest.run])
		newest.run++;
	for (enum body_kind kind = 0; schema->grows && kind < BODY_KINDS; kind++)
		newest.grown += body_type(kind)->version;
	CHECK(newest.grown < SCHEMA_GROWN);
	return newest;
}

static int64_t to_number(struct version version)
{
	return version.grown ? version.run * SCHEMA_GROWN + version.grown : version.run;
}

static struct version from_number(int64_t number)
{
	if (number < SCHEMA_GROWN)
		return (struct version) {.run = number};
	return (struct version) {number / SCHEMA_GROWN, number % SCHEMA_GROWN};
}

static void put_version(struct buf *out, struct version version)
{
	buf_printf(out, "%lld", (long long)version.run);
	if (version.grown)
		buf_printf(out, ".%lld", (long long)version.grown);
}

static enum err read_version(
	const struct db *db, struct version newest, struct version *version, struct buf *why)
{
	int64_t number;
	int code = db_number(db, "PRAGMA user_version", &number);
	if (code != SQLITE_OK)
		return db_failed(db, "read its schema's version", code, why);
	*version = from_number(number);
	if (version->run <= newest.run && version->grown <= newest.grown)
		return OK;
	buf_printf(why, "%s has schema ", db->name);
	put_version(why, *version);
	buf_puts(why, ", made by a newer program; this one knows schema ");
	put_version(why, newest);
	return ERR_INTERNAL;
}

/* --- growing ------------------------------------------------------------------------------------ */

static int has_column(const struct db *db, const char *table, const char *column, bool *has)
{
	int64_t count = 0;
	struct buf sql = {0};
	buf_printf(&sql, "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'", table,
		column);
	buf_put_byte(&sql, '\0');
	int code = db_number(db, sql.at, &count);
	buf_free(&sql);
	*has = count > 0;
	return code;
}

static int run_sql(const struct db *db, struct buf *sql)
{
	buf_put_byte(sql, '\0');
	int code = db_exec(db, sql->at);
	buf_free(sql);
	return code;
}

static int grow_column(const struct db *db, enum body_kind kind, const struct field *field)
{
	bool has;
	struct buf sql = {0};
	int code = has_column(db, body_type(kind)->name, field->name, &has);
	if (code != SQLITE_OK || has)
		return code;
	table_put_add_column(&sql, kind, field);
	return run_sql(db, &sql);
}

static int grow_table(const struct db *db, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	struct buf sql = {0};
	table_put_create(&sql, kind);
	int code = run_sql(db, &sql);
	for (size_t i = 0; code == SQLITE_OK && i < type->field_count; i++)
		if (type->fields[i].since > 1)
			code = grow_column(db, kind, &type->fields[i]);
	return code;
}

static int grow(const struct db *db)
{
	int code = SQLITE_OK;
	for (enum body_kind kind = 0; code == SQLITE_OK && kind < BODY_KINDS; kind++)
		code = grow_table(db, kind);
	return code;
}

/* --- migrating ---------------------------------------------------------------------------------- */

/* migration: SQL; NULL: what grows. */
static int schema_run(const struct db *db, const char *migration, struct version version)
{
	int code = db_exec(db, "BEGIN IMMEDIATE");
	if (code == SQLITE_OK)
		code = migration ? db_exec(db, migration) : grow(db);
	if (code != SQLITE_OK)
		return code;
	struct buf sql = {0};
	buf_printf(&sql, "PRAGMA user_version=%lld; COMMIT", (long long)to_number(version));
	return run_sql(db, &sql);
}

enum err schema_migrate(const struct db *db, const struct schema *schema, struct buf *why)
{
	struct version newest = newest_of(schema), version;
	enum err e = read_version(db, newest, &version, why);
	int code = SQLITE_OK;
	while (e == OK && code == SQLITE_OK && version.run < newest.run) {
		version.run++;
		code = schema_run(db, schema->migrations[version.run - 1], version);
	}
	if (e == OK && code == SQLITE_OK && version.grown < newest.grown)
		code = schema_run(db, NULL, newest);
	if (code == SQLITE_OK)
		return e;
	e = db_failed(db, "bring it to the present schema", code, why);
	db_rollback(db);
	return e;
}

enum err schema_check(const struct db *db, const struct schema *schema, struct buf *why)
{
	struct version newest = newest_of(schema), version;
	enum err e = read_version(db, newest, &version, why);
	if (e != OK || (version.run == newest.run && version.grown == newest.grown))
		return e;
	buf_printf(why, "%s has the older schema ", db->name);
	put_version(why, version);
	buf_puts(why, ": start the server once, it migrates");
	return ERR_INTERNAL;
}
