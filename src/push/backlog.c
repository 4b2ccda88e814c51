/* backlog.c - a growing list of shared notes. */
#include "push/backlog.h"

#include "base/arena.h"
#include "base/check.h"
#include "push/push.h"

#include <stdlib.h>

struct note *note_new(enum topic topic, struct str bytes)
{
	struct note *note = mem_new(sizeof(*note) + bytes.len);
	note->uses = 1;
	note->topic = topic;
	note->len = bytes.len;
	memcpy(note->bytes, bytes.at, bytes.len);
	return note;
}

void note_release(struct note **note)
{
	struct note *n = *note;
	*note = NULL;
	CHECK(n->uses > 0);
	if (--n->uses == 0)
		free(n);
}

bool note_is_heard(const struct note *note, uint32_t subscriptions)
{
	return (topic_heard_by(note->topic) & subscriptions) != 0;
}

void backlog_add(struct backlog **backlog, struct note *note)
{
	struct backlog *b = *backlog;
	if (!b || b->count == b->cap) {
		size_t cap = b ? b->cap * 2 : 4;
		bool is_new = !b;
		b = mem_resize(b, sizeof(*b) + cap * sizeof(*b->at));
		if (is_new)
			b->count = b->bytes = 0;
		b->cap = cap;
		*backlog = b;
	}
	note->uses++;
	b->at[b->count++] = note;
	b->bytes += note->len;
}

bool backlog_is_over(const struct backlog *backlog)
{
	return backlog && (backlog->count > BAYEUX_BACKLOG_MESSAGES_MAX ||
				  backlog->bytes > BAYEUX_BACKLOG_BYTES_MAX);
}

void backlog_put(const struct backlog *backlog, struct buf *out)
{
	for (size_t i = 0; backlog && i < backlog->count; i++) {
		json_comma(out);
		buf_put(out, str_from(backlog->at[i]->bytes, backlog->at[i]->len));
	}
}

void backlog_free(struct backlog **backlog)
{
	struct backlog *b = *backlog;
	*backlog = NULL;
	for (size_t i = 0; b && i < b->count; i++)
		note_release(&b->at[i]);
	free(b);
}
