/* notify.c - what a command's events become is rendered now, and handed to clients once it is on disk.
 *
 * All that one command tells one user is one bundle, so what reaches a client together depends on
 * commands, never on what a commit groups. Each note has the user's next number, and is given to the store as well. */
#include "core/rules/visibility.h"
#include "push/history.h"
#include "push/notification.h"
#include "push/push_private.h"
#include "push/recent.h"

#include <stdlib.h>
#include <utlist.h>

/* What one command tells one user, waiting for the disk. */
struct bundle {
	struct push *push;
	struct push_user *user;
	struct gate_wait wait;
	struct note *notes, **notes_end;
	uint32_t command; /* note.command */
	msec made;
	struct bundle *prev, *next; /* push->bundles */
	struct bundle *fresh_next;  /* of the command being turned into notes */
};

/* The command being turned into notes. */
struct telling {
	struct push *push;
	struct view view;
	struct notice rendered; /* the last one that was, and what came of it */
	const struct note *note;
	struct bundle *fresh, **fresh_end; /* in order of their first note */
};

static void notify_tell(void *ctx, const struct notice *notice);
static void find_clients(struct push *push, const struct event *event);
static void bundle_on_disk(void *ctx, bool is_durable);

/* A user's notes come in the order of their numbers: who still waits for a supervisor's gets all behind it. */
static void hold(struct bundle *bundle, const struct event *events, size_t count)
{
	struct push_user *user = bundle->user;
	if (user->last_bundles > 0)
		bundle->wait.rank = GATE_SUPERVISOR;
	bool is_last = bundle->wait.rank == GATE_SUPERVISOR;
	user->last_bundles += is_last;
	user->open = NULL;
	uint64_t lsn = is_last ? events[count - 1].lsn : outcome_lsn(events, count);
	port_wait(bundle->push->world.port, &bundle->wait, lsn);
}

void push_events(struct push *push, const struct event *events, size_t count)
{
	struct telling telling = {.push = push};
	if (count == 0)
		return;
	push->commands++;
	telling.view.core = push->world.port->core;
	telling.view.external_url = push->external_url;
	telling.fresh_end = &telling.fresh;
	notification_each(&notification_table, events, count, notify_tell, &telling);
	for (size_t i = 0; i < count; i++)
		find_clients(push, &events[i]);
	while (telling.fresh) {
		struct bundle *bundle = telling.fresh;
		telling.fresh = bundle->fresh_next;
		hold(bundle, events, count);
	}
}

static struct bundle *open_bundle(struct telling *telling, struct push_user *user)
{
	struct bundle *bundle = user->open;
	if (bundle)
		return bundle;
	user->open = bundle = mem_new(sizeof(*bundle));
	bundle->push = telling->push;
	bundle->user = user;
	bundle->wait = (struct gate_wait) {
		.done = bundle_on_disk, .ctx = bundle, .rank = GATE_PUSH, .bytes = GATE_WAIT_BYTES};
	bundle->notes_end = &bundle->notes;
	bundle->command = telling->push->commands;
	bundle->made = net_now(telling->push->world.net);
	DL_APPEND(telling->push->bundles, bundle);
	*telling->fresh_end = bundle;
	telling->fresh_end = &bundle->fresh_next;
	user->uses++;
	return bundle;
}

static void add_note(
	struct bundle *bundle, struct note *note, const struct told_note *kept, uint64_t lsn)
{
	note->command = bundle->command;
	note->roles = kept->roles;
	*bundle->notes_end = note;
	bundle->notes_end = &note->next;
	recent_add(bundle->push, bundle->user, note, lsn);
}

/* What is a supervisor's own follows from what others do, and comes behind it. */
static enum gate_rank rank_of(const struct notice *notice)
{
	return notification_is_supervisors(notice) ? GATE_SUPERVISOR : GATE_PUSH;
}

static void add_made(struct telling *telling, const struct notice *notice, struct bundle *bundle,
	struct note *note)
{
	struct told_note kept = notification_kept(notice);
	kept.number = note->number;
	kept.data = note_data(note);
	port_keep(telling->push->world.port, &kept);
	add_note(bundle, note, &kept, notice->event->lsn);
	telling->note = note;
}

/* What is too long for one note follows as histories. */
static void add_history(struct telling *telling, const struct notice *notice, struct bundle *bundle,
	const struct view_stretch *part)
{
	struct told_note kept = notification_kept(notice);
	const struct viewer *viewer = notice->to->viewer;
	kept.number = push_user_number(telling->push, bundle->user);
	kept.party = viewer->b.id;
	kept.first = part->next;
	kept.last = part->last;
	port_keep(telling->push->world.port, &kept);
	add_note(bundle,
		history_note(notice->row->topic, kept.number, viewer, part, rank_of(notice)), &kept,
		notice->event->lsn);
}

static void render(struct telling *telling, const struct notice *notice, struct bundle *bundle)
{
	struct buf out = {0};
	struct view_stretch left, part;
	enum topic topic = notice->row->topic;
	note_open(&out, topic);
	notification_write(&out, &telling->view, notice, &left);
	telling->rendered = *notice;
	add_made(telling, notice, bundle,
		note_close(&out, topic, push_user_number(telling->push, bundle->user)));
	while (notification_part(notice, &left, &part))
		add_history(telling, notice, bundle, &part);
}

/* Also where no client of that user hears it: it is told to who asks for it later. */
static void notify_tell(void *ctx, const struct notice *notice)
{
	struct telling *telling = ctx;
	struct push *push = telling->push;
	struct bundle *bundle = open_bundle(telling, push_user_of(push, notice->to->user));
	push->told[notice->row->topic]++;
	if (rank_of(notice) == GATE_SUPERVISOR)
		bundle->wait.rank = GATE_SUPERVISOR;
	if (notification_is_same(notice, &telling->rendered))
		add_made(telling, notice, bundle,
			note_copy(telling->note, push_user_number(push, bundle->user)));
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
	bundle->user->last_bundles -= bundle->wait.rank == GATE_SUPERVISOR;
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

/* What was undone was never told: its numbers are given once more. */
static void bundle_undone(struct bundle *bundle)
{
	struct push_user *user = bundle->user;
	if (user->numbered >= bundle->notes->number)
		user->numbered = bundle->notes->number - 1;
	for (struct note *note = bundle->notes; note; note = note->next)
		recent_drop(bundle->push, note);
}

static void bundle_told(struct bundle *bundle)
{
	struct bayeux_client *client, *next;
	struct push *push = bundle->push;
	histogram_add(&push->age_ms, (uint64_t)(net_now(push->world.net) - bundle->made));
	for (const struct note *note = bundle->notes; note; note = note->next)
		bundle->user->told = note->number;
	DL_FOREACH_SAFE2(bundle->user->clients, client, next, user_next)
		bayeux_client_tell(bundle->push, client, bundle->notes);
}

static void bundle_on_disk(void *ctx, bool is_durable)
{
	struct bundle *bundle = ctx;
	if (is_durable)
		bundle_told(bundle);
	else
		bundle_undone(bundle);
	bundle_free(bundle);
}

void push_bundles_free(struct push *push)
{
	while (push->bundles)
		bundle_free(push->bundles);
}
