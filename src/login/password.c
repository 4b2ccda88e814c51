/* password.c - argon2id over libsodium; who has to choose another one. */
#include "login/login.h"

#include <assert.h>
#include <sodium.h>

static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "a hash fits into its buffer");

enum err password_hash(
	char out[PASSWORD_HASH_MAX], struct str password, unsigned long long ops, size_t memory)
{
	CHECK(sodium_init() >= 0);
	CHECK(ops >= crypto_pwhash_OPSLIMIT_MIN && memory >= crypto_pwhash_MEMLIMIT_MIN);
	memset(out, 0, PASSWORD_HASH_MAX);
	if (crypto_pwhash_str(out, password.len ? password.at : "", password.len, ops, memory) != 0)
		return ERR_INTERNAL;
	return OK;
}

bool login_must_change(const struct caller *caller)
{
	return caller->user->b.must_change && !caller->by_bearer;
}

void password_free(struct str *password)
{
	if (password->at)
		sodium_memzero((void *)(uintptr_t)password->at, password->len);
	str_free(password);
}

bool password_matches(const char *hash, struct str password)
{
	CHECK(sodium_init() >= 0);
	return crypto_pwhash_str_verify(hash, password.len ? password.at : "", password.len) == 0;
}
