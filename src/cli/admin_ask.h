/* admin_ask.h - asking the server, or its store, as an operator's command does. */
#ifndef CLI_ADMIN_ASK_H
#define CLI_ADMIN_ASK_H

#include <jansson.h>

#include "base/buf.h"
#include "cli/cli_folder.h"

/* Prints "sotto COMMAND: what"; gives CLI_FAILED. */
int admin_complain(const char *command, const char *what);
/* The answer, if it is "ok" (json_decref it); else NULL, and the reason was printed. */
json_t *admin_ask(const char *command, const struct cli_folder *folder, const struct buf *request);
/* A text of the answer; "" if there is none. */
const char *admin_text(const json_t *object, const char *name);

#endif
