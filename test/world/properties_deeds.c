/* properties_deeds.c - what was asked and not refused has been done. */
#include "properties.h"
#include "core/reader.h"
#include "core/registration.h"
#include "core/session.h"

#include <utlist.h>

struct deed_done {
	const struct world *world;
	struct user *user;
	struct move move;
};

/* --- the contact center session ------------------------------------------------------------------ */

static bool is_started(const struct deed_done *d)
{
	return d->user->agent.state != AGENT_LOGGED_OUT;
}

/* With on-logout keep, running sessions of agents stay, and whoever is logged out may have left them since. */
static bool is_stopped(const struct deed_done *d)
{
	const struct viewer *viewer;
	EACH_SESSION_OF(d->user, viewer)
		if (!d->world->scope.keep || viewer->b.kind != PARTY_AGENT ||
			(viewer->b.state != PARTY_CHATTING && d->world->outcome.count))
			return false;
	return !is_started(d) && !d->user->orders;
}

static bool is_ready(const struct deed_done *d)
{
	return d->user->agent.state == AGENT_READY;
}

static bool is_not_ready(const struct deed_done *d)
{
	return d->user->agent.state == AGENT_NOT_READY;
}

/* --- sessions ------------------------------------------------------------------------------------ */

/* The session on which it was done may be over by now, and then others have moved up. */
static const struct viewer *viewer_after(const struct deed_done *d, struct str *id)
{
	const struct rows *rows = &d->world->rows;
	unsigned place = d->move.on;
	for (size_t i = 0; i < rows->count; i++) {
		const struct body_session *b = &rows->at[i].body.session;
		if (rows->at[i].kind == BODY_session && b->state != SESSION_ENDED && place-- == 0)
			*id = b->id;
	}
	const struct session *session = core_session(d->world->core, *id);
	return session_viewer(session, d->user);
}

static bool is_accepted(const struct deed_done *d)
{
	struct str id = STR_NONE;
	const struct viewer *viewer = viewer_after(d, &id);
	return viewer && viewer->b.state == PARTY_CHATTING && viewer->b.joined &&
	       (d->move.with == 0) == (strncmp(viewer->b.nickname.at, "Nick of ", 8) != 0);
}

/* It may be offered, or delivered, once more by what follows; but the invitation was taken back. */
static bool is_rejected(const struct deed_done *d)
{
	for (size_t i = 0; i < d->world->outcome.count; i++) {
		const struct event *event = &d->world->outcome.events[i];
		const struct body_party *b = event->body;
		if (event->kind == EV_PARTY_REJECTED && str_eq(b->user, d->user->b.id))
			return b->state == PARTY_COMPLETED;
	}
	return false;
}

static bool is_left(const struct deed_done *d)
{
	struct str id = STR_NONE;
	const struct viewer *viewer = viewer_after(d, &id);
	return !viewer || viewer->b.state != PARTY_CHATTING;
}

static bool is_completed(const struct deed_done *d)
{
	struct str id = STR_NONE;
	viewer_after(d, &id);
	const struct session *session = core_session(d->world->core, id);
	enum session_state state = d->move.with ? SESSION_QUEUED : SESSION_ENDED;
	return session->b.state == state && session->contact;
}

static bool is_sent(const struct deed_done *d)
{
	struct str id = STR_NONE;
	viewer_after(d, &id);
	const struct session *session = core_session(d->world->core, id);
	const struct body_message *last = &session->messages[session->message_count - 1]->b;
	const struct outbound *out = core_outbound(d->world->core, last->outbound);
	return last->type == MESSAGE_TEXT && str_eq(last->user, d->user->b.id) && out &&
	       out->b.open && str_eq(out->b.text, last->text) &&
	       str_eq(out->b.phone, session->b.phone);
}

static bool is_invited(const struct deed_done *d)
{
	struct str id = STR_NONE;
	viewer_after(d, &id);
	const struct party *party =
		session_party(core_session(d->world->core, id), d->world->users[d->move.with]);
	return party && party->b.kind == PARTY_AGENT && party->b.state == PARTY_INVITED;
}

/* --- supervising --------------------------------------------------------------------------------- */

static const struct registration *order(const struct deed_done *d)
{
	const struct registration *r;
	DL_FOREACH2(d->user->orders, r, order_next)
		if (r->agent == d->world->users[d->move.on])
			return r;
	return NULL;
}

static bool is_monitored(const struct deed_done *d)
{
	const struct registration *r = order(d);
	return r && r->b.mode == (d->move.with == 1 ? MONITOR_ALL : MONITOR_NEXT) &&
	       (d->move.with == 2) == (r->b.nickname.len > 0);
}

static bool is_cancelled(const struct deed_done *d)
{
	return !order(d);
}

static bool (*const is_done[COMMAND_KINDS])(const struct deed_done *) = {
	[CMD_START_AGENT] = is_started,
	[CMD_STOP_AGENT] = is_stopped,
	[CMD_READY] = is_ready,
	[CMD_NOT_READY] = is_not_ready,
	[CMD_ACCEPT] = is_accepted,
	[CMD_REJECT] = is_rejected,
	[CMD_LEAVE] = is_left,
	[CMD_COMPLETE] = is_completed,
	[CMD_SEND_MESSAGE] = is_sent,
	[CMD_INVITE] = is_invited,
	[CMD_MONITOR] = is_monitored,
	[CMD_CANCEL_MONITORING] = is_cancelled,
};

static bool deed_is_done(const struct step *step, struct buf *why)
{
	enum command_kind command = move_command(step->move);
	if (!move_is_deed(step->move))
		return true;
	CHECK(is_done[command]); /* a new operation: say here how one sees that it was done */
	struct deed_done d = {step->world, step->world->users[step->move.who], step->move};
	buf_puts(why, is_done[command](&d) ? "" : "it was not refused");
	return why->len == 0;
}

const struct property deed_properties[] = {
	{"what is not refused is done", "SMS Session API 1.2, 1.3; decisions 2, 4 and 5",
		deed_is_done},
	{NULL, NULL, NULL},
};
