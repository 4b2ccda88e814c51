/* address.c - numbers are taken together, names are left as they are. */
#include "sms/address.h"
#include "core/phone.h"

enum type_of_number { TON_INTERNATIONAL = 1, TON_ALPHANUMERIC = 5 }; /* 5.2.5 */

/* What a sender without a number and without a name is called. */
#define NOBODYS_NAME STR("unknown")

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What people and carriers write into numbers for the eye. */
static bool is_spacing(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')';
}

/* Digits alone; or spaced as only a whole phone number is: 24-7 is a name. */
static bool is_number(struct str address)
{
	size_t digits = 0, spacings = 0;
	if (str_starts(address, STR("+")))
		address = str_skip(address, 1);
	for (size_t i = 0; i < address.len; i++) {
		digits += is_digit(address.at[i]);
		spacings += is_spacing(address.at[i]);
	}
	return digits > 0 && digits + spacings == address.len && digits <= SMPP_ADDRESS_MAX &&
	       (spacings == 0 || digits >= PHONE_NATIONAL_LEAST);
}

static struct str put_number(char *out, uint8_t type_of_number, struct str address)
{
	size_t len = 0;
	if (str_starts(address, STR("+")) || type_of_number == TON_INTERNATIONAL)
		out[len++] = '+';
	for (size_t i = 0; i < address.len && len <= SMPP_ADDRESS_MAX; i++)
		if (is_digit(address.at[i]))
			out[len++] = address.at[i];
	return str_from(out, len);
}

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

struct str address_source(char *out, uint8_t type_of_number, struct str address)
{
	address = str_trim(address);
	if (address.len == 0)
		address = NOBODYS_NAME;
	if (type_of_number != TON_ALPHANUMERIC && is_number(address))
		return put_number(out, type_of_number, address);
	return put_name(out, address);
}

struct str address_destination(char *out, uint8_t type_of_number, struct str address)
{
	struct str number = put_number(out, type_of_number, str_trim(address));
	return phone_is_number(number) ? number : STR_NONE;
}
