/* viewer.h - questions about one participation, whether its user is there or only watches. */
#ifndef CORE_MODEL_VIEWER_H
#define CORE_MODEL_VIEWER_H

#include "core/model/model.h"

bool viewer_is_live(const struct viewer *viewer);   /* Invited, Chatting or LeftChat */
bool viewer_is_joined(const struct viewer *viewer); /* Chatting or LeftChat: reads the session */
bool viewer_is_invited(const struct viewer *viewer);
bool viewer_is_consultant(
	const struct viewer *viewer); /* an agent whom agents see and the customer does not */
bool viewer_whispers(
	const struct viewer *viewer); /* whose words are for agents alone: a consultant, a Coach */

#endif
