/* login_table.h - inside of the login table, for the files of this folder. */
#ifndef LOGIN_LOGIN_TABLE_H
#define LOGIN_LOGIN_TABLE_H

#include "login/login.h"
#include "login/login_cache.h"
#include "login/login_failed.h"

struct login_job; /* login_check.c: credentials on their way through the hashing thread */
struct login_waiter;

/* What outlives the logins of one user. */
struct login_owner {
	char id[USER_ID_LEN];
	uint64_t drawn;       /* logins so far: the next one's stream */
	struct login *logins; /* by last use (user_next) */
	unsigned count;
	struct login *basic; /* the one that Basic requests without a cookie share */
	msec left; /* when the last login that had started the contact center session ended */
	char left_by[32];         /* its cookie */
	struct login_owner *next; /* table->owners */
	struct table_link by_id;
};

struct login_table {
	struct net *net;
	struct core *core;
	struct login_settings settings; /* external_url is owned */
	char key[IDS_KEY_BYTES];        /* of all digests made here; drawn at the start */
	char dummy[PASSWORD_HASH_MAX];  /* a password is held against it where there is no user */
	struct table by_cookie;         /* logins */
	struct login *oldest;           /* all, by last use */
	struct login_owner *owners, *last_owner; /* in the order in which they came */
	struct table owners_by_id;
	struct net_timer idle;
	struct login_cache *cache;
	struct login_failed *failed;
	struct login_job *jobs;     /* in order of asking */
	struct change_job *changes; /* password_change.c */
	const struct login *spared;
	size_t job_count[2];          /* from addresses unknown to their users, and known */
	struct login_waiter *refused; /* login_refused.c, by when they asked */
	size_t refused_count;
	struct net_timer refusal;
	void (*ended)(void *ctx, struct login *login);
	void *ended_ctx;
	void (*came)(void *ctx, struct user *user, struct str address);
	void *came_ctx;
};

/* Who is behind this request? Answers inline where it can (cookie, cached Basic), else after
 * the hashing thread. ERR_LOGIN: 401; ERR_FAILED_LOGINS: 429; ERR_BUSY: 503. done is not called once
 * login_gone(ref) was. want_cookie: a Basic request without a cookie gets one (GET /me,
 * handshake). caller: NULL with an error. */
void login_check(struct login_table *table, const struct http_request *request, struct http_ref ref,
	bool want_cookie, void (*done)(void *ctx, enum err err, const struct caller *caller),
	void *ctx);
/* May this request change something, seen from where it comes? ERR_FOREIGN_ORIGIN if not: an unsafe method
 * or an upgrade to a socket, whose Origin or Sec-Fetch-Site is foreign; ERR_CSRF_TOKEN, in that mode: an unsafe
 * method without the login's token. Of callers who need none of it (no login) caller is NULL. */
enum err login_origin(const struct login_table *table, const struct http_request *request,
	const struct caller *caller) MUST_CHECK;
/* Does it come from a page of another site that may call us? */
bool login_is_guest(const struct login_table *table, const struct http_request *request);
/* Header lines by which a browser lets such a page read the answer, appended; nothing for others. */
void login_cors_headers(
	const struct login_table *table, const struct http_request *request, struct buf *headers);
/* A browser asks whether such a page may ask (RFC: Fetch, CORS-preflight): no credentials come with it. */
bool login_is_preflight(const struct login_table *table, const struct http_request *request);
/* The token that goes with a login, in the form of a UUID, as documented. */
#define LOGIN_TOKEN_LEN 36
void login_token(
	char out[LOGIN_TOKEN_LEN + 1], const struct login_table *table, const struct login *login);

/* The request's cookie: JSESSIONID, or the one of the user whose window it says to come from; STR_NONE: none. */
struct str login_cookie(const struct http_request *request);
/* A new login of the user, with a cookie of its own. */
struct login *login_begin_cookie(struct login_table *table, struct user *user);
/* The user's shared login without a cookie; begun if there is none. */
struct login *login_basic(struct login_table *table, struct user *user);
/* The login of all requests with this token; begun if there is none. */
struct login *login_bearer(struct login_table *table, const struct token *token);
/* Nobody waits any more; what the worker still holds frees itself. */
void login_jobs_abandon(struct login_table *table);
void login_changes_abandon(struct login_table *table);
void login_changes_gone(struct login_table *table, struct http_ref ref);

#endif
