/* transport.c - what transports do alike with a connect that they hold. */
#include "push/transport.h"

#include "base/arena.h"

bool transport_has_room(const struct transport *transport)
{
	return !transport->ops->has_room || transport->ops->has_room(transport);
}

void transport_keep_id(struct transport *transport, struct str id)
{
	transport_forget_id(transport);
	transport->id = str_from(transport->room, id.len);
	if (id.len > sizeof(transport->room))
		transport->id = str_copy(id);
	else if (id.len)
		memcpy(transport->room, id.at, id.len);
}

void transport_forget_id(struct transport *transport)
{
	if (transport->id.at != transport->room)
		str_free(&transport->id);
	transport->id = STR_NONE;
}

struct transport *transport_of_held(struct timeout *held)
{
	char *transport = (char *)held - offsetof(struct transport, held);
	return (struct transport *)(void *)transport;
}

void transport_due(void *ctx, struct timeout *held)
{
	struct transport *transport = transport_of_held(held);
	transport->ops->close(transport, CONNECT_DONE);
}
