/* records_test.c - files as records: each record's line and cells between brackets, "-" where nothing is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/records.h"

static const struct records_column columns[] = {
	{"name"}, {"more"}, {"secret", .is_raw = true}, {0}};

static bool is_digit(struct str cell)
{
	return cell.len == 1 && *cell.at >= '0' && *cell.at <= '9';
}

static void put_record(struct buf *said, const struct record *record)
{
	buf_printf(said, "%u", record->line);
	if (record->wrong)
		buf_printf(said, " %s", record->wrong);
	for (size_t i = 0; !record->wrong && columns[i].name; i++)
		if (record->cells[i].at)
			buf_printf(said, "[%.*s]", STR_ARGS(record->cells[i]));
		else if (!columns[i].is_raw)
			buf_puts(said, "-");
	buf_puts(said, "; ");
}

/* What is read of a file with that text. */
static struct buf read_text(struct str text)
{
	char path[] = "/tmp/sotto-records-XXXXXX";
	struct records *records = NULL;
	struct buf said = {0}, why = {0};
	int file = mkstemp(path);
	assert_true(file >= 0 && write(file, text.at, text.len) == (ssize_t)text.len);
	close(file);
	if (records_read(path, columns, is_digit, &records, &why) != OK)
		buf_put(&said, str_skip(buf_str(&why), strlen(path)));
	for (size_t i = 0; records && i < records_count(records); i++)
		put_record(&said, records_at(records, i));
	if (records) {
		struct buf unread = records_unread(records);
		if (unread.len)
			buf_printf(&said, "not %.*s", STR_ARGS(buf_str(&unread)));
		buf_free(&unread);
	}
	buf_put_byte(&said, '\0');
	records_free(&records);
	buf_free(&why);
	unlink(path);
	return said;
}

static void test_files_are_read(void **state)
{
	static const struct {
		const char *text;
		const char *said;
	} rows[] = {
		{"", ""},
		{"name,more\na,b\nc,\n d ,'=x\n", "2[a][b]; 3[c][]; 4[d][=x]; "},
		{"NAME,size,more\na,7,b\n", "2[a][b]; not size"},
		{"name\na\n", "2[a]-; "},
		{"name,more,secret\n '+a , b , '-x1 \n", "2[+a][b][ '-x1 ]; "},
		{"{\"name\":\" a \",\"secret\":\" '-x1 \"}\n", "1[a]-[ '-x1 ]; "},
		{"more,name\nb,a\nb\n",
			"2[a][b]; 3 it says nothing in the first column that counts; "},
		{"more\na\n", ":1: the first line has no column name"},
		{"7\n8\n", "1[7]-; 2[8]-; "}, /* a list without names */
		{"name\n\xFF\n\xC3\xA9\n", "2 it is not UTF-8; 3[\xC3\xA9]-; "},
		{"name,more\n\"a\nb\",c\nd,\"e\n",
			":4: a quotation does not end with its cell: what is a line behind it?"},
		{"name,more\na,\"call back\nb,\"ok\"\nc,d\n",
			":2: a quotation does not end with its cell: what is a line behind it?"},
		{"\"name\" ,more\na,b\n",
			":1: a quotation does not end with its cell: what is a line behind it?"},
		{"\xEF\xBB\xBF{\"name\":\"a\",\"more\":[\"b\",\"c\"],\"x\":1}\n\n{\"more\":"
		 "true,\"name\":\"b\"}\r\n",
			"1[a][b c]; 3[b][yes]; not x"},
		{" {\"name\":\"a\",\"more\":null}\n{\"name\":\"\"}\n{\"name\":7}\n[]\n{\n",
			"1[a][]; 2 its first member that counts is missing; "
			"3 a member is neither text, list of texts, true nor false; "
			"4 it is no JSON object; 5 it is no JSON object; "},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf said = read_text(str_of(rows[i].text));
		assert_string_equal(said.at, rows[i].said);
		buf_free(&said);
	}
}

static void test_a_file_has_so_many_bytes(void **state)
{
	for (int more = -1; more <= 1; more++) {
		size_t len = (size_t)(RECORDS_BYTES_MAX + more);
		char *text = malloc(len);
		assert_non_null(text);
		memset(text, ' ', len);
		memcpy(text, "7\n", 2);
		struct buf said = read_text(str_from(text, len));
		assert_string_equal(
			said.at, more > 0 ? ": larger than 64 MiB: import it in parts" : "1[7]-; ");
		buf_free(&said);
		free(text);
	}
}

/* One more than the bound is told from the bytes, which are far below theirs. */
static void test_a_file_has_so_many_lines(void **state)
{
	static const char *const lines[] = {"7\n", "{}\n"};
	for (int i = 0; i < 4; i++) {
		const char *line = lines[i == 3];
		size_t count = (size_t)(RECORDS_MAX + (i == 3 ? 1 : i - 1));
		char path[] = "/tmp/sotto-records-XXXXXX";
		struct records *records = NULL;
		struct buf why = {0};
		FILE *file = fdopen(mkstemp(path), "w");
		assert_non_null(file);
		for (size_t n = 0; n < count; n++)
			fputs(line, file);
		assert_int_equal(fclose(file), 0);
		enum err e = records_read(path, columns, is_digit, &records, &why);
		assert_int_equal(e, count > RECORDS_MAX ? ERR_RANGE : OK);
		if (e == OK)
			assert_int_equal(records_count(records), count);
		else
			assert_true(str_is(str_skip(buf_str(&why), strlen(path)),
				": more than 1000000 lines: import it in parts"));
		records_free(&records);
		buf_free(&why);
		unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_are_read),
		cmocka_unit_test(test_a_file_has_so_many_bytes),
		cmocka_unit_test(test_a_file_has_so_many_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
