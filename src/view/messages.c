/* messages.c - transcript entries and notifications as JSON. */
#include "core/model/message.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"
#include "view/view.h"
#include "wire/json.h"

/* --- entries ------------------------------------------------------------------------------------ */

static void put_user_path(struct buf *out, struct str from, struct str user)
{
	buf_put_byte(out, '"');
	buf_put(out, from);
	buf_puts(out, "/users/");
	buf_put(out, user);
	buf_put_byte(out, '"');
}

/* The author as it is since the entry; of whom has left by it, as it was. */
static void put_from(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct body_message *b, enum message_type type)
{
	bool is_switch = b->type == MESSAGE_REJOINED, is_gone = is_switch && type == MESSAGE_LEFT;
	enum visibility visibility = is_gone ? b->before : is_switch ? b->after : b->visibility;
	struct str party = is_gone ? b->party_before : b->party;
	/* What a supervisor writes to the customer is the centre's word to who knows of no supervisor. */
	bool is_hidden = b->author == PARTY_SUPERVISOR && visibility_class(viewer) == CLASS_FEED;
	bool is_system = b->author == PARTY_SYSTEM || is_hidden;
	json_key(out, "from");
	buf_put_byte(out, '{');
	json_member(out, "nickname", is_hidden ? view->core->centre.name : b->nickname);
	json_member(out, "type", b->author == PARTY_CONTACT ? STR("Customer") : STR("Agent"));
	json_member(out, "participantId", is_system ? STR(NO_PARTY_ID) : party);
	json_member(out, "visibility", view_visibility(visibility));
	if (b->user.len && !is_hidden) {
		json_key(out, "uri");
		put_user_path(out, view->external_url, b->user);
		json_key(out, "path");
		put_user_path(out, STR_NONE, b->user);
	}
	buf_put_byte(out, '}');
}

/* NULL: an entry of that type bears none. */
static const char *payload_name(enum message_type type)
{
	static const char *const names[message_type_count] = {
		[MESSAGE_TEXT] = "text",
		[MESSAGE_NOTICE] = "text",
		[MESSAGE_PUSH_URL] = "url",
		[MESSAGE_CUSTOM_NOTICE] = "noticeText",
	};
	return names[type];
}

void view_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct message *message)
{
	const struct body_message entry = message_body(message), *b = &entry;
	uint64_t index = visibility_index(viewer, message);
	CHECK(index > 0);
	enum message_type type = visibility_type(viewer, message);
	json_comma(out);
	buf_put_byte(out, '{');
	json_member_u64(out, "index", index);
	json_member(out, "type", str_of(words_name(&message_type_words, type)));
	if (payload_name(b->type))
		json_member(out, payload_name(b->type), b->text);
	if (b->erased)
		json_member_bool(out, "erased", true);
	put_from(out, view, viewer, b, type);
	json_member(out, "visibility", view_visibility(b->visibility));
	json_member_time(out, "timestamp", b->at);
	json_member_u64(
		out, "timestampSeconds", (uint64_t)b->at); /* milliseconds, in spite of its name */
	if (message->delivery != DELIVERY_NONE)
		json_member(out, "deliveryState",
			str_of(words_name(&delivery_words, message->delivery)));
	buf_put_byte(out, '}');
}

/* A text's state is a later fact than the text. */
static void note_lsn(struct view_stretch *stretch, const struct message *message)
{
	if (message->outbound && message->outbound->last_lsn > stretch->lsn)
		stretch->lsn = message->outbound->last_lsn;
}

uint64_t view_slice_last(const struct viewer *viewer, const struct view_stretch *stretch)
{
	if (stretch->next == stretch->last) /* one goes whatever its size: most stretches are */
		return stretch->last;
	uint64_t last = stretch->next - 1;
	size_t bytes = 0, count = 0;
	while (last < stretch->last && bytes < VIEW_SLICE_BYTES && count < VIEW_SLICE_MAX) {
		const struct message *message = visibility_entry(viewer, ++last);
		CHECK(message);
		bytes += VIEW_ENTRY_BYTES + json_string_size(message_body(message).text);
		count++;
	}
	return last;
}

void view_entries(struct buf *out, const struct view *view, const struct viewer *viewer,
	struct view_stretch *stretch)
{
	uint64_t last = view_slice_last(viewer, stretch);
	while (stretch->next <= last) {
		const struct message *message = visibility_entry(viewer, stretch->next);
		CHECK(message);
		view_message(out, view, viewer, message);
		note_lsn(stretch, message);
		stretch->next++;
	}
}

/* --- notifications ------------------------------------------------------------------------------ */

void view_state_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct view_news *news)
{
	buf_puts(out, "{\"messageType\":\"SMSsessionStateChangeMessage\"");
	json_member(out, "notificationType", str_of(news->type));
	if (news->reference)
		json_member_u64(out, "referenceId", news->reference);
	json_key(out, "smssession");
	view_session(out, view, viewer, news->extent);
	buf_put_byte(out, '}');
}

void view_log_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	struct view_stretch *stretch)
{
	buf_puts(
		out, "{\"messageType\":\"MessageLogUpdated\",\"notificationType\":\"NewMessages\"");
	view_session_names(out, view, viewer->session->b.id);
	json_key(out, "messages");
	buf_put_byte(out, '[');
	view_entries(out, view, viewer, stretch);
	buf_puts(out, "]}");
}

void view_delivery_message(struct buf *out, const struct view *view, const struct viewer *viewer,
	const struct message *message)
{
	/* Clients ask each notification for its notificationType. */
	buf_puts(out, "{\"messageType\":\"MessageDeliveryUpdated\","
		      "\"notificationType\":\"PropertiesUpdated\"");
	view_session_names(out, view, viewer->session->b.id);
	json_key(out, "messages");
	buf_puts(out, "[{");
	json_member_u64(out, "index", visibility_index(viewer, message));
	json_member(out, "deliveryState", str_of(words_name(&delivery_words, message->delivery)));
	buf_puts(out, "}]}");
}

/* The words and the shape are the public API's (SMS Session API 1.5): no messageType, no resource. */
void view_error_message(struct buf *out, uint64_t reference)
{
	buf_puts(out, "{\"notificationType\":\"Error\",\"errorMessage\":\"Request failed\"");
	if (reference)
		json_member_u64(out, "referenceId", reference);
	buf_put_byte(out, '}');
}

void view_channels_message(struct buf *out, const struct view *view, const struct user *user)
{
	buf_puts(out, "{\"messageType\":\"ChannelStateChangeMessageV2\","
		      "\"notificationType\":\"StatusChange\",\"channels\":");
	view_channels(out, view, user);
	buf_put_byte(out, '}');
}
