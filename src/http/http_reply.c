/* http_reply.c - status line, the headers that every reply carries, body. */
#include "http/http_reply.h"

struct reason {
	int status;
	const char *text;
};

/* Those that Sotto sends; another status goes without words, as RFC 9112 allows. */
static const struct reason reasons[] = {
	{101, "Switching Protocols"},
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{413, "Content Too Large"},
	{429, "Too Many Requests"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
};

#define REASONS (sizeof reasons / sizeof *reasons)
_Static_assert(REASONS < HTTP_STATUS_PLACES, "each has a place");

size_t http_status_place(int status)
{
	for (size_t i = 0; i < REASONS; i++)
		if (reasons[i].status == status)
			return i + 1;
	return 0;
}

int http_status_at(size_t place)
{
	return place > 0 && place <= REASONS ? reasons[place - 1].status : 0;
}

static const char *reason_of(int status)
{
	size_t place = http_status_place(status);
	return place ? reasons[place - 1].text : "";
}

/* RFC 9110, 8.6: these never have a body, and 204 no length either. */
static bool has_length(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

bool http_reply_has_body(const struct http_response *response, const struct http_framing *framing)
{
	return !framing->is_head && has_length(response->status);
}

static size_t length_of(const struct http_response *response)
{
	size_t len = response->body.len;
	for (size_t i = 0; i < response->more_count; i++)
		len += response->more[i].len;
	return len;
}

void http_reply_put_head(
	struct buf *out, const struct http_response *response, const struct http_framing *framing)
{
	buf_reserve(out, 512 + framing->headers.len + response->headers.len);
	buf_puts(out, "HTTP/1.1 ");
	buf_put_u64(out, (uint64_t)response->status);
	buf_put_byte(out, ' ');
	buf_puts(out, reason_of(response->status));
	buf_puts(out, "\r\nDate: ");
	buf_puts(out, framing->date);
	buf_puts(out, "\r\nCache-Control: ");
	buf_puts(out, response->cache ? response->cache : "no-store");
	buf_puts(out, "\r\nX-Content-Type-Options: nosniff\r\n");
	if (response->body.len) {
		buf_puts(out, "Content-Type: ");
		buf_puts(out, response->type ? response->type : "application/json");
		buf_puts(out, "\r\n");
	}
	if (framing->extent == HTTP_CHUNKED) {
		buf_puts(out, "Transfer-Encoding: chunked\r\n");
	} else if (framing->extent == HTTP_SIZED && has_length(response->status)) {
		buf_puts(out, "Content-Length: ");
		buf_put_u64(out, length_of(response));
		buf_puts(out, "\r\n");
	}
	if (framing->close)
		buf_puts(out, "Connection: close\r\n");
	else if (framing->is_http10)
		buf_puts(out, "Connection: keep-alive\r\n");
	buf_put(out, framing->headers);
	buf_put(out, response->headers);
	buf_puts(out, "\r\n");
}

void http_reply_put_piece(struct buf *out, struct str bytes, bool is_last, enum http_extent extent)
{
	bool is_chunked = extent == HTTP_CHUNKED;
	if (is_chunked && bytes.len)
		buf_printf(out, "%zx\r\n", bytes.len);
	buf_put(out, bytes);
	if (is_chunked && bytes.len)
		buf_puts(out, "\r\n");
	if (is_chunked && is_last)
		buf_puts(out, "0\r\n\r\n");
}
