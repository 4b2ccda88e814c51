/* long_text.c - parts in the order of their numbers, however they came. */
#include "sms/long_text.h"

#include <utlist.h>

#define PARTS_MAX 255 /* 3GPP TS 23.040, 9.2.3.24.1: one octet */

/* The parts in their places, from 1. */
struct places {
	struct piece {
		bool is_there;
		unsigned coding;
		struct str data;
	} at[PARTS_MAX + 1];
	unsigned parts;
};

/* Among those of its phone. */
static bool is_of(const struct long_text *text, const struct segment_held *held)
{
	return held->b.reference == text->series && str_eq(held->b.number, text->number);
}

struct segment_held *long_text_held(const struct long_text *text)
{
	struct segment_held *held;
	DL_FOREACH2(core_segments_of(text->link, text->phone), held, phone_next)
		if (is_of(text, held))
			return held;
	return NULL;
}

/* A part that comes again with other content begins a text of its own. */
static bool is_other(const struct segment_held *held, const struct connector_piece *piece)
{
	return held->b.part == piece->part &&
	       (held->b.coding != piece->coding || !str_eq(held->b.data, piece->data));
}

enum long_text_fit long_text_fit(
	const struct long_text *text, const struct connector_piece *piece, msec too_old)
{
	unsigned count = 1; /* with this one */
	const struct segment_held *held;
	DL_FOREACH2(core_segments_of(text->link, text->phone), held, phone_next) {
		if (!is_of(text, held))
			continue;
		if (held->b.at <= too_old || is_other(held, piece))
			return LONG_TEXT_OTHER;
		count += held->b.part != piece->part;
	}
	return count == piece->parts ? LONG_TEXT_WHOLE : LONG_TEXT_WAITS;
}

static void place(
	struct places *places, uint64_t part, uint64_t parts, unsigned coding, struct str data)
{
	if (part < 1 || part > PARTS_MAX || parts > PARTS_MAX)
		return;
	places->at[part] = (struct piece) {.is_there = true, .coding = coding, .data = data};
	if (parts > places->parts)
		places->parts = (unsigned)parts;
}

/* Neighbours of one coding are decoded together: an escape sequence or a surrogate pair may have
 * been cut by the sender. Gives the first part behind them. */
static unsigned put_run(const struct places *places, unsigned part,
	const struct connector *connector, struct buf *out)
{
	struct buf data = {0};
	unsigned coding = places->at[part].coding;
	for (; part <= places->parts && places->at[part].is_there; part++) {
		if (places->at[part].coding != coding)
			break;
		buf_put(&data, places->at[part].data);
	}
	connector->ops->read(connector, coding, buf_str(&data), out);
	buf_free(&data);
	return part;
}

void long_text_join(const struct long_text *text, const struct connector_piece *last,
	const struct connector *connector, struct buf *out)
{
	struct places places = {.parts = 0};
	const struct segment_held *held;
	DL_FOREACH2(core_segments_of(text->link, text->phone), held, phone_next)
		if (is_of(text, held))
			place(&places, held->b.part, held->b.parts, (unsigned)held->b.coding,
				held->b.data);
	if (last)
		place(&places, last->part, last->parts, last->coding, last->data);
	for (unsigned part = 1; part <= places.parts;) {
		if (places.at[part].is_there) {
			part = put_run(&places, part, connector, out);
			continue;
		}
		buf_puts(out, LONG_TEXT_GAP);
		while (part <= places.parts && !places.at[part].is_there)
			part++;
	}
}
