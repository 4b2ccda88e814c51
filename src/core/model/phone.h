/* phone.h - what stands in a contact's `phone`: a number in one of its spellings, or a name. Pure.
 *
 * A number is digits, a plus in front where it is known to be international. Everything else is a
 * name: shown, and never written to. A name that looks like a number (sms/address) stands in
 * quotation marks, so none is ever taken for one.
 *
 * One phone comes in several spellings, by link and by type of number: +420600112301,
 * 420600112301, 00420600112301, and in its country 600112301 or 0600112301. */
#ifndef CORE_MODEL_PHONE_H
#define CORE_MODEL_PHONE_H

#include "base/str.h"

/* Shorter national forms are short codes, which are nobody's phone in another spelling. The shortest
 * national numbers of mobile phones have seven digits. */
#define PHONE_NATIONAL_LEAST 7
/* ITU-T E.164, 6.2.1: a country code has one to three digits. */
#define PHONE_COUNTRY_MOST 3

/* Digits of a number as SMPP carries it (3.4, 4.6.1); a plus may come in front. */
#define PHONE_DIGITS_MAX 20
#define PHONE_ROOM       (2 * PHONE_DIGITS_MAX + 2)
/* ITU-T E.164, 6.2.1: digits of a number with its country's code. */
#define PHONE_INTERNATIONAL_MOST 15

/* Is the text a number as people and carriers write it: digits, a plus in front, and, as only a whole phone number
 * is, spaced as one likes? (24-7 is a name.) */
bool phone_is_spaced(struct str text);
/* ... and one that may be a person's: no short code, and not longer than numbers are. */
bool phone_is_written(struct str text);
/* Its digits, whatever stands around them, in the spelling in which contacts are known: with a plus and its country's
 * code where it says so, is_international does, or it follows from the country with that calling code (base/country.h;
 * 0: nobody knows where). Short codes have none. At the begin of out. */
struct str phone_spelling(
	char out[PHONE_ROOM], struct str text, bool is_international, unsigned country);

bool phone_is_number(struct str phone);
/* Its digits without plus and leading zeros, borrowed: equal ones are one phone. Of a name that looks
 * like a number, that number's; of any other name: empty. */
struct str phone_digits(struct str phone);
/* Surely one phone: the same digits. */
bool phone_is_same(struct str a, struct str b);
/* The same, or one is the other without a country code. The country is not known here, so a national
 * form may be that of several phones: whoever must not be written to by mistake asks this. */
bool phone_may_be_same(struct str a, struct str b);
/* What all spellings of a phone end in, borrowed; of a name all of it. To be looked up by. */
struct str phone_tail(struct str phone);

#endif
