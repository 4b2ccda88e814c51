/* view.h - core objects to JSON bytes for one viewer. Nothing else in the product prints them.
 *
 * Functions append one JSON value to out. The uri fields are absolute: external_url + path. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "base/buf.h"
#include "core/core.h"

struct view {
	const struct core *core;
	struct str external_url; /* ends with /api/v2 */
};

/* What is long is made in slices: no further element once a slice has so many bytes or elements, so it
 * is longer by one element at most (an entry: 25 KiB, 4,096 characters of six bytes each). Of an entry all but its text
 * counts as VIEW_ENTRY_BYTES, so slices are known before they are made, and do not hang on what an URL is. Bytes: made
 * and written in well under a millisecond, and a client that reads slowly leaves no more unsent than
 * that. Elements: short ones cost more than their bytes; a page of ordinary talk is one slice. */
#define VIEW_SLICE_BYTES (64 * 1024)
#define VIEW_SLICE_MAX   100
#define VIEW_ENTRY_BYTES 400

/* How much of a session a notification or answer shows. */
enum view_extent {
	VIEW_FULL, /* the resource of GET: state, capabilities, participants, userData, ... */
	VIEW_JUST_JOINED, /* FULL with participants [] (StatusChange after Accept and Reject) */
	VIEW_BARE,        /* state, id, uri, path (Completed, Revoked) */
};
void view_session(struct buf *out, const struct view *view, const struct viewer *viewer,
	enum view_extent extent);
/* As a supervisor reads another user's session: id, receivedDate, userData, capabilities [], inFocus. */
void view_session_of_other(struct buf *out, const struct view *view, const struct viewer *agent);
/* The members id, uri and path. */
void view_session_identity(struct buf *out, const struct view *view, struct str id);
void view_session_uri(struct buf *out, const struct view *view, const struct session *session);
/* The members smssessionUri and smssessionPath. */
void view_session_names(struct buf *out, const struct view *view, struct str session);

struct str view_visibility(enum visibility visibility); /* as the API prints it */

/* One transcript entry with the viewer's index; the viewer may see it (CHECK). */
void view_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct message *message);
/* Of a transcript, in the viewer's counting. Nothing is left once next > last. */
struct view_stretch {
	uint64_t next, last;
	uint64_t
		lsn; /* the last event that what was made of it tells of, but for the entries themselves */
};
/* The last entry of the slice that begins the stretch. By what the entries say, so it is the same whenever it is
 * asked. */
uint64_t view_slice_last(const struct viewer *viewer, const struct view_stretch *stretch);
/* Elements of an array: one slice of the stretch, which moves on. */
void view_entries(struct buf *out, const struct view *view, const struct viewer *viewer,
	struct view_stretch *stretch);

/* The two members by which a user (id) is named. */
void view_user_names(struct buf *out, const struct view *view, const char *uri, const char *path,
	struct str user);
/* A user's members without braces: "id":..,"userName":.. (so that sub-resources can follow). */
void view_user_members(struct buf *out, const struct view *view, const struct user *user);
const char *view_role_name(unsigned bit); /* "ROLE_AGENT" of 0 */
/* The members id, displayName and state of a userState. */
void view_user_state_members(struct buf *out, enum agent_state state);
/* [{"channel":"smssession","userState":{...}}] */
void view_channels(struct buf *out, const struct view *view, const struct user *user);

/* Rows of the floor, members without braces. Of a colleague everybody may know who it is and whether ready. */
void view_colleague_members(struct buf *out, const struct user *user, enum agent_state state);
struct view_workload {
	uint64_t chatting, invited, capacity;
	msec state_since; /* 0: that is not shown */
	msec unanswered;  /* since when a customer waits for an answer; 0: nobody does */
};
/* With the groups of which the user is a member, and the skills. */
void view_workload_members(
	struct buf *out, const struct user *user, const struct view_workload *load);
struct view_queue_load {
	uint64_t waiting, offered, accepted, within;
	msec oldest; /* since when the first one waits; 0: nobody does */
};
void view_queue_row(struct buf *out, const struct queue *queue, const struct view_queue_load *load);

/* A supervisor's own: a standing order as it is or was, all that are active, a participation as supervisor. */
void view_order(struct buf *out, const struct view *view, const struct body_registration *order);
void view_orders(struct buf *out, const struct view *view, const struct user *supervisor);
void view_participation(struct buf *out, const struct view *view, const struct body_party *party);
/* A raised hand as it is or was, to who supervises its agent; and all that the supervisor may see, in the order in which
 * they were raised. */
void view_hand(struct buf *out, const struct view *view, const struct user *reader,
	const struct body_hand *hand);
void view_hands(struct buf *out, const struct view *view, const struct user *supervisor);

/* Notifications: the value of "data" of a Bayeux message for this viewer. */
struct view_news {
	const char *type; /* notificationType */
	enum view_extent extent;
	uint64_t
		reference; /* referenceId: of the viewer's own request that it answers; 0: of none */
};
void view_state_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct view_news *news);
/* One slice of the stretch, which moves on. */
void view_log_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	struct view_stretch *stretch);
void view_delivery_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct message *message);
/* reference: of the request that failed after it was answered; 0: unknown. */
void view_error_message(struct buf *out, uint64_t reference);
void view_channels_message(struct buf *out, const struct view *view, const struct user *user);
/* type: notificationType. */
void view_order_message(struct buf *out, const struct view *view, const char *type,
	const struct body_registration *order);
void view_participation_message(
	struct buf *out, const struct view *view, const char *type, const struct body_party *party);
void view_hand_message(struct buf *out, const struct view *view, const char *type,
	const struct user *reader, const struct body_hand *hand);

#endif
