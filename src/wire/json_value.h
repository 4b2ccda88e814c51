/* json_value.h - reads JSON (RFC 8259) where it stands: no tree is built.
 *
 * json_value_read goes through a text once and says whether it is JSON within our bounds. From then on
 * its bytes are the tree: a value is a stretch of them, found anew each time it is asked for, and lives
 * as long as they do. That suits messages with a handful of members, of which each is asked for once (json_value_pick: all that
 * are of interest together); what a hostile one is like in costs no memory. */
#ifndef WIRE_JSON_VALUE_H
#define WIRE_JSON_VALUE_H

#include "base/arena.h"
#include "base/check.h"

#define JSON_DEPTH_MAX 16 /* doc/decisions 1: no message of the API is deeper than 5 */

/* Without blanks around it. All zero: there is none; to the questions below it is of no kind. */
struct json_value {
	struct str bytes;
};

/* The value of a text, which is an object or an array. False: not JSON, something else at the top, the same
 * name twice in an object, deeper than JSON_DEPTH_MAX, bytes behind it, U+0000 in a string. Numbers may
 * have any size. */
bool json_value_read(struct str text, struct json_value *out) MUST_CHECK;

bool json_value_is_there(struct json_value value);
bool json_value_is_null(struct json_value value);
bool json_value_is_array(struct json_value value);
bool json_value_is_object(struct json_value value);
bool json_value_is_true(struct json_value value);
bool json_value_is_false(struct json_value value);
bool json_value_is_number(struct json_value value);
/* A string as it is meant: a part of the text, or decoded in the arena. False if it is none. */
bool json_value_text(struct json_value value, struct arena *arena, struct str *out) MUST_CHECK;
/* Does it say that, which needs no escapes? False of what is no string. */
bool json_value_is(struct json_value string, struct str text);
/* False if it is no number, has a fraction or an exponent, or is beyond 64 bits. */
bool json_value_integer(struct json_value value, int64_t *out) MUST_CHECK;

/* The member of an object with this name, which needs no escapes; none if there is no such member or the value
 * is no object. */
struct json_value json_value_member(struct json_value object, struct str name);
/* The same of `count` names, in one pass over the members: out[i] is names[i]'s. */
void json_value_pick(
	struct json_value object, const struct str *names, size_t count, struct json_value *out);
/* Entries of an array, for json_value_next; nothing of any other value. */
struct str json_value_entries(struct json_value array);
/* Takes the next entry from the front; false at the end. */
bool json_value_next(struct str *entries, struct json_value *entry);
size_t json_value_count(struct json_value array); /* its entries */

struct json_member {
	struct json_value name; /* a string */
	struct json_value value;
};
/* Members of an object, for json_value_next_member; nothing of any other value. */
struct str json_value_members(struct json_value object);
/* Takes the next member from the front; false at the end. */
bool json_value_next_member(struct str *members, struct json_member *member);

#endif
