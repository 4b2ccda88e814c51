/* me.c - /me: the caller, and the contact center session. */
#include "api/call.h"
#include "api/refusal.h"

static bool wants(struct call *call, const char *subresource)
{
	return params_lists(call, "subresources", "*") ||
	       params_lists(call, "subresources", subresource);
}

enum err api_me_read(struct call *call)
{
	struct view view = call_view(call);
	json_key(&call->members, "user");
	buf_put_byte(&call->members, '{');
	view_user_members(&call->members, &view, call->caller->user);
	if (wants(call, "channels"))
		call_put_own_channels(call);
	if (wants(call, "smssessions") && call_is_multimedia_on(call))
		call_put_own_sessions(call);
	call_put_behind(call, "}");
	return OK;
}

/* --- StartContactCenterSession ---------------------------------------------------------------- */

static enum err start_channel(struct call *call, struct str channel)
{
	if (!str_is(channel, "smssession"))
		return ERR_CHANNEL;
	return call_is_multimedia_on(call) ? OK : ERR_FEATURE_OFF;
}

static void put_result(struct buf *out, struct str channel, enum err err)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "channel", channel);
	refusal_put_status(out, err);
	buf_put_byte(out, '}');
}

/* Each channel by itself: some started is a partial success (7) with the results of all; none
 * is the first one's code, and the results as well. The command is given once, however often
 * the channel is named. What the store or the server could not do is nobody's result: nothing
 * was done. */
enum err api_me_start(struct call *call)
{
	struct str channels = json_value_entries(params_value(call, "channels"));
	struct json_value entry;
	size_t started = 0;
	enum err first = OK, ran = ERR_COUNT;
	json_key(&call->members, "results");
	buf_put_byte(&call->members, '[');
	while (json_value_next(&channels, &entry)) {
		struct str channel;
		CHECK(json_value_text(entry, call->request->arena, &channel)); /* params.c */
		enum err e = start_channel(call, channel);
		if (e == OK)
			e = ran = ran == ERR_COUNT ? api_run(call) : ran;
		if (refusal_status(e) >= 500)
			return e;
		started += e == OK;
		first = first == OK ? e : first;
		put_result(&call->members, channel, e);
	}
	buf_put_byte(&call->members, ']');
	if (started)
		call_when_durable(call, login_note_start);
	call->keeps_members = true;
	if (first == OK)
		buf_free(&call->members);
	return started && first != OK ? ERR_PARTIAL : first;
}

/* The login ends with it, so this is a client's last call; its answer has no headers about the login,
 * for which it would be too late. Were the command rolled back, nothing would have been done: so the
 * login lives until then. */
enum err api_me_end(struct call *call)
{
	enum err e = api_run(call);
	if (e == OK)
		call_when_durable(call, login_end);
	return e;
}
