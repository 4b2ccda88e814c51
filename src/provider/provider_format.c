/* provider_format.c - templates are filled in, fields are found. */
#include "provider/provider_format.h"

#include "http/http_url.h"
#include "wire/json.h"

static const struct {
	const char *word, *of;
} words[] = {
#define VALUE(NAME, word, of) [PROVIDER_##NAME] = {word, of},
#include "provider/provider_values.def"
};

/* --- templates -------------------------------------------------------------------------------- */

/* Of one that has {word} somewhere: what is before, and the word; what is behind stays. False: it has none. */
static bool cut_word(struct str *rest, struct str *before, struct str *word)
{
	for (size_t at = 0; at < rest->len; at++) {
		size_t end = at + 1;
		if (rest->at[at] != '{')
			continue;
		while (end < rest->len &&
			((rest->at[end] >= 'a' && rest->at[end] <= 'z') || rest->at[end] == '-'))
			end++;
		if (end == at + 1 || end == rest->len || rest->at[end] != '}')
			continue;
		*before = str_from(rest->at, at);
		*word = str_from(rest->at + at + 1, end - at - 1);
		*rest = str_skip(*rest, end + 1);
		return true;
	}
	return false;
}

static bool find_word(struct str word, size_t *value)
{
	for (*value = 0; *value < PROVIDER_VALUES; ++*value)
		if (str_is(word, words[*value].word))
			return true;
	return false;
}

static void put_in_json(struct buf *out, struct str text)
{
	struct buf quoted = {0};
	json_put_string(&quoted, text);
	buf_put(out, str_from(quoted.at + 1, quoted.len - 2));
	buf_free(&quoted);
}

/* RFC 3986, 2.3: all others are encoded. */
static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

static void put_in_url(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (is_unreserved(text.at[i]))
			buf_put_byte(out, text.at[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)text.at[i]);
	}
}

void provider_fill(struct buf *out, struct str template, const struct provider_values *values,
	enum provider_escape escape)
{
	static void (*const put[])(struct buf *, struct str) = {
		[PROVIDER_PLAIN] = buf_put,
		[PROVIDER_IN_JSON] = put_in_json,
		[PROVIDER_IN_URL] = put_in_url,
	};
	struct str before, word;
	size_t value;
	while (cut_word(&template, &before, &word)) {
		buf_put(out, before);
		if (find_word(word, &value))
			put[escape](out, values->at[value]);
	}
	buf_put(out, template);
}

struct str provider_unknown(struct str template, const char *of)
{
	struct str before, word;
	size_t value;
	while (cut_word(&template, &before, &word))
		if (!find_word(word, &value) || strcmp(words[value].of, of) != 0)
			return word;
	return STR_NONE;
}

/* --- fields ----------------------------------------------------------------------------------- */

static bool find_in_form(struct str body, struct str name, struct arena *arena, struct str *out)
{
	while (body.len) {
		struct str value = str_cut(&body, '&'), decoded;
		struct str raw = str_cut(&value, '=');
		if (http_url_decode(arena, raw, true, &decoded) && str_eq(decoded, name))
			return http_url_decode(arena, value, true, out);
	}
	return false;
}

static struct json_value entry_of(struct json_value array, uint64_t place)
{
	struct str entries = json_value_entries(array);
	struct json_value entry = {STR_NONE};
	while (json_value_next(&entries, &entry))
		if (place-- == 0)
			return entry;
	return (struct json_value) {STR_NONE};
}

static bool find_in_json(struct str body, struct str path, struct arena *arena, struct str *out)
{
	struct json_value value;
	uint64_t place;
	if (!json_value_read(body, &value))
		return false;
	while (path.len) {
		struct str step = str_cut(&path, '.');
		value = json_value_is_array(value) && str_u64(step, &place)
				? entry_of(value, place)
				: json_value_member(value, step);
	}
	if (!json_value_is_number(value))
		return json_value_text(value, arena, out);
	*out = value.bytes;
	return true;
}

bool provider_field(enum provider_coding coding, struct str body, struct str name,
	struct arena *arena, struct str *out)
{
	if (!name.len)
		return false;
	return coding == PROVIDER_JSON ? find_in_json(body, name, arena, out)
				       : find_in_form(body, name, arena, out);
}

/* --- what came -------------------------------------------------------------------------------- */

static bool has_word(const struct provider_list *list, struct str word)
{
	for (unsigned i = 0; i < list->count; i++)
		if (str_eq_nocase(str_of(list->at[i]), word))
			return true;
	return false;
}

static enum delivery delivery_of(const struct provider_format *format, struct str state)
{
	if (has_word(&format->receive.delivered, state))
		return DELIVERY_DELIVERED;
	if (has_word(&format->receive.failed, state))
		return DELIVERY_FAILED;
	return has_word(&format->receive.expired, state) ? DELIVERY_EXPIRED : DELIVERY_NONE;
}

void provider_read(const struct provider_format *format, struct str body, struct arena *arena,
	struct provider_said *out)
{
	const enum provider_coding coding = format->receive.coding;
	struct str state;
	*out = (struct provider_said) {.kind = PROVIDER_NOTHING};
	if (provider_field(coding, body, format->receive.from, arena, &out->from) &&
		provider_field(coding, body, format->receive.to, arena, &out->to) &&
		provider_field(coding, body, format->receive.text, arena, &out->text) &&
		provider_field(coding, body, format->receive.id, arena, &out->id)) {
		out->kind = PROVIDER_TEXT_CAME;
		return;
	}
	if (!provider_field(coding, body, format->receive.receipt_id, arena, &out->id) ||
		!provider_field(coding, body, format->receive.state, arena, &state))
		return;
	out->kind = PROVIDER_RECEIPT_CAME;
	out->delivery = delivery_of(format, state);
}
