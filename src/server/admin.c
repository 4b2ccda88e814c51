/* admin.c - connections of the admin socket: lines in, lines out, in order. */
#include "server/admin.h"

#include <stdlib.h>
#include <utlist.h>

#define LINGER_MS 1000 /* the other side is on this machine */

struct admin_conn {
	struct admin *admin;
	struct net_conn *conn; /* NULL once closed */
	struct buf line;
	uint64_t lsn;        /* what the last answer waits for: a later one does not overtake it */
	unsigned unanswered; /* lives until these have come back from the gate */
	struct admin_conn *prev, *next;
};

/* One line on its way back. */
struct admin_answer {
	struct admin_conn *conn;
	struct buf line;
};

struct admin {
	struct net *net;
	struct admin_world world;
	struct net_listener *listener;
	struct admin_conn *conns;
	unsigned count;
};

static void on_data(struct net_conn *conn, struct str bytes);
static void on_closed(struct net_conn *conn);
static const struct net_handler handler = {.on_data = on_data, .on_closed = on_closed};

static void free_if_done(struct admin_conn *c)
{
	if (c->conn || c->unanswered)
		return;
	if (c->admin) {
		DL_DELETE(c->admin->conns, c);
		c->admin->count--;
	}
	buf_free(&c->line);
	free(c);
}

static void release(void *arg)
{
	struct admin_answer *answer = arg;
	struct admin_conn *c = answer->conn;
	buf_put_byte(&answer->line, '\n');
	if (c->conn)
		net_write(c->conn, buf_str(&answer->line));
	buf_free(&answer->line);
	free(answer);
	c->unanswered--;
	free_if_done(c);
}

/* What the connection waited for was rolled back: its numbers are given anew. */
static void drop(void *arg)
{
	struct admin_answer *answer = arg;
	answer->conn->lsn = 0;
	admin_refusal(&answer->line, err_text(ERR_STORE));
	release(answer);
}

static void take_line(struct admin_conn *c, struct str line)
{
	uint64_t lsn;
	const struct admin_world *world = &c->admin->world;
	struct admin_answer *answer = mem_new(sizeof *answer);
	answer->conn = c;
	c->unanswered++;
	admin_request(world, line, &answer->line, &lsn);
	if (c->lsn < lsn)
		c->lsn = lsn;
	world->hold(world->ctx, c->lsn, release, drop, answer);
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct admin_conn *c = net_conn_ctx(conn);
	const char *end;
	buf_put(&c->line, bytes);
	c->unanswered++; /* c lives while its lines are read */
	while (c->line.len && (end = memchr(c->line.at, '\n', c->line.len))) {
		size_t len = (size_t)(end - c->line.at);
		take_line(c, (struct str) {c->line.at, len});
		buf_drop(&c->line, len + 1);
	}
	c->unanswered--;
	if (c->line.len > ADMIN_LINE_MAX)
		net_close(conn, 0);
}

static void on_closed(struct net_conn *conn)
{
	struct admin_conn *c = net_conn_ctx(conn);
	c->conn = NULL;
	free_if_done(c);
}

static void on_accept(void *ctx, struct net_conn *conn)
{
	struct admin *admin = ctx;
	if (admin->count >= ADMIN_CONNECTIONS_MAX) {
		net_close(conn, 0);
		return;
	}
	struct admin_conn *c = mem_new(sizeof *c);
	c->admin = admin;
	c->conn = conn;
	admin->count++;
	DL_APPEND(admin->conns, c);
	net_conn_attach(conn, &handler, c);
}

enum err admin_listen(
	struct net *net, struct str path, const struct admin_world *world, struct admin **out)
{
	struct admin *admin = mem_new(sizeof *admin);
	admin->net = net;
	admin->world = *world;
	enum err e = net_listen_unix(net, path, on_accept, admin, &admin->listener);
	if (e) {
		free(admin);
		return e;
	}
	*out = admin;
	return OK;
}

void admin_stop(struct admin *admin)
{
	net_listener_close(&admin->listener);
}

/* Connections end by themselves afterwards, each when its last answer has left. */
void admin_free(struct admin **admin)
{
	struct admin_conn *c, *next;
	if (!*admin)
		return;
	net_listener_close(&(*admin)->listener);
	DL_FOREACH_SAFE((*admin)->conns, c, next) {
		c->admin = NULL;
		if (c->conn) {
			net_read(c->conn, false);
			net_close(c->conn, LINGER_MS);
		}
	}
	free(*admin);
	*admin = NULL;
}
