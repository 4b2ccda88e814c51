/* push_fake.c - the world around push/ in tests. */
#include "push/push_fake.h"
#include "core/model/watching.h"
#include "api/refusal.h"

#include "core/model/message.h"
#include "core/model/reading.h"
#include "core/rules/visibility.h"
#include "push/push_user.h"
#include "wire/ws_frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#define REPLIES_MAX    4096
#define EVENTS_MAX     8 /* of a command */
#define RECIPIENTS_MAX 8

struct fake fake;

struct given {
	struct http_ref ref;
	int status;
	struct str body, headers; /* owned */
};

static struct given given[REPLIES_MAX];
static size_t given_count;
static struct gate_line held;
static struct http_ref last_ref;
static struct http_request *current; /* NULL once replied or held */
static struct arena arena;
static char *body_bytes;
static struct buf kept; /* what users were told, packed */
static size_t kept_on_disk, kept_in_tables;

static void done_with(void)
{
	if (!current)
		return;
	free(current);
	free(body_bytes);
	arena_free(&arena);
	current = NULL;
}

static enum err world_apply(struct port *port, const struct command *command, uint64_t *lsn)
{
	*lsn = 1;
	if (fake.apply_err != OK)
		return fake.apply_err;
	fake.came += command->kind == CMD_CLIENT_CAME;
	fake.lost += command->kind == CMD_CLIENTS_LOST;
	command->caller->agent.has_client = command->kind == CMD_CLIENT_CAME;
	return OK;
}

static void world_reply(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response)
{
	CHECK(lsn == 0 && given_count < REPLIES_MAX && !fake_reply_to(ref));
	struct buf whole = {0};
	buf_put(&whole, response->body);
	for (size_t i = 0; i < response->more_count; i++)
		buf_put(&whole, response->more[i]);
	buf_put_byte(&whole, '\0');
	fake_plain(whole.at);
	struct str body = str_copy(str_of(whole.at)), headers = str_copy(response->headers);
	buf_free(&whole);
	given[given_count++] = (struct given) {ref, response->status, body, headers};
	if (current && ref.generation == last_ref.generation)
		done_with();
}

static void world_hold_poll(void *ctx, struct http_ref ref)
{
	CHECK(current && ref.generation == last_ref.generation);
	done_with();
}

void fake_plain(char *text)
{
	static const char mark[] = ",\"ext\":{\"replayId\":";
	for (char *at = text; !fake.shows_numbers && (at = strstr(at, mark));) {
		const char *to = strchr(at, '}') + 1;
		memmove(at, to, strlen(to) + 1);
	}
}

/* --- what was told --- */

static void world_keep(struct port *port, const struct told_note *note)
{
	told_pack(&kept, note);
}

static struct told_range world_told(struct port *port, struct str user)
{
	struct str packed = str_from(kept.at, kept_on_disk);
	struct told_note note;
	struct told_range range = {fake.told_before + 1, fake.told_before};
	while (told_unpack(&packed, &note))
		if (!note.is_made && str_eq(note.user, user))
			range.last = note.number;
	if (fake.kept_first)
		range.first = fake.kept_first;
	return range;
}

static struct str made_of(const struct told_note *note)
{
	struct str packed = str_from(kept.at, kept_in_tables);
	struct told_note other;
	while (told_unpack(&packed, &other))
		if (other.is_made && other.number == note->number && str_eq(other.user, note->user))
			return other.data;
	return STR_NONE;
}

static enum err page_read(
	struct told_source *source, const struct told_query *query, struct told_page *page)
{
	struct str packed = str_from(kept.at, kept_in_tables);
	struct told_note note;
	fake.pages++;
	while (told_unpack(&packed, &note)) {
		if (note.is_made || !str_eq(note.user, query->user) || note.number < query->from ||
			note.number < fake.kept_first)
			continue;
		if (note.party.len && made_of(&note).len) {
			note.data = made_of(&note);
			note.party = STR_NONE;
		}
		if (!told_page_add(page, query, &note))
			break;
	}
	return fake.page_err;
}

static void source_free(struct told_source *source)
{
}

static struct told_source *world_told_source(struct port *port)
{
	static struct told_source source = {page_read, source_free};
	return &source;
}

static void world_wait(struct port *port, struct gate_wait *wait, uint64_t lsn)
{
	wait->lsn = lsn;
	gate_line_append(&held, wait);
}

/* --- sockets --- */

#define SOCKETS_MAX 64

struct fake_socket {
	struct http_ref ref;
	bool is_open;
	struct buf sent;
	struct ws_reader reader;
	size_t unsent;
};
static struct fake_socket sockets[SOCKETS_MAX];
static size_t socket_count;

static struct fake_socket *socket_at(struct http_ref ref)
{
	for (size_t i = 0; i < socket_count; i++)
		if (sockets[i].ref.generation == ref.generation)
			return &sockets[i];
	return NULL;
}

static bool world_upgrade(void *ctx, struct http_ref ref, struct str headers)
{
	CHECK(current && str_starts(headers, STR("Sec-WebSocket-Accept: ")));
	CHECK(socket_count < SOCKETS_MAX);
	sockets[socket_count++] =
		(struct fake_socket) {.ref = ref, .is_open = true, .reader = {.is_clients = true}};
	done_with();
	return true;
}

static void world_write(void *ctx, struct http_ref ref, const struct str *parts, size_t count)
{
	struct fake_socket *socket = socket_at(ref);
	CHECK(socket && socket->is_open);
	for (size_t i = 0; i < count; i++)
		buf_put(&socket->sent, parts[i]);
}

static size_t world_unsent(void *ctx, struct http_ref ref)
{
	return socket_at(ref)->unsent;
}

static void world_close(void *ctx, struct http_ref ref)
{
	CHECK(socket_at(ref)->is_open);
	socket_at(ref)->is_open = false;
}

static void make_user(struct user *user, struct login *login, const char *name, const char *id)
{
	user->b.name = str_of(name);
	user->b.id = str_of(id);
	login->user = user;
	login->stream = net_stream_of(fake.net, str_of(name), 1);
}

void fake_start(void)
{
	fake = (struct fake) {.net = net_sim_new(7, FAKE_START)};
	make_user(&fake.ann, &fake.ann_login, "ann", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	make_user(&fake.bob, &fake.bob_login, "bob", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	make_user(&fake.sue, &fake.sue_login, "sue", "cccccccccccccccccccccccccccccccc");
	fake.ann_other = fake.ann_login;
	static struct core core; /* which knows nobody but whom we say */
	static struct port port = {.core = &core,
		.apply = world_apply,
		.wait = world_wait,
		.keep = world_keep,
		.told = world_told,
		.told_source = world_told_source};
	struct push_world world = {.port = &port,
		.net = fake.net,
		.reply = world_reply,
		.hold_poll = world_hold_poll,
		.refusal = refusal_response,
		.upgrade = world_upgrade,
		.write = world_write,
		.unsent = world_unsent,
		.close = world_close};
	fake.push = push_new(&world, NULL, STR("http://x/api/v2"));
	fake_be(&fake.ann, &fake.ann_login, false);
}

void fake_stop(void)
{
	push_free(&fake.push);
	CHECK(!held.first); /* nobody waits for who is gone */
	buf_free(&kept);
	kept_on_disk = kept_in_tables = 0;
	net_sim_free(&fake.net);
	while (given_count) {
		str_free(&given[--given_count].body);
		str_free(&given[given_count].headers);
	}
	CHECK(!current);
	while (fake.entries) {
		struct fake_entry *entry = fake.entries;
		LL_DELETE(fake.entries, entry);
		free(entry->message);
		free(entry);
	}
	while (socket_count) {
		buf_free(&sockets[--socket_count].sent);
		ws_reader_free(&sockets[socket_count].reader);
	}
}

void fake_be(struct user *user, struct login *login, bool by_basic)
{
	fake.caller = (struct caller) {.user = user, .login = login, .by_basic = by_basic};
}

void fake_run(msec ms)
{
	net_sim_run(fake.net, net_now(fake.net) + ms);
}

/* As the entrance does. */
static void ask(const struct http_request *request, struct http_ref ref)
{
	const struct entrance_room room = push_room(fake.push);
	struct visit visit = {.request = request, .ref = ref, .caller = &fake.caller};
	enum err err = room.read(room.ctx, &visit);
	fake.wanted_cookie = fake.caller.set_cookie = visit.wants_cookie;
	if (err == OK)
		err = fake.login_err != OK ? fake.login_err : fake.origin_err;
	if (err == OK)
		room.serve(room.ctx, &visit);
	else
		room.refuse(room.ctx, &visit, err);
}

const char *fake_request(enum http_method method, struct str body)
{
	CHECK(!current);
	body_bytes = malloc(body.len + 1); /* its own block: a late look at it is found */
	memcpy(body_bytes, body.at, body.len);
	current = calloc(1, sizeof(*current));
	current->method = method;
	current->path = STR("/api/v2/notifications");
	current->body = str_from(body_bytes, body.len);
	current->arena = &arena;
	last_ref.slot = (last_ref.slot + 1) % 200;
	last_ref.generation++;
	ask(current, last_ref);
	CHECK(!current);
	return fake_reply_to(last_ref);
}

static void add_header(const char *name, const char *value)
{
	current->headers[current->header_count++] =
		(struct http_header) {str_of(name), str_of(value)};
}

struct http_ref fake_socket(void)
{
	CHECK(!current);
	body_bytes = NULL;
	current = calloc(1, sizeof(*current));
	current->method = HTTP_GET;
	current->wants_socket = true;
	current->path = STR("/api/v2/notifications");
	current->arena = &arena;
	add_header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
	add_header("Sec-WebSocket-Version", "13");
	last_ref.slot = (last_ref.slot + 1) % 200;
	last_ref.generation++;
	ask(current, last_ref);
	CHECK(!current);
	return socket_at(last_ref) ? last_ref : (struct http_ref) {0};
}

void fake_frame(struct http_ref ref, unsigned opcode, struct str payload)
{
	static const unsigned char mask[WS_MASK_BYTES] = {1, 2, 3, 4};
	struct buf plain = {0}, masked = {0};
	ws_put_frame(&plain, opcode, payload);
	ws_put_masked(&masked, buf_str(&plain), mask);
	struct str bytes = buf_str(&masked);
	while (bytes.len && fake_is_open(ref))
		push_bytes(fake.push, ref, &bytes);
	buf_free(&plain);
	buf_free(&masked);
}

void fake_say(struct http_ref ref, const char *format, ...)
{
	char text[4096];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fake_frame(ref, WS_OP_TEXT, str_from(text, (size_t)len));
}

bool fake_is_open(struct http_ref ref)
{
	return socket_at(ref)->is_open;
}

void fake_unsent(struct http_ref ref, size_t bytes)
{
	socket_at(ref)->unsent = bytes;
	if (!bytes)
		push_drained(fake.push, ref);
}

const char *fake_heard(struct http_ref ref)
{
	static struct buf heard;
	struct fake_socket *socket = socket_at(ref);
	struct str in = buf_str(&socket->sent);
	heard.len = 0;
	while (in.len) {
		enum ws_step step = ws_reader_feed(&socket->reader, &in);
		CHECK(step != WS_BAD && step != WS_MORE);
		if (step == WS_TEXT)
			buf_printf(&heard, "%.*s ", STR_ARGS(socket->reader.payload));
		else if (step == WS_CLOSE)
			buf_printf(&heard, "closed %d ", (int)socket->reader.code);
		else
			buf_puts(&heard, step == WS_PONG ? "pong " : "ping ");
	}
	socket->sent.len = 0;
	buf_put_byte(&heard, '\0');
	fake_plain(heard.at);
	return heard.at;
}

const char *fake_post(const char *format, ...)
{
	char body[4096];
	va_list args;
	va_start(args, format);
	vsnprintf(body, sizeof(body), format, args);
	va_end(args);
	return fake_request(HTTP_POST, str_of(body));
}

struct http_ref fake_last_ref(void)
{
	return last_ref;
}

static const struct given *given_to(struct http_ref ref)
{
	for (size_t i = 0; i < given_count; i++) {
		if (given[i].ref.generation == ref.generation)
			return &given[i];
	}
	return NULL;
}

int fake_last_status(void)
{
	return given_to(last_ref)->status;
}

const char *fake_last_headers(void)
{
	const char *headers = given_to(last_ref)->headers.at;
	return headers ? headers : "";
}

const char *fake_reply_to(struct http_ref ref)
{
	const struct given *g = given_to(ref);
	return g ? g->body.at : NULL;
}

void fake_go(struct http_ref ref)
{
	push_gone(fake.push, ref);
}

const char *fake_held(void)
{
	static char text[1024];
	size_t n = 0;
	text[0] = '\0';
	for (const struct gate_wait *wait = held.first; wait; wait = wait->next)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%d/%s ", (int)wait->lsn,
			wait->rank == GATE_PUSH ? "agents" : "supervisors");
	return text;
}

static void let_go(bool is_durable)
{
	struct gate_wait *wait;
	while ((wait = gate_line_shift(&held)))
		wait->done(wait->ctx, is_durable);
}

void fake_release(void)
{
	kept_on_disk = kept.len;
	let_go(true);
	if (fake.is_behind)
		return;
	kept_in_tables = kept_on_disk;
	push_projected(fake.push, UINT64_MAX);
}

void fake_drop(void)
{
	kept.len = kept_on_disk;
	let_go(false);
}

/* A few of them live side by side in one test. */
static const char *client_id(const char *reply)
{
	static char ids[64][33];
	static unsigned next;
	const char *at = strstr(reply, "\"clientId\":\"");
	CHECK(at && strlen(at) > 44);
	char *id = ids[next++ % 64];
	memcpy(id, at + 12, 32);
	CHECK(at[44] == '"');
	return id;
}

const char *fake_client(const char *topic)
{
	const char *id =
		client_id(fake_post("[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\"}]"));
	if (topic)
		fake_post("[{\"channel\":\"/meta/"
			  "subscribe\",\"clientId\":\"%s\",\"subscription\":\"%s\"}]",
			id, topic);
	CHECK(fake_connect(id));
	return id;
}

const char *fake_connect(const char *client)
{
	return fake_post("[{\"channel\":\"/meta/connect\",\"clientId\":\"%s\","
			 "\"connectionType\":\"long-polling\",\"id\":\"9\"}]",
		client);
}

/* --- events --- */

struct fake_entry *fake_entry(struct body_message body, struct session *session)
{
	struct fake_entry *entry = mem_new(sizeof *entry);
	entry->message = message_new(session, &body);
	entry->b = message_body(entry->message);
	LL_PREPEND(fake.entries, entry);
	return entry;
}

static void add_recipient(struct event *event, struct user *user, struct party *party)
{
	bool is_own = !party || party == event->object;
	CHECK(event->recipient_count < RECIPIENTS_MAX);
	event->recipients[event->recipient_count++] = (struct recipient) {
		user, party ? &party->viewer : NULL, is_own ? RELATION_OWN : RELATION_OTHER};
}

static struct party *parties_of(const struct event *event)
{
	const struct party *own = event->object;
	const struct message *message = event->object;
	switch (event_body(event->kind)) {
	case BODY_party:
		return own->session->parties;
	case BODY_message:
		return message->session->parties;
	case BODY_part:
		return fake.entries->message->session->parties; /* of the latest one */
	default:
		return NULL;
	}
}

/* Every joined party; of an event about a party, that one first; of one about a user, that user. */
static void find_recipients(struct event *event)
{
	bool is_party = event_body(event->kind) == BODY_party;
	struct party *own = is_party ? event->object : NULL, *party;
	if (event_body(event->kind) == BODY_agent)
		add_recipient(event, event->object, NULL);
	if (event_body(event->kind) == BODY_registration)
		add_recipient(
			event, ((const struct registration *)event->object)->supervisor, NULL);
	if (own && own->user)
		add_recipient(event, own->user, own);
	LL_FOREACH(parties_of(event), party)
		if (party != own && party->user &&
			(party->b.state == PARTY_CHATTING || party->b.state == PARTY_LEFT_CHAT))
			add_recipient(event, party->user, party);
}

void fake_happened(struct event *events, size_t count)
{
	static struct recipient room[EVENTS_MAX][RECIPIENTS_MAX];
	CHECK(count <= EVENTS_MAX);
	for (size_t i = 0; i < count; i++) {
		events[i].recipients = room[i];
		find_recipients(&events[i]);
	}
	push_events(fake.push, events, count);
}

/* --- stand-ins --- */

void login_touch(struct login_table *table, struct login *login)
{
	fake.touched++;
}

void login_headers(const struct login_table *table, const struct http_request *request,
	const struct caller *caller, struct buf *headers)
{
	buf_puts(headers, "Set-Cookie: JSESSIONID=1\r\n");
}

bool user_is_integrator(const struct user *user)
{
	return user->b.roles == ROLE_INTEGRATOR;
}

struct user *core_user(const struct core *core, struct str id_or_name)
{
	struct user *all[] = {&fake.ann, &fake.bob, &fake.sue};
	for (size_t i = 0; i < 3 && !fake.user_is_gone; i++) {
		if (str_eq(all[i]->b.id, id_or_name))
			return all[i];
	}
	return NULL;
}

enum audience_class visibility_class(const struct viewer *viewer)
{
	return viewer->b.kind == PARTY_SUPERVISOR ? CLASS_SUPERVISOR : CLASS_AGENT;
}

static const char *const extents[] = {"full", "just-joined", "bare"};

void view_state_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct view_news *news)
{
	CHECK(str_is(view->external_url, "http://x/api/v2"));
	fake.rendered++;
	buf_printf(out, "\"%s %s\"", news->type, extents[news->extent]);
}

void view_error_message(struct buf *out, uint64_t reference)
{
	fake.rendered++;
	buf_printf(out, "\"error %d\"", (int)reference);
}

/* What is told last is entry 9, unless the message says which. */
uint64_t visibility_index(const struct viewer *viewer, const struct message *message)
{
	const struct body_message entry = message_body(message);
	uint64_t index = entry.seq ? entry.seq : 9;
	fake.told = message;
	return index + (visibility_class(viewer) == CLASS_SUPERVISOR ? fake.hidden : 0);
}

uint64_t visibility_last_index(const struct viewer *viewer)
{
	return viewer->session->message_count;
}

bool visibility_reads_alike(
	const struct viewer *a, const struct viewer *b, const struct message *message)
{
	return visibility_index(a, message) == visibility_index(b, message);
}

void view_log_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	struct view_stretch *stretch)
{
	uint64_t from = stretch->next, to = stretch->last;
	const struct message *message = from == to ? fake.told : NULL;
	fake.rendered++;
	fake.told = NULL;
	if (from < to && fake.slice && from + fake.slice - 1 < to)
		to = from + fake.slice - 1;
	if (message)
		json_put_string(out, message_body(message).text.len ? message_body(message).text
								    : STR("message"));
	else if (from == 1 && to == stretch->last)
		buf_puts(out, "\"history\"");
	else
		buf_printf(out, "\"history %d..%d\"", (int)from, (int)to);
	stretch->next = to + 1;
	stretch->lsn = fake.slice_lsn;
}

uint64_t view_slice_last(const struct viewer *viewer, const struct view_stretch *stretch)
{
	uint64_t last = fake.slice ? stretch->next + fake.slice - 1 : stretch->last;
	return last < stretch->last ? last : stretch->last;
}

struct viewer *reading_find_again(
	const struct core *core, struct str session, struct str party, msec now)
{
	return fake.session_is_gone ? NULL : fake.reader;
}

void reading_start(struct reading *reading, const struct viewer *viewer)
{
	*reading = (struct reading) {.kept = viewer->session};
	fake.reading++;
}

struct viewer *reading_viewer(struct reading *reading, const struct core *core)
{
	return fake.session_is_gone ? NULL : &reading->kept->parties->viewer;
}

void reading_end(struct reading *reading)
{
	fake.reading -= reading->kept != NULL;
	reading->kept = NULL;
}

void view_delivery_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct message *message)
{
	fake.rendered++;
	buf_printf(out, "\"delivery %s\"", words_name(&delivery_words, message->delivery));
}

void view_channels_message(struct buf *out, const struct view *view, const struct user *user)
{
	fake.rendered++;
	buf_printf(out, "\"%s %s\"", user->b.name.at,
		words_name(&agent_state_words, user->agent.state));
}

void view_order_message(struct buf *out, const struct view *view, const char *type,
	const struct body_registration *order)
{
	fake.rendered++;
	buf_printf(out, "\"%s %s\"", type, order->active ? "active" : "ended");
}

void view_participation_message(
	struct buf *out, const struct view *view, const char *type, const struct body_party *party)
{
	fake.rendered++;
	buf_printf(out, "\"%s %s\"", type, words_name(&party_state_words, party->state));
}

void view_hand_message(struct buf *out, const struct view *view, const char *type,
	const struct user *reader, const struct body_hand *hand)
{
	fake.rendered++;
	buf_printf(out, "\"%s %s\"", type, hand->raised ? "raised" : "down");
}
