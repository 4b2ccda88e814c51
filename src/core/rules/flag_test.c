/* flag_test.c - rules raise hands: for words, a slow first reply, a text that does not come; who knows of it, and when it
 * ends. */
#include "base/letters.h"
#include "core/core_fixture.h"
#include "core/model/session.h"
#include "core/model/watching.h"

#include <stdio.h>
#include <utlist.h>

#define REPLY_AFTER 30000

static void declare(struct centre *c, struct body_rule rule)
{
	must(c, (struct command) {.kind = CMD_DECLARE_RULE, .new_rule = &rule});
}

static void declare_words(struct centre *c, enum rule_texts texts)
{
	declare(c, (struct body_rule) {.name = STR("law"),
			   .kind = RULE_WORDS,
			   .texts = texts,
			   .words = STR("lawyer\nlegal action\n")});
}

static void declare_reply(struct centre *c)
{
	declare(c,
		(struct body_rule) {.name = STR("slow"), .kind = RULE_REPLY, .after = REPLY_AFTER});
}

static struct session *ana_chats(struct centre *c, const char *text)
{
	start(c, c->sam);
	ready(c, c->ana);
	writes(c, "+1", text);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	return session_of(c->ana);
}

static void ana_says(struct centre *c, const char *text)
{
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session_of(c->ana),
			.send.text = str_of(text)});
}

/* Its first text came then. */
static void wait_since(struct centre *c, const struct session *session, msec ms)
{
	wait_ms(c, session->b.received + ms - c->now);
}

static bool is_told(const struct event *event, const struct user *user)
{
	for (size_t i = 0; i < event->recipient_count; i++)
		if (event->recipients[i].user == user)
			return true;
	return false;
}

/* The one hand there is: on whose work, by which rule, for which word. */
static void assert_raised(
	struct centre *c, const struct user *agent, const char *rule, const char *word)
{
	const struct hand *hand = c->core->hands;
	assert_non_null(hand);
	assert_null(hand->raised_next);
	assert_ptr_equal(hand->agent, agent);
	assert_true(str_is(hand->b.rule, rule) && str_is(hand->b.reason, word));
}

/* What the last command did by rules is a follow-up, for those who supervise and nobody else. */
static void assert_secret(const struct centre *c)
{
	bool is_raised = false;
	for (size_t i = 0; i < c->outcome.count; i++) {
		const struct event *event = &c->outcome.events[i];
		if (event->kind == EV_RULE_MATCHED)
			assert_true(event->is_followup && event->recipient_count == 0);
		if (event->kind != EV_HAND_RAISED_BY_RULE)
			continue;
		is_raised = true;
		assert_true(event->is_followup);
		assert_false(is_told(event, c->ana));
		assert_false(is_told(event, c->ben));
		assert_true(is_told(event, c->sam) && is_told(event, c->sue));
	}
	assert_true(is_raised);
}

static void test_a_customers_word_raises_a_hand_that_agents_know_nothing_of(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_CUSTOMER);
	ana_chats(c, "Hello");
	assert_null(c->core->hands);
	writes(c, "+1", "I will ask my LAWYER.");
	assert_secret(c);
	assert_raised(c, c->ana, "law", "lawyer");
}

/* The first text comes before there is an agent: whoever accepts has it raised. */
static void test_what_was_said_before_an_agent_came_is_raised_as_one_comes(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_BOTH);
	start(c, c->sam);
	writes(c, "+1", "legal-action!");
	assert_non_null(recorded(c, EV_RULE_MATCHED));
	assert_null(c->core->hands);
	ready(c, c->ana);
	assert_null(c->core->hands);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_secret(c);
	assert_raised(c, c->ana, "law", "legal action");
}

static void test_each_rule_looks_at_the_texts_that_it_names(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_AGENT);
	struct session *session = ana_chats(c, "lawyer");
	must(c, (struct command) {.kind = CMD_SEND_NOTICE,
			.caller = c->ana,
			.session = session,
			.send.text = STR("lawyer")});
	assert_null(c->core->hands);
	ana_says(c, "Ask our lawyer");
	assert_secret(c);
	assert_raised(c, c->ana, "law", "lawyer");
}

static void test_what_agents_say_among_themselves_is_not_looked_at(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_BOTH);
	struct session *session = ana_chats(c, "Hello");
	start(c, c->ben);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	must(c, (struct command) {.kind = CMD_SEND_TO_AGENTS,
			.caller = c->ana,
			.session = session,
			.send.text = STR("lawyer")});
	assert_null(c->core->hands);
}

static void test_a_rule_raises_one_hand_in_a_session(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_BOTH);
	struct session *session = ana_chats(c, "lawyer");
	char id[HAND_ID_LEN];
	assert_raised(c, c->ana, "law", "lawyer");
	memcpy(id, c->core->hands->b.id.at, sizeof id);
	writes(c, "+1", "legal action");
	assert_null(recorded(c, EV_RULE_MATCHED));
	ana_says(c, "lawyer");
	assert_raised(c, c->ana, "law", "lawyer");
	assert_memory_equal(c->core->hands->b.id.at, id, sizeof id);
	assert_ptr_equal(session_rare(session)->flags->next, NULL);
}

/* The agent's own and a rule's are two, and neither lowers the other. */
static void test_an_agent_withdraws_the_own_hand_alone(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_CUSTOMER);
	struct session *session = ana_chats(c, "lawyer");
	must(c, (struct command) {.kind = CMD_RAISE_HAND, .caller = c->ana, .session = session});
	assert_non_null(c->core->hands->raised_next);
	must(c, (struct command) {.kind = CMD_WITHDRAW_HAND, .caller = c->ana, .session = session});
	assert_raised(c, c->ana, "law", "lawyer");
	must(c, (struct command) {.kind = CMD_WITHDRAW_HAND, .caller = c->ana, .session = session});
	assert_raised(c, c->ana, "law", "lawyer");
}

static void test_it_is_lowered_with_the_session(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_CUSTOMER);
	struct session *session = ana_chats(c, "lawyer");
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	assert_raised(c, c->ana, "law", "lawyer");
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	assert_null(c->core->hands);
	assert_null(recorded(c, EV_HAND_RAISED_BY_RULE));
	writes(c, "+1", "Hello again");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_null(c->core->hands);
}

/* Where the agent goes it is another's, for whom those who supervise that one are told; what was done stays done. */
static void test_it_goes_on_with_the_session_and_as_what_it_was(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_CUSTOMER);
	struct session *session = ana_chats(c, "lawyer");
	struct hand *hand = c->core->hands;
	assert_raised(c, c->ana, "law", "lawyer");
	must(c, (struct command) {.kind = CMD_DISMISS_HAND,
			.caller = c->sam,
			.session = session,
			.intrude = {.agent = c->ana, .hand = hand}});
	ready(c, c->ben);
	assert_int_equal(asks_of(c, CMD_TRANSFER, c->ana, c->ben), OK);
	assert_non_null(recorded(c, EV_HAND_LOWERED));
	assert_null(c->core->hands);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_secret(c);
	assert_raised(c, c->ben, "law", "lawyer");
	assert_int_equal(c->core->hands->b.state, HAND_DISMISSED);
	assert_true(str_eq(c->core->hands->b.supervisor, c->sam->b.id));
}

static void test_of_two_agents_the_other_has_it_as_one_goes(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_CUSTOMER);
	struct session *session = ana_chats(c, "lawyer");
	start(c, c->ben);
	assert_int_equal(asks_of(c, CMD_INVITE, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_raised(c, c->ana, "law", "lawyer");
	must(c, (struct command) {.kind = CMD_LEAVE, .caller = c->ana, .session = session});
	assert_raised(c, c->ben, "law", "lawyer");
}

static void test_a_supervisor_takes_it_and_enters_the_session(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_CUSTOMER);
	struct session *session = ana_chats(c, "lawyer");
	struct hand *hand = c->core->hands;
	assert_raised(c, c->ana, "law", "lawyer");
	must(c, (struct command) {.kind = CMD_TAKE_HAND,
			.caller = c->sam,
			.session = session,
			.intrude = {c->ana, SUPERVISION_MONITOR, hand}});
	assert_int_equal(state_in(session, c->sam), PARTY_INVITED);
	assert_int_equal(c->core->hands->b.state, HAND_TAKEN);
}

/* --- what a text costs ------------------------------------------------------------------------------ */

/* How often something was read letter by letter; the linker puts this in between. */
static size_t readings;
bool __real_letters_read(struct letters *out, struct str text);
bool __wrap_letters_read(struct letters *out, struct str text);
bool __wrap_letters_read(struct letters *out, struct str text)
{
	readings++;
	return __real_letters_read(out, text);
}

/* As many rules as there may be, with as many words; their last one looks for `last` at its end. */
static void declare_all(struct centre *c, const char *last)
{
	struct buf words = {0};
	char name[16];
	for (int rule = 0; rule < RULES_MAX; rule++) {
		words.len = 0;
		for (int i = 1; i < RULE_WORDS_MAX; i++)
			buf_printf(&words, "word %d of %d\n", i, rule);
		buf_printf(&words, "%s\n", rule < RULES_MAX - 1 ? "one more" : last);
		snprintf(name, sizeof name, "r%02d", rule);
		declare(c, (struct body_rule) {.name = str_of(name),
				   .texts = RULE_OF_BOTH,
				   .words = buf_str(&words)});
	}
	buf_free(&words);
}

static void test_a_text_is_read_once_whatever_the_number_of_rules_and_words(void **state)
{
	struct centre *c = *state;
	readings = 0;
	declare_all(c, "lawyer");
	assert_int_equal(readings, RULES_MAX * RULE_WORDS_MAX);
	readings = 0;
	ana_chats(c, "Nothing to be found");
	assert_int_equal(readings, 1);
	ana_says(c, "Nor here");
	assert_int_equal(readings, 2);
	writes(c, "+1", "My lawyer");
	assert_int_equal(readings, 3);
	assert_raised(c, c->ana, "r63", "lawyer");
	readings = 0;
	declare_all(c, "court");
	assert_int_equal(readings, RULES_MAX * RULE_WORDS_MAX);
}

static void test_where_no_rule_looks_for_words_nothing_is_read(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_AGENT);
	must(c, (struct command) {.kind = CMD_REMOVE_RULE, .name = STR("law")});
	declare_reply(c);
	readings = 0;
	ana_chats(c, "lawyer");
	ana_says(c, "lawyer");
	assert_int_equal(readings, 0);
}

static void test_words_that_were_declared_anew_are_the_ones_looked_for(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_BOTH);
	declare(c, (struct body_rule) {.name = STR("law"), .words = STR("court\n")});
	ana_chats(c, "lawyer");
	assert_null(c->core->hands);
	writes(c, "+1", "See you in COURT");
	assert_raised(c, c->ana, "law", "court");
}

/* Nothing of what was read is in the journal. */
static void test_a_centre_that_starts_anew_knows_its_words(void **state)
{
	struct centre *c = *state;
	declare_words(c, RULE_OF_BOTH);
	ana_chats(c, "Hello");
	struct core *before = c->core;
	c->core = replay(c);
	c->ana = core_user(c->core, c->ana->b.id);
	core_free(&before);
	writes(c, "+1", "legal action");
	assert_raised(c, c->ana, "law", "legal action");
}

/* --- the first reply ------------------------------------------------------------------------------- */

static void test_a_first_reply_that_takes_too_long_raises_one(void **state)
{
	struct centre *c = *state;
	declare_reply(c);
	struct session *session = ana_chats(c, "Hello");
	wait_since(c, session, REPLY_AFTER - 1);
	assert_null(c->core->hands);
	wait_since(c, session, REPLY_AFTER);
	assert_secret(c);
	assert_raised(c, c->ana, "slow", "");
	ana_says(c, "Sorry");
	assert_raised(c, c->ana, "slow", "");
}

static void test_a_reply_in_time_raises_none_whatever_comes_later(void **state)
{
	struct centre *c = *state;
	declare_reply(c);
	struct session *session = ana_chats(c, "Hello");
	wait_since(c, session, REPLY_AFTER - 2); /* a command takes a ms here */
	ana_says(c, "Hello");
	wait_since(c, session, REPLY_AFTER);
	assert_int_equal(session_rare(session)->flags->b.due, 0);
	writes(c, "+1", "And now?");
	wait_ms(c, 2 * REPLY_AFTER);
	assert_null(c->core->hands);
}

static void test_what_only_agents_read_is_no_reply(void **state)
{
	struct centre *c = *state;
	declare_reply(c);
	struct session *session = ana_chats(c, "Hello");
	must(c, (struct command) {.kind = CMD_SEND_NOTICE,
			.caller = c->ana,
			.session = session,
			.send.text = STR("Wait")});
	wait_ms(c, REPLY_AFTER);
	assert_raised(c, c->ana, "slow", "");
}

static void test_it_is_raised_late_where_nobody_was_there_in_time(void **state)
{
	struct centre *c = *state;
	declare_reply(c);
	writes(c, "+1", "Hello");
	wait_ms(c, REPLY_AFTER);
	assert_null(c->core->hands);
	ready(c, c->ana);
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	assert_raised(c, c->ana, "slow", "");
}

static void test_a_session_that_is_over_is_not_waited_for(void **state)
{
	struct centre *c = *state;
	declare_reply(c);
	struct session *session = ana_chats(c, "Hello");
	must(c, (struct command) {.kind = CMD_COMPLETE, .caller = c->ana, .session = session});
	assert_int_equal(session_rare(session)->flags->due.at, 0);
	assert_true(core_next_deadline(c->core) == 0 ||
		    core_next_deadline(c->core) > c->now + REPLY_AFTER);
}

static void test_a_rule_that_was_removed_finds_nothing_and_what_it_found_stays(void **state)
{
	struct centre *c = *state;
	struct command remove = {.kind = CMD_REMOVE_RULE, .name = STR("slow")};
	declare_reply(c);
	declare_words(c, RULE_OF_CUSTOMER);
	struct session *session = ana_chats(c, "lawyer");
	must(c, remove);
	assert_int_equal(run(c, remove), ERR_NOT_FOUND);
	wait_ms(c, REPLY_AFTER);
	assert_int_equal(session_flag(session, STR("slow"))->b.due, 0);
	remove.name = STR("law");
	must(c, remove);
	assert_raised(c, c->ana, "law", "lawyer");
	writes(c, "+2", "lawyer");
	assert_null(recorded(c, EV_RULE_MATCHED));
}

/* --- what does not come ----------------------------------------------------------------------------- */

static void answer(struct centre *c, struct outbound *text, enum delivery delivery)
{
	must(c, (struct command) {.kind = CMD_SMS_ANSWERED,
			.answer = {.place = {text, 1, 1},
				.delivery = delivery,
				.smsc_id = delivery == DELIVERY_SENT ? STR("id") : STR_NONE}});
}

static void test_a_text_that_does_not_come_raises_one(void **state)
{
	struct centre *c = *state;
	declare(c, (struct body_rule) {.name = STR("lost"), .kind = RULE_UNDELIVERED});
	ana_chats(c, "Hello");
	answer(c, ana_sends(c), DELIVERY_SENT);
	assert_null(c->core->hands);
	answer(c, ana_sends(c), DELIVERY_FAILED);
	assert_secret(c);
	assert_raised(c, c->ana, "lost", "");
	answer(c, ana_sends(c), DELIVERY_FAILED);
	assert_raised(c, c->ana, "lost", "");
}

/* Nobody is there any more for whom it could be raised: the next one has it. */
static void test_a_receipt_that_comes_late_is_the_next_agents(void **state)
{
	struct centre *c = *state;
	declare(c, (struct body_rule) {.name = STR("lost"), .kind = RULE_UNDELIVERED});
	struct session *session = ana_chats(c, "Hello");
	struct outbound *text = ana_sends(c);
	answer(c, text, DELIVERY_SENT);
	must(c, (struct command) {.kind = CMD_NOT_READY, .caller = c->ana});
	must(c, (struct command) {.kind = CMD_COMPLETE,
			.caller = c->ana,
			.session = session,
			.complete.queue = STR("support")});
	must(c, (struct command) {.kind = CMD_SMS_RECEIPT,
			.link = text->link,
			.receipt = {.smsc_id = STR("id"), .delivery = DELIVERY_EXPIRED}});
	assert_non_null(recorded(c, EV_RULE_MATCHED));
	assert_null(c->core->hands);
	ready(c, c->ben);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_raised(c, c->ben, "lost", "");
}

static void test_an_administrator_adds_as_many_as_there_may_be(void **state)
{
	struct centre *c = *state;
	char name[16];
	struct body_rule rule = {.kind = RULE_UNDELIVERED};
	const struct command add = {.kind = CMD_ADD_RULE, .new_rule = &rule};
	for (int i = 0; i < RULES_MAX; i++) {
		snprintf(name, sizeof name, "r%d", i);
		rule.name = str_of(name);
		assert_int_equal(run(c, add), OK);
		assert_int_equal(run(c, add), ERR_ALREADY);
	}
	const struct command drop = {.kind = CMD_REMOVE_RULE, .name = STR("r0")};
	rule.name = STR("one more");
	assert_int_equal(run(c, add), ERR_FULL);
	must(c, drop);
	assert_int_equal(run(c, add), OK);
	assert_int_equal(run(c, drop), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_customers_word_raises_a_hand_that_agents_know_nothing_of),
		T(test_what_was_said_before_an_agent_came_is_raised_as_one_comes),
		T(test_each_rule_looks_at_the_texts_that_it_names),
		T(test_what_agents_say_among_themselves_is_not_looked_at),
		T(test_a_rule_raises_one_hand_in_a_session),
		T(test_an_agent_withdraws_the_own_hand_alone),
		T(test_it_is_lowered_with_the_session),
		T(test_it_goes_on_with_the_session_and_as_what_it_was),
		T(test_of_two_agents_the_other_has_it_as_one_goes),
		T(test_a_supervisor_takes_it_and_enters_the_session),
		T(test_a_text_is_read_once_whatever_the_number_of_rules_and_words),
		T(test_where_no_rule_looks_for_words_nothing_is_read),
		T(test_words_that_were_declared_anew_are_the_ones_looked_for),
		T(test_a_centre_that_starts_anew_knows_its_words),
		T(test_a_first_reply_that_takes_too_long_raises_one),
		T(test_a_reply_in_time_raises_none_whatever_comes_later),
		T(test_what_only_agents_read_is_no_reply),
		T(test_it_is_raised_late_where_nobody_was_there_in_time),
		T(test_a_session_that_is_over_is_not_waited_for),
		T(test_a_rule_that_was_removed_finds_nothing_and_what_it_found_stays),
		T(test_a_text_that_does_not_come_raises_one),
		T(test_a_receipt_that_comes_late_is_the_next_agents),
		T(test_an_administrator_adds_as_many_as_there_may_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
