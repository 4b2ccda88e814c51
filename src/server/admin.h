/* admin.h - the admin socket: one JSON object a line in, one out, over a Unix socket that only the
 * server's own user may open.
 *
 *   {"operation":"user-add","name":"ana","firstName":"","lastName":"","roles":["agent"],"sms":true,
 *    "changePassword":false,"password":"$argon2id$..."}       → {"ok":true}
 *   {"operation":"user-passwd","name":"ana","changePassword":true,"password":"$argon2id$..."}
 *   {"operation":"user-set","name":"ana","firstName":"Ana","enabled":false}    what is not there stays: firstName,
 *       lastName, roles, sms, enabled
 *   {"operation":"user-remove","name":"ana"}
 *   {"operation":"user-list"}                                 → {"ok":true,"users":[{...}]}
 *   {"operation":"token-add","id":"0123456789abcdef","user":"ana","label":"wallboard","digest":"<32 hex>"}
 *   {"operation":"user-roles","name":"ana","roles":["agent"]}
 *   {"operation":"assign","user":"ana","kind":"queue","thing":"sales","level":0,"held":true}
 *       kind: member or supervisor (of a group), skill, queue
 *   {"operation":"token-list"}                                → {"ok":true,"tokens":[{...}]}
 *   {"operation":"token-revoke","id":"0123456789abcdef"}
 *   {"operation":"optout-list"}                               → {"ok":true,"contacts":[{...}]}
 *   {"operation":"optout-accept","phone":"+420600112301"}     or optout-dismiss
 *   {"operation":"optout-add","phones":["+420600112301"]}     → {"ok":true,"added":1,"already":0}; numbers as in E.164,
 *       at most ADMIN_PHONES_MAX; after a failure they can be asked for again
 *   {"operation":"status"}                                    → {"ok":true,"ready":true,...}
 *   {"operation":"reload","by":"root","dry":false}            → {"ok":true,"changes":["..."],"warnings":["..."],
 *       "restart":["..."]}; with "file": that one, and only what would be done
 *   {"operation":"erase","phone":"+420600112301"}             → {"ok":true,"state":"reading"}, again and again until
 *       {"ok":true,"state":"done","rows":12,"sessions":2}
 *   whatever cannot be done                                   → {"ok":false,"error":"..."}
 *
 * With "dry":true what changes users, or adds opt-outs, is only asked whether it can be done; a new password need not
 * be there then. Passwords come hashed, of tokens their digests. An answer leaves when what it tells is on disk. */
#ifndef SERVER_ADMIN_H
#define SERVER_ADMIN_H

#include "core/port.h"
#include "net/net.h"

#define ADMIN_LINE_MAX        (64 * 1024) /* one request; a longer one ends the connection */
#define ADMIN_CONNECTIONS_MAX 16          /* tools of one operator */
#define ADMIN_PHONES_MAX      200 /* of one request: two events each, so one commit takes them */

/* What is asked of a server as a whole. */
struct admin_reload {
	struct str file; /* absolute; empty: the one that the server was started with */
	struct str by;   /* who asks */
	bool is_dry;     /* only says what would be done */
};
struct admin_world {
	struct port *port;
	/* As reload_answer. NULL: there is no file. */
	void (*reload)(
		void *ctx, const struct admin_reload *asked, struct buf *answer, uint64_t *lsn);
	void *reload_ctx;
	/* Adds members. NULL: no server runs. */
	void (*put_status)(void *ctx, struct buf *out);
	void *status_ctx;
	/* As erasure_ask. */
	bool (*erase)(void *ctx, struct str phone, struct buf *answer, uint64_t *lsn);
	void *erase_ctx;
};

/* Does what one line asks. *answer: to be given once *lsn is on disk; without the newline. */
void admin_request(
	const struct admin_world *world, struct str line, struct buf *answer, uint64_t *lsn);
/* The answer where what was done has been rolled back. */
void admin_refusal(struct buf *answer, const char *error);

struct admin;
/* ERR_STORE: the disk has no room for the socket's file at present. */
enum err admin_listen(struct net *net, struct str path, const struct admin_world *world,
	struct admin **out) MUST_CHECK;
void admin_stop(struct admin *admin); /* listens no more; what was asked is answered */
void admin_free(struct admin **admin);

#endif
