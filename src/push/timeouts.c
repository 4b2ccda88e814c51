/* timeouts.c - a line and its timer. */
#include "push/timeouts.h"

#include <utlist.h>

static void arm(struct timeouts *timeouts)
{
	const struct timeout *first = timeouts->first;
	/* A timer that is set too early costs one look; setting it for each would cost more. */
	if (!first || (timeouts->armed && timeouts->armed <= first->at))
		return;
	msec now = net_now(timeouts->net);
	timeouts->armed = first->at;
	net_timer_start(timeouts->net, &timeouts->timer, first->at > now ? first->at - now : 0);
}

static void timeouts_look(void *ctx)
{
	struct timeouts *timeouts = ctx;
	timeouts->armed = 0;
	while (timeouts->first && timeouts->first->at <= net_now(timeouts->net)) {
		struct timeout *first = timeouts->first;
		timeout_drop(first);
		timeouts->expired(timeouts->ctx, first);
	}
	arm(timeouts);
}

void timeouts_init(struct timeouts *timeouts, struct net *net,
	void (*expired)(void *ctx, struct timeout *timeout), void *ctx)
{
	*timeouts = (struct timeouts) {.net = net, .expired = expired, .ctx = ctx};
	timeouts->timer = (struct net_timer) {.fire = timeouts_look, .ctx = timeouts};
}

void timeouts_fini(struct timeouts *timeouts)
{
	net_timer_stop(timeouts->net, &timeouts->timer);
}

void timeouts_put(struct timeouts *timeouts, struct timeout *timeout, msec ms)
{
	timeout_drop(timeout);
	struct timeout *before = timeouts->first ? timeouts->first->prev : NULL;
	timeout->in = timeouts;
	timeout->at = net_now(timeouts->net) + ms;
	if (!before || before->at <= timeout->at) {
		DL_APPEND(timeouts->first, timeout);
	} else {
		while (before != timeouts->first && before->prev->at > timeout->at)
			before = before->prev;
		DL_PREPEND_ELEM(timeouts->first, before, timeout);
	}
	arm(timeouts);
}

void timeout_drop(struct timeout *timeout)
{
	if (!timeout->in)
		return;
	DL_DELETE(timeout->in->first, timeout);
	timeout->in = NULL;
}
