/* address.c - numbers are taken together, names are left as they are. */
#include "sms/address.h"
#include "core/model/phone.h"

enum type_of_number { TON_INTERNATIONAL = 1, TON_ALPHANUMERIC = 5 }; /* 5.2.5 */

/* What a sender without a number and without a name is called. */
#define NOBODYS_NAME STR("unknown")

/* Latin-1 is what 8 bit addresses mostly are; what cannot be shown is a question mark. */
static size_t put_character(char *out, unsigned char c)
{
	bool is_shown = (c >= ' ' && c < 0x7F) || c >= 0xA0;
	if (c < 0x80 || !is_shown) {
		out[0] = is_shown ? (char)c : '?';
		return 1;
	}
	out[0] = (char)(0xC0 | c >> 6);
	out[1] = (char)(0x80 | (c & 0x3F));
	return 2;
}

static struct str put_name(char *out, struct str address)
{
	size_t len = 0;
	for (size_t i = 0; i < address.len && i < SMPP_ADDRESS_MAX; i++)
		len += put_character(out + len, (unsigned char)address.at[i]);
	if (!phone_is_number(str_from(out, len)))
		return str_from(out, len);
	memmove(out + 1, out, len);
	out[0] = out[len + 1] = '"';
	return str_from(out, len + 2);
}

static struct str number_of(char *out, const struct smpp_address *as)
{
	bool is_international = as->type_of_number == TON_INTERNATIONAL;
	return phone_spelling(out, as->address, is_international, as->country);
}

struct str address_source(char *out, const struct smpp_address *from)
{
	struct smpp_address as = *from;
	as.address = str_trim(from->address);
	if (as.address.len == 0)
		as.address = NOBODYS_NAME;
	if (as.type_of_number != TON_ALPHANUMERIC && phone_is_spaced(as.address))
		return number_of(out, &as);
	return put_name(out, as.address);
}

struct str address_destination(char *out, const struct smpp_address *to)
{
	struct smpp_address as = *to;
	as.address = str_trim(to->address);
	struct str number = number_of(out, &as);
	return phone_is_number(number) ? number : STR_NONE;
}
