/* histogram.h - how often a number was how large: for who looks at a server at work. */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BOUNDS_MAX 12

struct histogram {
	const uint64_t *bounds; /* ascending; the owner's */
	size_t bound_count;     /* up to HISTOGRAM_BOUNDS_MAX */
	uint64_t counts[HISTOGRAM_BOUNDS_MAX +
			1]; /* of what is at most that bound, and above the one before */
	uint64_t sum;
};

void histogram_add(struct histogram *histogram, uint64_t number);

#endif
