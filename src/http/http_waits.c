/* http_waits.c - constant time-outs. */
#include "http/http_waits.h"

#include <utlist.h>

/* Whoever was dropped may have left the timer too early: it is then simply set again. */
static void waits_look(void *ctx)
{
	struct http_waits *waits = ctx;
	msec now = net_now(waits->net);
	while (waits->first && waits->first->until <= now) {
		struct http_wait *wait = waits->first;
		http_waits_drop(wait);
		waits->expired(wait);
	}
	if (waits->first)
		net_timer_start(waits->net, &waits->timer, waits->first->until - now);
}

void http_waits_init(struct http_waits *waits, struct net *net, msec wait_ms,
	void (*expired)(struct http_wait *wait))
{
	*waits = (struct http_waits) {.net = net, .wait_ms = wait_ms, .expired = expired};
	waits->timer.fire = waits_look;
	waits->timer.ctx = waits;
	if (!wait_ms)
		return;
	/* net_sim orders timers by their first start: it must not depend on who waits first. */
	net_timer_start(net, &waits->timer, wait_ms);
	net_timer_stop(net, &waits->timer);
}

void http_waits_fini(struct http_waits *waits)
{
	net_timer_stop(waits->net, &waits->timer);
	while (waits->first)
		http_waits_drop(waits->first);
}

void http_waits_put(struct http_waits *waits, struct http_wait *wait)
{
	bool is_first = !waits->first;
	http_waits_drop(wait);
	wait->in = waits;
	wait->until = net_now(waits->net) + waits->wait_ms;
	DL_APPEND(waits->first, wait);
	if (is_first && waits->wait_ms)
		net_timer_start(waits->net, &waits->timer, waits->wait_ms);
}

void http_waits_drop(struct http_wait *wait)
{
	if (!wait->in)
		return;
	DL_DELETE(wait->in->first, wait);
	*wait = (struct http_wait) {0};
}
