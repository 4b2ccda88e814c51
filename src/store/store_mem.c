/* store_mem.c - a list of packed batches, and a grid of moments at which they are committed. */
#include "store/store_mem.h"
#include "base/arena.h"
#include "store/mem_rows.h"
#include "core/command.h"
#include "store/store_ledger.h"
#include "store/store_told.h"

#include <stdlib.h>

/* What the loop holds of a store; outlives it, because a timer cannot be taken back. */
struct tick {
	struct mem_store *store; /* NULL: closed */
};

struct append {
	struct batch *batch;
	void (*done)(void *ctx, enum store_result result);
	void *ctx;
	enum store_result result;
};

struct mem_store {
	struct store base;
	struct store_loop loop;
	msec grid_ms;
	struct tick *tick; /* NULL: grid_ms is 0 */
	/* All of them: of those that were trimmed away there is the monitoring ledger still, and what was told. */
	struct batch *first, **end;
	uint64_t last;
	msec last_at;
	msec kept_ms;         /* 0: nothing is trimmed */
	struct mem_rows rows; /* what the events that were trimmed away left */
	uint64_t trimmed;     /* up to here */
	msec trimmed_at, first_at;
	struct append *append; /* in flight */
	struct told_list told;
	enum store_result fault;
	bool is_written_anyway;
	void (*lost)(void *ctx);
	void *lost_ctx;
};

static const struct store_ops mem_ops;

/* --- committing --------------------------------------------------------------------------------- */

static void note_told(struct mem_store *store, const struct batch *batch)
{
	struct batch_place at = batch_notes(batch);
	struct told_note note;
	while (batch_next_note(&at, &note))
		told_list_keep(&store->told, note.user, note.number);
}

static void erase_row(struct mem_store *store, const struct body_erasure *erasure)
{
	union any_body image;
	enum body_kind kind = event_body((enum event_kind)erasure->kind);
	CHECK(body_unpack(kind, erasure->image, &image));
	const struct mem_row *row = mem_rows_find(&store->rows, kind, &image);
	if (row && row->lsn == erasure->row)
		mem_rows_put(&store->rows, kind, &image, row->lsn);
}

/* False: it stays, and so does what is behind it. */
static bool trim_event(struct mem_store *store, const struct store_event *packed)
{
	union any_body room;
	struct event event;
	bool goes = store->kept_ms && packed->at < store->last_at - store->kept_ms &&
		    event_unpack(packed, &room, &event);
	if (!goes) {
		store->first_at = packed->at;
		return false;
	}
	mem_rows_put(&store->rows, event_body(event.kind), &room, event.lsn);
	if (event.kind == EV_BODY_ERASED)
		erase_row(store, &room.erasure);
	store->trimmed = event.lsn;
	store->trimmed_at = event.at;
	return true;
}

static void trim(struct mem_store *store)
{
	struct store_event event;
	bool goes_on = true;
	store->first_at = 0;
	for (const struct batch *batch = store->first; batch && goes_on; batch = batch->next)
		for (size_t at = 0; goes_on && batch_read(batch, &at, &event);)
			goes_on = event.lsn <= store->trimmed || trim_event(store, &event);
}

static void note_time(struct mem_store *store, const struct batch *batch)
{
	struct store_event event;
	for (size_t at = 0; batch_read(batch, &at, &event);)
		store->last_at = event.at;
}

static void commit(struct mem_store *store, struct append *append)
{
	append->result = store->fault;
	if (store->fault != STORE_DURABLE && !store->is_written_anyway) {
		batch_free(&append->batch);
		return;
	}
	CHECK(append->batch->first == store->last + 1);
	store->last += append->batch->count;
	note_time(store, append->batch);
	note_told(store, append->batch);
	*store->end = append->batch;
	store->end = &append->batch->next;
	append->batch = NULL;
	trim(store);
}

static void mem_answer(void *arg)
{
	struct append *append = arg;
	append->done(append->ctx, append->result);
	free(append);
}

static void commit_waiting(struct mem_store *store)
{
	struct append *append = store->append;
	if (!append)
		return;
	store->append = NULL;
	commit(store, append);
	mem_answer(append);
}

/* The grid runs on whether anything waits or not, so that its moments never depend on appends. What
 * was appended first made later events wait for `done`; they are committed at the same moment, so
 * that it makes no difference to them whether somebody else was first. Two rounds and no more: what
 * the first round's outputs lead to belongs to the next moment. */
static void on_grid(void *arg)
{
	struct tick *tick = arg;
	if (!tick->store) {
		free(tick);
		return;
	}
	tick->store->loop.after(tick->store->loop.ctx, tick->store->grid_ms, on_grid, tick);
	commit_waiting(tick->store);
	if (tick->store)
		commit_waiting(tick->store);
}

/* Without a grid each append has a tick of its own: the next turn of the loop. */
static void on_next_turn(void *arg)
{
	struct tick *tick = arg;
	struct mem_store *store = tick->store;
	if (store) {
		store->tick = NULL;
		commit_waiting(store);
	}
	free(tick);
}

static struct tick *tick_new(struct mem_store *store)
{
	struct tick *tick = mem_new(sizeof *tick);
	tick->store = store;
	return tick;
}

/* --- opening and closing ------------------------------------------------------------------------ */

struct store *store_mem_open(const struct store_loop *loop, msec grid_ms)
{
	struct mem_store *store = mem_new(sizeof *store);
	store->base.ops = &mem_ops;
	store->loop = *loop;
	store->grid_ms = grid_ms;
	store->end = &store->first;
	told_list_init(&store->told);
	store->fault = STORE_DURABLE;
	if (grid_ms > 0) {
		store->tick = tick_new(store);
		loop->after(loop->ctx, grid_ms, on_grid, store->tick);
	}
	return &store->base;
}

static void free_store(struct mem_store *store)
{
	if (store->tick)
		store->tick->store = NULL;
	batches_free(&store->first);
	mem_rows_free(&store->rows);
	told_list_free(&store->told);
	free(store);
}

struct store *store_mem_reopen(struct store **base, const struct store_loop *loop, msec grid_ms)
{
	struct mem_store *dead = (struct mem_store *)*base;
	*base = NULL;
	struct mem_store *store = (struct mem_store *)store_mem_open(loop, grid_ms);
	if (dead->first) {
		store->first = dead->first;
		store->end = dead->end;
		store->last = dead->last;
		store->last_at = dead->last_at;
		store->kept_ms = dead->kept_ms;
		store->rows = dead->rows;
		store->trimmed = dead->trimmed;
		store->trimmed_at = dead->trimmed_at;
		store->first_at = dead->first_at;
		dead->first = NULL;
		dead->rows = (struct mem_rows) {0};
		for (const struct batch *batch = store->first; batch; batch = batch->next)
			note_told(store, batch);
	}
	struct append *lost = dead->append;
	free_store(dead);
	if (lost) {
		batch_free(&lost->batch);
		lost->result = STORE_UNKNOWN;
		mem_answer(lost);
	}
	return &store->base;
}

static void close_store(struct store **base)
{
	struct mem_store *store = (struct mem_store *)*base;
	*base = NULL;
	if (store->append) {
		commit(store, store->append);
		store->loop.post(store->loop.ctx, mem_answer, store->append);
	}
	free_store(store);
}

/* --- operations --------------------------------------------------------------------------------- */

void store_mem_each(const struct store *base,
	void (*each)(void *ctx, const struct store_event *event), void *ctx)
{
	const struct mem_store *store = (const struct mem_store *)base;
	struct store_event event;
	for (const struct batch *batch = store->first; batch; batch = batch->next)
		for (size_t at = 0; batch_read(batch, &at, &event);)
			if (event.lsn > store->trimmed)
				each(ctx, &event);
}

/* Those that were trimmed away as well. */
static void each_event(const struct mem_store *store,
	void (*each)(void *ctx, const struct store_event *event), void *ctx)
{
	struct store_event event;
	for (const struct batch *batch = store->first; batch; batch = batch->next)
		for (size_t at = 0; batch_read(batch, &at, &event);)
			each(ctx, &event);
}

void store_mem_keep(struct store *mem, msec kept_ms)
{
	((struct mem_store *)mem)->kept_ms = kept_ms;
}

void store_mem_each_told(
	const struct store *base, void (*each)(void *ctx, const struct told_note *note), void *ctx)
{
	const struct mem_store *store = (const struct mem_store *)base;
	for (const struct batch *batch = store->first; batch; batch = batch->next) {
		struct batch_place at = batch_notes(batch);
		struct told_note note;
		while (batch_next_note(&at, &note))
			each(ctx, &note);
	}
}

struct evolving {
	struct core *core;
	bool is_damaged;
};

static void evolve(void *ctx, const struct store_event *packed)
{
	struct evolving *evolving = ctx;
	union any_body room;
	struct event event;
	if (evolving->is_damaged || !event_unpack(packed, &room, &event) ||
		!core_fits(evolving->core, &event))
		evolving->is_damaged = true;
	else
		core_evolve(evolving->core, &event);
}

enum err store_mem_load_from(const struct store *mem, struct core *core)
{
	struct mem_store *store = (struct mem_store *)(uintptr_t)mem;
	struct evolving evolving = {.core = core};
	evolving.is_damaged =
		!mem_rows_evolve(&store->rows, core, store->trimmed, store->trimmed_at);
	store_mem_each(mem, evolve, &evolving);
	return evolving.is_damaged ? ERR_INTERNAL : OK;
}

static enum err load(struct store *store, struct core *core)
{
	return store_mem_load_from(store, core);
}

static void append(struct store *base, struct batch *batch,
	void (*done)(void *ctx, enum store_result result), void *ctx)
{
	struct mem_store *store = (struct mem_store *)base;
	CHECK(!store->append);
	store->append = mem_new(sizeof *store->append);
	*store->append = (struct append) {.batch = batch, .done = done, .ctx = ctx};
	if (store->grid_ms == 0) {
		store->tick = tick_new(store);
		store->loop.post(store->loop.ctx, on_next_turn, store->tick);
	}
}

static uint64_t projected(struct store *base)
{
	return ((struct mem_store *)base)->last;
}

static bool probe(struct store *base)
{
	return ((struct mem_store *)base)->fault == STORE_DURABLE;
}

void store_mem_fail(struct store *mem, enum store_result result, bool is_written)
{
	struct mem_store *store = (struct mem_store *)mem;
	store->fault = result;
	store->is_written_anyway = result == STORE_UNKNOWN && is_written;
}

static bool takes_writes(struct store *base)
{
	return ((struct mem_store *)base)->fault != STORE_REFUSED;
}

void store_mem_lose(struct store *mem)
{
	struct mem_store *store = (struct mem_store *)mem;
	store->fault = STORE_FENCED;
	if (store->lost)
		store->lost(store->lost_ctx);
}

static bool is_ours(struct store *base)
{
	return ((struct mem_store *)base)->fault != STORE_FENCED;
}

static void watch(struct store *base, void (*lost)(void *ctx), void *ctx)
{
	struct mem_store *store = (struct mem_store *)base;
	store->lost = lost;
	store->lost_ctx = ctx;
}

/* --- the monitoring ledger: what the events say --------------------------------------------------- */

struct mem_source {
	struct ledger_source base;
	const struct mem_store *store;
};

struct telling {
	const struct mem_store *store;
	const struct ledger_query *query;
	struct ledger_page *page;
	struct str session, participation; /* looked for */
	msec began;
	bool is_own;
	bool is_full;
};

static void note_began(void *ctx, const struct store_event *packed)
{
	struct telling *t = ctx;
	union any_body room;
	struct event event;
	if (event_body(packed->kind) != BODY_party)
		return;
	CHECK(event_unpack(packed, &room, &event));
	if (!str_eq(room.party.session, t->session))
		return;
	if (event.kind == EV_PARTY_JOINED && str_eq(room.party.id, t->participation))
		t->began = event.at;
	t->is_own |= room.party.kind == PARTY_AGENT && str_eq(room.party.user, t->query->reader);
}

static void mem_tell(void *ctx, const struct store_event *packed)
{
	struct telling *t = ctx;
	struct ledger_end end = {0};
	struct ledger_entry entry;
	if (t->is_full || !ledger_next(&end, STR_NONE, packed, &entry))
		return;
	t->session = entry.session;
	t->participation = entry.participation;
	t->began = 0;
	t->is_own = false;
	if (t->session.len)
		each_event(t->store, note_began, t);
	const struct ledger_told told = {
		.at = entry.at,
		.since = str_is(entry.act, "Ended") ? t->began : 0,
		.act = entry.act,
		.supervisor = entry.supervisor,
		.agent = entry.agent,
		.session = entry.session,
		.mode = entry.mode,
		.disclosure = entry.disclosure,
		.cause = entry.cause,
		.asker = entry.asker,
	};
	if (t->query->is_report || !t->is_own)
		t->is_full = !ledger_page_add(t->page, t->query, &told);
}

static enum err read_ledger(
	struct ledger_source *base, const struct ledger_query *query, struct ledger_page *page)
{
	struct telling t = {
		.store = ((struct mem_source *)base)->store, .query = query, .page = page};
	each_event(t.store, mem_tell, &t);
	return OK;
}

static void free_source(struct ledger_source *base)
{
	free(base);
}

static struct ledger_source *ledger(struct store *base)
{
	struct mem_source *source = mem_new(sizeof *source);
	*source = (struct mem_source) {{read_ledger, free_source}, (const struct mem_store *)base};
	return &source->base;
}

/* --- earlier sessions: what the events say ---------------------------------------------------------- */

struct mem_earlier_source {
	struct earlier_source base;
	const struct mem_store *store;
};

struct looking {
	const struct earlier_query *query;
	struct earlier_page *page;
	uint64_t before,
		newest; /* serials: looked for below the first, found the second; 0: none */
	struct earlier_session found, *added;
	uint64_t seq,
		text_seq; /* of the text looked for, from the last one down; of the one found */
	struct earlier_text text;
	bool has_text;
};

static bool is_of_phones(const struct earlier_query *query, struct str phone)
{
	for (size_t i = 0; i < query->phone_count; i++)
		if (str_eq(phone, query->phones[i]))
			return true;
	return false;
}

/* What became of each object, in order: rows of what was trimmed away, then events; words that were erased as they are
 * since. */
struct looking_at {
	struct looking *l;
	void (*look)(struct looking *l, enum body_kind kind, const union any_body *body);
};

static void look_at_event(void *ctx, const struct store_event *packed)
{
	const struct looking_at *at = ctx;
	union any_body room, image;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	enum body_kind kind = event_body(event.kind);
	at->look(at->l, kind, &room);
	if (kind != BODY_erasure)
		return;
	kind = event_body((enum event_kind)room.erasure.kind);
	if (body_unpack(kind, room.erasure.image, &image))
		at->look(at->l, kind, &image);
}

static void look_at_all(const struct mem_store *store, struct looking *l,
	void (*look)(struct looking *l, enum body_kind kind, const union any_body *body))
{
	struct looking_at at = {l, look};
	for (size_t i = 0; i < store->rows.count; i++)
		look(l, store->rows.at[i].kind, &store->rows.at[i].body);
	store_mem_each(&store->base, look_at_event, &at);
}

static void find_place(struct looking *l, enum body_kind kind, const union any_body *body)
{
	if (kind == BODY_session && str_eq(body->session.id, l->query->behind))
		l->before = body->session.serial;
}

static void find_session(struct looking *l, enum body_kind kind, const union any_body *body)
{
	const struct body_session *b = &body->session;
	bool is_one = kind == BODY_session && b->state == SESSION_ENDED &&
		      is_of_phones(l->query, b->phone) && b->serial < l->before &&
		      b->serial >= l->newest;
	if (!is_one)
		return;
	l->newest = b->serial;
	l->found = (struct earlier_session) {
		.id = b->id, .number = b->number, .received = b->received, .ended = b->ended};
}

static void find_disposition(struct looking *l, enum body_kind kind, const union any_body *body)
{
	if (kind == BODY_datum && str_eq(body->datum.session, l->found.id) &&
		str_is(body->datum.name, DISPOSITION_NAME))
		l->found.disposition = body->datum.held ? body->datum.value : STR_NONE;
}

/* The last one below seq. */
static void find_text(struct looking *l, enum body_kind kind, const union any_body *body)
{
	const struct body_message *b = &body->message;
	if (kind != BODY_message || !str_eq(b->session, l->added->id) || b->seq >= l->seq ||
		b->seq < l->text_seq || !earlier_tells(b->type, b->visibility))
		return;
	l->has_text = true;
	l->text = (struct earlier_text) {.at = b->at,
		.is_customers = b->author == PARTY_CONTACT,
		.is_erased = b->erased != 0,
		.type = b->type,
		.nickname = b->nickname,
		.text = b->text};
	l->text_seq = b->seq;
}

static void add_texts(struct looking *l, const struct mem_store *store)
{
	bool goes_on = true;
	for (l->seq = UINT64_MAX; goes_on; l->seq = l->text_seq) {
		l->has_text = false;
		l->text_seq = 0;
		look_at_all(store, l, find_text);
		goes_on = l->has_text && earlier_add_before(l->page, l->added, &l->text);
	}
}

static enum err read_earlier(
	struct earlier_source *base, const struct earlier_query *query, struct earlier_page *page)
{
	const struct mem_store *store = ((struct mem_earlier_source *)base)->store;
	struct looking l = {.query = query, .page = page, .before = UINT64_MAX};
	if (query->behind.len) {
		l.before = 0;
		look_at_all(store, &l, find_place);
	}
	for (;;) {
		l.newest = 0;
		look_at_all(store, &l, find_session);
		if (!l.newest)
			return OK;
		look_at_all(store, &l, find_disposition);
		if (!(l.added = earlier_page_add(page, query, &l.found)))
			return OK;
		add_texts(&l, store);
		l.before = l.newest;
	}
}

static void free_earlier_source(struct earlier_source *base)
{
	free(base);
}

static struct earlier_source *earlier(struct store *base)
{
	struct mem_earlier_source *source = mem_new(sizeof *source);
	*source = (struct mem_earlier_source) {
		{read_earlier, free_earlier_source}, (const struct mem_store *)base};
	return &source->base;
}

/* --- what users were told ------------------------------------------------------------------------- */

static struct told_range told(struct store *base, struct str user)
{
	return told_list_of(&((struct mem_store *)base)->told, user);
}

struct mem_told_source {
	struct told_source base;
	const struct mem_store *store;
};

static const struct told_note *find_made(
	const struct mem_store *store, const struct told_note *sought, struct told_note *found)
{
	bool is_found = false;
	for (const struct batch *batch = store->first; batch && !is_found; batch = batch->next) {
		struct batch_place at = batch_notes(batch);
		while (!is_found && batch_next_note(&at, found))
			is_found = found->is_made && found->number == sought->number &&
				   str_eq(found->user, sought->user);
	}
	return is_found ? found : NULL;
}

static enum err read_told(
	struct told_source *base, const struct told_query *query, struct told_page *page)
{
	const struct mem_store *store = ((struct mem_told_source *)base)->store;
	bool goes_on = true;
	for (const struct batch *batch = store->first; batch && goes_on; batch = batch->next) {
		struct batch_place at = batch_notes(batch);
		struct told_note note, made;
		while (goes_on && batch_next_note(&at, &note)) {
			if (note.is_made || note.number < query->from ||
				!str_eq(note.user, query->user))
				continue;
			if (note.party.len && find_made(store, &note, &made)) {
				note.data = made.data;
				note.party = STR_NONE;
			}
			goes_on = told_page_add(page, query, &note);
		}
	}
	return OK;
}

static void free_told_source(struct told_source *base)
{
	free(base);
}

static struct told_source *told_source(struct store *base)
{
	struct mem_told_source *source = mem_new(sizeof *source);
	*source = (struct mem_told_source) {
		{read_told, free_told_source}, (const struct mem_store *)base};
	return &source->base;
}

/* --- a session that has ended: what the events say -------------------------------------------------- */

struct mem_past_source {
	struct past_source base;
	const struct mem_store *store;
};

struct recalling {
	struct str session;
	struct core *core;
};

static bool is_of_session(
	const struct recalling *r, enum body_kind kind, const union any_body *body)
{
	switch (kind) {
	case BODY_centre:
	case BODY_user:
	case BODY_link:
	case BODY_queue:
	case BODY_setting:
	case BODY_contact:
	case BODY_erasure:
		return true;
	case BODY_session:
		return str_eq(body->session.id, r->session);
	case BODY_party:
		return str_eq(body->party.session, r->session);
	case BODY_message:
		return str_eq(body->message.session, r->session);
	case BODY_datum:
		return str_eq(body->datum.session, r->session);
	case BODY_outbound:
		return str_eq(body->outbound.session, r->session);
	case BODY_part:
		return core_outbound(r->core, body->part.outbound) != NULL;
	case BODY_lost:
		return core_outbound(r->core, body->lost.outbound) != NULL;
	default:
		return false;
	}
}

static void recall(void *ctx, const struct store_event *packed)
{
	struct recalling *r = ctx;
	union any_body room;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	if (is_of_session(r, event_body(event.kind), &room) && core_fits(r->core, &event))
		core_evolve(r->core, &event);
}

static enum err read_past(struct past_source *base, struct str session, struct core *core)
{
	struct recalling recalling = {session, core};
	each_event(((struct mem_past_source *)base)->store, recall, &recalling);
	return OK;
}

static void free_past(struct past_source *base)
{
	free(base);
}

static struct past_source *past(struct store *base)
{
	struct mem_past_source *source = mem_new(sizeof *source);
	*source = (struct mem_past_source) {{read_past, free_past}, (const struct mem_store *)base};
	return &source->base;
}

/* --- words that were kept long enough: what the events say ------------------------------------------- */

/* Nothing is taken out of these events, so what was erased is known by the events that say so. */
struct mem_aged_source {
	struct aged_source base;
	const struct mem_store *store;
};

struct due {
	struct body_session b; /* its strs in the arena */
	uint64_t lsn;
};

struct ageing {
	struct aged *aged;
	msec before;
	struct aged_place behind;
	unsigned looked;
	bool is_over;
	uint64_t *erased; /* rows, sorted; owned */
	size_t erased_count;
	struct due *due; /* owned */
	size_t due_count;
};

static int lsn_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static void note_erased(void *ctx, const struct store_event *packed)
{
	struct ageing *a = ctx;
	union any_body room;
	struct event event;
	if (packed->kind != EV_BODY_ERASED)
		return;
	CHECK(event_unpack(packed, &room, &event));
	a->erased = mem_resize(a->erased, (a->erased_count + 1) * sizeof *a->erased);
	a->erased[a->erased_count++] = room.erasure.row;
}

static struct ageing begin_ageing(struct aged_source *base, struct aged *aged)
{
	struct ageing a = {.aged = aged};
	each_event(((struct mem_aged_source *)base)->store, note_erased, &a);
	if (a.erased_count)
		qsort(a.erased, a.erased_count, sizeof *a.erased, lsn_cmp);
	return a;
}

static bool was_erased(const struct ageing *a, uint64_t lsn)
{
	return a->erased_count &&
	       bsearch(&lsn, a->erased, a->erased_count, sizeof *a->erased, lsn_cmp);
}

static int due_cmp(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	if (x->b.ended != y->b.ended)
		return x->b.ended < y->b.ended ? -1 : 1;
	return x->b.serial < y->b.serial ? -1 : x->b.serial > y->b.serial;
}

static void note_due(void *ctx, const struct store_event *packed)
{
	struct ageing *a = ctx;
	union any_body room;
	struct event event;
	const struct due place = {{.ended = a->behind.ended, .serial = a->behind.serial}, 0};
	CHECK(event_unpack(packed, &room, &event));
	const struct due due = {room.session, event.lsn};
	if (event_body(event.kind) != BODY_session || due.b.state != SESSION_ENDED ||
		due.b.ended >= a->before || due_cmp(&due, &place) <= 0 || was_erased(a, due.lsn))
		return;
	a->due = mem_resize(a->due, (a->due_count + 1) * sizeof *a->due);
	a->due[a->due_count] = due;
	a->due[a->due_count++].b.id = arena_copy(&a->aged->arena, due.b.id);
}

static enum err find_aged(
	struct aged_source *base, msec before, struct aged_place behind, struct aged *aged)
{
	const struct mem_store *store = ((struct mem_aged_source *)base)->store;
	struct ageing a = begin_ageing(base, aged);
	a.before = before;
	a.behind = behind;
	each_event(store, note_due, &a);
	if (a.due_count)
		qsort(a.due, a.due_count, sizeof *a.due, due_cmp);
	for (size_t i = 0; i < a.due_count && aged_add(aged, &a.due[i].b, a.due[i].lsn);)
		i++;
	aged->to = store->last;
	aged->has_more = aged->count > 0;
	free(a.due);
	free(a.erased);
	return OK;
}

static void look_at_words(void *ctx, const struct store_event *packed)
{
	struct ageing *a = ctx;
	union any_body room;
	struct event event;
	if (packed->lsn <= a->aged->reached || a->is_over)
		return;
	a->is_over = !aged_goes_on(a->aged, packed->lsn, packed->at, a->looked++);
	if (a->is_over)
		return;
	CHECK(event_unpack(packed, &room, &event));
	if (!was_erased(a, event.lsn))
		aged_look(a->aged, &event);
	a->aged->reached = event.lsn;
}

static enum err read_aged(struct aged_source *base, struct aged *aged)
{
	struct ageing a = begin_ageing(base, aged);
	aged->has_more = false;
	each_event(((struct mem_aged_source *)base)->store, look_at_words, &a);
	free(a.erased);
	return OK;
}

static void free_aged(struct aged_source *base)
{
	free(base);
}

static struct aged_source *aged(struct store *base)
{
	struct mem_aged_source *source = mem_new(sizeof *source);
	*source = (struct mem_aged_source) {
		{find_aged, read_aged, free_aged}, (const struct mem_store *)base};
	return &source->base;
}

static struct store_size size(struct store *base)
{
	const struct mem_store *store = (const struct mem_store *)base;
	struct store_size size = {.base = store->trimmed,
		.first_at = store->first_at,
		.tables = store->rows.count * sizeof *store->rows.at};
	for (const struct batch *batch = store->first; batch; batch = batch->next)
		if (batch_last(batch) > store->trimmed)
			size.journal += batch_bytes(batch);
	return size;
}

static const struct store_ops mem_ops = {
	.past = past,
	.aged = aged,
	.told = told,
	.told_source = told_source,
	.ledger = ledger,
	.size = size,
	.earlier = earlier,
	.is_ours = is_ours,
	.watch = watch,
	.load = load,
	.append = append,
	.projected = projected,
	.probe = probe,
	.takes_writes = takes_writes,
	.close = close_store,
};
