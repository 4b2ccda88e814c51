/* archive.c - events on shelves, one for each kind of body. */
#include "archive.h"
#include "store/store_batch.h"

#include <stdlib.h>

static struct event *next_place(struct archive_shelf *shelf)
{
	if (shelf->count == shelf->cap) {
		shelf->cap = shelf->cap ? shelf->cap * 2 : 64;
		shelf->events = mem_resize(shelf->events, shelf->cap * sizeof *shelf->events);
	}
	return &shelf->events[shelf->count++];
}

/* What leaves is the text of its entry. */
static void take_text(const struct archive *archive, struct body_outbound *body)
{
	const struct archive_shelf *shelf = &archive->shelves[BODY_message];
	for (size_t i = shelf->count; i-- > 0;) {
		const struct body_message *message = shelf->events[i].body;
		if (message->seq != body->seq || !str_eq(message->session, body->session))
			continue;
		body->text = message->text;
		return;
	}
}

static const struct cause *keep_cause(struct archive *archive, struct cause cause)
{
	struct cause *kept = arena_take(&archive->arena, sizeof *kept);
	cause.asker = arena_copy(&archive->arena, cause.asker);
	*kept = cause;
	return kept;
}

void archive_add(void *ctx, const struct store_event *packed)
{
	struct archive *archive = ctx;
	union any_body room;
	struct event event;
	if (!event_unpack(packed, &room, &event)) {
		archive->is_damaged = true;
		return;
	}
	enum body_kind kind = event_body(event.kind);
	if (kind == BODY_outbound && room.outbound.open && room.outbound.session.len)
		take_text(archive, &room.outbound);
	event.body = body_keep(kind, &archive->arena, event.body);
	event.cause = keep_cause(archive, packed->cause);
	*next_place(&archive->shelves[kind]) = event;
}

void archive_free(struct archive *archive)
{
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++)
		free(archive->shelves[kind].events);
	arena_free(&archive->arena);
	*archive = (struct archive) {0};
}

const struct event *archive_event(const struct archive *archive, enum body_kind kind, size_t *at)
{
	const struct archive_shelf *shelf = &archive->shelves[kind];
	return *at < shelf->count ? &shelf->events[(*at)++] : NULL;
}

const void *archive_next(const struct archive *archive, enum body_kind kind, size_t *at, msec *when)
{
	const struct event *event = archive_event(archive, kind, at);
	if (event && when)
		*when = event->at;
	return event ? event->body : NULL;
}

struct str archive_user(const struct archive *archive, struct str name)
{
	size_t at = 0;
	ARCHIVE_EACH(archive, user, user, &at, NULL)
		if (str_eq(user->name, name))
			return user->id;
	return STR_NONE;
}

const struct body_session *archive_session(const struct archive *archive, struct str id)
{
	const struct body_session *last = NULL;
	size_t at = 0;
	ARCHIVE_EACH(archive, session, session, &at, NULL)
		if (str_eq(session->id, id))
			last = session;
	return last;
}

const struct body_party *archive_party(
	const struct archive *archive, struct str session, struct str user)
{
	const struct body_party *last = NULL;
	size_t at = 0;
	ARCHIVE_EACH(archive, party, party, &at, NULL)
		if (str_eq(party->session, session) && str_eq(party->user, user))
			last = party;
	return last;
}
