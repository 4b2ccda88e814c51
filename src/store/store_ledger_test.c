/* store_ledger_test.c - the monitoring ledger: written with its events, never changed, and verified. */
#include "store/sqlite_ledger.h"
#include "store/store_fixture.h"
#include "store/store_mem.h"

#include <stdlib.h>

/* --- acts --------------------------------------------------------------------------------------- */

static void add(struct fixture *f, enum event_kind kind, const void *body)
{
	sample_add(&f->sample, event_body(kind), body);
	f->sample.events[f->sample.count - 1].kind = kind;
}

/* Sam watches the nth session of ana's from `kind` on; where joined, was in it. */
static void add_sam(struct fixture *f, enum event_kind kind, unsigned nth, bool joined)
{
	union any_body body;
	sample_body(&f->sample, BODY_party, nth, 0, &body);
	body.party.kind = PARTY_SUPERVISOR;
	body.party.user = STR("sam");
	body.party.watched = STR("ana");
	body.party.supervision = SUPERVISION_MONITOR;
	body.party.joined = joined;
	add(f, kind, &body);
}

/* A closed store in whose ledger five rows are: an order, and one session from the offer to its end. */
static void fill(struct fixture *f)
{
	union any_body body;
	open_store(f);
	sample_add_centre(&f->sample);
	sample_body(&f->sample, BODY_registration, 1, 0, &body);
	body.registration.supervisor = STR("sam");
	body.registration.agent = STR("ana");
	body.registration.supervision = SUPERVISION_MONITOR;
	body.registration.on = ORDER_ON_AGENT;
	body.registration.reason = STR("New here");
	add(f, EV_REGISTRATION_STARTED, &body);
	add_sam(f, EV_PARTY_WAS_INVITED, 1, false);
	append(f);
	sample_add_nth(&f->sample, BODY_contact, 1, 0);
	add_sam(f, EV_PARTY_JOINED, 1, true);
	append(f);
	close_store(f);
	open_store(f); /* goes on from where it was */
	add_sam(f, EV_PARTY_FINISHED, 1, true);
	body.registration.active = 0;
	add(f, EV_REGISTRATION_ENDED, &body);
	append(f);
	close_store(f);
}

/* --- reading ------------------------------------------------------------------------------------ */

static void put_entry(struct buf *out, const struct ledger_entry *e)
{
	buf_printf(out, "%llu %llu %.*s %.*s %.*s %.*s %.*s %.*s %.*s %.*s%s%.*s\n",
		(unsigned long long)e->serial, (unsigned long long)e->lsn, STR_ARGS(e->act),
		STR_ARGS(e->supervisor), STR_ARGS(e->agent), STR_ARGS(e->session),
		STR_ARGS(e->mode), STR_ARGS(e->disclosure), STR_ARGS(e->cause), STR_ARGS(e->asker),
		e->reason.len ? ", " : "", STR_ARGS(e->reason));
}

static void read_ledger(struct fixture *f, struct buf *out)
{
	struct db db;
	struct ledger_reader reader;
	struct ledger_entry entry;
	int code;
	out->len = 0;
	assert_int_equal(db_open_to_read(&db, str_of(f->folder), JOURNAL_NAME), SQLITE_OK);
	assert_int_equal(ledger_reader_begin(&reader, &db, STR("name1")), SQLITE_OK);
	while ((code = ledger_reader_next(&reader, &entry)) == SQLITE_ROW)
		put_entry(out, &entry);
	assert_int_equal(code, SQLITE_DONE);
	ledger_reader_end(&reader);
	db_close(&db);
}

#define FIVE_ROWS                                                                                  \
	"1 2 Ordered sam ana  Monitor silent SEND_MESSAGE user2, New here\n"                       \
	"2 3 Offered sam ana id1 Monitor icon SEND_MESSAGE user3\n"                                \
	"3 5 Began sam ana id1 Monitor icon SEND_MESSAGE user5\n"                                  \
	"4 6 Ended sam ana id1 Monitor icon SEND_MESSAGE user6\n"                                  \
	"5 7 OrderEnded sam ana  Monitor silent SEND_MESSAGE user7, New here\n"

static enum err verify(struct fixture *f, struct store_verified *found)
{
	f->got.len = 0;
	return store_verify(str_of(f->folder), &f->got, found);
}

static void assert_sound(struct fixture *f, unsigned rows)
{
	struct store_verified found;
	if (verify(f, &found) != OK)
		fail_msg("%.*s", STR_ARGS(buf_str(&f->got)));
	assert_int_equal(found.ledger, rows);
}

static void assert_broken(struct fixture *f, const char *line)
{
	struct store_verified found;
	assert_int_not_equal(verify(f, &found), OK);
	assert_text(&f->got, line);
}

/* --- tests -------------------------------------------------------------------------------------- */

static void who_watched_whom_is_written_with_the_events(void **state)
{
	struct fixture *f = *state;
	fill(f);
	read_ledger(f, &f->got);
	assert_text(&f->got, FIVE_ROWS);
	assert_sound(f, 5);
}

static void nothing_is_in_it_where_nobody_watches(void **state)
{
	struct fixture *f = *state;
	union any_body body;
	open_store(f);
	sample_add_centre(&f->sample);
	sample_body(&f->sample, BODY_party, 1, 0, &body);
	body.party.kind = PARTY_AGENT;
	add(f, EV_PARTY_JOINED, &body);
	append(f);
	close_store(f);
	assert_sound(f, 0);
}

static void it_is_never_changed(void **state)
{
	struct fixture *f = *state;
	static const char *const slips[] = {
		"UPDATE ledger SET agent = 'ben'", "DELETE FROM ledger WHERE serial = 5"};
	fill(f);
	for (size_t i = 0; i < 2; i++) {
		struct db db;
		assert_int_equal(
			db_open(&db, str_of(f->folder), JOURNAL_NAME, DB_WRITE), SQLITE_OK);
		assert_int_equal(db_exec(&db, slips[i]), SQLITE_CONSTRAINT_TRIGGER);
		db_close(&db);
	}
	assert_sound(f, 5);
}

#define UNLOCK "DROP TRIGGER IF EXISTS ledger_unchanged; DROP TRIGGER IF EXISTS ledger_kept;"

static void the_first_row_that_is_not_what_was_written_is_named(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *sql, *line;
	} changes[] = {
		{"UPDATE ledger SET agent = 'ben' WHERE serial >= 3",
			"the ledger: row 3: is not what was written\n"},
		{"UPDATE ledger SET at = at + 1 WHERE serial = 1",
			"the ledger: row 1: is not what was written\n"},
		{"UPDATE ledger SET disclosure = 'report' WHERE serial = 4",
			"the ledger: row 4: is not what was written\n"},
		{"UPDATE ledger SET chain = x'00' WHERE serial = 2",
			"the ledger: row 2: is not what was written\n"},
		{"DELETE FROM ledger WHERE serial = 2", "the ledger: row 2: is missing\n"},
		{"DELETE FROM ledger WHERE serial >= 4", "the ledger: row 4: is missing\n"},
		{"DELETE FROM ledger", "the ledger: row 1: is missing\n"},
	};
	fill(f);
	sample_sql(f->folder, "journal.db", UNLOCK "CREATE TABLE copied AS SELECT * FROM ledger");
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		sample_sql(f->folder, "journal.db", changes[i].sql);
		assert_broken(f, changes[i].line);
		sample_sql(f->folder, "journal.db",
			"DELETE FROM ledger; INSERT INTO ledger SELECT * FROM copied");
	}
	assert_sound(f, 5);
}

/* Whoever can write the file can write a new chain as well; the journal says otherwise all the same. */
static void append_forged(struct fixture *f, struct ledger_entry entry, const char *before)
{
	struct journal journal;
	struct buf why = {0};
	sample_sql(f->folder, "journal.db", before);
	assert_int_equal(sqlite_journal_open(&journal, str_of(f->folder), 0, &why), OK);
	entry.serial = journal.ledger.serial + 1;
	ledger_add(&journal.ledger, &entry);
	entry.chain = chain_str(&journal.ledger.chain);
	assert_int_equal(journal.ops->note(journal.db, &entry), 0);
	journal_close(&journal);
	buf_free(&why);
}

static void a_forged_row_with_a_chain_of_its_own_is_found(void **state)
{
	struct fixture *f = *state;
	const struct ledger_entry forged = {.centre = STR("name1"),
		.lsn = 7,
		.at = 1000007,
		.act = STR("OrderEnded"),
		.supervisor = STR("tom"),
		.agent = STR("ana"),
		.mode = STR("Monitor"),
		.disclosure = STR("silent"),
		.cause = STR("SEND_MESSAGE"),
		.asker = STR("user7")};
	fill(f);
	append_forged(f, forged, UNLOCK);
	assert_broken(f, "the ledger: row 6: the journal knows of no such act\n");
	append_forged(f, forged, "DELETE FROM ledger WHERE serial > 4");
	assert_broken(f, "the ledger: row 5: is not what the journal says\n");
}

static void a_journal_from_before_there_was_one_gets_it_once(void **state)
{
	struct fixture *f = *state;
	fill(f);
	sample_sql(
		f->folder, "journal.db", UNLOCK "DELETE FROM ledger; UPDATE owner SET ledger = 0");
	open_store(f);
	close_store(f);
	read_ledger(f, &f->got);
	assert_text(&f->got, FIVE_ROWS);
	assert_sound(f, 5);
	open_store(f);
	close_store(f);
	assert_sound(f, 5);
}

/* --- what a reader is given --------------------------------------------------------------------- */

static void read_page(struct store *store, const struct ledger_query *query, struct buf *out)
{
	struct ledger_page *page = mem_new(sizeof *page);
	struct ledger_source *source = store->ops->ledger(store);
	assert_int_equal(source->read(source, query, page), OK);
	source->free(source);
	for (size_t i = 0; i < page->count; i++) {
		const struct ledger_told *row = &page->rows[i];
		buf_printf(out, "%lld %lld %.*s %.*s %.*s %.*s\n", (long long)row->at,
			(long long)row->since, STR_ARGS(row->act), STR_ARGS(row->supervisor),
			STR_ARGS(row->agent), STR_ARGS(row->session));
	}
	ledger_page_free(page);
	free(page);
}

/* Sam watches ana in session 1, where ben works too, and in session 2. */
static void add_two_sessions(struct fixture *f)
{
	union any_body body;
	sample_add_centre(&f->sample);
	sample_body(&f->sample, BODY_party, 3, 0, &body);
	body.party.kind = PARTY_AGENT;
	body.party.user = STR("ben");
	add(f, EV_PARTY_JOINED, &body);
	for (unsigned nth = 1; nth <= 2; nth++) {
		sample_body(&f->sample, BODY_party, nth, 0, &body);
		body.party.kind = PARTY_SUPERVISOR;
		body.party.user = STR("sam");
		body.party.watched = STR("ana");
		body.party.session = nth == 1 ? STR("id1") : STR("id2");
		body.party.joined = 1;
		add(f, EV_PARTY_JOINED, &body);
		add(f, EV_PARTY_FINISHED, &body);
	}
}

#define SECOND_SESSION                                                                             \
	"1000005 0 Began sam ana id2\n"                                                            \
	"1000006 1000005 Ended sam ana id2\n"
#define BOTH_SESSIONS                                                                              \
	"1000003 0 Began sam ana id1\n"                                                            \
	"1000004 1000003 Ended sam ana id1\n" SECOND_SESSION

static void assert_readers_are_given_what_is_theirs(struct fixture *f)
{
	const struct str second[] = {STR("id2")};
	const struct {
		struct ledger_query query;
		const char *expected;
	} readings[] = {
		{{.reader = STR("otto"), .limit = 9}, BOTH_SESSIONS},
		{{.reader = STR("otto"), .limit = 9, .from = {1000005, 0}}, SECOND_SESSION},
		{{.reader = STR("ana"), .limit = 9}, ""},
		{{.reader = STR("ben"), .limit = 9}, SECOND_SESSION},
		{{.reader = STR("ben"), .limit = 9, .sessions = second, .session_count = 1}, ""},
	};
	for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
		f->got.len = 0;
		read_page(f->store, &readings[i].query, &f->got);
		assert_text(&f->got, readings[i].expected);
	}
}

static void readers_are_given_what_is_not_of_their_own_work(void **state)
{
	struct fixture *f = *state;
	open_store(f);
	add_two_sessions(f);
	append(f);
	store_sqlite_settle(f->store, true);
	assert_readers_are_given_what_is_theirs(f);
	close_store(f);
	f->sample.lsn = 0;
	f->store = store_mem_open(&f->loop.loop, 0);
	add_two_sessions(f);
	append(f);
	assert_readers_are_given_what_is_theirs(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_watched_whom_is_written_with_the_events),
		TEST(nothing_is_in_it_where_nobody_watches),
		TEST(it_is_never_changed),
		TEST(the_first_row_that_is_not_what_was_written_is_named),
		TEST(a_forged_row_with_a_chain_of_its_own_is_found),
		TEST(a_journal_from_before_there_was_one_gets_it_once),
		TEST(readers_are_given_what_is_not_of_their_own_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
