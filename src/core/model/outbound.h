/* outbound.h - questions about an outbound text and its parts. */
#ifndef CORE_MODEL_OUTBOUND_H
#define CORE_MODEL_OUTBOUND_H

#include "core/model/model.h"

/* The entry that the text is; NULL: it has none, or none in memory. */
struct message *outbound_entry(const struct core *core, const struct body_outbound *body);
enum delivery outbound_delivery(const struct outbound *outbound);
bool part_is_answered(const struct sms_part *part);
struct sms_part *outbound_part(const struct outbound *outbound, uint64_t number); /* NULL: none */

#endif
