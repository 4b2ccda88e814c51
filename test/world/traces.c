/* traces.c - random walks without time-outs, which depend on real time. */
#include "traces.h"

void traces_print(const struct scope *scope, uint64_t count, uint64_t steps, uint64_t seed)
{
	(void)scope;
	(void)count;
	(void)steps;
	(void)seed;
}
