/* country.c - the rows of country.def, asked from both ends. */
#include "base/country.h"

#include <stdio.h>

static const struct country {
	const char *iso;
	unsigned code;
	const char *trunk, *dial_out;
	unsigned least, most;
} countries[] = {
#define COUNTRY(iso, code, trunk, dial_out, least, most) {iso, code, trunk, dial_out, least, most},
#include "base/country.def"
#undef COUNTRY
};
#define COUNTRIES (sizeof countries / sizeof *countries)

#define INTERNATIONAL_LEAST 11 /* digits of a number that nobody says is international */

static const struct country *by_code(unsigned code)
{
	for (size_t i = 0; i < COUNTRIES; i++)
		if (countries[i].code == code)
			return &countries[i];
	return NULL;
}

unsigned country_code(struct str word)
{
	uint64_t code;
	for (size_t i = 0; i < COUNTRIES; i++)
		if (str_eq_nocase(word, str_of(countries[i].iso)))
			return countries[i].code;
	if (str_starts(word, STR("+")))
		word = str_skip(word, 1);
	return str_u64(word, &code) && code <= 999 && by_code((unsigned)code) ? (unsigned)code : 0;
}

static bool has_length(const struct country *country, struct str national)
{
	return national.len >= country->least && national.len <= country->most;
}

/* A calling code is one to three digits, and none begins with another. North American numbers are known by
 * their form as well: neither area nor exchange begins with 0 or 1. */
static bool is_international(struct str digits)
{
	unsigned code = 0;
	for (size_t i = 0; i < 3 && i < digits.len; i++) {
		code = 10 * code + (unsigned)(digits.at[i] - '0');
		const struct country *country = by_code(code);
		struct str national = str_skip(digits, i + 1);
		if (!country)
			continue;
		if (code == 1 && (national.len < 4 || national.at[0] < '2' || national.at[3] < '2'))
			return false;
		return has_length(country, national);
	}
	return false;
}

static struct str put(char *room, unsigned code, struct str national)
{
	int len = snprintf(room, COUNTRY_DIGITS_MAX, "%u%.*s", code, STR_ARGS(national));
	return len > 0 && len < COUNTRY_DIGITS_MAX ? str_from(room, (size_t)len) : STR_NONE;
}

/* Behind what is dialled to leave the country. */
static struct str dialled_out(const struct country *country, struct str digits)
{
	struct str prefixes[] = {STR("00"), country ? str_of(country->dial_out) : STR_NONE};
	for (size_t i = 0; i < 2; i++)
		if (prefixes[i].len && str_starts(digits, prefixes[i]) &&
			is_international(str_skip(digits, prefixes[i].len)))
			return str_skip(digits, prefixes[i].len);
	return STR_NONE;
}

/* Where a number is dialled without a trunk, its own length decides whether it is national; elsewhere one
 * that begins with the country's code and is not too short for it is international. */
static struct str within(char *room, const struct country *country, struct str digits)
{
	char code[4];
	struct str trunk = str_of(country->trunk);
	snprintf(code, sizeof code, "%u", country->code);
	bool has_code = str_starts(digits, str_of(code)) &&
			has_length(country, str_skip(digits, strlen(code)));
	if (trunk.len && str_starts(digits, trunk) && !(has_code && country->code == 1) &&
		has_length(country, str_skip(digits, trunk.len)))
		return put(room, country->code, str_skip(digits, trunk.len));
	if (has_code && (trunk.len || !has_length(country, digits)))
		return digits;
	return has_length(country, digits) ? put(room, country->code, digits) : STR_NONE;
}

struct str country_number(char *room, unsigned code, struct str digits)
{
	const struct country *country = code ? by_code(code) : NULL;
	struct str number = dialled_out(country, digits);
	if (!number.len && country)
		number = within(room, country, digits);
	if (!number.len && digits.len >= INTERNATIONAL_LEAST && is_international(digits))
		number = digits;
	return number;
}
