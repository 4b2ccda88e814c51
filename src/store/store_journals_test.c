/* store_journals_test.c - data folders that earlier programs left (test/journals) are read by this one. */
#include "core/registration.h"
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

static void restore(const char *folder, const char *name)
{
	char path[256], file[32];
	struct buf sql = {0};
	snprintf(path, sizeof path, "%s/%s/first/%s.sql", getenv("SOTTO_SOURCES"), JOURNALS, name);
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
	assert_int_equal(core_contact(core, STR("+420600120103"))->b.opted_out, 1);
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

static void a_journal_of_before_the_settings_is_read(void **state)
{
	char *folder = sample_folder();
	struct sample_loop loop;
	struct buf why = {0};
	struct store_verified found;
	(void)state;
	restore(folder, "journal");
	restore(folder, "sotto");
	sample_loop_init(&loop);
	struct store *store = sample_open(&loop, folder, &STORE_TUNING);
	struct core *core = core_new();
	assert_int_equal(store->ops->load(store, core), OK);
	core_check(core);
	assert_people(core);
	assert_texts(core);
	core_free(&core);
	store->ops->close(&store);
	assert_int_equal(store_verify(str_of(folder), &why, &found), OK);
	assert_text(&why, "");
	buf_free(&why);
	sample_folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_journal_of_before_the_settings_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
