/* optout.c - keywords, compared by their letters. */
#include "sms/optout.h"
#include "base/letters.h"

/* Longer words than this are no keywords: it bounds what is looked at. */
#define WORD_CHARS_MAX 64
/* Longer texts are no sentences that only ask for an end. */
#define SENTENCE_CHARS_MAX 160

/* clang-format off */
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

/* What stands in sentences that ask for an end, as whole words. Listing one too many costs a look. */
static const char *const askings[] = {
	"STOP", "STOPP", "STPO", "SOTP", "STOPALL", "UNSUBSCRIBE", "UNSUSCRIBE", "UNSUBCRIBE", "OPT OUT", "OPTOUT", "OPT ME OUT", "REMOVE ME", "TAKE ME OFF", "DELETE MY NUMBER",
	"LEAVE ME ALONE", "NO MORE MESSAGES", "NO MORE TEXTS", "NO MAS", "DO NOT TEXT", "DON'T TEXT", "DONT TEXT", "DO NOT MESSAGE",
	"DON'T MESSAGE", "DO NOT CONTACT", "DON'T CONTACT", "DO NOT WRITE", "DON'T WRITE", "WRONG NUMBER",
};

/* clang-format on */

/* A word of the tables: it is written as it is read, in capitals with single spaces. */
static struct letters as_written(uint32_t room[WORD_CHARS_MAX], const char *word)
{
	struct letters letters = {.at = room, .room = WORD_CHARS_MAX};
	while (*word && letters.len < letters.room)
		room[letters.len++] = (unsigned char)*word++;
	return letters;
}

/* Leaves letters and digits alone. */
static void squeeze(struct letters *letters)
{
	size_t len = 0;
	for (size_t i = 0; i < letters->len; i++)
		if (!letters_end_word(letters, i))
			letters->at[len++] = letters->at[i];
	letters->len = len;
}

static bool is_squeezed(const struct letters *squeezed, struct str word)
{
	uint32_t room[WORD_CHARS_MAX];
	struct letters other = {.at = room, .room = WORD_CHARS_MAX};
	if (!letters_read(&other, word))
		return false;
	squeeze(&other);
	return other.len && letters_are(squeezed, &other);
}

static bool is_extra(const struct letters *squeezed, struct str extra)
{
	bool has_phrases = extra.len && memchr(extra.at, '\n', extra.len);
	while (extra.len) {
		struct str word = str_cut(&extra, has_phrases ? '\n' : ' ');
		if (word.len && is_squeezed(squeezed, word))
			return true;
	}
	return false;
}

/* Whatever stands in it: S T O P, OPT_OUT. To miss an opt-out is worse than to find one too many; so it is of
 * no other keyword. */
static bool is_stop(const struct letters *squeezed, struct str extra)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		uint32_t room[WORD_CHARS_MAX];
		struct letters word = as_written(room, words[i].word);
		squeeze(&word);
		if (words[i].keyword == KEYWORD_STOP && letters_are(squeezed, &word))
			return true;
	}
	return is_extra(squeezed, extra);
}

static bool is_asking(struct str text)
{
	uint32_t room[SENTENCE_CHARS_MAX];
	struct letters sentence = {.at = room, .room = SENTENCE_CHARS_MAX};
	if (!letters_read(&sentence, text))
		return false;
	for (size_t i = 0; i < sizeof askings / sizeof *askings; i++) {
		uint32_t word_room[WORD_CHARS_MAX];
		const struct letters word = as_written(word_room, askings[i]);
		if (letters_have(&sentence, &word))
			return true;
	}
	return false;
}

enum keyword optout_keyword(struct str text, struct str extra)
{
	uint32_t room[WORD_CHARS_MAX];
	struct letters letters = {.at = room, .room = WORD_CHARS_MAX};
	if (!letters_read(&letters, text) || letters.len == 0)
		return is_asking(text) ? KEYWORD_PERHAPS_STOP : KEYWORD_NONE;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		uint32_t word_room[WORD_CHARS_MAX];
		const struct letters word = as_written(word_room, words[i].word);
		if (letters_are(&letters, &word))
			return words[i].keyword;
	}
	squeeze(&letters);
	if (is_stop(&letters, extra))
		return KEYWORD_STOP;
	return is_asking(text) ? KEYWORD_PERHAPS_STOP : KEYWORD_NONE;
}
