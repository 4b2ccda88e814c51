/* reached.c - what scripts got to, as a set of words; kept only where somebody asks. */
#include "stage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#define WHAT_MAX 160

struct what {
	char words[WHAT_MAX];
	UT_hash_handle hh;
};

static struct what *all;
static bool is_kept;

void reached_keep(void)
{
	is_kept = true;
}

bool reached_is_kept(void)
{
	return is_kept;
}

void reached(const char *format, ...)
{
	struct what *what;
	char words[WHAT_MAX];
	va_list args;
	if (!is_kept)
		return;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	HASH_FIND_STR(all, words, what);
	if (what)
		return;
	what = mem_new(sizeof *what);
	memcpy(what->words, words, sizeof words);
	HASH_ADD_STR(all, words, what);
}

bool reached_has(const char *words)
{
	struct what *what;
	HASH_FIND_STR(all, words, what);
	return what != NULL;
}

void reached_tell(void)
{
	for (struct what *what = all; what; what = what->hh.next)
		printf("# %s\n", what->words);
}
