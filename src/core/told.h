/* told.h - what users were told, kept for a while, so that it can be told again to who missed it.
 *
 * All that one user is told is numbered from 1 without gaps, command by command. Who numbers it, what it says and how
 * it is told again are push's; the store keeps it, with the event that it follows from. */
#ifndef CORE_TOLD_H
#define CORE_TOLD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/msec.h"

/* Whoever was away for longer reads anew. */
#define TOLD_KEPT_MS (24 * 60 * 60 * 1000)

/* One of them. */
struct told_note {
	struct str user; /* id */
	uint64_t number;
	msec at;
	struct str topic; /* its path */
	unsigned roles;   /* set of enum role: for whoever has one of them today; 0: for the user */
	struct str session; /* id of what it is about; empty: of none */
	/* JSON: what it says. Empty: nothing any more (it was erased); or it is made when it is told: */
	struct str data;
	struct str
		party; /* entries of the session's transcript, in the counting of this participation */
	uint64_t first, last; /* last: not 0 also when that was made */
	bool is_made; /* the data of one that was kept without: nothing else of it counts but user and number */
};

/* Packed one behind the other, while they travel. */
void told_pack(struct buf *out, const struct told_note *note);
/* Takes the first one off the front; its strs are borrowed. False: there is none. */
bool told_unpack(struct str *packed, struct told_note *note);

/* By number. */
struct told_range {
	uint64_t first; /* that is kept; last + 1: none is */
	uint64_t last;  /* that was told; 0: none was */
};

/* --- reading it --------------------------------------------------------------------------------- */

/* What one reading brings: as much as one delivery takes. */
#define TOLD_PAGE_MAX   100
#define TOLD_PAGE_BYTES (64 * 1024)

struct told_query {
	struct str user;
	uint64_t from; /* number */
};

/* In order, without gaps; empty: `from` is not there (yet, or any more). All zero is an empty one. */
struct told_page {
	struct arena arena; /* has the notes' strs */
	struct told_note notes[TOLD_PAGE_MAX];
	size_t count, bytes; /* what they weigh */
};

/* Of a page: its data. What is made when it is told weighs a page, whether it was by now or not, for that is known in the
 * tables sooner or later, as others give them work. */
size_t told_weight(const struct told_note *note);

/* Independent of the store that gave it, so another thread may read. */
struct told_source {
	enum err (*read)(
		struct told_source *source, const struct told_query *query, struct told_page *page);
	void (*free)(struct told_source *source);
};

/* For sources: takes a copy of the next note. False: the page is full, or this is not the next. */
bool told_page_add(struct told_page *page, const struct told_query *query,
	const struct told_note *note) MUST_CHECK;
void told_page_free(struct told_page *page); /* empties it */

#endif
