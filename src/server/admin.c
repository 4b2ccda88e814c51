/* admin.c - connections of the admin socket: lines in, lines out, in order. */
#include "server/admin.h"

#include "api/refusal.h"

#include <stdlib.h>
#include <utlist.h>

#define LINGER_MS 1000 /* the other side is on this machine */

struct admin_conn {
	struct admin *admin; /* NULL: freed; the connection ends */
	struct net_conn *conn;
	struct buf line;
	struct admin_answer *answers; /* that wait for the disk, oldest first */
	uint64_t lsn; /* what the last one waits for: a later one does not overtake it */
	struct admin_conn *prev, *next;
};

/* One line on its way back. */
struct admin_answer {
	struct admin_conn *conn;
	struct gate_wait wait;
	struct buf line;
	struct admin_answer *prev, *next;
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

static void answer_free(struct admin_answer *answer)
{
	gate_forget(&answer->wait);
	DL_DELETE(answer->conn->answers, answer);
	buf_free(&answer->line);
	free(answer);
}

static void answers_free(struct admin_conn *c)
{
	while (c->answers)
		answer_free(c->answers);
}

static void answer_on_disk(void *ctx, bool is_durable)
{
	struct admin_answer *answer = ctx;
	if (!is_durable) {
		answer->conn->lsn = 0; /* it was rolled back: its numbers are given anew */
		admin_refusal(&answer->line, refusal_text(ERR_STORE));
	}
	buf_put_byte(&answer->line, '\n');
	net_write(answer->conn->conn, buf_str(&answer->line));
	answer_free(answer);
}

static void take_line(struct admin_conn *c, struct str line)
{
	uint64_t lsn;
	struct admin_answer *answer = mem_new(sizeof *answer);
	answer->conn = c;
	DL_APPEND(c->answers, answer);
	admin_request(&c->admin->world, line, &answer->line, &lsn);
	if (c->lsn < lsn)
		c->lsn = lsn;
	answer->wait = (struct gate_wait) {
		.done = answer_on_disk, .ctx = answer, .bytes = GATE_WAIT_BYTES};
	port_wait(c->admin->world.port, &answer->wait, c->lsn);
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct admin_conn *c = net_conn_ctx(conn);
	const char *end;
	buf_put(&c->line, bytes);
	while (c->line.len && (end = memchr(c->line.at, '\n', c->line.len))) {
		size_t len = (size_t)(end - c->line.at);
		take_line(c, (struct str) {c->line.at, len});
		buf_drop(&c->line, len + 1);
	}
	if (c->line.len > ADMIN_LINE_MAX)
		net_close(conn, 0);
}

static void on_closed(struct net_conn *conn)
{
	struct admin_conn *c = net_conn_ctx(conn);
	answers_free(c);
	if (c->admin) {
		DL_DELETE(c->admin->conns, c);
		c->admin->count--;
	}
	buf_free(&c->line);
	free(c);
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

/* Connections end by themselves afterwards, when what was answered has left. */
void admin_free(struct admin **admin)
{
	struct admin_conn *c, *next;
	if (!*admin)
		return;
	net_listener_close(&(*admin)->listener);
	DL_FOREACH_SAFE((*admin)->conns, c, next) {
		c->admin = NULL;
		answers_free(c);
		net_read(c->conn, false);
		net_close(c->conn, LINGER_MS);
	}
	free(*admin);
	*admin = NULL;
}
