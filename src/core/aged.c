/* aged.c - rows of sessions that are looked for, and of none. */
#include "core/aged.h"

#include <stdlib.h>

#include "core/model/erased.h"

bool aged_add(struct aged *aged, const struct body_session *session, uint64_t lsn)
{
	if (aged->count == AGED_SESSIONS_MAX)
		return false;
	aged->sessions[aged->count++] =
		(struct aged_session) {.id = arena_copy(&aged->arena, session->id),
			.serial = session->serial,
			.ended = session->ended,
			.lsn = lsn};
	return true;
}

static struct aged_session *find(struct aged *aged, struct str id)
{
	for (size_t i = 0; i < aged->count; i++)
		if (str_eq(aged->sessions[i].id, id))
			return &aged->sessions[i];
	return NULL;
}

static void note(
	struct aged *aged, struct aged_rows *rows, const struct event *event, const void *body)
{
	if (rows->count == rows->cap) {
		rows->cap = rows->cap ? 2 * rows->cap : 16;
		rows->at = mem_resize(rows->at, rows->cap * sizeof *rows->at);
	}
	rows->at[rows->count++] = (struct body_erasure) {.row = event->lsn,
		.kind = event->kind,
		.image = body_packed(event_body(event->kind), &aged->arena, body)};
}

/* What will stand there, in *room. False: it stays. */
static bool take_words(const struct event *event, union any_body *room)
{
	enum body_kind kind = event_body(event->kind);
	memcpy(room, event->body, body_type(kind)->size);
	return erased_take_words(kind, room);
}

static void look_for_loose(struct aged *aged, const struct event *event)
{
	union any_body room;
	enum body_kind kind = event_body(event->kind);
	bool is_loose = kind == BODY_segment ||
			(kind == BODY_outbound && !erased_session_of(kind, event->body).len);
	if (is_loose && take_words(event, &room))
		note(aged, &aged->loose, event, &room);
}

void aged_look(struct aged *aged, const struct event *event)
{
	union any_body room;
	enum body_kind kind = event_body(event->kind);
	if (!aged->count) {
		look_for_loose(aged, event);
		return;
	}
	struct str id = kind == BODY_session ? ((const struct body_session *)event->body)->id
					     : erased_session_of(kind, event->body);
	struct aged_session *session = id.len ? find(aged, id) : NULL;
	if (!session)
		return;
	bool has_words = take_words(event, &room);
	bool is_end = kind == BODY_session && event->lsn == session->lsn;
	if (is_end)
		room.session.erased = 1;
	session->has_end |= is_end;
	if (has_words || is_end)
		note(aged, &session->rows, event, &room);
}

bool aged_goes_on(struct aged *aged, uint64_t lsn, msec at, unsigned nth)
{
	bool is_behind = (aged->before && at >= aged->before) || (aged->to && lsn > aged->to);
	aged->has_more = !is_behind && nth == AGED_ROWS_MAX;
	return !is_behind && !aged->has_more;
}

void aged_free(struct aged *aged)
{
	for (size_t i = 0; i < aged->count; i++)
		free(aged->sessions[i].rows.at);
	free(aged->loose.at);
	arena_free(&aged->arena);
	*aged = (struct aged) {0};
}
