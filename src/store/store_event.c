/* store_event.c - reading packed events. */
#include "store/store_event.h"

static void put_wrong_body(struct buf *out, enum body_kind kind, struct str body)
{
	const struct body_type *type = body_type(kind);
	unsigned version = body.len ? (unsigned char)body.at[0] : 0;
	if (version > type->version)
		buf_printf(out, "its body is a %s of version %u, and this program knows version %u",
			type->name, version, type->version);
	else
		buf_puts(out, "its body is cut or damaged");
}

void event_put_wrong(struct buf *out, const struct store_event *packed)
{
	buf_printf(out, "event %llu", (unsigned long long)packed->lsn);
	if (!event_is_known(packed->kind)) {
		buf_printf(out, " is of kind %u, which this program does not know", packed->kind);
		return;
	}
	buf_printf(out, ", %s: ", event_name((enum event_kind)packed->kind));
	if (!cause_name(packed->cause.kind))
		buf_printf(out, "its command is of kind %u, which this program does not know",
			packed->cause.kind);
	else
		put_wrong_body(out, event_body((enum event_kind)packed->kind), packed->body);
}

bool event_unpack(const struct store_event *packed, union any_body *room, struct event *event)
{
	if (!event_is_known(packed->kind) || !cause_name(packed->cause.kind))
		return false;
	*event = (struct event) {.kind = packed->kind,
		.lsn = packed->lsn,
		.at = packed->at,
		.cause = &packed->cause,
		.body = room};
	return body_unpack(event_body(event->kind), packed->body, room);
}
