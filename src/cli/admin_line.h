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

/* Does a server answer there? */
bool admin_is_served(const struct cli_folder *folder);
/* For a command that asks more than once: who answers stays the same, and a store is opened once. */
struct admin_channel;
/* ERR_*, why: as admin_line. */
enum err admin_channel_open(
	const struct cli_folder *folder, struct admin_channel **out, struct buf *why) MUST_CHECK;
enum err admin_channel_ask(struct admin_channel *channel, struct str request, struct buf *answer,
	struct buf *why) MUST_CHECK;
void admin_channel_close(struct admin_channel **channel);

#endif
