/* country.h - from what a carrier writes to the one form of a phone's number: E.164. Pure. */
#ifndef BASE_COUNTRY_H
#define BASE_COUNTRY_H

#include "base/str.h"

/* E.164 has fifteen digits at the most; in front of it stand a plus or what is dialled. */
#define COUNTRY_DIGITS_MAX 20

/* The calling code of "CZ", "420" or "+420"; 0: no country is called so. */
unsigned country_code(struct str word);
/* Which number the digits are, as written in the country with that calling code (0: nobody knows where): with its
 * country code, without plus. Of digits that may be nobody's phone, or without a country of several countries,
 * empty. In room (COUNTRY_DIGITS_MAX), or borrowed.
 *
 * Without a country only what is long enough to have its own calling code (eleven digits) and fits its plan
 * counts as international, for a national number may begin with any other country's code. */
struct str country_number(char *room, unsigned code, struct str digits);

#endif
