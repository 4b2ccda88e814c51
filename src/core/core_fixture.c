/* core_fixture.c - the small centre, its journal, and what is asked of it. */
#include "core/core_fixture.h"
#include "core/model/reader.h"

#include <stdlib.h>

struct journal_head {
	uint64_t lsn;
	msec at;
	unsigned kind;
	size_t len;
};

void keep(struct centre *c)
{
	for (size_t i = 0; i < c->outcome.count; i++) {
		const struct event *event = &c->outcome.events[i];
		struct buf body = {0};
		body_pack(event_body(event->kind), &body, event->body);
		struct journal_head head = {event->lsn, event->at, event->kind, body.len};
		buf_put(&c->journal, str_from(&head, sizeof head));
		buf_put(&c->journal, buf_str(&body));
		buf_free(&body);
		c->journal_events++;
	}
}

void each_event(const struct centre *c, void (*each)(void *ctx, struct event *event), void *ctx)
{
	struct str rest = buf_str(&c->journal);
	union any_body body;
	while (rest.len) {
		struct journal_head head;
		memcpy(&head, rest.at, sizeof head);
		rest = str_skip(rest, sizeof head);
		assert_true(body_unpack(event_body(head.kind), str_from(rest.at, head.len), &body));
		struct event event = {
			.kind = head.kind, .lsn = head.lsn, .at = head.at, .body = &body};
		each(ctx, &event);
		rest = str_skip(rest, head.len);
	}
}

void rewrite(struct centre *c, const struct body_erasure *rows, size_t count)
{
	struct buf written = {0};
	struct str rest = buf_str(&c->journal);
	while (rest.len) {
		struct journal_head head;
		memcpy(&head, rest.at, sizeof head);
		struct str body = str_from(rest.at + sizeof head, head.len);
		rest = str_skip(rest, sizeof head + head.len);
		if (count && rows->row == head.lsn) {
			body = rows->image;
			rows++;
			count--;
		}
		head.len = body.len;
		buf_put(&written, str_from(&head, sizeof head));
		buf_put(&written, body);
	}
	assert_int_equal(count, 0);
	buf_free(&c->journal);
	c->journal = written;
}

static void evolve(void *ctx, struct event *event)
{
	core_evolve(ctx, event);
}

struct core *replay(const struct centre *c)
{
	struct core *replayed = core_new();
	each_event(c, evolve, replayed);
	return replayed;
}

void assert_replay_is_equal(struct centre *c)
{
	struct core *replayed = replay(c);
	struct buf expected = {0}, got = {0};
	core_dump(c->core, &expected);
	core_dump(replayed, &got);
	buf_put_byte(&expected, '\0');
	buf_put_byte(&got, '\0');
	assert_string_equal(got.at, expected.at);
	buf_free(&expected);
	buf_free(&got);
	core_free(&replayed);
}

enum err run(struct centre *c, struct command command)
{
	outcome_reset(&c->outcome);
	enum err e = core_apply(c->core, &command, ++c->now, &c->outcome);
	if (e != OK)
		assert_int_equal(c->outcome.count, 0);
	core_check(c->core);
	keep(c);
	return e;
}

void must(struct centre *c, struct command command)
{
	assert_int_equal(run(c, command), OK);
}

void wait_ms(struct centre *c, msec ms)
{
	outcome_reset(&c->outcome);
	c->now += ms;
	while (core_tick(c->core, c->now, 0, &c->outcome)) {
	}
	core_check(c->core);
	keep(c);
}

static struct user *add_user(struct centre *c, const char *name, uint64_t roles)
{
	struct body_user body = {
		.name = str_of(name), .roles = roles, .provisioned = 1, .enabled = 1};
	must(c, (struct command) {.kind = CMD_ADD_USER, .new_user = &body});
	return core_user_by_name(c->core, str_of(name));
}

const struct body_centre small_centre = {
	.name = {"demo", 4},
	.id_key = {"0123456789abcdef0123456789abcdef", 32},
	.capacity = 4,
	.on_logout = LOGOUT_REQUEUE,
	.state_after_login = AGENT_NOT_READY,
	.lost_after = 120000,
	.answer_timeout = 60000,
	.reject_wait = 30000,
	.not_ready_after_no_answer = 1,
	.idle_close = 24 * 3600 * 1000,
	.redelivery_window = 600000,
	.receipt_window = 48 * 3600 * 1000,
	.receive_window = 10,
	.multimedia = 1,
	.stop_reply = {"stopped", 7},
	.start_reply = {"started", 7},
	.help_reply = {"help", 4},
};

int setup(void **state)
{
	struct centre *c = mem_new(sizeof *c);
	c->core = core_new();
	c->now = 1700000000000;
	must(c, (struct command) {.kind = CMD_CREATE_CENTRE, .new_centre = &small_centre});
	c->ana = add_user(c, "ana", ROLE_AGENT);
	c->ben = add_user(c, "ben", ROLE_AGENT);
	c->sam = add_user(c, "sam", ROLE_SUPERVISOR | ROLE_AGENT);
	c->sue = add_user(c, "sue", ROLE_SUPERVISOR);
	struct body_link link = {
		.name = STR("m1"), .host = STR("127.0.0.1"), .port = 2775, .window = 10};
	must(c, (struct command) {.kind = CMD_ADD_LINK, .new_link = &link});
	struct body_queue queue = {
		.name = STR("support"), .number = STR("5000"), .link = STR("m1")};
	must(c, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &queue});
	struct body_queue sales = {.name = STR("sales"), .number = STR("6000"), .link = STR("m1")};
	must(c, (struct command) {.kind = CMD_ADD_QUEUE, .new_queue = &sales});
	*state = c;
	return 0;
}

int teardown(void **state)
{
	struct centre *c = *state;
	assert_replay_is_equal(c);
	outcome_free(&c->outcome);
	buf_free(&c->journal);
	core_free(&c->core);
	free(c);
	return 0;
}

void start(struct centre *c, struct user *user)
{
	must(c, (struct command) {.kind = CMD_START_AGENT, .caller = user});
}

void ready(struct centre *c, struct user *user)
{
	start(c, user);
	must(c, (struct command) {.kind = CMD_READY, .caller = user});
}

void writes_keyword(struct centre *c, const char *phone, const char *text, enum keyword keyword)
{
	must(c, (struct command) {.kind = CMD_RECEIVE_SMS,
			.link = core_link(c->core, STR("m1")),
			.receive = {.phone = str_of(phone),
				.number = STR("5000"),
				.text = str_of(text),
				.keyword = keyword,
				.fingerprint = str_of("0123456789abcdef")}});
}

void writes(struct centre *c, const char *phone, const char *text)
{
	writes_keyword(c, phone, text, KEYWORD_NONE);
}

struct session *session_of(const struct user *user)
{
	struct viewer *viewer, *last = NULL;
	EACH_SESSION_OF(user, viewer)
		if (!last || viewer->b.invited >= last->b.invited)
			last = viewer;
	return last ? last->session : NULL;
}

enum err act(struct centre *c, enum command_kind kind, struct user *user)
{
	return run(c, (struct command) {.kind = kind, .caller = user, .session = session_of(user)});
}

enum err monitor(struct centre *c, struct user *supervisor, struct user *agent,
	enum monitor_mode mode, const char *nickname)
{
	return run(c, (struct command) {.kind = CMD_MONITOR,
			      .caller = supervisor,
			      .agent = agent,
			      .monitor = {.mode = mode, .nickname = str_of(nickname)}});
}

enum party_state state_in(const struct session *session, const struct user *user)
{
	const struct viewer *viewer;
	enum party_state state = party_state_count;
	EACH_VIEWER(session, viewer)
		if (viewer->user == user)
			state = viewer->b.state;
	return state;
}

struct session *ana_chats_watched_by_sam(struct centre *c, enum monitor_mode mode)
{
	start(c, c->sam);
	ready(c, c->ana);
	assert_int_equal(monitor(c, c->sam, c->ana, mode, ""), OK);
	writes(c, "+1", "Hello");
	assert_int_equal(act(c, CMD_ACCEPT, c->ana), OK);
	return session_of(c->ana);
}

enum err asks_of(struct centre *c, enum command_kind kind, struct user *asker, struct user *target)
{
	return run(c, (struct command) {.kind = kind,
			      .caller = asker,
			      .session = session_of(asker),
			      .target.user = target});
}

struct outbound *ana_sends(struct centre *c)
{
	struct session *session = session_of(c->ana);
	must(c, (struct command) {.kind = CMD_SEND_MESSAGE,
			.caller = c->ana,
			.session = session,
			.send.text = STR("How may I help you?")});
	return session->messages[session->message_count - 1]->outbound;
}

const void *recorded(const struct centre *c, enum event_kind kind)
{
	for (size_t i = 0; i < c->outcome.count; i++)
		if (c->outcome.events[i].kind == kind)
			return c->outcome.events[i].body;
	return NULL;
}
