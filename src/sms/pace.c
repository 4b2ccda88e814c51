/* pace.c - one gap, and the shares of a second and a minute. */
#include "sms/pace.h"

void pace_slow(struct pace *pace, msec sent_at, msec now)
{
	if (pace->slowed_at && sent_at <= pace->slowed_at)
		return;
	msec gap = pace->gap * 2;
	pace->gap = gap < PACE_FIRST_MS ? PACE_FIRST_MS : gap > PACE_LAST_MS ? PACE_LAST_MS : gap;
	pace->slowed_at = now;
	pace->next_at = now + pace->gap;
}

void pace_ease(struct pace *pace)
{
	pace->gap -= (pace->gap + 7) / 8;
	if (pace->gap < PACE_LEAST_MS)
		pace->gap = 0;
}

/* Shares are even: a part each, one after the other. Where they are shorter than PACE_LEAST_MS, those of this
 * long may be taken together. */
#define TOGETHER_US 20000

void pace_allow(struct pace *pace, unsigned per_second, unsigned per_minute)
{
	pace->second = (struct pace_limit) {.parts = per_second, .per = 1000};
	pace->minute = (struct pace_limit) {.parts = per_minute, .per = 60000};
}

static int64_t share_us(const struct pace_limit *limit)
{
	return limit->per * 1000 / limit->parts;
}

static bool is_one_by_one(const struct pace_limit *limit)
{
	return limit->parts && share_us(limit) >= PACE_LEAST_MS * 1000;
}

bool pace_is_slow(const struct pace *pace)
{
	return pace->gap > 0 || is_one_by_one(&pace->second) || is_one_by_one(&pace->minute);
}

static void take_share(struct pace_limit *limit, msec now)
{
	if (!limit->parts)
		return;
	int64_t earliest = now * 1000 - (is_one_by_one(limit) ? 0 : TOGETHER_US);
	limit->next_us = (limit->next_us > earliest ? limit->next_us : earliest) + share_us(limit);
}

static msec wait_for(const struct pace_limit *limit, msec now)
{
	int64_t left = limit->parts ? limit->next_us - now * 1000 : 0;
	return left > 0 ? (left + 999) / 1000 : 0;
}

static msec later(msec a, msec b)
{
	return a > b ? a : b;
}

void pace_sent(struct pace *pace, msec now)
{
	pace->next_at = now + pace->gap;
	take_share(&pace->second, now);
	take_share(&pace->minute, now);
}

msec pace_wait(struct pace *pace, msec now)
{
	if (pace->gap && now - pace->slowed_at >= PACE_FORGET_MS)
		pace->gap = 0;
	msec gap = pace->gap && pace->next_at > now ? pace->next_at - now : 0;
	return later(gap, later(wait_for(&pace->second, now), wait_for(&pace->minute, now)));
}
