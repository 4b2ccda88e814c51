/* arena.h - memory by lifetime: take pieces, then let all of them go at once.
 *
 * Lack of memory ends the process here and nowhere else; whoever asks has bounded the size before. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

/* Heap memory outside an arena: as malloc, zeroed; free with free(). Never NULL. */
void *mem_new(size_t size);
void *mem_resize(void *at, size_t size);
/* An owned copy of s, its bytes followed by one '\0' (not counted); free with str_free. */
struct str str_copy(struct str s);
void str_free(struct str *s); /* of a str_copy; empties s; an empty one is fine */

struct arena_block;
struct arena {
	struct arena_block *newest;
	size_t used; /* in the newest block */
};

/* All zero is an empty arena that owns nothing. */
void *arena_take(struct arena *a, size_t size);       /* zeroed, aligned for any type */
struct str arena_copy(struct arena *a, struct str s); /* with a '\0' after its bytes */
struct str arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *a); /* lets all pieces go, keeps one ordinary block */
void arena_free(struct arena *a);  /* owns nothing afterwards */

#endif
