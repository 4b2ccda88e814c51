/* json_value_fuzz.c - the same texts are JSON to us as to the library, and they mean the same. But for a zero byte:
 * the library passes over one that stands right behind a number or a word, to us no such text is JSON. */
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Can a member be asked for by this name? */
static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] == '\\' || (unsigned char)name.at[i] < ' ')
			return false;
	return true;
}

static void check_same(struct json_value value, const json_t *want, struct arena *arena)
{
	struct str text, name, entries = json_value_entries(value);
	struct json_value entry;
	int64_t number = 0;
	size_t i;
	const char *key;
	json_t *one;
	CHECK(json_value_is_there(value) && json_value_is_null(value) == json_is_null(want));
	CHECK(json_value_is_object(value) == json_is_object(want));
	CHECK(json_value_is_array(value) == json_is_array(want));
	CHECK(json_value_count(value) == json_array_size(want));
	json_array_foreach(want, i, one) {
		CHECK(json_value_next(&entries, &entry));
		check_same(entry, one, arena);
	}
	json_object_foreach((json_t *)(uintptr_t)want, key, one) {
		name = str_of(key);
		if (!is_plain(name))
			continue;
		check_same(json_value_member(value, name), one, arena);
		json_value_pick(value, &name, 1, &entry);
		check_same(entry, one, arena);
	}
	size_t members = 0;
	struct json_member member;
	for (struct str rest = json_value_members(value); json_value_next_member(&rest, &member);)
		members++;
	CHECK(members == json_object_size(want));
	CHECK(json_value_is_number(value) == json_is_number(want));
	bool is_text = json_value_text(value, arena, &text);
	CHECK(is_text == json_is_string(want));
	CHECK(!is_text ||
		str_eq(text, str_from(json_string_value(want), json_string_length(want))));
	CHECK(json_value_integer(value, &number) == json_is_integer(want));
	CHECK(number == json_integer_value(want));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_value value;
	struct arena arena = {0};
	struct str text = str_from(data, size);
	json_t *want = json_read(text);
	bool is_read = json_value_read(text, &value);
	bool has_zero = size && memchr(data, '\0', size);
	CHECK(has_zero ? !is_read : is_read == (want != NULL));
	if (is_read)
		check_same(value, want, &arena);
	json_decref(want);
	arena_free(&arena);
	return 0;
}
