/* store_clock.c - milliseconds to what pthread takes. */
#include "store/store_clock.h"

#include <errno.h>
#include <time.h>

msec clock_monotonic(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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
