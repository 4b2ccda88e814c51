/* notification.h - what the events of a command become, for whom, and its bytes: notifications.def, carried out.
 *
 * A pure function of the core as the command left it, of its events and of who may know of them (core/model/event.h). So
 * what was told can be told again from the journal alone, to a core that is evolved command by command
 * (test/twin/replay_test does). Clients, their subscriptions and the disk are notify.c's. */
#ifndef PUSH_NOTIFICATION_H
#define PUSH_NOTIFICATION_H

#include "core/told.h"
#include "push/topic.h"
#include "view/view.h"

/* EACH: every event makes one. ONCE: a viewer is told once a command, where its first event stands, however many
 * events of whatever kinds would make a notification of this topic and type. */
enum notification_times { EACH, ONCE };

/* SHARED: about an entry of a transcript, and nobody's own but by its number; or the feed's. */
enum notification_whose { PERSONAL, SHARED };

struct notice;

/* A row of notifications.def. */
struct notification {
	enum event_kind event;
	unsigned who; /* set of 1 << enum relation */
	enum notification_times times;
	bool (*when)(const struct event *event);
	enum topic topic;
	/* See notification_write. */
	void (*write)(struct buf *out, const struct view *view, const struct notice *notice,
		struct view_stretch *left);
	enum notification_whose whose;
	const char *type;
	enum view_extent extent;
};

/* Rows of one kind of event stand together. */
struct notification_table {
	const struct notification *rows;
	size_t count;
};
extern const struct notification_table notification_table; /* notifications.def */

/* One notification for one recipient; borrowed. */
struct notice {
	const struct notification *row;
	const struct event *event;
	const struct recipient *to;
	/* The recipient's own number of the request that this answers (referenceId); 0: it answers none. */
	uint64_t reference;
};

/* Calls each(ctx, notice) for all that the events of one command become, in the order in which it is told. The first
 * PERSONAL one for who asked answers the request. */
void notification_each(const struct notification_table *table, const struct event *events,
	size_t count, void (*each)(void *ctx, const struct notice *notice), void *ctx);
/* Appends its data, which goes out on row->topic. Of a log that is too long for one notification *left is what is
 * left; of all else nothing is. */
void notification_write(struct buf *out, const struct view *view, const struct notice *notice,
	struct view_stretch *left);
/* Of what is left the next part that one notification tells; false: nothing is left. */
bool notification_part(
	const struct notice *notice, struct view_stretch *left, struct view_stretch *part);
/* Is it told to somebody who supervises, as such? */
bool notification_is_supervisors(const struct notice *notice);
/* As it is kept, without number and data. Its strs are borrowed. */
struct told_note notification_kept(const struct notice *notice);
/* Does notification_write give the same bytes for both? (Where it says no it may.) other may be all zero. */
bool notification_is_same(const struct notice *notice, const struct notice *other);

#endif
