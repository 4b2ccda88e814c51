/* store_schema_test.c - the tables are those of body.def, and the start reads them by key. */
#include "store/store_sample.h"
#include "store/store_schema.h"

#include <stdlib.h>

static struct told_list told;

static void open_tables(struct tables *tables)
{
	told_list_init(&told);
	struct buf why = {0};
	assert_int_equal(sqlite_tables_open(tables, STR_NONE, DB_SCRATCH, &told, &why), OK);
	buf_free(&why);
}

static const char *column_type(const struct field *field)
{
	static const char *const types[] = {
		[FIELD_TEXT] = "TEXT",
		[FIELD_BYTES] = "BLOB",
		[FIELD_NUM] = "INTEGER",
		[FIELD_TIME] = "INTEGER",
		[FIELD_PICK] = "TEXT",
	};
	return types[field->type];
}

static void put_column(struct buf *out, const char *name, const char *type, int key)
{
	buf_printf(out, "%s %s NOT NULL key=%d\n", name, type, key);
}

/* In whatever order: a column that came later stands behind others. */
static void put_expected(struct buf *out, const struct body_type *type)
{
	int key = 1;
	put_column(out, "centre", "TEXT", key++);
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].since == 1)
			put_column(out, type->fields[i].name, column_type(&type->fields[i]),
				type->fields[i].is_key ? key++ : 0);
	put_column(out, "lsn", "INTEGER", 0);
	put_column(out, "first_lsn", "INTEGER", 0);
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].since > 1)
			put_column(out, type->fields[i].name, column_type(&type->fields[i]), 0);
}

static void put_found(struct buf *out, const struct db *db, const char *table)
{
	struct buf sql = {0};
	sqlite3_stmt *row;
	buf_printf(&sql, "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo('%s')", table);
	assert_int_equal(db_prepare(db, buf_str(&sql), &row), SQLITE_OK);
	while (sqlite3_step(row) == SQLITE_ROW) {
		assert_int_equal(sqlite3_column_int(row, 2), 1);
		put_column(out, (const char *)sqlite3_column_text(row, 0),
			(const char *)sqlite3_column_text(row, 1), sqlite3_column_int(row, 3));
	}
	sqlite3_finalize(row);
	buf_free(&sql);
}

static void test_tables_have_the_columns_of_their_bodies(void **state)
{
	struct tables tables;
	open_tables(&tables);
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		struct buf expected = {0}, found = {0};
		put_expected(&expected, body_type(kind));
		put_found(&found, sqlite_tables_db(&tables), body_type(kind)->name);
		sample_sort(&expected);
		sample_sort(&found);
		buf_put_byte(&expected, '\0');
		assert_text(&found, expected.at);
		buf_free(&expected);
		buf_free(&found);
	}
	tables_close(&tables);
}

static void test_there_are_no_other_tables_and_all_are_strict(void **state)
{
	struct tables tables;
	int64_t count;
	open_tables(&tables);
	assert_int_equal(db_number(sqlite_tables_db(&tables),
				 "SELECT count(*) FROM pragma_table_list"
				 " WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
				 &count),
		SQLITE_OK);
	assert_int_equal(
		count, BODY_KINDS + 4); /* and `projected`, `note`, `note_run_session`, `told` */
	assert_int_equal(
		db_number(sqlite_tables_db(&tables),
			"SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
			" AND name NOT LIKE 'sqlite_%' AND NOT (strict AND wr = (name <> 'note'))",
			&count),
		SQLITE_OK);
	assert_int_equal(count, 0);
	tables_close(&tables);
}

/* A session with all that belongs to it; what is over stays in the tables. */
static void add_session(struct sample *sample, unsigned nth, bool is_over)
{
	union any_body body;
	struct str id = arena_printf(&sample->arena, "id%u", nth);
	for (enum body_kind kind = BODY_session; kind < BODY_KINDS; kind++) {
		if (kind == BODY_registration || kind == BODY_inbound || kind == BODY_request)
			continue;
		sample_body(sample, kind, nth, 0, &body);
		switch (kind) {
		case BODY_session:
			body.session.state = is_over ? SESSION_ENDED : SESSION_ACTIVE;
			break;
		case BODY_party:
			body.party.session = id;
			break;
		case BODY_message:
			body.message.session = id;
			break;
		case BODY_datum:
			body.datum.session = id;
			break;
		case BODY_hand:
			body.hand.session = id;
			break;
		case BODY_flag:
			body.flag.session = id;
			break;
		case BODY_refusal:
			body.refusal.session = id;
			break;
		case BODY_outbound:
			body.outbound.open = !is_over;
			break;
		case BODY_segment:
			body.segment.held = !is_over;
			break;
		default:
			break;
		}
		sample_add(sample, kind, &body);
	}
}

static void add_all(struct tables *tables, struct sample *sample)
{
	for (size_t i = 0; i < sample->count; i++)
		assert_true(tables_add(tables, &sample->events[i]));
	assert_int_equal(tables_commit(tables), SQLITE_OK);
	sample_reset(sample);
}

/* What SQLite does to load a table, and how many rows it finds. */
static int steps_to_load(struct tables *tables, enum body_kind kind, int *rows)
{
	struct buf sql = {0};
	sqlite3_stmt *statement;
	store_load_put_sql(&sql, kind);
	assert_int_equal(
		db_prepare(sqlite_tables_db(tables), buf_str(&sql), &statement), SQLITE_OK);
	db_bind_text(statement, 1, tables->centre);
	while (sqlite3_step(statement) == SQLITE_ROW)
		++*rows;
	int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
	sqlite3_finalize(statement);
	buf_free(&sql);
	return steps;
}

static void test_the_start_does_not_read_what_is_over(void **state)
{
	struct tables tables;
	struct sample *sample = mem_new(sizeof *sample);
	int few[BODY_KINDS], few_rows[BODY_KINDS] = {0}, many_rows[BODY_KINDS] = {0};
	open_tables(&tables);
	sample_add_centre(sample);
	for (unsigned nth = 1; nth <= 300; nth++)
		add_session(sample, nth, nth % 100);
	add_all(&tables, sample);
	for (enum body_kind kind = BODY_session; kind < BODY_KINDS; kind++)
		few[kind] = steps_to_load(&tables, kind, &few_rows[kind]);
	for (unsigned nth = 301; nth <= 3000; nth++) {
		add_session(sample, nth, nth < 3000);
		if (nth % 100 == 0)
			add_all(&tables, sample);
	}
	assert_int_equal(few_rows[BODY_session], 3);
	for (enum body_kind kind = BODY_session; kind < BODY_KINDS; kind++) {
		int many = steps_to_load(&tables, kind, &many_rows[kind]);
		assert_in_range(many_rows[kind], few_rows[kind], few_rows[kind] + 1);
		assert_in_range(many, 1, few[kind] * 2); /* for ten times the rows */
	}
	tables_close(&tables);
	sample_free(sample);
	free(sample);
}

static void test_a_schema_migrates_once(void **state)
{
	static const char *const one[] = {"CREATE TABLE t (a) ", NULL};
	static const char *const two[] = {"CREATE TABLE t (a)", "ALTER TABLE t ADD b", NULL};
	static const char *const wrong[] = {"", "", "CREATE TABLE u (a); nonsense", NULL};
	const struct schema first = {.migrations = one}, both = {.migrations = two},
			    bad = {.migrations = wrong};
	struct db db;
	struct buf why = {0};
	int64_t count;
	assert_int_equal(db_open(&db, STR_NONE, "scratch", DB_SCRATCH), SQLITE_OK);
	assert_int_equal(schema_migrate(&db, &first, &why), OK);
	assert_int_not_equal(schema_check(&db, &both, &why), OK);
	assert_contains(&why, "scratch has the older schema 1");
	assert_int_equal(schema_migrate(&db, &both, &why), OK);
	assert_int_equal(schema_migrate(&db, &both, &why), OK);
	assert_int_equal(schema_check(&db, &both, &why), OK);
	why.len = 0;
	assert_int_not_equal(schema_migrate(&db, &bad, &why), OK);
	assert_contains(&why, "scratch: cannot bring it to the present schema");
	assert_int_equal(schema_check(&db, &both, &why), OK);
	why.len = 0;
	assert_int_not_equal(schema_migrate(&db, &first, &why), OK);
	assert_contains(&why, "scratch has schema 2, made by a newer program");
	assert_int_equal(
		db_number(&db, "SELECT count(*) FROM pragma_table_info('t')", &count), SQLITE_OK);
	assert_int_equal(count, 2);
	buf_free(&why);
	db_close(&db);
}

/* --- growing ------------------------------------------------------------------------------------ */

static void put_all_found(struct buf *out, const struct db *db)
{
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		struct buf columns = {0};
		put_found(&columns, db, body_type(kind)->name);
		sample_sort(&columns);
		buf_put(out, buf_str(&columns));
		buf_free(&columns);
	}
	buf_put_byte(out, '\0');
}

/* As a program had it that knew none of the body's later fields. */
static void make_older(const struct db *db, enum body_kind kind)
{
	const struct body_type *type = body_type(kind);
	assert_int_equal(db_exec(db, "DROP INDEX IF EXISTS session_ended"), SQLITE_OK);
	for (size_t i = 0; i < type->field_count; i++) {
		struct buf sql = {0};
		if (type->fields[i].since == 1)
			continue;
		buf_printf(&sql, "ALTER TABLE \"%s\" DROP COLUMN \"%s\"", type->name,
			type->fields[i].name);
		buf_put_byte(&sql, '\0');
		assert_int_equal(db_exec(db, sql.at), SQLITE_OK);
		buf_free(&sql);
	}
}

static void test_older_tables_get_the_columns_and_tables_that_bodies_grew_by(void **state)
{
	struct tables tables;
	struct buf expected = {0}, found = {0}, why = {0};
	open_tables(&tables);
	put_all_found(&expected, sqlite_tables_db(&tables));
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++)
		make_older(sqlite_tables_db(&tables), kind);
	assert_int_equal(
		db_exec(sqlite_tables_db(&tables),
			"DROP TABLE aside; DROP TABLE lost; DROP TABLE "
			"note; DROP INDEX session_phone;"
			"DROP TABLE told; DROP TABLE note_run_session; PRAGMA user_version=5"),
		SQLITE_OK);
	assert_int_equal(
		schema_check(sqlite_tables_db(&tables), &sotto_schema, &why), ERR_INTERNAL);
	assert_contains(&why, "sotto.db has the older schema 5: start the server once");
	assert_int_equal(schema_migrate(sqlite_tables_db(&tables), &sotto_schema, &why), OK);
	assert_int_equal(schema_check(sqlite_tables_db(&tables), &sotto_schema, &why), OK);
	put_all_found(&found, sqlite_tables_db(&tables));
	assert_text(&found, expected.at);
	buf_free(&expected);
	buf_free(&found);
	buf_free(&why);
	tables_close(&tables);
}

/* What an older body is read with, else tables and journal would differ. */
static void test_rows_that_are_there_get_what_older_bodies_are_read_with(void **state)
{
	struct tables tables;
	struct sample *sample = mem_new(sizeof *sample);
	struct buf why = {0};
	int64_t count;
	open_tables(&tables);
	sample_add_centre(sample);
	for (unsigned nth = 1; nth <= 3; nth++)
		sample_add_nth(sample, BODY_party, nth, 0);
	add_all(&tables, sample);
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++)
		make_older(sqlite_tables_db(&tables), kind);
	assert_int_equal(db_exec(sqlite_tables_db(&tables),
				 "DROP TABLE note; DROP TABLE note_run_session; DROP TABLE told;"
				 "DROP INDEX session_phone;"
				 "PRAGMA user_version=5"),
		SQLITE_OK);
	assert_int_equal(schema_migrate(sqlite_tables_db(&tables), &sotto_schema, &why), OK);
	assert_int_equal(
		db_number(sqlite_tables_db(&tables),
			"SELECT count(*) FROM party WHERE supervision = 'Monitor'", &count),
		SQLITE_OK);
	assert_int_equal(count, 3);
	tables_close(&tables);
	sample_free(sample);
	free(sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_have_the_columns_of_their_bodies),
		cmocka_unit_test(test_there_are_no_other_tables_and_all_are_strict),
		cmocka_unit_test(test_the_start_does_not_read_what_is_over),
		cmocka_unit_test(test_a_schema_migrates_once),
		cmocka_unit_test(test_older_tables_get_the_columns_and_tables_that_bodies_grew_by),
		cmocka_unit_test(test_rows_that_are_there_get_what_older_bodies_are_read_with),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
