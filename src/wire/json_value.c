/* json_value.c - a text is looked at once with all rules; then values are found by quotes and brackets. */
#include "wire/json_value.h"
#include "base/utf8.h"

#include <stdlib.h>

static bool take(struct str *rest, char c)
{
	if (rest->len == 0 || rest->at[0] != c)
		return false;
	*rest = str_skip(*rest, 1);
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct str *rest)
{
	size_t n = 0;
	while (n < rest->len && is_blank(rest->at[n]))
		n++;
	*rest = str_skip(*rest, n);
}

static bool starts(struct json_value value, char c)
{
	return value.bytes.len && value.bytes.at[0] == c;
}

/* --- characters of a string ------------------------------------------------------------------- */

/* The four digits behind \u. */
static bool take_unit(struct str *rest, uint32_t *unit)
{
	*unit = 0;
	if (rest->len < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		int digit = str_hex_digit(rest->at[i]);
		if (digit < 0)
			return false;
		*unit = *unit << 4 | (uint32_t)digit;
	}
	*rest = str_skip(*rest, 4);
	return true;
}

/* What is behind \u: beyond U+FFFF two units, of which neither is a character by itself. */
static bool take_unicode(struct str *rest, uint32_t *code)
{
	uint32_t low;
	if (!take_unit(rest, code) || *code == 0)
		return false;
	if (*code < 0xD800 || *code > 0xDFFF)
		return true;
	if (*code > 0xDBFF || !take(rest, '\\') || !take(rest, 'u') || !take_unit(rest, &low))
		return false;
	*code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
	return low >= 0xDC00 && low <= 0xDFFF;
}

static bool take_escape(struct str *rest, uint32_t *code)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	for (size_t i = 0; i + 1 < sizeof letters; i++)
		if (take(rest, letters[i])) {
			*code = (unsigned char)meant[i];
			return true;
		}
	return take(rest, 'u') && take_unicode(rest, code);
}

static bool take_character(struct str *rest, uint32_t *code)
{
	if (take(rest, '\\'))
		return take_escape(rest, code);
	return utf8_next(rest, code) && *code >= ' ';
}

/* Between its quotes. */
static struct str inside(struct str quoted)
{
	return str_from(quoted.at + 1, quoted.len - 2);
}

static bool has_escapes(struct str string)
{
	return string.len && memchr(string.at, '\\', string.len);
}

/* Compares what two strings mean, which stand here without their quotes. Most names are what they mean, and bytes of UTF-8
 * are in the order of their characters. */
static int compare(struct str a, struct str b)
{
	uint32_t of_a = 0, of_b = 0;
	if (!has_escapes(a) && !has_escapes(b))
		return str_cmp(a, b);
	while (a.len && b.len && of_a == of_b)
		CHECK(take_character(&a, &of_a) && take_character(&b, &of_b));
	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	return (a.len > 0) - (b.len > 0);
}

/* --- finding ---------------------------------------------------------------------------------- */

/* Without escapes its first quote ends it, with any each byte is looked at: a hostile text is gone through once, too. */
static size_t string_length(struct str from)
{
	size_t n = 1;
	const char *end = memchr(from.at + 1, '"', from.len - 1);
	if (!memchr(from.at + 1, '\\', (size_t)(end - from.at - 1)))
		return (size_t)(end - from.at) + 1;
	while (from.at[n] != '"')
		n += from.at[n] == '\\' ? 2 : 1;
	return n + 1;
}

/* Of a number or a word, which stands in something that ends behind it. */
static size_t word_length(struct str from)
{
	size_t n = 0;
	while (n < from.len && from.at[n] != ',' && from.at[n] != ']' && from.at[n] != '}' &&
		!is_blank(from.at[n]))
		n++;
	return n;
}

static size_t nest_length(struct str from)
{
	size_t n = 0, depth = 0;
	do {
		char c = from.at[n];
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		n += c == '"' ? string_length(str_skip(from, n)) : 1;
	} while (depth > 0);
	return n;
}

/* Takes a value, of a text that was looked at, from the front. */
static struct json_value take_known(struct str *rest)
{
	char c = rest->at[0];
	size_t n = c == '"'               ? string_length(*rest)
		   : c == '{' || c == '[' ? nest_length(*rest)
					  : word_length(*rest);
	struct json_value value = {str_from(rest->at, n)};
	*rest = str_skip(*rest, n);
	skip_blanks(rest);
	return value;
}

/* What is between the brackets, from its first value on. */
static struct str content(struct str nest)
{
	struct str rest = inside(nest);
	skip_blanks(&rest);
	return rest;
}

bool json_value_next(struct str *entries, struct json_value *entry)
{
	if (entries->len == 0)
		return false;
	*entry = take_known(entries);
	take(entries, ',');
	skip_blanks(entries);
	return true;
}

struct str json_value_entries(struct json_value array)
{
	return json_value_is_array(array) ? content(array.bytes) : STR_NONE;
}

size_t json_value_count(struct json_value array)
{
	struct str entries = json_value_entries(array);
	struct json_value entry;
	size_t count = 0;
	while (json_value_next(&entries, &entry))
		count++;
	return count;
}

struct str json_value_members(struct json_value object)
{
	return json_value_is_object(object) ? content(object.bytes) : STR_NONE;
}

bool json_value_next_member(struct str *members, struct json_member *member)
{
	if (members->len == 0)
		return false;
	member->name = take_known(members);
	take(members, ':');
	skip_blanks(members);
	return json_value_next(members, &member->value);
}

bool json_value_is(struct json_value string, struct str text)
{
	return starts(string, '"') && compare(inside(string.bytes), text) == 0;
}

struct json_value json_value_member(struct json_value object, struct str name)
{
	struct str members = json_value_members(object);
	struct json_member member;
	while (json_value_next_member(&members, &member))
		if (compare(inside(member.name.bytes), name) == 0)
			return member.value;
	return (struct json_value) {STR_NONE};
}

static size_t place_of(struct str name, const struct str *names, size_t count)
{
	bool is_plain = !has_escapes(name);
	size_t i = 0;
	for (; i < count; i++)
		if (is_plain ? str_eq(name, names[i]) : compare(name, names[i]) == 0)
			break;
	return i;
}

void json_value_pick(
	struct json_value object, const struct str *names, size_t count, struct json_value *out)
{
	struct str members = json_value_members(object);
	struct json_member member;
	for (size_t i = 0; i < count; i++)
		out[i] = (struct json_value) {STR_NONE};
	while (json_value_next_member(&members, &member)) {
		size_t place = place_of(inside(member.name.bytes), names, count);
		if (place < count)
			out[place] = member.value;
	}
}

/* --- the look at all of it -------------------------------------------------------------------- */

/* So many names are compared without asking for memory: more than any message of ours has members. */
#define FEW_NAMES 16

static bool check_value(struct str *rest, unsigned depth);

static int by_meaning(const void *a, const void *b)
{
	return compare(*(const struct str *)a, *(const struct str *)b);
}

static bool have_twins(struct str *names, size_t count)
{
	bool found = false, is_plain = true;
	for (size_t i = 0; i < count; i++)
		is_plain = is_plain && !has_escapes(names[i]);
	if (is_plain && count <= FEW_NAMES) {
		for (size_t i = 1; i < count && !found; i++)
			found = place_of(names[i], names, i) < i;
		return found;
	}
	qsort(names, count, sizeof *names, by_meaning);
	for (size_t i = 1; i < count && !found; i++)
		found = compare(names[i - 1], names[i]) == 0;
	return found;
}

/* An object of so many members: has it a name twice? Sorted, for a hostile one has thousands. */
static bool has_twins(struct str object, size_t count)
{
	struct str *names = mem_new(count * sizeof *names), rest = content(object);
	struct json_member member;
	size_t known = 0;
	while (json_value_next_member(&rest, &member))
		names[known++] = inside(member.name.bytes);
	CHECK(known == count);
	bool found = have_twins(names, count);
	free(names);
	return found;
}

/* What most of a string is made of is looked at byte by byte. */
static void skip_plain(struct str *rest)
{
	const char *at = rest->at, *end = at + rest->len;
	while (at < end && *at >= ' ' && *at != '"' && *at != '\\')
		at++;
	*rest = str_skip(*rest, (size_t)(at - rest->at));
}

static bool check_string(struct str *rest)
{
	uint32_t code;
	if (!take(rest, '"'))
		return false;
	for (skip_plain(rest); !take(rest, '"'); skip_plain(rest))
		if (!take_character(rest, &code))
			return false;
	return true;
}

static bool skip_digits(struct str *rest)
{
	size_t n = 0;
	while (n < rest->len && rest->at[n] >= '0' && rest->at[n] <= '9')
		n++;
	*rest = str_skip(*rest, n);
	return n > 0;
}

static bool check_number(struct str *rest)
{
	take(rest, '-');
	if (!take(rest, '0') && !skip_digits(rest))
		return false;
	if (take(rest, '.') && !skip_digits(rest))
		return false;
	if (!take(rest, 'e') && !take(rest, 'E'))
		return true;
	if (!take(rest, '+'))
		take(rest, '-');
	return skip_digits(rest);
}

static bool check_array(struct str *rest, unsigned depth)
{
	skip_blanks(rest);
	if (take(rest, ']'))
		return true;
	do
		if (!check_value(rest, depth))
			return false;
	while (take(rest, ','));
	return take(rest, ']');
}

static bool check_object(struct str *rest, unsigned depth)
{
	const char *from = rest->at - 1;
	struct str few[FEW_NAMES];
	size_t count = 0;
	skip_blanks(rest);
	if (take(rest, '}'))
		return true;
	do {
		skip_blanks(rest);
		const char *name = rest->at;
		if (!check_string(rest))
			return false;
		if (count < FEW_NAMES)
			few[count] = inside(str_from(name, (size_t)(rest->at - name)));
		skip_blanks(rest);
		if (!take(rest, ':') || !check_value(rest, depth))
			return false;
		count++;
	} while (take(rest, ','));
	if (!take(rest, '}'))
		return false;
	return count > FEW_NAMES ? !has_twins(str_from(from, (size_t)(rest->at - from)), count)
				 : !have_twins(few, count);
}

static bool check_word(struct str *rest)
{
	static const struct str words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_starts(*rest, words[i])) {
			*rest = str_skip(*rest, words[i].len);
			return true;
		}
	return false;
}

/* With the blanks around it. */
static bool check_value(struct str *rest, unsigned depth)
{
	skip_blanks(rest);
	char c = rest->len ? rest->at[0] : '\0';
	bool is_right;
	if (c == '{' || c == '[') {
		*rest = str_skip(*rest, 1);
		is_right = depth < JSON_DEPTH_MAX && (c == '{' ? check_object(rest, depth + 1)
							       : check_array(rest, depth + 1));
	} else if (c == '"') {
		is_right = check_string(rest);
	} else {
		is_right = check_word(rest) || check_number(rest);
	}
	skip_blanks(rest);
	return is_right;
}

bool json_value_read(struct str text, struct json_value *out)
{
	struct str rest = text;
	*out = (struct json_value) {STR_NONE};
	skip_blanks(&text);
	if (text.len == 0 || (text.at[0] != '{' && text.at[0] != '['))
		return false;
	if (!check_value(&rest, 0) || rest.len)
		return false;
	*out = take_known(&text);
	return true;
}

/* --- what a value is -------------------------------------------------------------------------- */

bool json_value_is_there(struct json_value value)
{
	return value.bytes.len > 0;
}

bool json_value_is_null(struct json_value value)
{
	return starts(value, 'n');
}

bool json_value_is_true(struct json_value value)
{
	return str_is(value.bytes, "true");
}

bool json_value_is_false(struct json_value value)
{
	return str_is(value.bytes, "false");
}

bool json_value_is_array(struct json_value value)
{
	return starts(value, '[');
}

bool json_value_is_object(struct json_value value)
{
	return starts(value, '{');
}

bool json_value_is_number(struct json_value value)
{
	char c = value.bytes.len ? value.bytes.at[0] : '\0';
	return c == '-' || (c >= '0' && c <= '9');
}

/* No character takes more bytes than its escape. */
static struct str decoded(struct str coded, struct arena *arena)
{
	uint32_t code;
	struct buf text = {.at = arena_take(arena, coded.len), .cap = coded.len};
	while (coded.len) {
		CHECK(take_character(&coded, &code));
		utf8_put(&text, code);
	}
	return buf_str(&text);
}

bool json_value_text(struct json_value value, struct arena *arena, struct str *out)
{
	if (!starts(value, '"'))
		return false;
	*out = inside(value.bytes);
	if (memchr(out->at, '\\', out->len))
		*out = decoded(*out, arena);
	return true;
}

bool json_value_integer(struct json_value value, int64_t *out)
{
	uint64_t size;
	struct str digits = value.bytes;
	bool is_negative = take(&digits, '-');
	/* A word or a string is no number to str_u64. */
	if (!str_u64(digits, &size) || size > (uint64_t)INT64_MAX + is_negative)
		return false;
	*out = is_negative ? (int64_t)(0 - size) : (int64_t)size;
	return true;
}
