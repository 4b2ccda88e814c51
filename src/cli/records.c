/* records.c - a file is read as a whole, and cut into records. */
#include "cli/records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/owner.h"
#include "base/utf8.h"
#include "wire/csv.h"
#include "wire/json.h"

struct records {
	struct buf text;
	struct arena arena;
	const struct records_column *columns;
	size_t column_count;
	struct record *all;
	size_t count, cap;
	struct buf unread;
};

static struct record *add(struct records *records, unsigned line)
{
	if (records->count == records->cap) {
		records->cap = records->cap ? 2 * records->cap : 64;
		records->all = mem_resize(records->all, records->cap * sizeof *records->all);
	}
	struct record *record = &records->all[records->count++];
	*record = (struct record) {.line = line,
		.cells =
			arena_take(&records->arena, records->column_count * sizeof *record->cells)};
	return record;
}

/* RECORDS_COLUMNS_MAX: none of them. */
static size_t column_of(const struct records *records, struct str name)
{
	for (size_t i = 0; records->columns[i].name; i++)
		if (str_eq_nocase(name, str_of(records->columns[i].name)))
			return i;
	return RECORDS_COLUMNS_MAX;
}

static void note_unread(struct records *records, struct str name)
{
	if (name.len && utf8_is_name(name) && !str_lists(buf_str(&records->unread), name))
		buf_printf(&records->unread, "%s%.*s", records->unread.len ? ", " : "",
			STR_ARGS(name));
}

/* --- tables ------------------------------------------------------------------------------------- */

static const char *wrong_row(enum csv_got got, const struct csv_row *row)
{
	if (got == CSV_WIDE)
		return "there are too many columns";
	for (size_t i = 0; i < row->count; i++)
		if (!utf8_valid(row->cells[i]))
			return "it is not UTF-8";
	return NULL;
}

static void take_row(
	struct records *records, const struct csv_row *row, const size_t *places, const char *wrong)
{
	struct record *record = add(records, row->line);
	record->wrong = wrong;
	for (size_t i = 0; !wrong && i < row->count; i++) {
		if (places[i] == RECORDS_COLUMNS_MAX)
			continue;
		struct str cell = row->cells[i];
		if (!records->columns[places[i]].is_raw)
			cell = csv_plain(cell);
		record->cells[places[i]] = cell.len ? cell : str_from("", 0);
	}
	if (!wrong && !record->cells[0].len)
		record->wrong = "it says nothing in the first column that counts";
}

/* Which column of ours each of the table is. False: the first row has no names. */
static bool find_places(struct records *records, const struct csv_row *head, size_t *places)
{
	bool has_first = false;
	for (size_t i = 0; i < CSV_CELLS_MAX; i++)
		places[i] = RECORDS_COLUMNS_MAX;
	for (size_t i = 0; i < head->count; i++) {
		places[i] = column_of(records, str_trim(head->cells[i]));
		has_first |= places[i] == 0;
	}
	for (size_t i = 0; has_first && i < head->count; i++)
		if (places[i] == RECORDS_COLUMNS_MAX)
			note_unread(records, str_trim(head->cells[i]));
	return has_first;
}

/* A table that has no line of names may be one of the first column alone. False: it is neither. */
static bool take_head(struct records *records, bool (*alone)(struct str cell), enum csv_got got,
	const struct csv_row *row, size_t *places)
{
	if (!wrong_row(got, row) && find_places(records, row, places))
		return true;
	if (got != CSV_ROW || !alone || !alone(csv_plain(row->cells[0])))
		return false;
	for (size_t i = 0; i < CSV_CELLS_MAX; i++)
		places[i] = i ? RECORDS_COLUMNS_MAX : 0;
	take_row(records, row, places, wrong_row(got, row));
	return true;
}

static bool is_row(enum csv_got got)
{
	return got == CSV_ROW || got == CSV_WIDE;
}

static enum err take_table(struct records *records, bool (*alone)(struct str cell), struct buf *why)
{
	struct csv csv;
	struct csv_row row;
	size_t places[CSV_CELLS_MAX];
	csv_begin(&csv, buf_str(&records->text));
	enum csv_got got = csv_next(&csv, &records->arena, &row);
	if (is_row(got) && !take_head(records, alone, got, &row, places)) {
		buf_printf(why, "%u: the first line has no column %s", row.line,
			records->columns[0].name);
		return ERR_RANGE;
	}
	while (records->count <= RECORDS_MAX && is_row(got) &&
		is_row(got = csv_next(&csv, &records->arena, &row)))
		take_row(records, &row, places, wrong_row(got, &row));
	if (got != CSV_BROKEN)
		return OK;
	buf_printf(why, "%u: a quotation does not end with its cell: what is a line behind it?",
		row.line);
	return ERR_RANGE;
}

/* --- lines of JSON ------------------------------------------------------------------------------ */

/* False: neither a text, a list of texts, a truth value nor null. */
static bool read_cell(struct records *records, const json_t *value, bool is_raw, struct str *cell)
{
	struct buf words = {0};
	size_t i;
	const json_t *one;
	bool is_fine = true;
	if (json_is_array(value))
		json_array_foreach(value, i, one) {
			is_fine &= json_is_string(one);
			buf_printf(&words, "%s%s", i ? " " : "",
				json_is_string(one) ? json_string_value(one) : "");
		}
	else if (json_is_string(value))
		buf_put(&words, str_from(json_string_value(value), json_string_length(value)));
	else if (json_is_boolean(value))
		buf_puts(&words, json_is_true(value) ? "yes" : "no");
	else
		is_fine = json_is_null(value);
	*cell = arena_copy(&records->arena, is_raw ? buf_str(&words) : str_trim(buf_str(&words)));
	buf_free(&words);
	return is_fine;
}

static void take_object(struct records *records, struct record *record, json_t *object)
{
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value) {
		size_t place = column_of(records, str_of(name));
		if (place == RECORDS_COLUMNS_MAX)
			note_unread(records, str_of(name));
		else if (!read_cell(records, value, records->columns[place].is_raw,
				 &record->cells[place]))
			record->wrong = "a member is neither text, list of texts, true nor false";
	}
	if (!record->wrong && !record->cells[0].len)
		record->wrong = "its first member that counts is missing";
}

static struct str without_mark(struct str text)
{
	return str_starts(text, STR("\xEF\xBB\xBF")) ? str_skip(text, 3) : text;
}

static void take_objects(struct records *records)
{
	struct str rest = without_mark(buf_str(&records->text));
	for (unsigned line = 1; rest.len && records->count <= RECORDS_MAX; line++) {
		struct str one = str_trim(str_cut(&rest, '\n'));
		if (one.len && one.at[one.len - 1] == '\r')
			one.len--;
		if (!one.len)
			continue;
		struct record *record = add(records, line);
		json_t *object = json_read(one);
		if (json_is_object(object))
			take_object(records, record, object);
		else
			record->wrong = "it is no JSON object";
		json_decref(object);
	}
}

/* --- a file ------------------------------------------------------------------------------------- */

static enum err read_bytes(const char *path, struct buf *text, struct buf *why)
{
	bool is_input = strcmp(path, "-") == 0;
	int file = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 ? -1 : 1;
	while (n > 0 && text->len <= RECORDS_BYTES_MAX) {
		n = read(file, buf_reserve(text, 65536), 65536);
		if (n > 0)
			text->len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (n < 0)
		owner_put_failure(why, str_of(is_input ? "standard input" : path), errno);
	else if (text->len > RECORDS_BYTES_MAX)
		buf_printf(why, "%s: larger than %d MiB: import it in parts", path,
			RECORDS_BYTES_MAX / 1024 / 1024);
	if (file >= 0 && !is_input)
		close(file);
	return why->len ? ERR_RANGE : OK;
}

static bool is_json(struct str text)
{
	text = without_mark(text);
	while (text.len && (*text.at == ' ' || *text.at == '\n' || *text.at == '\r'))
		text = str_skip(text, 1);
	return text.len && *text.at == '{';
}

enum err records_read(const char *path, const struct records_column *columns,
	bool (*alone)(struct str cell), struct records **out, struct buf *why)
{
	struct records *records = mem_new(sizeof *records);
	struct buf wrong = {0};
	records->columns = columns;
	while (columns[records->column_count].name)
		records->column_count++;
	enum err e = read_bytes(path, &records->text, why);
	if (e == OK && is_json(buf_str(&records->text)))
		take_objects(records);
	else if (e == OK && (e = take_table(records, alone, &wrong)) != OK)
		buf_printf(why, "%s:%.*s", path, STR_ARGS(buf_str(&wrong)));
	buf_free(&wrong);
	if (e == OK && records->count > RECORDS_MAX) {
		buf_printf(why, "%s: more than %d lines: import it in parts", path, RECORDS_MAX);
		e = ERR_RANGE;
	}
	if (e != OK)
		records_free(&records);
	*out = records;
	return e;
}

size_t records_count(const struct records *records)
{
	return records->count;
}

const struct record *records_at(const struct records *records, size_t i)
{
	CHECK(i < records->count);
	return &records->all[i];
}

struct buf records_unread(const struct records *records)
{
	struct buf names = {0};
	buf_put(&names, buf_str(&records->unread));
	return names;
}

void records_free(struct records **slot)
{
	struct records *records = *slot;
	if (!records)
		return;
	buf_free(&records->text);
	buf_free(&records->unread);
	arena_free(&records->arena);
	free(records->all);
	free(records);
	*slot = NULL;
}
