/* password_prompt.h - a new password from whoever runs the command: never from its arguments, which
 * others on the machine can read. */
#ifndef CLI_PASSWORD_PROMPT_H
#define CLI_PASSWORD_PROMPT_H

#include "base/buf.h"

#define PASSWORD_BYTES_MAX 1024

/* On a terminal asks twice, without echo; else, or if from_stdin, reads one line. */
bool password_prompt(bool from_stdin, struct buf *password, struct buf *why);

#endif
