/* reload_cmd.h - what a reload, or a look at one, is said in. */
#ifndef CLI_RELOAD_CMD_H
#define CLI_RELOAD_CMD_H

#include <jansson.h>

/* What changes, what comes with the next start, what is warned of; `nothing` where nothing changes. */
void reload_print(const json_t *answer, const char *nothing);

#endif
