/* store_kept.c - digests over values, not over packed bytes: those of a later version would be others. */
#include "store/store_kept.h"
#include "base/check.h"

#include <sodium.h>

#define FIELDS_MAX 64 /* of a body */

/* The name, and of each field its value; only keys, or all that the version had. */
static void digest(unsigned char out[KEPT_DIGEST_BYTES], const unsigned char *salt,
	enum body_kind kind, unsigned version, const void *body)
{
	const struct body_type *type = body_type(kind);
	uint64_t numbers[FIELDS_MAX];
	struct str texts[FIELDS_MAX + 2] = {
		str_of(type->name), str_from(salt, salt ? CHAIN_SALT_BYTES : 0)};
	struct chain_values values = {numbers, 0, texts, 2};
	struct chain chain = {0};
	CHECK(type->field_count <= FIELDS_MAX);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		if (salt ? field->since > version : !field->is_key)
			continue;
		if (field->type == FIELD_TEXT || field->type == FIELD_BYTES)
			texts[values.text_count++] = *body_str(field, body);
		else
			numbers[values.number_count++] = body_number(field, body);
	}
	chain_add_values(&chain, &values);
	memcpy(out, chain.at, KEPT_DIGEST_BYTES);
}

void kept_object(unsigned char out[KEPT_OBJECT_BYTES], enum body_kind kind, const void *body)
{
	_Static_assert(KEPT_OBJECT_BYTES == KEPT_DIGEST_BYTES, "one is made as the other");
	digest(out, NULL, kind, 0, body);
}

void kept_make(struct kept *kept, enum body_kind kind, const void *body, uint64_t lsn)
{
	*kept = (struct kept) {.version = body_type(kind)->version, .lsn = lsn};
	randombytes_buf(kept->salt, sizeof kept->salt);
	kept_object(kept->object, kind, body);
	digest(kept->digest, kept->salt, kind, kept->version, body);
}

bool kept_is(const struct kept *kept, enum body_kind kind, const void *body)
{
	unsigned char is[KEPT_DIGEST_BYTES];
	digest(is, kept->salt, kind, kept->version, body);
	return memcmp(is, kept->digest, sizeof is) == 0;
}
