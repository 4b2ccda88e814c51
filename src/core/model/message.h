/* message.h - entries of a transcript, which are kept packed. */
#ifndef CORE_MODEL_MESSAGE_H
#define CORE_MODEL_MESSAGE_H

#include "core/model/model.h"

/* Of that body, which is copied; free() ends it. */
struct message *message_new(const struct body_message *body);
/* Its strs are the message's. */
struct body_message message_body(const struct message *message);

#endif
