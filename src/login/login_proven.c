/* login_proven.c - which credentials were proven before; equal ones recognised by keyed digests. */
#include "login/login_proven.h"

#include <sodium.h>

static void put_sized(struct buf *b, struct str s)
{
	buf_put_u64(b, s.len);
	buf_put_byte(b, ':');
	buf_put(b, s);
}

static void digest_buf(
	const struct login_table *table, unsigned char out[DIGEST_BYTES], struct buf *secret)
{
	ids_digest(out, str_from(table->key, sizeof table->key), buf_str(secret));
	if (secret->at)
		sodium_memzero(secret->at, secret->len);
	buf_free(secret);
}

/* A changed password has another version, so what was cached for the old one is never found
 * again. */
static void digest_proven(const struct login_table *table, unsigned char out[DIGEST_BYTES],
	const struct user *user, struct str password)
{
	struct buf text = {0};
	buf_puts(&text, "proven");
	put_sized(&text, table->core->centre.name);
	put_sized(&text, user->b.id);
	put_sized(&text, password);
	buf_put_u64(&text, user->b.password_version);
	digest_buf(table, out, &text);
}

void login_asked(
	const struct login_table *table, unsigned char out[DIGEST_BYTES], const struct basic *basic)
{
	struct buf text = {0};
	buf_puts(&text, "asked");
	for (size_t i = 0; i < basic->count; i++) {
		put_sized(&text, basic->readings[i].name);
		put_sized(&text, basic->readings[i].password);
	}
	digest_buf(table, out, &text);
}

void login_proven_add(struct login_table *table, const struct user *user, struct str password)
{
	unsigned char digest[DIGEST_BYTES];
	digest_proven(table, digest, user, password);
	login_cache_add(table->cache, digest, net_now(table->net));
}

struct user *login_proven_find(struct login_table *table, const struct basic *basic)
{
	for (size_t i = 0; i < basic->count; i++) {
		unsigned char digest[DIGEST_BYTES];
		struct user *user = core_user_by_name(table->core, basic->readings[i].name);
		if (!user || !user->b.enabled)
			continue;
		digest_proven(table, digest, user, basic->readings[i].password);
		if (login_cache_has(table->cache, digest, net_now(table->net)))
			return user;
	}
	return NULL;
}
