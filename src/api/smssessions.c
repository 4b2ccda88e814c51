/* smssessions.c - /me/smssessions: the sessions that the caller is in. */
#include "api/call.h"
#include "core/session.h"

#include <utlist.h>

/* A user may be in a session twice, silently and invited: it is one session. */
static bool speaks(const struct party *party)
{
	return session_party(party->session, party->user) == party;
}

void call_put_own_sessions(struct call *call)
{
	struct view view = call_view(call);
	struct party *party;
	json_key(&call->members, "smssessions");
	buf_put_byte(&call->members, '[');
	DL_FOREACH2(call->caller->user->parties, party, user_next) {
		if (!speaks(party))
			continue;
		json_comma(&call->members);
		view_session(&call->members, &view, party, VIEW_FULL);
	}
	buf_put_byte(&call->members, ']');
}

static void put_uris(struct call *call)
{
	struct view view = call_view(call);
	struct party *party;
	json_key(&call->members, "uris");
	buf_put_byte(&call->members, '[');
	DL_FOREACH2(call->caller->user->parties, party, user_next) {
		if (!speaks(party))
			continue;
		json_comma(&call->members);
		view_session_uri(&call->members, &view, party->session);
	}
	buf_put_byte(&call->members, ']');
}

enum err api_smssessions_read(struct call *call)
{
	if (params_has(call, "fields"))
		call_put_own_sessions(call);
	else
		put_uris(call);
	return OK;
}

/* What is over for this user is gone, and what never was this user's is the same. */
enum err api_find_session(struct call *call)
{
	call->session = core_session(call_core(call), call->id);
	call->party = call->session ? session_party(call->session, call->caller->user) : NULL;
	return call->party ? OK : ERR_NOT_FOUND;
}

enum err api_smssession_read(struct call *call)
{
	struct view view = call_view(call);
	json_key(&call->members, "smssession");
	view_session(&call->members, &view, call->party, VIEW_FULL);
	return OK;
}

/* startIndex: the first index wanted, in the caller's own counting; count: how many at most. */
enum err api_messages_read(struct call *call)
{
	struct view view = call_view(call);
	uint64_t start = 1, count = 0;
	bool has_start, has_count;
	enum err e = params_number(call, "startIndex", &start, &has_start);
	if (e == OK)
		e = params_number(call, "count", &count, &has_count);
	if (e != OK)
		return e;
	struct party *reader = session_reader(call->session, call->caller->user);
	if (!reader)
		return ERR_WRONG_STATE; /* invited: nothing is to be read before Accept */
	json_key(&call->members, "messages");
	if (has_count && count == 0)
		buf_puts(&call->members, "[]"); /* to the view, 0 means all */
	else
		view_messages(&call->members, &view, reader, start, count);
	return OK;
}
