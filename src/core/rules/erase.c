/* erase.c - the words in a row of the journal are erased: the event says what stands there from now on, and the
 * store puts it there. All the rest of the row stays, so whatever reads it goes on as before.
 *
 * Words are what was written to and fro: texts and parts of them. Who wrote, when, and how often stays. */
#include "core/model/erased.h"
#include "core/rules/turn.h"

#include <utlist.h>

/* False: it is none that has words. */
static bool blank(enum body_kind kind, void *body)
{
	bool has = erased_take_words(kind, body);
	return has || kind == BODY_message || kind == BODY_outbound || kind == BODY_segment;
}

/* What has still to leave, or to be joined. */
static bool is_needed(const struct core *core, enum body_kind kind, const void *body)
{
	const struct body_segment *part = body;
	const struct segment_held *held;
	if (kind == BODY_segment) {
		const struct link *link = core_link(core, part->link);
		DL_FOREACH(link ? link->segments : NULL, held)
			if (body_is_same(kind, &held->b, part))
				return true;
		return false;
	}
	if (kind != BODY_message && kind != BODY_outbound)
		return false;
	uint64_t serial = kind == BODY_message ? ((const struct body_message *)body)->outbound
					       : ((const struct body_outbound *)body)->serial;
	const struct outbound *out = core_outbound(core, serial);
	return out && out->b.open;
}

/* The row's image, in the arena. NULL: it is none of a row that the journal can have. */
static void *image_of(const struct body_erasure *row, enum body_kind *kind, struct arena *arena)
{
	if (row->kind >= EVENT_NUMBER_END || !event_is_known((unsigned)row->kind))
		return NULL;
	*kind = event_body((enum event_kind)row->kind);
	void *body = arena_take(arena, body_type(*kind)->size);
	return body_unpack(*kind, row->image, body) ? body : NULL;
}

/* The row without its words, in the arena. */
static enum err erase(const struct core *core, const struct body_erasure *asked,
	struct arena *arena, struct body_erasure *erased)
{
	enum body_kind kind;
	void *body = image_of(asked, &kind, arena);
	if (!body || !blank(kind, body))
		return ERR_RANGE;
	if (is_needed(core, kind, body))
		return ERR_WRONG_STATE;
	*erased = *asked;
	erased->image = body_packed(kind, arena, body);
	return OK;
}

static bool fits(const struct core *core, const struct body_erasure *row)
{
	const struct event event = {.kind = EV_BODY_ERASED, .body = row};
	return core_fits(core, &event);
}

enum err can_erase(const struct core *core, const struct command *command)
{
	struct arena arena = {0};
	struct body_erasure erased;
	enum err e = erase(core, command->erasure, &arena, &erased);
	if (e == OK && !fits(core, &erased))
		e = ERR_RANGE;
	arena_free(&arena);
	return e;
}

void make_erase(struct turn *turn, const struct command *command)
{
	struct body_erasure erased;
	CHECK(erase(turn->core, command->erasure, &turn->outcome->arena, &erased) == OK);
	turn_emit(turn, EV_BODY_ERASED, &erased);
}

/* --- a contact -------------------------------------------------------------------------------------
 *
 * All rows that tell of it at once: who reads the journal meets the contact under its phone, or under its alias, and never
 * under both. It has to be at rest, and nothing of it on its way. */

static const struct contact *erased_of(const struct command *command)
{
	return command->erase.contact;
}

static bool is_talking(const struct core *core, const struct contact *contact)
{
	const struct session *session;
	DL_FOREACH(core->sessions, session)
		if (session->contact == contact)
			return true;
	return false;
}

static bool has_segments(const struct core *core, const struct contact *contact)
{
	const struct link *link;
	DL_FOREACH(core->links, link)
		if (core_segments_of(link, contact_phone(contact)))
			return true;
	return false;
}

static bool is_merged(const struct contact *contact)
{
	const struct contact *other = contact;
	do
		if (contact_into(other) && (other == contact || contact_into(other) == contact))
			return true;
	while ((other = other->alike) != contact);
	return false;
}

static enum err can_rest(const struct core *core, const struct contact *contact)
{
	if (erased_is_alias(contact_phone(contact)))
		return ERR_ALREADY;
	if (is_talking(core, contact))
		return ERR_TALKING;
	return contact->unsent || has_segments(core, contact) || is_merged(contact)
		       ? ERR_WRONG_STATE
		       : OK;
}

static bool awaits_receipts(const struct core *core, const struct contact *contact)
{
	const struct outbound *out;
	DL_FOREACH(core->outbound, out)
		if (out->contact == contact && out->b.open)
			return true;
	return false;
}

enum err can_erase_contact(const struct core *core, const struct command *command)
{
	enum err e = can_rest(core, erased_of(command));
	if (e == OK && awaits_receipts(core, erased_of(command)))
		e = ERR_WRONG_STATE;
	for (size_t i = 0; e == OK && i < command->erase.count; i++)
		if (!fits(core, &command->erase.rows[i]))
			e = ERR_RANGE;
	return e;
}

void make_erase_contact(struct turn *turn, const struct command *command)
{
	for (size_t i = 0; i < command->erase.count; i++)
		turn_emit(turn, EV_BODY_ERASED, &command->erase.rows[i]);
}

enum err can_await_no_receipts(const struct core *core, const struct command *command)
{
	return can_rest(core, erased_of(command));
}

/* What became of its texts nobody asks any more. */
void make_await_no_receipts(struct turn *turn, const struct command *command)
{
	struct outbound *out, *next;
	DL_FOREACH_SAFE(turn->core->outbound, out, next)
		if (out->contact == erased_of(command) && out->b.open)
			outbound_close(turn, out);
}

/* --- words that were kept long enough ----------------------------------------------------------------
 *
 * All of a session at once, and that it is so: a session is either due or done. */

struct aging {
	const struct core *core;
	struct str session;
	msec before; /* what is older is old enough */
	bool has_end;
};

/* The session's own row: it says that it ended, and that its words are gone. */
static enum err can_end(struct aging *aging, const struct body_session *b)
{
	aging->has_end = true;
	return str_eq(b->id, aging->session) && b->state == SESSION_ENDED && b->erased &&
			       b->ended < aging->before
		       ? OK
		       : ERR_RANGE;
}

static bool is_aged(const struct aging *aging, enum body_kind kind, const void *body)
{
	struct str session = erased_session_of(kind, body);
	if (session.len || aging->session.len)
		return str_eq(session, aging->session);
	if (kind == BODY_outbound)
		return ((const struct body_outbound *)body)->at < aging->before;
	return kind == BODY_segment && ((const struct body_segment *)body)->at < aging->before;
}

static enum err can_age(struct aging *aging, const struct body_erasure *row, struct arena *arena)
{
	enum body_kind kind;
	void *body = image_of(row, &kind, arena);
	if (!body || !fits(aging->core, row))
		return ERR_RANGE;
	if (kind == BODY_session)
		return can_end(aging, body);
	if (!is_aged(aging, kind, body) || erased_take_words(kind, body))
		return ERR_RANGE;
	return is_needed(aging->core, kind, body) ? ERR_WRONG_STATE : OK;
}

enum err can_erase_aged(const struct core *core, const struct command *command)
{
	msec kept = (msec)core->settings[SETTING_KEEP_TEXTS_FOR];
	struct aging aging = {
		.core = core, .session = command->aged.session, .before = command->aged.at - kept};
	struct arena arena = {0};
	enum err e = kept ? OK : ERR_WRONG_STATE;
	for (size_t i = 0; e == OK && i < command->aged.count; i++)
		e = can_age(&aging, &command->aged.rows[i], &arena);
	arena_free(&arena);
	return e == OK && aging.has_end != (aging.session.len > 0) ? ERR_RANGE : e;
}

void make_erase_aged(struct turn *turn, const struct command *command)
{
	CHECK(command->aged.at <= turn->now);
	for (size_t i = 0; i < command->aged.count; i++)
		turn_emit(turn, EV_BODY_ERASED, &command->aged.rows[i]);
}
