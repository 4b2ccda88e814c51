/* replay.c - pages of what was told on their way to a client. */
#include "push/replay.h"

#include <stdlib.h>

#include "push/history.h"
#include "push/push_private.h"
#include "push/recent.h"

struct replay {
	struct push *push;
	struct bayeux_client *client; /* NULL: nobody is told any more */
	struct replay_after after;
	uint64_t next; /* number */
	struct net_turn turn;
	/* While the worker reads a page */
	struct told_source *source;
	struct told_query query;
	char user[USER_ID_LEN]; /* query.user */
	struct told_page page;
	uint64_t page_end;       /* the last number that it may have */
	struct backlog *of_late; /* of its notes those that the tables may not have */
	enum err err;
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

static void forget_page(struct replay *replay)
{
	told_page_free(&replay->page);
	backlog_free(&replay->of_late);
}

static void replay_free(struct replay *replay)
{
	net_turn_drop(&replay->turn);
	forget_page(replay);
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

static bool may_know(const struct user *user, unsigned roles)
{
	return !roles || user->b.roles & roles;
}

/* As told_weight has it. */
static size_t note_weight(const struct note *note)
{
	return note->history ? TOLD_PAGE_BYTES : note->data_len;
}

static void take(struct replay *replay, struct note *note)
{
	if (is_for(replay, note->topic, note->number))
		backlog_add(&replay->client->backlog, note);
}

/* NULL: it says nothing any more. */
static struct note *note_again(
	const struct push *push, enum topic topic, const struct told_note *kept)
{
	struct buf out = {0};
	if (kept->party.len == 0 && kept->data.len == 0)
		return NULL;
	if (kept->last)
		return history_note_again(
			push->world.port->core, topic, kept, net_now(push->world.net));
	note_open(&out, topic);
	buf_put(&out, kept->data);
	return note_close(&out, topic, kept->number);
}

static void take_kept(struct replay *replay, const struct user *user, const struct told_note *kept)
{
	enum topic topic;
	if (!may_know(user, kept->roles) || !topic_find(kept->topic, &topic) ||
		!is_for(replay, topic, kept->number))
		return;
	struct note *note = note_again(replay->push, topic, kept);
	if (!note)
		return;
	take(replay, note);
	note_release(&note);
}

static struct note *late_at(const struct replay *replay, size_t *at)
{
	const struct backlog *notes = replay->of_late;
	while (notes && *at < notes->count && notes->at[*at]->number < replay->next)
		++*at;
	bool is_there = notes && *at < notes->count && notes->at[*at]->number == replay->next;
	return is_there ? notes->at[*at] : NULL;
}

static const struct told_note *kept_at(const struct replay *replay)
{
	uint64_t at = replay->next - replay->query.from;
	return at < replay->page.count ? &replay->page.notes[at] : NULL;
}

/* Of what is in the tables and of late the latter counts: it may have been told for the first time since they were written. */
static void take_page(struct replay *replay, const struct user *user)
{
	size_t bytes = 0, at = 0;
	for (; replay->next <= replay->page_end && bytes < TOLD_PAGE_BYTES; replay->next++) {
		struct note *late = late_at(replay, &at);
		const struct told_note *kept = kept_at(replay);
		if (!late && !kept)
			return;
		bytes += late ? note_weight(late) : told_weight(kept);
		if (!late)
			take_kept(replay, user, kept);
		else if (may_know(user, late->roles))
			take(replay, late);
	}
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
static bool is_lost(const struct replay *replay, const struct user *user)
{
	const struct backlog *of_late = replay->of_late;
	bool is_there = replay->page.count || (of_late && of_late->at[0]->number == replay->next);
	return replay->err != OK || !user || !is_there;
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
	take_page(replay, user);
	forget_page(replay);
	bayeux_client_deliver(replay->push, client);
}

/* Before the tables are read: what they have later is in both then. */
static void hold_of_late(struct replay *replay)
{
	struct note *note = recent_from(replay->push, replay->client->user, replay->next);
	for (; note && note->number <= replay->page_end; note = recent_next(note))
		backlog_add(&replay->of_late, note);
}

/* Where a page ends is the same however far the tables are, for that depends on what others do; and so is the way to
 * it, through the worker. */
static void read_page(struct replay *replay, uint64_t told)
{
	uint64_t full = replay->next + TOLD_PAGE_MAX - 1;
	replay->page_end = told < full ? told : full;
	hold_of_late(replay);
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
	uint64_t told = push_user_told(replay->push, client->user);
	if (replay->next <= told)
		read_page(replay, told);
	else
		end(client);
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
