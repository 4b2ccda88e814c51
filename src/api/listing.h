/* listing.h - lists of the directory: filtered, sorted, cut into pages; as addresses, whole, or some fields.
 *
 * Query, all optional (Request parameters; limit and cursor are ours):
 *   fields=*|a,b        whole objects, or these members; without it `uris`
 *   NAME=value          any member with exactly this value; several: all of them
 *   sortBy=NAME order=Ascending|Descending
 *   offset=, limit=     how many are left out, and how many come at most
 *   cursor=             goes on where an answer with `cursor` ended. Sealed: it is the caller's and this list's */
#ifndef API_LISTING_H
#define API_LISTING_H

#include "base/buf.h"
#include "base/err.h"
#include "view/view.h"

struct call;

/* In the request's arena. */
struct keys {
	struct str *at;
	size_t count;
};

/* A kind of things that is listed. */
struct listing {
	const char *many, *one; /* names in answers */
	/* Those of them that the request asks for, in the usual order. */
	struct keys (*keys)(struct call *call);
	/* One as an object with uri and path; false: it is not there (any more). */
	bool (*put)(struct buf *out, const struct view *view, struct str key);
	const char *
		whole_with; /* whoever sends this parameter gets whole objects, also without fields; or NULL */
};

/* A list as one answer, and a single one; ERR_RANGE: bad parameters. The key of a single one is there (find). */
enum err listing_read(struct call *call, const struct listing *listing) MUST_CHECK;
enum err listing_read_one(
	struct call *call, const struct listing *listing, struct str key) MUST_CHECK;
/* As one element of a list: whole, some fields ("a,b"), or its uri (fields empty). */
bool listing_put(struct buf *out, const struct view *view, const struct listing *listing,
	struct str fields, struct str key);

#endif
