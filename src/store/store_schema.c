/* store_schema.c - migrations, one transaction each. */
#include "store/store_schema.h"

static int64_t count(const char *const *migrations)
{
	int64_t n = 0;
	while (migrations[n])
		n++;
	return n;
}

static enum err read_version(const struct db *db, int64_t newest, int64_t *version, struct buf *why)
{
	int code = db_number(db, "PRAGMA user_version", version);
	if (code != SQLITE_OK)
		return db_failed(db, "read its schema's version", code, why);
	if (*version <= newest)
		return OK;
	buf_printf(why, "%s has schema %lld, made by a newer program; this one knows schema %lld",
		db->name, (long long)*version, (long long)newest);
	return ERR_INTERNAL;
}

static int run(const struct db *db, const char *migration, int64_t version)
{
	struct buf sql = {0};
	buf_printf(&sql, "BEGIN IMMEDIATE; %s; PRAGMA user_version=%lld; COMMIT", migration,
		(long long)version);
	buf_put_byte(&sql, '\0');
	int code = db_exec(db, sql.at);
	buf_free(&sql);
	return code;
}

enum err schema_migrate(const struct db *db, const char *const *migrations, struct buf *why)
{
	int64_t newest = count(migrations), version;
	enum err e = read_version(db, newest, &version, why);
	if (e != OK)
		return e;
	for (; version < newest; version++) {
		int code = run(db, migrations[version], version + 1);
		if (code == SQLITE_OK)
			continue;
		e = db_failed(db, "bring it to the present schema", code, why);
		db_rollback(db);
		return e;
	}
	return OK;
}

enum err schema_check(const struct db *db, const char *const *migrations, struct buf *why)
{
	int64_t newest = count(migrations), version;
	enum err e = read_version(db, newest, &version, why);
	if (e != OK || version == newest)
		return e;
	buf_printf(why, "%s has the older schema %lld: start the server once, it migrates",
		db->name, (long long)version);
	return ERR_INTERNAL;
}
