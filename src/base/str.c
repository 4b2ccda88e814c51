/* str.c - questions and cuts on borrowed bytes. */
#include "base/str.h"

struct str str_of(const char *z)
{
	return z ? (struct str) {z, strlen(z)} : STR_NONE;
}

struct str str_from(const void *at, size_t len)
{
	return (struct str) {at, len};
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

char str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (str_lower(a.at[i]) != str_lower(b.at[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.at, b.at, n) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_from(s.at, prefix.len), prefix);
}

struct str str_skip(struct str s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return s.at ? str_from(s.at + n, s.len - n) : s;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.at[0]))
		s = str_skip(s, 1);
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct str str_cut(struct str *rest, char at)
{
	const char *found = rest->len ? memchr(rest->at, at, rest->len) : NULL;
	struct str before = *rest;
	if (!found) {
		*rest = str_skip(*rest, rest->len);
		return before;
	}
	before.len = (size_t)(found - rest->at);
	*rest = str_skip(*rest, before.len + 1);
	return before;
}

bool str_lists(struct str list, struct str word)
{
	while (list.len)
		if (str_eq(str_trim(str_cut(&list, ',')), word))
			return true;
	return false;
}

bool str_u64(struct str s, uint64_t *out)
{
	uint64_t value = 0;
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(s.at[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

int str_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
