/* viewer.c - what one participation is: the same for who is there and who watches. */
#include "core/model/viewer.h"

bool viewer_is_invited(const struct viewer *viewer)
{
	return viewer->b.state == PARTY_INVITED;
}

bool viewer_is_coach(const struct viewer *viewer)
{
	return viewer->b.kind == PARTY_SUPERVISOR && viewer->b.supervision == SUPERVISION_COACH;
}

bool viewer_is_joined(const struct viewer *viewer)
{
	return viewer->b.state == PARTY_CHATTING || viewer->b.state == PARTY_LEFT_CHAT;
}

bool viewer_is_live(const struct viewer *viewer)
{
	return viewer_is_invited(viewer) || viewer_is_joined(viewer);
}
