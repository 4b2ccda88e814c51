/* optout.c - keywords, compared by their letters. */
#include "sms/optout.h"
#include "base/utf8.h"

/* Longer words than this are no keywords: it bounds what is looked at. */
#define WORD_CHARS_MAX 64

static const struct {
	const char *word;
	enum keyword keyword;
} words[] = {
	{"STOP", KEYWORD_STOP},
	{"STOPALL", KEYWORD_STOP},
	{"UNSUBSCRIBE", KEYWORD_STOP},
	{"CANCEL", KEYWORD_STOP},
	{"END", KEYWORD_STOP},
	{"QUIT", KEYWORD_STOP},
	{"REVOKE", KEYWORD_STOP},
	{"OPTOUT", KEYWORD_STOP},
	{"OPT OUT", KEYWORD_STOP},
	{"STOP ALL", KEYWORD_STOP},
	{"START", KEYWORD_START},
	{"UNSTOP", KEYWORD_START},
	{"HELP", KEYWORD_HELP},
};

struct letters {
	uint32_t at[WORD_CHARS_MAX];
	size_t len;
};

static bool letters_of(struct str text, struct letters *out);
static bool is_word(const struct letters *letters, struct str word);

enum keyword optout_keyword(struct str text, struct str extra)
{
	struct letters letters = {.len = 0};
	if (!letters_of(text, &letters) || letters.len == 0)
		return KEYWORD_NONE;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is_word(&letters, str_of(words[i].word)))
			return words[i].keyword;
	while (extra.len) {
		struct str word = str_cut(&extra, ' ');
		if (word.len && is_word(&letters, word))
			return KEYWORD_STOP;
	}
	return KEYWORD_NONE;
}

/* The letter in upper case and ordinary width. Full-width forms (U+FF01-FF5E) are what East Asian
 * keyboards type for ASCII; the other alphabets are those of Europe, for configured words. */
static uint32_t plain(uint32_t code)
{
	if (code >= 0xFF01 && code <= 0xFF5E)
		code -= 0xFEE0;
	if (code >= 'a' && code <= 'z')
		return code - 0x20;
	if ((code >= 0xE0 && code <= 0xFE && code != 0xF7) || (code >= 0x3B1 && code <= 0x3C9) ||
		(code >= 0x430 && code <= 0x44F))
		return code - 0x20;
	if (code >= 0x450 && code <= 0x45F)
		return code - 0x50;
	if (code >= 0x100 && code <= 0x137)
		return code & ~1u;
	if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17E))
		return code % 2 ? code : code - 1;
	if (code >= 0x14A && code <= 0x177)
		return code & ~1u;
	return code;
}

static bool is_between(uint32_t code, uint32_t first, uint32_t last)
{
	return code >= first && code <= last;
}

/* Everything that is neither a letter nor a digit nor a picture: spaces, marks, invisible signs. */
static bool is_punctuation(uint32_t code)
{
	bool is_letter_or_digit = is_between(code, '0', '9') || is_between(code, 'A', 'Z');
	if (code < 0xC0)
		return !is_letter_or_digit && code != 0xAA && code != 0xB5 && code != 0xBA;
	return code == 0xD7 || code == 0xF7 || code == 0xFEFF || is_between(code, 0x2000, 0x206F) ||
	       is_between(code, 0x3000, 0x303F) || is_between(code, 0xFF5F, 0xFF65) ||
	       is_between(code, 0xFE00, 0xFE0F);
}

/* What stands between the words of a phrase: opt out, opt-out. */
static bool is_gap(uint32_t code)
{
	return code == '-' || code == ' ' || is_between(code, '\t', '\r') || code == 0xA0 ||
	       is_between(code, 0x2000, 0x200A) || is_between(code, 0x2010, 0x2015) ||
	       code == 0x202F || code == 0x3000;
}

/* The text's letters without the punctuation at both ends, each gap a space; false: cannot be a keyword. */
static bool letters_of(struct str text, struct letters *out)
{
	size_t end = 0; /* behind the last letter */
	uint32_t code;
	while (text.len) {
		if (!utf8_next(&text, &code))
			return false;
		code = is_gap(code) ? ' ' : plain(code);
		bool is_mark = is_punctuation(code);
		bool is_second_gap = code == ' ' && out->len && out->at[out->len - 1] == ' ';
		if (is_second_gap || (is_mark && out->len == 0))
			continue;
		if (!is_mark && out->len == WORD_CHARS_MAX)
			return false;
		if (out->len < WORD_CHARS_MAX)
			out->at[out->len++] = code;
		if (!is_mark)
			end = out->len;
	}
	out->len = end;
	return true;
}

static bool is_word(const struct letters *letters, struct str word)
{
	struct letters other = {.len = 0};
	return letters_of(word, &other) && other.len == letters->len &&
	       memcmp(other.at, letters->at, other.len * sizeof *other.at) == 0;
}
