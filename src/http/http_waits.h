/* http_waits.h - many that wait equally long: a list in which who came first is due first, so that
 * one timer serves all of them. */
#ifndef HTTP_HTTP_WAITS_H
#define HTTP_HTTP_WAITS_H

#include "net/net.h"

struct http_waits;

/* A place in at most one list. Embedded in what waits; all zero is in none. */
struct http_wait {
	struct http_wait *prev, *next;
	struct http_waits *in;
	msec until;
};

struct http_waits {
	struct net *net;
	struct http_wait *first;
	struct net_timer timer;
	msec wait_ms;                            /* 0: no time-out, just a list */
	void (*expired)(struct http_wait *wait); /* it is in no list any more */
};

/* The struct stays in place afterwards. expired may be NULL where wait_ms is 0. */
void http_waits_init(struct http_waits *waits, struct net *net, msec wait_ms,
	void (*expired)(struct http_wait *wait));
void http_waits_fini(struct http_waits *waits); /* empties it */
/* Puts it at the end, out of whatever list it was in. */
void http_waits_put(struct http_waits *waits, struct http_wait *wait);
void http_waits_drop(struct http_wait *wait); /* one that is in no list is fine */

#endif
