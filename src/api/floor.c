/* floor.c - GET /floor: agents with their presence, and queues; to supervisors also their work. Made to be
 * asked again and again: with `since` only what changed after it. */
#include "api/call.h"
#include "core/model/session.h"

#include <stdio.h>
#include <utlist.h>

/* Rows of one answer: some 30 KiB. Who gets `more` asks again at once. */
#define FLOOR_ROWS_MAX 100

/* "EPOCH.REVISION", as an answer's `revision` said; anything else is from the beginning. */
static uint64_t since_of(const struct call *call)
{
	struct str text;
	uint64_t epoch, revision;
	if (!http_query(call->request, "since", &text))
		return 0;
	struct str first = str_cut(&text, '.');
	bool is_ours = str_u64(first, &epoch) && str_u64(text, &revision) &&
		       epoch == (uint64_t)call->api->wall->epoch &&
		       revision <= call->api->wall->revision;
	return is_ours ? revision : 0;
}

static bool is_supervisor(const struct call *call)
{
	return call->caller->user->b.roles & ROLE_SUPERVISOR;
}

static struct view_workload workload_of(const struct core *core, const struct user *user)
{
	struct view_workload load = {.capacity = core->centre.capacity,
		.state_since = wall_state(user) == user->agent.state ? user->agent.state_at : 0};
	const struct party *party;
	LL_FOREACH2(user->parties, party, user_next) {
		if (!party_takes_capacity(party))
			continue;
		bool is_invited = party->b.state == PARTY_INVITED;
		msec since = is_invited ? 0 : wall_unanswered(party->session);
		load.invited += is_invited;
		load.chatting += !is_invited;
		if (since && (!load.unanswered || since < load.unanswered))
			load.unanswered = since;
	}
	return load;
}

static void put_row(struct call *call, const struct user *user)
{
	struct buf *out = &call->members;
	json_comma(out);
	buf_put_byte(out, '{');
	view_colleague_members(out, user, wall_state(user));
	if (is_supervisor(call)) {
		const struct view_workload load = workload_of(call_core(call), user);
		view_workload_members(out, user, &load);
	}
	buf_put_byte(out, '}');
}

/* The revision up to which the answer tells. */
static uint64_t put_rows(struct call *call, uint64_t since)
{
	const struct wall *wall = call->api->wall;
	const struct wall_row *row = wall_since(wall, since);
	size_t made = 0;
	json_key(&call->members, "users");
	buf_put_byte(&call->members, '[');
	for (; row && made < FLOOR_ROWS_MAX; row = row->next, made++) {
		const struct user *user =
			core_user(call_core(call), str_from(row->user, USER_ID_LEN));
		since = row->revision;
		if (user && user->b.enabled)
			put_row(call, user);
	}
	buf_put_byte(&call->members, ']');
	json_member_bool(&call->members, "more", row != NULL);
	return row ? since : wall->revision;
}

static struct view_queue_load load_of(const struct call *call, const struct queue *queue)
{
	const struct core *core = call_core(call);
	const struct session *session;
	struct wall_queue today = wall_queue_today(call->api->wall, queue->b.name, core->last_at);
	struct view_queue_load load = {
		.offered = today.offered, .accepted = today.accepted, .within = today.within};
	DL_FOREACH2(core->waiting, session, wait_next) {
		if (session->queue != queue)
			continue;
		load.waiting++;
		if (!load.oldest || session->b.received < load.oldest)
			load.oldest = session->b.received;
	}
	return load;
}

static void put_queues(struct call *call)
{
	const struct queue *queue;
	json_key(&call->members, "queues");
	buf_put_byte(&call->members, '[');
	EACH_THERE(call_core(call)->queues, queue) {
		const struct view_queue_load load = load_of(call, queue);
		view_queue_row(&call->members, queue, &load);
	}
	buf_put_byte(&call->members, ']');
}

/* [minute since 1970, texts in, texts out, accepted, waited in ms], oldest first. */
static void put_minutes(struct call *call)
{
	const struct wall *wall = call->api->wall;
	msec last = call_core(call)->last_at / 60000;
	json_key(&call->members, "minutes");
	buf_put_byte(&call->members, '[');
	for (msec minute = last - WALL_MINUTES + 1; minute <= last; minute++) {
		if (minute < 0)
			continue;
		const struct wall_minute *m = &wall->minutes[minute % WALL_MINUTES];
		if (m->minute != minute)
			continue;
		json_comma(&call->members);
		buf_printf(&call->members, "[%lld,%llu,%llu,%llu,%llu]", (long long)m->minute,
			(unsigned long long)m->in, (unsigned long long)m->out,
			(unsigned long long)m->accepted, (unsigned long long)m->waited_ms);
	}
	buf_put_byte(&call->members, ']');
}

enum err api_floor_read(struct call *call)
{
	uint64_t upto = put_rows(call, since_of(call));
	json_key(&call->members, "revision");
	buf_printf(&call->members, "\"%llu.%llu\"", (unsigned long long)call->api->wall->epoch,
		(unsigned long long)upto);
	put_queues(call);
	if (is_supervisor(call)) {
		json_member_u64(&call->members, "serviceLevel",
			call_core(call)->settings[SETTING_SERVICE_LEVEL]);
		put_minutes(call);
	}
	call->lsn = call->api->wall->lsn;
	return OK;
}
