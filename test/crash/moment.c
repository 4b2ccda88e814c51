/* moment.c - a row for each kind of end. */
#include "moment.h"

#include <stddef.h>

static const struct {
	enum sight at;
	unsigned weight;
	unsigned nth_most;
	msec after_least, after_more;
} rows[] = {
	{SIGHT_START, 6, 1, 0, 60}, /* it opens its store, or binds */
	{SIGHT_START, 6, 1, 60, 1200},
	{SIGHT_BIND, 4, 1, 0, 30}, /* what waited is written, what was not answered comes again */
	/* At once: what was answered too early is not on disk. */
	{SIGHT_ANSWER, 6, 60, 0, 1},
	{SIGHT_READ, 4, 15, 0, 1},
	{SIGHT_TOLD, 4, 100, 0, 1},
	{SIGHT_ACKNOWLEDGED, 4, 20, 0, 1},
	{SIGHT_SUBMIT, 4, 20, 0, 1},
};
#define ROWS (sizeof rows / sizeof rows[0])

static size_t draw_row(struct dice *dice)
{
	uint64_t weights = 0;
	for (size_t i = 0; i < ROWS; i++)
		weights += rows[i].weight;
	uint64_t pick = dice_roll(dice, weights);
	size_t row = 0;
	while (pick >= rows[row].weight)
		pick -= rows[row++].weight;
	return row;
}

struct moment moment_draw(struct dice *dice)
{
	size_t row = draw_row(dice);
	return (struct moment) {
		.at = rows[row].at,
		.nth = 1 + (unsigned)dice_roll(dice, rows[row].nth_most),
		.after = rows[row].after_least +
			 (msec)dice_roll(dice, (uint64_t)rows[row].after_more),
	};
}

bool moment_is_now(struct moment *moment, enum sight seen)
{
	return seen == moment->at && moment->nth && --moment->nth == 0;
}
