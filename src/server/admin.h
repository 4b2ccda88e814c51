/* admin.h - the admin socket: one JSON object a line in, one out, over a Unix socket that only the
 * server's own user may open.
 *
 *   {"operation":"user-add","name":"ana","firstName":"","lastName":"","roles":["agent"],"sms":true,
 *    "changePassword":false,"password":"$argon2id$..."}       → {"ok":true}
 *   {"operation":"user-passwd","name":"ana","changePassword":true,"password":"$argon2id$..."}
 *   {"operation":"user-list"}                                 → {"ok":true,"users":[{...}]}
 *   {"operation":"token-add","id":"0123456789abcdef","user":"ana","label":"wallboard","digest":"<32 hex>"}
 *   {"operation":"user-roles","name":"ana","roles":["agent"]}
 *   {"operation":"assign","user":"ana","kind":"queue","thing":"sales","level":0,"held":true}
 *       kind: member or supervisor (of a group), skill, queue
 *   {"operation":"token-list"}                                → {"ok":true,"tokens":[{...}]}
 *   {"operation":"token-revoke","id":"0123456789abcdef"}
 *   {"operation":"status"}                                    → {"ok":true,"ready":true,...}
 *   whatever cannot be done                                   → {"ok":false,"error":"..."}
 *
 * Passwords come hashed, of tokens their digests. An answer leaves when what it tells is on disk. */
#ifndef SERVER_ADMIN_H
#define SERVER_ADMIN_H

#include "core/port.h"
#include "net/net.h"

#define ADMIN_LINE_MAX        (64 * 1024) /* one request; a longer one ends the connection */
#define ADMIN_CONNECTIONS_MAX 16          /* tools of one operator */

/* What only a server that runs can say. */
struct admin_hooks {
	void *ctx;
	void (*put_status)(void *ctx, struct buf *out); /* adds members */
};
/* Does what one line asks. *answer: to be given once *lsn is on disk; without the newline. hooks: NULL where no server
 * runs. */
void admin_request(struct port *port, const struct admin_hooks *hooks, struct str line,
	struct buf *answer, uint64_t *lsn);
/* The answer where what was done has been rolled back. */
void admin_refusal(struct buf *answer, const char *error);

struct admin;
/* ERR_STORE: the disk has no room for the socket's file at present. */
enum err admin_listen(struct net *net, struct str path, struct port *port,
	const struct admin_hooks *hooks, struct admin **out) MUST_CHECK;
void admin_stop(struct admin *admin); /* listens no more; what was asked is answered */
void admin_free(struct admin **admin);

#endif
