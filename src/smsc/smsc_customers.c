/* smsc_customers.c - a customer is one row of a table away from the next text:
 *
 *   RESTING    nothing open; the timer begins the next story
 *   WAITING    wrote; the timer is the customer's patience
 *   TYPING     was answered; the timer sends the reply */
#include "smsc/smsc_customers.h"
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

enum customer_state { CUSTOMER_RESTING, CUSTOMER_WAITING, CUSTOMER_TYPING, CUSTOMER_STATES };
enum customer_input { INPUT_TIME, INPUT_TEXT, CUSTOMER_INPUTS };

#define STEPS 3 /* opening and two replies */

static const char *const stories[][STEPS] = {
#define STORY(opening, first, second) {opening, first, second},
#include "smsc/smsc_stories.def"
#undef STORY
};
#define STORIES (sizeof stories / sizeof *stories)

struct customer {
	struct smsc_customers *all;
	enum customer_state state;
	char phone[16];
	uint64_t random; /* state of the generator */
	size_t story;
	unsigned step;
	struct net_timer timer;
};

struct smsc_customers {
	struct net *net;
	struct smsc_customers_settings settings;
	bool has_begun;
	struct customer *customers;
};

/* splitmix64 (Steele, Lea, Flood 2014): small, and one state word is enough for a customer. */
static uint64_t draw(struct customer *c)
{
	c->random += 0x9E3779B97F4A7C15;
	uint64_t z = c->random;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return z ^ (z >> 31);
}

static msec draw_between(struct customer *c, msec least, msec most)
{
	return most > least ? least + (msec)(draw(c) % (uint64_t)(most - least + 1)) : least;
}

static void wait_for(struct customer *c, enum customer_state state, msec delay_ms)
{
	c->state = state;
	net_timer_start(c->all->net, &c->timer, delay_ms);
}

static void rest(struct customer *c)
{
	const struct smsc_customers_settings *s = &c->all->settings;
	wait_for(c, CUSTOMER_RESTING, draw_between(c, s->pause_least_ms, s->pause_most_ms));
}

static void write_step(struct customer *c)
{
	const struct smsc_customers_settings *s = &c->all->settings;
	bool is_opening = c->step == 0;
	struct str text = str_of(stories[c->story][c->step]);
	wait_for(c, CUSTOMER_WAITING,
		is_opening ? CUSTOMER_OPENING_PATIENCE_MS : CUSTOMER_REPLY_PATIENCE_MS);
	s->write(s->ctx, is_opening, str_of(c->phone), text);
}

static void open_story(struct customer *c)
{
	c->story = draw(c) % STORIES;
	c->step = 0;
	write_step(c);
}

static void reply(struct customer *c)
{
	c->step++;
	write_step(c);
}

static bool has_reply(const struct customer *c)
{
	return c->step + 1 < STEPS && stories[c->story][c->step + 1][0] != '\0';
}

static void be_answered(struct customer *c)
{
	const struct smsc_customers_settings *s = &c->all->settings;
	if (has_reply(c))
		wait_for(c, CUSTOMER_TYPING, draw_between(c, s->reply_least_ms, s->reply_most_ms));
	else
		rest(c);
}

static void read_on(struct customer *c)
{
	(void)c; /* a further text of the agent changes nothing */
}

static void (*const acts[CUSTOMER_STATES][CUSTOMER_INPUTS])(struct customer *) = {
	[CUSTOMER_RESTING] = {[INPUT_TIME] = open_story, [INPUT_TEXT] = read_on},
	[CUSTOMER_WAITING] = {[INPUT_TIME] = rest, [INPUT_TEXT] = be_answered},
	[CUSTOMER_TYPING] = {[INPUT_TIME] = reply, [INPUT_TEXT] = read_on},
};

static void on_time(void *ctx)
{
	struct customer *c = ctx;
	acts[c->state][INPUT_TIME](c);
}

struct smsc_customers *smsc_customers_new(
	struct net *net, const struct smsc_customers_settings *settings)
{
	struct smsc_customers *all = mem_new(sizeof *all);
	all->net = net;
	all->settings = *settings;
	all->customers = mem_new((settings->count + 1) * sizeof *all->customers);
	for (unsigned i = 0; i < settings->count; i++) {
		struct customer *c = &all->customers[i];
		*c = (struct customer) {.all = all, .random = settings->seed + i * 0x632BE59Bull};
		c->timer = (struct net_timer) {.fire = on_time, .ctx = c};
		snprintf(c->phone, sizeof c->phone, "+4207%08u", (i + 1) % 100000000);
	}
	return all;
}

/* The first customer writes at once, so that something is seen; the others come one by one. */
void smsc_customers_begin(struct smsc_customers *all)
{
	if (all->has_begun)
		return;
	all->has_begun = true;
	for (unsigned i = 0; i < all->settings.count; i++) {
		struct customer *c = &all->customers[i];
		msec later = i ? draw_between(c, 0, all->settings.pause_most_ms) : 0;
		wait_for(c, CUSTOMER_RESTING, all->settings.first_text_ms + later);
	}
}

void smsc_customers_read(struct smsc_customers *all, struct str phone)
{
	uint64_t number = 0;
	if (phone.len != 13 || !str_starts(phone, STR("+4207")) ||
		!str_u64(str_skip(phone, 5), &number))
		return;
	if (number < 1 || number > all->settings.count || !all->has_begun)
		return;
	struct customer *c = &all->customers[number - 1];
	acts[c->state][INPUT_TEXT](c);
}

void smsc_customers_free(struct smsc_customers **slot)
{
	struct smsc_customers *all = *slot;
	if (!all)
		return;
	for (unsigned i = 0; i < all->settings.count; i++)
		net_timer_stop(all->net, &all->customers[i].timer);
	free(all->customers);
	free(all);
	*slot = NULL;
}
