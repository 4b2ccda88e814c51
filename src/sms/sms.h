/* sms.h - texts to and from customers: the links to the SMSCs of one centre. */
#ifndef SMS_SMS_H
#define SMS_SMS_H

#include "core/port.h"
#include "net/net.h"

/* Reconnecting: doubled from the first to the last, each with up to a quarter of it at random. */
#define SMS_BACKOFF_FIRST_MS 500
#define SMS_BACKOFF_LAST_MS  30000
/* The pause before a link's next attempt. *backoff: without what is drawn; doubled here for the one after that. */
msec sms_next_pause(struct net *net, struct net_stream *stream, msec *backoff);

/* How many pieces of the link may be unanswered: what it says, between 1 and SMPP_WINDOW_MAX. */
unsigned sms_window(const struct link *link);

/* So many long texts of which parts are missing are taken as far as they came in one turn of the loop, others in the next. */
#define SMS_TAKEN_A_TURN 16

/* A link that is down for so long is dead: what waits for it leaves by another of its carrier. One that only broke is
 * back by then. */
#define SMS_DEAD_MS 5000
/* After a command that the store refused: try again. */
#define SMS_STORE_RETRY_MS 1000

/* Of links that are not SMPP's, who makes the connector. handler is copied. */
struct connector_handler;
struct connector_maker {
	void *ctx;
	struct connector *(*make)(
		void *ctx, const struct link *link, const struct connector_handler *handler);
	/* That link's is about to be freed. */
	void (*unmake)(void *ctx, struct str link);
};

/* Where the links live. */
struct sms_world {
	struct net *net;
	struct port *port;
	struct connector_maker maker; /* empty where every link is SMPP's */
};

/* The store takes nothing now, or the core not so much: the same command may be taken later. */
static inline bool sms_is_not_now(enum err e)
{
	return e == ERR_STORE || e == ERR_BUSY || e == ERR_INTERNAL;
}

struct sms;
struct sms *sms_new(const struct sms_world *world);
/* Connects every link of the core. Texts that the process before may have sent (of those that the core
 * holds now, as many unanswered parts of each link as it was allowed to) are uncertain from now on
 * (CMD_FIND_SENT), whether the link comes up or not: another crash before that adds none. */
void sms_start(struct sms *sms);
/* A command was applied: new texts leave (once durable); new links connect, changed ones sign off, once what they sent is
 * answered, and connect anew, removed ones sign off. Others are not touched. */
void sms_events(struct sms *sms, const struct event *events, size_t count);
/* Unbinds every link; stopped(ctx) once all are closed (at most SMPP_ALIVE_MS later) and
 * it is on disk of which links all answers to inbound texts had left (CMD_SETTLE_INBOUND). */
void sms_stop(struct sms *sms, void (*stopped)(void *ctx), void *ctx);
/* Back-pressure from the gate: reads nothing from links. */
void sms_pause(struct sms *sms, bool on);
void sms_rebind(struct sms *sms); /* the core was rebuilt: links are found again by name */
void sms_free(struct sms **sms);
/* For the operator: is the link bound? */
bool sms_link_is_bound(const struct sms *sms, struct str link);
/* Appends what keeps it, or one of its ways, down; nothing where that is not known, or all is up. */
void sms_link_trouble(const struct sms *sms, struct str link, struct buf *out);
unsigned sms_link_unanswered(
	const struct sms *sms, struct str link); /* parts sent, and not answered */

#endif
