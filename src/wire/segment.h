/* segment.h - one text, the parts of a long SMS, and back.
 *
 * A text that fits goes as one message: 160 septets of the default alphabet or 70 units of UCS-2.
 * A longer one is cut into parts of 153 septets or 67 units behind a concatenation header (3GPP TS
 * 23.040, 9.2.3.24.1: IEI 00, 8 bit reference). A part never ends inside an escape sequence or a
 * surrogate pair. Default alphabet where every character is in it, UCS-2 otherwise. */
#ifndef WIRE_SEGMENT_H
#define WIRE_SEGMENT_H

#include "base/buf.h"

/* The longest text of the API, 4,096 characters, takes 125 where all of them are emoji. */
#define SEGMENT_PARTS_MAX 128

enum sms_coding { /* data_coding of SMPP 3.4, 5.2.19 */
	SMS_CODING_DEFAULT = 0,
	SMS_CODING_IA5 = 1,
	SMS_CODING_BINARY = 4,
	SMS_CODING_LATIN1 = 3,
	SMS_CODING_UCS2 = 8,
};

/* How many parts the text takes, 1..SEGMENT_PARTS_MAX; 0 if it is not valid UTF-8 or too long. */
unsigned segment_count(struct str text);
/* Appends the short_message bytes of part number `part` (from 1), header included where there are
 * several, and tells coding and whether there is a header. part <= segment_count(text). */
void segment_encode(struct buf *out, struct str text, unsigned part, uint8_t reference,
	enum sms_coding *coding, bool *has_header);

/* In which numbering a reference stands: equal ones of different kinds are of different texts. */
enum segment_kind {
	SEGMENT_NO_KIND,
	SEGMENT_8_BIT,  /* IEI 00 */
	SEGMENT_16_BIT, /* IEI 08 */
	SEGMENT_SAR,    /* the optional parameters of SMPP 3.4, 5.3.2.22-24 */
};

/* What a received short_message says about its place in a long one. */
struct segment {
	bool is_part; /* false: the whole message; the numbers are 0, 1, 1 */
	enum segment_kind kind;
	unsigned reference; /* 8 or 16 bit */
	unsigned part;      /* from 1 */
	unsigned parts;     /* up to 255, also above SEGMENT_PARTS_MAX: the caller decides */
	struct str data;    /* without the header; borrowed from what was given */
};
/* Reads the user data header if has_header (esm_class bit 6). What cannot be is passed over, never
 * the text: a concatenation element of a wrong size, with part 0 or a part above parts (TS 23.040,
 * 9.2.3.24.1: ignored), what follows an element longer than the header. A header longer than the
 * message is none: then all is text. Of two good concatenation elements the last counts (9.2.3.24). */
void segment_read(struct str short_message, bool has_header, struct segment *out);
/* One number for the text that a part is of, among those of its phone: kind and value of the reference
 * and number of parts, as body.def's segment keeps it. */
uint64_t segment_series(const struct segment *segment);
/* Appends the UTF-8 of joined data (all parts' data in order) in this coding. BINARY becomes
 * hexadecimal. GSM message classes (0xF0-0xFF, SMPP 3.4, 5.2.19) are read as what their bit 2 says;
 * of other codings than those above Latin-1 is assumed. */
void segment_decode(struct buf *out, unsigned coding, struct str data);

#endif
