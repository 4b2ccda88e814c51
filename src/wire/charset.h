/* charset.h - the alphabets of SMPP's data_coding (3.4, 5.2.19) that are neither GSM's nor Unicode's. */
#ifndef WIRE_CHARSET_H
#define WIRE_CHARSET_H

#include "base/buf.h"

/* Each appends UTF-8 and never fails; what is no character becomes U+FFFD. */
void charset_latin1(struct buf *out, struct str data);
void charset_cyrillic(struct buf *out, struct str data); /* ISO-8859-5 */
void charset_hebrew(struct buf *out, struct str data);   /* ISO-8859-8 */
/* Alphabets of some thousand signs, for which the C library has the tables. JIS X 0208 comes in pairs of
 * 7 bit octets, and by some SMSCs as Shift-JIS or ISO-2022-JP: whichever makes sense. What makes sense in none
 * (or where the tables are not installed) is shown as Latin-1. */
void charset_japanese(struct buf *out, struct str data);      /* JIS X 0208 */
void charset_japanese_more(struct buf *out, struct str data); /* JIS X 0212 */
void charset_korean(struct buf *out, struct str data);        /* KS C 5601 */

#endif
