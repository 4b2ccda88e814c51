/* export_rows.h - rows of the tables as an operator reads them: a line of CSV or JSON for each user and contact, a line
 * of JSON for each session with what was said in it.
 *
 * What agents do not see is not there: silent supervisors, and what supervisors say among themselves. Who watched whom
 * stands in the ledger, for auditors. */
#ifndef CLI_EXPORT_ROWS_H
#define CLI_EXPORT_ROWS_H

#include "store/store_export.h"

struct export_form {
	enum export_what what;
	bool is_csv;     /* else lines of JSON */
	bool has_hashes; /* of the users' passwords */
};

struct export_rows;

/* write: each line as it is made; false: it cannot, and no more comes. */
struct export_rows *export_rows_new(
	const struct export_form *form, bool (*write)(void *ctx, struct str bytes), void *ctx);
/* As struct export_sink. */
bool export_rows_take(struct export_rows *rows, enum body_kind kind, const union any_body *body);
/* After the last one. False: it could not be written. */
bool export_rows_end(struct export_rows *rows);
uint64_t export_rows_count(
	const struct export_rows *rows); /* lines so far, without that of CSV's columns */
void export_rows_free(struct export_rows **rows);

#endif
