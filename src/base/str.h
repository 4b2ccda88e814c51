/* str.h - a run of bytes that somebody else owns. It travels by value and has no '\0' at its end. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *at;
	size_t len;
};

/* A str over a string literal. */
#define STR(literal) ((struct str) {(literal), sizeof(literal) - 1})
#define STR_NONE     ((struct str) {NULL, 0})
/* For printf: "%.*s", STR_ARGS(s). */
#define STR_ARGS(s) (int)(s).len, (s).at ? (s).at : ""

struct str str_of(const char *z); /* NULL gives the empty str */
struct str str_from(const void *at, size_t len);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
char str_lower(char c); /* ASCII letters only, here and below */
bool str_eq_nocase(struct str a, struct str b);
int str_cmp(struct str a, struct str b); /* by bytes, a prefix before the longer */
bool str_starts(struct str s, struct str prefix);
struct str str_skip(
	struct str s, size_t n);   /* without its first n bytes; n may exceed the length */
struct str str_trim(struct str s); /* without spaces and tabs at both ends */
/* Cuts *rest at the first byte `at`: gives what is before, leaves what is after (empty if none). */
struct str str_cut(struct str *rest, char at);
/* Is the word in a list with commas? Blanks around them are ignored. */
bool str_lists(struct str list, struct str word);
/* Of a hexadecimal digit, in either case; -1 of anything else. */
int str_hex_digit(char c);
/* Whole of s as a decimal number; false on anything else and on overflow. */
bool str_u64(struct str s, uint64_t *out);

#endif
