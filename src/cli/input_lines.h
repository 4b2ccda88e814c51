/* input_lines.h - the lines of standard input, whatever that is: a terminal, a pipe, a file, nothing.
 *
 * Looked at now and then by a timer, on the loop's thread: nobody sits in a call that waits, so a signal ends the
 * process at once; and no flag is set that others who use the same terminal would find. */
#ifndef CLI_INPUT_LINES_H
#define CLI_INPUT_LINES_H

#include "net/net.h"

/* Bytes of one line without its end: the longest text (TEXT_CHARS_MAX characters of 4 bytes) behind a phone
 * number. A longer one is logged and left out. */
#define INPUT_LINE_MAX (4 * 4096 + 64)
/* How often is looked. */
#define INPUT_LOOK_MS 50

struct input_lines;

/* on_line: one line without "\n" or "\r\n"; borrowed. After the end of the input nothing comes any more. */
struct input_lines *input_lines_new(
	struct net *net, void (*on_line)(void *ctx, struct str line), void *ctx);
void input_lines_free(struct input_lines **lines);

#endif
