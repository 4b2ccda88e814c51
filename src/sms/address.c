/* address.c - numbers are taken together, names are left as they are. */
#include "sms/address.h"
#include "core/model/phone.h"
#include "base/country.h"

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

static struct str put_digits(char *out, struct str address)
{
	size_t len = 0;
	for (size_t i = 0; i < address.len && len <= SMPP_ADDRESS_MAX; i++)
		if (is_digit(address.at[i]))
			out[len++] = address.at[i];
	return str_from(out, len);
}

static struct str put_plus(char *out, struct str digits)
{
	memmove(out + 1, digits.at, digits.len);
	out[0] = '+';
	return str_from(out, digits.len + 1);
}

/* Whoever says that it is international may still write what is dialled in front of such a number. */
static struct str put_international(char *out, struct str digits)
{
	struct str number = str_starts(digits, STR("00")) ? str_skip(digits, 2) : digits;
	if (number.len >= PHONE_NATIONAL_LEAST)
		return put_plus(out, number);
	return digits;
}

static struct str put_number(char *out, const struct smpp_address *from)
{
	char room[COUNTRY_DIGITS_MAX];
	struct str digits = put_digits(out, from->address);
	if (str_starts(from->address, STR("+")) || from->type_of_number == TON_INTERNATIONAL)
		return put_international(out, digits);
	struct str number = country_number(room, from->country, digits);
	return number.len ? put_plus(out, number) : digits;
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

struct str address_source(char *out, const struct smpp_address *from)
{
	struct smpp_address as = *from;
	as.address = str_trim(from->address);
	if (as.address.len == 0)
		as.address = NOBODYS_NAME;
	if (as.type_of_number != TON_ALPHANUMERIC && is_number(as.address))
		return put_number(out, &as);
	return put_name(out, as.address);
}

struct str address_destination(char *out, const struct smpp_address *to)
{
	struct smpp_address as = *to;
	as.address = str_trim(to->address);
	struct str number = put_number(out, &as);
	return phone_is_number(number) ? number : STR_NONE;
}
