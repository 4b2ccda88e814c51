/* smssessions.c - /me/smssessions: the sessions that the caller is in. */
#include <stdlib.h>

#include "api/cursor.h"
#include "api/past.h"
#include "core/model/reader.h"
#include "core/model/session.h"
#include "core/model/watching.h"
#include "core/rules/visibility.h"

#include <utlist.h>

static bool every(const struct viewer *viewer)
{
	return viewer != NULL;
}

static void put_whole(struct buf *out, const struct view *view, const struct viewer *viewer)
{
	view_session(out, view, viewer, VIEW_FULL);
}

static void put_uri(struct buf *out, const struct view *view, const struct viewer *viewer)
{
	view_session_uri(out, view, viewer->session);
}

void call_put_own_sessions(struct call *call)
{
	static const struct viewer_list list = {every, put_whole};
	json_key(&call->members, "smssessions");
	long_answer_viewers(call, call->caller->user, &list);
}

/* --- a page of them --------------------------------------------------------------------------- */

/* Where one stands in the caller's list, and stays as long as it is there: what the caller works in first, then what the
 * caller only watches, as they came. */
struct place {
	uint64_t watches, invited, serial;
};

struct own {
	struct place place;
	const struct viewer *viewer;
};

static struct place place_of(const struct viewer *viewer)
{
	return (struct place) {
		watch_is(&viewer->b), (uint64_t)viewer->b.invited, viewer->session->b.serial};
}

static int place_cmp(const struct place *a, const struct place *b)
{
	const uint64_t pairs[][2] = {
		{a->watches, b->watches}, {a->invited, b->invited}, {a->serial, b->serial}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] > pairs[i][1] ? 1 : -1;
	return 0;
}

static int own_cmp(const void *a, const void *b)
{
	const struct own *left = a, *right = b;
	return place_cmp(&left->place, &right->place);
}

/* Whether or not the last one of the page before is still there. */
static enum err take_place(struct call *call, struct place *after)
{
	struct str text;
	enum err e = cursor_take(call, &text);
	if (e != OK || !text.len)
		return e;
	bool is_one = str_u64(str_cut(&text, ' '), &after->watches) &&
		      str_u64(str_cut(&text, ' '), &after->invited) &&
		      str_u64(text, &after->serial);
	return is_one ? OK : call_names(call, "cursor", ERR_RANGE);
}

static void put_more(struct call *call, const struct place *last)
{
	cursor_put(
		call, arena_printf(call->request->arena, "%llu %llu %llu",
			      (unsigned long long)last->watches, (unsigned long long)last->invited,
			      (unsigned long long)last->serial));
}

/* Of a program all that are not over. */
static size_t collect_all(struct call *call, const struct place *after, struct own **out)
{
	struct session *session, *sessions = call_core(call)->sessions;
	size_t room = 0, count = 0;
	DL_FOREACH(sessions, session)
		room++;
	*out = arena_take(call->request->arena, (room + 1) * sizeof **out);
	DL_FOREACH(sessions, session) {
		struct own own = {place_of(session_feed(session)), session_feed(session)};
		if (place_cmp(&own.place, after) > 0)
			(*out)[count++] = own;
	}
	return count;
}

static size_t collect_own(struct call *call, const struct place *after, struct own **out)
{
	const struct viewer *viewer;
	size_t room = 0, count = 0;
	if (user_is_integrator(call->caller->user))
		return collect_all(call, after, out);
	EACH_SESSION_OF(call->caller->user, viewer)
		room++;
	*out = arena_take(call->request->arena, (room + 1) * sizeof **out);
	EACH_SESSION_OF(call->caller->user, viewer) {
		struct own own = {place_of(viewer), viewer};
		if (place_cmp(&own.place, after) > 0)
			(*out)[count++] = own;
	}
	qsort(*out, count, sizeof **out, own_cmp);
	return count;
}

enum err api_smssessions_read(struct call *call)
{
	static const struct viewer_list whole = {every, put_whole}, uris = {every, put_uri};
	bool has_fields = params_has(call, "fields");
	struct place after = {0};
	struct own *own;
	size_t limit = SIZE_MAX;
	enum err e = cursor_limit(call, LIST_LIMIT_MAX, &limit);
	if (e == OK)
		e = take_place(call, &after);
	if (e != OK)
		return e;
	size_t all = collect_own(call, &after, &own), count = all > limit ? limit : all;
	const struct viewer **page = arena_take(call->request->arena, (count + 1) * sizeof *page);
	for (size_t i = 0; i < count; i++)
		page[i] = own[i].viewer;
	if (count < all)
		put_more(call, &own[count - 1].place);
	json_key(&call->members, has_fields ? "smssessions" : "uris");
	long_answer_some(call, call->caller->user, has_fields ? &whole : &uris, page, count);
	return OK;
}

/* The caller's newest participation is in what was made; what was made before may be forgotten. */
static struct str made(const struct call *call)
{
	if (call->repeated)
		return call->repeated->b.made;
	return user_newest_party(call->caller->user)->session->b.id;
}

enum err api_smssessions_create(struct call *call)
{
	struct view view = call_view(call);
	enum err e = api_run_numbered(call);
	if (e == OK)
		view_session_identity(&call->members, &view, made(call));
	return e;
}

/* What is over for this user is not there, and what never was this user's is the same. */
enum err api_find_running(struct call *call)
{
	call->session = core_session(call_core(call), call->ids.id);
	call->viewer = call->session ? session_viewer(call->session, call->caller->user) : NULL;
	bool is_running = call->session && !call->session->is_ended;
	if (is_running && user_is_integrator(call->caller->user))
		call->viewer = session_feed(call->session);
	return call->viewer ? OK : ERR_NOT_FOUND;
}

/* In what is over nothing is done any more; it is read for a while. */
enum err api_find_session(struct call *call)
{
	enum err e = api_find_running(call);
	return e != OK && call->request->method == HTTP_GET ? past_find(call) : e;
}

static uint64_t put_session(struct buf *members, const struct view *view,
	const struct viewer *viewer, const struct past_page *page)
{
	json_key(members, "smssession");
	view_session(members, view, viewer, VIEW_FULL);
	return 0; /* its viewers know of all that it says */
}

enum err api_smssession_read(struct call *call)
{
	static const struct past_page all = {0};
	struct view view = call_view(call);
	if (!call->viewer)
		return past_read(call, put_session, &all);
	put_session(&call->members, &view, call->viewer, &all);
	return OK;
}

/* startIndex: the first index wanted, in the caller's own counting; count: how many at most; last: so many from
 * the end instead, whatever the index there. */
static enum err read_page(struct call *call, struct past_page *page)
{
	bool has_start = false, has_count = false, has_last = false;
	*page = (struct past_page) {.start = 1, .count = UINT64_MAX};
	enum err e = params_number(call, "startIndex", &page->start, &has_start);
	if (e == OK)
		e = params_number(call, "count", &page->count, &has_count);
	if (e == OK)
		e = params_number(call, "last", &page->last, &has_last);
	if (e == OK && has_count && page->count > MESSAGES_COUNT_MAX)
		e = call_names(call, "count", ERR_RANGE);
	bool has_both_ends = has_last && (has_start || has_count);
	if (e == OK && has_last &&
		(has_both_ends || page->last == 0 || page->last > MESSAGES_COUNT_MAX))
		e = call_names(call, "last", ERR_RANGE);
	if (page->start == 0)
		page->start = 1;
	return e;
}

static struct view_stretch stretch_of(const struct viewer *reader, const struct past_page *page)
{
	uint64_t end = viewer_is_live(reader) ? visibility_last_index(reader)
					      : visibility_end_index(reader);
	struct view_stretch stretch = {page->start, end, 0};
	if (page->last && stretch.last > page->last)
		stretch.next = stretch.last - page->last + 1;
	if (stretch.next <= stretch.last && stretch.last - stretch.next >= page->count)
		stretch.last = stretch.next + page->count - 1;
	return stretch;
}

static uint64_t put_transcript(struct buf *members, const struct view *view,
	const struct viewer *viewer, const struct past_page *page)
{
	struct view_stretch stretch = stretch_of(viewer, page);
	json_key(members, "messages");
	buf_put_byte(members, '[');
	while (stretch.next <= stretch.last)
		view_entries(members, view, viewer, &stretch);
	buf_put_byte(members, ']');
	return stretch.lsn;
}

/* The whole transcript as it is now, or a page of it. */
enum err api_messages_read(struct call *call)
{
	struct past_page page;
	enum err e = read_page(call, &page);
	if (e != OK)
		return e;
	if (!call->viewer)
		return past_read(call, put_transcript, &page);
	bool is_users = call->viewer->user && viewer_is_live(call->viewer);
	const struct viewer *reader =
		is_users ? session_reader(call->session, call->caller->user) : call->viewer;
	if (!reader)
		return ERR_WRONG_STATE; /* invited: nothing is to be read before Accept */
	json_key(&call->members, "messages");
	long_answer_entries(call, reader, stretch_of(reader, &page));
	return OK;
}
