/* server_private.h - the parts of a server, for the files server_*.c. */
#ifndef SERVER_SERVER_PRIVATE_H
#define SERVER_SERVER_PRIVATE_H

#include "api/api.h"
#include "centre/centre.h"
#include "desk/desk.h"
#include "http/http_server.h"
#include "provider/providers.h"
#include "push/push.h"
#include "server/admin.h"
#include "server/aging.h"
#include "server/erasure.h"
#include "server/health.h"
#include "server/reload.h"
#include "server/server.h"
#include "sms/sms.h"
#include "store/store_backup.h"

struct held_reply;
struct news;

struct server {
	struct net *net;
	struct centre *centre; /* NULL once stopped */
	struct net *tls;       /* in which clients come; NULL: as they are */
	struct http_server *http;
	struct login_table *logins;
	struct entrance entrance; /* before desk, push and api */
	struct desk_world desk;
	struct api *api;
	struct push *push;
	struct providers *providers;
	struct sms *sms;
	struct health *health; /* NULL: no listener for the operator */
	struct store_backed_up *backed_up;
	struct str data_dir; /* owned */
	msec started;
	uint64_t event_counts[EVENT_NUMBER_END];
	struct reload reload;
	struct erasure *erasure;
	struct aging *aging;
	struct admin *admin;   /* NULL: no socket */
	struct str admin_path; /* owned */
	struct net_timer admin_retry;
	unsigned port;
	bool always200;
	bool is_demo;
	bool is_open; /* all parts are there: events are told on */

	struct held_reply *all_replies, *free_replies;

	struct news *news; /* that wait for the disk */
	void (*seen)(void *ctx, const struct event *event);
	void *seen_ctx;
	void (*lost)(void *ctx, enum store_result result);
	void *lost_ctx;

	unsigned parts_stopping; /* of which stopped() waits */
	bool is_stopping;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

/* --- server_reply.c: the gate between answers and the http server ----------------------------- */

/* As api_world.reply and push_world.reply; ctx is the server. */
void server_reply(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response);
/* As api_world.begin and api_world.piece. */
void server_reply_begin(
	void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response);
void server_reply_piece(
	void *ctx, struct http_ref ref, uint64_t lsn, struct str bytes, bool is_last);
void server_replies_free(struct server *server);

/* --- server_world.c: what the parts are lent -------------------------------------------------- */

struct api_world server_api_world(struct server *server);
struct push_world server_push_world(struct server *server);
struct http_handler server_http_handler(struct server *server);
struct entrance server_entrance(struct server *server);
struct centre_hooks server_centre_hooks(struct server *server);
void server_login_ended(void *ctx, struct login *login);
/* As of login_on_address. */
void server_user_came(void *ctx, struct user *user, struct str address);
void server_news_free(struct server *server);

#endif
