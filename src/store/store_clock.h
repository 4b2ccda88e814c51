/* store_clock.h - what time it is; waiting with an end, for the store's threads, by the monotonic clock. */
#ifndef STORE_STORE_CLOCK_H
#define STORE_STORE_CLOCK_H

#include <pthread.h>

#include "base/msec.h"

msec clock_monotonic(void);
msec clock_wall(void); /* since 1970 UTC */
void clock_cond_init(pthread_cond_t *cond);
/* Waits for the condition, which clock_cond_init made, no longer than until `when`. False: the time has come. */
bool clock_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, msec when);

#endif
