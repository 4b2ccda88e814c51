/* store_suite_test.c - what store.h promises, asked of every store: in memory, in memory over the engine, and
 * SQLite. */
#include "store/dialect_mem.h"
#include "store/store_fault.h"
#include "store/store_mem.h"
#include "store/store_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct suite;
struct store_kind {
	void (*begin)(struct suite *s);
	void (*open)(struct suite *s);            /* again, too: with what the one before it had */
	void (*refuse)(struct suite *s, bool on); /* its disk is full */
	void (*take)(struct suite *s);            /* another one becomes the owner */
	void (*end)(struct suite *s);
};

struct suite {
	const struct store_kind *kind;
	struct sample_loop loop;
	struct sample sample;
	struct store *store;
	struct buf got, expected;
	struct core *core; /* what the store must load */
	msec kept_ms;      /* of the journal; 0: all */
	unsigned losses;
	/* by kind */
	struct mem_disk disk;
	struct fault fault;
	char *folder;
};

/* --- the stores --------------------------------------------------------------------------------- */

static void mem_begin(struct suite *s)
{
	s->store = store_mem_open(&s->loop.loop, 0);
	store_mem_keep(s->store, s->kept_ms);
}

static void mem_open(struct suite *s)
{
	s->store = store_mem_reopen(&s->store, &s->loop.loop, 0);
	store_mem_keep(s->store, s->kept_ms);
}

static void mem_refuse(struct suite *s, bool on)
{
	store_mem_fail(s->store, on ? STORE_REFUSED : STORE_DURABLE, false);
}

static void mem_take(struct suite *s)
{
	store_mem_lose(s->store);
}

static void nothing(struct suite *s)
{
}

static void engine_open(struct suite *s)
{
	const struct projector_limits limits = PROJECTOR_LIMITS;
	if (s->store)
		s->store->ops->close(&s->store);
	s->store = mem_disk_open(&s->disk, &s->loop.loop, &limits, 1, s->kept_ms);
}

static void engine_begin(struct suite *s)
{
	mem_disk_init(&s->disk);
	engine_open(s);
}

static void engine_refuse(struct suite *s, bool on)
{
	mem_disk_fail(&s->disk, on ? MEM_COMMIT : MEM_NO_STEP, STORE_REFUSED);
}

static void engine_take(struct suite *s)
{
	mem_disk_take(&s->disk);
}

static void engine_end(struct suite *s)
{
	mem_disk_free(&s->disk);
}

static void sqlite_open_again(struct suite *s)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.ask_ms = 1;
	tuning.trimming.kept_ms = s->kept_ms;
	if (s->store)
		s->store->ops->close(&s->store);
	s->store = sample_open(&s->loop, s->folder, &tuning);
}

static void sqlite_begin(struct suite *s)
{
	s->folder = sample_folder();
	fault_begin(&s->fault, "journal.db");
	sqlite_open_again(s);
}

static void sqlite_refuse(struct suite *s, bool on)
{
	atomic_store(&s->fault.reason, ENOSPC);
	atomic_store(&s->fault.write_code, on ? SQLITE_FULL : SQLITE_OK);
}

static void sqlite_take(struct suite *s)
{
	sample_sql(s->folder, "journal.db", "UPDATE owner SET epoch = epoch + 1");
}

static void sqlite_end(struct suite *s)
{
	fault_end(&s->fault);
	sample_folder_remove(&s->folder);
}

static struct store_kind mem = {mem_begin, mem_open, mem_refuse, mem_take, nothing};
static struct store_kind engine = {
	engine_begin, engine_open, engine_refuse, engine_take, engine_end};
static struct store_kind sqlite = {
	sqlite_begin, sqlite_open_again, sqlite_refuse, sqlite_take, sqlite_end};

static int set_up(void **state)
{
	struct suite *s = mem_new(sizeof *s);
	s->kind = *state;
	sample_loop_init(&s->loop);
	s->core = core_new();
	s->kind->begin(s);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct suite *s = *state;
	if (s->store)
		s->store->ops->close(&s->store);
	while (!sample_is_idle(&s->loop))
		sample_turn(&s->loop);
	s->kind->end(s);
	core_free(&s->core);
	sample_free(&s->sample);
	buf_free(&s->got);
	buf_free(&s->expected);
	free(s);
	return 0;
}

/* --- what is done to them ----------------------------------------------------------------------- */

static enum store_result append(struct suite *s)
{
	return sample_append(&s->loop, s->store, &s->sample);
}

/* The same events happen to the core that is to be loaded. */
static void append_well(struct suite *s)
{
	for (size_t i = 0; i < s->sample.count; i++) {
		union any_body room;
		struct event event;
		assert_true(event_unpack(&s->sample.events[i], &room, &event));
		core_evolve(s->core, &event);
	}
	assert_int_equal(append(s), STORE_DURABLE);
}

/* A core can be made of it. */
static void add_contact(struct suite *s, unsigned nth)
{
	union any_body body;
	if (s->sample.lsn == 0)
		sample_add_centre(&s->sample);
	sample_body(&s->sample, BODY_contact, nth, 0, &body);
	body.contact.merged_into = STR_NONE;
	sample_add(&s->sample, BODY_contact, &body);
}

static void append_contact(struct suite *s, unsigned nth)
{
	add_contact(s, nth);
	append_well(s);
}

static void assert_loads(struct suite *s)
{
	struct core *loaded = core_new();
	assert_int_equal(s->store->ops->load(s->store, loaded), OK);
	s->got.len = s->expected.len = 0;
	core_dump(loaded, &s->got);
	core_dump(s->core, &s->expected);
	buf_put_byte(&s->expected, '\0');
	assert_text(&s->got, s->expected.at);
	core_free(&loaded);
}

static void note_loss(void *ctx)
{
	((struct suite *)ctx)->losses++;
}

/* --- what is promised --------------------------------------------------------------------------- */

static void what_was_answered_is_loaded(void **state)
{
	struct suite *s = *state;
	assert_loads(s); /* nothing yet */
	for (unsigned nth = 1; nth <= 3; nth++)
		append_contact(s, nth);
	assert_loads(s);
}

static void and_by_the_next_one_as_well_which_goes_on_from_there(void **state)
{
	struct suite *s = *state;
	for (unsigned nth = 1; nth <= 3; nth++) {
		append_contact(s, nth);
		s->kind->open(s);
		assert_loads(s);
		assert_int_equal(s->store->ops->projected(s->store), s->sample.lsn);
	}
}

static void a_batch_that_had_to_grow_is_written_whole(void **state)
{
	struct suite *s = *state;
	for (unsigned nth = 1; nth <= 200; nth++)
		add_contact(s, nth);
	append_well(s);
	s->kind->open(s);
	assert_loads(s);
}

struct follower {
	struct suite *s;
	unsigned answers;
};

static void append_next(void *ctx, enum store_result result)
{
	struct follower *f = ctx;
	assert_int_equal(result, STORE_DURABLE);
	if (++f->answers == 3)
		return;
	sample_add_nth(&f->s->sample, BODY_contact, f->answers, 0);
	f->s->store->ops->append(f->s->store, sample_batch(f->s->sample.events, 1), append_next, f);
	sample_reset(&f->s->sample);
	assert_true(f->answers < 3); /* never from inside */
}

static void the_next_append_may_be_asked_for_by_an_answer(void **state)
{
	struct suite *s = *state;
	struct follower f = {s, 0};
	sample_add_centre(&s->sample);
	s->store->ops->append(s->store, sample_batch(s->sample.events, 1), append_next, &f);
	sample_reset(&s->sample);
	assert_int_equal(f.answers, 0);
	while (f.answers < 3)
		sample_turn(&s->loop);
}

static void note_result(void *ctx, enum store_result result)
{
	*(int *)ctx = (int)result;
}

static void an_answer_under_way_at_the_close_still_comes(void **state)
{
	struct suite *s = *state;
	int result = -1;
	sample_add_centre(&s->sample);
	s->store->ops->append(s->store, sample_batch(s->sample.events, 1), note_result, &result);
	s->store->ops->close(&s->store);
	assert_int_equal(result, -1);
	while (result < 0)
		sample_turn(&s->loop);
	assert_int_equal(result, STORE_DURABLE);
}

static void until_it_can_write(struct suite *s)
{
	while (!s->store->ops->probe(s->store))
		usleep(1000); /* the server asks each second */
}

static void a_refused_append_leaves_nothing_and_can_come_again(void **state)
{
	struct suite *s = *state;
	append_contact(s, 1);
	uint64_t before = s->sample.lsn;
	s->kind->refuse(s, true);
	for (unsigned nth = 2; nth <= 3; nth++) {
		s->sample.lsn = before;
		add_contact(s, nth);
		assert_int_equal(append(s), STORE_REFUSED);
		assert_loads(s);
	}
	assert_true(s->store->ops->is_ours(s->store));
	s->kind->refuse(s, false);
	until_it_can_write(s);
	s->sample.lsn = before;
	append_contact(s, 3);
	assert_loads(s);
}

static void a_first_append_that_was_refused_can_come_again(void **state)
{
	struct suite *s = *state;
	s->kind->refuse(s, true);
	sample_add_centre(&s->sample);
	assert_int_equal(append(s), STORE_REFUSED);
	s->kind->refuse(s, false);
	until_it_can_write(s);
	s->sample.lsn = 0;
	append_contact(s, 1);
	assert_loads(s);
}

static void whose_centre_was_taken_writes_nothing_more(void **state)
{
	struct suite *s = *state;
	append_contact(s, 1);
	assert_true(s->store->ops->is_ours(s->store));
	s->kind->take(s);
	add_contact(s, 2);
	assert_int_equal(append(s), STORE_FENCED);
	assert_false(s->store->ops->is_ours(s->store));
	assert_loads(s);
}

static void and_is_told_so_without_an_append(void **state)
{
	struct suite *s = *state;
	append_contact(s, 1);
	s->store->ops->watch(s->store, note_loss, s);
	s->kind->take(s);
	while (!s->losses)
		sample_turn(&s->loop);
	assert_false(s->store->ops->is_ours(s->store));
	usleep(20 * 1000); /* it is asked each millisecond, and told once */
	assert_true(sample_is_idle(&s->loop));
	assert_int_equal(s->losses, 1);
}

static void who_watches_no_more_is_told_nothing(void **state)
{
	struct suite *s = *state;
	append_contact(s, 1);
	s->store->ops->watch(s->store, note_loss, s);
	s->store->ops->watch(s->store, NULL, NULL);
	s->kind->take(s);
	while (s->store->ops->is_ours(s->store))
		usleep(1000);
	while (!sample_is_idle(&s->loop))
		sample_turn(&s->loop);
	assert_int_equal(s->losses, 0);
}

/* --- a journal that is trimmed ------------------------------------------------------------------- */

#define KEPT_MS 5 /* of events that are a millisecond apart */

static uint64_t base(struct suite *s)
{
	return s->store->ops->size(s->store).base;
}

static void keep(struct suite *s)
{
	s->kept_ms = KEPT_MS;
	s->kind->open(s);
}

/* It follows with later appends: the tables are made safe in between. Never more than may go. */
static void append_until_trimmed(struct suite *s, unsigned *nth, uint64_t lsn)
{
	while (base(s) < lsn) {
		append_contact(s, (*nth)++ % 40 + 1);
		usleep(2000);
		assert_true(base(s) == 0 || base(s) < s->sample.lsn - KEPT_MS);
	}
}

static void what_was_trimmed_away_is_loaded_all_the_same(void **state)
{
	struct suite *s = *state;
	unsigned nth = 0;
	keep(s);
	for (unsigned i = 0; i < 3; i++) {
		append_until_trimmed(s, &nth, base(s) + 20);
		assert_loads(s);
		s->kind->open(s);
		assert_loads(s);
	}
	struct store_size size = s->store->ops->size(s->store);
	assert_true(size.base >= 60);
	assert_int_equal(size.first_at, 1000000 + size.base + 1);
	assert_true(size.journal > 0 && size.tables > 0);
}

static void unless_it_is_said_nothing_is_trimmed(void **state)
{
	struct suite *s = *state;
	for (unsigned nth = 1; nth <= 40; nth++)
		append_contact(s, nth);
	usleep(50 * 1000);
	append_contact(s, 41);
	assert_int_equal(base(s), 0);
	assert_int_equal(s->store->ops->size(s->store).first_at, 1000001);
}

static void a_disk_that_takes_nothing_is_not_trimmed_and_later_it_is(void **state)
{
	struct suite *s = *state;
	unsigned nth = 0;
	keep(s);
	append_until_trimmed(s, &nth, 10);
	s->kind->refuse(s, true);
	uint64_t lsn = s->sample.lsn;
	add_contact(s, 99);
	assert_int_equal(append(s), STORE_REFUSED);
	uint64_t refused_at = base(s);
	usleep(50 * 1000);
	assert_int_equal(base(s), refused_at);
	assert_loads(s);
	s->kind->refuse(s, false);
	until_it_can_write(s);
	s->sample.lsn = lsn;
	append_until_trimmed(s, &nth, refused_at + 20);
	assert_loads(s);
}

static void whose_centre_was_taken_trims_nothing(void **state)
{
	struct suite *s = *state;
	unsigned nth = 0;
	keep(s);
	append_until_trimmed(s, &nth, 10);
	s->kind->take(s);
	while (s->store->ops->is_ours(s->store))
		usleep(1000);
	uint64_t taken_at = base(s);
	usleep(50 * 1000);
	assert_int_equal(base(s), taken_at);
}

/* --- earlier sessions ------------------------------------------------------------------------------ */

static void add_session(struct suite *s, uint64_t serial, const char *id, const char *phone,
	enum session_state state)
{
	const struct body_session body = {.id = str_of(id),
		.serial = serial,
		.state = state,
		.phone = str_of(phone),
		.number = STR("5000"),
		.received = 100 * (msec)serial,
		.ended = 100 * (msec)serial + 50};
	const struct body_datum about = {.session = body.id,
		.name = STR("DISP_KEY"),
		.place = 1,
		.value = STR("sold"),
		.held = 1};
	sample_add(&s->sample, BODY_session, &body);
	sample_add(&s->sample, BODY_datum, &about);
}

static void add_entry(struct suite *s, const char *session, uint64_t seq, enum message_type type,
	enum visibility visibility, const char *text)
{
	const struct body_message body = {.session = str_of(session),
		.seq = seq,
		.type = type,
		.visibility = visibility,
		.author = seq == 1 ? PARTY_CONTACT : PARTY_AGENT,
		.at = (msec)seq,
		.text = str_of(text)};
	sample_add(&s->sample, BODY_message, &body);
}

static void append_sessions(struct suite *s)
{
	sample_add_centre(&s->sample);
	add_session(s, 1, "first", "1", SESSION_ENDED);
	add_entry(s, "first", 1, MESSAGE_TEXT, VISIBLE_ALL, "hello");
	add_entry(s, "first", 2, MESSAGE_TEXT, VISIBLE_AGENTS, "among agents");
	add_entry(s, "first", 3, MESSAGE_JOINED, VISIBLE_ALL, "");
	add_entry(s, "first", 4, MESSAGE_TEXT, VISIBLE_SUPERVISORS, "whispered");
	add_entry(s, "first", 5, MESSAGE_TEXT, VISIBLE_ALL, "bye");
	add_session(s, 2, "others", "9", SESSION_ENDED);
	add_session(s, 3, "running", "1", SESSION_ACTIVE);
	assert_int_equal(append(s), STORE_DURABLE);
	add_session(s, 4, "long", "+1", SESSION_ENDED);
	for (uint64_t seq = 1; seq <= EARLIER_TEXTS_MAX + 1; seq++)
		add_entry(s, "long", seq, MESSAGE_TEXT, VISIBLE_ALL, seq == 2 ? "second" : "more");
	assert_int_equal(append(s), STORE_DURABLE);
	s->kind->open(s); /* what was appended is projected before a store closes */
}

static void read_earlier(
	struct suite *s, const char *behind, size_t limit, struct earlier_page *page)
{
	static const struct str phones[] = {{"1", 1}, {"+1", 2}};
	const struct earlier_query query = {
		.phones = phones, .phone_count = 2, .behind = str_of(behind), .limit = limit};
	struct earlier_source *source = s->store->ops->earlier(s->store);
	assert_int_equal(source->read(source, &query, page), OK);
	source->free(source);
}

static void earlier_sessions_are_told_as_the_customer_saw_them(void **state)
{
	struct suite *s = *state;
	struct earlier_page *page = mem_new(sizeof *page);
	append_sessions(s);
	read_earlier(s, "", 20, page);
	assert_int_equal(page->count, 2); /* neither another phone's, nor one that goes on */
	const struct earlier_session *newest = &page->sessions[0], *oldest = &page->sessions[1];
	assert_true(str_is(newest->id, "long") && str_is(oldest->id, "first"));
	assert_int_equal(newest->count, EARLIER_TEXTS_MAX);
	assert_true(newest->is_cut && str_is(newest->texts[0].text, "second"));
	assert_int_equal(oldest->count, 2);
	assert_true(str_is(oldest->texts[0].text, "hello") && oldest->texts[0].is_customers);
	assert_true(str_is(oldest->texts[1].text, "bye") && !oldest->texts[1].is_customers);
	assert_true(str_is(oldest->disposition, "sold") && oldest->ended == 150);
	assert_false(oldest->is_cut || page->has_more);
	earlier_page_free(page);
	read_earlier(s, "", 1, page);
	assert_true(page->count == 1 && page->has_more && str_is(page->sessions[0].id, "long"));
	earlier_page_free(page);
	read_earlier(s, "long", 1, page);
	assert_true(page->count == 1 && !page->has_more && str_is(page->sessions[0].id, "first"));
	earlier_page_free(page);
	read_earlier(s, "nothing", 1, page);
	assert_int_equal(page->count, 0);
	earlier_page_free(page);
	free(page);
}

static void and_so_they_are_where_the_journal_was_trimmed(void **state)
{
	struct suite *s = *state;
	struct earlier_page *page = mem_new(sizeof *page);
	unsigned nth = 0;
	keep(s);
	append_sessions(s);
	append_until_trimmed(s, &nth, s->sample.lsn);
	read_earlier(s, "", 20, page);
	assert_int_equal(page->count, 2);
	assert_int_equal(page->sessions[1].count, 2);
	earlier_page_free(page);
	free(page);
}

/* --- words that were kept long enough --------------------------------------------------------------- */

static void add_segment(struct suite *s, uint64_t part, const char *data)
{
	const struct body_segment body = {.link = STR("carrier"),
		.phone = STR("1"),
		.reference = 1,
		.part = part,
		.parts = 2,
		.data = str_of(data),
		.held = data[0] != '\0'};
	sample_add(&s->sample, BODY_segment, &body);
}

static void read_on(struct suite *s, struct aged *aged)
{
	struct aged_source *source = s->store->ops->aged(s->store);
	while (aged->has_more)
		assert_int_equal(source->words(source, aged), OK);
	source->free(source);
}

static void read_aged(struct suite *s, msec before, struct aged_place behind, struct aged *aged)
{
	struct aged_source *source = s->store->ops->aged(s->store);
	*aged = (struct aged) {0};
	assert_int_equal(source->due(source, before, behind, aged), OK);
	source->free(source);
	read_on(s, aged);
}

static void append_erasures(struct suite *s, const struct aged_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		sample_add(&s->sample, BODY_erasure, &rows->at[i]);
	assert_int_equal(append(s), STORE_DURABLE);
	s->kind->open(s);
}

static bool has_words(const struct aged_rows *rows, const char *words)
{
	bool has = false;
	for (size_t i = 0; i < rows->count; i++)
		has |= memmem(rows->at[i].image.at, rows->at[i].image.len, words, strlen(words)) !=
		       NULL;
	return has;
}

/* Of "first" four texts and its disposition, and its end; of "others" what was attached. */
static void assert_due(const struct aged *aged)
{
	const struct aged_session *first = &aged->sessions[0], *others = &aged->sessions[1];
	assert_int_equal(aged->count, 3); /* one goes on */
	assert_true(str_is(first->id, "first") && str_is(others->id, "others"));
	assert_true(str_is(aged->sessions[2].id, "long"));
	assert_true(first->has_end && others->has_end);
	assert_int_equal(first->rows.count, 6);
	assert_int_equal(others->rows.count, 2);
	assert_int_equal(aged->sessions[2].rows.count, EARLIER_TEXTS_MAX + 3);
	assert_false(has_words(&first->rows, "hello") || has_words(&first->rows, "whispered"));
	assert_false(has_words(&first->rows, "sold"));
}

static void assert_all_erased(struct suite *s)
{
	struct earlier_page *page = mem_new(sizeof *page);
	read_earlier(s, "", 20, page);
	const struct earlier_session *first = &page->sessions[1];
	assert_true(str_is(first->id, "first") && first->count == 2 && !first->disposition.len);
	for (size_t i = 0; i < first->count; i++)
		assert_true(first->texts[i].is_erased && !first->texts[i].text.len);
	assert_false(page->sessions[0].texts[0].is_erased);
	earlier_page_free(page);
	free(page);
}

static void sessions_that_ended_before_are_due_until_their_words_are_erased(void **state)
{
	struct suite *s = *state;
	struct aged aged;
	append_sessions(s);
	read_aged(s, 150, (struct aged_place) {0}, &aged);
	assert_int_equal(aged.count, 0); /* it ended just then */
	aged_free(&aged);
	read_aged(s, 151, (struct aged_place) {0}, &aged);
	assert_int_equal(aged.count, 1);
	aged_free(&aged);
	read_aged(s, 1000, (struct aged_place) {150, 1}, &aged);
	assert_true(aged.count == 2 && str_is(aged.sessions[0].id, "others"));
	aged_free(&aged);
	read_aged(s, 1000, (struct aged_place) {0}, &aged);
	assert_due(&aged);
	append_erasures(s, &aged.sessions[0].rows);
	aged_free(&aged);
	assert_all_erased(s);
	read_aged(s, 1000, (struct aged_place) {0}, &aged);
	assert_true(aged.count == 2 && str_is(aged.sessions[0].id, "others"));
	aged_free(&aged);
}

static void and_so_they_are_where_their_events_were_trimmed_away(void **state)
{
	struct suite *s = *state;
	struct aged aged;
	unsigned nth = 0;
	keep(s);
	append_sessions(s);
	append_until_trimmed(s, &nth, s->sample.lsn);
	read_aged(s, 1000, (struct aged_place) {0}, &aged);
	assert_due(&aged);
	append_erasures(s, &aged.sessions[0].rows);
	aged_free(&aged);
	assert_all_erased(s);
	read_aged(s, 1000, (struct aged_place) {0}, &aged);
	assert_int_equal(aged.count, 2);
	aged_free(&aged);
}

static void words_of_no_session_are_found_by_their_time_alone(void **state)
{
	struct suite *s = *state;
	append_sessions(s);
	add_segment(s, 1, "the first half");
	add_segment(s, 2, "the second half");
	add_segment(s, 1, "");
	add_segment(s, 2, "");
	uint64_t last = s->sample.lsn;
	assert_int_equal(append(s), STORE_DURABLE);
	msec until = 1000000 + (msec)last;
	const msec times[] = {until - 3, until - 2, until + 1};
	for (size_t found = 0; found < 3; found++) { /* each event is a millisecond later */
		struct aged aged = {.before = times[found], .has_more = true};
		read_on(s, &aged);
		assert_int_equal(aged.loose.count, found);
		assert_int_equal(aged.reached, (uint64_t)(times[found] - 1000000) - 1);
		assert_false(has_words(&aged.loose, "half"));
		if (found == 2)
			append_erasures(s, &aged.loose);
		aged_free(&aged);
	}
	struct aged aged = {.before = until + 1, .has_more = true};
	read_on(s, &aged);
	assert_int_equal(aged.loose.count, 0);
	aged_free(&aged);
}

/* memory and sqlite; the engine over a dialect in memory gives no sources. */
#define BOTH(name)                                                                                 \
	{#name "/memory", name, set_up, tear_down, &mem},                                          \
	{                                                                                          \
#name "/sqlite", name, set_up, tear_down, &sqlite                                  \
	}

#define EACH(name)                                                                                 \
	{#name "/memory", name, set_up, tear_down, &mem},                                          \
		{#name "/engine", name, set_up, tear_down, &engine},                               \
	{                                                                                          \
#name "/sqlite", name, set_up, tear_down, &sqlite                                  \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(what_was_answered_is_loaded),
		EACH(and_by_the_next_one_as_well_which_goes_on_from_there),
		EACH(a_batch_that_had_to_grow_is_written_whole),
		EACH(the_next_append_may_be_asked_for_by_an_answer),
		EACH(an_answer_under_way_at_the_close_still_comes),
		EACH(a_refused_append_leaves_nothing_and_can_come_again),
		EACH(a_first_append_that_was_refused_can_come_again),
		EACH(whose_centre_was_taken_writes_nothing_more),
		EACH(and_is_told_so_without_an_append),
		EACH(who_watches_no_more_is_told_nothing),
		EACH(what_was_trimmed_away_is_loaded_all_the_same),
		EACH(unless_it_is_said_nothing_is_trimmed),
		EACH(a_disk_that_takes_nothing_is_not_trimmed_and_later_it_is),
		EACH(whose_centre_was_taken_trims_nothing),
		{"earlier sessions/memory", earlier_sessions_are_told_as_the_customer_saw_them,
			set_up, tear_down, &mem},
		{"earlier sessions/sqlite", earlier_sessions_are_told_as_the_customer_saw_them,
			set_up, tear_down, &sqlite},
		{"earlier sessions, trimmed/memory", and_so_they_are_where_the_journal_was_trimmed,
			set_up, tear_down, &mem},
		{"earlier sessions, trimmed/sqlite", and_so_they_are_where_the_journal_was_trimmed,
			set_up, tear_down, &sqlite},
		BOTH(sessions_that_ended_before_are_due_until_their_words_are_erased),
		BOTH(and_so_they_are_where_their_events_were_trimmed_away),
		BOTH(words_of_no_session_are_found_by_their_time_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
