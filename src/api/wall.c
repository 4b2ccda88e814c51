/* wall.c - from events to rows. */
#include "api/wall.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/check.h"
#include "core/model/message.h"
#include "core/model/session.h"

#define MINUTE_MS (60 * 1000)
#define DAY_MS    (24 * 60 * MINUTE_MS)

/* --- rows ------------------------------------------------------------------------------------- */

enum agent_state wall_state(const struct user *user)
{
	enum agent_state state = user->agent.state;
	bool is_shown = !(user->b.roles & ROLE_SUPERVISOR) || state == AGENT_READY;
	return is_shown ? state : AGENT_LOGGED_OUT;
}

/* Has the user a row? Whoever only supervises has none. */
static bool touch(struct wall *wall, const struct user *user)
{
	struct wall_row *row;
	if (!user || !(user->b.roles & ROLE_AGENT))
		return false;
	HASH_FIND(hh, wall->by_user, user->b.id.at, USER_ID_LEN, row);
	if (row) {
		DL_DELETE(wall->rows, row);
	} else {
		row = mem_new(sizeof *row);
		memcpy(row->user, user->b.id.at, USER_ID_LEN);
		HASH_ADD(hh, wall->by_user, user, USER_ID_LEN, row);
	}
	DL_APPEND(wall->rows, row);
	row->revision = ++wall->revision;
	row->is_ready = user->agent.state == AGENT_READY;
	return true;
}

static bool touch_state(struct wall *wall, const struct user *user)
{
	const struct wall_row *row;
	if (!user)
		return false;
	HASH_FIND(hh, wall->by_user, user->b.id.at, USER_ID_LEN, row);
	bool is_ready = user->agent.state == AGENT_READY;
	if (row && user->b.roles & ROLE_SUPERVISOR && row->is_ready == is_ready)
		return false;
	return touch(wall, user);
}

void wall_rebind(struct wall *wall, const struct core *core)
{
	const struct user *user;
	DL_FOREACH(core->users, user)
		touch(wall, user);
	wall->lsn = core->lsn;
}

struct wall *wall_new(msec epoch, const struct core *core)
{
	struct wall *wall = mem_new(sizeof *wall);
	wall->epoch = epoch;
	wall_rebind(wall, core);
	return wall;
}

void wall_free(struct wall **wall)
{
	struct wall_row *row, *next;
	struct wall_queue *queue, *next_queue;
	if (!*wall)
		return;
	HASH_ITER(hh, (*wall)->by_user, row, next) {
		HASH_DEL((*wall)->by_user, row);
		free(row);
	}
	HASH_ITER(hh, (*wall)->queues, queue, next_queue) {
		HASH_DEL((*wall)->queues, queue);
		str_free(&queue->name);
		free(queue);
	}
	free(*wall);
	*wall = NULL;
}

const struct wall_row *wall_since(const struct wall *wall, uint64_t revision)
{
	struct wall_row *row = wall->rows ? wall->rows->prev : NULL, *first = NULL;
	while (row && row->revision > revision) {
		first = row;
		row = row == wall->rows ? NULL : row->prev;
	}
	return first;
}

/* --- numbers of today ------------------------------------------------------------------------- */

static struct wall_minute *minute_of(struct wall *wall, msec at)
{
	msec minute = at / MINUTE_MS;
	struct wall_minute *slot = &wall->minutes[minute % WALL_MINUTES];
	if (slot->minute != minute)
		*slot = (struct wall_minute) {.minute = minute};
	return slot;
}

static struct wall_queue *queue_of(struct wall *wall, struct str name, msec at)
{
	struct wall_queue *queue;
	HASH_FIND(hh, wall->queues, name.at, name.len, queue);
	if (!queue) {
		queue = mem_new(sizeof *queue);
		queue->name = str_copy(name);
		HASH_ADD_KEYPTR(hh, wall->queues, queue->name.at, queue->name.len, queue);
	}
	if (queue->day != at / DAY_MS) {
		queue->day = at / DAY_MS;
		queue->offered = queue->accepted = queue->within = 0;
	}
	return queue;
}

struct wall_queue wall_queue_today(const struct wall *wall, struct str name, msec now)
{
	struct wall_queue *queue;
	HASH_FIND(hh, wall->queues, name.at, name.len, queue);
	return queue && queue->day == now / DAY_MS ? *queue : (struct wall_queue) {0};
}

/* --- what happened ---------------------------------------------------------------------------- */

static bool is_first_agent(const struct session *session, struct str party_id)
{
	const struct party *party;
	LL_FOREACH(session->parties, party)
		if (party->b.kind == PARTY_AGENT && party->b.joined &&
			!str_eq(party->b.id, party_id))
			return false;
	return true;
}

static void note_accept(struct wall *wall, const struct core *core, const struct event *event)
{
	const struct body_party *b = event->body;
	const struct session *session = core_session(core, b->session);
	if (!session || b->origin != ORIGIN_ROUTED || !is_first_agent(session, b->id))
		return;
	msec waited = event->at - session->b.received;
	struct wall_queue *queue = queue_of(wall, session->b.queue, event->at);
	queue->accepted++;
	queue->within += (uint64_t)waited <= core->settings[SETTING_SERVICE_LEVEL];
	struct wall_minute *minute = minute_of(wall, event->at);
	minute->accepted++;
	minute->waited_ms += (uint64_t)waited;
}

/* Only whoever is there as an agent: of supervisors nothing is told. */
static bool of_party(struct wall *wall, const struct core *core, const struct event *event)
{
	const struct body_party *b = event->body;
	if (b->kind != PARTY_AGENT)
		return false;
	if (event->kind == EV_PARTY_JOINED)
		note_accept(wall, core, event);
	return touch(wall, core_user(core, b->user));
}

/* What a customer reads or wrote changes who waits. */
static bool of_message(struct wall *wall, const struct core *core, const struct event *event)
{
	const struct body_message *b = event->body;
	const struct session *session = core_session(core, b->session);
	const struct party *party;
	bool is_inbound = b->author == PARTY_CONTACT && b->type == MESSAGE_TEXT;
	if (!session || !(b->audience & CLASS_CUSTOMER) || (!is_inbound && !b->outbound))
		return false;
	struct wall_minute *minute = minute_of(wall, event->at);
	minute->in += is_inbound;
	minute->out += !is_inbound;
	LL_FOREACH(session->parties, party)
		if (party_is_at_work(party))
			touch(wall, party->user);
	return true;
}

/* What a row says: whom somebody supervises it does not. */
static bool of_assignment(struct wall *wall, const struct core *core, const struct event *event)
{
	const struct body_assignment *b = event->body;
	return (b->kind == ASSIGNED_MEMBER || b->kind == ASSIGNED_SKILL) &&
	       touch(wall, core_user(core, b->user));
}

static bool of_session(struct wall *wall, const struct event *event)
{
	const struct body_session *b = event->body;
	if (event->kind == EV_SESSION_OPENED && b->origin == SESSION_INBOUND)
		queue_of(wall, b->queue, event->at)->offered++;
	return true;
}

static bool follow(struct wall *wall, const struct core *core, const struct event *event)
{
	switch (event_body(event->kind)) {
	case BODY_user:
		return touch(wall, core_user(core, ((const struct body_user *)event->body)->id));
	case BODY_agent:
		return touch_state(
			wall, core_user(core, ((const struct body_agent *)event->body)->user));
	case BODY_assignment:
		return of_assignment(wall, core, event);
	case BODY_party:
		return of_party(wall, core, event);
	case BODY_message:
		return event->kind == EV_MESSAGE_ADDED && of_message(wall, core, event);
	case BODY_session:
		return of_session(wall, event);
	default:
		return false;
	}
}

void wall_events(
	struct wall *wall, const struct core *core, const struct event *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (follow(wall, core, &events[i]))
			wall->lsn = events[i].lsn;
}

/* --- who waits -------------------------------------------------------------------------------- */

msec wall_unanswered(const struct session *session)
{
	msec oldest = 0;
	size_t last = session->message_count;
	for (size_t i = 0; i < last && i < WALL_LOOK_BACK; i++) {
		const struct body_message entry = message_body(session->messages[last - 1 - i]),
					  *b = &entry;
		if (b->author == PARTY_CONTACT && b->type == MESSAGE_TEXT)
			oldest = b->at;
		else if (b->author != PARTY_SYSTEM && b->outbound)
			return oldest;
	}
	return oldest;
}
