/* declared.h - the file is what the server does: what has to be done so that a centre is as the configuration declares
 * it, and what is to be said of each part.
 *
 * One pure function finds the difference; a start, `sotto reload`, SIGHUP and `sotto check-config --diff` all ask it.
 * Links, queues, their numbers, the settings of the centre and, of each kind that the file has a list of, what agents
 * choose from are declared. Users are not: the store has them, and what
 * the file says of them otherwise is a warning. */
#ifndef SERVER_DECLARED_H
#define SERVER_DECLARED_H

#include "config/config.h"
#include "core/port.h"

struct declared_step {
	struct command command;
	struct str says;    /* "link 'm1': host is 'b' (was 'a')"; empty: another step says it */
	struct str refused; /* why it cannot be now; empty: it can */
};

/* All zero is an empty one. Commands borrow from the arena and from the configuration. */
struct declared {
	struct arena arena;
	struct declared_step *steps; /* in the order in which they are to be done */
	size_t count, cap;
	struct str *warnings; /* of users */
	size_t warning_count, warning_cap;
};

/* The centre has been created. */
void declared_difference(
	struct declared *declared, const struct core *core, const struct config *config);
/* Is any of it refused? Then nothing is done. why: every reason, with semicolons between. */
bool declared_is_refused(const struct declared *declared, struct buf *why) MUST_CHECK;
/* Does all of it. *lsn: of the last; 0: there was nothing to do. On an error, the store's, what was done so far stays; so it does where the process ends
 * in between. What is left is the next difference. */
enum err declared_apply(
	struct port *port, const struct declared *declared, uint64_t *lsn) MUST_CHECK;
void declared_free(struct declared *declared);

#endif
