/* viewer.c - how one participation begins, is joined and ends: the same for who is there and who watches. */
#include "core/model/message.h"
#include "core/model/reader.h"
#include "core/rules/turn.h"

/* Its visibility says from which generator. */
static void draw_id(const struct turn *turn, const struct session *session, struct body_party *body,
	char id[PARTY_ID_LEN])
{
	body->drawn_for = visibility_draws_from(body->visibility);
	body->draw = session_last_draw(session, body->drawn_for) + 1;
	ids_party(id, turn->core->centre.id_key, session->b.id, (unsigned)body->drawn_for,
		body->draw);
	body->id = str_from(id, PARTY_ID_LEN);
}

/* As it is told first. */
static struct viewer *begin(
	struct turn *turn, const struct invitation *invitation, bool is_there, enum event_kind kind)
{
	char id[PARTY_ID_LEN];
	const struct session *session = invitation->session;
	struct body_party body = {
		.session = session->b.id,
		.kind = invitation->kind,
		.state = is_there ? PARTY_CHATTING : PARTY_INVITED,
		.origin = invitation->origin,
		.visibility = invitation->visibility,
		.supervision = invitation->supervision,
		.user = invitation->user ? invitation->user->b.id : STR_NONE,
		.nickname = invitation->nickname,
		.watched = invitation->watched,
		.asked_by = invitation->asked_by,
		.through = invitation->through,
		.search = invitation->search,
		.invited = turn->now,
		.deadline = invitation->deadline,
		.joined = is_there,
	};
	draw_id(turn, session, &body, id);
	return turn_emit(turn, kind, &body);
}

struct viewer *viewer_invite(struct turn *turn, const struct invitation *invitation)
{
	bool is_contact = invitation->kind == PARTY_CONTACT;
	return begin(turn, invitation, is_contact,
		is_contact ? EV_CONTACT_ENTERED : EV_PARTY_WAS_INVITED);
}

static void write_joining(struct turn *turn, const struct viewer *viewer)
{
	const struct entry_words words = {
		.type = MESSAGE_JOINED, .visibility = viewer->b.visibility};
	transcript_add(turn, viewer->session, viewer, &words);
}

struct viewer *viewer_enter(struct turn *turn, const struct invitation *invitation)
{
	struct invitation named = *invitation;
	if (!named.nickname.len)
		named.nickname = named.user->b.name;
	struct viewer *viewer = begin(turn, &named, true, EV_PARTY_JOINED);
	write_joining(turn, viewer);
	return viewer;
}

/* --- stints ------------------------------------------------------------------------------------- */

/* How many entries up to seq its class sees. */
static uint64_t seen_by(const struct viewer *viewer, uint64_t seq)
{
	return seq ? visibility_up_to(viewer, viewer->session->messages[seq - 1]) : 0;
}

/* The user's last participation that was joined before this one. */
static const struct viewer *stint_before(const struct viewer *viewer)
{
	const struct viewer *other, *before = NULL;
	EACH_VIEWER(viewer->session, other)
		if (other != viewer && other->user == viewer->user && other->b.joined &&
			(!before || other->b.from > before->b.from))
			before = other;
	return before;
}

void viewer_begin_stint(const struct viewer *viewer, struct body_party *body)
{
	const struct viewer *before = stint_before(viewer);
	if (!before)
		return;
	body->from = before->b.until;
	body->base = before->b.base + seen_by(before, body->from) - seen_by(viewer, body->from);
}

/* --- what agents are shown of silent supervision -------------------------------------------------- */

/* Is there somebody now, or nobody any more? Agents are told so, and what they are told waits for the disk as theirs. */
static void tell_shown(struct turn *turn, const struct session *session, bool was_shown)
{
	bool is_shown = session_is_shown_watched(session), was_following = turn->is_following;
	if (is_shown == was_shown || session->b.state == SESSION_ENDED)
		return;
	turn->is_following = false;
	turn_emit(turn, is_shown ? EV_SUPERVISION_SHOWN : EV_SUPERVISION_HIDDEN, &session->b);
	turn->is_following = was_following;
}

/* --- joining and leaving ------------------------------------------------------------------------ */

void viewer_join(struct turn *turn, const struct viewer *viewer, struct str nickname)
{
	struct body_party body = viewer->b;
	body.state = PARTY_CHATTING;
	body.deadline = 0;
	body.joined = 1;
	if (nickname.len)
		body.nickname = nickname;
	else if (!body.nickname.len)
		body.nickname = viewer->user->b.name;
	if (body.kind == PARTY_SUPERVISOR)
		body.disclosure = visibility_disclosure(turn->core, body.supervision);
	viewer_begin_stint(viewer, &body);
	bool was_shown = session_is_shown_watched(viewer->session);
	turn_emit(turn, EV_PARTY_JOINED, &body);
	write_joining(turn, viewer);
	tell_shown(turn, viewer->session, was_shown);
}

static enum party_state state_after(enum event_kind end)
{
	return end == EV_PARTY_LEFT          ? PARTY_LEFT_CHAT
	       : end == EV_PARTY_WAS_REVOKED ? PARTY_REVOKED
					     : PARTY_COMPLETED;
}

void viewer_end(struct turn *turn, const struct viewer *viewer, enum event_kind end)
{
	struct body_party body = viewer->b;
	body.deadline = 0;
	if (end != EV_PARTY_LEFT && body.joined)
		body.until = viewer->session->message_count;
	body.state = state_after(end);
	bool was_shown = session_is_shown_watched(viewer->session);
	turn_emit(turn, end, &body);
	tell_shown(turn, viewer->session, was_shown);
}

void viewer_finish(struct turn *turn, const struct viewer *viewer)
{
	viewer_end(turn, viewer, EV_PARTY_FINISHED);
	if (viewer->b.joined)
		transcript_add_leaving(turn, viewer);
}

/* Reads on from where the participation ends. */
static void switch_to(struct turn *turn, const struct viewer *viewer, struct body_party *after)
{
	char id[PARTY_ID_LEN];
	struct body_party before = viewer->b;
	before.state = PARTY_COMPLETED;
	before.until = viewer->session->message_count;
	bool was_shown = session_is_shown_watched(viewer->session);
	turn_emit(turn, EV_PARTY_SWITCHED_AWAY, &before);
	const struct viewer next = {.b = *after, .session = viewer->session, .user = viewer->user};
	viewer_begin_stint(&next, after);
	draw_id(turn, viewer->session, after, id);
	transcript_add_switch(turn, viewer, turn_emit(turn, EV_PARTY_SWITCHED, after));
	tell_shown(turn, viewer->session, was_shown);
}

void viewer_switch(struct turn *turn, const struct viewer *viewer, enum supervision mode)
{
	struct body_party after = viewer->b;
	after.supervision = mode;
	after.visibility = visibility_in_mode(turn->core, mode);
	after.disclosure = visibility_disclosure(turn->core, mode);
	switch_to(turn, viewer, &after);
}

void viewer_take_over(struct turn *turn, const struct viewer *viewer)
{
	struct body_party after = viewer->b;
	after.kind = PARTY_AGENT;
	after.origin = ORIGIN_TOOK_OVER;
	after.visibility = VISIBLE_ALL;
	after.supervision = SUPERVISION_MONITOR; /* which says nothing of an agent */
	after.disclosure = visibility_disclosure_of_take_over(turn->core);
	after.in_focus = false; /* what it looks at as an agent is another thing */
	switch_to(turn, viewer, &after);
}

void viewer_show(struct turn *turn, const struct viewer *viewer)
{
	struct body_party after = viewer->b;
	after.visibility = VISIBLE_ALL;
	after.asked_by = STR_NONE;
	switch_to(turn, viewer, &after);
}
