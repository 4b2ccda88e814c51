/* csv.h - tables as spreadsheets write them: RFC 4180, and with semicolons where a country's decimal point is a comma.
 * Pure. */
#ifndef WIRE_CSV_H
#define WIRE_CSV_H

#include "base/arena.h"
#include "base/buf.h"

/* Of one row. Nobody's table is wider; what is, is no table. */
#define CSV_CELLS_MAX 64

struct csv {
	struct str rest;
	char separator;
	unsigned line; /* on which the rest begins, from 1 */
};
struct csv_row {
	unsigned line; /* on which it begins */
	size_t count;
	struct str cells
		[CSV_CELLS_MAX]; /* borrowed, or in the arena where a quotation mark stood twice */
};
enum csv_got {
	CSV_ROW,
	CSV_END,
	CSV_BROKEN, /* a quotation of the row does not end where its cell does: the text is no table from there on */
	CSV_WIDE /* more than CSV_CELLS_MAX; the row is passed over */
};

/* A byte order mark in front is passed over; of comma and semicolon the one that the first line has more of separates. */
void csv_begin(struct csv *csv, struct str text);
/* The next row that is not blank. */
enum csv_got csv_next(struct csv *csv, struct arena *arena, struct csv_row *row);

/* Appends a cell, quoted where it has to be, with a comma in front unless it is the row's first. What a spreadsheet would take for a formula
 * gets an apostrophe in front; a number with a plus, as phones have it, is none. */
void csv_put(struct buf *out, struct str cell, bool is_first);
/* A cell as it was before csv_put, without blanks around it. */
struct str csv_plain(struct str cell);

#endif
