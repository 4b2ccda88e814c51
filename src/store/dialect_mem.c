/* dialect_mem.c - rows in arrays; a transaction is what lies behind their end. */
#include "store/dialect_mem.h"
#include "core/erasing.h"
#include "store/store_sample.h"

#include <stdlib.h>

struct mem_journal_row {
	struct store_event event; /* its strs are owned */
	struct chain chain;
	unsigned char salt[CHAIN_SALT_BYTES], digest[CHAIN_BYTES];
	uint64_t epoch;
	bool is_erased;
};

struct mem_changed_row {
	struct mem_row row;
	bool is_erasure; /* only where lsn wrote what is there */
};

struct mem_store {
	struct engine engine;
	struct mem_disk *disk;
};

static void lock(struct mem_disk *disk)
{
	pthread_mutex_lock(&disk->mutex);
}

static void unlock(struct mem_disk *disk)
{
	pthread_mutex_unlock(&disk->mutex);
}

/* An operation's code is what became of it: 0 is STORE_DURABLE. */
static int step(struct mem_disk *disk, enum mem_step step)
{
	lock(disk);
	int code = disk->step == step ? (int)disk->result : STORE_DURABLE;
	unlock(disk);
	return code;
}

/* --- the journal -------------------------------------------------------------------------------- */

static int journal_begin(void *db)
{
	return step(db, MEM_BEGIN);
}

static int journal_is_ours(void *db, struct str centre, uint64_t epoch)
{
	struct mem_disk *disk = db;
	lock(disk);
	bool is = epoch == disk->epoch && str_eq(centre, disk->centre);
	unlock(disk);
	return is ? STORE_DURABLE : STORE_FENCED;
}

static int journal_name(void *db, struct str centre)
{
	struct mem_disk *disk = db;
	lock(disk);
	disk->centre = str_copy(centre);
	unlock(disk);
	return STORE_DURABLE;
}

static void insert_row(struct mem_disk *disk, const struct journal_row *row)
{
	disk->journal =
		mem_resize(disk->journal, (disk->journal_count + 1) * sizeof *disk->journal);
	struct mem_journal_row *new = &disk->journal[disk->journal_count++];
	*new = (struct mem_journal_row) {.event = *row->event, .epoch = row->epoch};
	new->event.body = str_copy(row->event->body);
	new->event.cause.asker = str_copy(row->event->cause.asker);
	CHECK(chain_read(&new->chain, row->chain));
	CHECK(row->salt.len == CHAIN_SALT_BYTES && row->digest.len == CHAIN_BYTES);
	memcpy(new->salt, row->salt.at, CHAIN_SALT_BYTES);
	memcpy(new->digest, row->digest.at, CHAIN_BYTES);
}

static int journal_insert(void *db, const struct journal_row *row)
{
	struct mem_disk *disk = db;
	int code = step(disk, MEM_INSERT);
	if (code)
		return code;
	lock(disk);
	CHECK(row->event->lsn == disk->base + disk->journal_count + 1);
	insert_row(disk, row);
	unlock(disk);
	return STORE_DURABLE;
}

static int journal_erase(
	void *db, struct str centre, const struct body_erasure *erasure, uint64_t by)
{
	struct mem_disk *disk = db;
	lock(disk);
	if (erasure->row > disk->base && erasure->row <= disk->base + disk->journal_count) {
		struct mem_journal_row *row = &disk->journal[erasure->row - disk->base - 1];
		if (row->event.kind == erasure->kind) {
			str_free(&row->event.body);
			row->event.body = str_copy(erasure->image);
			row->is_erased = true;
		}
	}
	unlock(disk);
	return STORE_DURABLE;
}

static int journal_next(void *db, struct str centre, uint64_t after, struct journal_row *row,
	struct store_event *event, bool *is_erased)
{
	struct mem_disk *disk = db;
	*event = (struct store_event) {0};
	lock(disk);
	if (after < disk->base + disk->journal_count) {
		const struct mem_journal_row *found = &disk->journal[after - disk->base];
		*event = found->event;
		*row = (struct journal_row) {disk->centre, found->epoch, event,
			str_from(found->salt, CHAIN_SALT_BYTES),
			str_from(found->digest, CHAIN_BYTES), chain_str(&found->chain)};
		*is_erased = found->is_erased;
	}
	unlock(disk);
	return STORE_DURABLE;
}

static int journal_keep(void *db, const struct kept *kept)
{
	struct mem_disk *disk = db;
	lock(disk);
	disk->next_kept =
		mem_resize(disk->next_kept, (disk->next_kept_count + 1) * sizeof *disk->next_kept);
	disk->next_kept[disk->next_kept_count++] = *kept;
	unlock(disk);
	return STORE_DURABLE;
}

static struct kept *find_kept(struct mem_disk *disk, const struct kept *like)
{
	for (size_t i = 0; i < disk->kept_count; i++)
		if (memcmp(disk->kept[i].object, like->object, sizeof like->object) == 0)
			return &disk->kept[i];
	return NULL;
}

static int journal_rekey(void *db, const struct kept *kept)
{
	struct mem_disk *disk = db;
	lock(disk);
	for (size_t i = 0; i < disk->kept_count; i++)
		if (disk->kept[i].lsn == kept->lsn)
			disk->kept[i] = *kept;
	unlock(disk);
	return STORE_DURABLE;
}

static int journal_rekeep(void *db, const struct kept *kept)
{
	struct mem_disk *disk = db;
	lock(disk);
	const struct kept *is = find_kept(disk, kept);
	bool is_its = is && is->lsn == kept->lsn;
	unlock(disk);
	return is_its ? journal_keep(db, kept) : STORE_DURABLE;
}

static int journal_trim_to(void *db, struct str centre, uint64_t lsn, struct str chain)
{
	struct mem_disk *disk = db;
	int code = step(disk, MEM_TRIM);
	if (code)
		return code;
	lock(disk);
	disk->next_base = lsn;
	CHECK(chain_read(&disk->next_base_chain, chain));
	unlock(disk);
	return STORE_DURABLE;
}

static void free_event(struct store_event *event)
{
	str_free(&event->body);
	str_free(&event->cause.asker);
}

static void commit_trim(struct mem_disk *disk)
{
	size_t gone = (size_t)(disk->next_base - disk->base);
	for (size_t i = 0; i < gone; i++)
		free_event(&disk->journal[i].event);
	disk->journal_count -= gone;
	if (gone)
		memmove(disk->journal, disk->journal + gone,
			disk->journal_count * sizeof *disk->journal);
	disk->base = disk->next_base;
	disk->base_chain = disk->next_base_chain;
	for (size_t i = 0; i < disk->next_kept_count; i++) {
		struct kept *kept = find_kept(disk, &disk->next_kept[i]);
		if (!kept) {
			disk->kept =
				mem_resize(disk->kept, (disk->kept_count + 1) * sizeof *disk->kept);
			kept = &disk->kept[disk->kept_count++];
		}
		*kept = disk->next_kept[i];
	}
	disk->next_kept_count = 0;
}

static int journal_ledger(void *db, const struct ledger_entry *entry)
{
	struct mem_disk *disk = db;
	lock(disk);
	CHECK(entry->serial == ++disk->ledger_count);
	CHECK(chain_read(&disk->ledger_chain, entry->chain));
	unlock(disk);
	return STORE_DURABLE;
}

static int journal_commit(void *db)
{
	struct mem_disk *disk = db;
	int code = step(disk, MEM_COMMIT);
	if (code)
		return code;
	lock(disk);
	commit_trim(disk);
	disk->journal_written = disk->journal_count;
	disk->ledger_written = (struct ledger_end) {disk->ledger_count, disk->ledger_chain};
	unlock(disk);
	return STORE_DURABLE;
}

static void free_journal_row(struct mem_disk *disk)
{
	free_event(&disk->journal[--disk->journal_count].event);
}

static enum store_result journal_settle(void *db, int code, const char *what)
{
	struct mem_disk *disk = db;
	lock(disk);
	while (disk->journal_count > disk->journal_written)
		free_journal_row(disk);
	disk->next_base = disk->base;
	disk->next_base_chain = disk->base_chain;
	disk->next_kept_count = 0;
	disk->ledger_count = disk->ledger_written.serial;
	disk->ledger_chain = disk->ledger_written.chain;
	if (disk->base + disk->journal_count == 0)
		str_free(&disk->centre);
	unlock(disk);
	return (enum store_result)code;
}

static bool has_room(void *db)
{
	return true;
}

static int touch(void *db)
{
	return step(db, MEM_TOUCH);
}

static int nothing_to_tidy(void *db)
{
	return STORE_DURABLE;
}

static void nothing_to_do(void *db)
{
}

static const struct journal_ops journal_ops = {
	.begin = journal_begin,
	.is_ours = journal_is_ours,
	.name = journal_name,
	.insert = journal_insert,
	.erase = journal_erase,
	.next = journal_next,
	.keep = journal_keep,
	.rekeep = journal_rekeep,
	.rekey = journal_rekey,
	.trim = journal_trim_to,
	.note = journal_ledger,
	.commit = journal_commit,
	.settle = journal_settle,
	.has_room = has_room,
	.touch = touch,
	.tidy = nothing_to_tidy,
	.close = nothing_to_do,
};

/* --- the tables --------------------------------------------------------------------------------- */

static int tables_begin(void *db)
{
	return step(db, MEM_TABLES_BEGIN);
}

static void change(struct mem_disk *disk, const struct changed_row *row, bool is_erasure)
{
	lock(disk);
	disk->changed =
		mem_resize(disk->changed, (disk->changed_count + 1) * sizeof *disk->changed);
	struct mem_changed_row *new = &disk->changed[disk->changed_count++];
	*new = (struct mem_changed_row) {
		{.kind = row->kind, .lsn = row->lsn, .first_lsn = row->first_lsn}, is_erasure};
	body_assign(row->kind, &new->row.body, row->body);
	unlock(disk);
}

static int tables_upsert(void *db, struct str centre, const struct changed_row *row)
{
	int code = step(db, MEM_TABLES_UPSERT);
	if (code == STORE_DURABLE)
		change(db, row, false);
	return code;
}

static int tables_erase(void *db, struct str centre, const struct changed_row *row)
{
	change(db, row, true);
	return STORE_DURABLE;
}

static int tables_keep_notes(
	void *db, struct str centre, const struct told_note *notes, size_t count)
{
	struct mem_disk *disk = db;
	lock(disk);
	for (size_t i = 0; i < count; i++)
		told_pack(&disk->next_notes, &notes[i]);
	unlock(disk);
	return STORE_DURABLE;
}

static int tables_blank(void *db, struct str centre, struct str session)
{
	return STORE_DURABLE; /* nobody reads it here */
}

static int tables_trim(void *db, const struct told_limits *limits, struct told_list *told)
{
	return STORE_DURABLE; /* it lives for a test */
}

/* Follows from the notes. */
static int tables_tell(void *db, struct str centre, struct str user, struct told_range range)
{
	return STORE_DURABLE;
}

static int tables_mark(void *db, struct str centre, uint64_t lsn, msec at)
{
	struct mem_disk *disk = db;
	lock(disk);
	disk->next_mark = lsn;
	disk->next_mark_at = at;
	unlock(disk);
	return STORE_DURABLE;
}

/* What that event wrote, whatever its key was. */
static struct mem_row *find_written(struct mem_disk *disk, const struct mem_row *like)
{
	for (size_t i = 0; i < disk->tables.count; i++)
		if (disk->tables.at[i].kind == like->kind && disk->tables.at[i].lsn == like->lsn)
			return &disk->tables.at[i];
	return NULL;
}

static void write_row(struct mem_disk *disk, const struct mem_changed_row *changed)
{
	const struct mem_row *row = &changed->row;
	if (changed->is_erasure && erasing_changes_key(row->kind)) {
		struct mem_row *was = find_written(disk, row);
		if (was)
			body_assign(row->kind, &was->body, &row->body);
		return;
	}
	struct mem_row *is = mem_rows_find(&disk->tables, row->kind, &row->body);
	if (changed->is_erasure && (!is || is->lsn != row->lsn))
		return;
	mem_rows_put(&disk->tables, row->kind, &row->body, row->lsn);
	if (!is)
		mem_rows_find(&disk->tables, row->kind, &row->body)->first_lsn = row->first_lsn;
}

static void drop_changed(struct mem_disk *disk)
{
	while (disk->changed_count) {
		struct mem_row *row = &disk->changed[--disk->changed_count].row;
		body_release(row->kind, &row->body);
	}
}

static int tables_commit_all(void *db)
{
	struct mem_disk *disk = db;
	int code = step(disk, MEM_TABLES_COMMIT);
	if (code)
		return code;
	lock(disk);
	for (size_t i = 0; i < disk->changed_count; i++)
		write_row(disk, &disk->changed[i]);
	drop_changed(disk);
	buf_put(&disk->notes, buf_str(&disk->next_notes));
	disk->next_notes.len = 0;
	disk->mark = disk->next_mark;
	disk->mark_at = disk->next_mark_at;
	unlock(disk);
	return STORE_DURABLE;
}

/* What is written here stays. */
static int tables_secure_all(void *db, bool *is_safe)
{
	*is_safe = true;
	return STORE_DURABLE;
}

static void tables_roll_back(void *db)
{
	struct mem_disk *disk = db;
	lock(disk);
	drop_changed(disk);
	disk->next_notes.len = 0;
	unlock(disk);
}

static enum store_result tables_judge(void *db, int code)
{
	return (enum store_result)code;
}

static const struct tables_ops tables_ops = {
	.begin = tables_begin,
	.upsert = tables_upsert,
	.erase = tables_erase,
	.keep = tables_keep_notes,
	.blank = tables_blank,
	.trim = tables_trim,
	.tell = tables_tell,
	.mark = tables_mark,
	.commit = tables_commit_all,
	.roll_back = tables_roll_back,
	.judge = tables_judge,
	.tidy = nothing_to_tidy,
	.secure = tables_secure_all,
	.rest = nothing_to_do,
	.close = nothing_to_do,
};

/* --- the disk ----------------------------------------------------------------------------------- */

void mem_disk_init(struct mem_disk *disk)
{
	*disk = (struct mem_disk) {0};
	pthread_mutex_init(&disk->mutex, NULL);
}

void mem_disk_free(struct mem_disk *disk)
{
	while (disk->journal_count)
		free_journal_row(disk);
	drop_changed(disk);
	mem_rows_free(&disk->tables);
	free(disk->journal);
	free(disk->changed);
	free(disk->kept);
	free(disk->next_kept);
	buf_free(&disk->notes);
	buf_free(&disk->next_notes);
	str_free(&disk->centre);
	pthread_mutex_destroy(&disk->mutex);
}

void mem_disk_fail(struct mem_disk *disk, enum mem_step step, enum store_result result)
{
	lock(disk);
	disk->step = step;
	disk->result = result;
	unlock(disk);
}

void mem_disk_take(struct mem_disk *disk)
{
	lock(disk);
	disk->epoch++;
	unlock(disk);
}

void mem_disk_put_tables(struct mem_disk *disk, struct buf *lines)
{
	lock(disk);
	for (size_t i = 0; i < disk->tables.count; i++)
		sample_put_line(lines, disk->tables.at[i].lsn, disk->tables.at[i].kind,
			&disk->tables.at[i].body);
	unlock(disk);
	sample_sort(lines);
}

/* --- the store ---------------------------------------------------------------------------------- */

/* From the tables, as far as they are, and the journal behind. */
static enum err load(struct store *base, struct core *core)
{
	struct mem_disk *disk = ((struct mem_store *)base)->disk;
	lock(disk);
	enum err e =
		mem_rows_evolve(&disk->tables, core, disk->mark, disk->mark_at) ? OK : ERR_INTERNAL;
	uint64_t after = disk->mark > disk->base ? disk->mark - disk->base : 0;
	for (size_t i = (size_t)after; e == OK && i < disk->journal_written; i++) {
		union any_body room;
		struct event event;
		if (event_unpack(&disk->journal[i].event, &room, &event) && core_fits(core, &event))
			core_evolve(core, &event);
		else
			e = ERR_INTERNAL;
	}
	unlock(disk);
	return e;
}

static void close_store(struct store **base)
{
	struct mem_store *store = (struct mem_store *)*base;
	*base = NULL;
	engine_stop(&store->engine);
	free(store);
}

static struct store_size size(struct store *base)
{
	struct mem_disk *disk = ((struct mem_store *)base)->disk;
	struct store_size size = engine_size(base);
	lock(disk);
	for (size_t i = 0; i < disk->journal_written; i++)
		size.journal += disk->journal[i].event.body.len;
	size.tables = disk->tables.count * sizeof *disk->tables.at;
	unlock(disk);
	return size;
}

static const struct store_ops ops = {ENGINE_OPS, .load = load, .size = size, .close = close_store};

static void open_files(struct mem_store *store)
{
	struct mem_disk *disk = store->disk;
	struct journal *journal = &store->engine.writer.journal;
	struct tables *tables = &store->engine.projector.tables;
	struct str notes = buf_str(&disk->notes);
	struct told_note note;
	size_t rows = disk->journal_written;
	uint64_t last = disk->base + rows;
	mem_disk_take(disk);
	*journal = (struct journal) {.ops = &journal_ops,
		.db = disk,
		.centre = str_copy(disk->centre),
		.epoch = disk->epoch,
		.last = last,
		.chain = rows ? disk->journal[rows - 1].chain : disk->base_chain,
		.ledger = disk->ledger_written,
		.base = disk->base,
		.base_chain = disk->base_chain};
	CHECK(journal_read_times(journal) == 0);
	*tables = (struct tables) {
		.ops = &tables_ops, .db = disk, .lsn = disk->mark, .told = &store->engine.told};
	while (told_unpack(&notes, &note))
		told_list_keep(tables->told, note.user, note.number);
	if (disk->mark)
		tables->centre = str_copy(disk->centre);
	tables->next_lsn = tables->lsn;
	while (tables->next_lsn < last)
		CHECK(tables_add(tables, &disk->journal[tables->next_lsn - disk->base].event));
	CHECK(tables_commit(tables) == 0);
}

struct store *mem_disk_open(struct mem_disk *disk, const struct store_loop *loop,
	const struct projector_limits *limits, msec ask_ms, msec kept_ms)
{
	struct mem_store *store = mem_new(sizeof *store);
	const struct engine_settings settings = {
		.projector = *limits, .trimming = TRIMMING(kept_ms), .ask_ms = ask_ms};
	engine_init(&store->engine, &ops);
	store->disk = disk;
	open_files(store);
	engine_start(&store->engine, loop, &settings, true);
	return &store->engine.base;
}
