/* pace.c - one gap. */
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

void pace_sent(struct pace *pace, msec now)
{
	pace->next_at = now + pace->gap;
}

msec pace_wait(struct pace *pace, msec now)
{
	if (pace->gap && now - pace->slowed_at >= PACE_FORGET_MS)
		pace->gap = 0;
	return pace->gap && pace->next_at > now ? pace->next_at - now : 0;
}
