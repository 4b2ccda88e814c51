/* notify.c - what a command's events become is rendered now, and handed to clients once it is on disk.
 *
 * All that one command tells one user is one bundle, so what reaches a client together depends on
 * commands, never on what a commit groups. */
#include "core/rules/visibility.h"
#include "push/history.h"
#include "push/notification.h"
#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

/* What one command tells one user, waiting for the disk. */
struct bundle {
	struct push *push;
	struct push_user *user;
	struct gate_wait wait;
	struct note *notes, **notes_end;
	uint32_t command;           /* note.command */
	struct bundle *prev, *next; /* push->bundles */
	struct bundle *fresh_next;  /* of the command being turned into notes */
};

/* The command being turned into notes. */
struct telling {
	struct push *push;
	struct view view;
	struct notice rendered; /* the last one that was, and what came of it */
	struct note *note;
	struct bundle *fresh, **fresh_end; /* in order of their first note */
};

static void tell(void *ctx, const struct notice *notice);
static void find_clients(struct push *push, const struct event *event);
static void bundle_on_disk(void *ctx, bool is_durable);

/* Where the bundle is to which notes of this rank are added. */
static struct bundle **open_place(struct push_user *user, enum gate_rank rank)
{
	return &user->open[rank == GATE_SUPERVISOR];
}

void push_events(struct push *push, const struct event *events, size_t count)
{
	struct telling telling = {.push = push};
	if (count == 0 || !push->users)
		return;
	push->commands++;
	telling.view.core = push->world.port->core;
	telling.view.external_url = push->external_url;
	telling.fresh_end = &telling.fresh;
	notification_each(&notification_table, events, count, tell, &telling);
	for (size_t i = 0; i < count; i++)
		find_clients(push, &events[i]);
	for (struct bundle *bundle = telling.fresh; bundle; bundle = bundle->fresh_next)
		*open_place(bundle->user, bundle->wait.rank) = NULL;
	while (telling.fresh) {
		struct bundle *bundle = telling.fresh;
		telling.fresh = bundle->fresh_next;
		uint64_t lsn = bundle->wait.rank == GATE_SUPERVISOR ? events[count - 1].lsn
								    : outcome_lsn(events, count);
		port_wait(push->world.port, &bundle->wait, lsn);
	}
}

static struct bundle *open_bundle(
	struct telling *telling, struct push_user *user, enum gate_rank rank)
{
	struct bundle **place = open_place(user, rank);
	struct bundle *bundle = *place;
	if (bundle)
		return bundle;
	*place = bundle = mem_new(sizeof(*bundle));
	bundle->push = telling->push;
	bundle->user = user;
	bundle->wait = (struct gate_wait) {
		.done = bundle_on_disk, .ctx = bundle, .rank = rank, .bytes = GATE_WAIT_BYTES};
	bundle->notes_end = &bundle->notes;
	bundle->command = telling->push->commands;
	DL_APPEND(telling->push->bundles, bundle);
	*telling->fresh_end = bundle;
	telling->fresh_end = &bundle->fresh_next;
	user->uses++;
	return bundle;
}

static void add_note(struct bundle *bundle, struct note *note)
{
	note->command = bundle->command;
	*bundle->notes_end = note;
	bundle->notes_end = &note->next;
}

static enum gate_rank rank_of(const struct recipient *to)
{
	bool is_supervisor = to->viewer && visibility_class(to->viewer) == CLASS_SUPERVISOR;
	return is_supervisor ? GATE_SUPERVISOR : GATE_PUSH;
}

/* Of what is too long for one note the rest follows as a history. */
static void render(struct telling *telling, const struct notice *notice, struct bundle *bundle)
{
	struct buf out = {0};
	struct view_stretch left;
	enum topic topic = notice->row->topic;
	note_open(&out, topic);
	notification_write(&out, &telling->view, notice, &left);
	telling->rendered = *notice;
	telling->note = note_close(&out, topic);
	add_note(bundle, telling->note);
	if (left.next <= left.last)
		add_note(bundle, history_note(topic, notice->to->viewer, &left, bundle->wait.rank));
}

/* Unless no client of that user would hear it. */
static void tell(void *ctx, const struct notice *notice)
{
	struct telling *telling = ctx;
	struct push_user *user = push_user_find(telling->push, notice->to->user->b.id);
	if (!user || !push_user_hears(user, notice->row->topic))
		return;
	struct bundle *bundle = open_bundle(telling, user, rank_of(notice->to));
	if (notification_is_same(notice, &telling->rendered))
		add_note(bundle, note_copy(telling->note));
	else
		render(telling, notice, bundle);
}

/* A user may sign in with clients that came before. */
static void find_clients(struct push *push, const struct event *event)
{
	const struct user *user = event->object;
	struct push_user *push_user =
		event->kind == EV_AGENT_STARTED ? push_user_find(push, user->b.id) : NULL;
	if (push_user)
		push_presence_changed(push, push_user);
}

static void bundle_free(struct bundle *bundle)
{
	struct push *push = bundle->push;
	gate_forget(&bundle->wait);
	while (bundle->notes) {
		struct note *note = bundle->notes;
		bundle->notes = note->next;
		note_release(&note);
	}
	DL_DELETE(push->bundles, bundle);
	bundle->user->uses--;
	push_user_settle(push, bundle->user);
	free(bundle);
}

static void bundle_on_disk(void *ctx, bool is_durable)
{
	struct bundle *bundle = ctx;
	struct bayeux_client *client, *next;
	if (is_durable)
		DL_FOREACH_SAFE2(bundle->user->clients, client, next, user_next)
			bayeux_client_tell(bundle->push, client, bundle->notes);
	bundle_free(bundle);
}

void push_bundles_free(struct push *push)
{
	while (push->bundles)
		bundle_free(push->bundles);
}
