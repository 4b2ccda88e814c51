/* viewer.h - questions about one participation, whether its user is there or only watches. */
#ifndef CORE_MODEL_VIEWER_H
#define CORE_MODEL_VIEWER_H

#include "core/model/model.h"

bool viewer_is_live(const struct viewer *viewer);   /* Invited, Chatting or LeftChat */
bool viewer_is_joined(const struct viewer *viewer); /* Chatting or LeftChat: reads the session */
bool viewer_is_invited(const struct viewer *viewer);
bool viewer_is_coach(
	const struct viewer *viewer); /* a supervisor whose words are for agents alone */

#endif
