/* supervision.c - what a supervisor is told of the own supervising: standing orders, the sessions that they led to, and the
 * hands that agents and rules raised. Nobody else is told any of it. */
#include "core/model/watching.h"
#include "core/rules/assignment.h"
#include "view/directory.h"
#include "wire/json.h"

/* The agent whom an order, or a participation, is about. */
static void put_agent(struct buf *out, const struct view *view, struct str agent)
{
	view_user_names(out, view, "targetUri", "targetPath", agent);
}

/* What an order is on. */
static void put_target(
	struct buf *out, const struct view *view, const struct body_registration *order)
{
	static const char *const folders[order_on_count] = {
		[ORDER_ON_AGENT] = "/users/",
		[ORDER_ON_QUEUE] = "/queues/",
		[ORDER_ON_SKILL] = "/skills/",
		[ORDER_ON_GROUP] = "/groups/",
	};
	bool is_agent = order->on == ORDER_ON_AGENT;
	view_address_as(out, view, "targetUri", "targetPath", folders[order->on],
		is_agent ? order->agent : order->thing);
}

/* By the seed and a session's id anybody can tell whether it was drawn (core: order_draws). */
static void put_sample(struct buf *out, const struct body_registration *order)
{
	json_member_u64(out, "sampleRate", order->percent);
	json_member(out, "sampleSeed", order->seed);
}

void view_order(struct buf *out, const struct view *view, const struct body_registration *order)
{
	buf_put_byte(out, '{');
	json_member(out, "supervisorVisibilityMode",
		str_of(words_name(&supervision_words, order->supervision)));
	json_member(out, "supervisorMonitoringMode",
		str_of(words_name(&monitor_mode_words, order->mode)));
	put_target(out, view, order);
	if (order->nickname.len)
		json_member(out, "nickname", order->nickname);
	if (order->percent)
		put_sample(out, order);
	if (order->expires)
		json_member_time(out, "expires", order->expires);
	if (order->reason.len)
		json_member(out, "reason", order->reason);
	json_member_bool(out, "active", order->active);
	buf_put_byte(out, '}');
}

void view_orders(struct buf *out, const struct view *view, const struct user *supervisor)
{
	const struct registration *order;
	buf_put_byte(out, '[');
	for (order = supervisor->orders; order; order = order->order_next) {
		json_comma(out);
		view_order(out, view, &order->b);
	}
	buf_put_byte(out, ']');
}

void view_participation(struct buf *out, const struct view *view, const struct body_party *party)
{
	buf_put_byte(out, '{');
	json_member(out, "state", str_of(words_name(&party_state_words, party->state)));
	json_member(out, "supervisorVisibilityMode",
		str_of(words_name(&supervision_words, party->supervision)));
	put_agent(out, view, party->watched);
	view_session_names(out, view, party->session);
	json_member(out, "participantId", party->id);
	buf_put_byte(out, '}');
}

static void put_text(struct buf *out, const char *name, struct str text)
{
	if (text.len)
		json_member(out, name, text);
}

/* With supervision.private nobody is told who of the others it was. */
static void put_state(struct buf *out, const struct view *view, const struct user *reader,
	const struct body_hand *hand)
{
	bool is_private = view->core->settings[SETTING_PRIVATE];
	json_member(out, "state", str_of(words_name(&hand_state_words, hand->state)));
	if (hand->supervisor.len && (!is_private || str_eq(hand->supervisor, reader->b.id)))
		view_user_names(out, view, "supervisorUri", "supervisorPath", hand->supervisor);
}

void view_hand(struct buf *out, const struct view *view, const struct user *reader,
	const struct body_hand *hand)
{
	buf_put_byte(out, '{');
	json_member(out, "id", hand->id);
	view_address_as(out, view, "uri", "path", "/me/supervision/hands/", hand->id);
	put_text(out, "rule", hand->rule);
	put_text(out, "reason", hand->reason);
	put_text(out, "comment", hand->comment);
	json_member_bool(out, "raised", hand->raised);
	json_member_time(out, "raisedDate", hand->at);
	put_state(out, view, reader, hand);
	put_agent(out, view, hand->agent);
	view_session_names(out, view, hand->session);
	buf_put_byte(out, '}');
}

void view_hands(struct buf *out, const struct view *view, const struct user *supervisor)
{
	const struct hand *hand;
	buf_put_byte(out, '[');
	for (hand = view->core->hands; hand; hand = hand->raised_next) {
		if (!core_oversees(view->core, supervisor, hand->agent))
			continue;
		json_comma(out);
		view_hand(out, view, supervisor, &hand->b);
	}
	buf_put_byte(out, ']');
}

/* --- notifications ------------------------------------------------------------------------------ */

static void begin(struct buf *out, const char *type, const char *name)
{
	buf_puts(out, "{\"messageType\":\"SupervisionStateChangeMessage\"");
	json_member(out, "notificationType", str_of(type));
	json_key(out, name);
	buf_put_byte(out, '[');
}

void view_order_message(struct buf *out, const struct view *view, const char *type,
	const struct body_registration *order)
{
	begin(out, type, "orders");
	view_order(out, view, order);
	buf_puts(out, "]}");
}

void view_participation_message(
	struct buf *out, const struct view *view, const char *type, const struct body_party *party)
{
	begin(out, type, "participations");
	view_participation(out, view, party);
	buf_puts(out, "]}");
}

void view_hand_message(struct buf *out, const struct view *view, const char *type,
	const struct user *reader, const struct body_hand *hand)
{
	begin(out, type, "hands");
	view_hand(out, view, reader, hand);
	buf_puts(out, "]}");
}
