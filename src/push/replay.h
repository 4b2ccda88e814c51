/* replay.h - a client is told what it missed: notes of before its subscription, by their numbers.
 *
 * It has a place among all that its user was told. What stands there comes from the store, a page at a time, and in
 * the end from what was told of late; what happens meanwhile waits in its place, so a client that reads slowly costs
 * a page. Once it has all of it the replay is over, and it is told things as they happen. */
#ifndef PUSH_REPLAY_H
#define PUSH_REPLAY_H

#include "push/bayeux_client.h"

/* What is sent on a topic is told if its number is greater. */
struct replay_after {
	uint64_t at[TOPIC_COUNT];
};

/* Where the client is on each topic that it hears: what it is told next, on this one, has a greater number. */
void replay_place(
	const struct push *push, const struct bayeux_client *client, struct replay_after *after);
/* It goes on from there, on what it hears by now. What waits for it comes in its place. */
void replay_start(
	struct push *push, struct bayeux_client *client, const struct replay_after *after);
/* Its backlog is empty. */
void replay_go_on(struct push *push, struct bayeux_client *client);
void replay_forget(struct bayeux_client *client); /* one without a replay is fine */

#endif
