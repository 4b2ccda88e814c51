/* letters.h - text as people read it: letters of any case and width, accents or not; spaces and hyphens between words, and
 * pictures, are one space; what is never seen is nothing, and so are marks and spaces at both ends. */
#ifndef BASE_LETTERS_H
#define BASE_LETTERS_H

#include "base/str.h"

struct letters {
	uint32_t *at; /* the caller's: for so many as there is `room` */
	size_t room, len;
};

/* False: there are more than it has room for, or text is no UTF-8. A text has at most as many as it has bytes. */
bool letters_read(struct letters *out, struct str text);
bool letters_are(const struct letters *letters, const struct letters *other);
/* Does it have that word or phrase, as whole words? An empty one: no. */
bool letters_have(const struct letters *letters, const struct letters *word);
/* Does no word go on there? So it is at a space, a mark, and behind the end. */
bool letters_end_word(const struct letters *letters, size_t at);

#endif
