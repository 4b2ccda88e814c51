/* registration.h - a supervisor's standing order on an agent. Not for agents' rules: to those, nobody has one. */
#ifndef CORE_REGISTRATION_H
#define CORE_REGISTRATION_H

#include "core/core.h"

struct registration {
	struct body_registration b;
	struct user *supervisor, *agent;
	struct registration *order_prev, *order_next;
	struct registration *watcher_prev, *watcher_next;
	bool is_listed;
	char key[2 * USER_ID_LEN]; /* supervisor, agent */
	UT_hash_handle hh;
};

#endif
