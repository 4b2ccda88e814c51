/* log.h - one line per fact on stderr, for the operator (never for agents or customers).
 *
 *   text     2026-11-22T18:00:00.000Z warn smpp: link m1 ended: garbage from peer
 *   logfmt   ts=2026-11-22T18:00:00.000Z level=warn part=smpp msg="link m1 ended: garbage from peer"
 *   json     {"ts":"2026-11-22T18:00:00.000Z","level":"warn","part":"smpp","msg":"link m1 ended: garbage from peer"}
 *
 * The lowest level logs the cause; callers add what they were doing. Never a password, a token or the text of a message;
 * phones as a keyed hash, the same in each line, unless it is said otherwise. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/check.h"
#include "base/str.h"

enum log_level {
	LOG_NOTHING = -1, /* for log_to: a test that breaks things on purpose */
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG,
};

enum log_format { LOG_TEXT, LOG_LOGFMT, LOG_JSON };

#define LOG_LINE_MAX  1024 /* characters of what is said; a longer one is cut */
#define LOG_PHONE_MAX 32

void log_to(enum log_level least); /* what is less important stays unsaid; default LOG_INFO */
/* The words of the configuration: `log.level`, `log.format`; has_phones: as they are. Others: as before. */
void log_as(const char *level, const char *format, bool has_phones);
void log_say(enum log_level level, const char *where, const char *format, ...) PRINTF_LIKE(3, 4);
/* A phone as a line may have it; of an empty one "somebody". key: the centre's. */
const char *log_phone(char out[LOG_PHONE_MAX], struct str key, struct str phone);
/* One line, without its end, as that format has it. For tests, and log_say. */
struct buf;
void log_put(struct buf *out, enum log_format format, const char *time, enum log_level level,
	const char *where, const char *what);

#define log_error(where, ...) log_say(LOG_ERROR, where, __VA_ARGS__)
#define log_warn(where, ...)  log_say(LOG_WARN, where, __VA_ARGS__)
#define log_info(where, ...)  log_say(LOG_INFO, where, __VA_ARGS__)
#define log_debug(where, ...) log_say(LOG_DEBUG, where, __VA_ARGS__)

#endif
