/* address.h - what SMPP's addresses say: a customer's phone, or the name that stands in its place; and
 * a service number. Pure. */
#ifndef SMS_ADDRESS_H
#define SMS_ADDRESS_H

#include "core/model/phone.h"

/* Addresses of SMPP 3.4 hold 20 characters (4.6.1); a plus may come in front. */
#define SMPP_ADDRESS_MAX PHONE_DIGITS_MAX
/* A character that is no ASCII takes two bytes, and quotation marks may come around. */
#define ADDRESS_ROOM (2 * SMPP_ADDRESS_MAX + 2)
_Static_assert(ADDRESS_ROOM >= PHONE_ROOM, "a number fits where a name does");

/* An address as it stands in a PDU. */
struct smpp_address {
	uint8_t type_of_number; /* 5.2.5 */
	struct str address;
	unsigned
		country; /* calling code of where national numbers of the link are at home; 0: nobody knows */
};

/* Where the text came from (see core/model/phone.h). A number: digits, spaced as one likes; with a plus and its country's
 * code where it says so, its type does, or it follows (country.h). Short codes have none. What has anything else in
 * it, or is alphanumeric by its type, is a name and shown as it is, but for what cannot be shown. Never empty. out
 * holds ADDRESS_ROOM, and what is given back stands at its begin. */
struct str address_source(char *out, const struct smpp_address *from);
/* To which service number: its digits, and a plus as above, whatever stands around them: it is only
 * looked up. Empty: none. */
struct str address_destination(char *out, const struct smpp_address *to);

#endif
