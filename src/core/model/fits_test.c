/* fits_test.c - a journal that is damaged is refused, event by event; none makes a core break its own promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/command.h"
#include "core/core.h"

#define KEPT_MAX  128
#define DAYS      2000 /* lived again, with damages */
#define BYTES_MAX 4    /* changed at a time */

struct kept {
	unsigned kind;
	uint64_t lsn;
	msec at;
	struct str body; /* packed; owned */
};

/* A day of a small centre, as its journal has it. */
struct day {
	struct core *core;
	struct outcome outcome;
	msec now;
	struct kept events[KEPT_MAX];
	size_t count;
};

static void keep(struct day *day, const struct event *event)
{
	struct buf body = {0};
	assert_true(day->count < KEPT_MAX);
	body_pack(event_body(event->kind), &body, event->body);
	day->events[day->count++] =
		(struct kept) {event->kind, event->lsn, event->at, str_copy(buf_str(&body))};
	buf_free(&body);
}

static void run(struct day *day, struct command command)
{
	outcome_reset(&day->outcome);
	assert_int_equal(core_apply(day->core, &command, ++day->now, &day->outcome), OK);
	for (size_t i = 0; i < day->outcome.count; i++)
		keep(day, &day->outcome.events[i]);
}

static struct user *add_user(struct day *day, const char *name, uint64_t roles)
{
	struct body_user body = {
		.name = str_of(name), .roles = roles, .provisioned = 1, .enabled = 1};
	run(day, (struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	return core_user_by_name(day->core, str_of(name));
}

static void found(struct day *day)
{
	const struct body_centre centre = {
		.name = STR("demo"),
		.id_key = STR("0123456789abcdef0123456789abcdef"),
		.capacity = 4,
		.state_after_login = AGENT_NOT_READY,
		.lost_after = 120000,
		.answer_timeout = 60000,
		.reject_wait = 30000,
		.idle_close = 86400000,
		.redelivery_window = 600000,
		.receipt_window = 86400000,
		.receive_window = 10,
		.multimedia = 1,
		.stop_reply = STR("stopped"),
	};
	const struct body_link link = {
		.name = STR("m1"), .host = STR("h"), .port = 1, .window = 10};
	const struct body_queue queue = {
		.name = STR("q"), .number = STR("5000"), .link = STR("m1")};
	run(day, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &centre});
	run(day, (struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	run(day, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
}

static struct command text(struct day *day, const char *words, enum keyword keyword)
{
	return (struct command) {.kind = CMD_RECEIVE_SMS,
		.link = day->core->links,
		.receive = {.phone = STR("+1"),
			.number = STR("5000"),
			.fingerprint = STR("0123456789abcdef"),
			.text = str_of(words),
			.keyword = keyword}};
}

static void hold_part(struct day *day)
{
	const struct body_segment body = {.phone = STR("+1"),
		.number = STR("5000"),
		.reference = 7,
		.part = 1,
		.parts = 2,
		.data = STR("half")};
	run(day, (struct command) {.kind = CMD_HOLD_SEGMENT,
			 .link = day->core->links,
			 .hold = {.segment = &body, .fingerprint = STR("fedcba9876543210")}});
}

static void send(struct day *day, struct user *user)
{
	run(day, (struct command) {.kind = CMD_SEND_MESSAGE,
			 .caller = user,
			 .session = day->core->sessions,
			 .send.text = STR("Hello you"),
			 .key = STR("0123456789abcdef"),
			 .asked = STR("fedcba9876543210")});
	run(day, (struct command) {.kind = CMD_SET_DISPOSITION,
			 .caller = user,
			 .session = day->core->sessions,
			 .disposition.value = STR("asked")});
	run(day, (struct command) {.kind = CMD_RAISE_HAND,
			 .caller = user,
			 .session = day->core->sessions,
			 .hand.reason = STR("price")});
	const struct part_place place = {day->core->outbound, 1, 1};
	run(day, (struct command) {.kind = CMD_FIND_SENT,
			 .link = day->core->links,
			 .find_sent = {.lost = {&place, 1}}});
	run(day, (struct command) {.kind = CMD_CHANGE_TURN,
			 .link = day->core->links,
			 .change_turn = {.places = {&place, 1}, .turn = TURN_WAITS}});
	run(day, (struct command) {.kind = CMD_SMS_ANSWERED,
			 .answer = {.place = {day->core->outbound, 1, 1},
				 .delivery = DELIVERY_SENT,
				 .smsc_id = STR("m1")}});
}

static void pass(struct day *day, msec ms)
{
	day->now += ms;
	outcome_reset(&day->outcome);
	while (core_tick(day->core, day->now, 0, &day->outcome)) {
		for (size_t i = 0; i < day->outcome.count; i++)
			keep(day, &day->outcome.events[i]);
		outcome_reset(&day->outcome);
	}
}

/* The same phone without its plus. */
static void merge(struct day *day)
{
	struct command hello = text(day, "Hello again", KEYWORD_NONE);
	hello.receive.phone = STR("1");
	run(day, hello);
	run(day, (struct command) {.kind = CMD_MERGE_CONTACT,
			 .merge = {.from = core_contact(day->core, STR("1")),
				 .into = core_contact(day->core, STR("+1"))}});
}

static void erase(struct day *day, const char *words)
{
	for (size_t i = 0; i < day->count; i++) {
		struct body_message body;
		const struct kept *kept = &day->events[i];
		if (kept->kind != EV_MESSAGE_ADDED ||
			!body_unpack(BODY_message, kept->body, &body) || !str_is(body.text, words))
			continue;
		const struct body_erasure erasure = {kept->lsn, kept->kind, kept->body};
		run(day, (struct command) {.kind = CMD_ERASE_BODY, .erasure = &erasure});
		return;
	}
	fail();
}

static int set_up(void **state)
{
	struct day *day = calloc(1, sizeof *day);
	day->core = core_new();
	found(day);
	const struct body_setting setting = {.name = STR("sms.repeat-max"), .value = 2};
	run(day, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = &setting});
	const struct body_rule rule = {.name = STR("slow"), .kind = RULE_REPLY, .after = 1000};
	run(day, (struct command) {.kind = CMD_DECLARE_RULE, .new_rule = &rule});
	struct user *ana = add_user(day, "ana", ROLE_AGENT);
	struct user *sam = add_user(day, "sam", ROLE_SUPERVISOR);
	run(day, (struct command) {.kind = CMD_NOTE_ADDRESS,
			 .address = {.user = ana, .text = STR("127.0.0.1")}});
	const struct body_token token = {.id = STR("0123456789abcdef"),
		.user = ana->b.id,
		.digest = STR("digest of 16 b.."),
		.label = STR("wallboard")};
	run(day, (struct command) {.kind = CMD_ADD_TOKEN, .new_token = &token});
	const struct body_assignment skill = {
		.user = ana->b.id, .kind = ASSIGNED_SKILL, .thing = STR("Czech"), .held = 1};
	run(day, (struct command) {.kind = CMD_ASSIGN, .assignment = &skill});
	const struct body_choice response = {
		.kind = CHOICE_RESPONSE, .name = STR("hello"), .text = STR("Hello there")};
	run(day, (struct command) {.kind = CMD_ADD_CHOICE, .choice = &response});
	run(day, (struct command) {.kind = CMD_START_AGENT, .caller = ana});
	run(day, (struct command) {.kind = CMD_START_AGENT, .caller = sam});
	run(day, (struct command) {.kind = CMD_MONITOR, .caller = sam, .agent = ana});
	run(day, (struct command) {.kind = CMD_READY, .caller = ana});
	run(day, text(day, "Hello", KEYWORD_NONE));
	run(day, (struct command) {
			 .kind = CMD_REJECT, .caller = ana, .session = day->core->sessions});
	pass(day, 60000);
	run(day, (struct command) {
			 .kind = CMD_ACCEPT, .caller = ana, .session = day->core->sessions});
	send(day, ana);
	hold_part(day);
	run(day, text(day, "STOP", KEYWORD_STOP));
	merge(day);
	erase(day, "Hello");
	core_check(day->core);
	*state = day;
	return 0;
}

static int tear_down(void **state)
{
	struct day *day = *state;
	for (size_t i = 0; i < day->count; i++)
		str_free(&day->events[i].body);
	core_free(&day->core);
	outcome_free(&day->outcome);
	free(day);
	return 0;
}

/* --- events one by one -------------------------------------------------------------------------- */

static bool take(struct core *core, const struct kept *kept, struct str body)
{
	union any_body room;
	struct event event = {.kind = kept->kind, .lsn = kept->lsn, .at = kept->at, .body = &room};
	if (!body_unpack(event_body(kept->kind), body, &room) || !core_fits(core, &event))
		return false;
	core_evolve(core, &event);
	return true;
}

static void all_that_commands_make_fits(void **state)
{
	const struct day *day = *state;
	bool has_kind[BODY_KINDS] = {false};
	struct core *core = core_new();
	for (size_t i = 0; i < day->count; i++) {
		assert_true(take(core, &day->events[i], day->events[i].body));
		has_kind[event_body(day->events[i].kind)] = true;
	}
	for (size_t i = 0; i < BODY_KINDS; i++)
		assert_true(has_kind[i]); /* the day has one of each */
	core_check(core);
	core_free(&core);
}

/* A lost event: those that need it are refused, the others go on. */
static void whatever_names_what_is_not_there_is_refused(void **state)
{
	static const enum event_kind needed[] = {EV_CENTRE_CREATED, EV_USER_ADDED, EV_LINK_ADDED,
		EV_QUEUE_ADDED, EV_RULE_DECLARED, EV_CONTACT_ADDED, EV_SESSION_OPENED,
		EV_MESSAGE_ADDED, EV_SMS_QUEUED};
	const struct day *day = *state;
	size_t refused[EVENT_NUMBER_END] = {0};
	for (size_t lost = 0; lost < day->count; lost++) {
		struct core *core = core_new();
		for (size_t i = 0; i < day->count; i++)
			refused[day->events[lost].kind] +=
				i != lost && !take(core, &day->events[i], day->events[i].body);
		core_free(&core);
	}
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		assert_true(refused[needed[i]] > 0);
}

/* xorshift64 */
static uint64_t draw(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed % below;
}

static struct str damage(const struct kept *kept, uint64_t *seed)
{
	struct str body = str_copy(kept->body);
	for (uint64_t left = 1 + draw(seed, BYTES_MAX); left; left--)
		((char *)(uintptr_t)body.at)[draw(seed, body.len)] = (char)draw(seed, 256);
	return body;
}

static void no_damaged_event_breaks_a_promise(void **state)
{
	const struct day *day = *state;
	uint64_t seed = 20221122;
	size_t taken = 0;
	for (unsigned n = 0; n < DAYS; n++) {
		struct core *core = core_new();
		for (size_t i = 0; i < day->count; i++) {
			bool is_damaged = draw(&seed, 10) == 0;
			struct str body = is_damaged ? damage(&day->events[i], &seed)
						     : str_copy(day->events[i].body);
			taken += take(core, &day->events[i], body) && is_damaged;
			str_free(&body);
		}
		core_free(&core);
	}
	assert_true(taken > 0); /* it is not all refused by its form alone */
}

static void a_text_that_leaves_is_said_or_was_erased(void **state)
{
	struct day *day = *state;
	struct body_outbound body = day->core->outbound->b;
	struct event event = {.kind = EV_SMS_QUEUED, .body = &body};
	body.serial = 99;
	body.open = 1;
	body.text = STR("Bye");
	assert_true(core_fits(day->core, &event));
	body.text = body.session =
		STR_NONE; /* a reply without a session, erased once it was closed */
	assert_true(core_fits(day->core, &event));
	body.session = STR("0000000000000000"); /* the entry that should say it is not there */
	body.seq = 1;
	assert_false(core_fits(day->core, &event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_text_that_leaves_is_said_or_was_erased, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_that_commands_make_fits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			whatever_names_what_is_not_there_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			no_damaged_event_breaks_a_promise, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
