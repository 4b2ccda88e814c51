/* log.h - one line per fact on stderr, for the operator (never for agents or customers).
 *
 *   2026-11-22T18:00:00.000Z warn smpp: link m1 closed: garbage from peer
 *
 * The lowest level logs the cause; callers add what they were doing. Never a password, a token or
 * the text of a message. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/check.h"

enum log_level {
	LOG_NOTHING = -1, /* for log_to: a test that breaks things on purpose */
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG,
};

void log_to(enum log_level least); /* what is less important stays unsaid; default LOG_INFO */
void log_say(enum log_level level, const char *where, const char *format, ...) PRINTF_LIKE(3, 4);

#define log_error(where, ...) log_say(LOG_ERROR, where, __VA_ARGS__)
#define log_warn(where, ...)  log_say(LOG_WARN, where, __VA_ARGS__)
#define log_info(where, ...)  log_say(LOG_INFO, where, __VA_ARGS__)
#define log_debug(where, ...) log_say(LOG_DEBUG, where, __VA_ARGS__)

#endif
