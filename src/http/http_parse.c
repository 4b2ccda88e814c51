/* http_parse.c - llhttp's pieces into a request, and the checks that a pieceless view would miss.
 *
 * llhttp differs from version to version, and from build to build, in what it lets pass between CR
 * and LF and around names. Such differences between two readers of one stream are how requests are
 * smuggled. So every byte that is not body is looked at here as well: lines end in CR LF, none begins
 * with a blank, none holds a NUL; and the few headers that decide where a request ends are checked
 * by us. */
#include "http/http_parse.h"
#include "http/http_llhttp.h"
#include "http/http_url.h"

#include <stdlib.h>

/* A spare parser keeps a body buffer up to this. */
#define BODY_KEPT_BYTES 8192

/* Where a header is in `text`; its value follows its name. */
struct span {
	uint32_t at;
	uint32_t name_len;
	uint32_t value_len;
};

enum line_kind { LINE_REQUEST, LINE_HEADER, LINE_CHUNK };

struct http_parse {
	struct http_parsed result;
	llhttp_t llhttp;
	struct arena arena;
	struct buf text; /* the target, then names and values */
	struct buf body;
	struct span spans[HTTP_HEADER_MAX];
	size_t target_len;
	size_t fields; /* headers and trailers */
	bool in_name;
	bool head_is_done;
	enum line_kind line;
	bool after_cr;
	size_t line_len;
	size_t blanks;   /* in the request line */
	char version[8]; /* what stands behind the second of them, as far as it fits */
	size_t version_len;
	size_t header_bytes; /* whole lines with their ends */
	const char *checked; /* bytes before this were looked at, or are body */
};

static int on_target(llhttp_t *llhttp, const char *at, size_t len);
static int on_name(llhttp_t *llhttp, const char *at, size_t len);
static int on_name_end(llhttp_t *llhttp);
static int on_value(llhttp_t *llhttp, const char *at, size_t len);
static int on_head_end(llhttp_t *llhttp);
static int on_body(llhttp_t *llhttp, const char *at, size_t len);
static int on_end(llhttp_t *llhttp);

static const llhttp_settings_t settings = {
	.on_url = on_target,
	.on_header_field = on_name,
	.on_header_field_complete = on_name_end,
	.on_header_value = on_value,
	.on_headers_complete = on_head_end,
	.on_body = on_body,
	.on_message_complete = on_end,
};

struct http_parse *http_parse_new(void)
{
	struct http_parse *parse = mem_new(sizeof *parse);
	http_parse_reset(parse);
	return parse;
}

void http_parse_free(struct http_parse **parse)
{
	if (!*parse)
		return;
	arena_free(&(*parse)->arena);
	buf_free(&(*parse)->text);
	buf_free(&(*parse)->body);
	free(*parse);
	*parse = NULL;
}

/* Not the whole struct: its tables are large, and only counted entries are ever looked at. */
void http_parse_reset(struct http_parse *parse)
{
	llhttp_init(&parse->llhttp, HTTP_REQUEST, &settings);
	parse->llhttp.data = parse;
	arena_reset(&parse->arena);
	parse->text.len = 0;
	parse->body.len = 0;
	if (parse->body.cap > BODY_KEPT_BYTES)
		buf_free(&parse->body);
	parse->result.request.header_count = 0;
	parse->result.error = OK;
	parse->result.keeps_alive = parse->result.is_http10 = parse->result.wants_continue = false;
	parse->target_len = parse->fields = parse->line_len = 0;
	parse->blanks = parse->version_len = parse->header_bytes = 0;
	parse->in_name = parse->head_is_done = parse->after_cr = false;
	parse->line = LINE_REQUEST;
}

struct http_parsed *http_parse_result(struct http_parse *parse)
{
	return &parse->result;
}

size_t http_parse_kept(const struct http_parse *parse)
{
	return parse->text.len + parse->body.len;
}

/* The first failure is the one that is told. Gives what llhttp's callbacks stop with. */
static int fail(struct http_parse *parse, enum err error)
{
	if (parse->result.error == OK)
		parse->result.error = error;
	return -1;
}

/* --- lines --- */

static void note_request_byte(struct http_parse *parse, char c)
{
	if (c == ' ' || c == '\t') {
		parse->blanks++;
		return;
	}
	if (parse->blanks < 2)
		return;
	if (parse->version_len < sizeof parse->version)
		parse->version[parse->version_len] = c;
	parse->version_len++;
}

/* Method, target and version with one space between them, no more and no less. llhttp tells of a
 * version its numbers only, and takes those of RTSP and ICE as well. */
static bool is_request_line(const struct http_parse *parse)
{
	struct str version = str_from(parse->version, sizeof parse->version);
	return parse->blanks == 2 && parse->version_len == sizeof parse->version &&
	       (str_eq(version, STR("HTTP/1.1")) || str_eq(version, STR("HTTP/1.0")));
}

static enum err line_ended(struct http_parse *parse)
{
	if (parse->line == LINE_REQUEST && parse->line_len && !is_request_line(parse))
		return ERR_BAD_HTTP;
	if (parse->line == LINE_REQUEST && parse->line_len)
		parse->line = LINE_HEADER;
	else if (parse->line == LINE_HEADER && parse->line_len)
		parse->header_bytes += parse->line_len + 2;
	else if (parse->line == LINE_HEADER)
		parse->line = LINE_CHUNK;
	parse->line_len = 0;
	parse->after_cr = false;
	return OK;
}

static enum err check_byte(struct http_parse *parse, char c)
{
	if (parse->after_cr && c != '\n')
		return ERR_BAD_HTTP;
	if (parse->after_cr)
		return line_ended(parse);
	if (c == '\r') {
		parse->after_cr = true;
		return OK;
	}
	if (c == '\n' || c == '\0' || (parse->line_len == 0 && (c == ' ' || c == '\t')))
		return ERR_BAD_HTTP;
	parse->line_len++;
	if (parse->line == LINE_REQUEST)
		note_request_byte(parse, c);
	if (parse->line == LINE_HEADER &&
		parse->header_bytes + parse->line_len + 2 > HTTP_HEADERS_MAX)
		return ERR_TOO_LARGE;
	if (parse->line == LINE_CHUNK && parse->line_len > HTTP_CHUNK_LINE_MAX)
		return ERR_TOO_LARGE;
	return OK;
}

/* Most bytes stand within a line and end nothing: they are looked at in one go. Stops before a byte
 * that check_byte has to see, and where a limit may be reached. */
static void skip_plain(struct http_parse *parse, const char *end)
{
	const char *at = parse->checked;
	if (parse->after_cr || parse->line_len == 0 || parse->line == LINE_CHUNK)
		return;
	size_t room = HTTP_HEADERS_MAX - 2;
	size_t used = parse->header_bytes + parse->line_len;
	if (parse->line == LINE_HEADER && used >= room)
		return;
	if (parse->line == LINE_HEADER && (size_t)(end - at) > room - used)
		end = at + (room - used);
	for (; at < end && *at != '\r' && *at != '\n' && *at != '\0'; at++)
		if (parse->line == LINE_REQUEST)
			note_request_byte(parse, *at);
	parse->line_len += (size_t)(at - parse->checked);
	parse->checked = at;
}

static int check_lines(struct http_parse *parse, const char *end)
{
	for (; parse->checked < end; parse->checked++) {
		skip_plain(parse, end);
		if (parse->checked == end)
			break;
		enum err e = check_byte(parse, *parse->checked);
		if (e != OK)
			return fail(parse, e);
	}
	return 0;
}

/* --- the head --- */

static int put_text(struct http_parse *parse, const char *at, size_t len)
{
	if (parse->text.len + len > HTTP_URL_MAX + HTTP_HEADERS_MAX)
		return fail(parse, ERR_TOO_LARGE);
	buf_put(&parse->text, str_from(at, len));
	return 0;
}

static int on_target(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = llhttp->data;
	parse->target_len += len;
	if (parse->target_len > HTTP_URL_MAX)
		return fail(parse, ERR_TOO_LARGE);
	return put_text(parse, at, len);
}

static int on_name(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = llhttp->data;
	if (!parse->in_name && parse->fields++ == HTTP_HEADER_MAX)
		return fail(parse, ERR_TOO_LARGE);
	if (parse->head_is_done) { /* trailers are counted and not used */
		parse->in_name = true;
		return 0;
	}
	struct span *span = &parse->spans[parse->fields - 1];
	if (!parse->in_name)
		*span = (struct span) {.at = (uint32_t)parse->text.len};
	parse->in_name = true;
	span->name_len += (uint32_t)len;
	return put_text(parse, at, len);
}

static int on_name_end(llhttp_t *llhttp)
{
	((struct http_parse *)llhttp->data)->in_name = false;
	return 0;
}

static int on_value(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = llhttp->data;
	if (parse->head_is_done)
		return 0;
	parse->spans[parse->fields - 1].value_len += (uint32_t)len;
	return put_text(parse, at, len);
}

static bool is_token(struct str name)
{
	static const char others[] = "!#$%&'*+-.^_`|~"; /* RFC 9110, 5.6.2 */
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		bool is_alnum = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
		if (!is_alnum && (c == '\0' || !strchr(others, c)))
			return false;
	}
	return name.len > 0;
}

static bool is_field_value(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];
		if ((c < ' ' && c != '\t') || c == 0x7F)
			return false;
	}
	return true;
}

static bool take_headers(struct http_parse *parse)
{
	struct http_request *request = &parse->result.request;
	request->header_count = parse->fields;
	for (size_t i = 0; i < parse->fields; i++) {
		const struct span *span = &parse->spans[i];
		const char *at = parse->text.at + span->at;
		struct http_header *header = &request->headers[i];
		header->name = str_from(at, span->name_len);
		header->value = str_trim(str_from(at + span->name_len, span->value_len));
		if (!is_token(header->name) || !is_field_value(header->value))
			return false;
	}
	return true;
}

static size_t count_of(const struct http_request *request, const char *name)
{
	size_t count = 0;
	for (size_t i = 0; i < request->header_count; i++)
		count += str_eq_nocase(request->headers[i].name, str_of(name));
	return count;
}

/* By these it is decided who asks, and from where. A second one would be read by somebody on the way
 * and not by us, or the other way round (RFC 9110, 5.3: only what is a list may come twice). */
static bool has_one_of_each(const struct http_request *request)
{
	static const char *const names[] = {"Authorization", "Origin", "Sec-Fetch-Site"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (count_of(request, names[i]) > 1)
			return false;
	return true;
}

/* Where the request ends must be beyond doubt: RFC 9112, 6.1 to 6.3; the host too: 3.2. */
static enum err check_head(const struct http_parse *parse)
{
	const struct http_request *request = &parse->result.request;
	const llhttp_t *llhttp = &parse->llhttp;
	size_t lengths = count_of(request, "Content-Length");
	size_t codings = count_of(request, "Transfer-Encoding");
	size_t hosts = count_of(request, "Host");
	uint64_t length = 0;
	if (llhttp->method == HTTP_CONNECT || !has_one_of_each(request))
		return ERR_BAD_HTTP;
	if (hosts > 1 || (hosts == 0 && llhttp->http_minor == 1))
		return ERR_BAD_HTTP;
	if (lengths + codings > 1 || (codings && llhttp->http_minor == 0))
		return ERR_BAD_HTTP;
	if (codings && !str_eq_nocase(http_header(request, "Transfer-Encoding"), STR("chunked")))
		return ERR_BAD_HTTP;
	if (lengths && !str_u64(http_header(request, "Content-Length"), &length))
		return ERR_BAD_HTTP;
	return length > HTTP_BODY_MAX ? ERR_TOO_LARGE : OK;
}

static int on_head_end(llhttp_t *llhttp)
{
	struct http_parse *parse = llhttp->data;
	parse->head_is_done = true;
	if (!take_headers(parse))
		return fail(parse, ERR_BAD_HTTP);
	enum err e = check_head(parse);
	if (e != OK)
		return fail(parse, e);
	parse->result.is_http10 = llhttp->http_minor == 0;
	parse->result.wants_continue =
		llhttp->http_minor == 1 &&
		str_eq_nocase(http_header(&parse->result.request, "Expect"), STR("100-continue"));
	/* A server may pass over an upgrade that it does not know (RFC 9110, 7.8). */
	llhttp->upgrade = 0;
	return 0;
}

/* --- the body and the end --- */

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parse *parse = llhttp->data;
	if (check_lines(parse, at) != 0)
		return -1;
	parse->checked = at + len;
	parse->result.wants_continue = false;
	if (parse->body.len + len > HTTP_BODY_MAX)
		return fail(parse, ERR_TOO_LARGE);
	buf_put(&parse->body, str_from(at, len));
	return 0;
}

static int on_end(llhttp_t *llhttp)
{
	struct http_parse *parse = llhttp->data;
	parse->result.keeps_alive = llhttp_should_keep_alive(llhttp);
	parse->result.wants_continue = false;
	return HPE_PAUSED;
}

static enum http_method method_of(const llhttp_t *llhttp)
{
	switch (llhttp->method) {
	case LLHTTP_GET:
		return HTTP_GET;
	case LLHTTP_POST:
		return HTTP_POST;
	case LLHTTP_PUT:
		return HTTP_PUT;
	case LLHTTP_DELETE:
		return HTTP_DELETE;
	case LLHTTP_OPTIONS:
		return HTTP_OPTIONS;
	case LLHTTP_HEAD:
		return HTTP_HEAD;
	default:
		return HTTP_OTHER;
	}
}

/* Is the word one of a header's, which are separated by commas? */
static bool has_word(const struct http_request *request, const char *name, const char *word)
{
	struct str list = http_header(request, name);
	while (list.len)
		if (str_eq_nocase(str_trim(str_cut(&list, ',')), str_of(word)))
			return true;
	return false;
}

static bool wants_socket(const struct http_parsed *parsed)
{
	const struct http_request *request = &parsed->request;
	return request->method == HTTP_GET && !parsed->is_http10 &&
	       has_word(request, "Upgrade", "websocket") &&
	       has_word(request, "Connection", "upgrade");
}

static enum http_step finish(struct http_parse *parse)
{
	struct http_request *request = &parse->result.request;
	struct str target = str_from(parse->text.at, parse->target_len);
	request->method = method_of(&parse->llhttp);
	request->arena = &parse->arena;
	request->body = buf_str(&parse->body);
	request->peer = STR_NONE;
	request->wants_socket = wants_socket(&parse->result);
	if (http_url_split(&parse->arena, target, &request->path, &request->query))
		return HTTP_DONE;
	fail(parse, ERR_BAD_HTTP);
	return HTTP_BAD;
}

enum http_step http_parse_feed(struct http_parse *parse, struct str *in)
{
	const char *end = in->at + in->len;
	if (parse->result.error != OK)
		return HTTP_BAD;
	parse->checked = in->at;
	llhttp_errno_t result = llhttp_execute(&parse->llhttp, in->at, in->len);
	if (result != HPE_OK)
		end = llhttp_get_error_pos(&parse->llhttp);
	if (parse->result.error != OK || check_lines(parse, end) != 0)
		return HTTP_BAD;
	if (result != HPE_OK && result != HPE_PAUSED) {
		fail(parse, ERR_BAD_HTTP);
		return HTTP_BAD;
	}
	*in = str_skip(*in, (size_t)(end - in->at));
	return result == HPE_PAUSED ? finish(parse) : HTTP_MORE;
}
