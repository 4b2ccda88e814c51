/* cursor.c - pages of lists. */
#include "api/cursor.h"

#include <sodium.h>

#include "api/call.h"

/* What a cursor is for: this caller, this list with these parameters but those of the page. */
static void put_scope(struct buf *out, struct call *call)
{
	struct str rest = call->request->query, name, value;
	buf_put(out, call->caller->user->b.id);
	buf_put(out, call->request->path);
	while (http_query_next(call->request, &rest, &name, &value)) {
		if (str_is(name, "cursor") || str_is(name, "limit"))
			continue;
		buf_put_byte(out, '\0');
		buf_put(out, name);
		buf_put_byte(out, '=');
		buf_put(out, value);
	}
}

static void seal_key(unsigned char key[crypto_secretbox_KEYBYTES], struct call *call)
{
	struct buf scope = {0};
	struct str secret = call_core(call)->centre.id_key;
	buf_puts(&scope, "cursor");
	put_scope(&scope, call);
	crypto_generichash(key, crypto_secretbox_KEYBYTES, (const unsigned char *)scope.at,
		scope.len, (const unsigned char *)secret.at, secret.len);
	buf_free(&scope);
}

/* The nonce is a digest of what is sealed: equal cursors are equal, and no two others share one. */
void cursor_put(struct call *call, struct str place)
{
	unsigned char key[crypto_secretbox_KEYBYTES], nonce[crypto_secretbox_NONCEBYTES] = {0};
	size_t len = crypto_secretbox_MACBYTES + place.len, all = DIGEST_BYTES + len;
	unsigned char *bytes = arena_take(call->request->arena, all);
	size_t text_len = sodium_base64_ENCODED_LEN(all, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = arena_take(call->request->arena, text_len);
	seal_key(key, call);
	ids_digest(nonce, str_from(key, sizeof key), place);
	memcpy(bytes, nonce, DIGEST_BYTES);
	crypto_secretbox_easy(
		bytes + DIGEST_BYTES, (const unsigned char *)place.at, place.len, nonce, key);
	sodium_bin2base64(text, text_len, bytes, all, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	json_member(&call->members, "cursor", str_of(text));
}

static bool unseal(struct call *call, struct str cursor, struct str *last)
{
	unsigned char key[crypto_secretbox_KEYBYTES], nonce[crypto_secretbox_NONCEBYTES] = {0};
	unsigned char *bytes = arena_take(call->request->arena, cursor.len + 1);
	size_t all;
	if (sodium_base642bin(bytes, cursor.len, cursor.at, cursor.len, NULL, &all, NULL,
		    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		all < DIGEST_BYTES + crypto_secretbox_MACBYTES)
		return false;
	size_t len = all - DIGEST_BYTES - crypto_secretbox_MACBYTES;
	unsigned char *opened = arena_take(call->request->arena, len + 1);
	seal_key(key, call);
	memcpy(nonce, bytes, DIGEST_BYTES);
	*last = str_from(opened, len);
	return crypto_secretbox_open_easy(opened, bytes + DIGEST_BYTES,
		       len + crypto_secretbox_MACBYTES, nonce, key) == 0;
}

enum err cursor_take(struct call *call, struct str *place)
{
	struct str cursor;
	*place = STR_NONE;
	if (!http_query(call->request, "cursor", &cursor) || !cursor.len)
		return OK;
	bool is_ours = unseal(call, cursor, place) && place->len;
	return is_ours ? OK : call_names(call, "cursor", ERR_RANGE);
}

enum err cursor_limit(struct call *call, size_t most, size_t *limit)
{
	uint64_t number;
	bool is_given;
	enum err e = params_number(call, "limit", &number, &is_given);
	if (e != OK || !is_given)
		return e;
	*limit = (size_t)number;
	return number && number <= most ? OK : call_names(call, "limit", ERR_RANGE);
}
