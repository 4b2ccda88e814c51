/* gsm7_fuzz.c - any bytes decode to valid UTF-8; what encodes comes back the same. */
#include "base/check.h"
#include "base/utf8.h"
#include "wire/gsm7.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text of the alphabet survives the way there and back, in as many septets as foretold. */
static void check_text(struct str text)
{
	struct buf septets = {0}, back = {0};
	if (gsm7_encode(&septets, text)) {
		size_t foretold = 0;
		uint32_t code;
		for (struct str rest = text; utf8_next(&rest, &code);)
			foretold += (size_t)gsm7_septets(code);
		CHECK(septets.len == foretold);
		gsm7_decode(&back, buf_str(&septets));
		CHECK(str_eq(buf_str(&back), text));
	} else {
		CHECK(septets.len == 0);
	}
	buf_free(&septets);
	buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = {0};
	gsm7_decode(&text, str_from(data, size));
	CHECK(utf8_valid(buf_str(&text)));
	CHECK(utf8_count(buf_str(&text)) <= size);
	check_text(buf_str(&text));
	check_text(str_from(data, size));
	buf_free(&text);
	return 0;
}
