/* floor.c - people at work, and queues, in rows. Times are milliseconds since 1970: rows come often. */
#include "view/view.h"
#include "wire/json.h"

#include <utlist.h>

void view_colleague_members(struct buf *out, const struct user *user, enum agent_state state)
{
	json_member(out, "id", user->b.id);
	json_member(out, "userName", user->b.name);
	json_member(out, "firstName", user->b.first_name);
	json_member(out, "lastName", user->b.last_name);
	json_member(out, "state", str_of(words_name(&agent_state_words, state)));
	if (state == user->agent.state && user->agent.reason.len)
		json_member(out, "reason", user->agent.reason);
}

/* "groups":["north"], and nothing where there is none. */
static void put_assigned(
	struct buf *out, const struct user *user, enum assignment_kind kind, const char *name)
{
	const struct assignment *one;
	bool is_first = true;
	DL_FOREACH(user->assignments, one) {
		if (one->b.kind != kind)
			continue;
		if (is_first) {
			json_key(out, name);
			buf_put_byte(out, '[');
		}
		is_first = false;
		json_comma(out);
		json_put_string(out, one->b.thing);
	}
	if (!is_first)
		buf_put_byte(out, ']');
}

void view_workload_members(
	struct buf *out, const struct user *user, const struct view_workload *load)
{
	if (load->state_since)
		json_member_u64(out, "stateSince", (uint64_t)load->state_since);
	json_member_u64(out, "chatting", load->chatting);
	json_member_u64(out, "invited", load->invited);
	json_member_u64(out, "capacity", load->capacity);
	if (load->unanswered)
		json_member_u64(out, "unansweredSince", (uint64_t)load->unanswered);
	put_assigned(out, user, ASSIGNED_MEMBER, "groups");
	put_assigned(out, user, ASSIGNED_SKILL, "skills");
}

void view_queue_row(struct buf *out, const struct queue *queue, const struct view_queue_load *load)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "name", queue->b.name);
	json_member(out, "number", queue->b.number);
	json_member_u64(out, "waiting", load->waiting);
	if (load->oldest)
		json_member_u64(out, "oldestSince", (uint64_t)load->oldest);
	json_member_u64(out, "offeredToday", load->offered);
	json_member_u64(out, "acceptedToday", load->accepted);
	json_member_u64(out, "withinToday", load->within);
	buf_put_byte(out, '}');
}
