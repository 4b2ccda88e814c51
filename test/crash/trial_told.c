/* trial_told.c - what is kept of what users were told, held against the journal: the same words under the same numbers,
 * whatever was cut off in between. */
#include "trial_private.h"

#include <stdlib.h>

#include "core/rules/visibility.h"
#include "store/store_told.h"

struct asking {
	struct trial *t;
	struct core *core;
	struct outcome outcome; /* the command that is being read */
	struct told_list told;
	struct buf user; /* whose page it is */
	uint64_t first;  /* of the page */
	uint64_t compared;
	struct told_page page;
	struct told_source *source;
	struct str
		*erased; /* sessions whose words were erased by the end; owned, strs in the arena */
	size_t erased_count;
	struct arena arena;
	bool differs;
};

static void note_erased(void *ctx, const struct store_event *packed)
{
	struct asking *a = ctx;
	struct str session;
	if (!world_is_aged(packed, &session))
		return;
	a->erased = mem_resize(a->erased, (a->erased_count + 1) * sizeof *a->erased);
	a->erased[a->erased_count++] = arena_copy(&a->arena, session);
}

static bool is_erased(const struct asking *a, struct str session)
{
	for (size_t i = 0; session.len && i < a->erased_count; i++)
		if (str_eq(a->erased[i], session))
			return true;
	return false;
}

static void read_page(struct asking *a, const struct told_note *note)
{
	const struct told_query query = {note->user, note->number};
	told_page_free(&a->page);
	a->user.len = 0;
	buf_put(&a->user, note->user);
	a->first = note->number;
	if (a->source->read(a->source, &query, &a->page) != OK)
		a->differs = true;
}

/* NULL: the tables do not have it yet. */
static const struct told_note *find_kept(struct asking *a, const struct told_note *note)
{
	bool is_here = str_eq(buf_str(&a->user), note->user) && note->number >= a->first &&
		       note->number < a->first + a->page.count;
	if (!is_here)
		read_page(a, note);
	return a->page.count ? &a->page.notes[note->number - a->first] : NULL;
}

/* What was made of a stretch later stands in its place. */
static bool is_same(const struct told_note *kept, const struct told_note *made)
{
	return kept->number == made->number && kept->at == made->at &&
	       str_eq(kept->topic, made->topic) && kept->roles == made->roles &&
	       str_eq(kept->session, made->session) &&
	       (made->party.len || str_eq(kept->data, made->data));
}

static void compare(void *ctx, struct told_note *note)
{
	struct asking *a = ctx;
	note->number = told_list_of(&a->told, note->user).last + 1;
	told_list_keep(&a->told, note->user, note->number);
	const struct told_note *kept = find_kept(a, note);
	a->compared += kept != NULL;
	if (!kept || is_same(kept, note))
		return;
	if (!kept->party.len && !kept->data.len && is_erased(a, note->session))
		return;
	if (!a->differs)
		buf_printf(&a->t->why, "kept as %llu: %.*s; the journal says: %.*s",
			(unsigned long long)note->number, STR_ARGS(kept->data),
			STR_ARGS(note->data));
	a->differs = true;
}

static void end_command(struct asking *a)
{
	const struct store_telling telling = server_telling(a->t->world.config);
	if (a->outcome.count == 0)
		return;
	visibility_note_recipients(a->core, &a->outcome, 0);
	telling.tell(telling.ctx, a->core, a->outcome.events, a->outcome.count, compare, a);
	outcome_reset(&a->outcome);
}

static void read_event(void *ctx, const struct store_event *packed)
{
	struct asking *a = ctx;
	union any_body room;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	if (packed->cause.command == packed->lsn)
		end_command(a);
	struct event *added = outcome_add(&a->outcome, &event);
	struct cause *cause = arena_take(&a->outcome.arena, sizeof *cause);
	*cause = packed->cause;
	cause->asker = arena_copy(&a->outcome.arena, cause->asker);
	added->cause = cause;
	core_evolve(a->core, added);
}

void trial_ask_told(struct trial *t)
{
	struct asking a = {.t = t, .core = core_new()};
	struct store *store = steady_store(t->steady);
	told_list_init(&a.told);
	if (steady_each(t->steady, note_erased, &a, &t->why) != OK)
		trial_blame(t, "the journal cannot be read");
	a.source = store->ops->told_source(store);
	if (steady_each(t->steady, read_event, &a, &t->why) != OK)
		trial_blame(t, "the journal cannot be read");
	end_command(&a);
	if (a.differs)
		trial_blame(t, "what was told is not kept as it was:");
	a.source->free(a.source);
	told_page_free(&a.page);
	buf_free(&a.user);
	free(a.erased);
	arena_free(&a.arena);
	told_list_free(&a.told);
	outcome_free(&a.outcome);
	core_free(&a.core);
}
