/* viewer.c - what one participation is: the same for who is there and who watches. */
#include "core/model/viewer.h"

bool viewer_is_invited(const struct viewer *viewer)
{
	return viewer->b.state == PARTY_INVITED;
}

bool viewer_is_consultant(const struct viewer *viewer)
{
	return viewer->b.kind == PARTY_AGENT && viewer_whispers(viewer);
}

bool viewer_whispers(const struct viewer *viewer)
{
	return viewer->b.visibility == VISIBLE_AGENTS;
}

bool viewer_is_joined(const struct viewer *viewer)
{
	return viewer->b.state == PARTY_CHATTING || viewer->b.state == PARTY_LEFT_CHAT;
}

bool viewer_is_live(const struct viewer *viewer)
{
	return viewer_is_invited(viewer) || viewer_is_joined(viewer);
}
