/* phrases.h - words and phrases that are looked for in many texts: read once, and all of them looked for in one pass. */
#ifndef BASE_PHRASES_H
#define BASE_PHRASES_H

#include "base/letters.h"

struct phrase;

/* All zero: there are none. */
struct phrases {
	struct phrase *sorted; /* by their letters, so that those that begin alike stand together */
	size_t count;
	uint32_t *letters; /* of all of them */
};

/* list: each ended by a line feed; it is borrowed until phrases_release. What is no UTF-8, or has no letter, is not among
 * them. */
void phrases_read(struct phrases *out, struct str list);
void phrases_release(struct phrases *phrases);
/* The first of the list, as it is written there, that the text has as whole words (letters_have); empty: it has none. Each
 * word of the text costs as many steps as the longest phrase has letters that it begins with, whatever their number. */
struct str phrases_first_in(const struct phrases *phrases, const struct letters *text);

#endif
