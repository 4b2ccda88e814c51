/* entry_test.c - what agents write, and whom it reaches. */
#include "core/core_fixture.h"
#include "core/model/message.h"
#include "core/rules/access.h"
#include "core/model/reader.h"

static bool has(const struct centre *c, const struct session *session, const struct user *user,
	enum capability capability)
{
	return access_capabilities(c->core, session_viewer(session, user)) & 1u << capability;
}

static void joins_ana(struct centre *c, struct session *session, struct user *user)
{
	must(c, (struct command) {.kind = CMD_INVITE,
			.caller = c->ana,
			.session = session,
			.target.user = user});
	assert_int_equal(act(c, CMD_ACCEPT, user), OK);
}

static void test_agents_write_to_agents_only_while_another_agent_hears_it(void **state)
{
	static const enum command_kind kinds[] = {CMD_SEND_TO_AGENTS, CMD_START_TYPING_TO_AGENTS,
		CMD_STOP_TYPING_TO_AGENTS, CMD_SEND_NOTICE_TO_AGENTS};
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	start(c, c->ben);
	for (size_t i = 0; i < 4; i++) { /* who only watches hears all, and is nobody to agents */
		assert_int_equal(act(c, kinds[i], c->ana), ERR_WRONG_STATE);
		assert_false(has(c, session, c->ana, access_of_command(kinds[i])));
	}
	joins_ana(c, session, c->ben);
	for (size_t i = 0; i < 4; i++) {
		assert_true(has(c, session, c->ana, access_of_command(kinds[i])));
		assert_int_equal(act(c, kinds[i], c->ana), OK);
		const struct body_message entry = message_body(
						  session->messages[session->message_count - 1]),
					  *b = &entry;
		assert_int_equal(b->audience, CLASS_AGENT | CLASS_SUPERVISOR);
		assert_int_equal(b->outbound, 0);
		assert_int_equal(act(c, kinds[i], c->sam), ERR_FORBIDDEN);
	}
	assert_null(c->core->outbound); /* nothing of it leaves */
	assert_int_equal(act(c, CMD_LEAVE, c->ben), OK);
	assert_false(has(c, session, c->ana, CAN_SEND_TO_AGENTS));
}

static void test_of_what_agents_write_texts_and_urls_leave_and_nothing_else(void **state)
{
	static const struct {
		enum command_kind kind;
		enum message_type type;
		bool leaves;
	} rows[] = {
		{CMD_SEND_MESSAGE, MESSAGE_TEXT, true},
		{CMD_SEND_URL, MESSAGE_PUSH_URL, true},
		{CMD_START_TYPING, MESSAGE_TYPING_STARTED, false},
		{CMD_STOP_TYPING, MESSAGE_TYPING_STOPPED, false},
		{CMD_SEND_NOTICE, MESSAGE_CUSTOM_NOTICE, false},
	};
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		must(c, (struct command) {.kind = rows[i].kind,
				.caller = c->ana,
				.session = session,
				.send.text = STR("https://example.org/")});
		const struct body_message entry = message_body(
						  session->messages[session->message_count - 1]),
					  *b = &entry;
		assert_int_equal(b->type, rows[i].type);
		assert_int_equal(b->visibility, VISIBLE_ALL);
		assert_int_equal(b->outbound != 0, rows[i].leaves);
	}
	writes_keyword(c, "+1", "STOP", KEYWORD_STOP);
	assert_int_equal(act(c, CMD_SEND_URL, c->ana), ERR_WRONG_STATE); /* LeftChat */
}

static enum err leaves_saying(struct centre *c, struct user *user, struct command_parting parting)
{
	return run(c, (struct command) {.kind = CMD_LEAVE,
			      .caller = user,
			      .session = session_of(user),
			      .parting = parting});
}

/* The last entry but one: the leaving comes behind it. */
static struct body_message said(const struct session *session)
{
	return message_body(session->messages[session->message_count - 2]);
}

static void test_what_is_said_in_going_comes_before_it(void **state)
{
	static const struct {
		struct command_parting parting;
		enum message_type type;
		bool leaves;
	} rows[] = {
		{{{"Bye", 3}, PARTING_TEXT, TREAT_AS_NORMAL}, MESSAGE_TEXT, true},
		{{{"Bye", 3}, PARTING_TEXT, TREAT_AS_SYSTEM}, MESSAGE_NOTICE, false},
		{{{"Bye", 3}, PARTING_NOTICE, TREAT_AS_NORMAL}, MESSAGE_CUSTOM_NOTICE, false},
	};
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	start(c, c->ben);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		joins_ana(c, session, c->ben);
		assert_int_equal(leaves_saying(c, c->ben, rows[i].parting), OK);
		assert_int_equal(said(session).type, rows[i].type);
		assert_true(str_eq(said(session).user, c->ben->b.id));
		assert_int_equal(said(session).visibility, VISIBLE_ALL);
		assert_int_equal(said(session).outbound != 0, rows[i].leaves);
	}
	assert_int_equal(asks_of(c, CMD_CONSULT, c->ana, c->ben), OK);
	assert_int_equal(act(c, CMD_ACCEPT, c->ben), OK);
	assert_int_equal(leaves_saying(c, c->ben, rows[0].parting), OK); /* a consultant whispers */
	assert_int_equal(said(session).visibility, VISIBLE_AGENTS);
	assert_int_equal(said(session).outbound, 0);
}

static void test_what_cannot_be_said_keeps_everybody_there(void **state)
{
	const struct command_parting bye = {STR("Bye"), PARTING_TEXT, TREAT_AS_NORMAL};
	struct centre *c = *state;
	struct session *session = ana_chats_watched_by_sam(c, MONITOR_ALL);
	assert_int_equal(act(c, CMD_ACCEPT, c->sam), OK);
	assert_int_equal(leaves_saying(c, c->sam, bye), ERR_FORBIDDEN);
	assert_int_equal(state_in(session, c->sam), PARTY_CHATTING);
	writes_keyword(c, "+2", "STOP", KEYWORD_STOP);
	wait_ms(c, 1);
	assert_int_equal(act(c, CMD_LEAVE, c->ana), OK);
	start(c, c->ben);
	assert_int_equal(run(c, (struct command) {.kind = CMD_TRANSFER,
					.caller = c->ana,
					.session = session,
					.parting = bye,
					.target.user = c->ben}),
		ERR_WRONG_STATE);
	assert_int_equal(asks_of(c, CMD_TRANSFER, c->ana, c->ben), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_agents_write_to_agents_only_while_another_agent_hears_it),
		T(test_what_is_said_in_going_comes_before_it),
		T(test_what_cannot_be_said_keeps_everybody_there),
		T(test_of_what_agents_write_texts_and_urls_leave_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
