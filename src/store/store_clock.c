/* store_clock.c - milliseconds to what pthread takes. */
#include "store/store_clock.h"

#include <errno.h>
#include <time.h>

static msec read_clock(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

msec clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

msec clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

void clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
}

bool clock_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, msec when)
{
	struct timespec at = {.tv_sec = when / 1000, .tv_nsec = when % 1000 * 1000000};
	return pthread_cond_timedwait(cond, mutex, &at) != ETIMEDOUT;
}
