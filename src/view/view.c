/* view.c - sessions, users and channels as JSON. Shapes: SMS Session API, Users API. */
#include "view/view.h"
#include "core/model/session.h"
#include "core/rules/access.h"
#include "core/model/reader.h"
#include "core/model/watching.h"
#include "core/rules/visibility.h"
#include "wire/json.h"

#include <utlist.h>

static void put_uri(struct buf *out, const struct view *view, const char *key, const char *folder,
	struct str id)
{
	json_key(out, key);
	buf_put_byte(out, '"');
	buf_put(out, view->external_url);
	buf_puts(out, folder);
	buf_put(out, id);
	buf_put_byte(out, '"');
}

static void put_path(struct buf *out, const char *key, const char *folder, struct str id)
{
	json_key(out, key);
	buf_put_byte(out, '"');
	buf_puts(out, folder);
	buf_put(out, id);
	buf_put_byte(out, '"');
}

void view_user_names(struct buf *out, const struct view *view, const char *uri, const char *path,
	struct str user)
{
	put_uri(out, view, uri, "/users/", user);
	put_path(out, path, "/users/", user);
}

/* --- participants ------------------------------------------------------------------------------- */

static const char *type_of(enum party_kind kind)
{
	return kind == PARTY_CONTACT ? "Customer"
				     : "Agent"; /* a supervisor's type is Agent (2.5) */
}

/* The API has no word for who is hidden from peers too; that one is shown to itself alone. */
struct str view_visibility(enum visibility visibility)
{
	enum visibility shown = visibility == VISIBLE_TO_ITSELF ? VISIBLE_SUPERVISORS : visibility;
	return str_of(words_name(&visibility_words, shown));
}

static void put_participant(struct buf *out, const struct view *view, const struct viewer *other)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "type", str_of(type_of(other->b.kind)));
	json_member(out, "nickname", other->b.nickname);
	json_member(out, "participantId", other->b.id);
	json_member(out, "visibility", view_visibility(other->b.visibility));
	if (other->user)
		view_user_names(out, view, "uri", "path", other->user->b.id);
	buf_put_byte(out, '}');
}

/* Who has not joined is not a participant yet, and who has left is none any more. */
static void put_participants_of(
	struct buf *out, const struct view *view, const struct viewer *viewer, enum party_kind kind)
{
	const struct viewer *other;
	EACH_VIEWER(viewer->session, other)
		if (other->b.kind == kind && other->b.state == PARTY_CHATTING &&
			visibility_shows_party(viewer, other))
			put_participant(out, view, other);
}

/* Agents first, then the customer, as the API prints them; supervisors last, where they are seen. */
static void put_participants(struct buf *out, const struct view *view, const struct viewer *viewer)
{
	put_participants_of(out, view, viewer, PARTY_AGENT);
	put_participants_of(out, view, viewer, PARTY_CONTACT);
	put_participants_of(out, view, viewer, PARTY_SUPERVISOR);
}

/* --- sessions ----------------------------------------------------------------------------------- */

static void put_capabilities(struct buf *out, const struct view *view, const struct viewer *viewer)
{
	unsigned capabilities = access_capabilities(view->core, viewer);
	json_key(out, "capabilities");
	buf_put_byte(out, '[');
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (!(capabilities & 1u << i))
			continue;
		json_comma(out);
		json_put_string(out, str_of(access_name(i)));
	}
	buf_put_byte(out, ']');
}

static void put_datum(struct buf *out, const struct body_datum *datum)
{
	json_comma(out);
	json_put_string(out, datum->name);
	buf_put_byte(out, ':');
	if (datum->is_number)
		buf_put(out, datum->value);
	else
		json_put_string(out, datum->value);
}

static void put_text(struct buf *out, const char *name, struct str text)
{
	if (text.len)
		json_member(out, name, text);
}

/* The own one, to who raised it; what became of it is none of the agent's business. */
static void put_hand(struct buf *out, const struct viewer *viewer)
{
	const struct hand *hand = session_hand(viewer->session, viewer->user, STR_NONE);
	if (viewer->b.kind != PARTY_AGENT || !hand || !hand->b.raised)
		return;
	json_key(out, "hand");
	buf_put_byte(out, '{');
	json_member_time(out, "raisedDate", hand->b.at);
	put_text(out, "reason", hand->b.reason);
	put_text(out, "comment", hand->b.comment);
	buf_put_byte(out, '}');
}

/* The customer's number reaches whoever handles the session; the rest is what was attached. */
static void put_user_data(struct buf *out, const struct session *session)
{
	const struct datum *datum;
	json_key(out, "userData");
	buf_put_byte(out, '{');
	json_member(out, "PhoneNumber", session->b.phone);
	json_member(out, "ServiceNumber", session->b.number);
	DL_FOREACH(session_rare(session)->data, datum)
		put_datum(out, &datum->b);
	buf_put_byte(out, '}');
}

void view_session_uri(struct buf *out, const struct view *view, const struct session *session)
{
	buf_put_byte(out, '"');
	buf_put(out, view->external_url);
	buf_puts(out, "/smssessions/");
	buf_put(out, session->b.id);
	buf_put_byte(out, '"');
}

void view_session_names(struct buf *out, const struct view *view, struct str session)
{
	put_uri(out, view, "smssessionUri", "/smssessions/", session);
	put_path(out, "smssessionPath", "/smssessions/", session);
}

void view_session_identity(struct buf *out, const struct view *view, struct str id)
{
	json_member(out, "id", id);
	put_uri(out, view, "uri", "/smssessions/", id);
	put_path(out, "path", "/smssessions/", id);
}

/* In the words that somebody in it reads of the own part; of a session that nobody is in there is none. */
static const char *const feed_states[session_state_count] = {
	[SESSION_QUEUED] = "Queued",
	[SESSION_ACTIVE] = "Chatting",
	[SESSION_LEFT] = "LeftChat",
	[SESSION_ENDED] = "Completed",
};

/* The session as such, to whoever is in none: the centre's feed. */
static void put_session_of_feed(
	struct buf *out, const struct view *view, const struct viewer *viewer)
{
	const struct session *session = viewer->session;
	buf_put_byte(out, '{');
	json_member(out, "state", str_of(feed_states[session->b.state]));
	json_key(out, "participants");
	buf_put_byte(out, '[');
	put_participants(out, view, viewer);
	buf_put_byte(out, ']');
	put_user_data(out, session);
	json_member(out, "queueName", session->b.queue);
	json_member_time(out, "receivedDate", session->b.received);
	json_member(out, "chatType", str_of(words_name(&session_origin_words, session->b.origin)));
	if (session->b.ended)
		json_member_time(out, "endedDate", session->b.ended);
	view_session_identity(out, view, session->b.id);
	buf_put_byte(out, '}');
}

void view_session(struct buf *out, const struct view *view, const struct viewer *viewer,
	enum view_extent extent)
{
	const struct session *session = viewer->session;
	enum sight sight = visibility_of_watching(view->core, viewer);
	bool is_live = viewer_is_live(viewer);
	if (visibility_class(viewer) == CLASS_FEED) {
		put_session_of_feed(out, view, viewer);
		return;
	}
	buf_put_byte(out, '{');
	json_member(out, "state", str_of(words_name(&party_state_words, viewer->b.state)));
	if (extent != VIEW_BARE) {
		if (is_live)
			put_capabilities(out, view, viewer);
		json_key(out, "participants");
		buf_put_byte(out, '[');
		if (extent == VIEW_FULL && viewer_is_joined(viewer))
			put_participants(out, view, viewer);
		buf_put_byte(out, ']');
		put_user_data(out, session);
		json_member_time(out, "receivedDate", session->b.received);
		json_member(out, "chatType",
			str_of(words_name(&session_origin_words, session->b.origin)));
		if (viewer->b.state == PARTY_INVITED && viewer->b.deadline)
			json_member_time(out, "answerBefore", viewer->b.deadline);
		if (sight != SIGHT_NONE)
			json_member_bool(out, "supervised", sight == SIGHT_SOMEBODY);
		put_hand(out, viewer);
	}
	view_session_identity(out, view, session->b.id);
	buf_put_byte(out, '}');
}

void view_session_of_other(struct buf *out, const struct view *view, const struct viewer *agent)
{
	const struct session *session = agent->session;
	buf_put_byte(out, '{');
	put_user_data(out, session);
	json_member(out, "id", session->b.id);
	json_member_time(out, "receivedDate", session->b.received);
	json_key(out, "capabilities");
	buf_puts(out, "[]");
	json_member_bool(out, "inFocus", agent->b.in_focus);
	buf_put_byte(out, '}');
}

/* --- users and channels ------------------------------------------------------------------------- */

const char *view_role_name(unsigned bit)
{
	static const char *const names[] = {
		"ROLE_AGENT", "ROLE_SUPERVISOR", "ROLE_ADMIN", "ROLE_AUDITOR", "ROLE_INTEGRATOR"};
	CHECK(bit < sizeof names / sizeof names[0]);
	return names[bit];
}

static void put_roles(struct buf *out, uint64_t roles)
{
	json_key(out, "roles");
	buf_put_byte(out, '[');
	for (unsigned i = 0; 1u << i < ROLES_END; i++) {
		if (!(roles & 1u << i))
			continue;
		json_comma(out);
		json_put_string(out, str_of(view_role_name(i)));
	}
	buf_put_byte(out, ']');
}

void view_user_members(struct buf *out, const struct view *view, const struct user *user)
{
	json_member(out, "id", user->b.id);
	json_member(out, "userName", user->b.name);
	json_member(out, "firstName", user->b.first_name);
	json_member(out, "lastName", user->b.last_name);
	put_roles(out, user->b.roles);
	json_member_bool(out, "enabled", user->b.enabled);
	json_member_bool(out, "sms", user->b.provisioned);
	json_member_bool(out, "changePasswordOnFirstLogin", user->b.must_change);
	view_user_names(out, view, "uri", "path", user->b.id);
}

/* Ids that clients may hard-code: Agent State and Channels pages of the API. */
static const struct {
	const char *id, *display;
} user_states[] = {
	[AGENT_LOGGED_OUT] = {"0F7F5003-EF26-4D13-A6Ef-D0C7EC819BEB", "Offline"},
	[AGENT_NOT_READY] = {"900D55CC-2BB0-431F-8BF9-D3525B383BE6", "Not Ready"},
	[AGENT_READY] = {"9430250E-0A1B-421F-B372-F29E69366DED", "Ready"},
};

void view_user_state_members(struct buf *out, enum agent_state state)
{
	json_member(out, "id", str_of(user_states[state].id));
	json_member(out, "displayName", str_of(user_states[state].display));
	json_member(out, "state", str_of(words_name(&agent_state_words, state)));
}

void view_channels(struct buf *out, const struct view *view, const struct user *user)
{
	if (!user->b.provisioned) {
		buf_puts(out, "[]");
		return;
	}
	buf_puts(out, "[{\"channel\":\"smssession\",\"userState\":{");
	view_user_state_members(out, user->agent.state);
	if (user->agent.reason.len)
		json_member(out, "reason", user->agent.reason);
	buf_puts(out, "}}]");
}
