/* phone.c - spellings are compared by their ends: what they differ in stands in front. */
#include "core/model/phone.h"
#include "base/country.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.at[i]))
			return false;
	return s.len > 0;
}

static struct str without_plus(struct str s)
{
	return str_starts(s, STR("+")) ? str_skip(s, 1) : s;
}

bool phone_is_number(struct str phone)
{
	return is_digits(without_plus(phone));
}

/* A name that looks like a number is written "24", see sms/address. */
static struct str unquoted(struct str phone)
{
	bool is_quoted = phone.len > 2 && phone.at[0] == '"' && phone.at[phone.len - 1] == '"';
	return is_quoted ? str_from(phone.at + 1, phone.len - 2) : phone;
}

struct str phone_digits(struct str phone)
{
	struct str digits = without_plus(unquoted(phone));
	if (!is_digits(digits))
		return STR_NONE;
	while (digits.len > 1 && digits.at[0] == '0')
		digits = str_skip(digits, 1);
	return digits;
}

bool phone_is_same(struct str a, struct str b)
{
	struct str digits = phone_digits(a);
	return digits.len ? str_eq(digits, phone_digits(b)) : str_eq(a, b);
}

/* 00 is the international prefix of most countries (ITU-T E.164, 11.1). */
static bool is_international(struct str phone)
{
	struct str s = unquoted(phone);
	return str_starts(s, STR("+")) || str_starts(s, STR("00"));
}

static bool ends_in(struct str s, struct str end)
{
	return s.len >= end.len && str_eq(str_skip(s, s.len - end.len), end);
}

bool phone_may_be_same(struct str a, struct str b)
{
	struct str x = phone_digits(a), y = phone_digits(b);
	if (phone_is_same(a, b))
		return true;
	if (is_international(a) && is_international(b))
		return false;
	struct str shorter = x.len < y.len ? x : y, longer = x.len < y.len ? y : x;
	return shorter.len >= PHONE_NATIONAL_LEAST &&
	       longer.len - shorter.len <= PHONE_COUNTRY_MOST && ends_in(longer, shorter);
}

struct str phone_tail(struct str phone)
{
	struct str digits = phone_digits(phone);
	if (!digits.len)
		return phone;
	bool is_long = digits.len > PHONE_NATIONAL_LEAST;
	return is_long ? str_skip(digits, digits.len - PHONE_NATIONAL_LEAST) : digits;
}

/* --- as it is written --------------------------------------------------------------------------- */

/* What people and carriers write into numbers for the eye. */
static bool is_spacing(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')';
}

bool phone_is_spaced(struct str text)
{
	size_t digits = 0, spacings = 0;
	struct str rest = without_plus(text);
	for (size_t i = 0; i < rest.len; i++) {
		digits += is_digit(rest.at[i]);
		spacings += is_spacing(rest.at[i]);
	}
	return digits > 0 && digits + spacings == rest.len && digits <= PHONE_DIGITS_MAX &&
	       (spacings == 0 || digits >= PHONE_NATIONAL_LEAST);
}

static struct str put_digits(char *out, struct str text)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len && len <= PHONE_DIGITS_MAX; i++)
		if (is_digit(text.at[i]))
			out[len++] = text.at[i];
	return str_from(out, len);
}

bool phone_is_written(struct str text)
{
	char room[PHONE_ROOM];
	if (!phone_is_spaced(text))
		return false;
	struct str digits = phone_digits(put_digits(room, text));
	return digits.len >= PHONE_NATIONAL_LEAST && digits.len <= PHONE_INTERNATIONAL_MOST;
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
	return number.len >= PHONE_NATIONAL_LEAST ? put_plus(out, number) : digits;
}

struct str phone_spelling(
	char out[PHONE_ROOM], struct str text, bool is_international, unsigned country)
{
	char room[COUNTRY_DIGITS_MAX];
	struct str digits = put_digits(out, text);
	if (str_starts(text, STR("+")) || is_international)
		return put_international(out, digits);
	struct str number = country_number(room, country, digits);
	return number.len ? put_plus(out, number) : digits;
}
