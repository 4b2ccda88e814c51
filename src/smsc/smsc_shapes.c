/* smsc_shapes.c - a table of what was seen on real links. */
#include "smsc/smsc_shapes.h"
#include "wire/smpp_receipt.h"

#define SHORT_MESSAGE_MAX 254
#define FILLING_BYTES     17000 /* above what one SMS or one read of a small buffer holds */

struct shape {
	struct str header; /* before the text; only where there is no other and room for it */
	struct str stray;  /* behind the last parameter that we know */
	bool in_payload, has_empty_payload;
	bool is_filled; /* with a vendor's parameter of FILLING_BYTES */
};

#define BYTES(literal)                                                                             \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}
static const struct shape shapes[] = {
	{.in_payload = false},
	{.stray = BYTES("\0\0\0")},
	{.stray = BYTES("\x02\x04\0\x02\0\x07\x14\0\0\x01v")}, /* parameters that we do not know */
	{.header = BYTES("\x05\0\x03\x07\0\0")},               /* part 0 of 0 */
	{.has_empty_payload = true},
	{.stray = BYTES("\0\x1E\0\x03xyz")}, /* an id without its NULL, and of no receipt */
	{.in_payload = true},
	{.header = BYTES("\x04\0\x02\x07\x02")},  /* an octet short */
	{.stray = BYTES("\x02\x0E\0\x02\0\x02")}, /* sar_total_segments of two octets */
	{.stray = BYTES("\x14\0\xFF\xFFv")},      /* longer than the PDU */
	{.in_payload = true, .is_filled = true},
};
#define SHAPES (sizeof shapes / sizeof *shapes)

static bool takes_header(const struct smpp_pdu *pdu, struct str header)
{
	return header.len && !(pdu->sm.esm_class & SMPP_ESM_HAS_UDH) &&
	       pdu->sm.short_message.len + header.len <= SHORT_MESSAGE_MAX;
}

static void put_filling(struct buf *out)
{
	const char head[] = {0x14, 0, (char)(FILLING_BYTES >> 8), (char)(FILLING_BYTES & 0xFF)};
	buf_put(out, str_from(head, sizeof head));
	memset(buf_reserve(out, FILLING_BYTES), 'v', FILLING_BYTES);
	out->len += FILLING_BYTES;
}

/* The text, with its header, first: the tail is behind it in the same room. */
void smsc_shapes_dress(struct smpp_pdu *pdu, unsigned nth, struct buf *room)
{
	const struct shape *shape = &shapes[nth % SHAPES];
	bool has_header = takes_header(pdu, shape->header);
	buf_put(room, has_header ? shape->header : STR_NONE);
	buf_put(room, pdu->sm.short_message);
	size_t text_len = room->len;
	buf_put(room, shape->stray);
	if (shape->is_filled)
		put_filling(room);
	struct str text = {room->at, text_len};
	pdu->stray = str_from(room->at + text_len, room->len - text_len);
	if (has_header)
		pdu->sm.esm_class |= SMPP_ESM_HAS_UDH;
	pdu->sm.short_message = shape->in_payload ? STR_NONE : text;
	pdu->tlv.has_message_payload = shape->in_payload || shape->has_empty_payload;
	pdu->tlv.message_payload = shape->in_payload ? text : STR_NONE;
}
