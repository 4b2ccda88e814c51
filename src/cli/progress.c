/* progress.c - one line, written anew whenever a hundredth more is done. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 40
#define NOT_SHOWN 101

static void show(struct progress *progress)
{
	unsigned hundredths =
		progress->total ? (unsigned)(progress->done * 100 / progress->total) : 100;
	if (!progress->is_on || hundredths == progress->shown)
		return;
	progress->shown = hundredths;
	int filled = (int)(hundredths * BAR_WIDTH / 100);
	fprintf(stderr, "\r[%.*s%*s] %3u %%  %llu of %llu %s", filled,
		"########################################", BAR_WIDTH - filled, "", hundredths,
		(unsigned long long)progress->done, (unsigned long long)progress->total,
		progress->what);
	fflush(stderr);
}

void progress_begin(struct progress *progress, const char *what, uint64_t total)
{
	*progress = (struct progress) {
		.what = what, .total = total, .shown = NOT_SHOWN, .is_on = isatty(STDERR_FILENO)};
	show(progress);
}

void progress_step(struct progress *progress, uint64_t count)
{
	progress->done += count;
	if (progress->done > progress->total)
		progress->done = progress->total; /* more were added meanwhile */
	show(progress);
}

void progress_end(struct progress *progress)
{
	if (progress->is_on)
		fputs("\r\033[K", stderr);
	progress->is_on = false;
}
