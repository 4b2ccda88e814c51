/* channels.c - /me/channels and /users/{id}/channels/smssession. */
#include "api/call.h"
#include "core/rules/assignment.h"

static bool has_channel(const struct call *call, const struct user *user)
{
	return user->b.provisioned && call_is_multimedia_on(call);
}

void call_put_own_channels(struct call *call, const char *name)
{
	struct view view = call_view(call);
	json_key(&call->members, name);
	if (has_channel(call, call->caller->user))
		view_channels(&call->members, &view, call->caller->user);
	else
		buf_puts(&call->members, "[]");
}

static void put_uris(struct call *call)
{
	struct buf uri = {0};
	json_key(&call->members, "uris");
	buf_put_byte(&call->members, '[');
	if (has_channel(call, call->caller->user)) {
		buf_put(&uri, call->api->external_url);
		buf_puts(&uri, "/me/channels/smssession");
		json_put_string(&call->members, buf_str(&uri));
		buf_free(&uri);
	}
	buf_put_byte(&call->members, ']');
}

enum err api_channels_read(struct call *call)
{
	if (params_has(call, "fields"))
		call_put_own_channels(call, "channels");
	else
		put_uris(call);
	return OK;
}

enum err api_find_own_channel(struct call *call)
{
	return call->caller->user->b.provisioned ? OK : ERR_CHANNEL;
}

enum err api_find_channel(struct call *call)
{
	call->target = core_user_there(call_core(call), call->ids.id);
	if (!call->target || !core_supervises(call_core(call), call->caller->user, call->target))
		return ERR_NOT_FOUND; /* the same bytes: not in a group of the caller's, and not there */
	return call->target->b.provisioned ? OK : ERR_CHANNEL;
}
