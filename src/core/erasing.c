/* erasing.c - a table says of each kind of body whose it is, and what of it is words or identity. What is not there
 * tells of nobody: numbers, times, states, and what users did. */
#include "core/erasing.h"
#include "core/model/erased.h"

#include <stdlib.h>

/* What a contact is called from then on, where people read a name. */
#define NOBODY STR("erased")

/* --- sessions of the contact, by id --------------------------------------------------------------- */

static size_t place_of(const struct erasing *erasing, struct str id)
{
	size_t from = 0, to = erasing->session_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (str_cmp(erasing->sessions[middle], id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool is_own(const struct erasing *erasing, struct str session)
{
	size_t at = place_of(erasing, session);
	return at < erasing->session_count && str_eq(erasing->sessions[at], session);
}

static void note_session(struct erasing *erasing, struct str id)
{
	size_t at = place_of(erasing, id);
	if (is_own(erasing, id))
		return;
	if (erasing->session_count == erasing->session_cap) {
		erasing->session_cap = erasing->session_cap ? 2 * erasing->session_cap : 64;
		erasing->sessions = mem_resize(
			erasing->sessions, erasing->session_cap * sizeof *erasing->sessions);
	}
	memmove(erasing->sessions + at + 1, erasing->sessions + at,
		(erasing->session_count - at) * sizeof *erasing->sessions);
	erasing->sessions[at] = arena_copy(&erasing->arena, id);
	erasing->session_count++;
}

/* --- each kind of body: false: it is not the contact's ------------------------------------------ */

static bool is_phone(const struct erasing *erasing, struct str phone)
{
	return str_eq(phone, erasing->phone);
}

static bool blank_contact(struct erasing *erasing, void *body)
{
	struct body_contact *b = body;
	bool is = is_phone(erasing, b->phone);
	b->phone = erasing->alias;
	return is;
}

static bool blank_session(struct erasing *erasing, void *body)
{
	struct body_session *b = body;
	if (!is_phone(erasing, b->phone))
		return false;
	note_session(erasing, b->id);
	b->phone = erasing->alias;
	return true;
}

static bool blank_party(struct erasing *erasing, void *body)
{
	struct body_party *b = body;
	if (b->kind != PARTY_CONTACT || !is_own(erasing, b->session))
		return false;
	b->nickname = NOBODY;
	return true;
}

static bool blank_message(struct erasing *erasing, void *body)
{
	struct body_message *b = body;
	if (!is_own(erasing, b->session))
		return false;
	erased_take_words(BODY_message, b);
	b->erased = 1;
	if (b->author == PARTY_CONTACT)
		b->nickname = NOBODY;
	return true;
}

static bool blank_datum(struct erasing *erasing, void *body)
{
	struct body_datum *b = body;
	if (!is_own(erasing, b->session))
		return false;
	erased_take_words(BODY_datum, b);
	return true;
}

static bool blank_hand(struct erasing *erasing, void *body)
{
	struct body_hand *b = body;
	if (!is_own(erasing, b->session))
		return false;
	erased_take_words(BODY_hand, b);
	return true;
}

static bool blank_outbound(struct erasing *erasing, void *body)
{
	struct body_outbound *b = body;
	if (!is_phone(erasing, b->phone))
		return false;
	b->phone = erasing->alias;
	erased_take_words(BODY_outbound, b);
	return true;
}

static bool blank_segment(struct erasing *erasing, void *body)
{
	struct body_segment *b = body;
	if (!is_phone(erasing, b->phone))
		return false;
	b->phone = erasing->alias;
	erased_take_words(BODY_segment, b);
	return true;
}

static bool (*const blanks[BODY_KINDS])(struct erasing *erasing, void *body) = {
	[BODY_contact] = blank_contact,
	[BODY_session] = blank_session,
	[BODY_party] = blank_party,
	[BODY_message] = blank_message,
	[BODY_datum] = blank_datum,
	[BODY_hand] = blank_hand,
	[BODY_outbound] = blank_outbound,
	[BODY_segment] = blank_segment,
};

bool erasing_changes_key(enum body_kind kind)
{
	return kind == BODY_contact || kind == BODY_segment;
}

/* --- the journal, row by row -------------------------------------------------------------------- */

void erasing_init(struct erasing *erasing, struct str phone, struct str alias)
{
	*erasing = (struct erasing) {.phone = str_copy(phone), .alias = str_copy(alias)};
}

static void note_row(struct erasing *erasing, const struct event *event, const void *body)
{
	if (erasing->count == ERASING_ROWS_MAX) {
		erasing->is_full = true;
		return;
	}
	if (erasing->count == erasing->cap) {
		erasing->cap = erasing->cap ? 2 * erasing->cap : 256;
		erasing->rows = mem_resize(erasing->rows, erasing->cap * sizeof *erasing->rows);
	}
	erasing->rows[erasing->count++] = (struct body_erasure) {.row = event->lsn,
		.kind = event->kind,
		.image = body_packed(event_body(event->kind), &erasing->arena, body)};
}

/* What stays of the body, in *room. False: it is not the contact's. */
static bool blank(
	struct erasing *erasing, enum body_kind kind, const void *body, union any_body *room)
{
	if (!blanks[kind])
		return false;
	memcpy(room, body, body_type(kind)->size);
	return blanks[kind](erasing, room);
}

bool erasing_knows(struct erasing *erasing, enum body_kind kind, const void *body)
{
	union any_body room;
	return blank(erasing, kind, body, &room);
}

void erasing_look(struct erasing *erasing, const struct event *event)
{
	union any_body room;
	if (blank(erasing, event_body(event->kind), event->body, &room))
		note_row(erasing, event, &room);
}

void erasing_free(struct erasing *erasing)
{
	str_free(&erasing->phone);
	str_free(&erasing->alias);
	free(erasing->rows);
	free(erasing->sessions);
	arena_free(&erasing->arena);
	*erasing = (struct erasing) {0};
}

/* --- what happens meanwhile ---------------------------------------------------------------------- */

/* A text on its way is known by its phone. */
static struct str session_of(enum body_kind kind, const void *body)
{
	if (kind == BODY_party)
		return ((const struct body_party *)body)->session;
	return kind == BODY_outbound ? STR_NONE : erased_session_of(kind, body);
}

static struct str phone_of(enum body_kind kind, const void *body)
{
	switch (kind) {
	case BODY_contact:
		return ((const struct body_contact *)body)->phone;
	case BODY_session:
		return ((const struct body_session *)body)->phone;
	case BODY_outbound:
		return ((const struct body_outbound *)body)->phone;
	case BODY_segment:
		return ((const struct body_segment *)body)->phone;
	default:
		return STR_NONE;
	}
}

bool erasing_is_of(const struct core *core, const struct event *event, struct str phone)
{
	enum body_kind kind = event_body(event->kind);
	const struct session *session = core_session(core, session_of(kind, event->body));
	return str_eq(session ? session->b.phone : phone_of(kind, event->body), phone);
}
