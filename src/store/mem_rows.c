/* mem_rows.c - a list, found by key; loaded in the order of project.def. */
#include "store/mem_rows.h"
#include "core/core.h"
#include "core/model/over.h"

#include <stdlib.h>

struct mem_row *mem_rows_find(const struct mem_rows *rows, enum body_kind kind, const void *body)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == kind && body_is_same(kind, &rows->at[i].body, body))
			return &rows->at[i];
	return NULL;
}

void mem_rows_put(struct mem_rows *rows, enum body_kind kind, const void *body, uint64_t lsn)
{
	struct mem_row *row = mem_rows_find(rows, kind, body);
	if (!row) {
		rows->at = mem_resize(rows->at, (rows->count + 1) * sizeof *rows->at);
		row = &rows->at[rows->count++];
		*row = (struct mem_row) {.kind = kind, .first_lsn = lsn};
	}
	body_assign(kind, &row->body, body);
	row->lsn = lsn;
}

void mem_rows_free(struct mem_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		body_release(rows->at[i].kind, &rows->at[i].body);
	free(rows->at);
	*rows = (struct mem_rows) {0};
}

/* --- into a core -------------------------------------------------------------------------------- */

static const void *find_owner(const void *ctx, const struct over_owner *owner)
{
	const struct body_session session = {.id = owner->session};
	const struct body_outbound outbound = {.serial = owner->outbound};
	const struct mem_row *row = mem_rows_find(ctx, owner->kind,
		owner->kind == BODY_session ? (const void *)&session : (const void *)&outbound);
	return row ? &row->body : NULL;
}

/* Serials go on from the newest. */
static bool is_newest(const struct mem_rows *rows, const struct mem_row *row)
{
	if (row->kind != BODY_session && row->kind != BODY_outbound)
		return false;
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == row->kind && rows->at[i].first_lsn > row->first_lsn)
			return false;
	return true;
}

/* By kind, as objects name each other; a contact that was merged after the one that it became, segments by their last
 * arrival, all else by age. */
static int load_cmp(const void *a, const void *b)
{
	const struct mem_row *x = *(struct mem_row *const *)a, *y = *(struct mem_row *const *)b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	bool x_merged = x->kind == BODY_contact && x->body.contact.merged_into.len;
	bool y_merged = y->kind == BODY_contact && y->body.contact.merged_into.len;
	if (x_merged != y_merged)
		return x_merged ? 1 : -1;
	uint64_t x_age = x->kind == BODY_segment ? x->lsn : x->first_lsn;
	uint64_t y_age = y->kind == BODY_segment ? y->lsn : y->first_lsn;
	return x_age < y_age ? -1 : x_age > y_age;
}

/* A text on its way is its entry's. */
static struct str text_of(const struct mem_rows *rows, const struct body_outbound *outbound)
{
	const struct body_message key = {.session = outbound->session, .seq = outbound->seq};
	const struct mem_row *entry = mem_rows_find(rows, BODY_message, &key);
	bool is_its = outbound->open && !outbound->text.len && outbound->session.len;
	return is_its && entry ? entry->body.message.text : outbound->text;
}

static enum event_kind event_for(enum body_kind kind)
{
	static const enum event_kind kinds[BODY_KINDS] = {
#define PROJECT(body, event, open, order) [BODY_##body] = EV_##event,
#include "store/project.def"
#undef PROJECT
	};
	return kinds[kind];
}

static bool evolve(const struct mem_rows *rows, const struct mem_row *row, struct core *core,
	uint64_t lsn, msec at)
{
	union any_body body = row->body;
	struct event event = {.kind = event_for(row->kind),
		.lsn = row->kind == BODY_centre ? lsn : row->lsn,
		.at = at,
		.body = &body};
	if (row->kind == BODY_outbound)
		body.outbound.text = text_of(rows, &body.outbound);
	bool fits = core_fits(core, &event);
	if (fits)
		core_evolve(core, &event);
	return fits;
}

bool mem_rows_evolve(struct mem_rows *rows, struct core *core, uint64_t lsn, msec at)
{
	struct mem_row **order = mem_new((rows->count + 1) * sizeof(struct mem_row *));
	size_t count = 0;
	bool fit = true;
	for (size_t i = 0; i < rows->count; i++) {
		struct mem_row *row = &rows->at[i];
		bool is_over = body_is_over(row->kind, &row->body, find_owner, rows);
		if (!is_over || is_newest(rows, row))
			order[count++] = row;
	}
	qsort(order, count, sizeof(struct mem_row *), load_cmp);
	for (size_t i = 0; fit && i < count; i++)
		fit = evolve(rows, order[i], core, lsn, at);
	free(order);
	return fit;
}
