/* store_told_test.c - what users were told: kept for a while, numbered on after a crash. */
#include "store/note_run.h"
#include "store/sqlite_tables.h"
#include "store/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOUR (60 * 60 * 1000)

static const struct told_note plain = {
	.user = {"ann", 3}, .topic = {"/t", 2}, .session = {"s1", 2}, .data = {"\"x\"", 3}};

/* A store that tells users again what its test says. */
static void open_telling(struct fixture *f, const struct store_telling *telling)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.telling = *telling;
	f->store = sample_open(&f->loop, f->folder, &tuning);
}

static void add_contact(struct fixture *f)
{
	union any_body body;
	if (f->sample.lsn == 0)
		sample_add_centre(&f->sample);
	sample_body(&f->sample, BODY_contact, (unsigned)f->sample.lsn, 0, &body);
	body.contact.merged_into = STR_NONE;
	sample_add(&f->sample, BODY_contact, &body);
}

static void note_result(void *ctx, enum store_result result)
{
	*(int *)ctx = (int)result;
}

/* The sample's events, and what was told of them. */
static void append_told(struct fixture *f, const struct told_note *notes, size_t count)
{
	int result = -1;
	struct buf packed = {0};
	struct batch *batch = sample_batch(f->sample.events, f->sample.count);
	for (size_t i = 0; i < count; i++)
		told_pack(&packed, &notes[i]);
	batch_keep(batch, &packed);
	buf_free(&packed);
	sample_reset(&f->sample);
	f->store->ops->append(f->store, batch, note_result, &result);
	while (result < 0)
		sample_turn(&f->loop);
	assert_int_equal(result, STORE_DURABLE);
	store_sqlite_settle(f->store, true);
}

/* An event at this time, and a note of it. */
static void tell(struct fixture *f, struct told_note note)
{
	add_contact(f);
	for (size_t i = 0; i < f->sample.count; i++)
		f->sample.events[i].at = note.at;
	append_told(f, &note, 1);
}

static void tell_number(struct fixture *f, uint64_t number)
{
	struct told_note note = plain;
	note.number = number;
	tell(f, note);
}

static void assert_range(struct fixture *f, const char *user, uint64_t first, uint64_t last)
{
	struct told_range range = f->store->ops->told(f->store, str_of(user));
	assert_int_equal(range.first, first);
	assert_int_equal(range.last, last);
}

static void read_from(struct fixture *f, const char *user, uint64_t from, struct told_page *page)
{
	struct told_source *source = f->store->ops->told_source(f->store);
	const struct told_query query = {str_of(user), from};
	*page = (struct told_page) {0};
	assert_int_equal(source->read(source, &query, page), OK);
	source->free(source);
}

/* "1:"a" 2:"b"": numbers and data. */
static void assert_kept(struct fixture *f, const char *user, uint64_t from, const char *expected)
{
	struct told_page page;
	struct buf text = {0};
	read_from(f, user, from, &page);
	for (size_t i = 0; i < page.count; i++)
		buf_printf(&text, "%s%d:%.*s", i ? " " : "", (int)page.notes[i].number,
			STR_ARGS(page.notes[i].data));
	assert_text(&text, expected);
	buf_free(&text);
	told_page_free(&page);
}

static void erase_words(struct fixture *f, const char *session)
{
	struct buf image = {0};
	const struct body_message message = {.session = str_of(session)};
	body_pack(BODY_message, &image, &message);
	const struct body_erasure erasure = {
		.row = 999, .kind = EV_MESSAGE_ADDED, .image = buf_str(&image)};
	sample_add(&f->sample, BODY_erasure, &erasure);
	append_told(f, NULL, 0);
	buf_free(&image);
}

/* --- the tests ------------------------------------------------------------------------------------ */

static void test_each_user_has_what_it_was_told(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	assert_range(f, "ann", 1, 0);
	const struct told_note notes[] = {
		{.user = STR("ann"), .number = 1, .topic = STR("/a"), .data = STR("\"a\"")},
		{.user = STR("bob"), .number = 1, .topic = STR("/b"), .data = STR("\"b\"")},
		{.user = STR("ann"),
			.number = 2,
			.at = 7,
			.topic = STR("/c"),
			.roles = ROLE_SUPERVISOR,
			.session = STR("s"),
			.party = STR("p"),
			.first = 3,
			.last = 9}};
	add_contact(f);
	append_told(f, notes, 3);
	for (int again = 0; again <= 1; again++) {
		struct told_page page;
		assert_range(f, "ann", 1, 2);
		assert_range(f, "bob", 1, 1);
		assert_range(f, "cho", 1, 0);
		assert_kept(f, "bob", 1, "1:\"b\"");
		assert_kept(f, "cho", 1, "");
		read_from(f, "ann", 2, &page);
		assert_int_equal(page.count, 1);
		assert_true(str_is(page.notes[0].topic, "/c"));
		assert_true(str_is(page.notes[0].session, "s"));
		assert_true(str_is(page.notes[0].party, "p"));
		assert_int_equal(page.notes[0].roles, ROLE_SUPERVISOR);
		assert_int_equal(page.notes[0].at, 7);
		assert_int_equal(page.notes[0].first, 3);
		assert_int_equal(page.notes[0].last, 9);
		told_page_free(&page);
		close_store(f);
		open_store(f);
	}
}

/* All in one transaction: to ann in turns of two sessions, one of them a stretch that is made later; to bob in between. */
static void tell_much(struct fixture *f)
{
	struct told_note notes[8];
	for (size_t i = 0; i < 8; i++) {
		notes[i] = plain;
		notes[i].number = i / 2 + 1;
		notes[i].at = (msec)i;
		notes[i].user = i % 2 ? STR("bob") : STR("ann");
		notes[i].session = i / 2 % 2 ? STR("s2") : STR("s1");
	}
	notes[4].party = STR("p"); /* ann's third */
	notes[4].data = STR_NONE;
	add_contact(f);
	append_told(f, notes, 8);
}

static int64_t rows(struct fixture *f, const char *sql)
{
	struct db db;
	int64_t count;
	assert_int_equal(db_open(&db, str_of(f->folder), TABLES_NAME, DB_READ), SQLITE_OK);
	assert_int_equal(db_number(&db, sql, &count), SQLITE_OK);
	db_close(&db);
	return count;
}

static void test_what_is_told_at_once_is_few_rows(void **state)
{
	struct fixture *f = *state;
	struct told_page page;
	open_store(f);
	tell_much(f);
	assert_int_equal(rows(f, "SELECT count(*) FROM note"), 4); /* ann's 1-2, 3, 4; bob's */
	assert_int_equal(rows(f, "SELECT count(*) FROM note_run_session"), 5);
	assert_range(f, "ann", 1, 4);
	assert_range(f, "bob", 1, 4);
	assert_kept(f, "ann", 1, "1:\"x\" 2:\"x\" 3: 4:\"x\"");
	assert_kept(f, "bob", 3, "3:\"x\" 4:\"x\"");
	assert_kept(f, "bob", 5, "");
	read_from(f, "bob", 2, &page);
	assert_true(str_is(page.notes[0].topic, "/t") && str_is(page.notes[0].session, "s2"));
	assert_int_equal(page.notes[0].at, 3);
	assert_int_equal(page.notes[1].at, 5);
	told_page_free(&page);
}

static void test_whose_numbers_follow_anothers_has_rows_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct told_note notes[2] = {plain, plain};
	open_store(f);
	notes[0].number = 1;
	notes[0].user = STR("bob");
	tell(f, notes[0]);
	notes[0].user = STR("ann");
	notes[1].number = 2;
	notes[1].user = STR("bob");
	add_contact(f);
	append_told(f, notes, 2);
	assert_kept(f, "ann", 1, "1:\"x\"");
	assert_kept(f, "bob", 1, "1:\"x\" 2:\"x\"");
}

/* Told at these times, a run goes as a whole, and with it what says in which sessions it is. */
static void test_a_run_goes_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct told_note note = plain;
	open_store(f);
	tell_much(f);
	note.number = 5;
	note.at = TOLD_KEPT_MS + 3;
	tell(f, note);
	assert_range(f, "ann", 3, 5);
	assert_range(f, "bob", 1, 4);
	note.number = 6;
	note.at = TOLD_KEPT_MS + 1000;
	tell(f, note);
	assert_range(f, "ann", 5, 6);
	assert_range(f, "bob", 5, 4);
	assert_kept(f, "ann", 5, "5:\"x\" 6:\"x\"");
	assert_int_equal(rows(f, "SELECT count(*) FROM note_run_session"), 2);
}

static void test_a_run_is_not_long(void **state)
{
	struct fixture *f = *state;
	char *data = malloc(NOTE_RUN_BYTES);
	memset(data, 'x', NOTE_RUN_BYTES);
	open_store(f);
	for (int over = -1; over <= 0;
		over++) { /* the first two are as long as a run may be, or not quite */
		struct told_note notes[3] = {plain, plain, plain};
		int64_t before = rows(f, "SELECT count(*) FROM note");
		for (size_t i = 0; i < 3; i++)
			notes[i].number = (uint64_t)(over + 1) * 3 + i + 1;
		notes[0].data.at = notes[1].data.at = data;
		notes[0].data.len = NOTE_RUN_BYTES / 2;
		notes[1].data.len = (size_t)(NOTE_RUN_BYTES / 2 + over);
		add_contact(f);
		append_told(f, notes, 3);
		assert_int_equal(rows(f, "SELECT count(*) FROM note") - before, over < 0 ? 1 : 2);
	}
	for (int over = -1; over <= 0; over++) {
		struct told_note notes[2] = {plain, plain};
		int64_t before = rows(f, "SELECT count(*) FROM note");
		for (size_t i = 0; i < 2; i++)
			notes[i].number = 7 + (uint64_t)(over + 1) * 2 + i;
		notes[1].at = NOTE_RUN_MS + over;
		add_contact(f);
		append_told(f, notes, 2);
		assert_int_equal(rows(f, "SELECT count(*) FROM note") - before, over < 0 ? 1 : 2);
	}
	free(data);
}

/* One row a note, as they were written before there were runs. */
static void test_notes_of_before_are_told_on(void **state)
{
	struct fixture *f = *state;
	struct db db;
	open_store(f);
	tell_number(f, 1); /* the centre is there */
	close_store(f);
	assert_int_equal(db_open(&db, str_of(f->folder), TABLES_NAME, DB_WRITE), SQLITE_OK);
	assert_int_equal(db_exec(&db, "DELETE FROM note_run_session; UPDATE note SET topic = '/t', "
				      "session = 's1',"
				      " data = '\"old\"', first = 0, run = x'';"
				      "INSERT INTO note SELECT place + 200, centre, user, 2, at, "
				      "topic, roles, 's2',"
				      " party, first, last, data, run FROM note;"
				      "UPDATE told SET last = 2"),
		SQLITE_OK);
	db_close(&db);
	open_store(f);
	tell_number(f, 3);
	assert_range(f, "ann", 1, 3);
	assert_kept(f, "ann", 1, "1:\"old\" 2:\"old\" 3:\"x\"");
	erase_words(f, "s1");
	assert_kept(f, "ann", 1, "1: 2:\"old\" 3:");
	assert_int_equal(rows(f, "SELECT count(*) FROM note_run_session"), 0);
}

static void test_a_page_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct told_page page;
	char *large = malloc(TOLD_PAGE_BYTES);
	memset(large, 'x', TOLD_PAGE_BYTES);
	open_store(f);
	for (uint64_t number = 1; number <= TOLD_PAGE_MAX + 1; number++)
		tell_number(f, number);
	read_from(f, "ann", 1, &page);
	assert_int_equal(page.count, TOLD_PAGE_MAX);
	told_page_free(&page);
	read_from(f, "ann", 2, &page);
	assert_int_equal(page.count, TOLD_PAGE_MAX);
	told_page_free(&page);
	for (uint64_t number = 1; number <= 3; number++) {
		struct told_note note = plain;
		note.user = STR("bob");
		note.number = number;
		note.data = str_from(large, TOLD_PAGE_BYTES / 2);
		tell(f, note);
	}
	read_from(f, "bob", 1, &page);
	assert_int_equal(page.count, 2);
	told_page_free(&page);
	free(large);
}

/* Whether it was made by now depends on what others do. */
static void test_a_page_ends_behind_what_is_made_when_it_is_told(void **state)
{
	struct fixture *f = *state;
	struct told_page page;
	struct told_note stretch = plain;
	stretch.data = STR_NONE;
	stretch.party = STR("P1");
	stretch.first = 1;
	stretch.last = 3;
	open_store(f);
	tell_number(f, 1);
	stretch.number = 2;
	tell(f, stretch);
	tell_number(f, 3);
	for (int is_made = 0; is_made <= 1; is_made++) {
		read_from(f, "ann", 1, &page);
		assert_int_equal(page.count, 2);
		assert_int_equal(page.notes[1].data.len > 0, is_made);
		told_page_free(&page);
		tell(f, (struct told_note) {.user = STR("ann"),
				.number = 2,
				.data = STR("\"made\""),
				.is_made = true});
	}
}

static void test_after_a_day_it_goes(void **state)
{
	struct fixture *f = *state;
	struct told_note note = plain;
	open_store(f);
	for (note.number = 1; note.number <= 4; note.number++) {
		note.at = 1000000 + (msec)note.number * HOUR;
		tell(f, note);
	}
	note.user = STR("bob");
	note.number = 1;
	for (int after = -1; after <= 1; after++) {
		note.at = 1000000 + 2 * HOUR + TOLD_KEPT_MS + after;
		tell(f, note);
		assert_range(f, "ann", after < 1 ? 2 : 3, 4);
		note.number++;
	}
	assert_kept(f, "ann", 2, "");
	assert_kept(f, "ann", 3, "3:\"x\" 4:\"x\"");
	note.at += 100 * HOUR;
	tell(f, note);
	assert_range(f, "ann", 5, 4);
	close_store(f);
	open_store(f);
	assert_range(f, "ann", 5, 4); /* and goes on with 5 */
}

static void test_no_more_bytes_are_kept(void **state)
{
	struct fixture *f = *state;
	const struct store_telling telling = {.bytes_max = 2000};
	open_telling(f, &telling);
	for (uint64_t number = 1; number <= 100; number++)
		tell_number(f, number);
	struct told_range range = f->store->ops->told(f->store, STR("ann"));
	assert_int_equal(range.last, 100);
	assert_in_range(
		range.first, 85, 99); /* of some 200 bytes each, with all that belongs to it */
	struct told_page page;
	read_from(f, "ann", range.first, &page);
	assert_int_equal(page.count, 100 - range.first + 1);
	told_page_free(&page);
}

static void test_of_a_session_whose_words_are_erased_nothing_is_told_again(void **state)
{
	struct fixture *f = *state;
	struct told_note other = plain;
	open_store(f);
	tell_number(f, 1);
	other.number = 2;
	other.session = STR("s2");
	tell(f, other);
	erase_words(f, "s1");
	assert_kept(f, "ann", 1, "1: 2:\"x\"");
	assert_range(f, "ann", 1, 2);
}

static void test_of_a_run_only_that_session_is_erased(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	tell_much(f);
	tell_number(f, 5);
	erase_words(f, "s1");
	assert_kept(f, "ann", 1, "1: 2:\"x\" 3: 4:\"x\" 5:");
	assert_kept(f, "bob", 1, "1: 2:\"x\" 3: 4:\"x\"");
	assert_int_equal(rows(f, "SELECT count(*) FROM note_run_session WHERE session = 's1'"), 0);
	assert_int_equal(rows(f, "SELECT count(*) FROM note WHERE party <> ''"), 0);
	assert_range(f, "ann", 1, 5);
}

static void test_what_was_made_later_is_kept_unless_it_was_erased(void **state)
{
	struct fixture *f = *state;
	struct told_note stretch = plain, made = {.user = STR("ann"), .number = 1, .is_made = true};
	open_store(f);
	stretch.number = 1;
	stretch.data = STR_NONE;
	stretch.party = STR("p");
	tell(f, stretch);
	assert_kept(f, "ann", 1, "1:");
	made.data = STR("\"made\"");
	tell(f, made);
	assert_kept(f, "ann", 1, "1:\"made\"");
	assert_range(f, "ann", 1, 1);
	made.data = STR("\"again\"");
	tell(f, made);
	assert_kept(f, "ann", 1, "1:\"made\"");
}

/* --- after a crash --------------------------------------------------------------------------------- */

/* ann and bob are told of each contact; the data says of which. */
static void tell_again(void *ctx, const struct core *core, const struct event *events, size_t count,
	void (*keep)(void *keep_ctx, struct told_note *note), void *keep_ctx)
{
	unsigned *commands = ctx;
	for (size_t i = 0; i < count; i++) {
		char data[32];
		struct told_note note = plain;
		snprintf(data, sizeof data, "\"%d\"", (int)events[i].lsn);
		note.data = str_of(data);
		if (event_body(events[i].kind) != BODY_contact)
			continue;
		keep(keep_ctx, &note);
		note.user = STR("bob");
		keep(keep_ctx, &note);
	}
	++*commands;
}

static void copy(const struct fixture *f, const char *from, const char *to)
{
	char command[256];
	snprintf(command, sizeof command, "cp %s/%s %s/%s", f->folder, from, f->folder, to);
	assert_int_equal(system(command), 0);
}

static void remove_file(const struct fixture *f, const char *name)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", f->folder, name);
	assert_int_equal(unlink(path), 0);
}

static void test_what_the_tables_did_not_get_is_told_again_with_the_same_numbers(void **state)
{
	struct fixture *f = *state;
	unsigned commands = 0;
	const struct store_telling telling = {tell_again, &commands, TOLD_BYTES_MAX};
	open_telling(f, &telling);
	tell_number(f, 1);
	close_store(f);
	copy(f, "sotto.db", "before.db");
	open_telling(f, &telling);
	for (uint64_t number = 2; number <= 4; number++)
		tell_number(f, number);
	close_store(f);
	assert_int_equal(commands, 0);
	copy(f, "before.db", "sotto.db");
	open_telling(f, &telling);
	assert_int_equal(commands, 3);
	assert_range(f, "ann", 1, 4);
	assert_range(f, "bob", 1, 3);
	assert_kept(f, "ann", 1, "1:\"x\" 2:\"3\" 3:\"4\" 4:\"5\"");
	assert_kept(f, "bob", 1, "1:\"3\" 2:\"4\" 3:\"5\"");
	close_store(f);
	open_telling(f, &telling);
	assert_int_equal(commands, 3);
	assert_range(f, "ann", 1, 4);
}

/* A process that was killed before the first rows were written. */
static void test_empty_tables_are_not_lost_ones(void **state)
{
	struct fixture *f = *state;
	unsigned commands = 0;
	const struct store_telling telling = {tell_again, &commands, TOLD_BYTES_MAX};
	open_telling(f, &telling);
	copy(f, "sotto.db", "before.db");
	tell_number(f, 1);
	close_store(f);
	copy(f, "before.db", "sotto.db");
	open_telling(f, &telling);
	assert_int_equal(commands, 2); /* the centre's and ann's */
	assert_range(f, "ann", 1, 1);
}

/* Nobody knows any more what was told: whoever comes with an old number is sent to read. */
static void test_where_the_tables_are_lost_the_numbers_go_on_beyond(void **state)
{
	struct fixture *f = *state;
	unsigned commands = 0;
	const struct store_telling telling = {tell_again, &commands, TOLD_BYTES_MAX};
	open_telling(f, &telling);
	tell_number(f, 1);
	tell_number(f, 2);
	close_store(f);
	remove_file(f, "sotto.db");
	uint64_t base = TOLD_LOST_BASE(f->sample.lsn);
	for (int again = 0; again <= 1; again++) {
		open_telling(f, &telling);
		assert_range(f, "ann", base + 1, base);
		assert_range(f, "cho", base + 1, base);
		close_store(f);
	}
	open_telling(f, &telling);
	tell_number(f, base + 1);
	assert_range(f, "ann", base + 1, base + 1);
	assert_kept(f, "ann", base + 1, "30001:\"x\"");
	assert_int_equal(commands, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_user_has_what_it_was_told),
		TEST(test_what_is_told_at_once_is_few_rows),
		TEST(test_whose_numbers_follow_anothers_has_rows_of_its_own),
		TEST(test_a_run_goes_as_a_whole),
		TEST(test_a_run_is_not_long),
		TEST(test_notes_of_before_are_told_on),
		TEST(test_a_page_is_bounded),
		TEST(test_a_page_ends_behind_what_is_made_when_it_is_told),
		TEST(test_after_a_day_it_goes),
		TEST(test_no_more_bytes_are_kept),
		TEST(test_of_a_session_whose_words_are_erased_nothing_is_told_again),
		TEST(test_of_a_run_only_that_session_is_erased),
		TEST(test_what_was_made_later_is_kept_unless_it_was_erased),
		TEST(test_what_the_tables_did_not_get_is_told_again_with_the_same_numbers),
		TEST(test_empty_tables_are_not_lost_ones),
		TEST(test_where_the_tables_are_lost_the_numbers_go_on_beyond),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
