/* names.c - the rules of names. */
#include "base/names.h"

#include "base/ids.h"
#include "base/letters.h"
#include "base/utf8.h"

#define HASH_CHARS_MAX 127 /* libsodium's crypto_pwhash_STRBYTES without its '\0' */

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* A user's name works where an id does, so it must not be taken for one. */
static bool looks_like_an_id(struct str name)
{
	if (name.len != USER_ID_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_hex(name.at[i]))
			return false;
	return true;
}

static bool has_any(struct str s, const char *these)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(these, s.at[i]))
			return true;
	return false;
}

const char *names_wrong_thing(struct str name)
{
	if (name.len == 0)
		return "is empty";
	if (!utf8_is_name(name))
		return "has characters that cannot be shown";
	if (utf8_count(name) > NAME_CHARS_MAX)
		return "is longer than 64 characters";
	if (str_trim(name).len != name.len)
		return "begins or ends with a space";
	if (utf8_is_blank(name))
		return "has no character that can be seen";
	return NULL;
}

const char *names_wrong_user(struct str name)
{
	const char *wrong = names_wrong_thing(name);
	if (wrong)
		return wrong;
	if (has_any(name, ":/?#"))
		return "has one of : / ? #, which cannot stand in a login or a path";
	if (looks_like_an_id(name))
		return "looks like a user id (32 hexadecimal digits)";
	return NULL;
}

const char *names_wrong_choice(struct str name)
{
	const char *wrong = names_wrong_thing(name);
	if (wrong)
		return wrong;
	return has_any(name, "/") ? "has a /, which cannot stand in a path" : NULL;
}

const char *names_wrong_shortcut(struct str name)
{
	const char *wrong = names_wrong_choice(name);
	if (wrong)
		return wrong;
	return has_any(name, " ") ? "has a space: one types it behind a slash" : NULL;
}

const char *names_wrong_person(struct str name)
{
	return name.len ? names_wrong_thing(name) : NULL;
}

const char *names_wrong_number(struct str number)
{
	if (number.len == 0)
		return "is empty";
	if (number.len > NUMBER_CHARS_MAX)
		return "is longer than 20 characters";
	bool has_letter = false, has_mark = false;
	for (size_t i = number.at[0] == '+'; i < number.len; i++) {
		char c = number.at[i];
		bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		has_letter |= is_letter;
		bool is_mark = c == '-' || c == ' ' || c == '.' || c == '&' || c == '_';
		has_mark |= is_mark;
		if (!(c >= '0' && c <= '9') && !is_letter && !is_mark)
			return "is no number (digits, perhaps + in front) and no name (with "
			       "letters)";
	}
	if (has_mark && !has_letter)
		return "is no number (digits, perhaps + in front) and no name (with letters)";
	if (has_mark && str_trim(number).len != number.len)
		return "begins or ends with a space";
	return str_is(number, "+") ? "is no number" : NULL;
}

/* Something of it is left where case, marks and spaces make no difference. */
const char *names_wrong_word(struct str word)
{
	uint32_t room[WORD_CHARS_MAX];
	struct letters letters = {.at = room, .room = WORD_CHARS_MAX};
	bool is_word = utf8_valid(word) && utf8_count(word) <= WORD_CHARS_MAX &&
		       letters_read(&letters, word) && letters.len &&
		       !memchr(word.at, '\n', word.len);
	return is_word ? NULL : "is no word and no phrase of up to 64 characters";
}

/* "m=8,": the number behind the label, up to the byte `end`. */
static bool take_cost(struct str *rest, struct str label, char end, uint64_t *cost)
{
	if (!str_starts(*rest, label))
		return false;
	*rest = str_skip(*rest, label.len);
	return str_u64(str_cut(rest, end), cost);
}

/* Whoever signs in makes the worker pay what the string says, and all others wait for it. */
const char *names_wrong_hash(struct str hash)
{
	uint64_t memory, ops;
	struct str rest = hash, prefix = STR("$argon2id$v=19$");
	if (!str_starts(rest, prefix) || hash.len > HASH_CHARS_MAX)
		return "is no argon2id string ($argon2id$v=19$m=...)";
	rest = str_skip(rest, prefix.len);
	if (!take_cost(&rest, STR("m="), ',', &memory) || !take_cost(&rest, STR("t="), ',', &ops))
		return "is no argon2id string ($argon2id$v=19$m=...)";
	if (memory > HASH_MEMORY_KIB_MAX || ops > HASH_OPS_MAX)
		return "costs more than a login may (m at most 1048576, t at most 20)";
	return NULL;
}
