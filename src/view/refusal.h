/* refusal.h - how it is said what became of a request: ReturnValues page of the public API. */
#ifndef VIEW_REFUSAL_H
#define VIEW_REFUSAL_H

#include "base/buf.h"
#include "base/err.h"

/* The members of the envelope: statusCode and, unless it is OK, statusMessage. */
void refusal_put_status(struct buf *out, enum err err);
/* The whole of it: {"statusCode":..,"statusMessage":..}. */
void refusal_put(struct buf *out, enum err err);

#endif
