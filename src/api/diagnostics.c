/* diagnostics.c - GET /diagnostics/version: a sign of life that needs no login. */
#include "api/call.h"

enum err api_version_read(struct call *call)
{
	json_member(&call->members, "version", call->api->version);
	if (call->api->world.is_demo)
		json_member_bool(&call->members, "demo", true);
	return OK;
}
