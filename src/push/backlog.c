/* backlog.c - a growing list of shared notes. */
#include "push/backlog.h"

#include "base/arena.h"
#include "base/check.h"
#include "push/history.h"
#include "push/push.h"

#include <stdlib.h>

void note_begin(struct buf *out, enum topic topic)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "channel", topic_path(topic));
	json_key(out, "data");
}

void note_end(struct buf *out)
{
	buf_put_byte(out, '}');
}

struct note *note_new(enum topic topic, struct str bytes)
{
	struct note *note = mem_new(sizeof(*note) + bytes.len);
	note->uses = 1;
	note->topic = topic;
	note->len = bytes.len;
	if (bytes.len)
		memcpy(note->bytes, bytes.at, bytes.len);
	return note;
}

void note_release(struct note **note)
{
	struct note *n = *note;
	*note = NULL;
	CHECK(n->uses > 0);
	if (--n->uses > 0)
		return;
	history_free(&n->history);
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
			*b = (struct backlog) {0};
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

const struct history *backlog_history(const struct backlog *backlog)
{
	return backlog ? backlog->at[0]->history : NULL;
}

/* What is left moves up: a few pointers, once a poll. */
static void drop_first(struct backlog **backlog, size_t count)
{
	struct backlog *b = *backlog;
	for (size_t i = 0; i < count; i++) {
		b->bytes -= b->at[i]->len;
		note_release(&b->at[i]);
	}
	b->count -= count;
	b->told = 0;
	memmove(b->at, b->at + count, b->count * sizeof(*b->at));
	if (b->count == 0)
		backlog_free(backlog);
}

void backlog_take(struct backlog **backlog, struct buf *out)
{
	struct backlog *b = *backlog;
	size_t taken = 0, from = out->len;
	if (!b)
		return;
	while (taken < b->count && !b->at[taken]->history &&
		out->len - from < BAYEUX_POLL_BYTES_MAX) {
		json_comma(out);
		buf_put(out, str_from(b->at[taken]->bytes, b->at[taken]->len));
		taken++;
	}
	if (taken)
		drop_first(backlog, taken);
}

void backlog_told(struct backlog **backlog, uint64_t index)
{
	if (index < history_last(backlog_history(*backlog)))
		(*backlog)->told = index;
	else
		drop_first(backlog, 1);
}

void backlog_free(struct backlog **backlog)
{
	struct backlog *b = *backlog;
	*backlog = NULL;
	for (size_t i = 0; b && i < b->count; i++)
		note_release(&b->at[i]);
	free(b);
}
