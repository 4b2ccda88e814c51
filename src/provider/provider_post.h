/* provider_post.h - one place in a link's window: a text that is posted to a provider, until it is known what became of
 * that or its time is over.
 *
 * A server that says 500, or nothing, may have taken the text. Where the provider knows the text again by its key it
 * is posted again, with growing pauses and the same key: it stays one text. Where it does not, the outcome is unknown. */
#ifndef PROVIDER_PROVIDER_POST_H
#define PROVIDER_PROVIDER_POST_H

#include "net/net.h"

/* Pauses before it is posted again: as for a text that meets trouble over SMPP. */
#define POST_AGAIN_FIRST_MS 1000
#define POST_AGAIN_LAST_MS  16000
/* An answer says an id and perhaps why not; what is longer is none. */
#define POST_ANSWER_MAX (256 * 1024)

enum post_end {
	POST_ANSWERED, /* by a status that says what became of it, and of each earlier post */
	POST_UNKNOWN,  /* it was posted, and that is all that is known */
	POST_NOT_SENT, /* there was no connection: the provider never got it */
};

struct provider_post;
struct post_handler {
	void *ctx;
	/* Is that what became of a text, whatever an earlier post of it came to? Others say of this post alone that it was
	 * not taken. */
	bool (*is_last_word)(int status);
	/* Its place is free again by then. body is borrowed for the call. */
	void (*ended)(void *ctx, uint64_t cookie, enum post_end how, int status, struct str body);
};

struct post_request { /* copied */
	struct str path, headers, body;
	const char *type;    /* of the body; a constant */
	bool is_known_again; /* headers has its key */
	msec within;
};

/* outside: in which it connects. peer: who, for net_sim. */
struct provider_post *provider_post_new(struct net *outside, struct str peer, struct str host,
	unsigned port, const struct post_handler *handler);
void provider_post_send(
	struct provider_post *post, const struct post_request *request, uint64_t cookie);
bool provider_post_is_busy(const struct provider_post *post);
/* If that is what it is busy with: posted it is, but not once more. */
void provider_post_not_again(struct provider_post *post, uint64_t cookie);
/* Nothing is told of it any more, and its connection is closed. */
void provider_post_drop(struct provider_post *post);
void provider_post_free(struct provider_post **post);

#endif
