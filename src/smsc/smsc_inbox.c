/* smsc_inbox.c - texts that are begun, oldest first. */
#include "smsc/smsc_inbox.h"
#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

#define PARTS_MAX 255

struct begun {
	struct str phone; /* owned */
	uint64_t series;
	unsigned parts, have;
	struct str data[PARTS_MAX + 1]; /* owned; from 1 */
	bool has[PARTS_MAX + 1];
	struct begun *prev, *next;
};

struct smsc_inbox {
	struct begun *first;
	size_t count;
};

struct smsc_inbox *smsc_inbox_new(void)
{
	return mem_new(sizeof(struct smsc_inbox));
}

static void begun_remove(struct smsc_inbox *inbox, struct begun *begun)
{
	DL_DELETE(inbox->first, begun);
	inbox->count--;
	for (unsigned i = 1; i <= begun->parts; i++)
		str_free(&begun->data[i]);
	str_free(&begun->phone);
	free(begun);
}

static struct begun *begun_of(struct smsc_inbox *inbox, struct str phone, const struct segment *s)
{
	struct begun *begun;
	DL_FOREACH(inbox->first, begun)
		if (begun->series == segment_series(s) && str_eq(begun->phone, phone))
			return begun;
	if (inbox->count >= SMSC_BEGUN_MAX)
		begun_remove(inbox, inbox->first);
	begun = mem_new(sizeof *begun);
	begun->phone = str_copy(phone);
	begun->series = segment_series(s);
	begun->parts = s->parts;
	DL_APPEND(inbox->first, begun);
	inbox->count++;
	return begun;
}

static void put_whole(const struct begun *begun, unsigned coding, struct buf *text)
{
	struct buf data = {0};
	for (unsigned i = 1; i <= begun->parts; i++)
		buf_put(&data, begun->data[i]);
	segment_decode(text, coding, buf_str(&data));
	buf_free(&data);
}

bool smsc_inbox_take(struct smsc_inbox *inbox, struct str phone, const struct segment *segment,
	unsigned coding, struct buf *text)
{
	text->len = 0;
	if (!segment->is_part) {
		segment_decode(text, coding, segment->data);
		return true;
	}
	struct begun *begun = begun_of(inbox, phone, segment);
	if (!begun->has[segment->part]) { /* a part that is sent twice is one part */
		begun->has[segment->part] = true;
		begun->data[segment->part] = str_copy(segment->data);
		begun->have++;
	}
	if (begun->have < begun->parts)
		return false;
	put_whole(begun, coding, text);
	begun_remove(inbox, begun);
	return true;
}

void smsc_inbox_free(struct smsc_inbox **slot)
{
	struct smsc_inbox *inbox = *slot;
	if (!inbox)
		return;
	while (inbox->first)
		begun_remove(inbox, inbox->first);
	free(inbox);
	*slot = NULL;
}
