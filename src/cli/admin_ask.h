/* admin_ask.h - asking the server, or its store, as an operator's command does. */
#ifndef CLI_ADMIN_ASK_H
#define CLI_ADMIN_ASK_H

#include <jansson.h>

#include "base/buf.h"
#include "cli/cli_folder.h"

/* What the help of each command that asks says of it. */
#define ADMIN_ABOUT                                                                                \
	"On a running server through its admin socket, else on the store itself, under its "       \
	"lock.\n"

/* Prints "sotto COMMAND: what"; gives CLI_FAILED. */
int admin_complain(const char *command, const char *what);
/* Begins a request; its members follow. */
void admin_begin(struct buf *request, const char *operation);
/* Asks for what has begun, ends and frees it. The answer, if it is "ok" (json_decref it); else NULL, and the reason
 * was printed. */
json_t *admin_ask(const char *command, const struct cli_folder *folder, struct buf *request);
/* ... of a running server alone. */
json_t *admin_ask_server(const char *command, const struct cli_folder *folder, struct buf *request);
/* Has the folder a store, or may nobody look? */
bool admin_has_store(const struct cli_folder *folder);
/* Says that it has none; gives CLI_FAILED. */
int admin_no_store(const char *command, const struct cli_folder *folder);
/* Asks for what has begun, and frees it. Done: prints the line that `format` makes, else the reason.
 * Gives the exit code. */
int admin_do(const char *command, const struct cli_folder *folder, struct buf *request,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Asks "COMMAND-list" and prints each of the answer's array `name`, else the reason. Gives the exit
 * code. */
int admin_list(const char *command, const struct cli_folder *folder, const char *name,
	void (*print)(const json_t *each));
/* A text of what is listed; "" if there is none. */
const char *admin_text(const json_t *object, const char *name);

#endif
