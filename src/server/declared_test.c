/* declared_test.c - each kind of change of the file, and what is said of it. */
#include "core/core_fixture.h"
#include "core/model/watching.h"
#include "server/declared.h"

/* What core_fixture's centre was declared with. */
#define FILE_TEXT                                                                                  \
	"bootstrap:\n"                                                                             \
	"  centre: demo\n"                                                                         \
	"  agents: {capacity: 4}\n"                                                                \
	"  sms: {receipt-window: 172800, stop-reply: stopped, start-reply: started, help-reply: "  \
	"help}\n"                                                                                  \
	"  links:\n"                                                                               \
	"    - {name: m1, host: 127.0.0.1, port: 2775, system-id: s, password: p}\n"               \
	"  queues:\n"                                                                              \
	"    - {name: support, number: \"5000\", link: m1}\n"                                      \
	"    - {name: sales, number: \"6000\", link: m1}\n"

/* A file in which one thing is another, or nothing where `is` is NULL. */
static struct config *file_with(const char *was, const char *is)
{
	struct config *config;
	struct buf text = {0}, why = {0};
	const char *at = was ? strstr(FILE_TEXT, was) : NULL;
	if (was) {
		assert_non_null(at);
		buf_put(&text, str_from(FILE_TEXT, (size_t)(at - FILE_TEXT)));
		buf_puts(&text, is);
		buf_puts(&text, at + strlen(was));
	} else {
		buf_puts(&text, FILE_TEXT);
	}
	if (config_parse(STR("file"), buf_str(&text), &config, &why))
		fail_msg("%.*s", STR_ARGS(buf_str(&why)));
	buf_free(&text);
	return config;
}

/* All that is said, a line each; what is refused with its reason. */
static void tell(struct buf *out, const struct declared *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (!d->steps[i].says.len)
			continue;
		buf_printf(out, "%.*s", STR_ARGS(d->steps[i].says));
		if (d->steps[i].refused.len)
			buf_printf(out, ": %.*s", STR_ARGS(d->steps[i].refused));
		buf_put_byte(out, '\n');
	}
	for (size_t i = 0; i < d->warning_count; i++)
		buf_printf(out, "warning: %.*s\n", STR_ARGS(d->warnings[i]));
	buf_put_byte(out, '\0');
}

static void assert_difference(
	struct centre *c, const char *was, const char *is, const char *expected)
{
	struct config *config = file_with(was, is);
	struct declared declared = {0};
	struct buf said = {0};
	declared_difference(&declared, c->core, config);
	tell(&said, &declared);
	assert_string_equal(said.at, expected);
	buf_free(&said);
	declared_free(&declared);
	config_free(&config);
}

static void apply(struct centre *c, const char *was, const char *is)
{
	struct config *config = file_with(was, is);
	struct declared declared = {0};
	struct buf why = {0};
	declared_difference(&declared, c->core, config);
	assert_false(declared_is_refused(&declared, &why));
	for (size_t i = 0; i < declared.count; i++)
		must(c, declared.steps[i].command);
	declared_free(&declared);
	config_free(&config);
}

static int setup_declared(void **state)
{
	setup(state);
	apply(*state, NULL, NULL);
	return 0;
}

#define RULE  "  supervision: {rules: [{name: law, words: [a], "
#define LINK  "    - {name: m1, host: 127.0.0.1, port: 2775, system-id: s, password: p}\n"
#define SALES "    - {name: sales, number: \"6000\", link: m1}\n"

static const struct {
	const char *was, *is, *said;
} rows[] = {
	{NULL, NULL, ""},
	{"capacity: 4", "capacity: 6", "agents.capacity is 6 (was 4)\n"},
	{"capacity: 4", "capacity: 6, on-logout: keep",
		"agents.capacity is 6 (was 4), agents.on-logout is keep (was requeue)\n"},
	{"capacity: 4", "lost-after: 60", "agents.lost-after is 60 (was 120)\n"},
	{"stop-reply: stopped", "stop-reply: ended", "sms.stop-reply is 'ended' (was 'stopped')\n"},
	{"stop-reply: stopped", "stop-reply: stopped, stop-words: [BASTA]",
		"sms.stop-words are others\n"},
	{"stop-reply: stopped", "stop-reply: stopped, repeat-max: 5",
		"sms.repeat-max is 5 (was 3)\n"},
	{"  agents:", "  optout: {scope: number}\n  agents:",
		"optout.scope is number (was centre)\n"},
	{"centre: demo", "centre: other",
		"centre is 'other' (was 'demo'): a centre keeps its name: is it another one's "
		"data-dir?\n"},
	{"  agents:", "  smpp: {receive-window: 20}\n  agents:",
		"smpp.receive-window is 20 (was 10): smpp.receive-window stays as it was when the "
		"first link was added\n"},
	{"password: p", "password: q", "link 'm1': password is another one\n"},
	{"host: 127.0.0.1, port: 2775", "host: smsc.example.org, port: 2776",
		"link 'm1': host is 'smsc.example.org' (was '127.0.0.1'), port is 2776 (was "
		"2775)\n"},
	{"password: p", "password: p, throughput: 20, bind: transmitter+receiver, country: CZ",
		"link 'm1': country is 420 (was 0)\nlink 'm1': throughput is 20 (was 0)\n"
		"link 'm1': bind is transmitter+receiver (was transceiver)\n"},
	{"password: p", "password: p, source-ton: 5",
		"link 'm1': source-ton is 5 (was by the number's form)\n"},
	{LINK, LINK "    - {name: m2, host: h, port: 1, throughput: 9}\n", "link 'm2' is new\n"},
	{SALES, "", "queue 'sales', number 6000, is gone\n"},
	{SALES, SALES "    - {name: third, number: \"7000\", link: m1}\n",
		"queue 'third', number 7000, is new\n"},
	{"  links:",
		"  canned-responses:\n    - {name: hello, text: Hi, queue: sales}\n"
		"  dispositions: [sold, lost]\n  links:",
		"canned-response 'hello' is new\ndisposition 'sold' is new\n"
		"disposition 'lost' is new\n"},
	{"number: \"6000\"", "number: \"6001\"", "queue 'sales': number is 6001 (was 6000)\n"},
	{"number: \"5000\"", "number: \"5001\"",
		"queue 'support': number is 5001 (was 5000): 1 session is open under its number\n"},
	{"    - {name: support, number: \"5000\", link: m1}\n", "",
		"queue 'support', number 5000, is gone: 1 session is open under its number\n"},
	{"  sms:", RULE "texts: agent}]}\n  sms:", "rule 'law' is new\n"},
	{"  links:", "  users:\n    - {name: ana, password: x}\n  links:", ""},
	{"  links:",
		"  users:\n    - {name: ana, first-name: Ana, roles: [supervisor], sms: no, "
		"password: "
		"x}\n  links:",
		"warning: user 'ana': the store has other roles, first-name, sms than the file, "
		"and "
		"counts (sotto user set)\n"},
	{"  links:", "  users:\n    - {name: bob, password: x}\n  links:",
		"warning: user 'bob' is in the file and not in the store (sotto user add)\n"},
	{"  links:", "  users:\n    - {name: ana, queues: [sales], password: x}\n  links:",
		"warning: user 'ana': the store has no queue 'sales' as the file says (sotto "
		"assign)\n"},
};

static void test_what_differs_is_said(void **state)
{
	struct centre *c = *state;
	writes(c, "+49151", "hello");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_difference(c, rows[i].was, rows[i].is, rows[i].said);
}

static bool is_refused(const char *said)
{
	return strstr(said, "under its number") || strstr(said, "stays as") ||
	       strstr(said, "keeps its name");
}

/* What a rule looks for is changed, in one word, and taken away. */
static void test_a_rule_changes_and_goes(void **state)
{
	struct centre *c = *state;
	apply(c, "  sms:", RULE "texts: agent}]}\n  sms:");
	assert_difference(c,
		"  sms:", RULE "texts: both}]}\n  sms:", "rule 'law': texts is both (was agent)\n");
	assert_difference(c,
		"  sms:", "  supervision: {rules: [{name: law, words: [b], texts: agent}]}\n  sms:",
		"rule 'law': words are others\n");
	assert_difference(c,
		"  sms:", "  supervision: {rules: [{name: law, reply-after: 9}]}\n  sms:",
		"rule 'law': what it looks for is reply-after (was words)\n");
	apply(c, "  sms:", "  supervision: {rules: [{name: law, reply-after: 9}]}\n  sms:");
	assert_difference(c,
		"  sms:", "  supervision: {rules: [{name: law, reply-after: 8}]}\n  sms:",
		"rule 'law': reply-after is 8 (was 9)\n");
	/* Without a list they are administrators'. */
	assert_difference(c, NULL, NULL, "");
	const char *other = "  supervision: {rules: [{name: lost, undelivered: yes}]}\n  sms:";
	assert_difference(c, "  sms:", other, "rule 'law' is gone\nrule 'lost' is new\n");
	apply(c, "  sms:", other);
	assert_null(core_rule(c->core, STR("law")));
	assert_difference(c, "  sms:", other, "");
}

static void test_what_was_done_is_no_difference_any_more(void **state)
{
	struct centre *c = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (is_refused(rows[i].said) || strstr(rows[i].said, "warning"))
			continue;
		apply(c, rows[i].was, rows[i].is);
		assert_difference(c, rows[i].was, rows[i].is, "");
		apply(c, NULL, NULL);
		assert_difference(c, NULL, NULL, "");
	}
}

static void test_numbers_change_places(void **state)
{
	struct centre *c = *state;
	static const char swapped[] = "    - {name: support, number: \"6000\", link: m1}\n"
				      "    - {name: sales, number: \"5000\", link: m1}\n";
	apply(c, "    - {name: support, number: \"5000\", link: m1}\n" SALES, swapped);
	assert_true(str_is(core_queue_by_number(c->core, STR("5000"))->b.name, "sales"));
	assert_true(str_is(core_queue_by_number(c->core, STR("6000"))->b.name, "support"));
}

static void test_a_link_with_texts_to_send_stays(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+49151", "hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	ana_sends(c);
	assert_difference(c,
		"  links:\n" LINK "  queues:\n    - {name: support, number: \"5000\", link: m1}\n  "
		"  - {name: sales, number: \"6000\", link: m1}\n",
		"  links:\n    - {name: m2, host: h, port: 1}\n  queues:\n    - {name: support, "
		"number: \"5000\", link: m2}\n    - {name: sales, number: \"6000\", link: m2}\n",
		"link 'm2' is new\nqueue 'support': link is m2 (was m1)\nqueue 'sales': link is m2 "
		"(was m1)\nlink 'm1' is gone: 1 text has still to leave by it\n");
}

static void test_a_link_that_was_removed_comes_back_as_the_file_says(void **state)
{
	struct centre *c = *state;
	static const char second[] = LINK "    - {name: m2, host: h, port: 1, throughput: 9}\n";
	apply(c, LINK, second);
	apply(c, NULL, NULL);
	assert_false(core_has_link(c->core, STR("m2")));
	apply(c, LINK, LINK "    - {name: m2, host: h, port: 1}\n");
	assert_int_equal(core_link(c->core, STR("m2"))->settings[SETTING_THROUGHPUT], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_declared, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_differs_is_said),
		TEST(test_a_rule_changes_and_goes),
		TEST(test_what_was_done_is_no_difference_any_more),
		TEST(test_numbers_change_places),
		TEST(test_a_link_with_texts_to_send_stays),
		TEST(test_a_link_that_was_removed_comes_back_as_the_file_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
