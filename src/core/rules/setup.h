/* setup.h - what keeps something declared from being changed. */
#ifndef CORE_RULES_SETUP_H
#define CORE_RULES_SETUP_H

#include "core/core.h"

/* Sessions that go on under the queue's number, or in it: as long as there are any, number and queue stay. */
size_t core_open_sessions(const struct core *core, const struct queue *queue);

#endif
