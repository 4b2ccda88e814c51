/* history.c - slices of histories on their way to clients. */
#include "push/history.h"

#include <stdlib.h>

#include "core/model/reading.h"
#include "push/push_private.h"
#include "push/recent.h"

struct history {
	struct reading reading; /* until it was told */
	uint64_t first, last;
	enum gate_rank rank;
	struct buf data; /* as it was told for the first time; empty: it was not yet */
};

/* What a client will be told: waits for its turn, then for the disk. */
struct slice {
	struct push *push;
	struct bayeux_client *client;
	struct net_turn turn;
	struct gate_wait wait;
	struct buf body; /* a message and a comma */
	struct str data; /* of it */
};

struct note *history_note(enum topic topic, uint64_t number, const struct viewer *viewer,
	const struct view_stretch *slice, enum gate_rank rank)
{
	struct history *history = mem_new(sizeof(*history));
	history->first = slice->next;
	history->last = slice->last;
	history->rank = rank;
	reading_start(&history->reading, viewer);
	return note_of_history(history, topic, number);
}

static struct note *note_told(enum topic topic, const struct told_note *kept, enum gate_rank rank)
{
	struct history *history = mem_new(sizeof(*history));
	history->rank = rank;
	buf_put(&history->data, kept->data);
	return note_of_history(history, topic, kept->number);
}

struct note *history_note_again(
	const struct core *core, enum topic topic, const struct told_note *kept, msec now)
{
	bool is_told = kept->data.len > 0;
	const struct view_stretch slice = {kept->first, kept->last, 0};
	enum gate_rank rank = kept->roles ? GATE_SUPERVISOR : GATE_PUSH;
	const struct viewer *viewer =
		is_told ? NULL : reading_find_again(core, kept->session, kept->party, now);
	if (!is_told && !viewer)
		return NULL;
	struct note *note = is_told ? note_told(topic, kept, rank)
				    : history_note(topic, kept->number, viewer, &slice, rank);
	note->roles = kept->roles;
	return note;
}

void history_free(struct history **history)
{
	if (*history) {
		reading_end(&(*history)->reading);
		buf_free(&(*history)->data);
	}
	free(*history);
	*history = NULL;
}

static void slice_free(struct slice *slice)
{
	net_turn_drop(&slice->turn);
	gate_forget(&slice->wait);
	buf_free(&slice->body);
	free(slice);
}

void history_forget(struct bayeux_client *client)
{
	struct slice *slice = client->slice;
	client->slice = NULL;
	if (slice)
		slice_free(slice);
}

static struct note *note_of(const struct slice *slice)
{
	return slice->client->backlog->at[0];
}

static struct history *history_of(const struct slice *slice)
{
	return note_of(slice)->history;
}

static void ask_turn(struct slice *slice)
{
	bool is_last = history_of(slice)->rank == GATE_SUPERVISOR;
	net_turn_ask(slice->push->world.net, &slice->turn, is_last ? NET_LAST : NET_FIRST);
}

/* Whoever is told it again is told the same: the states of the texts may be others by then, the session may be gone. The
 * tables have that with what is committed next. */
static void keep(const struct slice *slice)
{
	struct push *push = slice->push;
	struct history *history = history_of(slice);
	const struct told_note told = {.user = push_user_id(slice->client->user),
		.number = note_of(slice)->number,
		.data = slice->data,
		.is_made = true};
	if (history->data.len)
		return;
	port_keep(push->world.port, &told);
	buf_put(&history->data, slice->data);
	reading_end(&history->reading);
	recent_keep(push, slice->client->user, note_of(slice), push->world.port->core->lsn + 1);
}

static void slice_tell(struct slice *slice)
{
	struct bayeux_client *client = slice->client;
	struct push *push = slice->push;
	struct str parts[2] = {buf_str(&slice->body)};
	keep(slice);
	client->slice = NULL;
	bayeux_client_sent(push, client, 1);
	client->transport->ops->deliver(client->transport, parts, 1);
	slice_free(slice);
	bayeux_client_deliver(push, client);
}

/* If what it tells of is undone it is made once more, from the core that is made anew meanwhile. */
static void slice_on_disk(void *ctx, bool is_durable)
{
	struct slice *slice = ctx;
	if (is_durable) {
		slice_tell(slice);
		return;
	}
	buf_free(&slice->body);
	ask_turn(slice);
}

static void put(struct slice *slice, const struct view *view, const struct viewer *viewer,
	struct view_stretch *stretch)
{
	const struct history *history = history_of(slice);
	struct buf *out = &slice->body;
	note_begin(out, note_of(slice)->topic);
	size_t from = out->len;
	if (history->data.len)
		buf_put(out, buf_str(&history->data));
	else
		view_log_message(out, view, viewer, stretch);
	size_t to = out->len;
	note_end(out, note_of(slice)->number);
	buf_put_byte(out, ',');
	slice->data = str_from(out->at + from, to - from);
}

/* It waits for all that its reader may know of, and for the states of the texts that it shows, of which
 * who is in the session no longer is not told. */
static void make(void *ctx)
{
	struct slice *slice = ctx;
	struct push *push = slice->push;
	struct history *history = history_of(slice);
	struct view view = {push->world.port->core, push->external_url};
	const struct user *user = core_user(view.core, push_user_id(slice->client->user));
	bool is_told = history->data.len > 0;
	const struct viewer *viewer = is_told ? NULL : reading_viewer(&history->reading, view.core);
	if (!user || (!is_told && !viewer)) {
		/* It would miss something without knowing: it reads by GET. */
		bayeux_client_drop(push, slice->client, CONNECT_UNKNOWN);
		return;
	}
	struct view_stretch stretch = {history->first, history->last, 0};
	put(slice, &view, viewer, &stretch);
	if (stretch.lsn < user->seen_lsn)
		stretch.lsn = user->seen_lsn;
	slice->wait.rank = history->rank;
	port_wait(push->world.port, &slice->wait, stretch.lsn);
}

void history_tell(struct push *push, struct bayeux_client *client)
{
	CHECK(client->transport && !client->slice);
	struct slice *slice = client->slice = mem_new(sizeof(*slice));
	slice->push = push;
	slice->client = client;
	slice->turn = (struct net_turn) {.run = make, .ctx = slice};
	slice->wait =
		(struct gate_wait) {.done = slice_on_disk, .ctx = slice, .bytes = GATE_WAIT_BYTES};
	ask_turn(slice);
}
