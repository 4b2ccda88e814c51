/* log.c - lines on stderr. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/ids.h"

static struct {
	enum log_level least;
	enum log_format format;
	bool has_phones;
} settings = {.least = LOG_INFO};

static const char *const levels[] = {"error", "warn", "info", "debug"};
static const char *const formats[] = {"text", "logfmt", "json"};

/* Where the word is none of them: as it was. */
static void choose(int *choice, const char *word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			*choice = i;
}

void log_to(enum log_level least)
{
	settings.least = least;
}

void log_as(const char *level, const char *format, bool has_phones)
{
	int least = settings.least, as = (int)settings.format;
	choose(&least, level, levels, sizeof levels / sizeof *levels);
	choose(&as, format, formats, sizeof formats / sizeof *formats);
	settings.least = (enum log_level)least;
	settings.format = (enum log_format)as;
	settings.has_phones = has_phones;
}

/* Nothing that a peer sent may begin a line, or end a text, of ours. */
static void put_quoted(struct buf *out, const char *text)
{
	buf_put_byte(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			buf_printf(out, "\\u%04x", c);
		else
			buf_put_byte(out, (char)c);
	}
	buf_put_byte(out, '"');
}

static void put_plain(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_put_byte(out, (unsigned char)*text < ' ' ? ' ' : *text);
}

void log_put(struct buf *out, enum log_format format, const char *time, enum log_level level,
	const char *where, const char *what)
{
	switch (format) {
	case LOG_TEXT:
		buf_printf(out, "%s %s %s: ", time, levels[level], where);
		put_plain(out, what);
		return;
	case LOG_LOGFMT:
		buf_printf(out, "ts=%s level=%s part=%s msg=", time, levels[level], where);
		put_quoted(out, what);
		return;
	case LOG_JSON:
		buf_printf(out, "{\"ts\":\"%s\",\"level\":\"%s\",\"part\":\"%s\",\"msg\":", time,
			levels[level], where);
		put_quoted(out, what);
		buf_put_byte(out, '}');
		return;
	}
}

void log_say(enum log_level level, const char *where, const char *format, ...)
{
	if (level > settings.least)
		return;
	struct timespec now;
	struct tm tm;
	char stamp[64], what[LOG_LINE_MAX];
	struct buf line = {0};
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	snprintf(stamp, sizeof stamp, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		(int)(now.tv_nsec / 1000000));
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	log_put(&line, settings.format, stamp, level, where, what);
	buf_put_byte(&line, '\n');
	fwrite(line.at, 1, line.len, stderr); /* at once, so that lines of threads do not mix */
	buf_free(&line);
}

const char *log_phone(char out[LOG_PHONE_MAX], struct str key, struct str phone)
{
	unsigned char digest[DIGEST_BYTES];
	if (!phone.len)
		return "somebody";
	if (settings.has_phones) {
		snprintf(out, LOG_PHONE_MAX, "%.*s", STR_ARGS(phone));
		return out;
	}
	ids_digest(digest, key, phone);
	snprintf(out, LOG_PHONE_MAX, "~%02x%02x%02x%02x", digest[0], digest[1], digest[2],
		digest[3]);
	return out;
}
