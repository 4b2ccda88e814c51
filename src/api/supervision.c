/* supervision.c - /me/supervision: the caller's own standing orders, the hands that agents raised, and the sessions that
 * the caller is in as supervisor. */
#include "api/call.h"
#include "core/model/watching.h"
#include "core/rules/assignment.h"

static bool is_supervising(const struct viewer *viewer)
{
	return viewer->b.kind == PARTY_SUPERVISOR;
}

static void put_participation(struct buf *out, const struct view *view, const struct viewer *viewer)
{
	view_participation(out, view, &viewer->b);
}

/* What was ordered is told, with the seed that nobody could have known before. Of a request that comes again it is told
 * as far as it is still so. */
enum err api_supervision_order(struct call *call)
{
	struct view view = call_view(call);
	struct order_thing on = call->command.monitor.on;
	enum err e = api_run(call);
	if (e != OK)
		return e;
	const struct registration *order = core_order(call->caller->user, on.on, on.name);
	if (!order)
		return OK;
	json_key(&call->members, "order");
	view_order(&call->members, &view, &order->b);
	return OK;
}

/* The list of sessions comes last: it may be long. */
enum err api_supervision_read(struct call *call)
{
	static const struct viewer_list list = {is_supervising, put_participation};
	struct view view = call_view(call);
	json_key(&call->members, "supervision");
	buf_puts(&call->members, "{\"orders\":");
	view_orders(&call->members, &view, call->caller->user);
	json_key(&call->members, "hands");
	view_hands(&call->members, &view, call->caller->user);
	json_key(&call->members, "participations");
	long_answer_viewers(call, call->caller->user, &list);
	call_put_behind(call, "}");
	return OK;
}

/* What is not raised, and what others supervise, is not there. */
enum err api_find_hand(struct call *call)
{
	const struct core *core = call_core(call);
	call->hand = core_hand(core, call->ids.id);
	if (!call->hand || !core_oversees(core, call->caller->user, call->hand->agent))
		return ERR_NOT_FOUND;
	call->session = call->hand->session;
	call->target = call->hand->agent;
	return OK;
}

enum err api_hand_read(struct call *call)
{
	struct view view = call_view(call);
	json_key(&call->members, "hand");
	view_hand(&call->members, &view, call->caller->user, &call->hand->b);
	return OK;
}
