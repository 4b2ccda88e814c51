/* store_tables.c - events become rows, each row written once a transaction. */
#include "store/store_tables.h"
#include "store/note_run.h"

#include <stdlib.h>

/* --- keys --------------------------------------------------------------------------------------- */

int body_key_cmp(enum body_kind kind, const void *a, const void *b)
{
	const struct body_type *type = body_type(kind);
	for (size_t i = 0; i < type->field_count && type->fields[i].is_key; i++) {
		const struct field *field = &type->fields[i];
		if (field->type == FIELD_TEXT || field->type == FIELD_BYTES) {
			int order = str_cmp(*body_str(field, a), *body_str(field, b));
			if (order)
				return order;
			continue;
		}
		int64_t x = (int64_t)body_number(field, a), y = (int64_t)body_number(field, b);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* --- gathering ---------------------------------------------------------------------------------- */

static struct changed_row *next_row(struct tables *tables)
{
	if (tables->count == tables->cap) {
		tables->cap = tables->cap ? tables->cap * 2 : 1024;
		tables->rows = mem_resize(tables->rows, tables->cap * sizeof *tables->rows);
	}
	return &tables->rows[tables->count];
}

static bool is_image(const struct body_erasure *erasure)
{
	union any_body image;
	return erasure->kind < EVENT_NUMBER_END && event_is_known((unsigned)erasure->kind) &&
	       body_unpack(event_body((enum event_kind)erasure->kind), erasure->image, &image);
}

bool tables_add(struct tables *tables, const struct store_event *packed)
{
	if (packed->lsn != tables->next_lsn + 1 || !event_is_known(packed->kind) ||
		!cause_name(packed->cause.kind))
		return false;
	enum body_kind kind = event_body(packed->kind);
	void *body = arena_take(&tables->arena, body_type(kind)->size);
	if (!body_unpack(kind, packed->body, body))
		return false;
	if (kind == BODY_erasure && !is_image(body))
		return false;
	if (tables->centre.len == 0) {
		if (kind != BODY_centre)
			return false;
		tables->centre = str_copy(((struct body_centre *)body)->name);
	}
	*next_row(tables) = (struct changed_row) {kind, body, packed->lsn, packed->lsn};
	tables->count++;
	tables->next_lsn = packed->lsn;
	tables->next_at = packed->at;
	return true;
}

void tables_keep(struct tables *tables, const struct told_note *note)
{
	if (tables->note_count == tables->note_cap) {
		tables->note_cap = tables->note_cap ? tables->note_cap * 2 : 256;
		tables->notes = mem_resize(tables->notes, tables->note_cap * sizeof *tables->notes);
	}
	tables->notes[tables->note_count++] = *note;
}

bool tables_add_batch(struct tables *tables, const struct batch *batch)
{
	struct store_event event;
	struct told_note note;
	struct batch_place notes = batch_notes(batch);
	for (size_t at = 0; batch_read(batch, &at, &event);)
		if (!tables_add(tables, &event))
			return false;
	while (batch_next_note(&notes, &note))
		tables_keep(tables, &note);
	return true;
}

/* By table and key, as the tables are ordered on disk, then by age. */
static int row_cmp(const void *a, const void *b)
{
	const struct changed_row *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	int order = body_key_cmp(x->kind, x->body, y->body);
	if (order)
		return order;
	return x->lsn < y->lsn ? -1 : x->lsn > y->lsn;
}

/* Leaves of each object its last image, with the lsn of its first. */
static void coalesce(struct tables *tables)
{
	struct changed_row *rows = tables->rows;
	size_t kept = 0;
	qsort(rows, tables->count, sizeof *rows, row_cmp);
	for (size_t i = 1; i < tables->count; i++) {
		if (rows[i].kind == rows[kept].kind &&
			body_key_cmp(rows[i].kind, rows[i].body, rows[kept].body) == 0)
			rows[i].first_lsn = rows[kept].first_lsn;
		else
			kept++;
		rows[kept] = rows[i];
	}
	tables->count = kept + 1;
}

/* --- writing ------------------------------------------------------------------------------------ */

/* Where the object's last image is that of the erased row, it is what stands there now. */
static int erase(struct tables *tables, const struct body_erasure *erasure)
{
	union any_body image;
	struct changed_row row = {
		event_body((enum event_kind)erasure->kind), &image, erasure->row, 0};
	CHECK(body_unpack(row.kind, erasure->image, &image)); /* is_image */
	return tables->ops->erase(tables->db, tables->centre, &row);
}

/* What stood there before this transaction goes first: an object with the key that is erased there may come again in it.
 * Then, once all rows are written, what is of the transaction itself. */
static int erase_all(struct tables *tables, bool is_before)
{
	int code = 0;
	for (size_t i = 0; code == 0 && i < tables->count; i++) {
		const struct body_erasure *erasure = tables->rows[i].body;
		if (tables->rows[i].kind == BODY_erasure &&
			(erasure->row <= tables->lsn) == is_before)
			code = erase(tables, erasure);
	}
	return code;
}

/* --- what was told ------------------------------------------------------------------------------ */

/* A transaction adds about as much as it takes away, and makes good what one before it could not. */
#define TRIM_LEAST 64

/* The session whose words are in it; empty: none's. */
static struct str session_of(const struct changed_row *row)
{
	const struct body_erasure *erasure = row->body;
	union any_body image;
	enum body_kind kind = event_body((enum event_kind)erasure->kind);
	CHECK(body_unpack(kind, erasure->image, &image)); /* is_image */
	return kind == BODY_message    ? image.message.session
	       : kind == BODY_outbound ? image.outbound.session
	       : kind == BODY_session  ? image.session.id
				       : STR_NONE;
}

static int blank_all(struct tables *tables)
{
	int code = 0;
	for (size_t i = 0; code == 0 && i < tables->count; i++) {
		struct str session = tables->rows[i].kind == BODY_erasure
					     ? session_of(&tables->rows[i])
					     : STR_NONE;
		if (session.len)
			code = tables->ops->blank(tables->db, tables->centre, session);
	}
	return code;
}

static int tell(void *ctx, struct str user, struct told_range range)
{
	struct tables *tables = ctx;
	return tables->ops->tell(tables->db, tables->centre, user, range);
}

/* What was made of a stretch comes behind it. */
static int note_cmp(const void *a, const void *b)
{
	const struct told_note *x = a, *y = b;
	int order = str_cmp(x->user, y->user);
	if (order)
		return order;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->is_made - y->is_made;
}

/* runs: how many there were. */
static int keep_all(struct tables *tables, size_t *runs)
{
	int code = 0;
	*runs = 0;
	if (tables->note_count)
		qsort(tables->notes, tables->note_count, sizeof *tables->notes, note_cmp);
	for (size_t i = 0, n; code == 0 && i < tables->note_count; i += n, ++*runs) {
		const struct told_note *notes = &tables->notes[i], *last;
		n = note_run_count(notes, tables->note_count - i);
		last = &notes[n - 1];
		code = tables->ops->keep(tables->db, tables->centre, notes, n);
		if (!last->is_made)
			told_list_keep(tables->told, last->user, last->number);
	}
	return code;
}

static int write_told(struct tables *tables)
{
	struct told_limits limits = {
		.since = tables->next_at - TOLD_KEPT_MS,
		.bytes = tables->told_bytes_max,
	};
	size_t runs;
	int code = keep_all(tables, &runs);
	limits.most = 2 * runs + TRIM_LEAST;
	if (code == 0)
		code = blank_all(tables);
	if (code == 0)
		code = tables->ops->trim(tables->db, &limits, tables->told);
	return code == 0 ? told_list_each_changed(tables->told, tell, tables) : code;
}

static int write_all(struct tables *tables)
{
	int code = tables->ops->begin(tables->db);
	if (code == 0)
		code = erase_all(tables, true);
	for (size_t i = 0; code == 0 && i < tables->count; i++)
		code = tables->ops->upsert(tables->db, tables->centre, &tables->rows[i]);
	if (code == 0)
		code = erase_all(tables, false);
	if (code == 0)
		code = write_told(tables);
	if (code == 0)
		code = tables->ops->mark(
			tables->db, tables->centre, tables->next_lsn, tables->next_at);
	return code == 0 ? tables->ops->commit(tables->db) : code;
}

int tables_commit(struct tables *tables)
{
	int code = 0;
	if (tables->count) {
		coalesce(tables);
		code = write_all(tables);
	}
	if (code == 0) {
		tables->lsn = tables->next_lsn;
		tables->at = tables->next_at;
		told_list_written(tables->told);
	} else {
		tables->ops->roll_back(tables->db);
	}
	tables->next_lsn = tables->lsn;
	tables->next_at = tables->at;
	tables->count = tables->note_count = 0;
	arena_reset(&tables->arena);
	return code;
}

int tables_tidy(struct tables *tables)
{
	return tables->ops->tidy(tables->db);
}

int tables_secure(struct tables *tables, bool *is_safe)
{
	return tables->ops->secure(tables->db, is_safe);
}

void tables_rest(struct tables *tables)
{
	tables->ops->rest(tables->db);
}

void tables_close(struct tables *tables)
{
	if (tables->ops)
		tables->ops->close(tables->db);
	str_free(&tables->centre);
	free(tables->rows);
	free(tables->notes);
	arena_free(&tables->arena);
	*tables = (struct tables) {0};
}
