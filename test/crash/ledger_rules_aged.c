/* ledger_rules_aged.c - words that were kept long enough. */
#include "ledger_rules.h"

#include <stdlib.h>

/* After that they are surely gone: looks, steps, and what the start before may have had to wait for. */
#define LATE_MS 10000

/* What was set at that time. */
static msec kept_ms(const struct inquiry *in, msec before)
{
	msec value = 0, when;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, setting, setting, &at, &when)
		if (when <= before && str_is(setting->name, "sessions.keep-texts-for"))
			value = (msec)setting->value;
	return value;
}

/* NULL: it goes on. */
static const struct body_session *end_of(const struct inquiry *in, struct str session)
{
	const struct body_session *last = archive_session(in->archive, session);
	return last && last->state == SESSION_ENDED ? last : NULL;
}

/* Empty: of none, as a part of a long text, or a reply. */
static struct str session_of(const struct body_erasure *erasure, union any_body *image)
{
	enum body_kind kind = event_body((enum event_kind)erasure->kind);
	if (!body_unpack(kind, erasure->image, image))
		return STR_NONE;
	if (kind == BODY_session)
		return image->session.id;
	if (kind == BODY_message)
		return image->message.session;
	if (kind == BODY_datum)
		return image->datum.session;
	return kind == BODY_hand ? image->hand.session : STR_NONE;
}

static bool is_end(const struct body_erasure *erasure)
{
	return event_body((enum event_kind)erasure->kind) == BODY_session;
}

static void ask_early(const struct inquiry *in)
{
	union any_body image;
	size_t at = 0;
	msec when;
	ARCHIVE_EACH(in->archive, erasure, erasure, &at, &when) {
		struct str id = session_of(erasure, &image);
		const struct body_session *session = id.len ? end_of(in, id) : NULL;
		msec kept = kept_ms(in, when);
		in->ledger->met.aged += is_end(erasure);
		if (id.len && (!session || session->ended + kept >= when))
			ledger_blame(in->ledger,
				"words of session %.*s were erased before it had ended for "
				"%lld ms",
				STR_ARGS(id), (long long)kept);
	}
}

bool ledger_is_aged(const struct inquiry *in, struct str session)
{
	union any_body image;
	size_t at = 0;
	ARCHIVE_EACH(in->archive, erasure, erasure, &at, NULL)
		if (is_end(erasure) && str_eq(session_of(erasure, &image), session))
			return true;
	return false;
}

static bool is_closed(const struct inquiry *in, uint64_t serial, size_t at)
{
	ARCHIVE_EACH(in->archive, outbound, later, &at, NULL)
		if (later->serial == serial && !later->open)
			return true;
	return false;
}

/* Not before nobody asks any more what became of them. */
static bool is_awaited(const struct inquiry *in, struct str session)
{
	size_t at = 0;
	ARCHIVE_EACH(in->archive, outbound, text, &at, NULL)
		if (text->open && str_eq(text->session, session) &&
			!is_closed(in, text->serial, at))
			return true;
	return false;
}

/* Rows that were erased, sorted, and sessions of which it is said that all of theirs are. */
struct erased {
	uint64_t *rows;
	struct str *sessions;
	size_t row_count, session_count;
	struct arena arena;
};

static int row_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static void gather(const struct inquiry *in, struct erased *erased)
{
	union any_body image;
	size_t at = 0, count = in->archive->shelves[BODY_erasure].count;
	erased->rows = mem_resize(NULL, (count + 1) * sizeof *erased->rows);
	erased->sessions = mem_resize(NULL, (count + 1) * sizeof *erased->sessions);
	ARCHIVE_EACH(in->archive, erasure, erasure, &at, NULL) {
		erased->rows[erased->row_count++] = erasure->row;
		if (is_end(erasure))
			erased->sessions[erased->session_count++] =
				arena_copy(&erased->arena, session_of(erasure, &image));
	}
	qsort(erased->rows, erased->row_count, sizeof *erased->rows, row_cmp);
}

static bool has_session(const struct erased *erased, struct str session)
{
	for (size_t i = 0; i < erased->session_count; i++)
		if (str_eq(erased->sessions[i], session))
			return true;
	return false;
}

/* A session is done, or it is not begun. */
static void ask_halves(const struct inquiry *in, const struct erased *erased)
{
	const struct event *event;
	size_t at = 0;
	while ((event = archive_event(in->archive, BODY_message, &at))) {
		const struct body_message *message = event->body;
		bool is_erased = bsearch(&event->lsn, erased->rows, erased->row_count,
			sizeof *erased->rows, row_cmp);
		if (message->text.len && has_session(erased, message->session) != is_erased)
			ledger_blame(in->ledger,
				"of session %.*s some words were erased and some not",
				STR_ARGS(message->session));
	}
}

static void ask_late(const struct inquiry *in, const struct erased *erased)
{
	msec now = net_now(in->ledger->net), kept = kept_ms(in, now);
	msec before = kept ? now - kept - LATE_MS : 0;
	const struct event *event;
	size_t at = 0;
	while ((event = archive_event(in->archive, BODY_session, &at))) {
		const struct body_session *session = event->body;
		if (session->state == SESSION_ENDED && session->ended < before &&
			!has_session(erased, session->id) && !is_awaited(in, session->id))
			ledger_blame(in->ledger,
				"session %.*s ended long ago, and its words are still there",
				STR_ARGS(session->id));
	}
}

void ledger_ask_aged(const struct inquiry *in, bool at_rest)
{
	struct erased erased = {0};
	in->ledger->met.aged = 0;
	ask_early(in);
	gather(in, &erased);
	if (erased.row_count)
		ask_halves(in, &erased);
	if (at_rest)
		ask_late(in, &erased);
	free(erased.rows);
	free(erased.sessions);
	arena_free(&erased.arena);
}
