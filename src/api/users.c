/* users.c - /users/{id}: another user, or oneself. */
#include "api/call.h"
#include "core/rules/assignment.h"
#include "core/model/session.h"

static bool is_self(const struct call *call)
{
	const struct user *user = call->caller->user;
	return str_eq(call->ids.id, user->b.id) || str_eq(call->ids.id, user->b.name);
}

/* Another's sessions are for supervisors only, whether or not that user exists. */
enum err api_role_to_read_user(struct call *call)
{
	if (call->request->method != HTTP_GET)
		return api_role_admin(call);
	if (is_self(call) || !params_lists(call, "subresources", "smssessions"))
		return OK;
	return api_role_supervisor(call);
}

enum err api_find_user(struct call *call)
{
	call->target = core_user(call_core(call), call->ids.id);
	bool is_asked = call->target && params_lists(call, "subresources", "smssessions");
	if (is_asked && !core_supervises(call_core(call), call->caller->user, call->target))
		return ERR_NOT_FOUND;
	return user_is_there(call->target) ? OK : ERR_NOT_FOUND;
}

/* Sessions that the user handles as agent, never those that the user watches. */
static bool handles(const struct viewer *viewer)
{
	return viewer->b.kind == PARTY_AGENT && viewer_is_joined(viewer);
}

/* What is over, or was never that user's, is the same. */
enum err api_find_handled(struct call *call)
{
	enum err e = api_find_channel(call);
	if (e != OK)
		return e;
	call->session = core_session(call_core(call), call->ids.session);
	bool is_theirs = call->session && session_is_handled_by(call->session, call->target);
	return is_theirs ? OK : ERR_NOT_FOUND;
}

static void put_handled(struct call *call)
{
	static const struct viewer_list list = {handles, view_session_of_other};
	json_key(&call->members, "smssessions");
	long_answer_viewers(call, call->target, &list);
	/* Only who is shown the sessions waits for what happened in them. */
	if (call->lsn < call->target->seen_lsn)
		call->lsn = call->target->seen_lsn;
}

static bool shows_sessions(struct call *call)
{
	bool is_covered = api_role_supervisor(call) == OK &&
			  core_supervises(call_core(call), call->caller->user, call->target);
	return params_wants(call, "smssessions") && call_is_multimedia_on(call) &&
	       (is_self(call) || is_covered);
}

enum err api_user_read(struct call *call)
{
	struct view view = call_view(call);
	json_key(&call->members, "user");
	buf_put_byte(&call->members, '{');
	view_user_members(&call->members, &view, call->target);
	if (!user_is_integrator(call->caller->user))
		call_put_assignments(call, call->target);
	if (shows_sessions(call) && is_self(call))
		call_put_own_sessions(call);
	else if (shows_sessions(call))
		put_handled(call);
	call_put_behind(call, "}");
	return OK;
}
