/* login_proven.h - credentials that the worker has found right before. */
#ifndef LOGIN_LOGIN_PROVEN_H
#define LOGIN_LOGIN_PROVEN_H

#include "login/basic.h"
#include "login/login_table.h"

/* The enabled user for whom one of the readings was proven with today's password; NULL if none. */
struct user *login_proven_find(struct login_table *table, const struct basic *basic);
void login_proven_add(struct login_table *table, const struct user *user, struct str password);
/* Tells credentials that are in the worker already from others, without keeping them comparable. */
void login_asked(const struct login_table *table, unsigned char out[DIGEST_BYTES],
	const struct basic *basic);

#endif
