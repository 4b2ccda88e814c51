/* ucs2.h - UCS-2 of SMPP data coding 8: big-endian 16 bit units; surrogate pairs are carried, as
 * all handsets do (UTF-16BE). */
#ifndef WIRE_UCS2_H
#define WIRE_UCS2_H

#include "base/buf.h"

bool ucs2_encode(struct buf *out, struct str text); /* false (out unchanged) on invalid UTF-8 */
/* Appends UTF-8; lone surrogates and an odd last byte become U+FFFD. Never fails. */
void ucs2_decode(struct buf *out, struct str units);

#endif
