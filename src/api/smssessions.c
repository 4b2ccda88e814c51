/* smssessions.c - /me/smssessions: the sessions that the caller is in. */
#include "api/call.h"
#include "core/model/reader.h"
#include "core/rules/visibility.h"

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

static void put_uris(struct call *call)
{
	static const struct viewer_list list = {every, put_uri};
	json_key(&call->members, "uris");
	long_answer_viewers(call, call->caller->user, &list);
}

enum err api_smssessions_read(struct call *call)
{
	if (params_has(call, "fields"))
		call_put_own_sessions(call);
	else
		put_uris(call);
	return OK;
}

/* The caller's newest participation is in what was made; what was made before may be forgotten. */
static struct str made(const struct call *call)
{
	if (call->repeated)
		return call->repeated->b.made;
	return call->caller->user->parties->user_prev->session->b.id;
}

enum err api_smssessions_create(struct call *call)
{
	struct view view = call_view(call);
	enum err e = api_run_numbered(call);
	if (e == OK)
		view_session_identity(&call->members, &view, made(call));
	return e;
}

/* What is over for this user is gone, and what never was this user's is the same. */
enum err api_find_session(struct call *call)
{
	call->session = core_session(call_core(call), call->ids.id);
	call->viewer = call->session ? session_viewer(call->session, call->caller->user) : NULL;
	return call->viewer ? OK : ERR_NOT_FOUND;
}

enum err api_smssession_read(struct call *call)
{
	struct view view = call_view(call);
	json_key(&call->members, "smssession");
	view_session(&call->members, &view, call->viewer, VIEW_FULL);
	return OK;
}

/* startIndex: the first index wanted, in the caller's own counting; count: how many at most; last: so many from
 * the end instead, whatever the index there. */
static enum err read_page(struct call *call, uint64_t *start, uint64_t *count, uint64_t *last)
{
	bool has_start, has_count, has_last;
	*last = 0;
	*start = 1;
	*count = UINT64_MAX;
	enum err e = params_number(call, "startIndex", start, &has_start);
	if (e == OK)
		e = params_number(call, "count", count, &has_count);
	if (e == OK)
		e = params_number(call, "last", last, &has_last);
	if (e == OK && ((has_count && *count > MESSAGES_COUNT_MAX) || *last > MESSAGES_COUNT_MAX))
		e = ERR_RANGE;
	if (e == OK && has_last && (has_start || has_count || *last == 0))
		e = ERR_RANGE; /* both ends at once */
	if (*start == 0)
		*start = 1;
	return e;
}

/* The whole transcript as it is now, or a page of it. */
enum err api_messages_read(struct call *call)
{
	uint64_t start, count, last;
	enum err e = read_page(call, &start, &count, &last);
	if (e != OK)
		return e;
	const struct viewer *reader = session_reader(call->session, call->caller->user);
	if (!reader)
		return ERR_WRONG_STATE; /* invited: nothing is to be read before Accept */
	struct view_stretch stretch = {start, visibility_last_index(reader), 0};
	if (last && stretch.last > last)
		stretch.next = start = stretch.last - last + 1;
	if (start <= stretch.last && stretch.last - start >= count)
		stretch.last = start + count - 1;
	json_key(&call->members, "messages");
	long_answer_entries(call, reader, stretch);
	return OK;
}
