/* core_test.c - what a command is part of, and anything in any order: the rules as sentences, on the core alone. */
#include "core/core_fixture.h"
#include "core/rules/access.h"
#include "core/model/reader.h"
#include "core/model/watching.h"

static void assert_all_caused(const struct centre *c, unsigned kind, struct str asker)
{
	assert_true(c->outcome.count > 1);
	for (size_t i = 0; i < c->outcome.count; i++) {
		const struct cause *cause = c->outcome.events[i].cause;
		assert_int_equal(cause->command, c->outcome.events[0].lsn);
		assert_int_equal(cause->kind, kind);
		assert_true(str_eq(cause->asker, asker));
	}
}

static void test_each_event_knows_its_command_and_who_asked(void **state)
{
	struct centre *c = *state;
	ready(c, c->ana);
	writes(c, "+1", "Hello");
	assert_all_caused(c, CAUSE_RECEIVE_SMS, STR("link"));
	must(c, (struct command) {.kind = CMD_ACCEPT,
			.caller = c->ana,
			.session = session_of(c->ana),
			.reference = 17});
	assert_all_caused(c, CAUSE_ACCEPT, c->ana->b.id);
	assert_int_equal(c->outcome.events[1].cause->reference, 17);
	ready(c, c->ben);
	writes(c, "+2", "Hello");
	assert_int_equal(c->outcome.events[0].cause->reference, 0);
	outcome_reset(&c->outcome);
	c->now += 60000;
	assert_true(core_tick(c->core, c->now, 0, &c->outcome)); /* nobody accepted */
	assert_all_caused(c, CAUSE_DEADLINE, STR("server"));
	keep(c);
}

/* Two in one outcome, as where one is not told before the next one comes. */
static void test_commands_of_one_outcome_stay_apart(void **state)
{
	struct centre *c = *state;
	const struct command came = {.kind = CMD_START_AGENT, .caller = c->ana};
	const struct command left = {.kind = CMD_STOP_AGENT, .caller = c->ana};
	outcome_reset(&c->outcome);
	assert_int_equal(core_apply(c->core, &came, ++c->now, &c->outcome), OK);
	size_t first = c->outcome.count;
	assert_int_equal(core_apply(c->core, &left, ++c->now, &c->outcome), OK);
	assert_true(c->outcome.count > first);
	assert_int_equal(c->outcome.events[0].cause->kind, CAUSE_START_AGENT);
	assert_int_equal(c->outcome.events[first].cause->kind, CAUSE_STOP_AGENT);
	assert_int_equal(c->outcome.events[first].cause->command, c->outcome.events[first].lsn);
	keep(c);
}

static void test_causes_have_names(void **state)
{
	assert_string_equal(cause_name(CAUSE_SEND_MESSAGE), "SEND_MESSAGE");
	assert_string_equal(cause_name(CAUSE_WAKE), "WAKE");
	assert_string_equal(cause_name(CAUSE_UNKNOWN), "UNKNOWN");
	assert_string_equal(cause_name(CAUSE_ADD_CHOICE), "ADD_CHOICE");
	assert_null(cause_name(CAUSE_NUMBER_END - 1));
	assert_null(cause_name(CAUSE_NUMBER_END));
	assert_null(cause_name(CAUSE_DEADLINE - 1));
}

static void test_a_setting_has_its_default_until_it_is_changed(void **state)
{
	struct centre *c = *state;
	struct body_setting body = {.name = STR("sms.repeat-max"), .value = 7};
	struct command change = {.kind = CMD_CHANGE_SETTING, .setting = &body};
	assert_int_equal(c->core->settings[SETTING_REPEAT_MAX], 3);
	must(c, change);
	assert_int_equal(c->core->settings[SETTING_REPEAT_MAX], 7);
	body.name = STR("of-another-program");
	must(c, change); /* kept, and nothing follows from it */
	body.link = STR("nowhere");
	assert_int_equal(run(c, change), ERR_NOT_FOUND);
}

/* --- anything in any order ---------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Of command.def all but these: what sets a centre up, what needs a text, a part or a row that there is, and what would
 * soon leave one customer of six; store_core_test has them. */
static const enum command_kind elsewhere[] = {CMD_CREATE_CENTRE, CMD_ADD_USER, CMD_CHANGE_PASSWORD,
	CMD_CHANGE_CENTRE, CMD_CHANGE_LINK, CMD_REMOVE_LINK, CMD_CHANGE_QUEUE, CMD_REMOVE_QUEUE,
	CMD_CHANGE_USER, CMD_REMOVE_USER, CMD_CHANGE_OWN_PASSWORD, CMD_CHANGE_ROLES, CMD_ASSIGN,
	CMD_ADD_TOKEN, CMD_REVOKE_TOKEN, CMD_ADD_CHOICE, CMD_CHANGE_CHOICE, CMD_REMOVE_CHOICE,
	CMD_NOTE_ADDRESS, CMD_ADD_LINK, CMD_ADD_QUEUE, CMD_CHANGE_SETTING, CMD_MERGE_CONTACT,
	CMD_DECIDE_OPT_OUT, CMD_REFUSE_TEXTS, CMD_HOLD_SEGMENT, CMD_MATCH_REDELIVERY,
	CMD_SETTLE_INBOUND, CMD_SMS_ANSWERED, CMD_SEND_WITHIN, CMD_CHANGE_TURN, CMD_FIND_SENT,
	CMD_SMS_RECEIPT, CMD_MOVE_TEXTS, CMD_ERASE_BODY, CMD_ERASE_CONTACT, CMD_AWAIT_NO_RECEIPTS,
	CMD_ERASE_AGED};

static bool is_drawn(enum command_kind kind)
{
	for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		if (elsewhere[i] == kind)
			return false;
	return true;
}

/* Half of those that are done in a session are such as may be. */
static enum command_kind draw_kind(
	const struct centre *c, const struct viewer *viewer, uint64_t *seed)
{
	unsigned listed = viewer ? access_capabilities(c->core, viewer) : 0;
	enum command_kind kind;
	if (listed && next_random(seed) % 2) {
		enum capability pick;
		do
			pick = next_random(seed) % CAPABILITY_COUNT;
		while (!(listed & 1u << pick));
		return access_command(pick);
	}
	do
		kind = next_random(seed) % COMMAND_KINDS;
	while (!is_drawn(kind));
	return kind;
}

static const struct viewer *draw_viewer(struct user *user, uint64_t *seed)
{
	struct viewer *viewer;
	size_t count = 0, pick;
	EACH_SESSION_OF(user, viewer)
		count++;
	if (count == 0)
		return NULL;
	pick = next_random(seed) % count;
	EACH_SESSION_OF(user, viewer)
		if (pick-- == 0)
			break;
	return viewer;
}

/* A command of random parts is done, or refused for what it asks. */
static bool is_ordinary(enum err e)
{
	static const enum err ordinary[] = {OK, ERR_WRONG_STATE, ERR_ALREADY, ERR_NOT_MONITORING,
		ERR_NOT_STARTED, ERR_FORBIDDEN, ERR_OWN_USER, ERR_OPTED_OUT, ERR_UNANSWERABLE,
		ERR_ROLE, ERR_NOT_FOUND, ERR_CHANNEL, ERR_MISSING_PARAMETER, ERR_TALKING};
	for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++)
		if (ordinary[i] == e)
			return true;
	return false;
}

static bool writes_words(enum command_kind kind)
{
	return kind == CMD_SEND_MESSAGE || kind == CMD_SEND_URL || kind == CMD_SEND_TO_AGENTS ||
	       kind == CMD_SEND_NOTICE || kind == CMD_SEND_NOTICE_TO_AGENTS;
}

/* One of each kind; what customers and agents write here has its words. */
static const struct body_rule rules[] = {
	{.name = {"law", 3}, .kind = RULE_WORDS, .texts = RULE_OF_BOTH, .words = {"x\nhi\n", 5}},
	{.name = {"slow", 4}, .kind = RULE_REPLY, .after = 20000},
	{.name = {"lost", 4}, .kind = RULE_UNDELIVERED},
};

static void draw_arguments(struct centre *c, struct command *command, uint64_t *seed)
{
	static const char *const phones[] = {"+1", "+2", "+3", "+4", "+5", "+6"};
	struct user *users[] = {c->ana, c->ben, c->sam, c->sue};
	struct user *target = users[next_random(seed) % 4];
	static const struct datum_pair pairs[] = {{{"a", 1}, {"1", 1}, true},
		{{"b", 1}, {"x", 1}, false}, {{"c", 1}, {"", 0}, false}};
	if (command->kind == CMD_RAISE_HAND) {
		command->hand.reason = next_random(seed) % 2 ? STR("price") : STR("law");
	} else if (command->kind == CMD_DECLARE_RULE || command->kind == CMD_ADD_RULE) {
		command->new_rule = &rules[next_random(seed) % 3];
	} else if (command->kind == CMD_REMOVE_RULE) {
		command->name = rules[next_random(seed) % 3].name;
	} else if (command->kind == CMD_SET_DISPOSITION) {
		command->disposition.value = STR("sold");
	} else if (command->kind == CMD_ATTACH_USER_DATA || command->kind == CMD_UPDATE_USER_DATA ||
		   command->kind == CMD_DELETE_USER_DATA) {
		size_t first = next_random(seed) % 3;
		command->data = (struct command_data) {pairs + first, 3 - first};
	} else if (writes_words(command->kind)) {
		command->send.text = STR("hi");
	} else if (command->kind == CMD_COMPLETE || command->kind == CMD_LEAVE_AND_COMPLETE) {
		command->complete.queue = next_random(seed) % 3 ? STR_NONE : STR("sales");
	} else if (command->kind == CMD_CREATE) {
		command->create.phone =
			next_random(seed) % 2 ? STR("+420600112301") : STR("0600112302");
		command->create.queue = next_random(seed) % 2 ? STR("support") : STR("sales");
		command->create.text = STR("hi");
	} else if (command->kind == CMD_TRANSFER && next_random(seed) % 4 == 0) {
		command->target.queue = STR("sales");
	} else if (command->kind == CMD_INVITE || command->kind == CMD_CONSULT ||
		   command->kind == CMD_TRANSFER || command->kind == CMD_REMOVE_PARTICIPANT) {
		command->target.user = target;
	} else if (command->kind == CMD_INTRUDE) {
		const struct viewer *theirs = draw_viewer(target, seed);
		command->session = theirs ? theirs->session : NULL;
		command->intrude.agent = target;
		command->intrude.mode = next_random(seed) % (1 + supervision_count);
	} else if (command->kind == CMD_TAKE_HAND || command->kind == CMD_LOOK_AT_HAND ||
		   command->kind == CMD_DISMISS_HAND) {
		struct hand *hand = c->core->hands;
		command->session = hand ? hand->session : NULL;
		command->intrude.agent = hand ? hand->agent : NULL;
		command->intrude.mode = next_random(seed) % (1 + supervision_count);
		command->intrude.hand = hand;
	} else if (command->kind == CMD_CANCEL_MONITORING || command->kind == CMD_READY_AGENT ||
		   command->kind == CMD_NOT_READY_AGENT || command->kind == CMD_STOP_OTHER_AGENT) {
		command->agent = target;
	} else if (command->kind == CMD_ORDER_MONITOR || command->kind == CMD_ORDER_COACH ||
		   command->kind == CMD_ORDER_BARGE_IN || command->kind == CMD_CANCEL_ORDER) {
		command->monitor.on = (struct order_thing) {
			next_random(seed) % 4 ? ORDER_ON_QUEUE : ORDER_ON_SKILL, STR("support")};
		command->monitor.mode = next_random(seed) % 2;
		command->monitor.percent = next_random(seed) % 101;
		command->monitor.expires_in = next_random(seed) % 60;
	} else if (command->kind == CMD_MONITOR || command->kind == CMD_COACH ||
		   command->kind == CMD_BARGE_IN) {
		command->agent = target;
		command->monitor.mode = next_random(seed) % 2;
	} else if (command->kind == CMD_RECEIVE_SMS) {
		command->link = core_link(c->core, STR("m1"));
		command->receive.phone = str_of(phones[next_random(seed) % 6]);
		command->receive.number = next_random(seed) % 2 ? STR("5000") : STR("6000");
		command->receive.text = STR("hi");
		command->receive.keyword =
			next_random(seed) % 16 ? KEYWORD_NONE : next_random(seed) % keyword_count;
	}
}

static void random_command(struct centre *c, uint64_t *seed, unsigned done[COMMAND_KINDS])
{
	struct user *users[] = {c->ana, c->ben, c->sam, c->sue};
	struct user *user = users[next_random(seed) % 4];
	const struct viewer *viewer = draw_viewer(user, seed);
	struct command command = {.kind = draw_kind(c, viewer, seed), .caller = user};
	if (access_of_command(command.kind) != CAPABILITY_COUNT) {
		if (!viewer)
			return;
		command.session = viewer->session;
	}
	bool ends_work = command.kind == CMD_STOP_AGENT || command.kind == CMD_STOP_OTHER_AGENT;
	if (ends_work && next_random(seed) % 8)
		command.kind = CMD_READY;
	draw_arguments(c, &command, seed);
	bool is_on_theirs = command.kind == CMD_INTRUDE || command.kind == CMD_TAKE_HAND ||
			    command.kind == CMD_LOOK_AT_HAND || command.kind == CMD_DISMISS_HAND;
	if (is_on_theirs && !command.session)
		return;
	enum err e = run(c, command);
	assert_true(is_ordinary(e));
	done[command.kind] += e == OK;
}

/* One that never succeeded, or COMMAND_KINDS. */
static enum command_kind lacking(const unsigned done[COMMAND_KINDS])
{
	enum command_kind kind = 0;
	while (kind < COMMAND_KINDS && (!is_drawn(kind) || done[kind]))
		kind++;
	return kind;
}

/* What is rare gets more time than the rest. */
static void test_whatever_happens_the_invariants_hold_and_the_journal_tells_it_all(void **state)
{
	struct centre *c = *state;
	uint64_t seed = 88172645463325252ull;
	unsigned done[COMMAND_KINDS] = {0};
	for (int i = 0; i < 20000 || (i < 80000 && lacking(done) < COMMAND_KINDS); i++) {
		random_command(c, &seed, done);
		if (next_random(&seed) % 10 == 0)
			wait_ms(c, (msec)(next_random(&seed) % 40000));
		if (next_random(&seed) % 500 == 0) {
			assert_replay_is_equal(c);
			core_forget(c->core, c->core->lsn, CORE_FORGET_ALL);
		}
	}
	if (lacking(done) < COMMAND_KINDS)
		fail_msg("%s never succeeded: the test proves too little",
			command_name(lacking(done)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_each_event_knows_its_command_and_who_asked),
		T(test_commands_of_one_outcome_stay_apart),
		T(test_causes_have_names),
		T(test_a_setting_has_its_default_until_it_is_changed),
		T(test_whatever_happens_the_invariants_hold_and_the_journal_tells_it_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
