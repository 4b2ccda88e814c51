/* push_user.h - whom notifications are for: a user as push/ sees it, with its clients. */
#ifndef PUSH_PUSH_USER_H
#define PUSH_PUSH_USER_H

#include "base/table.h"
#include "push/push.h"
#include "push/topic.h"

struct bayeux_client;
struct bundle;

/* Lives while it has clients, or something of it is under way; for good once it was told something (push_user_stay). */
struct push_user {
	char id[USER_ID_LEN];
	uint8_t id_len;
	bool is_changed;               /* in push->changed */
	struct bayeux_client *clients; /* the one silent longest first */
	size_t client_count;
	struct websocket *sockets;
	size_t uses;         /* bundles, sockets, and calls that still look at it */
	struct bundle *open; /* while events are turned into notes */
	size_t last_bundles; /* that wait for a supervisor's turn */
	bool is_numbered;    /* what follows is known; from then on the user stays */
	uint64_t numbered;   /* the last number that was given */
	uint64_t told;       /* the last one that is on disk */
	struct push_user *changed_prev, *changed_next;
	struct push_user *prev, *next; /* push->users, in order of their first handshake */
	struct table_link by_id;
};

struct str push_user_key(const struct table_link *by_id);           /* of push->users_by_id */
struct push_user *push_user_find(struct push *push, struct str id); /* NULL if it has no client */
struct push_user *push_user_of(
	struct push *push, const struct user *user); /* made if there is none */
struct str push_user_id(const struct push_user *user);
/* For good, whoever comes and goes. */
void push_user_stay(const struct push *push, struct push_user *user);
uint64_t push_user_number(struct push *push, struct push_user *user); /* gives the next one */
uint64_t push_user_told(const struct push *push, const struct push_user *user);
/* Frees the user if nothing of it is left. */
void push_user_settle(struct push *push, struct push_user *user);

#endif
