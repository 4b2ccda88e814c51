/* body_test.c - the journal's form of every body: what is packed is read again, older versions too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/model/body.h"

/* Every field that a version has is set, each to something else. */
static void fill(enum body_kind kind, unsigned version, union any_body *body)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const struct body_type *type = body_type(kind);
	memset(body, 0, sizeof *body);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = &type->fields[i];
		if (field->since > version)
			continue;
		if (field->type == FIELD_TEXT || field->type == FIELD_BYTES)
			*body_str(field, body) = str_from(letters + i, 2);
		else if (field->type == FIELD_PICK)
			body_set_number(field, body, i % field->words->count);
		else
			body_set_number(field, body, i ? UINT64_MAX / i : 0);
	}
}

static size_t later_fields(const struct body_type *type, unsigned version)
{
	size_t count = 0;
	for (size_t i = 0; i < type->field_count; i++)
		count += type->fields[i].since > version;
	return count;
}

/* A field that is 0 or empty is one byte, and those that came later stand last. */
static void pack_as(
	enum body_kind kind, unsigned version, const union any_body *body, struct buf *out)
{
	body_pack(kind, out, body);
	out->len -= later_fields(body_type(kind), version);
	out->at[0] = (char)version;
}

static void assert_same(
	enum body_kind kind, const union any_body *body, const union any_body *expected)
{
	struct buf want = {0}, got = {0};
	body_dump(kind, &want, expected);
	body_dump(kind, &got, body);
	assert_true(str_eq(buf_str(&want), buf_str(&got)));
	buf_free(&want);
	buf_free(&got);
}

static void test_bodies_of_every_version_are_read(void **state)
{
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		for (unsigned v = 1; v <= body_type(kind)->version; v++) {
			union any_body body, read;
			struct buf packed = {0};
			fill(kind, v, &body);
			pack_as(kind, v, &body, &packed);
			assert_true(body_unpack(kind, buf_str(&packed), &read));
			assert_same(kind, &read, &body);
			buf_free(&packed);
		}
	}
}

static void test_newer_unknown_cut_and_longer_bodies_are_none(void **state)
{
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		union any_body body, read;
		struct buf packed = {0};
		fill(kind, body_type(kind)->version, &body);
		body_pack(kind, &packed, &body);
		for (size_t len = 0; len < packed.len; len++)
			assert_false(body_unpack(kind, str_from(packed.at, len), &read));
		packed.at[0]++;
		assert_false(body_unpack(kind, buf_str(&packed), &read));
		packed.at[0] = 0;
		assert_false(body_unpack(kind, buf_str(&packed), &read));
		packed.at[0] = (char)body_type(kind)->version;
		buf_put_byte(&packed, 0);
		assert_false(body_unpack(kind, buf_str(&packed), &read));
		buf_free(&packed);
	}
}

/* Else an older body would be read into the wrong fields. */
static void test_what_came_later_stands_behind_what_was_there(void **state)
{
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		const struct body_type *type = body_type(kind);
		unsigned since = 1;
		for (size_t i = 0; i < type->field_count; i++) {
			assert_true(type->fields[i].since >= since);
			assert_true(since == 1 || !type->fields[i].is_key);
			since = type->fields[i].since;
		}
		assert_int_equal(type->version, since);
	}
}

/* A body is changed by a copy of itself, whose other strs are its own. */
static void test_what_does_not_change_stays_whatever_does(void **state)
{
	static const char words[] = "something much longer than what was there before";
	const size_t lengths[] = {sizeof words - 1, 1, 0, 2};
	for (enum body_kind kind = 0; kind < BODY_KINDS; kind++) {
		const struct body_type *type = body_type(kind);
		union any_body filled, owned = {0};
		fill(kind, type->version, &filled);
		body_assign(kind, &owned, &filled);
		for (size_t i = 0; i < 4 * type->field_count; i++) {
			const struct field *field = &type->fields[i / 4];
			if (field->type != FIELD_TEXT && field->type != FIELD_BYTES)
				continue;
			union any_body copy = owned;
			*body_str(field, &copy) = *body_str(field, &filled) =
				str_from(words, lengths[i % 4]);
			body_assign(kind, &owned, &copy);
			assert_same(kind, &owned, &filled);
		}
		body_release(kind, &owned);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_of_every_version_are_read),
		cmocka_unit_test(test_newer_unknown_cut_and_longer_bodies_are_none),
		cmocka_unit_test(test_what_came_later_stands_behind_what_was_there),
		cmocka_unit_test(test_what_does_not_change_stays_whatever_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
