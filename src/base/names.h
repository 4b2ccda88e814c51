/* names.h - what users, numbers and others may be called: one answer for the configuration file, the admin socket and
 * the API. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/str.h"

#define NAME_CHARS_MAX   64 /* of users, queues, links: what a person still reads in one line */
#define WORD_CHARS_MAX   64 /* of what a rule looks for in texts: a phrase, no sentence */
#define NUMBER_CHARS_MAX 20 /* SMPP 3.4, 5.2.8: an address is 20 octets at most */

/* Of a new password that others give or that is changed over the API: what no list of the usual ones guesses in a
 * minute; and what is hashed at once. */
#define PASSWORD_CHARS_MIN 8
#define PASSWORD_CHARS_MAX 256

/* argon2id: a login holds everybody else's up for so long; libsodium's dearest preset is 4 and 1 GiB. */
#define HASH_OPS_MAX        20
#define HASH_MEMORY_KIB_MAX (1024 * 1024)

/* Each gives NULL if the name is fine, else what is wrong with it, to follow the name. */
const char *names_wrong_user(struct str name);
const char *names_wrong_person(struct str name); /* first, last name; may be empty */
const char *names_wrong_number(struct str number);
const char *names_wrong_thing(struct str name);  /* queue, link, centre */
const char *names_wrong_choice(struct str name); /* disposition, reason for being not ready */
const char *names_wrong_shortcut(
	struct str name); /* of a canned response: one types it behind a slash */
const char *names_wrong_word(struct str word); /* that a rule looks for, or phrase */
const char *names_wrong_hash(struct str hash); /* argon2id string */

#endif
