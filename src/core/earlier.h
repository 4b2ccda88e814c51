/* earlier.h - earlier sessions of a contact, as whoever works with it may read them: what the customer saw of them.
 *
 * Neither who watched nor what was said among agents is in it, and no number that would count such things. Sessions come
 * newest first, of each its last words in their order. */
#ifndef CORE_EARLIER_H
#define CORE_EARLIER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/msec.h"
#include "core/model/words.h"

#define EARLIER_SESSIONS_MAX 20          /* of one page */
#define EARLIER_TEXTS_MAX    50          /* of each: what one looks through beside one's work */
#define EARLIER_PAGE_BYTES   (64 * 1024) /* a page that has so many ends */
#define EARLIER_PHONES_MAX   8 /* spellings of one phone that were found to be one contact */

struct earlier_text {
	msec at;
	bool is_customers, is_erased;
	enum message_type type;
	struct str nickname, text;
};

struct earlier_session {
	struct str id, number, disposition; /* empty: none */
	msec received, ended;
	struct earlier_text texts[EARLIER_TEXTS_MAX];
	size_t count;
	bool is_cut; /* there were more before them */
};

struct earlier_query {
	const struct str *phones; /* 1 .. EARLIER_PHONES_MAX */
	size_t phone_count;
	struct str behind; /* id of the last session of the page before; empty: from the newest */
	size_t limit;      /* 1 .. EARLIER_SESSIONS_MAX */
};

/* All zero is an empty one. */
struct earlier_page {
	struct arena arena; /* has the strs */
	struct earlier_session sessions[EARLIER_SESSIONS_MAX];
	size_t count, bytes;
	bool has_more;
};

/* Where they are read: independent of the store that gave it, so another thread may. What ended in the last moments may
 * not be there yet. */
struct earlier_source {
	enum err (*read)(struct earlier_source *source, const struct earlier_query *query,
		struct earlier_page *page);
	void (*free)(struct earlier_source *source);
};

/* Is an entry one of those that are told? */
bool earlier_tells(enum message_type type, enum visibility visibility);
/* For sources: takes a copy of the next session, whose texts are added next. NULL: the page is full, there is more. */
struct earlier_session *earlier_page_add(struct earlier_page *page,
	const struct earlier_query *query, const struct earlier_session *session);
/* Takes a copy of the text before those that are there. False: the session has enough. */
bool earlier_add_before(struct earlier_page *page, struct earlier_session *session,
	const struct earlier_text *text);
void earlier_page_free(struct earlier_page *page); /* empties it */

#endif
