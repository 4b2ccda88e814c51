/* long_answer.c - slices of transcripts and of lists of sessions. */
#include "api/long_answer.h"

#include <stdlib.h>
#include <utlist.h>

#include "api/call.h"
#include "core/model/reader.h"
#include "core/model/reading.h"

struct viewer_name {
	char session[SESSION_ID_LEN], party[PARTY_ID_LEN];
};

struct long_answer {
	struct api *api;
	struct http_ref ref;
	struct str caller,
		target; /* user ids, owned; target: whose state is shown as well, or empty */
	struct buf end; /* what follows the array's elements */
	/* One slice; false: it cannot be made any more. *is_over: it is the last. */
	bool (*put)(struct long_answer *answer, struct buf *out, bool *is_over);
	uint64_t lsn; /* what the slice waits for beside what the caller may know of */
	/* of a transcript */
	struct reading reading;
	struct view_stretch stretch;
	/* of participations */
	const struct viewer_list *list;
	struct viewer_name *viewers; /* owned */
	size_t viewer_count, next_viewer;
	/* of a listing */
	const struct listing *listing;
	struct str fields, keys; /* owned; of the keys each has its end as '\0' */
	size_t next_key;         /* where in keys */
	UT_hash_handle hh;       /* api->long_answers, by ref */
};

static struct core *core_of(const struct api *api)
{
	return api->world.port->core;
}

static struct view view_of(const struct long_answer *answer)
{
	return (struct view) {core_of(answer->api), answer->api->external_url};
}

static struct long_answer *answer_new(struct call *call)
{
	struct long_answer *answer = mem_new(sizeof *answer);
	const struct user *caller = call->caller->user;
	answer->api = call->api;
	answer->ref = call->ref;
	answer->caller = str_copy(caller->b.id);
	buf_put_byte(&answer->end, ']');
	call->rest = answer;
	return answer;
}

static void answer_free(struct long_answer *answer)
{
	reading_end(&answer->reading);
	str_free(&answer->caller);
	str_free(&answer->target);
	buf_free(&answer->end);
	free(answer->viewers);
	str_free(&answer->fields);
	str_free(&answer->keys);
	free(answer);
}

static bool is_full(size_t bytes, size_t elements)
{
	return bytes >= VIEW_SLICE_BYTES || elements >= VIEW_SLICE_MAX;
}

/* --- transcripts ------------------------------------------------------------------------------ */

static bool put_entries(struct long_answer *answer, struct buf *out, bool *is_over)
{
	struct view view = view_of(answer);
	const struct viewer *viewer = reading_viewer(&answer->reading, view.core);
	if (!viewer)
		return false;
	view_entries(out, &view, viewer, &answer->stretch);
	answer->lsn = answer->stretch.lsn;
	*is_over = answer->stretch.next > answer->stretch.last;
	return true;
}

void long_answer_entries(
	struct call *call, const struct viewer *reader, struct view_stretch stretch)
{
	struct view view = call_view(call);
	buf_put_byte(&call->members, '[');
	view_entries(&call->members, &view, reader, &stretch);
	/* Of a receipt nobody is told any more once the session is over. */
	if (call->lsn < stretch.lsn)
		call->lsn = stretch.lsn;
	if (stretch.next > stretch.last) {
		buf_put_byte(&call->members, ']');
		return;
	}
	struct long_answer *answer = answer_new(call);
	answer->put = put_entries;
	answer->stretch = stretch;
	reading_start(&answer->reading, reader);
}

/* --- participations --------------------------------------------------------------------------- */

static const struct viewer *viewer_named(const struct core *core, const struct viewer_name *name)
{
	const struct viewer *viewer = reading_find(
		core, str_from(name->session, SESSION_ID_LEN), str_from(name->party, PARTY_ID_LEN));
	if (!viewer)
		return NULL;
	bool is_feed = viewer->b.kind == PARTY_SYSTEM;
	bool is_there = is_feed ? !viewer->session->is_ended : viewer_is_live(viewer);
	return is_there ? viewer : NULL;
}

/* One that has ended meanwhile is shown no longer. */
static bool put_viewers(struct long_answer *answer, struct buf *out, bool *is_over)
{
	struct view view = view_of(answer);
	for (size_t seen = 0; answer->next_viewer < answer->viewer_count; seen++) {
		if (is_full(out->len, seen))
			return true;
		const struct viewer *viewer =
			viewer_named(view.core, &answer->viewers[answer->next_viewer++]);
		if (!viewer || !answer->list->shows(viewer))
			continue;
		json_comma(out);
		answer->list->put(out, &view, viewer);
	}
	*is_over = true;
	return true;
}

static void name_viewer(struct long_answer *answer, const struct viewer *viewer)
{
	struct viewer_name *name = &answer->viewers[answer->viewer_count++];
	memcpy(name->session, viewer->session->b.id.at, SESSION_ID_LEN);
	memcpy(name->party, viewer->b.id.at, PARTY_ID_LEN);
}

static void rest_of_viewers(struct call *call, const struct user *user,
	const struct viewer_list *list, const struct viewer *const *viewers, size_t count)
{
	struct long_answer *answer = answer_new(call);
	answer->put = put_viewers;
	answer->list = list;
	answer->target = str_copy(user->b.id);
	answer->viewers = mem_new(count * sizeof *answer->viewers);
	for (size_t i = 0; i < count; i++)
		name_viewer(answer, viewers[i]);
}

void long_answer_some(struct call *call, const struct user *user, const struct viewer_list *list,
	const struct viewer *const *viewers, size_t count)
{
	struct view view = call_view(call);
	size_t from = call->members.len;
	buf_put_byte(&call->members, '[');
	for (size_t i = 0; i < count; i++) {
		if (is_full(call->members.len - from, i)) {
			rest_of_viewers(call, user, list, viewers + i, count - i);
			return;
		}
		json_comma(&call->members);
		list->put(&call->members, &view, viewers[i]);
	}
	buf_put_byte(&call->members, ']');
}

void long_answer_viewers(struct call *call, const struct user *user, const struct viewer_list *list)
{
	const struct viewer *viewer, **viewers;
	size_t count = 0, room = 0;
	EACH_SESSION_OF(user, viewer)
		room++;
	viewers = arena_take(call->request->arena, (room + 1) * sizeof *viewers);
	EACH_SESSION_OF(user, viewer)
		if (list->shows(viewer))
			viewers[count++] = viewer;
	long_answer_some(call, user, list, viewers, count);
}

/* --- listings --------------------------------------------------------------------------------- */

static bool put_listed(struct long_answer *answer, struct buf *out, bool *is_over)
{
	struct view view = view_of(answer);
	for (size_t seen = 0; answer->next_key < answer->keys.len; seen++) {
		if (is_full(out->len, seen))
			return true;
		struct str key = str_of(answer->keys.at + answer->next_key);
		answer->next_key += key.len + 1;
		listing_put(out, &view, answer->listing, answer->fields, key);
	}
	*is_over = true;
	return true;
}

void long_answer_listing(
	struct call *call, const struct listing *listing, struct str fields, struct keys keys)
{
	struct view view = call_view(call);
	size_t from = call->members.len, i = 0;
	struct buf rest = {0};
	buf_put_byte(&call->members, '[');
	for (; i < keys.count && !is_full(call->members.len - from, i); i++)
		listing_put(&call->members, &view, listing, fields, keys.at[i]);
	if (i == keys.count) {
		buf_put_byte(&call->members, ']');
		return;
	}
	struct long_answer *answer = answer_new(call);
	answer->put = put_listed;
	answer->listing = listing;
	answer->fields = str_copy(fields);
	for (; i < keys.count; i++) {
		buf_put(&rest, keys.at[i]);
		buf_put_byte(&rest, '\0');
	}
	answer->keys = buf_str(&rest);
}

/* --- their way to the client ------------------------------------------------------------------ */

struct buf *long_answer_end(struct long_answer *answer)
{
	return &answer->end;
}

void long_answer_begin(struct long_answer *answer)
{
	HASH_ADD(hh, answer->api->long_answers, ref, sizeof answer->ref, answer);
}

static struct long_answer *find(const struct api *api, struct http_ref ref)
{
	struct long_answer *answer;
	HASH_FIND(hh, api->long_answers, &ref, sizeof ref, answer);
	return answer;
}

static void end(struct long_answer *answer)
{
	HASH_DEL(answer->api->long_answers, answer);
	answer_free(answer);
}

static bool await(struct long_answer *answer, struct str whose)
{
	const struct core *core = core_of(answer->api);
	const struct user *user = core_user(core, whose);
	if (user && answer->lsn < core_user_seen(core, user))
		answer->lsn = core_user_seen(core, user);
	return user != NULL;
}

/* All that the slice tells of: what the caller may know of, and who is listed. */
static bool await_all(struct long_answer *answer)
{
	return await(answer, answer->caller) &&
	       (!answer->target.len || await(answer, answer->target));
}

/* The bracket makes the first element come without a comma; in its place there is one then. */
static bool make(struct long_answer *answer, struct buf *out, bool *is_over)
{
	buf_put_byte(out, '[');
	if (!answer->put(answer, out, is_over) || !await_all(answer))
		return false;
	if (out->len > 1)
		out->at[0] = ',';
	else
		out->len = 0;
	if (*is_over)
		buf_put(out, buf_str(&answer->end));
	return true;
}

void api_more(struct api *api, struct http_ref ref)
{
	struct long_answer *answer = find(api, ref);
	struct buf piece = {0};
	bool is_over = false;
	CHECK(answer);
	if (make(answer, &piece, &is_over)) {
		api->world.piece(api->world.ctx, ref, answer->lsn, buf_str(&piece), is_over);
	} else {
		is_over = true;
		api->world.cut(api->world.ctx, ref);
	}
	if (is_over)
		end(answer);
	buf_free(&piece);
}

void api_gone(struct api *api, struct http_ref ref)
{
	struct long_answer *answer = find(api, ref);
	if (answer)
		end(answer);
	calls_later_gone(api, ref);
}

void long_answers_free(struct api *api)
{
	struct long_answer *answer, *next;
	HASH_ITER(hh, api->long_answers, answer, next)
		end(answer);
}
