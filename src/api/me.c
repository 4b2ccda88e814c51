/* me.c - /me: the caller, and the contact center session. */
#include "api/call.h"
#include "base/names.h"
#include "api/refusal.h"

/* Media that are not here, in the places where clients look for them without asking whether they are there. */
static void put_empty(struct call *call, const char *subresource)
{
	if (!params_wants(call, subresource))
		return;
	json_key(&call->members, subresource);
	buf_puts(&call->members, "[]");
}

/* Sections of options, each an object of texts (a captured payload of the public API). */
static void put_settings(struct call *call)
{
	static const char *const words[] = {
		"agent", "supervisor", "admin", "auditor", "integrator"};
	struct buf *out = &call->members, roles = {0};
	for (unsigned i = 0; 1u << i < ROLES_END; i++)
		if (call->caller->user->b.roles & 1u << i)
			buf_printf(&roles, "%s%s", roles.len ? "," : "", words[i]);
	json_key(out, "settings");
	buf_puts(out, "{\"htcc\":{");
	json_member(out, "roles", buf_str(&roles));
	buf_puts(out, "}}");
	buf_free(&roles);
}

/* The list of sessions comes last: it may be long. */
enum err api_me_read(struct call *call)
{
	static const char *const empty[] = {"devices", "interactions", "chats", "calls"};
	struct view view = call_view(call);
	json_key(&call->members, "user");
	buf_put_byte(&call->members, '{');
	view_user_members(&call->members, &view, call->caller->user);
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		put_empty(call, empty[i]);
	call_put_assignments(call, call->caller->user);
	if (params_wants(call, "channels"))
		call_put_own_channels(call, "channels");
	if (params_wants(call, "channelStates"))
		call_put_own_channels(call, "channelStates");
	if (params_wants(call, "features"))
		call_put_features(call);
	if (params_wants(call, "settings"))
		put_settings(call);
	if (params_wants(call, "smssessions") && call_is_multimedia_on(call))
		call_put_own_sessions(call);
	else
		put_empty(call, "smssessions");
	call_put_behind(call, "}");
	return OK;
}

/* --- PUT: the password ------------------------------------------------------------------------- */

/* The login that changed it lives on, all others of the user end. */
static void password_is_proven(
	void *ctx, enum err err, const struct caller *caller, const char *hash)
{
	struct call *call = ctx;
	call->caller = caller;
	if (err == OK) {
		call->command = (struct command) {.kind = CMD_CHANGE_OWN_PASSWORD,
			.caller = caller->user,
			.own_hash = str_of(hash)};
		login_spare(call->api->logins, caller->login);
		err = api_run(call);
		login_spare(call->api->logins, NULL);
	}
	call_answer(call, err);
}

/* The first that is there; NULL: none is. */
static const char *find_read_only(const struct call *call)
{
	static const char *const names[] = {"id", "userName", "firstName", "lastName", "roles",
		"enabled", "changePasswordOnFirstLogin", "uri", "path"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (json_value_is_there(params_value(call, names[i])))
			return names[i];
	return NULL;
}

/* Whoever must choose another password chooses another one. */
enum err api_me_update(struct call *call)
{
	struct password_change change = {.request = call->request,
		.ref = call->ref,
		.caller = call->caller,
		.done = password_is_proven,
		.ctx = call};
	const char *read_only = find_read_only(call);
	if (read_only)
		return call_names(call, read_only, ERR_READ_ONLY);
	enum err e = params_text(call, "oldPassword", 0, PASSWORD_CHARS_MAX, &change.old);
	if (e == OK)
		e = params_text(
			call, "password", PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX, &change.fresh);
	if (e == OK && call->caller->user->b.must_change && str_eq(change.old, change.fresh))
		e = call_names(call, "password", ERR_RANGE);
	if (e == OK)
		e = login_change_password(call->api->logins, &change);
	call->is_later = e == OK;
	return e;
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
	refusal_put_status(out, err, NULL);
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
