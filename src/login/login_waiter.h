/* login_waiter.h - a request whose answer is owed, for the files of this folder. */
#ifndef LOGIN_LOGIN_WAITER_H
#define LOGIN_LOGIN_WAITER_H

#include "login/login_table.h"

struct login_waiter {
	const struct http_request *request;
	struct http_ref ref;
	bool want_cookie;
	bool must_be_right; /* too many failed: wrong credentials are told what others are told */
	msec asked;
	void (*done)(void *ctx, enum err err, const struct caller *caller);
	void *ctx;
	struct login_waiter *prev, *next;
};

void login_answer(const struct login_waiter *waiter, enum err err, const struct caller *caller);
struct login_waiter *login_waiter_keep(const struct login_waiter *waiter); /* free it */
/* Takes from the list and frees who waits for ref; gives how many did. */
size_t login_waiters_drop(struct login_waiter **list, struct http_ref ref);

/* --- login_refused.c -------------------------------------------------------------------------- */

/* Too many failed: answers so, LOGIN_REFUSAL_MS after it was asked. */
void login_refuse(struct login_table *table, const struct login_waiter *waiter);
void login_refused_open(struct login_table *table);
void login_refused_close(struct login_table *table); /* nobody is answered any more */

#endif
