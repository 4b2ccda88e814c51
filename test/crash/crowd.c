/* crowd.c - now and then a text from some phone, one in six a long one, one in seven STOP or START. */
#include "crowd.h"
#include "base/buf.h"

#include <stdio.h>

#define LONG_WORDS 60 /* three parts */

static void put_text(struct buf *text, struct crowd *crowd)
{
	unsigned nth = ++crowd->texts;
	buf_printf(text, "Question %u", nth);
	if (dice_roll(&crowd->dice, 6) == 0)
		for (unsigned word = 0; word < LONG_WORDS; word++)
			buf_printf(text, " %u.%u", nth, word);
}

/* STOP is always the same text; each START has more exclamation marks than the one before: an equal one
 * might be taken for a copy after a crash (doc/decisions.md 6). */
static void write_keyword(struct crowd *crowd)
{
	struct buf text = {0};
	bool is_stop = crowd->keywords++ % 2 == 0;
	buf_puts(&text, is_stop ? "STOP" : "START");
	for (unsigned i = 0; i < crowd->keywords && !is_stop; i++)
		buf_puts(&text, "!");
	carrier_write(crowd->carrier, STR(CROWD_REFUSER), buf_str(&text));
	buf_free(&text);
}

static void write_text(struct crowd *crowd)
{
	struct buf text = {0};
	char phone[24];
	unsigned which = (unsigned)dice_roll(&crowd->dice, CROWD_PHONES + 1);
	snprintf(phone, sizeof phone, "+42060000000%u", which);
	put_text(&text, crowd);
	carrier_write(crowd->carrier, which < CROWD_PHONES ? str_of(phone) : STR(CROWD_REFUSER),
		buf_str(&text));
	buf_free(&text);
}

static void write_one(void *ctx)
{
	struct crowd *crowd = ctx;
	if (dice_roll(&crowd->dice, 7) == 0)
		write_keyword(crowd);
	else
		write_text(crowd);
	net_timer_start(crowd->net, &crowd->timer,
		1 + (msec)dice_roll(&crowd->dice, (uint64_t)crowd->pause_most_ms));
}

void crowd_begin(struct crowd *crowd, struct net *net, struct carrier *carrier, msec pause_most_ms,
	uint64_t seed)
{
	*crowd = (struct crowd) {
		.net = net, .carrier = carrier, .dice = {seed}, .pause_most_ms = pause_most_ms};
	crowd->timer = (struct net_timer) {.fire = write_one, .ctx = crowd};
	net_timer_start(net, &crowd->timer, 1);
}

void crowd_end(struct crowd *crowd)
{
	net_timer_stop(crowd->net, &crowd->timer);
}
