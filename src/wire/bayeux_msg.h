/* bayeux_msg.h - Bayeux 1.0 messages: reading the body of a POST, writing replies.
 *
 * A body that is no batch of messages at all is refused as a whole. A message with a field that
 * makes no sense is told so by its own reply, and the others of its batch are handled. */
#ifndef WIRE_BAYEUX_MSG_H
#define WIRE_BAYEUX_MSG_H

#include "base/arena.h"
#include "base/err.h"
#include "wire/json.h"

#define BAYEUX_BATCH_MAX         32  /* messages of one POST; clients send some */
#define BAYEUX_SUBSCRIPTIONS_MAX 32  /* names of one message; there are 14 topics and patterns */
#define BAYEUX_TYPES_MAX         16  /* connection types of one handshake; Bayeux knows five */
#define BAYEUX_ID_MAX            64  /* bytes of a message's id: it is kept while a poll is held */
#define BAYEUX_CHANNEL_MAX       256 /* bytes of a channel's name: it is repeated in replies */

/* Names in a field that is one string or an array of strings. */
struct bayeux_names {
	struct str *at;
	size_t count;
	bool is_array; /* as it was written: the reply repeats it so */
};

/* Where a subscription begins: after that number of what its user was told. */
#define BAYEUX_REPLAY_NEW (-1)
#define BAYEUX_REPLAY_ALL (-2) /* that is kept */
struct bayeux_replay {
	struct str topic;
	int64_t after;
};

struct bayeux_msg {
	struct str channel;         /* empty: absent */
	struct str id;              /* JSON of the id, as the reply repeats it; empty: absent */
	struct str client_id;       /* empty: absent */
	struct str version;         /* empty: absent */
	struct str minimum_version; /* empty: absent */
	struct str connection_type; /* empty: absent */
	struct bayeux_names types;  /* supportedConnectionTypes */
	struct bayeux_names topics; /* subscription */
	int64_t timeout_ms; /* advice.timeout, how long the client would be held; -1: absent */
	bool has_data;      /* a publication */
	bool wants_acks;    /* ext.ack of a handshake */
	int64_t acked;      /* ext.ack of a connect: the last batch that came; -1: absent */
	struct bayeux_replay *replays; /* ext.replay of a subscription */
	size_t replay_count;
	const char *fault; /* why the message makes no sense ("400::..."); NULL: it does */
};

struct bayeux_batch {
	struct bayeux_msg *at;
	size_t count;
};

/* The messages of a body, an array or a single one, in the arena; their texts are parts of the body where
 * that has them as they are meant. ERR_BAD_JSON: not JSON, or not messages. ERR_TOO_LARGE: more than BAYEUX_BATCH_MAX. */
enum err bayeux_read(struct str body, struct arena *arena, struct bayeux_batch *out) MUST_CHECK;

/* Begins a reply within an array: {"channel":..,"id":..,"successful":true, or with an error false
 * and "error":... Members may follow, then bayeux_end. channel, id: empty ones are left out. */
void bayeux_begin(struct buf *out, struct str channel, struct str id, const char *error);
/* The member "subscription", as the client wrote it. */
void bayeux_put_names(struct buf *out, const char *member, const struct bayeux_names *names);
/* How a client goes on. */
struct bayeux_advice {
	const char *reconnect;
	uint64_t interval_ms; /* before it connects again */
	/* How long a connect is held, and how much longer whoever cannot connect is still known: by these a client
	 * finds out that a handshake is needed, and looks for the best transport anew. 0: not said. */
	uint64_t timeout_ms, max_interval_ms;
};
/* The member "advice". */
void bayeux_put_advice(struct buf *out, const struct bayeux_advice *advice);
void bayeux_end(struct buf *out);

#endif
