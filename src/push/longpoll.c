/* longpoll.c - two lines of clients and the polls that are held for them. */
#include "push/longpoll.h"

#include "push/history.h"
#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

static const struct {
	const char *error;
	const char *reconnect; /* advice; NULL: none */
	int64_t timeout_ms;
	uint64_t interval_ms;
} poll_ends[] = {
	[POLL_DONE] = {NULL, NULL, -1, 0},
	[POLL_FIRST] = {NULL, "retry", BAYEUX_TIMEOUT_MS, BAYEUX_INTERVAL_MS},
	[POLL_STOP] = {NULL, "retry", BAYEUX_TIMEOUT_MS, BAYEUX_STOP_INTERVAL_MS},
	[POLL_NONE] = {NULL, "none", -1, BAYEUX_INTERVAL_MS},
	[POLL_UNKNOWN] = {BAYEUX_UNKNOWN_CLIENT, "handshake", -1, BAYEUX_INTERVAL_MS},
};

static void line_join(
	struct push *push, struct bayeux_client *client, enum line_kind kind, msec deadline);
static void on_held_due(void *ctx);
static void on_silent_due(void *ctx);

void longpoll_start(struct push *push)
{
	push->held.timer = (struct net_timer) {.fire = on_held_due, .ctx = push};
	push->silent.timer = (struct net_timer) {.fire = on_silent_due, .ctx = push};
}

void longpoll_end(struct push *push)
{
	net_timer_stop(push->world.net, &push->held.timer);
	net_timer_stop(push->world.net, &push->silent.timer);
}

/* Slots are small and dense (http_server counts its connections), so a plain array finds them. */
static struct bayeux_client **poll_place(struct push *push, uint32_t slot)
{
	if (slot >= push->poll_slots) {
		size_t slots = push->poll_slots ? push->poll_slots : 64;
		while (slots <= slot)
			slots *= 2;
		push->polls = mem_resize(push->polls, slots * sizeof(*push->polls));
		memset(push->polls + push->poll_slots, 0,
			(slots - push->poll_slots) * sizeof(*push->polls));
		push->poll_slots = slots;
	}
	return &push->polls[slot];
}

static void keep_id(struct bayeux_client *client, struct str id)
{
	bool is_short = id.len < sizeof(client->poll_id_room);
	if (id.len == 0)
		return;
	client->poll_id = is_short ? client->poll_id_room : mem_new(id.len + 1);
	memcpy(client->poll_id, id.at, id.len);
	client->poll_id[id.len] = '\0';
}

void longpoll_free_id(struct bayeux_client *client)
{
	if (client->poll_id != client->poll_id_room)
		free(client->poll_id);
	client->poll_id = NULL;
}

void longpoll_hold(struct push *push, struct bayeux_client *client, struct http_ref ref,
	struct str id, msec timeout_ms)
{
	CHECK(client->line != LINE_HELD);
	longpoll_leave(push, client);
	client->poll = ref;
	keep_id(client, id);
	*poll_place(push, ref.slot) = client;
	line_join(push, client, LINE_HELD, net_now(push->world.net) + timeout_ms);
}

void longpoll_put_end(struct buf *out, struct str id, enum poll_end end)
{
	bayeux_begin(out, STR("/meta/connect"), id, poll_ends[end].error);
	if (poll_ends[end].reconnect)
		bayeux_put_advice(out, poll_ends[end].reconnect, poll_ends[end].timeout_ms,
			poll_ends[end].interval_ms);
	bayeux_end(out);
}

/* The parts are so many notes, and have room for one more. They leave from where they are. */
static void answer(struct push *push, struct bayeux_client *client, struct str *parts, size_t count,
	enum poll_end end)
{
	CHECK(client->line == LINE_HELD);
	push->end.len = 0;
	longpoll_put_end(&push->end, str_of(client->poll_id), end);
	buf_put_byte(&push->end, ']');
	parts[count] = buf_str(&push->end);
	push_answer(push, client->poll,
		&(struct http_response) {
			.status = 200, .body = STR("["), .more = parts, .more_count = count + 1});
	longpoll_forget(push, client);
}

void longpoll_answer(struct push *push, struct bayeux_client *client, enum poll_end end)
{
	struct str parts[1];
	answer(push, client, parts, 0, end);
}

void longpoll_serve(struct push *push, struct bayeux_client *client)
{
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX + 1];
	if (backlog_history(client->backlog)) {
		history_tell(push, client);
		return;
	}
	size_t count = backlog_first(client->backlog, parts);
	answer(push, client, parts, count, POLL_DONE);
	backlog_drop(&client->backlog, count);
}

bool longpoll_tell(struct push *push, struct bayeux_client *client, const struct note *notes)
{
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX + 1];
	size_t count = 0, bytes = 0;
	for (const struct note *note = notes; note; note = note->next) {
		if (!note_is_heard(note, client->subscriptions))
			continue;
		if (note->history || count == BAYEUX_BACKLOG_MESSAGES_MAX ||
			bytes > BAYEUX_POLL_BYTES_MAX)
			return false;
		parts[count] = note_part(note);
		bytes += parts[count++].len;
	}
	if (count)
		answer(push, client, parts, count, POLL_DONE);
	return true;
}

void longpoll_forget(struct push *push, struct bayeux_client *client)
{
	CHECK(client->line == LINE_HELD);
	history_forget(client);
	*poll_place(push, client->poll.slot) = NULL;
	client->poll = (struct http_ref) {0};
	client->poll_login = NULL;
	longpoll_free_id(client);
	longpoll_await(push, client);
}

struct bayeux_client *longpoll_client(const struct push *push, struct http_ref ref)
{
	if (ref.slot >= push->poll_slots)
		return NULL;
	struct bayeux_client *client = push->polls[ref.slot];
	return client && client->poll.generation == ref.generation ? client : NULL;
}

void longpoll_await(struct push *push, struct bayeux_client *client)
{
	longpoll_leave(push, client);
	line_join(push, client, LINE_SILENT,
		net_now(push->world.net) + BAYEUX_INTERVAL_MS + BAYEUX_MAX_INTERVAL_MS);
}

static struct longpoll_line *line_of(struct push *push, enum line_kind kind)
{
	return kind == LINE_HELD ? &push->held : &push->silent;
}

void longpoll_leave(struct push *push, struct bayeux_client *client)
{
	if (client->line == LINE_NONE)
		return;
	struct longpoll_line *line = line_of(push, client->line);
	DL_DELETE(line->first, client);
	client->line = LINE_NONE;
}

static void line_arm(struct push *push, struct longpoll_line *line)
{
	/* A timer that is set too early costs one look; setting it for each poll would cost more. */
	if (!line->first || (line->armed && line->armed <= line->first->deadline))
		return;
	msec now = net_now(push->world.net);
	line->armed = line->first->deadline;
	net_timer_start(push->world.net, &line->timer, line->armed > now ? line->armed - now : 0);
}

/* After all whose deadline is no later: seen from the end, where nearly everybody belongs. Only a
 * client that asks for a shorter time than ours walks further. */
static void line_join(
	struct push *push, struct bayeux_client *client, enum line_kind kind, msec deadline)
{
	struct longpoll_line *line = line_of(push, kind);
	struct bayeux_client *before = line->first ? line->first->prev : NULL;
	client->deadline = deadline;
	client->line = kind;
	if (!before || before->deadline <= deadline) {
		DL_APPEND(line->first, client);
	} else {
		while (before != line->first && before->prev->deadline > deadline)
			before = before->prev;
		DL_PREPEND_ELEM(line->first, before, client);
	}
	line_arm(push, line);
}

/* The head of the line if its time has come. */
static struct bayeux_client *line_due(struct push *push, struct longpoll_line *line)
{
	struct bayeux_client *first = line->first;
	return first && first->deadline <= net_now(push->world.net) ? first : NULL;
}

static void on_held_due(void *ctx)
{
	struct push *push = ctx;
	struct bayeux_client *client;
	push->held.armed = 0;
	while ((client = line_due(push, &push->held)))
		longpoll_answer(push, client, POLL_DONE);
	line_arm(push, &push->held);
}

static void on_silent_due(void *ctx)
{
	struct push *push = ctx;
	struct bayeux_client *client;
	push->silent.armed = 0;
	while ((client = line_due(push, &push->silent)))
		bayeux_client_drop(push, client, POLL_UNKNOWN);
	line_arm(push, &push->silent);
}
