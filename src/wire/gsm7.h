/* gsm7.h - the GSM 7 bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1), and to be read
 * the national tables of some languages. Septets travel one per byte here (unpacked), as SMPP carries them. */
#ifndef WIRE_GSM7_H
#define WIRE_GSM7_H

#include "base/buf.h"

#define GSM7_ESCAPE 0x1B

/* Septets that the character takes: 1, 2 (extension table), or 0 if the alphabet has it not. */
int gsm7_septets(uint32_t code);
/* So many characters at the front stand at their own place in ASCII and here alike: each is one byte of UTF-8, and one
 * septet (one unit of UCS-2, too). Most texts are nothing else. */
size_t gsm7_plain(struct str text);
/* Appends the septets of UTF-8 text; false, with out unchanged, if a character has none. */
bool gsm7_encode(struct buf *out, struct str text);
/* Appends UTF-8. Unknown extension: the character of the basic table (TS 23.038, 6.2.1.1 note);
 * bytes above 0x7F: U+FFFD; an escape at the very end: a space. Never fails. */
void gsm7_decode(struct buf *out, struct str septets);

/* By which tables a message was written, as its header says (TS 23.038, 6.2.1.2): the national language
 * identifiers of 6.2.1.2.4. 0, or a language without such a table here: the default one. */
struct gsm7_language {
	unsigned char single;  /* behind an escape */
	unsigned char locking; /* all else */
};
enum { GSM7_TURKISH = 1, GSM7_SPANISH = 2, GSM7_PORTUGUESE = 3 };
void gsm7_decode_national(
	struct buf *out, struct str septets, const struct gsm7_language *language);

#endif
