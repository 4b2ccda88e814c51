/* msec.c - printing times, without locale. */
#include "base/msec.h"

#include <stdio.h>
#include <time.h>

static struct tm tm_of(msec at)
{
	time_t seconds = (time_t)(at / 1000);
	struct tm tm;
	gmtime_r(&seconds, &tm);
	return tm;
}

/* With zeros in front, so that it has so many digits. */
static void put_digits(struct buf *b, unsigned number, unsigned digits)
{
	for (unsigned bound = 10; --digits; bound *= 10)
		if (number < bound)
			buf_put_byte(b, '0');
	buf_put_u64(b, number);
}

/* printf would take a third of the time that an entry takes to be written. */
void msec_put(struct buf *b, msec at)
{
	struct tm tm = tm_of(at);
	const struct {
		int number;
		unsigned digits;
		char end;
	} parts[] = {{tm.tm_year + 1900, 4, '-'}, {tm.tm_mon + 1, 2, '-'}, {tm.tm_mday, 2, ' '},
		{tm.tm_hour, 2, ':'}, {tm.tm_min, 2, ':'}, {tm.tm_sec, 2, '.'},
		{(int)(at % 1000), 3, '+'}};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		put_digits(b, (unsigned)parts[i].number, parts[i].digits);
		buf_put_byte(b, parts[i].end);
	}
	buf_puts(b, "0000");
}

void msec_http_date(char out[30], msec at)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct tm tm = tm_of(at);
	char text[80];
	snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
		tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	memcpy(out, text, 29);
	out[29] = '\0';
}
