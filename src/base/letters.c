/* letters.c - text as its letters: case, width, accents and what is never seen make no difference. */
#include "base/letters.h"
#include "base/utf8.h"

/* Letters without their accents, U+C0 to U+17F, in upper case; what is none stays. */
static const char plain_latin[] = "AAAAAAACEEEEIIIIDNOOOOO*OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO*OUUUUYTY"
				  "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIJJJJKKK"
				  "LLLLLLLLLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUU"
				  "WWYYYZZZZZZS";
_Static_assert(sizeof plain_latin - 1 == 0x180 - 0xC0, "a letter each");

static const struct {
	uint32_t accented, plain;
} accents[] = {
	{0x386, 0x391},
	{0x388, 0x395},
	{0x389, 0x397},
	{0x38A, 0x399},
	{0x38C, 0x39F},
	{0x38E, 0x3A5},
	{0x38F, 0x3A9},
	{0x3AC, 0x391},
	{0x3AD, 0x395},
	{0x3AE, 0x397},
	{0x3AF, 0x399},
	{0x3C2, 0x3A3},
	{0x3CC, 0x39F},
	{0x3CD, 0x3A5},
	{0x3CE, 0x3A9},
	{0x401, 0x415},
	{0x451, 0x415},
	{0x419, 0x418},
	{0x439, 0x418}, /* as decomposed */
	{0x407, 0x406},
	{0x457, 0x406},
};

/* The letter in upper case, ordinary width and without accent. Full-width forms (U+FF01-FF5E) are what East
 * Asian keyboards type for ASCII; the other alphabets are those of Europe. */
static uint32_t plain(uint32_t code)
{
	if (code >= 0xFF01 && code <= 0xFF5E)
		code -= 0xFEE0;
	if (code >= 'a' && code <= 'z')
		return code - 0x20;
	if (code < 0xC0) /* as most are */
		return code;
	if (code == 0x2019 || code == 0x2018)
		return '\'';
	if (code < 0x180)
		return plain_latin[code - 0xC0] == '*' ? code : (uint32_t)plain_latin[code - 0xC0];
	for (size_t i = 0; i < sizeof accents / sizeof *accents; i++)
		if (accents[i].accented == code)
			return accents[i].plain;
	if ((code >= 0x3B1 && code <= 0x3C9) || (code >= 0x430 && code <= 0x44F))
		return code - 0x20;
	if (code >= 0x450 && code <= 0x45F)
		return code - 0x50;
	return code == 0x218 || code == 0x219 ? 'S' : code == 0x21A || code == 0x21B ? 'T' : code;
}

static bool is_between(uint32_t code, uint32_t first, uint32_t last)
{
	return code >= first && code <= last;
}

/* Accents that stand behind their letter, and what is never seen. */
static bool is_nothing(uint32_t code)
{
	return is_between(code, 0x300, 0x36F) || is_between(code, 0x200B, 0x200F) ||
	       is_between(code, 0x2060, 0x2064) || is_between(code, 0xFE00, 0xFE0F) ||
	       code == 0xAD || code == 0xFEFF || is_between(code, 0xE0000, 0xE01EF);
}

/* Emoji, dingbats, arrows: they say nothing against the words. */
static bool is_picture(uint32_t code)
{
	return is_between(code, 0x1F000, 0x1FAFF) || is_between(code, 0x2190, 0x2BFF) ||
	       code == 0xA9 || code == 0xAE || code == 0x2122 || code == 0x20E3;
}

/* Everything that is neither a letter nor a digit nor a picture: spaces, marks. */
static bool is_punctuation(uint32_t code)
{
	bool is_letter_or_digit = is_between(code, '0', '9') || is_between(code, 'A', 'Z');
	if (code < 0xC0)
		return !is_letter_or_digit && code != 0xAA && code != 0xB5 && code != 0xBA;
	return code == 0xD7 || code == 0xF7 || is_between(code, 0x2000, 0x206F) ||
	       is_between(code, 0x3000, 0x303F) || is_between(code, 0xFF5F, 0xFF65);
}

/* What stands between the words of a phrase: opt out, opt-out. */
static bool is_gap(uint32_t code)
{
	return code == '-' || code == ' ' || is_between(code, '\t', '\r') || code == 0xA0 ||
	       is_between(code, 0x2000, 0x200A) || is_between(code, 0x2010, 0x2015) ||
	       code == 0x202F || code == 0x3000;
}

bool letters_read(struct letters *out, struct str text)
{
	size_t end = 0; /* behind the last letter */
	uint32_t code;
	out->len = 0;
	while (text.len) {
		if (!utf8_next(&text, &code))
			return false;
		if (is_nothing(code))
			continue;
		code = is_gap(code) || is_picture(code) ? ' ' : plain(code);
		bool is_mark = is_punctuation(code);
		bool is_second_gap = code == ' ' && out->len && out->at[out->len - 1] == ' ';
		if (is_second_gap || (is_mark && out->len == 0))
			continue;
		if (!is_mark && out->len == out->room)
			return false;
		if (out->len < out->room)
			out->at[out->len++] = code;
		if (!is_mark)
			end = out->len;
	}
	out->len = end;
	return true;
}

/* A word that is not empty. */
static bool is_at(const struct letters *letters, size_t at, const struct letters *word)
{
	return letters->len >= at + word->len && letters->at[at] == word->at[0] &&
	       memcmp(letters->at + at, word->at, word->len * sizeof *word->at) == 0;
}

bool letters_are(const struct letters *letters, const struct letters *other)
{
	return other->len == letters->len &&
	       memcmp(letters->at, other->at, other->len * sizeof *other->at) == 0;
}

bool letters_end_word(const struct letters *letters, size_t at)
{
	return at >= letters->len || is_punctuation(letters->at[at]);
}

bool letters_have(const struct letters *letters, const struct letters *word)
{
	for (size_t i = 0; word->len && i + word->len <= letters->len; i++)
		if (is_at(letters, i, word) && (i == 0 || letters_end_word(letters, i - 1)) &&
			letters_end_word(letters, i + word->len))
			return true;
	return false;
}
