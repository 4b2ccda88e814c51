/* store_batch.c - copying events. */
#include "store/store_batch.h"
#include "base/arena.h"

#include <stdlib.h>

/* Copies the bytes to *at, and goes on behind them. */
static void take(struct str *s, char **at)
{
	if (s->len)
		memcpy(*at, s->at, s->len);
	s->at = *at;
	*at += s->len;
}

struct batch *batch_new(const struct store_event *events, size_t count)
{
	CHECK(count > 0);
	size_t bytes = sizeof(struct batch) + count * sizeof *events, packed = 0;
	for (size_t i = 0; i < count; i++)
		packed += events[i].body.len + events[i].cause.asker.len;
	struct batch *batch = mem_new(bytes + packed);
	batch->count = count;
	batch->bytes = bytes + packed;
	char *at = (char *)batch + bytes;
	for (size_t i = 0; i < count; i++) {
		CHECK(events[i].lsn == events[0].lsn + i);
		batch->events[i] = events[i];
		take(&batch->events[i].body, &at);
		take(&batch->events[i].cause.asker, &at);
	}
	return batch;
}

void batch_free(struct batch **batch)
{
	free(*batch);
	*batch = NULL;
}

void batches_free(struct batch **first)
{
	while (*first) {
		struct batch *batch = *first;
		*first = batch->next;
		batch_free(&batch);
	}
}

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
