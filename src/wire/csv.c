/* csv.c - rows cut into cells; cells written. */
#include "wire/csv.h"

#include <string.h>

static size_t count_of(struct str text, char c)
{
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == c;
	return count;
}

void csv_begin(struct csv *csv, struct str text)
{
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_skip(text, 3);
	struct str rest = text, head = str_cut(&rest, '\n');
	*csv = (struct csv) {text, count_of(head, ';') > count_of(head, ',') ? ';' : ',', 1};
}

/* The cell that begins with a quotation mark, without its marks; *at goes behind the last one. False: there is none. */
static bool take_quoted(struct str text, size_t *at, struct arena *arena, struct str *cell)
{
	size_t begin = ++*at, doubled = 0;
	for (; *at < text.len; ++*at) {
		if (text.at[*at] != '"')
			continue;
		if (*at + 1 == text.len || text.at[*at + 1] != '"')
			break;
		++*at;
		doubled++;
	}
	if (*at == text.len)
		return false;
	*cell = str_from(text.at + begin, *at - begin);
	++*at;
	if (!doubled)
		return true;
	char *plain = arena_take(arena, cell->len);
	size_t len = 0;
	for (size_t i = 0; i < cell->len; i++) {
		plain[len++] = cell->at[i];
		i += cell->at[i] == '"';
	}
	*cell = str_from(plain, len);
	return true;
}

static bool ends_cell(const struct csv *csv, char c)
{
	return c == csv->separator || c == '\n' || c == '\r';
}

/* False: what begins with a quotation mark has no other one at its end. */
static bool take_cell(struct csv *csv, struct arena *arena, struct str *cell)
{
	struct str text = csv->rest;
	size_t at = 0;
	bool is_quoted = text.len && *text.at == '"';
	if (is_quoted && !take_quoted(text, &at, arena, cell))
		return false;
	if (is_quoted && at < text.len && !ends_cell(csv, text.at[at]))
		return false;
	while (at < text.len && !ends_cell(csv, text.at[at]))
		at++;
	if (!is_quoted)
		*cell = str_from(text.at, at);
	csv->line += (unsigned)count_of(str_from(text.at, at), '\n');
	csv->rest = str_skip(text, at);
	return true;
}

/* Behind a cell: is there another one in this row? */
static bool goes_on(struct csv *csv)
{
	bool is_more = csv->rest.len && *csv->rest.at == csv->separator;
	if (!is_more && csv->rest.len && *csv->rest.at == '\r')
		csv->rest = str_skip(csv->rest, 1);
	if (is_more || (csv->rest.len && *csv->rest.at == '\n')) {
		csv->line += !is_more;
		csv->rest = str_skip(csv->rest, 1);
	}
	return is_more;
}

static bool is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (str_trim(row->cells[i]).len)
			return false;
	return true;
}

static enum csv_got take_row(struct csv *csv, struct arena *arena, struct csv_row *row)
{
	bool is_wide = false;
	row->line = csv->line;
	row->count = 0;
	do {
		struct str cell;
		if (!take_cell(csv, arena, &cell))
			return CSV_BROKEN;
		is_wide |= row->count == CSV_CELLS_MAX;
		if (!is_wide)
			row->cells[row->count++] = cell;
	} while (goes_on(csv));
	return is_wide ? CSV_WIDE : CSV_ROW;
}

enum csv_got csv_next(struct csv *csv, struct arena *arena, struct csv_row *row)
{
	while (csv->rest.len) {
		enum csv_got got = take_row(csv, arena, row);
		if (got != CSV_ROW || !is_blank(row))
			return got;
	}
	return CSV_END;
}

/* --- writing ------------------------------------------------------------------------------------ */

static bool is_phone(struct str cell)
{
	size_t i = 1;
	while (i < cell.len && cell.at[i] >= '0' && cell.at[i] <= '9')
		i++;
	return cell.len > 1 && *cell.at == '+' && i == cell.len;
}

/* However many apostrophes stand in front: one more or less makes no other cell of it. */
static bool is_formula(struct str cell)
{
	while (str_starts(cell, STR("'")))
		cell = str_skip(cell, 1);
	return cell.len && *cell.at && strchr("=+-@\t\r", *cell.at);
}

void csv_put(struct buf *out, struct str cell, bool is_first)
{
	bool is_quoted = false;
	for (size_t i = 0; i < cell.len; i++)
		is_quoted |= cell.at[i] && strchr("\",;\r\n", cell.at[i]);
	if (!is_first)
		buf_put_byte(out, ',');
	if (is_quoted)
		buf_put_byte(out, '"');
	if (is_formula(cell) && !is_phone(cell))
		buf_put_byte(out, '\'');
	for (size_t i = 0; i < cell.len; i++) {
		if (cell.at[i] == '"')
			buf_put_byte(out, '"');
		buf_put_byte(out, cell.at[i]);
	}
	if (is_quoted)
		buf_put_byte(out, '"');
}

struct str csv_plain(struct str cell)
{
	struct str plain = str_trim(cell);
	return str_starts(plain, STR("'")) && is_formula(plain) ? str_skip(plain, 1) : plain;
}
