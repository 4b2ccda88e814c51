/* docs.c - which document stands where. */
#include "api/docs.h"

/* The page loads its style and nothing else, runs nothing, and is in nobody's frame. */
#define DOCS_HEADERS                                                                               \
	"Content-Security-Policy: default-src 'none'; style-src 'self'; base-uri 'none'; "         \
	"form-action 'none'; frame-ancestors 'none'\r\n"                                           \
	"Referrer-Policy: no-referrer\r\n"

static const struct docs_file {
	const char *path;
	const char *type;
	const unsigned char *at;
	const size_t *len;
} files[] = {
	{"/docs", "text/html; charset=utf-8", docs_html, &docs_html_len},
	{"/docs.css", "text/css; charset=utf-8", docs_css, &docs_css_len},
	{"/openapi.json", NULL, openapi_yaml, &openapi_yaml_len},
	{"/asyncapi.json", NULL, asyncapi_yaml, &asyncapi_yaml_len},
};

bool docs_response(struct str path, struct http_response *out)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const struct docs_file *file = &files[i];
		if (!str_is(path, file->path))
			continue;
		*out = (struct http_response) {.status = 200,
			.type = file->type,
			.body = str_from(file->at, *file->len),
			.headers = STR(DOCS_HEADERS)};
		return true;
	}
	return false;
}
