/* login_refused.c - who is refused for too many failed logins waits for it, all for the same time.
 *
 * While a limit is reached only a right password from an address that is known to its user is let through.
 * To see that it is right takes a hash, and to refuse all others takes none: at once, the answer would tell
 * who has signed in from the asker's address before, and so who exists. */
#include "login/login_waiter.h"

#include <stdlib.h>
#include <utlist.h>

static void answer_due(void *ctx);

static void wait_for_first(struct login_table *table)
{
	if (!table->refused) {
		net_timer_stop(table->net, &table->refusal);
		return;
	}
	msec due = table->refused->asked + LOGIN_REFUSAL_MS, now = net_now(table->net);
	net_timer_start(table->net, &table->refusal, due > now ? due - now : 0);
}

static void answer_first(struct login_table *table)
{
	struct login_waiter *first = table->refused;
	DL_DELETE(table->refused, first);
	table->refused_count--;
	login_answer(first, ERR_FAILED_LOGINS, NULL);
	free(first);
}

static void answer_due(void *ctx)
{
	struct login_table *table = ctx;
	msec now = net_now(table->net);
	while (table->refused && table->refused->asked + LOGIN_REFUSAL_MS <= now)
		answer_first(table);
	wait_for_first(table);
}

static int by_asking(const struct login_waiter *a, const struct login_waiter *b)
{
	return (a->asked > b->asked) - (a->asked < b->asked);
}

/* Nearly always the last one: looked at first. */
static void put(struct login_waiter **list, struct login_waiter *waiter)
{
	if (!*list || (*list)->prev->asked <= waiter->asked)
		DL_APPEND(*list, waiter);
	else
		DL_INSERT_INORDER(*list, waiter, by_asking);
}

void login_refuse(struct login_table *table, const struct login_waiter *waiter)
{
	put(&table->refused, login_waiter_keep(waiter));
	if (++table->refused_count > LOGIN_REFUSED_MAX)
		answer_first(table);
	wait_for_first(table);
}

void login_refused_open(struct login_table *table)
{
	table->refusal = (struct net_timer) {.fire = answer_due, .ctx = table};
	net_timer_start(table->net, &table->refusal, 0); /* numbered now, not by who fails first */
	net_timer_stop(table->net, &table->refusal);
}

void login_refused_close(struct login_table *table)
{
	struct login_waiter *waiter, *next;
	net_timer_stop(table->net, &table->refusal);
	DL_FOREACH_SAFE(table->refused, waiter, next)
		free(waiter);
	table->refused = NULL;
}
