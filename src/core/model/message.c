/* message.c - an entry as the journal has it. */
#include "core/model/message.h"

struct message *message_new(struct session *session, const struct body_message *body)
{
	struct buf packed = {0};
	struct body_message without = *body;
	without.session = STR_NONE;
	body_pack(BODY_message, &packed, &without);
	CHECK(packed.len <= UINT32_MAX && body->audience <= UINT8_MAX);
	struct message *message = mem_new(offsetof(struct message, packed) + packed.len);
	message->session = session;
	message->seq = (uint32_t)body->seq; /* a session has SESSION_MESSAGES_MAX of them */
	message->agent_index = (uint32_t)body->agent_index;
	message->supervisor_index = (uint32_t)body->supervisor_index;
	message->feed_index = (uint32_t)body->feed_index;
	message->audience = (uint8_t)body->audience;
	message->packed_len = (uint32_t)packed.len;
	memcpy(message->packed, packed.at, packed.len);
	buf_free(&packed);
	return message;
}

struct body_message message_body(const struct message *message)
{
	struct body_message body;
	struct str packed = str_from(message->packed, message->packed_len);
	CHECK(body_unpack(BODY_message, packed, &body));
	body.session = message->session->b.id;
	return body;
}
