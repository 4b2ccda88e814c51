/* cursor.h - pages of lists: `limit` says how many come at most, `cursor` where the page before ended. A cursor is sealed: it
 * is its caller's, and this list's with these parameters. Equal places have equal cursors. */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "base/err.h"
#include "base/str.h"

struct call;

#define LIST_LIMIT_MAX 500 /* of `limit`: a page; without it all come */

/* More follows behind that place: a member of the answer. */
void cursor_put(struct call *call, struct str place);
/* place: empty if the request begins at the beginning. ERR_RANGE: it is none of ours. In the request's arena. */
enum err cursor_take(struct call *call, struct str *place) MUST_CHECK;
/* `limit`, from 1 to most; *limit stays as it is where there is none. ERR_RANGE: 0, too large, or no number. */
enum err cursor_limit(struct call *call, size_t most, size_t *limit) MUST_CHECK;

#endif
