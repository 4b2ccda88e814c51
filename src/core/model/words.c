/* words.c - the words of words.def and looking them up. */
#include "core/model/words.h"
#include "base/check.h"

#define WORDS(name)        static const char *const name##_list[] = {
#define WORD(member, word) word,
#define WORDS_END(name)                                                                            \
	}                                                                                          \
	;
#include "core/model/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

#define WORDS(enumeration)                                                                         \
	const struct words enumeration##_words = {                                                 \
		.name = #enumeration, .at = enumeration##_list, .count = enumeration##_count};
#define WORD(member, word)
#define WORDS_END(name)
#include "core/model/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

const char *words_name(const struct words *words, unsigned value)
{
	CHECK(value < words->count);
	return words->at[value];
}

bool words_find(const struct words *words, struct str word, unsigned *value)
{
	for (unsigned i = 0; i < words->count; i++) {
		if (str_is(word, words->at[i])) {
			*value = i;
			return true;
		}
	}
	return false;
}
