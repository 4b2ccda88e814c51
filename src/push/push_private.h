/* push_private.h - the state of push/, shared by its files only. */
#ifndef PUSH_PUSH_PRIVATE_H
#define PUSH_PUSH_PRIVATE_H

#include "push/bayeux_client.h"
#include "push/longpoll.h"
#include "push/websocket.h"

struct push {
	struct push_world world;
	struct login_table *logins;
	struct str external_url; /* owned */
	struct table clients;    /* by id */
	struct push_user *users;
	struct table users_by_id;
	struct push_user *changed; /* whose presence may differ from what the core knows */
	struct net_timer presence;
	struct timeouts silent; /* clients without a transport */
	struct longpolls longpolls;
	struct websockets websockets;
	struct bundle *bundles;     /* held by the gate */
	struct note *recent;        /* recent.h */
	struct histogram age_ms;    /* of notifications, when they were handed to clients */
	uint64_t told[TOPIC_COUNT]; /* notifications, by topic */
	uint32_t commands;          /* that were turned into notes: note.command */
	struct buf replies;         /* to one batch at a time */
	bool is_stopping;           /* no connect is held any more */
};

void push_presence_changed(struct push *push, struct push_user *user);
void push_presence_start(struct push *push);
void push_bundles_free(struct push *push); /* what they tell is told to nobody */

#endif
