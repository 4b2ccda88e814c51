/* csv_test.c - tables, by what their rows are read as: cells between brackets, the line in front. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/csv.h"

static struct buf read_all(const char *text)
{
	struct csv csv;
	struct csv_row row;
	struct arena arena = {0};
	struct buf said = {0};
	enum csv_got got;
	csv_begin(&csv, str_of(text));
	while ((got = csv_next(&csv, &arena, &row)) == CSV_ROW || got == CSV_WIDE) {
		buf_printf(&said, "%u", row.line);
		for (size_t i = 0; got == CSV_ROW && i < row.count; i++)
			buf_printf(&said, "[%.*s]", STR_ARGS(row.cells[i]));
		buf_puts(&said, got == CSV_WIDE ? " wide " : " ");
	}
	if (got == CSV_BROKEN)
		buf_printf(&said, "%u broken", row.line);
	buf_put_byte(&said, '\0');
	arena_free(&arena);
	return said;
}

static void test_tables_are_read(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"", ""}, {"a,b\nc,d\n", "1[a][b] 2[c][d] "}, {"a,b\r\nc,d", "1[a][b] 2[c][d] "},
		{"\xEF\xBB\xBF"
		 "a;b\n1;2,5\n",
			"1[a][b] 2[1][2,5] "},
		{"a;b,c,d\n", "1[a;b][c][d] "}, {"a,\n,b\n", "1[a][] 2[][b] "},
		{"a\n\n , \n\nb\n", "1[a] 5[b] "}, {"\"a,b\",\"c\"\"d\"\n", "1[a,b][c\"d] "},
		{"\"a\nb\",c\nd\n", "1[a\nb][c] 3[d] "}, {"\"a\"x,b\n", "1 broken"},
		{"a\"b,c\n", "1[a\"b][c] "}, {"\"\",\"\"\"\"\n", "1[][\"] "},
		{"a\n\"b\nc\n", "1[a] 2 broken"}, {"\"", "1 broken"},
		{"a,\"b c\nd,\"e\"\nf\n", "1 broken"}, /* the stray mark's text ends before e */
		{"\"a\" \n", "1 broken"}, {"a\rb\n", "1[a] 1[b] "}, /* as Macs of old */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf said = read_all(rows[i].text);
		assert_string_equal(said.at, rows[i].said);
		buf_free(&said);
	}
}

static void test_a_row_has_so_many_cells(void **state)
{
	for (size_t count = CSV_CELLS_MAX - 1; count <= CSV_CELLS_MAX + 1; count++) {
		struct buf text = {0};
		for (size_t i = 0; i < count; i++)
			buf_puts(&text, i ? ",x" : "x");
		buf_put(&text, str_from("\ny\n\0", 4));
		struct buf said = read_all(text.at);
		assert_int_equal(strstr(said.at, "wide") != NULL, count > CSV_CELLS_MAX);
		assert_non_null(strstr(said.at, " 2[y] "));
		buf_free(&said);
		buf_free(&text);
	}
}

/* What is written is read again. */
static void test_cells_are_written(void **state)
{
	static const struct {
		const char *cell, *written;
	} rows[] = {
		{"", ""},
		{"a b", "a b"},
		{"a,b", "\"a,b\""},
		{"a;b", "\"a;b\""},
		{"say \"x\"", "\"say \"\"x\"\"\""},
		{"=1+1", "'=1+1"},
		{"-", "'-"},
		{"@x,y", "\"'@x,y\""},
		{"+420600112301", "+420600112301"},
		{"+", "'+"},
		{"+4a", "'+4a"},
		{"'a", "'a"},
		{"''a", "''a"},
		{"'+x", "''+x"},
		{"''=1", "'''=1"},
		{"'+420600112301", "''+420600112301"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out = {0};
		struct csv csv;
		struct csv_row row;
		struct arena arena = {0};
		csv_put(&out, str_of(rows[i].cell), true);
		assert_true(str_is(buf_str(&out), rows[i].written));
		csv_put(&out, STR("end"), false);
		csv_begin(&csv, buf_str(&out));
		assert_int_equal(csv_next(&csv, &arena, &row), CSV_ROW);
		assert_int_equal(row.count, 2);
		assert_true(str_is(csv_plain(row.cells[0]), rows[i].cell));
		arena_free(&arena);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_read),
		cmocka_unit_test(test_a_row_has_so_many_cells),
		cmocka_unit_test(test_cells_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
