/* store_retell.c - the journal's end, command by command, into a core of its own and into the tables. */
#include "store/store_retell.h"
#include "base/log.h"
#include "core/rules/visibility.h"
#include "store/sqlite_told.h"
#include "store/store_load.h"

/* Events of a transaction: some 50 ms. */
#define COMMIT_EVENTS 10000

struct retelling {
	struct tables *tables;
	const struct store_telling *telling;
	struct core *core;      /* as the last whole command left it */
	struct outcome outcome; /* the command that is being read */
	struct batch *batch;    /* not written yet */
	struct told_list told;  /* with it */
	int code;               /* of the last transaction */
	bool is_damaged;
};

static void keep(void *ctx, struct told_note *note)
{
	struct retelling *r = ctx;
	note->number = told_list_of(&r->told, note->user).last + 1;
	told_list_keep(&r->told, note->user, note->number);
	struct buf packed = {0};
	told_pack(&packed, note);
	batch_keep(r->batch, &packed);
	buf_free(&packed);
}

static void commit(struct retelling *r)
{
	r->is_damaged |= !tables_add_batch(r->tables, r->batch);
	if (!r->is_damaged)
		r->code = tables_commit(r->tables);
	if (!r->is_damaged && r->code == 0)
		r->code = tables_tidy(r->tables);
	batch_free(&r->batch);
	core_forget(r->core, r->tables->lsn, CORE_FORGET_ALL);
}

static void end_command(struct retelling *r)
{
	struct outcome *outcome = &r->outcome;
	if (outcome->count == 0)
		return;
	visibility_note_recipients(r->core, outcome, 0);
	r->telling->tell(r->telling->ctx, r->core, outcome->events, outcome->count, keep, r);
	outcome_reset(outcome);
	if (r->batch->count >= COMMIT_EVENTS)
		commit(r);
}

static void add(struct retelling *r, const struct event *event)
{
	struct event *added = outcome_add(&r->outcome, event);
	struct cause *cause = arena_take(&r->outcome.arena, sizeof *cause);
	*cause = *event->cause;
	cause->asker = arena_copy(&r->outcome.arena, cause->asker);
	added->cause = cause;
	batch_add(&r->batch, added);
	core_evolve(r->core, added);
}

/* An event from before journals named commands is one by itself. */
static bool begins_command(const struct event *event)
{
	return event->cause->command == event->lsn || event->cause->command == 0;
}

static void read_event(void *ctx, struct event *event)
{
	struct retelling *r = ctx;
	bool is_new = event->cause != NULL; /* of the journal, not a row */
	if (is_new && begins_command(event))
		end_command(r);
	r->is_damaged |= !core_fits(r->core, event);
	if (r->is_damaged || r->code != 0)
		return;
	if (is_new)
		add(r, event);
	else
		core_evolve(r->core, event);
}

enum err store_retell(struct tables *tables, struct str folder, const struct store_telling *telling,
	struct buf *why)
{
	struct retelling r = {.tables = tables, .telling = telling};
	r.core = core_new();
	told_list_init(&r.told);
	r.code = sqlite_told_read(sqlite_tables_db(tables), &r.told);
	enum err e = store_load_folder(folder, read_event, &r, why);
	if (e == OK && !r.is_damaged && r.code == 0) {
		end_command(&r);
		if (r.batch)
			commit(&r);
	}
	if (e == OK && r.is_damaged) {
		buf_puts(why, "an event at the journal's end does not go with those before it");
		e = ERR_INTERNAL;
	}
	if (e == OK && r.code != 0)
		e = db_failed(sqlite_tables_db(tables), "write the tables", r.code, why);
	batch_free(&r.batch);
	outcome_free(&r.outcome);
	core_free(&r.core);
	told_list_free(&r.told);
	return e;
}
