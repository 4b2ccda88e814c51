/* phone.c - spellings are compared by their ends: what they differ in stands in front. */
#include "core/model/phone.h"

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
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
