/* crowd.c - now and then a text from some phone, one in three a long one, one in seven STOP or START. */
#include "crowd.h"
#include "base/buf.h"

#include <stdio.h>

#define LONG_WORDS 60          /* three parts */
#define WAYS_SALT  0x77617973u /* what a customer writes does not depend on the way it takes */

static void put_text(struct buf *text, struct crowd *crowd, bool is_long)
{
	unsigned nth = ++crowd->texts;
	buf_printf(text, "Question %u", nth);
	for (unsigned word = 0; is_long && word < LONG_WORDS; word++)
		buf_printf(text, " %u.%u", nth, word);
}

/* The refuser's phone has three spellings. */
static struct str refuser(struct crowd *crowd)
{
	static const struct str spellings[] = {{CROWD_REFUSER, sizeof CROWD_REFUSER - 1},
		{"420600000009", 12}, {"00420600000009", 14}};
	return spellings[dice_roll(&crowd->dice, sizeof spellings / sizeof spellings[0])];
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
	struct str phone = refuser(crowd);
	if (crowd->gateway && dice_roll(&crowd->ways, 2))
		gateway_write(crowd->gateway, phone, buf_str(&text));
	else
		carrier_write(crowd->carrier, phone, buf_str(&text));
	buf_free(&text);
}

static struct str somebody(struct crowd *crowd, char room[24])
{
	unsigned which = (unsigned)dice_roll(&crowd->dice, CROWD_PHONES + 2);
	snprintf(room, 24, "+42060000000%u", which);
	if (which == CROWD_PHONES)
		return refuser(crowd);
	return which < CROWD_PHONES ? str_of(room) : STR(CROWD_NAME);
}

/* Now and then two long ones at once, or one whose end never comes. */
static void write_text(struct crowd *crowd)
{
	struct buf text = {0}, second = {0};
	char room[24];
	struct str phone = somebody(crowd, room);
	uint64_t how = dice_roll(&crowd->dice, 12);
	if (crowd->longs >= CROWD_LONGS_MAX)
		how = 4;
	crowd->longs += how < 4;
	put_text(&text, crowd, how < 4);
	if (crowd->gateway && dice_roll(&crowd->ways, 2)) {
		gateway_write(crowd->gateway, phone, buf_str(&text));
	} else if (how == 0) {
		put_text(&second, crowd, true);
		carrier_write_two(crowd->carrier, phone, buf_str(&text), buf_str(&second));
	} else if (how == 1) {
		carrier_write_half(crowd->carrier, phone, buf_str(&text));
	} else {
		carrier_write(crowd->carrier, phone, buf_str(&text));
	}
	buf_free(&text);
	buf_free(&second);
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

void crowd_begin(struct crowd *crowd, struct net *net, struct carrier *carrier,
	struct gateway *gateway, msec pause_most_ms, uint64_t seed)
{
	*crowd = (struct crowd) {.net = net,
		.carrier = carrier,
		.gateway = gateway,
		.dice = {seed},
		.ways = {seed ^ WAYS_SALT},
		.pause_most_ms = pause_most_ms};
	crowd->timer = (struct net_timer) {.fire = write_one, .ctx = crowd};
	net_timer_start(net, &crowd->timer, 1);
}

void crowd_end(struct crowd *crowd)
{
	net_timer_stop(crowd->net, &crowd->timer);
}
