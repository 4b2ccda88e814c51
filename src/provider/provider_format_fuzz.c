/* provider_format_fuzz.c - any body is read, in JSON and as a form; what is found is text, and what is filled in with it
 * is as long as it must be. The first line names a field. */
#include "base/check.h"
#include "base/utf8.h"
#include "provider/provider_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(enum provider_coding coding, struct str body, struct str name)
{
	struct arena arena = {0};
	struct buf out = {0};
	struct provider_values values = {{{0}}};
	struct str *text = &values.at[PROVIDER_TEXT];
	if (provider_field(coding, body, name, &arena, text)) {
		CHECK(utf8_valid(*text));
		provider_fill(&out, STR("{text}"), &values, PROVIDER_PLAIN);
		CHECK(str_eq(buf_str(&out), *text));
		provider_fill(&out, name, &values, PROVIDER_IN_JSON);
		provider_fill(&out, name, &values, PROVIDER_IN_URL);
	}
	buf_free(&out);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = str_from(data, size);
	struct str name = str_cut(&body, '\n');
	look(PROVIDER_JSON, body, name);
	look(PROVIDER_FORM, body, name);
	CHECK(provider_unknown(body, "send").len <= body.len);
	return 0;
}
