/* references.h - the users' own numbers of what they asked for in sessions (referenceId), from 1.
 *
 * A reply and the notification that answers it bear one, so that a client can tell which of its requests that is. They
 * count anew after a start: whoever waits for an answer then will not get it. */
#ifndef API_REFERENCES_H
#define API_REFERENCES_H

#include "base/str.h"

struct references;
struct references *references_new(void);
void references_free(struct references **references);
/* The last one that was taken; it may be raised. For each user who ever asked; lives as long. */
uint64_t *references_of(struct references *references, struct str user_id);

#endif
