/* messages.c - transcript entries and notifications as JSON. */
#include "core/session.h"
#include "core/visibility.h"
#include "view/view.h"
#include "wire/json.h"

/* --- entries ------------------------------------------------------------------------------------ */

static void put_from(struct buf *out, const struct view *view, const struct body_message *b)
{
	bool is_system = b->author == PARTY_SYSTEM;
	json_key(out, "from");
	buf_put_byte(out, '{');
	json_member(out, "nickname", b->nickname);
	json_member(out, "type", b->author == PARTY_CONTACT ? STR("Customer") : STR("Agent"));
	json_member(out, "participantId", is_system ? STR("0000000000000000") : b->party);
	json_member(out, "visibility", str_of(words_name(&visibility_words, b->visibility)));
	if (b->user.len) {
		json_key(out, "uri");
		buf_printf(out, "\"%.*s/users/%.*s\"", STR_ARGS(view->external_url),
			STR_ARGS(b->user));
		json_key(out, "path");
		buf_printf(out, "\"/users/%.*s\"", STR_ARGS(b->user));
	}
	buf_put_byte(out, '}');
}

void view_message(struct buf *out, const struct view *view, const struct party *viewer,
	const struct message *message)
{
	const struct body_message *b = &message->b;
	uint64_t index = visibility_index(viewer, message);
	CHECK(index > 0);
	json_comma(out);
	buf_put_byte(out, '{');
	json_member_u64(out, "index", index);
	json_member(out, "type", str_of(words_name(&message_type_words, b->type)));
	if (b->type == MESSAGE_TEXT || b->type == MESSAGE_NOTICE)
		json_member(out, "text", b->text);
	put_from(out, view, b);
	json_member(out, "visibility", str_of(words_name(&visibility_words, b->visibility)));
	json_member_time(out, "timestamp", b->at);
	json_member_u64(
		out, "timestampSeconds", (uint64_t)b->at); /* milliseconds, in spite of its name */
	if (message->delivery != DELIVERY_NONE)
		json_member(out, "deliveryState",
			str_of(words_name(&delivery_words, message->delivery)));
	buf_put_byte(out, '}');
}

void view_messages(struct buf *out, const struct view *view, const struct party *viewer,
	uint64_t start_index, uint64_t count)
{
	const struct session *session = viewer->session;
	uint64_t given = 0;
	buf_put_byte(out, '[');
	for (size_t i = 0; i < session->message_count && (count == 0 || given < count); i++) {
		const struct message *message = session->messages[i];
		uint64_t index = visibility_index(viewer, message);
		if (index == 0 || index < start_index)
			continue;
		view_message(out, view, viewer, message);
		given++;
	}
	buf_put_byte(out, ']');
}

/* --- notifications ------------------------------------------------------------------------------ */

void view_state_message(struct buf *out, const struct view *view, const struct party *viewer,
	const char *notification_type, enum view_extent extent)
{
	buf_puts(out, "{\"messageType\":\"SMSsessionStateChangeMessage\"");
	json_member(out, "notificationType", str_of(notification_type));
	json_key(out, "smssession");
	view_session(out, view, viewer, extent);
	buf_put_byte(out, '}');
}

static void put_session_names(
	struct buf *out, const struct view *view, const struct session *session)
{
	json_key(out, "smssessionUri");
	view_session_uri(out, view, session);
	json_key(out, "smssessionPath");
	buf_printf(out, "\"/smssessions/%.*s\"", STR_ARGS(session->b.id));
}

void view_log_message(struct buf *out, const struct view *view, const struct party *viewer,
	const struct message *message, bool whole_history)
{
	const struct session *session = viewer->session;
	buf_puts(
		out, "{\"messageType\":\"MessageLogUpdated\",\"notificationType\":\"NewMessages\"");
	put_session_names(out, view, session);
	json_key(out, "messages");
	buf_put_byte(out, '[');
	uint64_t first = whole_history ? 1 : message->b.seq;
	for (uint64_t seq = first; seq <= message->b.seq; seq++)
		if (visibility_shows_message(viewer, session->messages[seq - 1]))
			view_message(out, view, viewer, session->messages[seq - 1]);
	buf_puts(out, "]}");
}

void view_delivery_message(struct buf *out, const struct view *view, const struct party *viewer,
	const struct message *message)
{
	buf_puts(out, "{\"messageType\":\"MessageDeliveryUpdated\"");
	put_session_names(out, view, viewer->session);
	json_key(out, "messages");
	buf_puts(out, "[{");
	json_member_u64(out, "index", visibility_index(viewer, message));
	json_member(out, "deliveryState", str_of(words_name(&delivery_words, message->delivery)));
	buf_puts(out, "}]}");
}

void view_channels_message(struct buf *out, const struct view *view, const struct user *user)
{
	buf_puts(out, "{\"messageType\":\"ChannelStateChangeMessageV2\",\"channels\":");
	view_channels(out, view, user);
	buf_put_byte(out, '}');
}
