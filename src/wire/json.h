/* json.h - writing JSON as a stream of bytes; reading it into a tree (over jansson), for clients and tests.
 * What strangers send is read by json_value.h, within the same bounds. */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <jansson.h>

#include "base/buf.h"
#include "base/msec.h"
#include "wire/json_value.h" /* JSON_DEPTH_MAX */

/* Appends "text" with quotes and escapes; invalid UTF-8 becomes U+FFFD. */
void json_put_string(struct buf *out, struct str text);
size_t json_string_size(struct str text); /* what that appends of UTF-8, in bytes */
/* Members, each with a comma in front unless it is the first after '{': json_key(out, "id"). */
void json_key(struct buf *out, const char *name);
void json_member(struct buf *out, const char *name, struct str text);
void json_member_u64(struct buf *out, const char *name, uint64_t number);
void json_member_bool(struct buf *out, const char *name, bool value);
void json_member_time(struct buf *out, const char *name, msec at); /* msec_put form, quoted */
/* A comma unless an array or object was just opened. */
void json_comma(struct buf *out);

/* The value of some bytes, or NULL: not JSON, duplicate keys, deeper than JSON_DEPTH_MAX, trailing
 * bytes, U+0000 in a string. A number beyond 64 bits, or beyond a double, is read as a real that is
 * larger than whatever a field may hold. json_decref it. */
json_t *json_read(struct str bytes);
/* A string member; false if it is there and is not a string. Absent: STR_NONE and true. */
bool json_read_text(const json_t *object, const char *name, struct str *out);

#endif
