/* login.h - who is signed in: the login table, callers, passwords. Who asks is found out at the entrance
 * (entrance.h). */
#ifndef LOGIN_LOGIN_H
#define LOGIN_LOGIN_H

#include "base/table.h"
#include "core/core.h"
#include "http/http.h"
#include "net/net.h"

/* Idle time after which a login ends (public API: sessionMaxInactiveInterval). */
#define LOGIN_IDLE_MS (1800 * 1000)
/* Says of a page's request whose window it comes from (a user's id; at sign-in anything else). The windows of
 * one browser share its cookies, so those of several users need cookies with names of their own:
 * JSESSIONID-ID. Without the header it is JSESSIONID, as ever. */
#define LOGIN_WINDOW_HEADER "X-Window-User"
/* Logins of one user; beyond, the one idle longest ends. A user has some tabs, not hundreds. */
#define LOGINS_PER_USER_MAX 32
/* Passwords waiting for the hashing thread; beyond: 503, Retry-After (hashing is slow on
 * purpose). As many again may wait of those who come from where their user signed in before: others
 * cannot fill the queue for them. */
#define LOGIN_HASH_QUEUE_MAX 64
/* Failed logins of an account, from an address, and of both together where they are known to each other
 * (login_limit.h), within LOGIN_FAILED_WINDOW_MS; beyond, 429 with Retry-After for further *unproven*
 * credentials; who is signed in already is never blocked. */
#define LOGIN_FAILED_MAX       20
#define LOGIN_FAILED_WINDOW_MS 60000
/* An account beyond its limit: one more may try from another address so long after the last one failed. */
#define LOGIN_SLOW_MS 5000
/* 429 is given so long after it was asked for: longer than a hash takes, so that the time tells nothing of
 * whether there was one. So many wait for it; beyond, who waits longest is told at once. */
#define LOGIN_REFUSAL_MS  1000
#define LOGIN_REFUSED_MAX 1024

/* What keeps another site's page from acting as its visitor: where the request comes from; that, and a token
 * that only our own answers tell; nothing. */
enum csrf_mode { CSRF_ORIGIN, CSRF_TOKEN, CSRF_OFF };

struct login_settings {
	enum csrf_mode csrf;
	struct str external_url; /* its origin is not foreign */
	const char *const
		*origins; /* nor are these: pages of other sites that may call us (CORS) */
	unsigned origin_count;
	unsigned long long hash_ops; /* argon2id cost of new passwords; minimum 1 */
	size_t hash_memory;          /* bytes; minimum 8192 */
	msec idle_ms;
	bool is_secure; /* clients come by TLS alone: so does the cookie */
};

/* One sign-in of a user: a cookie's, or the one that all Basic requests without a cookie share. */
struct login {
	struct user *user;
	struct net_stream stream; /* random numbers drawn for it */
	msec last_used, began;
	bool by_cookie;            /* has a cookie of its own */
	bool by_token;             /* all requests with that token share it */
	bool started_center;       /* its StartContactCenterSession was the last one of the user */
	bool is_told;              /* the log has it */
	bool came_back;            /* a request presented the cookie */
	uint64_t password_version; /* of the user's password as it began */
	uint64_t nth;              /* which one of its user's it is: no other ever has the number */
	union {
		char cookie
			[32]; /* value of JSESSIONID, hexadecimal; not terminated; zero if none */
		char token[TOKEN_ID_LEN]; /* by_token: which */
	};
	struct login *prev, *next;           /* all, by last use */
	struct login *user_prev, *user_next; /* of one user */
	struct table_link by_its_cookie;
};

/* The authenticated user behind a request. Valid during the call in which it was given. */
struct caller {
	struct user *user;
	struct login *login;
	bool by_basic;   /* this request carried a password */
	bool by_bearer;  /* this request carried a token, which no browser adds by itself */
	bool set_cookie; /* a cookie was made for this request: login_headers sends it */
};

struct login_table;
/* core(ctx): the core of today (it may be rebuilt after a refused commit; then login_rebind). NULL: this
 * machine has not the memory to hash a password as the settings say. */
struct login_table *login_table_new(
	struct net *net, struct core *core, const struct login_settings *settings);
void login_table_free(struct login_table **table);
/* Users are found again by id. Logins that a password proved whose change was rolled back end here. */
void login_rebind(struct login_table *table, struct core *core);

/* Who waits for a login as ref went away: it is not answered any more (entrance.h asks). */
void login_gone(struct login_table *table, struct http_ref ref);

/* Header lines for a reply to this caller, appended: Set-Cookie where one was made,
 * X-CSRF-HEADER and X-CSRF-TOKEN on GETs in modes origin and token. */
void login_headers(const struct login_table *table, const struct http_request *request,
	const struct caller *caller, struct buf *headers);

/* Names a login for later, when it may have ended and its user be gone. */
struct login_ref {
	char user_id[USER_ID_LEN];
	uint64_t nth;
};
struct login_ref login_ref(const struct login *login);
struct login *login_find(
	const struct login_table *table, const struct login_ref *ref); /* or NULL */

void login_end(struct login_table *table, struct login *login);    /* EndContactCenterSession */
void login_end_user(struct login_table *table, struct user *user); /* password changed */
/* Token revoked. */
void login_end_token(struct login_table *table, struct user *user, struct str token_id);
void login_touch(struct login_table *table, struct login *login); /* used: it ends later */
/* While it is set, login_end_user spares this one: whoever changes the own password stays signed in. Or NULL. */
void login_spare(struct login_table *table, const struct login *login);
void login_note_start(struct login_table *table, struct login *login); /* sets started_center */
struct login *login_find_cookie(
	struct login_table *table, struct str cookie); /* NULL if none; no touch */
/* Called whenever a login ends (idle, End, password): push/ drops its Bayeux clients.
 * login->user is NULL if the user is gone (login_rebind). */
void login_on_end(
	struct login_table *table, void (*ended)(void *ctx, struct login *login), void *ctx);

/* Called when a user has signed in from an address that the core should remember: NOTE_ADDRESS with these.
 * Not with each login: core_address_is_due. The login does not depend on its success. */
void login_on_address(struct login_table *table,
	void (*came)(void *ctx, struct user *user, struct str address), void *ctx);

/* Is a person at work as this user, i.e. was the contact center session last started by a login
 * other than the one with this cookie, which lives? Told to the demo's bots by server/. */
struct login_person {
	bool is_there;
	msec left; /* when the last such login ended; 0 never */
};
struct login_person login_person(
	const struct login_table *table, const struct user *user, struct str own_cookie);

/* --- changing one's own password (password_change.c) ------------------------------------------- */

struct password_change {
	const struct http_request *request;
	struct http_ref ref;
	const struct caller *caller;
	struct str old, fresh;
	bool is_anothers; /* of another user, by an administrator: there is no old one, and only `fresh` is hashed */
	/* Later, unless the client goes before (login_gone). OK: `old` is right, hash is of `fresh`, caller who
	 * asks, as of now. ERR_OLD_PASSWORD, ERR_INTERNAL; ERR_LOGIN: the login has ended meanwhile, caller is
	 * NULL. */
	void (*done)(void *ctx, enum err err, const struct caller *caller, const char *hash);
	void *ctx;
};
/* Refused at once: ERR_FAILED_LOGINS, ERR_BUSY; OK: done comes. A wrong old password counts as a failed login:
 * a cookie that was left lying about is no way to guess. */
enum err login_change_password(
	struct login_table *table, const struct password_change *change) MUST_CHECK;

/* --- passwords (password.c) ----------------------------------------------------------------------- */
#define PASSWORD_HASH_MAX 128
/* argon2id string of a password; runs long: on the worker thread, or in a command line tool. */
enum err password_hash(char out[PASSWORD_HASH_MAX], struct str password, unsigned long long ops,
	size_t memory) MUST_CHECK;
bool password_matches(const char *hash, struct str password);
void password_free(struct str *password); /* a copy of one: nothing of it stays in memory */
/* Who has to choose another one first of all (code 8); a program's token is none. */
bool login_must_change(const struct caller *caller);

#endif
