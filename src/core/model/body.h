/* body.h - the objects of body.def as structs, and what can be done with any of them alike.
 *
 * The strs of a body inside the core are owned copies; everywhere else they are borrowed. Of a session or a party all
 * but the session's id lie in one block: where one of them changes, they are elsewhere afterwards. */
#ifndef CORE_MODEL_BODY_H
#define CORE_MODEL_BODY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/msec.h"
#include "core/model/words.h"

#define BODY(name, version)     struct body_##name {
#define TEXT(name)              struct str name;
#define BYTES(name)             struct str name;
#define NUM(name)               uint64_t name;
#define TIME(name)              msec name;
#define PICK(enumeration, name) enum enumeration name;
#define KEY_TEXT(name)          TEXT(name)
#define KEY_NUM(name)           NUM(name)
#define BODY_END(name)                                                                             \
	}                                                                                          \
	;
#include "core/model/body.def"
#include "core/model/body_undef.h"

enum body_kind {
#define BODY(name, version) BODY_##name,
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
	BODY_KINDS
};

enum field_type { FIELD_TEXT, FIELD_BYTES, FIELD_NUM, FIELD_TIME, FIELD_PICK };

struct field {
	const char *name;
	enum field_type type;
	bool is_key;
	size_t offset;
	const struct words *words; /* FIELD_PICK only */
	unsigned since;            /* the body's first version that has it */
};

/* One row per BODY: its table in the store has the same name and column names. */
struct body_type {
	const char *name;
	unsigned version;
	size_t size; /* of the struct */
	const struct field *fields;
	size_t field_count;
};
const struct body_type *body_type(enum body_kind kind);

/* The value of a field. For TEXT/BYTES. */
struct str *body_str(const struct field *field, const void *body);
/* The value of a NUM, TIME (as two's complement) or PICK field. */
uint64_t body_number(const struct field *field, const void *body);
void body_set_number(const struct field *field, void *body, uint64_t value);

/* Are both of one object? By their keys. */
bool body_is_same(enum body_kind kind, const void *a, const void *b);
/* Makes the owned body `to` equal to `from`: copies strs, frees those it had. to may be all zero. */
void body_assign(enum body_kind kind, void *to, const void *from);
void body_release(enum body_kind kind, void *body); /* frees the strs of an owned body */
/* Room for a body of any kind. */
union any_body {
#define BODY(name, version) struct body_##name name;
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
};

/* A copy whose strs live in the arena. */
void *body_keep(enum body_kind kind, struct arena *arena, const void *body);

/* Journal form: version byte, then each field in order (TEXT/BYTES: varint length + bytes; others:
 * varint). Unpacked strs are borrowed from `bytes`. Of older versions what they lack is 0 or empty. False:
 * bytes are no such body, or one of a newer version. */
void body_pack(enum body_kind kind, struct buf *out, const void *body);
struct str body_packed(
	enum body_kind kind, struct arena *arena, const void *body); /* in the arena */
bool body_unpack(enum body_kind kind, struct str bytes, void *body);
/* Canonical text, one line without the newline: "session id=0A.. serial=1 state=queued ...". */
void body_dump(enum body_kind kind, struct buf *out, const void *body);

#endif
