/* admin_line.h - asks the running server through its admin socket; without one does the same on the
 * store itself, under its lock. */
#ifndef CLI_ADMIN_LINE_H
#define CLI_ADMIN_LINE_H

#include "cli/cli_folder.h"

/* request: one JSON object of admin.h. answer: the one that came back. Blocks. ERR_*: nobody
 * answered; why says for what reason. An empty store is bootstrapped first if there is a
 * configuration file. */
enum err admin_line(const struct cli_folder *folder, struct str request, struct buf *answer,
	struct buf *why) MUST_CHECK;
/* The same of a server that runs; ERR_NOT_FOUND: none does. */
enum err admin_line_running(const struct cli_folder *folder, struct str request, struct buf *answer,
	struct buf *why) MUST_CHECK;

#endif
