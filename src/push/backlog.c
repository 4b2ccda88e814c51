/* backlog.c - a growing list of shared notes. */
#include "push/backlog.h"

#include "base/arena.h"
#include "base/check.h"
#include "push/history.h"
#include "push/push.h"

#include <stdlib.h>

/* What most notes need, so that one allocation does. */
#define NOTE_ROOM 1024

void note_begin(struct buf *out, enum topic topic)
{
	json_comma(out);
	buf_put_byte(out, '{');
	json_member(out, "channel", topic_path(topic));
	json_key(out, "data");
}

void note_end(struct buf *out, uint64_t number)
{
	buf_puts(out, ",\"ext\":{\"replayId\":");
	buf_put_u64(out, number);
	buf_puts(out, "}}");
}

/* Where the data of a note begins in its bytes. */
static size_t data_place(enum topic topic)
{
	return sizeof("[{\"channel\":\"") - 1 + topic_path(topic).len + sizeof("\",\"data\":") - 1;
}

void note_open(struct buf *out, enum topic topic)
{
	CHECK(out->len == 0);
	buf_reserve(out, NOTE_ROOM);
	out->len = sizeof(struct note);
	buf_put_byte(out, '[');
	note_begin(out, topic);
}

struct note *note_close(struct buf *out, enum topic topic, uint64_t number)
{
	size_t data_len = out->len - sizeof(struct note) - data_place(topic);
	note_end(out, number);
	buf_put_byte(out, ',');
	/* What a long one grew beyond its need is not kept. */
	char *at = out->cap - out->len > NOTE_ROOM ? mem_resize(out->at, out->len) : out->at;
	struct note *note = (struct note *)(void *)at;
	*note = (struct note) {.uses = 1,
		.topic = topic,
		.number = number,
		.data_len = (uint32_t)data_len,
		.len = out->len - sizeof(struct note) - 2};
	*out = (struct buf) {0};
	return note;
}

struct note *note_copy(const struct note *note, uint64_t number)
{
	struct buf out = {0};
	CHECK(!note->history);
	note_open(&out, note->topic);
	buf_put(&out, note_data(note));
	return note_close(&out, note->topic, number);
}

struct note *note_of_history(struct history *history, enum topic topic, uint64_t number)
{
	struct note *note = mem_new(sizeof(*note));
	*note = (struct note) {.uses = 1, .topic = topic, .number = number, .history = history};
	return note;
}

struct str note_data(const struct note *note)
{
	return str_from(note->bytes + data_place(note->topic), note->data_len);
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

struct str note_part(const struct note *note)
{
	return str_from(note->bytes + 1, note->len + 1);
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

struct history *backlog_history(const struct backlog *backlog)
{
	return backlog ? backlog->at[0]->history : NULL;
}

size_t backlog_first(
	const struct backlog *b, bool by_command, struct str parts[BAYEUX_BACKLOG_MESSAGES_MAX])
{
	size_t count = 0, bytes = 0;
	size_t most = !b                                       ? 0
		      : b->count < BAYEUX_BACKLOG_MESSAGES_MAX ? b->count
							       : BAYEUX_BACKLOG_MESSAGES_MAX;
	for (; count < most && bytes <= BAYEUX_POLL_BYTES_MAX; count++) {
		const struct note *note = b->at[count];
		if (note->history || (by_command && note->command != b->at[0]->command))
			break;
		parts[count] = note_part(note);
		bytes += parts[count].len;
	}
	return count;
}

/* What is left moves up: a few pointers, once a poll. */
void backlog_drop(struct backlog **backlog, size_t count)
{
	struct backlog *b = *backlog;
	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		b->bytes -= b->at[i]->len;
		note_release(&b->at[i]);
	}
	b->count -= count;
	memmove(b->at, b->at + count, b->count * sizeof(*b->at));
	if (b->count == 0)
		backlog_free(backlog);
}

void backlog_cut(struct backlog **backlog, size_t count)
{
	struct backlog *b = *backlog;
	while (b && b->count > count) {
		b->bytes -= b->at[b->count - 1]->len;
		note_release(&b->at[--b->count]);
	}
	if (count == 0)
		backlog_free(backlog);
}

void backlog_free(struct backlog **backlog)
{
	struct backlog *b = *backlog;
	*backlog = NULL;
	for (size_t i = 0; b && i < b->count; i++)
		note_release(&b->at[i]);
	free(b);
}
