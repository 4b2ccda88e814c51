/* notify.c - events become notifications: rendered now, handed to clients once they are on disk.
 *
 * All that one command tells one user is one bundle, so what reaches a client together depends on
 * commands, never on what a commit groups. */
#include "core/visibility.h"
#include "push/history.h"
#include "push/push_private.h"

#include <stdlib.h>
#include <utlist.h>

/* What one command tells one user, waiting for the disk. */
struct bundle {
	struct push *push;
	struct push_user *user;
	struct gate_wait wait;
	struct note *notes, **notes_end;
	struct bundle *prev, *next; /* push->bundles */
	struct bundle *fresh_next;  /* of the command being turned into notes */
};

/* The command being turned into notes, and how far that is. */
struct telling {
	struct push *push;
	struct view view;
	const struct event *event;
	struct view_stretch left;          /* of a log that was too long for one note */
	struct bundle *fresh, **fresh_end; /* in order of their first note */
};

/* notifications.def's column: an enum relation, or all. */
enum {
	OWN = RELATION_OWN,
	AGAIN = RELATION_AGAIN,
	OTHERS = RELATION_OTHER,
	VIEWERS, /* all of them */
	USER = RELATION_OWN,
};

struct notification {
	enum event_kind event;
	unsigned who;
	bool (*when)(const struct event *event);
	enum topic topic;
	void (*write)(struct buf *out, struct telling *telling, const struct notification *row,
		const void *to);
	const char *type;
	enum view_extent extent;
};

static bool always(const struct event *event);
static bool had_joined(const struct event *event);
static bool may_move(const struct event *event);
static void put_state(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to);
static void put_log(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to);
static void put_delivery(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to);
static void put_channels(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to);

static const struct notification notifications[] = {
#define NOTIFICATION(event, who, when, topic, write, type, extent)                                 \
	{EV_##event, who, when, topic, write, type, extent},
#include "push/notifications.def"
#undef NOTIFICATION
};
#define NOTIFICATION_COUNT (sizeof(notifications) / sizeof(*notifications))

static void tell_event(struct telling *telling);
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
	telling.view.core = push->world.port->core;
	telling.view.external_url = push->external_url;
	telling.fresh_end = &telling.fresh;
	for (size_t i = 0; i < count; i++) {
		telling.event = &events[i];
		tell_event(&telling);
	}
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
	DL_APPEND(telling->push->bundles, bundle);
	*telling->fresh_end = bundle;
	telling->fresh_end = &bundle->fresh_next;
	user->uses++;
	return bundle;
}

static void add_note(struct bundle *bundle, struct note *note)
{
	*bundle->notes_end = note;
	bundle->notes_end = &note->next;
}

/* Renders the row for its recipient, unless no client of that user would hear it. Of what is too long
 * the rest follows as a history. */
static void tell(struct telling *telling, const struct notification *row,
	const struct recipient *recipient, enum gate_rank rank)
{
	const void *to = recipient->viewer ? (const void *)recipient->viewer : recipient->user;
	struct buf out = {0};
	struct push_user *push_user = push_user_find(telling->push, recipient->user->b.id);
	if (!push_user || !push_user_hears(push_user, row->topic))
		return;
	telling->left = (struct view_stretch) {.next = 1};
	note_open(&out, row->topic);
	row->write(&out, telling, row, to);
	struct bundle *bundle = open_bundle(telling, push_user, rank);
	add_note(bundle, note_close(&out, row->topic));
	if (telling->left.next <= telling->left.last)
		add_note(bundle, history_note(row->topic, to, &telling->left, rank));
}

static bool is_for(
	const struct notification *row, const struct event *event, const struct recipient *to)
{
	if (row->event != event->kind || !row->when(event))
		return false;
	return row->who == VIEWERS || row->who == to->relation;
}

static void tell_recipient(struct telling *telling, const struct recipient *to)
{
	const struct viewer *viewer = to->viewer;
	bool is_supervisor = viewer && visibility_class(viewer) == CLASS_SUPERVISOR;
	enum gate_rank rank = is_supervisor ? GATE_SUPERVISOR : GATE_PUSH;
	for (size_t i = 0; i < NOTIFICATION_COUNT; i++) {
		if (is_for(&notifications[i], telling->event, to))
			tell(telling, &notifications[i], to, rank);
	}
}

static void tell_event(struct telling *telling)
{
	const struct event *event = telling->event;
	for (size_t i = 0; i < event->recipient_count; i++)
		tell_recipient(telling, &event->recipients[i]);
	/* A user may sign in with clients that came before. */
	const struct user *user = event->object;
	struct push_user *push_user =
		event->kind == EV_AGENT_STARTED ? push_user_find(telling->push, user->b.id) : NULL;
	if (push_user)
		push_presence_changed(telling->push, push_user);
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

static bool always(const struct event *event)
{
	(void)event;
	return true;
}

/* Who was only invited was never in the list of participants: no news for others. */
static bool had_joined(const struct event *event)
{
	const struct body_party *party = event->body;
	return party->joined;
}

/* May the part have moved the text, which is as far as its parts together? Then the text is now as
 * far as the part, or the part was uncertain before and no longer holds the text back. */
static bool may_move(const struct event *event)
{
	const struct body_part *body = event->body;
	const struct sms_part *part = event->object;
	const struct message *message = part->outbound->message;
	bool was_uncertain = body->attempts > 0 || part->lost.lives > 0;
	return message && (message->delivery == body->state || was_uncertain);
}

static void put_state(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to)
{
	view_state_message(out, &telling->view, to, row->type, row->extent);
}

/* Who joins is told the whole history up to the own joining, everybody else the one entry. */
static void put_log(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to)
{
	const struct viewer *viewer = to;
	const struct message *message = telling->event->object;
	bool is_own_joining =
		message->b.type == MESSAGE_JOINED && str_eq(message->b.party, viewer->b.id);
	uint64_t index = visibility_index(viewer, message);
	(void)row;
	/* Nothing, if it is not the viewer's to see. */
	telling->left = (struct view_stretch) {is_own_joining || !index ? 1 : index, index, 0};
	view_log_message(out, &telling->view, viewer, &telling->left);
}

static void put_delivery(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to)
{
	const struct sms_part *part = telling->event->object;
	(void)row;
	view_delivery_message(out, &telling->view, to, part->outbound->message);
}

static void put_channels(
	struct buf *out, struct telling *telling, const struct notification *row, const void *to)
{
	(void)row;
	view_channels_message(out, &telling->view, to);
}
