/* past.h - sessions that have ended, as who worked in them reads them. */
#ifndef API_PAST_H
#define API_PAST_H

#include "api/call.h"

/* The part of a transcript that is asked for; all zero but count: all of it. */
struct past_page {
	uint64_t start, count, last;
};

/* For GET of /me/smssessions/{id} where the caller is not in it. call->viewer: who reads; NULL with OK: the tables
 * have to be asked, by past_read. */
enum err past_find(struct call *call) MUST_CHECK;

/* Puts the members of the answer; gives the newest event that they tell of, or 0. Called by the worker. */
typedef uint64_t past_put(struct buf *members, const struct view *view, const struct viewer *viewer,
	const struct past_page *page);
enum err past_read(struct call *call, past_put *put, const struct past_page *page) MUST_CHECK;

#endif
