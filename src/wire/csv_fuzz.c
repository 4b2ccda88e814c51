/* csv_fuzz.c - any bytes are a table: rows are read to an end, each further on, and what is written of their cells is read as the same. */
#include "base/check.h"
#include "wire/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv csv, again;
	struct csv_row row, same;
	struct arena arena = {0};
	enum csv_got got;
	csv_begin(&csv, str_from(data, size));
	for (size_t left = csv.rest.len + 1;
		(got = csv_next(&csv, &arena, &row)) == CSV_ROW || got == CSV_WIDE;
		left = csv.rest.len) {
		struct buf out = {0};
		CHECK(csv.rest.len < left && row.line <= csv.line);
		buf_puts(&out, "x"); /* a row of blank cells is none */
		for (size_t i = 0; i + 1 < row.count; i++)
			csv_put(&out, csv_plain(row.cells[i]), false);
		csv_begin(&again, buf_str(&out));
		again.separator = ',';
		CHECK(csv_next(&again, &arena, &same) == CSV_ROW);
		CHECK(row.count == 0 || same.count == row.count);
		for (size_t i = 1; i < same.count; i++)
			CHECK(str_eq(csv_plain(same.cells[i]), csv_plain(row.cells[i - 1])));
		buf_free(&out);
	}
	arena_free(&arena);
	return 0;
}
