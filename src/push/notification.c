/* notification.c - the table of notifications, and who gets which row of it. */
#include "push/notification.h"
#include "core/model/message.h"
#include "core/rules/visibility.h"

#include <string.h>

/* --- when --------------------------------------------------------------------------------------- */

static bool always(const struct event *event)
{
	return true;
}

/* The joining of who is hidden from peers too is nobody's to read, so no entry of it brings the history. */
static bool is_unwritten(const struct event *event)
{
	const struct body_party *party = event->body;
	return party->visibility == VISIBLE_TO_ITSELF;
}

static bool is_supervisors(const struct event *event)
{
	const struct body_party *party = event->body;
	return party->kind == PARTY_SUPERVISOR;
}

/* Who was only invited was never in the list of participants: no news for others. */
static bool had_joined(const struct event *event)
{
	const struct body_party *party = event->body;
	return party->joined;
}

/* The system writes a notice where something changed that everybody here should know: what may be done now, too.
 * And behind the last entry that fits nothing can be written any more. */
static bool may_change_capabilities(const struct event *event)
{
	const struct body_message *body = event->body;
	bool is_last = body->audience & CLASS_AGENT && body->agent_index == SESSION_MESSAGES_MAX;
	return body->author == PARTY_SYSTEM || is_last;
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

/* --- what --------------------------------------------------------------------------------------- */

static void put_state(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	const struct view_news news = {notice->row->type, notice->row->extent, notice->reference};
	view_state_message(out, view, notice->to->viewer, &news);
}

static void put_error(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	view_error_message(out, notice->reference);
}

/* The entry that it is about. */
static const struct message *entry_of(const struct notice *notice)
{
	const struct sms_part *part = notice->event->object;
	if (event_body(notice->event->kind) == BODY_part)
		return part->outbound->message;
	return notice->event->object;
}

static bool is_own_joining(const struct notice *notice)
{
	const struct body_message b = message_body(entry_of(notice));
	return b.type == MESSAGE_JOINED && str_eq(b.party, notice->to->viewer->b.id);
}

/* Who joins is told the whole history up to the own joining, everybody else the one entry. */
static void put_log(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	const struct viewer *viewer = notice->to->viewer;
	uint64_t index = visibility_index(viewer, entry_of(notice));
	/* Nothing, if it is not the viewer's to see. */
	*left = (struct view_stretch) {is_own_joining(notice) || !index ? 1 : index, index, 0};
	view_log_message(out, view, viewer, left);
}

static void put_history(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	const struct viewer *viewer = notice->to->viewer;
	*left = (struct view_stretch) {1, visibility_last_index(viewer), 0};
	view_log_message(out, view, viewer, left);
}

/* What a participation that has ended read last. */
static void put_last_entry(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	const struct viewer *viewer = notice->to->viewer;
	uint64_t index = visibility_index(viewer, viewer->session->messages[viewer->b.until - 1]);
	*left = (struct view_stretch) {index, index, 0};
	view_log_message(out, view, viewer, left);
}

static void put_delivery(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	view_delivery_message(out, view, notice->to->viewer, entry_of(notice));
}

static void put_channels(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	view_channels_message(out, view, notice->to->user);
}

static void put_order(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	view_order_message(out, view, notice->row->type, notice->event->body);
}

static void put_participation(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	view_participation_message(out, view, notice->row->type, notice->event->body);
}

static void put_hand(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	view_hand_message(out, view, notice->row->type, notice->to->user, notice->event->body);
}

/* --- the table ---------------------------------------------------------------------------------- */

#define OWN     (1u << RELATION_OWN)
#define AGAIN   (1u << RELATION_AGAIN)
#define ITSELF  (OWN | AGAIN)
#define OTHERS  (1u << RELATION_OTHER)
#define VIEWERS (OWN | AGAIN | OTHERS)
#define FEED    (1u << RELATION_FEED)

static const struct notification rows[] = {
#define NOTIFICATION(event, who, times, when, topic, write, whose, type, extent)                   \
	{EV_##event, who, times, when, topic, write, whose, type, extent},
#include "push/notifications.def"
#undef NOTIFICATION
};
const struct notification_table notification_table = {rows, sizeof rows / sizeof rows[0]};

/* --- who is told what --------------------------------------------------------------------------- */

struct telling {
	const struct notification_table *table;
	const struct event *events;
	bool is_answered; /* who asked was told that it is done */
	void (*each)(void *ctx, const struct notice *notice);
	void *ctx;
};

/* The rows of a kind of event: from the first one on as long as they are of it. NULL: it is not told. */
static const struct notification *first_row(
	const struct notification_table *table, enum event_kind kind)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].event == kind)
			return &table->rows[i];
	return NULL;
}

static const struct notification *next_row(
	const struct notification_table *table, const struct notification *row)
{
	const struct notification *next = row + 1;
	bool is_of_it = next < table->rows + table->count && next->event == row->event;
	return is_of_it ? next : NULL;
}

static bool is_for(const struct notice *notice)
{
	return notice->row->who & 1u << notice->to->relation && notice->row->when(notice->event);
}

static bool is_to_same(const struct notice *a, const struct notice *b)
{
	return a->to->user == b->to->user && a->to->viewer == b->to->viewer &&
	       a->row->topic == b->row->topic && strcmp(a->row->type, b->row->type) == 0;
}

/* Has this event, of those before the notice's, told it? */
static bool event_told(
	const struct telling *telling, const struct event *event, const struct notice *notice)
{
	const struct notification *row = first_row(telling->table, event->kind);
	for (; row; row = next_row(telling->table, row)) {
		for (size_t i = 0; i < event->recipient_count; i++) {
			struct notice earlier = {row, event, &event->recipients[i], 0};
			if (row->times == ONCE && is_to_same(&earlier, notice) && is_for(&earlier))
				return true;
		}
	}
	return false;
}

static bool was_told(const struct telling *telling, const struct notice *notice)
{
	for (const struct event *event = telling->events; event < notice->event; event++)
		if (event_told(telling, event, notice))
			return true;
	return false;
}

static uint64_t reference_of(const struct telling *telling, const struct notice *notice)
{
	const struct cause *cause = notice->event->cause;
	bool is_askers = cause && str_eq(cause->asker, notice->to->user->b.id);
	bool tells_state =
		notice->row->whose == PERSONAL && notice->row->topic != TOPIC_SUPERVISION;
	bool answers = is_askers && tells_state && !telling->is_answered;
	return answers ? cause->reference : 0;
}

static void tell_event(struct telling *telling, const struct event *event)
{
	const struct notification *first = first_row(telling->table, event->kind);
	for (size_t i = 0; first && i < event->recipient_count; i++) {
		for (const struct notification *row = first; row;
			row = next_row(telling->table, row)) {
			struct notice notice = {row, event, &event->recipients[i], 0};
			if (!is_for(&notice) || (row->times == ONCE && was_told(telling, &notice)))
				continue;
			notice.reference = reference_of(telling, &notice);
			telling->is_answered |= notice.reference != 0;
			telling->each(telling->ctx, &notice);
		}
	}
}

void notification_each(const struct notification_table *table, const struct event *events,
	size_t count, void (*each)(void *ctx, const struct notice *notice), void *ctx)
{
	struct telling telling = {table, events, false, each, ctx};
	for (size_t i = 0; i < count; i++)
		tell_event(&telling, &events[i]);
}

void notification_write(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left)
{
	*left = (struct view_stretch) {.next = 1};
	notice->row->write(out, view, notice, left);
}

bool notification_part(
	const struct notice *notice, struct view_stretch *left, struct view_stretch *part)
{
	if (left->next > left->last)
		return false;
	*part = *left;
	part->last = view_slice_last(notice->to->viewer, left);
	left->next = part->last + 1;
	return true;
}

bool notification_is_supervisors(const struct notice *notice)
{
	const struct viewer *viewer = notice->to->viewer;
	return notice->row->topic == TOPIC_SUPERVISION ||
	       (viewer && visibility_class(viewer) == CLASS_SUPERVISOR);
}

/* Who is told of it is in the session, or it is said by the event: what is erased there is erased here as well. */
static struct str session_named(const struct event *event)
{
	if (event_body(event->kind) == BODY_hand)
		return ((const struct body_hand *)event->body)->session;
	return STR_NONE;
}

/* What somebody saw as a supervisor is for supervisors, and the feed for programs. */
static unsigned roles_of(const struct notice *notice)
{
	if (notice->to->relation == RELATION_FEED)
		return ROLE_INTEGRATOR;
	return notification_is_supervisors(notice) ? ROLE_SUPERVISOR : 0;
}

struct told_note notification_kept(const struct notice *notice)
{
	const struct viewer *viewer = notice->to->viewer;
	return (struct told_note) {
		.user = notice->to->user->b.id,
		.at = notice->event->at,
		.topic = topic_path(notice->row->topic),
		.roles = roles_of(notice),
		.session = viewer ? viewer->session->b.id : session_named(notice->event),
	};
}

bool notification_is_same(const struct notice *a, const struct notice *b)
{
	if (a->row != b->row || a->event != b->event || a->row->whose != SHARED)
		return false;
	if (a->to->relation == RELATION_FEED) /* of its rows nobody else is told */
		return true;
	return !is_own_joining(a) && !is_own_joining(b) &&
	       visibility_reads_alike(a->to->viewer, b->to->viewer, entry_of(a));
}
