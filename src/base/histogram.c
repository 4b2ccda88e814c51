/* histogram.c - finds the bucket. */
#include "base/histogram.h"

void histogram_add(struct histogram *histogram, uint64_t number)
{
	size_t i = 0;
	while (i < histogram->bound_count && number > histogram->bounds[i])
		i++;
	histogram->counts[i]++;
	histogram->sum += number;
}
