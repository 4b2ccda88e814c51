/* net_turns.c - two lines of pieces; each turn of the loop makes one of them. */
#include <utlist.h>

#include "net/net_private.h"

static void make_one(void *ctx);

static void turns_look(struct net *net)
{
	bool is_waiting = net->turns[NET_FIRST].first || net->turns[NET_LAST].first;
	if (!is_waiting || net->is_turn_asked)
		return;
	net->is_turn_asked = true;
	net_defer(net, make_one, net);
}

static void make_one(void *ctx)
{
	struct net *net = ctx;
	struct net_turn *turn = net->turns[NET_FIRST].first;
	if (!turn)
		turn = net->turns[NET_LAST].first;
	net->is_turn_asked = false;
	if (!turn)
		return;
	net_turn_drop(turn);
	turns_look(
		net); /* before it runs: who asks from inside comes a turn later at the earliest */
	turn->run(turn->ctx);
}

void net_turn_ask(struct net *net, struct net_turn *turn, enum net_order order)
{
	if (turn->in)
		return;
	turn->in = &net->turns[order];
	DL_APPEND(turn->in->first, turn);
	turns_look(net);
}

void net_turn_drop(struct net_turn *turn)
{
	if (!turn->in)
		return;
	DL_DELETE(turn->in->first, turn);
	turn->in = NULL;
}
