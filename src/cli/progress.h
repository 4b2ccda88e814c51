/* progress.h - how far a command is, as a bar on standard error; of nothing if that is no terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what; /* "users"; a literal */
	uint64_t total, done;
	unsigned shown; /* hundredths that stand there; more than 100: nothing yet */
	bool is_on;
};

void progress_begin(struct progress *progress, const char *what, uint64_t total);
void progress_step(struct progress *progress, uint64_t count); /* so many more are done */
void progress_end(
	struct progress *progress); /* takes the bar away: what follows is said in its place */

#endif
