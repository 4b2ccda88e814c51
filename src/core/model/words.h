/* words.h - the core's enumerations, grown from words.def. */
#ifndef CORE_MODEL_WORDS_H
#define CORE_MODEL_WORDS_H

#include "base/str.h"

#define WORDS(name)        enum name {
#define WORD(member, word) member,
#define WORDS_END(name)                                                                            \
	name##_count                                                                               \
	}                                                                                          \
	;
#include "core/model/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

/* The words of one enumeration, in the order of its members. */
struct words {
	const char *name;
	const char *const *at;
	unsigned count;
};

#define WORDS(name) extern const struct words name##_words;
#define WORD(member, word)
#define WORDS_END(name)
#include "core/model/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

const char *words_name(const struct words *words, unsigned value); /* value < count, else CHECK */
bool words_find(const struct words *words, struct str word, unsigned *value); /* case sensitive */

#endif
