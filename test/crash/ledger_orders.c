/* ledger_orders.c - what is certain about supervisors' orders on agents.
 *
 * Certain is what was answered while nothing else was on its way that could have changed it; an agent's
 * Accept may use up an order for the next session. */
#include "ledger_private.h"

#include <utlist.h>

static struct order *order_of(
	struct ledger *ledger, const struct person *supervisor, struct str agent)
{
	struct order *order;
	LL_FOREACH(ledger->orders, order)
		if (order->supervisor == supervisor && str_eq(order->agent, agent))
			return order;
	order = arena_take(&ledger->arena, sizeof *order);
	order->supervisor = supervisor;
	order->agent = arena_copy(&ledger->arena, agent);
	order->state = ORDER_OVER;
	order->nth = ledger->asks;
	LL_PREPEND(ledger->orders, order);
	return order;
}

/* What of deeds.def is about orders: begins one, ends one, or all that its caller has. */
static bool begins_order(const struct deed *deed)
{
	return deed_leaves(deed, EV_REGISTRATION_STARTED, OWN_ORDER);
}

static bool ends_order(const struct deed *deed)
{
	return deed_leaves(deed, EV_REGISTRATION_ENDED, OWN_ORDER);
}

static bool ends_all_orders(const struct deed *deed)
{
	return deed_may_leave(deed, EV_REGISTRATION_ENDED, OWN_ORDERS);
}

static bool concerns(const struct order *order, const struct asked *asked)
{
	if (order->supervisor != asked->person)
		return false;
	return ends_all_orders(asked->deed) || str_eq(order->agent, asked->user);
}

static bool is_about_orders(const struct asked *asked)
{
	const struct deed *deed = asked->deed;
	return begins_order(deed) || ends_order(deed) || ends_all_orders(deed);
}

/* Whoever has a standing order on this agent will be delivered what is accepted now. */
static void expect_delivery(struct ledger *ledger, struct flight *flight)
{
	struct order *order;
	LL_FOREACH(ledger->orders, order) {
		if (!str_is(order->agent, flight->asked->person->settings.name))
			continue;
		bool is_certain = order->state == ORDER_ACTIVE && !order->in_flight &&
				  order->asked < flight->at - LEDGER_MARGIN_MS - ledger->times.late;
		if (is_certain && flight->watcher_count < WATCHERS_MAX)
			flight->watchers[flight->watcher_count++] = order;
		order->has_overlap |= order->in_flight > 0;
		if (order->is_next || order->in_flight)
			order->state = ORDER_UNKNOWN;
	}
}

static bool is_accepting(const struct ledger *ledger, struct str agent)
{
	const struct flight *flight;
	DL_FOREACH(ledger->flights, flight)
		if (deed_joins(flight->asked->deed) &&
			str_is(agent, flight->asked->person->settings.name))
			return true;
	return false;
}

void ledger_order_asked(struct ledger *ledger, struct flight *flight)
{
	const struct asked *asked = flight->asked;
	struct order *order;
	if (deed_joins(asked->deed) && !asked->person->settings.is_supervisor)
		expect_delivery(ledger, flight);
	if (!is_about_orders(asked))
		return;
	if (!ends_all_orders(asked->deed))
		order_of(ledger, asked->person, asked->user);
	LL_FOREACH(ledger->orders, order) {
		if (!concerns(order, asked))
			continue;
		order->has_overlap = (order->in_flight && order->has_overlap) ||
				     is_accepting(ledger, order->agent);
		order->in_flight++;
		order->asked = flight->at;
	}
}

static void settle(struct order *order, const struct flight *flight, bool is_done, int code)
{
	bool is_monitor = begins_order(flight->asked->deed);
	bool is_over = (is_done && !is_monitor) || /* or: refused, since none is active */
		       (ends_order(flight->asked->deed) && code == 2);
	if (order->in_flight || code < 0)
		order->state = ORDER_UNKNOWN;
	else if (is_over)
		order->state = ORDER_OVER;
	else if (is_done)
		order->state =
			flight->asked->is_next && order->has_overlap ? ORDER_UNKNOWN : ORDER_ACTIVE;
	if (is_monitor && (is_done || code < 0))
		order->is_next = flight->asked->is_next;
}

/* code: -1 for no answer. */
void ledger_order_answered(
	struct ledger *ledger, const struct flight *flight, bool is_done, int code)
{
	struct order *order;
	if (!is_about_orders(flight->asked))
		return;
	LL_FOREACH(ledger->orders, order) {
		if (!concerns(order, flight->asked) || order->nth > flight->nth)
			continue;
		order->in_flight--;
		settle(order, flight, is_done, code);
	}
}
