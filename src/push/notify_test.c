/* notify_test.c - what each event becomes, for whom, in which order. */
#include "push/push_fake.h"
#include "core/model/watching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include <utlist.h>

/* One session: ann is its agent, sue watches, and a customer; bob may come. */
static struct session session;
static struct party customer, ann, bob, sue;
static const char *ann_client, *bob_client, *sue_client;
static struct event events[8];
static size_t event_count;

static void add_party(struct party *party, struct user *user, enum party_kind kind, const char *id)
{
	*party = (struct party) {.session = &session, .user = user};
	party->b.kind = kind;
	party->b.id = str_of(id);
	party->b.state = PARTY_CHATTING;
	party->b.joined = 1;
	LL_APPEND(session.parties, party);
}

static int start(void **state)
{
	fake_start();
	session = (struct session) {0};
	add_party(&customer, NULL, PARTY_CONTACT, "P0");
	add_party(&ann, &fake.ann, PARTY_AGENT, "P1");
	add_party(&sue, &fake.sue, PARTY_SUPERVISOR, "P2");
	ann_client = fake_client("/**");
	fake_be(&fake.bob, &fake.bob_login, false);
	bob_client = fake_client("/**");
	fake_be(&fake.sue, &fake.sue_login, false);
	sue_client = fake_client("/**");
	event_count = 0;
	return 0;
}

static int stop(void **state)
{
	fake_stop();
	return 0;
}

static void happens(enum event_kind kind, const void *body, void *object)
{
	events[event_count] = (struct event) {
		.kind = kind, .lsn = 10 + event_count, .body = body, .object = object};
	event_count++;
}

static void party_event(enum event_kind kind, struct party *party, enum party_state state)
{
	party->b.state = state;
	happens(kind, &party->b, party);
}

static struct fake_entry *message(enum message_type type, struct party *author)
{
	return fake_entry((struct body_message) {.type = type, .party = author->b.id}, &session);
}

static void tell(void)
{
	fake_happened(events, event_count);
	event_count = 0;
}

/* What a client has been told: its notes' data, separated by '|'. */
static const char *told(const char *client, struct user *user, struct login *login)
{
	static char text[4][1024];
	static unsigned next;
	char *out = text[next++ % 4];
	size_t n = 0;
	fake_be(user, login, false);
	const char *reply = fake_post("[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
				      "\"advice\":{\"timeout\":0}}]",
		client);
	out[0] = '\0';
	for (const char *at = reply; (at = strstr(at, "\"data\":\"")); at++) {
		const char *from = at + 8, *to = strchr(from, '"');
		n += (size_t)snprintf(
			out + n, 1024 - n, "%s%.*s", n ? "|" : "", (int)(to - from), from);
	}
	return out;
}

#define ANN told(ann_client, &fake.ann, &fake.ann_login)
#define BOB told(bob_client, &fake.bob, &fake.bob_login)
#define SUE told(sue_client, &fake.sue, &fake.sue_login)

static void assert_told(const char *to_ann, const char *to_bob, const char *to_sue)
{
	tell();
	fake_release();
	assert_string_equal(ANN, to_ann);
	assert_string_equal(BOB, to_bob);
	assert_string_equal(SUE, to_sue);
}

static void test_who_is_invited_is_the_only_one_told(void **state)
{
	add_party(&bob, &fake.bob, PARTY_AGENT, "P3");
	party_event(EV_PARTY_WAS_INVITED, &bob, PARTY_INVITED);
	assert_told("", "StatusChange full", "");
}

static void test_who_joins_gets_state_list_and_history(void **state)
{
	add_party(&bob, &fake.bob, PARTY_AGENT, "P3");
	struct fake_entry *joined = message(MESSAGE_JOINED, &bob);
	party_event(EV_PARTY_JOINED, &bob, PARTY_CHATTING);
	happens(EV_MESSAGE_ADDED, &joined->b, joined->message);
	assert_told("ParticipantsUpdated full|message",
		"StatusChange just-joined|ParticipantsUpdated full|history",
		"ParticipantsUpdated full|message");
}

static void test_who_rejects_is_told_so_alone(void **state)
{
	add_party(&bob, &fake.bob, PARTY_AGENT, "P3");
	party_event(EV_PARTY_REJECTED, &bob, PARTY_COMPLETED);
	assert_told("", "StatusChange just-joined", "");
}

static void test_leaving_changes_the_list_of_the_others(void **state)
{
	party_event(EV_PARTY_LEFT, &ann, PARTY_LEFT_CHAT);
	assert_told("StatusChange full", "", "ParticipantsUpdated full");
}

static void test_completing_ends_it_for_one_and_changes_the_list_of_others(void **state)
{
	party_event(EV_PARTY_FINISHED, &ann, PARTY_COMPLETED);
	assert_told("StatusChange bare", "", "ParticipantsUpdated full");
}

static void test_a_revoked_invitation_is_nobody_elses_news(void **state)
{
	add_party(&bob, &fake.bob, PARTY_AGENT, "P3");
	bob.b.joined = 0;
	party_event(EV_PARTY_WAS_REVOKED, &bob, PARTY_REVOKED);
	assert_told("", "StatusChange bare", "");
	bob.b.joined = 1;
	party_event(EV_PARTY_WAS_REVOKED, &bob, PARTY_REVOKED);
	assert_told("ParticipantsUpdated full", "StatusChange bare", "ParticipantsUpdated full");
}

static void test_the_customer_leaving_changes_the_lists(void **state)
{
	party_event(EV_PARTY_LEFT, &customer, PARTY_LEFT_CHAT);
	assert_told("ParticipantsUpdated full", "", "ParticipantsUpdated full");
}

static void test_a_text_goes_to_all_who_read_also_its_author(void **state)
{
	struct fake_entry *text = message(MESSAGE_TEXT, &ann);
	happens(EV_MESSAGE_ADDED, &text->b, text->message);
	assert_told("message", "", "message");
}

static void test_an_entry_is_rendered_once_for_all_who_number_it_alike(void **state)
{
	struct fake_entry *text = message(MESSAGE_TEXT, &ann), *joined;
	for (fake.hidden = 0; fake.hidden <= 1; fake.hidden++) {
		fake.rendered = 0;
		happens(EV_MESSAGE_ADDED, &text->b, text->message);
		assert_told("message", "", "message");
		assert_int_equal(fake.rendered, 1 + fake.hidden);
	}
	fake.hidden = fake.rendered = 0;
	add_party(&bob, &fake.bob, PARTY_AGENT, "P3");
	joined = message(MESSAGE_JOINED, &bob);
	happens(EV_MESSAGE_ADDED, &joined->b, joined->message);
	happens(EV_MESSAGE_ADDED, &text->b, text->message);
	assert_told("message|message", "history|message", "message|message");
	assert_int_equal(fake.rendered, 3); /* who joins has the history, all have the text */
}

static void test_all_of_a_command_comes_together_and_supervisors_last(void **state)
{
	struct fake_entry *one = message(MESSAGE_TEXT, &sue),
			  *two = message(MESSAGE_LEFT, &customer);
	fake_be(&fake.ann, &fake.ann_login, false);
	assert_null(fake_connect(ann_client));
	struct http_ref poll = fake_last_ref();
	happens(EV_MESSAGE_ADDED, &one->b, one->message);
	happens(EV_MESSAGE_ADDED, &two->b, two->message);
	tell();
	assert_string_equal(fake_held(), "11/agents 11/supervisors ");
	fake_release();
	assert_string_equal(fake_reply_to(poll),
		"[{\"channel\":\"/v2/me/smssessions\",\"data\":\"message\"},"
		"{\"channel\":\"/v2/me/smssessions\",\"data\":\"message\"},"
		"{\"channel\":\"/meta/connect\",\"id\":\"9\",\"successful\":true}]");
	assert_string_equal(SUE, "message|message");
}

static void test_one_user_may_be_told_as_agent_and_as_supervisor(void **state)
{
	struct party invited;
	add_party(&invited, &fake.sue, PARTY_AGENT, "P4");
	struct fake_entry *text = message(MESSAGE_TEXT, &ann);
	invited.b.state = PARTY_INVITED;
	party_event(EV_PARTY_WAS_INVITED, &invited, PARTY_INVITED);
	happens(EV_MESSAGE_ADDED, &text->b, text->message);
	tell();
	assert_string_equal(fake_held(), "11/supervisors 11/agents ");
	fake_release();
	assert_string_equal(SUE, "StatusChange full|message");
}

/* Her notes come in the order of their numbers, so what she is told as an agent waits for a turn as well. */
static void test_who_still_waits_as_a_supervisor_gets_the_rest_behind_it(void **state)
{
	struct fake_entry *text = message(MESSAGE_TEXT, &ann);
	happens(EV_MESSAGE_ADDED, &text->b, text->message);
	tell();
	happens(EV_AGENT_MADE_READY, &fake.sue.agent, &fake.sue);
	tell();
	assert_string_equal(fake_held(), "10/agents 10/supervisors 10/supervisors ");
	fake_release();
	assert_string_equal(SUE, "message|sue LoggedOut");
	happens(EV_AGENT_MADE_READY, &fake.sue.agent, &fake.sue);
	tell();
	assert_string_equal(fake_held(), "10/agents ");
}

static void test_channels_tell_the_user_whatever_changed(void **state)
{
	static const struct {
		enum event_kind kind;
		enum agent_state state;
		const char *told;
	} rows[] = {{EV_AGENT_STARTED, AGENT_NOT_READY, "bob NotReady"},
		{EV_AGENT_MADE_READY, AGENT_READY, "bob Ready"},
		{EV_AGENT_MADE_NOT_READY, AGENT_NOT_READY, "bob NotReady"},
		{EV_AGENT_STOPPED, AGENT_LOGGED_OUT, "bob LoggedOut"},
		{EV_AGENT_ACCEPTED, AGENT_READY, ""}, {EV_AGENT_CLIENT_CAME, AGENT_READY, ""},
		{EV_AGENT_CLIENTS_LOST, AGENT_READY, ""}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fake.bob.agent.state = rows[i].state;
		happens(rows[i].kind, &fake.bob.agent, &fake.bob);
		assert_told("", rows[i].told, "");
	}
}

/* What a part's change leads to, when the whole text is then at `whole`. */
static void part_moves(enum delivery part_state, unsigned attempts, unsigned lives,
	enum delivery whole, const char *told_all)
{
	struct fake_entry *text = message(MESSAGE_TEXT, &ann);
	struct outbound outbound = {.message = text->message};
	struct sms_part part = {.outbound = &outbound};
	outbound.b.session = text->b.session;
	text->message->delivery = whole;
	part.b.state = part_state;
	part.b.attempts = attempts;
	part.lost.lives = lives;
	happens(EV_SMS_PART_CHANGED, &part.b, &part);
	assert_told(told_all, "", told_all);
}

static void test_delivery_is_told_when_the_whole_text_moved(void **state)
{
	part_moves(DELIVERY_SENT, 0, 0, DELIVERY_SENT, "delivery sent");
	part_moves(DELIVERY_SENT, 0, 0, DELIVERY_QUEUED, "");
	part_moves(DELIVERY_DELIVERED, 0, 0, DELIVERY_SENT, "");
	part_moves(DELIVERY_DELIVERED, 0, 0, DELIVERY_DELIVERED, "delivery delivered");
	part_moves(DELIVERY_FAILED, 0, 0, DELIVERY_FAILED, "delivery failed");
	part_moves(DELIVERY_UNCERTAIN, 1, 0, DELIVERY_UNCERTAIN, "delivery uncertain");
	/* It was uncertain, and so was the text. */
	part_moves(DELIVERY_DELIVERED, 1, 0, DELIVERY_SENT, "delivery sent");
	part_moves(DELIVERY_SENT, 0, 1, DELIVERY_QUEUED, "delivery queued");
}

static void test_a_text_without_a_session_is_nobodys_news(void **state)
{
	struct outbound outbound = {0};
	struct fake_entry *text = message(MESSAGE_TEXT, &ann);
	struct sms_part part = {.outbound = &outbound};
	outbound.b.session = text->b.session;
	happens(EV_SMS_PART_CHANGED, &part.b, &part);
	assert_told("", "", "");
}

static void test_an_order_is_its_supervisors_own_news_and_comes_last(void **state)
{
	struct registration order = {.supervisor = &fake.sue, .agent = &fake.ann};
	struct fake_entry *text = message(MESSAGE_TEXT, &ann);
	order.b.active = 1;
	happens(EV_REGISTRATION_STARTED, &order.b, &order);
	tell();
	assert_string_equal(fake_held(), "10/supervisors ");
	fake_release();
	assert_string_equal(ANN, "");
	assert_string_equal(SUE, "OrdersUpdated active");
	order.b.active = 0;
	happens(EV_MESSAGE_ADDED, &text->b, text->message);
	happens(EV_REGISTRATION_ENDED, &order.b, &order);
	tell();
	assert_string_equal(fake_held(), "11/agents 11/supervisors ");
	fake_release();
	assert_string_equal(ANN, "message");
	assert_string_equal(SUE, "message|OrdersUpdated ended");
}

static void test_a_participation_is_its_supervisors_own_news(void **state)
{
	party_event(EV_PARTY_JOINED, &sue, PARTY_CHATTING);
	assert_told("ParticipantsUpdated full", "",
		"StatusChange just-joined|ParticipantsUpdated full|ParticipationsUpdated Chatting");
	party_event(EV_PARTY_WAS_REVOKED, &sue, PARTY_REVOKED);
	assert_told(
		"ParticipantsUpdated full", "", "StatusChange bare|ParticipationsUpdated Revoked");
}

static void test_internal_events_are_told_to_nobody(void **state)
{
	static const enum event_kind kinds[] = {EV_CENTRE_CHANGED, EV_USER_ADDED, EV_SESSION_OPENED,
		EV_SESSION_CLOSED, EV_ROUTING_REFUSED, EV_SMS_QUEUED, EV_SMS_CLOSED,
		EV_SENDING_CHANGED, EV_SMS_ANSWER_LOST, EV_SETTING_CHANGED};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		happens(kinds[i], NULL, NULL);
		assert_told("", "", "");
	}
	party_event(EV_CONTACT_ENTERED, &customer, PARTY_CHATTING);
	assert_told("", "", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who_is_invited_is_the_only_one_told),
		TEST(test_who_joins_gets_state_list_and_history),
		TEST(test_who_rejects_is_told_so_alone),
		TEST(test_leaving_changes_the_list_of_the_others),
		TEST(test_completing_ends_it_for_one_and_changes_the_list_of_others),
		TEST(test_a_revoked_invitation_is_nobody_elses_news),
		TEST(test_the_customer_leaving_changes_the_lists),
		TEST(test_a_text_goes_to_all_who_read_also_its_author),
		TEST(test_an_entry_is_rendered_once_for_all_who_number_it_alike),
		TEST(test_all_of_a_command_comes_together_and_supervisors_last),
		TEST(test_one_user_may_be_told_as_agent_and_as_supervisor),
		TEST(test_who_still_waits_as_a_supervisor_gets_the_rest_behind_it),
		TEST(test_channels_tell_the_user_whatever_changed),
		TEST(test_delivery_is_told_when_the_whole_text_moved),
		TEST(test_a_text_without_a_session_is_nobodys_news),
		TEST(test_an_order_is_its_supervisors_own_news_and_comes_last),
		TEST(test_a_participation_is_its_supervisors_own_news),
		TEST(test_internal_events_are_told_to_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
