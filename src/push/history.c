/* history.c - slices of histories on their way to clients. */
#include "push/history.h"

#include <stdlib.h>

#include "core/model/reading.h"
#include "push/push_private.h"

struct history {
	struct reading reading;
	uint64_t first, last;
	enum gate_rank rank;
	bool is_kept; /* with its data, for later readers */
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

struct note *history_note_again(
	const struct core *core, enum topic topic, const struct told_note *kept)
{
	const struct viewer *viewer = reading_find(core, kept->session, kept->party);
	const struct view_stretch slice = {kept->first, kept->last, 0};
	return viewer ? history_note(topic, kept->number, viewer, &slice,
				kept->roles ? GATE_SUPERVISOR : GATE_PUSH)
		      : NULL;
}

void history_free(struct history **history)
{
	if (*history)
		reading_end(&(*history)->reading);
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

static const struct note *note_of(const struct slice *slice)
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

/* The session may be gone when it is told again. */
static void keep(const struct slice *slice)
{
	struct history *history = history_of(slice);
	const struct told_note made = {.user = push_user_id(slice->client->user),
		.number = note_of(slice)->number,
		.data = slice->data,
		.is_made = true};
	if (!history->is_kept)
		port_keep(slice->push->world.port, &made);
	history->is_kept = true;
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
	struct buf *out = &slice->body;
	note_begin(out, note_of(slice)->topic);
	size_t from = out->len;
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
	const struct viewer *viewer = reading_viewer(&history->reading, view.core);
	if (!user || !viewer) {
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
