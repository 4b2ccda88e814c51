/* message.h - entries of a transcript, which are kept packed. */
#ifndef CORE_MODEL_MESSAGE_H
#define CORE_MODEL_MESSAGE_H

#include "core/model/model.h"

/* Of that body, which is copied; free() ends it. The session's id is lent. */
struct message *message_new(struct session *session, const struct body_message *body);
/* Its strs are the message's, and its session's. */
struct body_message message_body(const struct message *message);

#endif
