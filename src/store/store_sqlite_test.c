/* store_sqlite_test.c - what was accepted stays, and comes back at the start. */
#include "store/store_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void assert_same(struct fixture *f)
{
	buf_put_byte(&f->expected, '\0');
	assert_text(&f->got, f->expected.at);
	f->expected.len--;
}

/* --- round trips -------------------------------------------------------------------------------- */

/* Three objects of every kind, each written three times; expected: last images, or all events. */
static void append_all_kinds(struct fixture *f, bool expect_all)
{
	for (unsigned version = 0; version < 3; version++) {
		for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
			for (unsigned nth = 1; nth <= (kind == BODY_centre ? 1 : 3); nth++) {
				union any_body body;
				sample_body(&f->sample, kind, nth, version, &body);
				sample_add(&f->sample, kind, &body);
				if (expect_all || (version == 2 && kind != BODY_erasure))
					sample_put_line(&f->expected, f->sample.lsn, kind, &body);
			}
		}
		append(f);
	}
}

static void test_events_of_every_kind_come_back_from_the_journal(void **state)
{
	struct fixture *f = *state;
	open_lazy(f);
	append_all_kinds(f, true);
	assert_int_equal(f->store->ops->projected(f->store), 0);
	sample_load(f->store, &f->got, false);
	assert_same(f);
}

/* Rows that can be read, but name what is not there: no core can be made of them. From the journal, then
 * from the tables. */
static void test_a_store_that_does_not_go_together_is_not_loaded(void **state)
{
	struct fixture *f = *state;
	for (int in_tables = 0; in_tables < 2; in_tables++) {
		struct core *core = core_new();
		if (in_tables)
			open_store(f);
		else
			open_lazy(f);
		if (!in_tables)
			append_all_kinds(f, false);
		assert_int_equal(f->store->ops->load(f->store, core), ERR_INTERNAL);
		close_store(f);
		core_free(&core);
	}
}

static void test_objects_of_every_kind_come_back_from_the_tables(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	append_all_kinds(f, false);
	uint64_t last = f->sample.lsn;
	close_store(f);
	open_store(f);
	assert_int_equal(f->store->ops->projected(f->store), last);
	sample_load(f->store, &f->got, true);
	sample_sort(&f->expected);
	/* The centre's row tells where the journal stands. */
	struct buf centre = {0};
	buf_printf(&centre, "%llu centre name=name1 ", (unsigned long long)last);
	buf_put_byte(&centre, '\0');
	assert_contains(&f->got, centre.at);
	buf_free(&centre);
	char *own = strstr(f->expected.at, " centre name=name1 ");
	while (own > f->expected.at && own[-1] != '\n')
		own--;
	size_t digits = strcspn(own, " "), at = (size_t)(own - f->expected.at);
	struct buf moved = {0};
	buf_put(&moved, str_from(f->expected.at, at));
	buf_printf(&moved, "%llu", (unsigned long long)last);
	buf_put(&moved, str_from(own + digits, f->expected.len - at - digits));
	sample_sort(&moved);
	buf_free(&f->expected);
	f->expected = moved;
	assert_same(f);
}

static void test_tables_and_the_journal_above_them_are_read_together(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	sample_add_centre(&f->sample);
	sample_add_nth(&f->sample, BODY_contact, 1, 0);
	append(f);
	close_store(f);
	open_lazy(f);
	sample_add_nth(&f->sample, BODY_contact, 2, 0);
	append(f);
	assert_int_equal(f->store->ops->projected(f->store), 2);
	sample_load(f->store, &f->got, false);
	assert_contains(&f->got, "2 centre name=name1");
	assert_contains(&f->got, "\n2 contact phone=phone1");
	assert_contains(&f->got, "\n3 contact phone=phone2");
}

static void test_the_tables_follow_by_themselves(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	sample_add_centre(&f->sample);
	append(f);
	while (f->store->ops->projected(f->store) < f->sample.lsn)
		usleep(1000); /* a test that fails here never ends: the runner's time limit tells */
}

static void test_an_appender_waits_for_tables_that_lag(void **state)
{
	struct fixture *f = *state;
	struct store_tuning tuning = STORE_TUNING;
	tuning.projector.gather_ms = 0;
	tuning.projector.lag_ms = 0; /* whatever is not projected is too old */
	f->store = sample_open(&f->loop, f->folder, &tuning);
	sample_add_centre(&f->sample);
	append(f);
	for (unsigned i = 0; i < 20; i++) {
		uint64_t before = f->sample.lsn;
		sample_add_nth(&f->sample, BODY_contact, i, 0);
		append(f);
		assert_true(f->store->ops->projected(f->store) >= before);
	}
}

/* What SQLite holds once 8,000 contacts are in the tables. */
static int64_t memory_after_writing(struct fixture *f, msec rest_ms, int64_t most)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.projector.rest_ms = rest_ms;
	f->store = sample_open(&f->loop, f->folder, &tuning);
	for (unsigned i = 0; i < 8000; i++)
		sample_add_nth(&f->sample, BODY_contact, i, 0);
	append(f);
	while (f->store->ops->projected(f->store) < f->sample.lsn || sqlite3_memory_used() > most)
		usleep(1000); /* a test that fails here never ends: the runner's time limit tells */
	int64_t used = sqlite3_memory_used();
	close_store(f);
	return used;
}

static void test_tables_at_rest_give_their_memory_back(void **state)
{
	const msec never = 3600 * 1000;
	struct fixture *f = *state;
	open_store(f);
	sample_add_centre(&f->sample);
	append(f);
	close_store(f);
	int64_t busy = memory_after_writing(f, never, INT64_MAX);
	memory_after_writing(f, 1, busy - 256 * 1024);
}

/* --- what is loaded, and in which order --------------------------------------------------------- */

static void test_lists_come_back_in_the_order_of_creation(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	sample_add_centre(&f->sample);
	sample_add_nth(&f->sample, BODY_session, 1, 0);
	sample_add_nth(&f->sample, BODY_party, 3, 0);
	sample_add_nth(&f->sample, BODY_party, 1, 0);
	append(f);
	sample_add_nth(&f->sample, BODY_party, 2, 0);
	sample_add_nth(&f->sample, BODY_party, 3, 1); /* changes, and stays the first */
	append(f);
	close_store(f);
	open_store(f);
	sample_load(f->store, &f->got, false);
	buf_put_byte(&f->got, '\0');
	char *third = strstr(f->got.at, "6 party session=id1 id=id3");
	char *first = strstr(f->got.at, "4 party session=id1 id=id1");
	char *second = strstr(f->got.at, "5 party session=id1 id=id2");
	assert_true(third && first && second && third < first && first < second);
}

/* Session nth in a state, with a party, an entry sent out as text nth, and a refusal. */
static void add_session(
	struct fixture *f, unsigned nth, enum session_state session_state, bool open)
{
	union any_body body;
	struct str id = arena_printf(&f->sample.arena, "id%u", nth);
	sample_body(&f->sample, BODY_session, nth, 0, &body);
	body.session.serial = nth;
	body.session.state = session_state;
	sample_add(&f->sample, BODY_session, &body);
	sample_body(&f->sample, BODY_party, 1, 0, &body);
	body.party.session = id;
	sample_add(&f->sample, BODY_party, &body);
	sample_body(&f->sample, BODY_message, 1, 0, &body);
	body.message.session = id;
	body.message.outbound = nth;
	sample_add(&f->sample, BODY_message, &body);
	sample_body(&f->sample, BODY_refusal, 1, 0, &body);
	body.refusal.session = id;
	sample_add(&f->sample, BODY_refusal, &body);
	sample_body(&f->sample, BODY_outbound, nth, 0, &body);
	body.outbound.open = open;
	sample_add(&f->sample, BODY_outbound, &body);
	sample_body(&f->sample, BODY_part, 1, 0, &body);
	body.part.outbound = nth;
	sample_add(&f->sample, BODY_part, &body);
}

static void count(void *ctx, struct event *event)
{
	unsigned *counts = ctx;
	counts[event_body(event->kind)]++;
}

static void test_what_is_over_is_not_loaded(void **state)
{
	struct fixture *f = *state;
	unsigned counts[BODY_KINDS] = {0};
	union any_body body;
	open_store(f);
	sample_add_centre(&f->sample);
	add_session(f, 1, SESSION_ENDED, false); /* over */
	add_session(f, 2, SESSION_ENDED, true);  /* its text is still on its way */
	add_session(f, 3, SESSION_LEFT, false);  /* its entry tells how the delivery went */
	add_session(f, 4, SESSION_QUEUED, true);
	add_session(f, 5, SESSION_ENDED, false); /* over, but serials go on from it */
	for (unsigned open = 0; open < 2; open++) {
		sample_body(&f->sample, BODY_registration, 1 + open, 0, &body);
		body.registration.active = open;
		sample_add(&f->sample, BODY_registration, &body);
		sample_body(&f->sample, BODY_segment, 1 + open, 0, &body);
		body.segment.held = open;
		sample_add(&f->sample, BODY_segment, &body);
	}
	append(f);
	close_store(f);
	open_store(f);
	assert_int_equal(store_sqlite_each(f->store, count, counts), OK);
	assert_int_equal(counts[BODY_centre], 1);
	assert_int_equal(counts[BODY_session], 3); /* 3, 4, 5 */
	assert_int_equal(counts[BODY_party], 2);   /* of 3, 4 */
	assert_int_equal(counts[BODY_message], 2);
	assert_int_equal(counts[BODY_refusal], 2);
	assert_int_equal(counts[BODY_outbound], 4); /* 2, 3, 4, 5 */
	assert_int_equal(counts[BODY_part], 3);     /* of 2, 3, 4 */
	assert_int_equal(counts[BODY_registration], 1);
	assert_int_equal(counts[BODY_segment], 1);
}

/* --- crashes ------------------------------------------------------------------------------------ */

/* Appends without end and tells of each answer; the parent kills it. */
static _Noreturn void append_until_killed(const char *folder, int tell)
{
	struct sample_loop loop;
	struct sample *sample = mem_new(sizeof *sample);
	sample_loop_init(&loop);
	struct store *store = sample_open(&loop, folder, &STORE_TUNING);
	sample_add_centre(sample);
	for (unsigned i = 1;; i++) {
		sample_add_nth(sample, BODY_contact, i % 50, i % 2);
		sample_add_nth(sample, BODY_message, i, 0);
		if (sample_append(&loop, store, sample) != STORE_DURABLE ||
			write(tell, &sample->lsn, sizeof sample->lsn) != sizeof sample->lsn)
			_exit(1);
	}
}

static void note_last(void *ctx, struct event *event)
{
	uint64_t *last = ctx;
	if (event->lsn > *last)
		*last = event->lsn;
}

static void note_text(void *ctx, struct event *event)
{
	if (event_body(event->kind) == BODY_outbound)
		buf_put(ctx, ((const struct body_outbound *)event->body)->text);
}

/* The entry of a session that is over is not loaded; its text still leaves. */
static void test_a_text_on_its_way_is_loaded_from_its_entry(void **state)
{
	struct fixture *f = *state;
	union any_body body;
	open_store(f);
	sample_add_centre(&f->sample);
	sample_body(&f->sample, BODY_message, 1, 0, &body);
	body.message.session = STR("over");
	body.message.text = STR("Hello");
	sample_add(&f->sample, BODY_message, &body);
	sample_body(&f->sample, BODY_outbound, 1, 0, &body);
	body.outbound.session = STR("over");
	body.outbound.seq = 1;
	body.outbound.text = STR_NONE;
	sample_add(&f->sample, BODY_outbound, &body);
	append(f);
	close_store(f);
	open_store(f);
	assert_int_equal(store_sqlite_each(f->store, note_text, &f->got), OK);
	assert_text(&f->got, "Hello");
}

static void test_what_was_answered_survives_kill_9(void **state)
{
	struct fixture *f = *state;
	int pipe_ends[2];
	uint64_t answered = 0, last = 0;
	struct store_verified found;
	assert_int_equal(pipe(pipe_ends), 0);
	pid_t child = fork();
	if (child == 0)
		append_until_killed(f->folder, pipe_ends[1]);
	close(pipe_ends[1]);
	for (int i = 0; i < 300; i++)
		assert_int_equal(read(pipe_ends[0], &answered, sizeof answered), sizeof answered);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	while (read(pipe_ends[0], &answered, sizeof answered) == sizeof answered)
		continue;
	close(pipe_ends[0]);
	assert_int_equal(store_verify(str_of(f->folder), &f->got, &found), OK);
	assert_true(found.events >= answered);
	open_store(f);
	assert_int_equal(store_sqlite_each(f->store, note_last, &last), OK);
	assert_true(last >= answered);
	assert_int_equal(f->store->ops->projected(f->store), last);
	close_store(f);
	assert_int_equal(store_verify(str_of(f->folder), &f->got, &found), OK);
	assert_int_equal(found.events, last);
	assert_text(&f->got, "");
}

static void test_without_tables_they_are_written_anew(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	append_all_kinds(f, false);
	close_store(f);
	open_store(f);
	sample_load(f->store, &f->expected, false);
	close_store(f);
	struct buf path = {0};
	buf_printf(&path, "%s/sotto.db", f->folder);
	buf_put_byte(&path, '\0');
	assert_int_equal(unlink(path.at), 0);
	buf_free(&path);
	open_store(f);
	sample_load(f->store, &f->got, false);
	assert_same(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_events_of_every_kind_come_back_from_the_journal),
		TEST(test_a_store_that_does_not_go_together_is_not_loaded),
		TEST(test_objects_of_every_kind_come_back_from_the_tables),
		TEST(test_tables_and_the_journal_above_them_are_read_together),
		TEST(test_the_tables_follow_by_themselves),
		TEST(test_an_appender_waits_for_tables_that_lag),
		TEST(test_tables_at_rest_give_their_memory_back),
		TEST(test_lists_come_back_in_the_order_of_creation),
		TEST(test_what_is_over_is_not_loaded),
		TEST(test_a_text_on_its_way_is_loaded_from_its_entry),
		TEST(test_what_was_answered_survives_kill_9),
		TEST(test_without_tables_they_are_written_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
