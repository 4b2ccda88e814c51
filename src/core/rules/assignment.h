/* assignment.h - who is in which group, has which skill, serves which queue. Agents' rules may ask it: it tells of
 * nobody's watching. */
#ifndef CORE_RULES_ASSIGNMENT_H
#define CORE_RULES_ASSIGNMENT_H

#include "core/core.h"

/* Is the queue's work offered to the user? A queue to which nobody is assigned is everybody's. */
bool core_serves(const struct user *user, const struct queue *queue);
/* May this supervisor supervise that user? As long as no group has a supervisor, all may all. Oneself: yes; what is
 * forbidden on one's own user is said elsewhere. */
bool core_supervises(
	const struct core *core, const struct user *supervisor, const struct user *user);

/* Does this user, as supervisor, see the hands of that agent? Nobody sees the own ones so. */
bool core_oversees(const struct core *core, const struct user *user, const struct user *agent);

#endif
