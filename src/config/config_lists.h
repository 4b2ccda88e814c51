/* config_lists.h - the lists of the file's bootstrap: users, links, queues, words. */
#ifndef CONFIG_CONFIG_LISTS_H
#define CONFIG_CONFIG_LISTS_H

#include "config/config.h"
#include "config/config_file.h"

enum err config_lists(const struct config_file_bootstrap *file, struct config *config,
	struct buf *reason) MUST_CHECK;
/* Into `reason` goes a line for each complaint, the first one first: a check goes on behind one, so that whatever is wrong
 * in a part of the file is found also where that part alone is read. The worse of two outcomes is the first that is one. */
#define REFUSE(reason, ...) (buf_printf(reason, __VA_ARGS__), buf_put_byte(reason, '\n'), ERR_RANGE)
static inline enum err config_worse(enum err first, enum err then)
{
	return first ? first : then;
}

/* A whole number in a range. path: for the reason. */
enum err config_number(const char *path, struct str word, uint64_t least, uint64_t most,
	uint64_t *out, struct buf *reason) MUST_CHECK;

/* Which of the words that `choices` ("a, b or c") names it is, from 0; false: none. */
bool config_choice(const char *choices, struct str word, uint64_t *place);
struct str config_choice_word(const char *choices, uint64_t place); /* the other way */
bool config_switch(struct str word, bool *on); /* false: the word is neither yes nor no */

#endif
