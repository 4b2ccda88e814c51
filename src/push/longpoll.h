/* longpoll.h - held polls: who waits for news, and who owes a message.
 *
 * A client stands in one of two lines, each ordered by deadline and with one timer for its head:
 * held (its poll waits at most BAYEUX_TIMEOUT_MS) or silent (forgotten after
 * BAYEUX_MAX_INTERVAL_MS). Constant times make a new one the last nearly always. */
#ifndef PUSH_LONGPOLL_H
#define PUSH_LONGPOLL_H

#include "push/bayeux_client.h"

/* Who is told of a stop polls again after this: at once would be a storm on a server that goes. */
#define BAYEUX_STOP_INTERVAL_MS 1000

struct longpoll_line {
	struct bayeux_client *first;
	struct net_timer timer;
	msec armed; /* for when the timer is set; 0: it is not */
};

void longpoll_start(struct push *push);
void longpoll_end(struct push *push); /* stops the timers */

/* Keeps the request of ref until there is something to tell; the client holds no other. id: JSON of
 * the message's id, copied. */
void longpoll_hold(struct push *push, struct bayeux_client *client, struct http_ref ref,
	struct str id, msec timeout_ms);
/* Answers the held poll with the connect's reply alone. */
void longpoll_answer(struct push *push, struct bayeux_client *client, enum poll_end end);
/* Answers it with what the client's backlog has for one poll; a slice of a history later. */
void longpoll_serve(struct push *push, struct bayeux_client *client);
/* Answers it with those of the notes (a list) that the client hears, if it hears one. False: one poll cannot
 * take them; nothing was done. */
bool longpoll_tell(struct push *push, struct bayeux_client *client, const struct note *notes);
/* The reply to a connect, as an element of an array. */
void longpoll_put_end(struct buf *out, struct str id, enum poll_end end);
/* The client has BAYEUX_MAX_INTERVAL_MS from now to send something; it holds no poll. */
void longpoll_await(struct push *push, struct bayeux_client *client);
/* Takes it off its line. A held poll must have been answered. */
void longpoll_leave(struct push *push, struct bayeux_client *client);
/* Whose poll is held as ref; NULL if none. */
struct bayeux_client *longpoll_client(const struct push *push, struct http_ref ref);
/* The connection of the held poll is gone: no answer is owed. */
void longpoll_forget(struct push *push, struct bayeux_client *client);
void longpoll_free_id(struct bayeux_client *client);

#endif
