/* log.c - lines on stderr. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static enum log_level least_important = LOG_INFO;

void log_to(enum log_level least)
{
	least_important = least;
}

void log_say(enum log_level level, const char *where, const char *format, ...)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	if (level > least_important)
		return;
	struct timespec now;
	struct tm tm;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	char line[1024];
	int n = snprintf(line, sizeof line,
		"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s %s: ", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(now.tv_nsec / 1000000),
		names[level], where);
	va_list args;
	va_start(args, format);
	vsnprintf(line + n, sizeof line - (size_t)n, format, args);
	va_end(args);
	fprintf(stderr, "%s\n", line); /* one write, so that lines of threads do not mix */
}
