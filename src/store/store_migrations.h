/* store_migrations.h - the files of schema/, embedded by embed_sql.py; in order, NULL ends. */
#ifndef STORE_STORE_MIGRATIONS_H
#define STORE_STORE_MIGRATIONS_H

extern const char *const journal_migrations[];
extern const char *const sotto_migrations[];

#endif
