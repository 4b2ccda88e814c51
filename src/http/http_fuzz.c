/* http_fuzz.c - any bytes into the server's parser: whole and byte by byte must give the same. */
#include "http/http_forwarded.h"
#include "http/http_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a stream of requests comes to, as text. step: bytes a feed, 0 for all at once. */
static void play(struct str in, size_t step, struct buf *story)
{
	struct http_parse *parse = http_parse_new();
	struct http_parsed *parsed = http_parse_result(parse);
	enum http_step result = HTTP_MORE;
	while (in.len && result != HTTP_BAD) {
		struct str piece = str_from(in.at, step && step < in.len ? step : in.len);
		size_t len = piece.len;
		result = http_parse_feed(parse, &piece);
		in = result == HTTP_BAD ? STR_NONE : str_skip(in, len - piece.len);
		if (result != HTTP_DONE)
			continue;
		const struct http_request *request = &parsed->request;
		CHECK(request->path.len && request->path.at[0] == '/');
		CHECK(request->body.len <= HTTP_BODY_MAX &&
			request->header_count <= HTTP_HEADER_MAX);
		buf_printf(story, "%d %d %.*s?%.*s", request->method, parsed->keeps_alive,
			STR_ARGS(request->path), STR_ARGS(request->query));
		for (size_t i = 0; i < request->header_count; i++)
			buf_printf(story, "\n%.*s: %.*s", STR_ARGS(request->headers[i].name),
				STR_ARGS(request->headers[i].value));
		buf_printf(story, "\n\n%.*s\n", STR_ARGS(request->body));
		struct str ignored;
		(void)http_query(request, "a", &ignored);
		(void)http_cookie(request, "JSESSIONID");
		const struct ip_block all = {.bits = 0};
		const struct http_proxies proxies = {&all, 1};
		struct str client = http_forwarded(request, STR("::1"), &proxies);
		CHECK(ip_block_read(client, &(struct ip_block) {0}));
		http_parse_reset(parse);
	}
	buf_puts(story, result == HTTP_BAD ? "bad" : "");
	http_parse_free(&parse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = {0}, bytes = {0};
	play(str_from(data, size), 0, &whole);
	play(str_from(data, size), 1, &bytes);
	CHECK(str_eq(buf_str(&whole), buf_str(&bytes)));
	buf_free(&whole);
	buf_free(&bytes);
	return 0;
}
