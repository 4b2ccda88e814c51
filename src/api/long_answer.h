/* long_answer.h - a list that may be too long for one slice (view.h): its first slice is put at once,
 * the rest is made when the client has taken what came before.
 *
 * What the list shows is fixed when it is begun: a transcript up to its last entry then, those sessions
 * that there were. What is told of each is as it is when its slice is made, and leaves when that is on
 * disk. Core objects are found again by their ids for each slice. */
#ifndef API_LONG_ANSWER_H
#define API_LONG_ANSWER_H

#include "api/api.h"
#include "api/listing.h"

struct call;
struct long_answer;

/* Which of a user's participations a list shows, and as what. */
struct viewer_list {
	bool (*shows)(const struct viewer *viewer);
	void (*put)(struct buf *out, const struct view *view, const struct viewer *viewer);
};

/* Each puts an array into call->members, or its beginning; the rest is then call->rest. */
void long_answer_entries(
	struct call *call, const struct viewer *reader, struct view_stretch stretch);
void long_answer_viewers(
	struct call *call, const struct user *user, const struct viewer_list *list);
/* The same of these alone, which the list shows, in this order. */
void long_answer_some(struct call *call, const struct user *user, const struct viewer_list *list,
	const struct viewer *const *viewers, size_t count);

/* The keys are copied where they do not fit in one slice. */
void long_answer_listing(
	struct call *call, const struct listing *listing, struct str fields, struct keys keys);

/* Where what follows the array is to be put. */
struct buf *long_answer_end(struct long_answer *answer);
/* The answer is on its way: from now on api_more and api_gone find it. Its last piece frees it. */
void long_answer_begin(struct long_answer *answer);
void long_answers_free(struct api *api);

#endif
