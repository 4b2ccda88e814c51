/* bayeux_server.h - the Bayeux engine: a batch of messages and who sends them in, messages out. */
#ifndef PUSH_BAYEUX_SERVER_H
#define PUSH_BAYEUX_SERVER_H

#include "push/bayeux_client.h"

/* Who is told of a stop connects again after this: at once would be a storm on a server that goes. */
#define BAYEUX_STOP_INTERVAL_MS 1000

/* What a batch comes to. bayeux_answer_done is owed for it. */
struct bayeux_answer {
	/* What is answered now: an array of messages behind its first bracket. Nothing if a connect is held,
	 * which was alone then. Notes are where they lie, so nothing else is done until the answer is. */
	struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX + 1];
	size_t count;
	/* Whose connect is answered later: to attach a transport to it, and to close that after held_ms, is
	 * the caller's. NULL: nobody's. */
	struct bayeux_client *held;
	msec held_ms;
	struct str held_id;         /* JSON of its message's id; lives as long as the batch */
	struct bayeux_client *told; /* whose first notes are among the parts; or NULL */
	const struct transport_ops *by;
	struct buf replies; /* the last part */
};

/* by: how the batch came, and how a held connect would be answered. */
void bayeux_server_handle(struct push *push, const struct bayeux_batch *batch,
	const struct caller *caller, const struct transport_ops *by, struct bayeux_answer *answer);
/* It was sent, or its bytes were copied: what it told is not told again. */
void bayeux_answer_done(struct push *push, struct bayeux_answer *answer);

/* Does the batch begin a client? */
bool bayeux_server_has_handshake(const struct bayeux_batch *batch);
/* Is there a channel /meta with this behind it ("/connect")? */
bool bayeux_server_has_meta(struct str name);
/* The reply to a connect of the client (NULL: it is none), as an element of an array. Whoever acks is given the
 * number of a new batch. */
void bayeux_server_put_connect(
	struct buf *out, struct bayeux_client *client, struct str id, enum connect_end end);

#endif
