/* unread.c - stops reading from those who do not read. */
#include "sms/unread.h"

static void set_reading(struct unread *u)
{
	net_read(u->conn, u->is_wanted && !u->is_full);
}

static void on_look(void *ctx)
{
	struct unread *u = ctx;
	size_t left = net_unsent(u->conn);
	if (left >= u->left) {
		u->stuck(u->ctx); /* perhaps the end of u */
		return;
	}
	u->left = left;
	net_timer_start(u->net, &u->look, UNREAD_STUCK_MS);
}

void unread_init(struct unread *u, struct net *net, void (*stuck)(void *ctx), void *ctx)
{
	*u = (struct unread) {.net = net, .stuck = stuck, .ctx = ctx};
	u->look = (struct net_timer) {.fire = on_look, .ctx = u};
}

void unread_begin(struct unread *u, struct net_conn *conn, bool is_wanted)
{
	u->conn = conn;
	u->is_wanted = is_wanted;
	u->is_full = false;
	set_reading(u);
}

void unread_want(struct unread *u, bool is_wanted)
{
	u->is_wanted = is_wanted;
	if (u->conn)
		set_reading(u);
}

void unread_wrote(struct unread *u)
{
	if (u->is_full || net_unsent(u->conn) <= UNREAD_BYTES_MAX)
		return;
	u->is_full = true;
	u->left = net_unsent(u->conn);
	net_timer_start(u->net, &u->look, UNREAD_STUCK_MS);
	set_reading(u);
}

void unread_drained(struct unread *u)
{
	if (!u->conn || !u->is_full)
		return;
	u->is_full = false;
	net_timer_stop(u->net, &u->look);
	set_reading(u);
}

void unread_end(struct unread *u)
{
	u->conn = NULL;
	u->is_full = false;
	net_timer_stop(u->net, &u->look);
}
