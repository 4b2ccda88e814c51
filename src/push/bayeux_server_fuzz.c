/* bayeux_server_fuzz.c - the engine under any order of batches, news, time and lost connections: values in, and
 * what comes out is JSON that answers each message once. */
#include "push/push_fake.h"
#include "push/push_private.h"

#include <utlist.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES     6
#define MESSAGES  4
#define STEPS_MAX 400

struct line {
	struct transport transport; /* first */
	bool lasts;
};

static struct line lines[LINES];
static const uint8_t *rest;
static size_t left;
static uint64_t lsn;
static struct session session;
static struct party party;

static unsigned draw(unsigned below)
{
	unsigned byte = left ? *rest : 0;
	rest += left > 0;
	left -= left > 0;
	return byte % below;
}

static void check_array(struct str text, size_t least)
{
	json_t *array = json_read(text);
	CHECK(json_is_array(array) && json_array_size(array) >= least);
	json_decref(array);
}

/* So many messages and, as a transport may, one of its own behind them. */
static void check_parts(struct str *parts, size_t count)
{
	struct buf whole = {0};
	parts[count] = STR("{}]");
	buf_put_byte(&whole, '[');
	for (size_t i = 0; i <= count; i++)
		buf_put(&whole, parts[i]);
	check_array(buf_str(&whole), count + 1);
	buf_free(&whole);
}

static void line_deliver(struct transport *transport, struct str *parts, size_t count)
{
	CHECK(count > 0 && transport->client->transport == transport);
	check_parts(parts, count);
	if (!((struct line *)(void *)transport)->lasts)
		bayeux_client_detach(fake.push, transport->client);
}

static void line_close(struct transport *transport, enum connect_end end)
{
	struct buf out = {0};
	buf_put_byte(&out, '[');
	bayeux_server_put_connect(&out, transport->client, STR("1"), end);
	buf_put_byte(&out, ']');
	check_array(buf_str(&out), 1);
	buf_free(&out);
	bayeux_client_detach(fake.push, transport->client);
}

static const struct transport_ops ops = {
	.connection_type = "line", .deliver = line_deliver, .close = line_close};

static void lose(struct line *line)
{
	if (line->transport.client)
		bayeux_client_detach(fake.push, line->transport.client);
}

/* --- a batch ---------------------------------------------------------------------------------- */

/* The caller's first client, mostly; or somebody's, or an id of nobody's. */
static struct str some_id(char out[CLIENT_ID_LEN])
{
	const struct push_user *user = push_user_find(fake.push, fake.caller.user->b.id);
	unsigned n = draw(8);
	if (n >= 4 || !user)
		for (user = fake.push->users; user && n > 4; n--)
			user = user->next;
	struct bayeux_client *client = user ? user->clients : NULL;
	if (!client)
		return n % 2 ? STR("00000000000000000000000000000000") : STR("nobody");
	bayeux_client_put_id(client, out);
	return str_from(out, CLIENT_ID_LEN);
}

static struct str some_word(void)
{
	static const char *const words[] = {"", "/**", "/v2/me/*", "/v2/me/channels",
		"/v2/me/smssessions", "/v2/other", "line", "long-polling", "1.0", "2.0", "\"\n"};
	return str_of(words[draw(sizeof words / sizeof *words)]);
}

static struct bayeux_names some_names(struct str *place)
{
	struct bayeux_names names = {.at = place, .count = draw(3)};
	names.is_array = names.count != 1 || draw(2);
	for (size_t i = 0; i < names.count; i++)
		place[i] = some_word();
	return names;
}

static struct bayeux_msg some_message(char id[CLIENT_ID_LEN], struct str *names)
{
	static const char *const channels[] = {"/meta/connect", "/meta/connect", "/meta/connect",
		"/meta/handshake", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect",
		"/meta/other", "/v2/me/channels", ""};
	static const int64_t times[] = {-1, -1, 0, 1, 500, BAYEUX_TIMEOUT_MS, INT64_MAX};
	struct bayeux_msg msg = {.channel = str_of(channels[draw(10)])};
	msg.client_id = some_id(id);
	msg.id = draw(2) ? STR("\"i\"") : STR_NONE;
	msg.timeout_ms = times[draw(7)];
	if (draw(4) == 0)
		msg.connection_type = some_word();
	if (draw(8) == 0)
		msg.minimum_version = some_word();
	msg.types = some_names(names);
	msg.topics = some_names(names + 2);
	if (msg.channel.len == 0)
		msg.fault = "400::channel is missing";
	return msg;
}

static void some_caller(void)
{
	struct user *users[] = {&fake.ann, &fake.ann, &fake.bob, &fake.sue};
	struct login *logins[] = {
		&fake.ann_login, &fake.ann_other, &fake.bob_login, &fake.sue_login};
	unsigned n = draw(4);
	fake_be(users[n], logins[n], draw(4) == 0);
}

static void handle(const struct bayeux_batch *batch, struct line *line)
{
	static struct bayeux_answer answer;
	struct buf whole = {0};
	bayeux_server_handle(fake.push, batch, &fake.caller, &ops, &answer);
	buf_put_byte(&whole, '[');
	for (size_t i = 0; i < answer.count; i++)
		buf_put(&whole, answer.parts[i]);
	bayeux_answer_done(fake.push, &answer);
	if (!answer.held) {
		check_array(buf_str(&whole), batch->count);
	} else {
		CHECK(batch->count == 1 && answer.count == 0 && !answer.held->transport);
		CHECK(answer.held_ms > 0 && answer.held_ms <= BAYEUX_TIMEOUT_MS);
		lose(line);
		line->transport.login = fake.caller.login;
		bayeux_client_attach(fake.push, answer.held, &line->transport);
	}
	buf_free(&whole);
}

static void send_batch(void)
{
	char ids[MESSAGES][CLIENT_ID_LEN];
	struct str names[MESSAGES * 4];
	struct bayeux_msg messages[MESSAGES];
	struct bayeux_batch batch = {messages, draw(2) ? 1 : draw(MESSAGES + 1)};
	struct line *line = &lines[draw(LINES)];
	some_caller();
	for (size_t i = 0; i < batch.count; i++)
		messages[i] = some_message(ids[i], names + 4 * i);
	handle(&batch, line);
}

/* The user has a client that hears everything and has connected once. */
static void meet(struct user *user, struct login *login)
{
	char id[CLIENT_ID_LEN];
	struct str everything = STR("/**");
	struct bayeux_msg msg = {.channel = STR("/meta/handshake"), .timeout_ms = -1};
	const struct bayeux_batch batch = {&msg, 1};
	fake_be(user, login, false);
	handle(&batch, NULL);
	bayeux_client_put_id(push_user_find(fake.push, user->b.id)->clients, id);
	msg.client_id = str_from(id, sizeof id);
	msg.channel = STR("/meta/subscribe");
	msg.topics = (struct bayeux_names) {&everything, 1, false};
	handle(&batch, NULL);
	msg.channel = STR("/meta/connect");
	handle(&batch, NULL);
}

/* --- what happens around it ------------------------------------------------------------------- */

static void change_state(void)
{
	struct user *users[] = {&fake.ann, &fake.bob, &fake.sue}, *user = users[draw(3)];
	struct body_agent body = {.user = user->b.id};
	struct event event = {.kind = draw(2) ? EV_AGENT_MADE_NOT_READY : EV_AGENT_STARTED,
		.lsn = ++lsn,
		.body = &body,
		.object = user};
	user->agent.state = AGENT_NOT_READY;
	fake_happened(&event, 1);
}

static void write_message(void)
{
	struct body_message body = {.party = STR("P1")};
	body.type = draw(2) ? MESSAGE_JOINED : MESSAGE_TEXT;
	body.text = draw(2) ? STR("text") : STR_NONE;
	struct fake_entry *entry = fake_entry(body, &session);
	struct event event = {.kind = EV_MESSAGE_ADDED,
		.lsn = ++lsn,
		.body = &entry->b,
		.object = entry->message};
	party.b.kind = draw(2) ? PARTY_AGENT : PARTY_SUPERVISOR;
	fake.slice = draw(6);
	fake_happened(&event, 1);
}

static void end_login(void)
{
	struct login *logins[] = {&fake.ann_login, &fake.ann_other, &fake.bob_login};
	push_login_ended(fake.push, logins[draw(3)]);
}

static void rebuild(void)
{
	fake.user_is_gone = draw(2);
	fake.session_is_gone = draw(2);
	fake_drop();
	push_rebind(fake.push);
	fake.user_is_gone = false;
}

static void step(void)
{
	static const msec times[] = {0, 1, 500, BAYEUX_MAX_INTERVAL_MS, BAYEUX_TIMEOUT_MS};
	switch (draw(16)) {
	case 0:
		fake_run(times[draw(5)]);
		break;
	case 1:
		lose(&lines[draw(LINES)]);
		break;
	case 2:
		end_login();
		break;
	case 3:
		rebuild();
		break;
	case 4:
		fake.apply_err = draw(2) ? ERR_STORE : OK;
		break;
	case 5:
	case 6:
		write_message();
		break;
	case 7:
	case 8:
		change_state();
		break;
	case 9:
	case 10:
		fake_release();
		break;
	case 11:
		fake_run(0);
		break;
	default:
		send_batch();
	}
}

static void check(void)
{
	const struct push_user *user;
	const struct bayeux_client *client;
	for (size_t i = 0; i < LINES; i++) {
		client = lines[i].transport.client;
		CHECK(!client || client->transport == &lines[i].transport);
	}
	DL_FOREACH(fake.push->users, user)
		DL_FOREACH2(user->clients, client, user_next) {
			CHECK(client->user->client_count <= BAYEUX_CLIENTS_PER_USER_MAX);
			/* It is forgotten some time, or can be told; a slice is on its way to somebody only. */
			CHECK(!client->transport == !!client->silent.in);
			CHECK(client->transport || !client->slice);
			CHECK(!client->transport || !client->backlog || client->slice);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	rest = data;
	left = size;
	lsn = 0;
	fake_start();
	session = (struct session) {0};
	party = (struct party) {.session = &session, .user = &fake.bob};
	party.b.id = STR("P1");
	party.b.state = PARTY_CHATTING;
	party.b.joined = 1;
	LL_APPEND(session.parties, &party);
	for (size_t i = 0; i < LINES; i++)
		lines[i] = (struct line) {.transport = {.ops = &ops}, .lasts = i % 2};
	meet(&fake.ann, &fake.ann_login);
	meet(&fake.bob, &fake.bob_login);
	for (unsigned i = 0; left && i < STEPS_MAX; i++) {
		step();
		check();
	}
	for (size_t i = 0; i < LINES; i++)
		lose(&lines[i]);
	fake_stop();
	CHECK(fake.reading == 0);
	return 0;
}
