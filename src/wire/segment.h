/* segment.h - one text, the parts of a long SMS, and back.
 *
 * A text that fits goes as one message: 160 septets of the default alphabet or 70 units of UCS-2.
 * A longer one is cut into parts of 153 septets or 67 units behind a concatenation header (3GPP TS
 * 23.040, 9.2.3.24.1: IEI 00, 8 bit reference). A part never ends inside an escape sequence or a
 * surrogate pair. Default alphabet where every character is in it, UCS-2 otherwise.
 *
 * An SMSC that means Latin-1 or ASCII by data_coding 0 writes the same septets to the phone: the text is cut as
 * if it went in the default alphabet, and takes UCS-2 if it has a character that only one of both has. */
#ifndef WIRE_SEGMENT_H
#define WIRE_SEGMENT_H

#include "base/buf.h"

/* The longest text of the API, 4,096 characters, takes 125 where all of them are emoji. */
#define SEGMENT_PARTS_MAX 128

enum sms_coding { /* data_coding of SMPP 3.4, 5.2.19 */
	SMS_CODING_DEFAULT = 0x00,
	SMS_CODING_IA5 = 0x01,
	SMS_CODING_OCTETS = 0x02,
	SMS_CODING_LATIN1 = 0x03,
	SMS_CODING_BINARY = 0x04,
	SMS_CODING_JIS = 0x05,
	SMS_CODING_CYRILLIC = 0x06,
	SMS_CODING_HEBREW = 0x07,
	SMS_CODING_UCS2 = 0x08,
	SMS_CODING_ISO2022_JP = 0x0A,
	SMS_CODING_JIS_MORE = 0x0D,
	SMS_CODING_KOREAN = 0x0E,
};

/* What an SMSC means by data_coding 0, in both directions (a link's setting `alphabet`). */
enum sms_alphabet { ALPHABET_GSM7, ALPHABET_LATIN1, ALPHABET_ASCII, ALPHABETS };

/* How a text is written: all parts of it alike. All zero is what SMPP 3.4 says. */
struct segment_form {
	enum sms_alphabet alphabet;
	uint8_t data_coding; /* said of what is written in that alphabet */
	/* Quotes, dashes, dots and blanks of typographers become those of typewriters, where that alone
	 * keeps the text out of UCS-2. */
	bool is_plain;
};

/* A text that is to be cut. */
struct segment_text {
	struct str text;
	struct segment_form form;
	uint8_t reference; /* of the concatenation header */
};
/* One part of it. */
struct segment_bytes {
	struct buf
		data; /* short_message, header included where there are several; owned: free it */
	uint8_t data_coding;
	bool has_header;
};

/* How many parts the text takes, 1..SEGMENT_PARTS_MAX; 0 if it is not valid UTF-8 or too long. */
unsigned segment_count(const struct segment_text *text);
/* Part number `part` (from 1) <= segment_count(text), over what *out held before. */
void segment_encode(const struct segment_text *text, unsigned part, struct segment_bytes *out);

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
	unsigned char single, locking; /* national tables, see gsm7.h */
	struct str data;               /* without the header; borrowed from what was given */
};
/* Reads the user data header if has_header (esm_class bit 6). What cannot be is passed over, never
 * the text: a concatenation element of a wrong size, with part 0 or a part above parts (TS 23.040,
 * 9.2.3.24.1: ignored), what follows an element longer than the header. A header longer than the
 * message is none: then all is text. Of two good concatenation elements the last counts (9.2.3.24).
 *
 * A header that is not announced is one all the same where the message begins with the five octets before
 * the reference that every concatenation header alone has, and says a part that can be: some SMSCs lose
 * the bit, and no text begins so (in the default alphabet it would be e acute, at, yen). */
void segment_read(struct str short_message, bool has_header, struct segment *out);
/* One number for the text that a part is of, among those of its phone: kind and value of the reference
 * and number of parts, as body.def's segment keeps it. */
uint64_t segment_series(const struct segment *segment);

/* How the bytes of a message are to be read, as one number: data_coding in bits 0-7; for the default alphabet
 * the national tables of the header, single in bits 8-15 and locking in 16-23. `means`: what the SMSC means by
 * data_coding 0. */
unsigned segment_coding(
	const struct segment *segment, unsigned data_coding, enum sms_alphabet means);
/* Appends the UTF-8 of joined data (all parts' data in order) in this coding; never fails. Above 0x0F a
 * data_coding is GSM's (3GPP TS 23.038, 4), with its message classes and groups of waiting messages. 8 bit data
 * that is not all ASCII becomes hexadecimal. What is said to be in the default alphabet and has a zero
 * in each first and in no second octet is UCS-2; what has octets above 0x7F is Latin-1. Of reserved codings Latin-1 is assumed. */
void segment_decode(struct buf *out, unsigned coding, struct str data);

#endif
