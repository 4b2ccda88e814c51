/* msec.h - points in time: milliseconds since 1970-01-01 00:00 UTC. */
#ifndef BASE_MSEC_H
#define BASE_MSEC_H

#include "base/buf.h"

typedef int64_t msec;

/* "2014-01-09 11:58:12.035+0000": yyyy-MM-dd HH:mm:ss.SSSZ, as the public API prints times; UTC. */
void msec_put(struct buf *b, msec at);
/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), for the Date header; out holds 29 bytes and '\0'. */
void msec_http_date(char out[30], msec at);

#endif
