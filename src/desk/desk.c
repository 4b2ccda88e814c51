/* desk.c - one room whose table of contents is a table of files. */
#include "desk/desk.h"
#include "desk/desk_files.h"

/* Nothing from anywhere else, no script or style but the files, no form that leaves the page, no frame
 * around it; and no text becomes markup, by whatever mistake (trusted types: none are made). data: is for
 * the icon with a number in it, which the page draws. */
#define POLICY                                                                                     \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "       \
	"img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "         \
	"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "         \
	"trusted-types 'none'\r\n"                                                                 \
	"Referrer-Policy: no-referrer\r\n"                                                         \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                                              \
	"Vary: Accept-Encoding\r\n"

static const char policy[] = POLICY;
static const char policy_gzip[] = POLICY "Content-Encoding: gzip\r\n";

static const struct desk_file *file_at(struct str path)
{
	for (const struct desk_file *file = desk_files; file->path; file++)
		if (str_is(path, file->path))
			return file;
	return NULL;
}

bool desk_is_there(void)
{
	return file_at(STR("/")) != NULL;
}

static bool owns(struct str path)
{
	return file_at(path) != NULL;
}

/* RFC 9110, 12.5.3, as far as browsers and tools write it: a list of names, one of which is gzip. */
static bool takes_gzip(const struct http_request *request)
{
	struct str rest = http_header(request, "Accept-Encoding");
	while (rest.len) {
		struct str one = str_cut(&rest, ',');
		struct str name = str_trim(str_cut(&one, ';'));
		struct str weight = str_trim(one);
		if (str_eq_nocase(name, STR("gzip")))
			return !str_is(weight, "q=0") && !str_is(weight, "q=0.0") &&
			       !str_is(weight, "q=0.00") && !str_is(weight, "q=0.000");
	}
	return false;
}

/* Weak, since both encodings share it. */
static void put_tag(struct buf *out, const struct desk_file *file)
{
	buf_printf(out, "W/\"%s\"", file->digest);
}

static bool has_it(const struct http_request *request, const struct desk_file *file)
{
	struct buf tag = {0};
	put_tag(&tag, file);
	bool found = str_lists(http_header(request, "If-None-Match"), buf_str(&tag));
	buf_free(&tag);
	return found;
}

static void reply_file(
	const struct desk_world *world, const struct visit *visit, const struct desk_file *file)
{
	bool is_same = has_it(visit->request, file), is_gzip = takes_gzip(visit->request);
	struct buf headers = {0};
	buf_puts(&headers, is_gzip ? policy_gzip : policy);
	buf_puts(&headers, "ETag: ");
	put_tag(&headers, file);
	buf_puts(&headers, "\r\n");
	struct str body = is_gzip ? str_from(file->gzip, (size_t)(file->gzip_end - file->gzip))
				  : str_from(file->plain, (size_t)(file->plain_end - file->plain));
	const struct http_response response = {
		.status = is_same ? 304 : 200,
		.body = is_same ? STR_NONE : body,
		.type = file->type,
		.cache = file->is_named_so ? "public, max-age=31536000, immutable" : "no-cache",
		.headers = buf_str(&headers),
	};
	world->reply(world->ctx, visit->ref, 0, &response);
	buf_free(&headers);
}

static enum err read_asked(void *ctx, struct visit *visit)
{
	return OK;
}

static void desk_refuse(void *ctx, const struct visit *visit, enum err err)
{
	const struct desk_world *world = ctx;
	const struct http_response response = world->refusal(err);
	world->reply(world->ctx, visit->ref, 0, &response);
}

static void serve(void *ctx, const struct visit *visit)
{
	if (visit->request->method == HTTP_GET)
		reply_file(ctx, visit, file_at(visit->request->path));
	else
		desk_refuse(ctx, visit, ERR_METHOD);
}

struct entrance_room desk_room(const struct desk_world *world)
{
	return (struct entrance_room) {.ctx = (void *)(uintptr_t)world,
		.owns = owns,
		.is_public = true,
		.read = read_asked,
		.serve = serve,
		.refuse = desk_refuse};
}
