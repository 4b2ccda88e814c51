/* body.c - the rows of body.def as descriptions, and what walks over them. */
#include "core/model/body.h"
#include "base/check.h"
#include "base/varint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- descriptions: one function per BODY, so that offsets can name its struct ------------------- */

#define BODY(name, number)                                                                         \
	static const struct body_type *name##_type(void)                                           \
	{                                                                                          \
		typedef struct body_##name this_body;                                              \
		enum { version = number };                                                         \
		static const struct field fields[] = {
#define FIELDS_SINCE
#define ROW(name, type, key, words, since)                                                         \
	{#name, type, key, offsetof(this_body, name), words, since},
#define TEXT_SINCE(version, name)  ROW(name, FIELD_TEXT, false, NULL, version)
#define BYTES_SINCE(version, name) ROW(name, FIELD_BYTES, false, NULL, version)
#define NUM_SINCE(version, name)   ROW(name, FIELD_NUM, false, NULL, version)
#define TIME_SINCE(version, name)  ROW(name, FIELD_TIME, false, NULL, version)
#define PICK_SINCE(version, enumeration, name)                                                     \
	ROW(name, FIELD_PICK, false, &enumeration##_words, version)
#define TEXT(name)              TEXT_SINCE(1, name)
#define BYTES(name)             BYTES_SINCE(1, name)
#define NUM(name)               NUM_SINCE(1, name)
#define TIME(name)              TIME_SINCE(1, name)
#define PICK(enumeration, name) PICK_SINCE(1, enumeration, name)
#define KEY_TEXT(name)          ROW(name, FIELD_TEXT, true, NULL, 1)
#define KEY_NUM(name)           ROW(name, FIELD_NUM, true, NULL, 1)
#define BODY_END(name)                                                                             \
	}                                                                                          \
	;                                                                                          \
	static const struct body_type type = {                                                     \
		#name, version, sizeof(this_body), fields, sizeof fields / sizeof fields[0]};      \
	return &type;                                                                              \
	}
#include "core/model/body.def"
#include "core/model/body_undef.h"
#undef ROW

const struct body_type *body_type(enum body_kind kind)
{
	static const struct body_type *(*const types[])(void) = {
#define BODY(name, number) name##_type,
#include "core/model/body_skip_fields.h"
#include "core/model/body.def"
#include "core/model/body_undef.h"
	};
	CHECK(kind < BODY_KINDS);
	return types[kind]();
}

/* --- fields ------------------------------------------------------------------------------------- */

static void *field_at(const struct field *field, const void *body)
{
	return (char *)(uintptr_t)body + field->offset;
}

static bool is_str(const struct field *field)
{
	return field->type == FIELD_TEXT || field->type == FIELD_BYTES;
}

struct str *body_str(const struct field *field, const void *body)
{
	CHECK(is_str(field));
	return field_at(field, body);
}

uint64_t body_number(const struct field *field, const void *body)
{
	CHECK(!is_str(field));
	const void *at = field_at(field, body);
	if (field->type == FIELD_PICK)
		return *(const unsigned *)at;
	return *(const uint64_t *)at; /* msec is int64_t: the same bits */
}

void body_set_number(const struct field *field, void *body, uint64_t value)
{
	CHECK(!is_str(field));
	void *at = field_at(field, body);
	if (field->type == FIELD_PICK)
		*(unsigned *)at = (unsigned)value;
	else
		*(uint64_t *)at = value;
}

bool body_is_same(enum body_kind kind, const void *a, const void *b)
{
	const struct body_type *type = body_type(kind);
	for (size_t i = 0; i < type->field_count && type->fields[i].is_key; i++) {
		const struct field *field = &type->fields[i];
		bool is_same = is_str(field) ? str_eq(*body_str(field, a), *body_str(field, b))
					     : body_number(field, a) == body_number(field, b);
		if (!is_same)
			return false;
	}
	return true;
}

/* --- whole bodies ------------------------------------------------------------------------------- */

/* Of these there are thousands, and their strs are short: one block for all takes half of what one for each does. */
static bool has_block(enum body_kind kind)
{
	return kind == BODY_session || kind == BODY_party;
}

/* Both begin with the session's id, which stays where it is: a session lends it to its parties. */
static bool is_in_block(const struct field *field)
{
	return is_str(field) && field->offset > 0;
}

/* Begins with the first of them that is not empty. NULL: all are. */
static char *block_of(const struct body_type *type, const void *body)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		if (is_in_block(field) && body_str(field, body)->len)
			return (char *)(uintptr_t)body_str(field, body)->at;
	}
	return NULL;
}

static bool has_equal_block(const struct body_type *type, const void *a, const void *b)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		if (is_in_block(field) && !str_eq(*body_str(field, a), *body_str(field, b)))
			return false;
	}
	return true;
}

/* `from` may have strs of the block that goes: last of all. */
static void renew_block(const struct body_type *type, void *to, const void *from)
{
	char *was = block_of(type, to);
	size_t len = 0;
	for (size_t i = 0; i < type->field_count; i++)
		if (is_in_block(&type->fields[i]))
			len += body_str(&type->fields[i], from)->len;
	char *at = len ? mem_resize(NULL, len) : NULL;
	for (size_t i = 0; i < type->field_count; i++) {
		if (!is_in_block(&type->fields[i]))
			continue;
		struct str str = *body_str(&type->fields[i], from);
		*body_str(&type->fields[i], to) = str.len ? str_from(at, str.len) : STR_NONE;
		at = str.len ? (char *)mempcpy(at, str.at, str.len) : at;
	}
	free(was);
}

void body_assign(enum body_kind kind, void *to, const void *from)
{
	const struct body_type *type = body_type(kind);
	bool is_block = has_block(kind);
	if (is_block && !has_equal_block(type, to, from))
		renew_block(type, to, from);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		if (!is_str(field)) {
			body_set_number(field, to, body_number(field, from));
			continue;
		}
		struct str *owned = body_str(field, to), fresh = *body_str(field, from);
		if ((is_block && is_in_block(field)) || str_eq(*owned, fresh))
			continue;
		fresh = str_copy(fresh);
		str_free(owned);
		*owned = fresh;
	}
}

void body_release(enum body_kind kind, void *body)
{
	const struct body_type *type = body_type(kind);
	bool is_block = has_block(kind);
	if (is_block)
		free(block_of(type, body));
	for (size_t i = 0; i < type->field_count; i++) {
		if (!is_str(&type->fields[i]))
			continue;
		struct str *str = body_str(&type->fields[i], body);
		if (is_block && is_in_block(&type->fields[i]))
			*str = STR_NONE;
		else
			str_free(str);
	}
}

void *body_keep(enum body_kind kind, struct arena *arena, const void *body)
{
	const struct body_type *type = body_type(kind);
	void *kept = arena_take(arena, type->size);
	memcpy(kept, body, type->size);
	for (size_t i = 0; i < type->field_count; i++) {
		if (!is_str(&type->fields[i]))
			continue;
		struct str *s = body_str(&type->fields[i], kept);
		*s = s->len ? arena_copy(arena, *s) : STR_NONE;
	}
	return kept;
}

/* --- journal form ------------------------------------------------------------------------------- */

void body_pack(enum body_kind kind, struct buf *out, const void *body)
{
	const struct body_type *type = body_type(kind);
	buf_put_byte(out, (char)type->version);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		if (!is_str(field)) {
			varint_put(out, body_number(field, body));
			continue;
		}
		varint_put_str(out, *body_str(field, body));
	}
}

struct str body_packed(enum body_kind kind, struct arena *arena, const void *body)
{
	struct buf packed = {0};
	body_pack(kind, &packed, body);
	struct str kept = arena_copy(arena, buf_str(&packed));
	buf_free(&packed);
	return kept;
}

static bool take_field(const struct field *field, struct str *in, void *body)
{
	uint64_t n;
	if (is_str(field))
		return varint_take_str(in, body_str(field, body));
	if (!varint_take(in, &n) || (field->type == FIELD_PICK && n >= field->words->count))
		return false;
	body_set_number(field, body, n);
	return true;
}

bool body_unpack(enum body_kind kind, struct str bytes, void *body)
{
	const struct body_type *type = body_type(kind);
	memset(body, 0, type->size);
	unsigned version = bytes.len ? (unsigned char)bytes.at[0] : 0;
	if (version < 1 || version > type->version)
		return false;
	bytes = str_skip(bytes, 1);
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].since <= version && !take_field(&type->fields[i], &bytes, body))
			return false;
	return bytes.len == 0;
}

/* --- canonical text ----------------------------------------------------------------------------- */

static void dump_bytes(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		if (c > ' ' && c != '%' && c < 0x7F)
			buf_put_byte(out, (char)c);
		else
			buf_printf(out, "%%%02x", c);
	}
}

void body_dump(enum body_kind kind, struct buf *out, const void *body)
{
	const struct body_type *type = body_type(kind);
	buf_puts(out, type->name);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		buf_printf(out, " %s=", field->name);
		if (is_str(field))
			dump_bytes(out, *body_str(field, body));
		else if (field->type == FIELD_PICK)
			buf_puts(out, words_name(field->words, (unsigned)body_number(field, body)));
		else
			buf_printf(out, "%" PRId64, (int64_t)body_number(field, body));
	}
}
