/* deadline.h - what is due next: the heap of core->timers. */
#ifndef CORE_MODEL_DEADLINE_H
#define CORE_MODEL_DEADLINE_H

#include "core/model/model.h"

void deadline_set(struct core *core, struct deadline *deadline, msec at, uint64_t lsn);
void *deadline_object(const struct deadline *deadline); /* in which it lies: by kind */
void deadline_clear(struct core *core, struct deadline *deadline);
struct deadline *deadline_first(const struct core *core); /* NULL: none */

#endif
