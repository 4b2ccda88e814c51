/* store_journals_test.c - data folders that earlier programs left (test/journals) are read by this one. */
#include "core/model/watching.h"
#include "store/store_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define JOURNALS "test/journals"

static void read_file(const char *path, struct buf *text)
{
	FILE *in = fopen(path, "re");
	size_t n = 1;
	if (!in)
		fail_msg("%s cannot be opened", path);
	while (n > 0) {
		n = fread(buf_reserve(text, 65536), 1, 65536, in);
		text->len += n;
	}
	fclose(in);
	buf_put_byte(text, '\0');
}

static void restore_file(const char *folder, const char *journal, const char *name)
{
	char path[256], file[32];
	struct buf sql = {0};
	snprintf(path, sizeof path, "%s/%s/%s/%s.sql", getenv("SOTTO_SOURCES"), JOURNALS, journal,
		name);
	snprintf(file, sizeof file, "%s.db", name);
	read_file(path, &sql);
	sample_sql(folder, file, sql.at);
	buf_free(&sql);
}

static enum delivery delivery_of(const struct core *core, uint64_t serial)
{
	const struct outbound *out = core_outbound(core, serial);
	assert_non_null(out);
	return out->message ? out->message->delivery : out->parts->b.state;
}

static void assert_people(const struct core *core)
{
	const struct user *ana = core_user_by_name(core, STR("ana")),
			  *sam = core_user_by_name(core, STR("sam"));
	assert_non_null(ana);
	assert_int_equal(ana->agent.state, AGENT_READY);
	assert_non_null(sam->orders);
	assert_ptr_equal(sam->orders->agent, ana);
	assert_int_equal(contact_body(core_contact(core, STR("+420600120103"))).opted_out, 1);
	assert_non_null(core_session(core, STR("CB90NTB7NU5ZT43V")));
	assert_null(core_session(core, STR("COZ2HA8MRMG79R2W"))); /* over */
}

/* Texts 1 to 6: delivered, sent, given up, lost once, on their way (the last one with 1 of 3 parts). */
static void assert_texts(const struct core *core)
{
	static const enum delivery expected[] = {DELIVERY_DELIVERED, DELIVERY_SENT,
		DELIVERY_UNCERTAIN, DELIVERY_UNCERTAIN, DELIVERY_QUEUED, DELIVERY_QUEUED};
	const struct link *link = core_link(core, STR("l0"));
	for (uint64_t serial = 1; serial <= 6; serial++)
		assert_int_equal(delivery_of(core, serial), expected[serial - 1]);
	assert_false(core_outbound(core, 3)->is_unsent);
	assert_true(core_outbound(core, 4)->is_unsent);
	assert_true(core_part_is_answered(core_outbound(core, 6), 2));
	assert_int_equal(link->segment_count, 1);
	/* It says not how far the link was written to: as far as its window goes. */
	assert_int_equal(link->sending.parts, link->b.window);
	assert_int_equal(core->settings[SETTING_REPEAT_MAX], 3);
}

/* Opens a copy of it, asks about the core, verifies what is left. */
static struct store_verified read_journal(const char *journal, void (*ask)(const struct core *core))
{
	char *folder = sample_folder();
	struct sample_loop loop;
	struct buf why = {0};
	struct store_verified found;
	restore_file(folder, journal, "journal");
	restore_file(folder, journal, "sotto");
	sample_loop_init(&loop);
	struct store *store = sample_open(&loop, folder, &STORE_TUNING);
	struct core *core = core_new();
	assert_int_equal(store->ops->load(store, core), OK);
	core_check(core);
	ask(core);
	core_free(&core);
	store->ops->close(&store);
	assert_int_equal(store_verify(str_of(folder), &why, &found), OK);
	assert_text(&why, "");
	buf_free(&why);
	sample_folder_remove(&folder);
	return found;
}

static void ask_first(const struct core *core)
{
	assert_people(core);
	assert_texts(core);
}

static void a_journal_of_before_the_settings_is_read(void **state)
{
	struct store_verified found = read_journal("first", ask_first);
	assert_int_equal(found.unchained, found.events); /* it knows no chain */
}

/* Text 4 had still to leave as its session ended; the tables stand before the last two commands. */
static void ask_second(const struct core *core)
{
	const struct contact *into = core_contact(core, STR("420600112301"));
	const struct outbound *out = core_outbound(core, 4);
	assert_ptr_equal(core_contact(core, STR("600112301")), into);
	assert_non_null(into->open->contact_next); /* its own session and the merged one's */
	assert_null(out->message);
	assert_true(out->is_unsent);
	assert_true(str_is(core_outbound_text(out), "Still to leave"));
	assert_true(str_starts(core_outbound_text(core_outbound(core, 3)), STR("You will get no")));
	assert_int_equal(contact_body(core_contact(core, STR("15551000002"))).opted_out, 1);
}

static void a_journal_with_a_chain_and_an_erased_row_is_read(void **state)
{
	struct store_verified found = read_journal("second", ask_second);
	assert_int_equal(found.events, 68);
	assert_int_equal(found.unchained, 0);
	assert_int_equal(found.erased, 1);
	assert_int_equal(strlen(found.head), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_journal_of_before_the_settings_is_read),
		cmocka_unit_test(a_journal_with_a_chain_and_an_erased_row_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
