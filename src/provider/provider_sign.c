/* provider_sign.c - what is signed is put together by the format's template, and signed again. */
#include "provider/provider_sign.h"

#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/check.h"

#define SECOND 1000
/* Times above are in milliseconds: seconds would be in the year 5138. */
#define SECONDS_MAX 100000000000

/* Fields of a form that is signed field by field; more than there are headers nobody sends. */
#define FIELDS_MAX 256

struct field {
	struct str name, value;
};

static int field_cmp(const void *a, const void *b)
{
	const struct field *x = a, *y = b;
	int c = str_cmp(x->name, y->name);
	return c ? c : str_cmp(x->value, y->value);
}

static struct str fields_of(const struct http_request *request)
{
	struct field *fields = arena_take(request->arena, FIELDS_MAX * sizeof *fields);
	struct str rest = request->body, all;
	struct buf joined = {0};
	size_t count = 0;
	while (count < FIELDS_MAX &&
		http_query_next(request, &rest, &fields[count].name, &fields[count].value))
		count++;
	qsort(fields, count, sizeof *fields, field_cmp);
	for (size_t i = 0; i < count; i++) {
		buf_put(&joined, fields[i].name);
		buf_put(&joined, fields[i].value);
	}
	all = arena_copy(request->arena, buf_str(&joined));
	buf_free(&joined);
	return all;
}

static struct str header_of(const struct http_request *request, struct str name)
{
	return name.len ? http_header(request, arena_copy(request->arena, name).at) : STR_NONE;
}

/* As it would have to stand in the header. */
static void sign(
	const struct provider_format *format, struct str secret, struct str what, struct buf *out)
{
	const EVP_MD *digests[] = {[PROVIDER_SHA256] = EVP_sha256(),
		[PROVIDER_SHA1] = EVP_sha1(),
		[PROVIDER_SHA512] = EVP_sha512()};
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len;
	char letters[2 * EVP_MAX_MD_SIZE + 1];
	CHECK(HMAC(digests[format->signature.digest], secret.at, (int)secret.len,
		(const unsigned char *)what.at, what.len, mac, &len));
	if (format->signature.letters == PROVIDER_HEX)
		sodium_bin2hex(letters, sizeof letters, mac, len);
	else
		sodium_bin2base64(
			letters, sizeof letters, mac, len, sodium_base64_VARIANT_ORIGINAL);
	buf_put(out, format->signature.prefix);
	buf_puts(out, letters);
}

static bool is_same(const struct provider_format *format, struct str ours, struct str theirs)
{
	char small[2 * EVP_MAX_MD_SIZE + 1];
	if (format->signature.letters == PROVIDER_BASE64 || theirs.len >= sizeof small)
		return ours.len == theirs.len && sodium_memcmp(ours.at, theirs.at, ours.len) == 0;
	size_t prefix = format->signature.prefix.len;
	for (size_t i = 0; i < theirs.len; i++) {
		char c = theirs.at[i];
		small[i] = i >= prefix && c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	return ours.len == theirs.len && sodium_memcmp(ours.at, small, ours.len) == 0;
}

static bool is_in_window(const struct provider_format *format, struct str said, msec now)
{
	uint64_t time;
	if (!str_u64(said, &time) || time > (uint64_t)SECONDS_MAX * SECOND)
		return false;
	msec at = (msec)time * (time < SECONDS_MAX ? SECOND : 1);
	return at >= now - format->signature.window && at <= now + format->signature.window;
}

const char *provider_distrust(const struct provider_format *format, struct str secret,
	struct str url, const struct http_request *request, msec now)
{
	struct provider_values values = {{STR_NONE}};
	struct str theirs = header_of(request, format->signature.header);
	struct str time = header_of(request, format->signature.time_header);
	struct buf signs = {0}, ours = {0};
	if (!theirs.len)
		return "it is not signed";
	if (format->signature.time_header.len && !is_in_window(format, time, now))
		return "its time is not within the window";
	values.at[PROVIDER_BODY] = request->body;
	values.at[PROVIDER_TIME] = time;
	values.at[PROVIDER_NONCE] = header_of(request, format->signature.nonce_header);
	values.at[PROVIDER_URL] = url;
	if (format->receive.coding == PROVIDER_FORM)
		values.at[PROVIDER_FIELDS] = fields_of(request);
	provider_fill(&signs, format->signature.over, &values, PROVIDER_PLAIN);
	sign(format, secret, buf_str(&signs), &ours);
	bool is_theirs = is_same(format, buf_str(&ours), theirs);
	buf_free(&signs);
	buf_free(&ours);
	return is_theirs ? NULL : "its signature is wrong";
}
