/* unread.h - back-pressure against a peer that sends and does not read: what it makes us answer
 * would fill memory. Above UNREAD_BYTES_MAX of unsent bytes nothing more is read from it; once all
 * have left, reading goes on. Whoever uses it leaves net_read of the connection to it. */
#ifndef SMS_UNREAD_H
#define SMS_UNREAD_H

#include "net/net.h"

/* Full windows of both directions weigh some 30 KiB, so no peer that reads comes near this. The
 * answers to one more read (64 KiB at the most) may come on top. */
#define UNREAD_BYTES_MAX (256 * 1024)
/* A full connection from which nothing leaves for so long is given up. Below SMPP_ENQUIRE_MS: while
 * nothing is read, nobody could tell us that the peer lives. */
#define UNREAD_STUCK_MS 20000

struct unread { /* in its owner's place; unread_init before all else */
	struct net *net;
	struct net_conn *conn; /* NULL: between unread_end and unread_begin */
	bool is_wanted;        /* the owner wants to read */
	bool is_full;
	size_t left; /* unsent when it was last looked whether something leaves */
	struct net_timer look;
	void (*stuck)(void *ctx);
	void *ctx;
};

/* stuck(ctx): nothing left for UNREAD_STUCK_MS; the owner hangs up. */
void unread_init(struct unread *unread, struct net *net, void (*stuck)(void *ctx), void *ctx);
void unread_begin(struct unread *unread, struct net_conn *conn, bool is_wanted);
void unread_want(struct unread *unread, bool is_wanted); /* nothing happens without a connection */
void unread_wrote(struct unread *unread);                /* after each net_write */
void unread_drained(struct unread *unread);              /* from on_drained */
void unread_end(struct unread *unread); /* the connection is about to go; again is fine */

#endif
