/* replay.c - pages of what was told on their way to a client. */
#include "push/replay.h"

#include <stdlib.h>

#include "push/history.h"
#include "push/push_private.h"
#include "push/recent.h"

/* What is neither of late nor in the store is looked for this often: it may have moved meanwhile. */
#define LOOKS_MAX 3

struct replay {
	struct push *push;
	struct bayeux_client *client; /* NULL: nobody is told any more */
	struct replay_after after;
	uint64_t next; /* number */
	struct net_turn turn;
	struct told_source *source; /* while the worker reads */
	struct told_query query;
	char user[USER_ID_LEN]; /* query.user */
	struct told_page page;
	enum err err;
	unsigned looks; /* that found nothing, one after the other */
};

/* --- where it is -------------------------------------------------------------------------------- */

/* What waits and was not told yet is still to come. */
static void place_of_waiting(const struct bayeux_client *client, struct replay_after *after)
{
	const struct backlog *backlog = client->backlog;
	for (size_t i = client->sent; backlog && i < backlog->count; i++) {
		const struct note *note = backlog->at[i];
		if (note->number <= after->at[note->topic])
			after->at[note->topic] = note->number - 1;
	}
}

void replay_place(
	const struct push *push, const struct bayeux_client *client, struct replay_after *after)
{
	const struct replay *replay = client->replay;
	uint64_t told = push_user_told(push, client->user);
	for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
		bool is_heard = client->subscriptions & topic_heard_by(topic);
		uint64_t at = !replay || !is_heard                      ? told
			      : replay->after.at[topic] >= replay->next ? replay->after.at[topic]
									: replay->next - 1;
		after->at[topic] = at;
	}
	place_of_waiting(client, after);
}

static uint64_t first_of(const struct bayeux_client *client, const struct replay_after *after)
{
	uint64_t first = UINT64_MAX;
	for (enum topic topic = 0; topic < TOPIC_COUNT; topic++)
		if (client->subscriptions & topic_heard_by(topic) && after->at[topic] < first)
			first = after->at[topic];
	return first + 1;
}

/* --- telling ------------------------------------------------------------------------------------ */

static void replay_free(struct replay *replay)
{
	net_turn_drop(&replay->turn);
	told_page_free(&replay->page);
	free(replay);
}

static void end(struct bayeux_client *client)
{
	struct replay *replay = client->replay;
	client->replay = NULL;
	replay_free(replay);
}

static bool is_for(const struct replay *replay, enum topic topic, uint64_t number)
{
	return topic_heard_by(topic) & replay->client->subscriptions &&
	       number > replay->after.at[topic];
}

static void take_recent(struct replay *replay, struct note *note)
{
	struct bayeux_client *client = replay->client;
	uint64_t told = push_user_told(replay->push, client->user);
	for (; note && note->number <= told; note = recent_next(note)) {
		if (client->backlog && (client->backlog->count >= TOLD_PAGE_MAX ||
					       client->backlog->bytes >= TOLD_PAGE_BYTES))
			return;
		if (is_for(replay, note->topic, note->number))
			backlog_add(&client->backlog, note);
		replay->next = note->number + 1;
	}
}

/* NULL: it says nothing any more. */
static struct note *note_again(
	const struct core *core, enum topic topic, const struct told_note *kept)
{
	struct buf out = {0};
	if (kept->party.len)
		return history_note_again(core, topic, kept);
	if (kept->data.len == 0)
		return NULL;
	note_open(&out, topic);
	buf_put(&out, kept->data);
	return note_close(&out, topic, kept->number);
}

static void take_kept(struct replay *replay, const struct user *user, const struct told_note *kept)
{
	enum topic topic;
	bool may_know = !kept->roles || user->b.roles & kept->roles;
	replay->next = kept->number + 1;
	if (!may_know || !topic_find(kept->topic, &topic) || !is_for(replay, topic, kept->number))
		return;
	struct note *note = note_again(replay->push->world.port->core, topic, kept);
	if (!note)
		return;
	backlog_add(&replay->client->backlog, note);
	note_release(&note);
}

/* --- reading ------------------------------------------------------------------------------------ */

static void ask_turn(struct replay *replay)
{
	struct push *push = replay->push;
	const struct user *user =
		core_user(push->world.port->core, push_user_id(replay->client->user));
	bool is_last = user && user->b.roles & ROLE_SUPERVISOR;
	net_turn_ask(push->world.net, &replay->turn, is_last ? NET_LAST : NET_FIRST);
}

static void work(void *ctx)
{
	struct replay *replay = ctx;
	replay->err = replay->source->read(replay->source, &replay->query, &replay->page);
}

/* Whoever would miss something without knowing begins anew, and is told then what is kept. */
static bool is_lost(struct replay *replay, const struct user *user)
{
	struct port *port = replay->push->world.port;
	replay->looks = replay->page.count ? 0 : replay->looks + 1;
	return replay->err != OK || !user || replay->looks > LOOKS_MAX ||
	       (replay->looks && port->told(port, replay->query.user).first > replay->next);
}

static void done(void *ctx)
{
	struct replay *replay = ctx;
	struct bayeux_client *client = replay->client;
	replay->source->free(replay->source);
	replay->source = NULL;
	if (!client) {
		replay_free(replay);
		return;
	}
	const struct user *user =
		core_user(replay->push->world.port->core, push_user_id(client->user));
	if (is_lost(replay, user)) {
		bayeux_client_drop(replay->push, client, CONNECT_UNKNOWN);
		return;
	}
	for (size_t i = 0; i < replay->page.count; i++)
		take_kept(replay, user, &replay->page.notes[i]);
	told_page_free(&replay->page);
	bayeux_client_deliver(replay->push, client);
}

static void read_page(struct replay *replay)
{
	struct port *port = replay->push->world.port;
	struct str user = push_user_id(replay->client->user);
	memcpy(replay->user, user.at, user.len);
	replay->query = (struct told_query) {str_from(replay->user, user.len), replay->next};
	replay->source = port->told_source(port);
	net_work(replay->push->world.net, work, done, replay);
}

static void step(void *ctx)
{
	struct replay *replay = ctx;
	struct bayeux_client *client = replay->client;
	if (client->backlog) /* once it is told */
		return;
	if (replay->next > push_user_told(replay->push, client->user)) {
		end(client);
		return;
	}
	struct note *recent = recent_from(replay->push, client->user, replay->next);
	if (recent && recent->number == replay->next) {
		take_recent(replay, recent);
		bayeux_client_deliver(replay->push, client);
	} else {
		read_page(replay);
	}
}

/* --- for others --------------------------------------------------------------------------------- */

void replay_go_on(struct push *push, struct bayeux_client *client)
{
	if (client->replay && !client->replay->source && !client->backlog)
		ask_turn(client->replay);
}

void replay_start(struct push *push, struct bayeux_client *client, const struct replay_after *after)
{
	uint64_t first = first_of(client, after);
	replay_forget(client);
	if (first == 0 || first > push_user_told(push, client->user))
		return;
	bayeux_client_forget_waiting(client);
	struct replay *replay = client->replay = mem_new(sizeof(*replay));
	replay->push = push;
	replay->client = client;
	replay->after = *after;
	replay->next = first;
	replay->turn = (struct net_turn) {.run = step, .ctx = replay};
	replay_go_on(push, client);
}

/* What the worker has goes when it comes back. */
void replay_forget(struct bayeux_client *client)
{
	struct replay *replay = client->replay;
	client->replay = NULL;
	if (!replay)
		return;
	net_turn_drop(&replay->turn);
	replay->client = NULL;
	if (!replay->source)
		replay_free(replay);
}
