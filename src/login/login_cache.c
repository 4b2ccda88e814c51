/* login_cache.c - a table of digests in order of last use. */
#include "login/login_cache.h"
#include "base/arena.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

struct entry {
	unsigned char digest[DIGEST_BYTES];
	msec used;
	struct entry *prev, *next;
	UT_hash_handle hh;
};

struct login_cache {
	struct entry *by_digest;
	struct entry *oldest; /* list by last use */
	msec idle_ms;
};

struct login_cache *login_cache_new(msec idle_ms)
{
	struct login_cache *cache = mem_new(sizeof *cache);
	cache->idle_ms = idle_ms;
	return cache;
}

static void forget(struct login_cache *cache, struct entry *entry)
{
	HASH_DELETE(hh, cache->by_digest, entry);
	DL_DELETE(cache->oldest, entry);
	free(entry);
}

void login_cache_free(struct login_cache **cache)
{
	if (!*cache)
		return;
	while ((*cache)->oldest)
		forget(*cache, (*cache)->oldest);
	free(*cache);
	*cache = NULL;
}

static void forget_unused(struct login_cache *cache, msec now)
{
	while (cache->oldest && cache->oldest->used + cache->idle_ms <= now)
		forget(cache, cache->oldest);
}

bool login_cache_has(struct login_cache *cache, const unsigned char digest[DIGEST_BYTES], msec now)
{
	struct entry *entry;
	forget_unused(cache, now);
	HASH_FIND(hh, cache->by_digest, digest, DIGEST_BYTES, entry);
	if (!entry)
		return false;
	entry->used = now;
	DL_DELETE(cache->oldest, entry);
	DL_APPEND(cache->oldest, entry);
	return true;
}

void login_cache_add(struct login_cache *cache, const unsigned char digest[DIGEST_BYTES], msec now)
{
	if (login_cache_has(cache, digest, now))
		return;
	if (HASH_COUNT(cache->by_digest) >= LOGIN_CACHE_MAX)
		forget(cache, cache->oldest);
	struct entry *entry = mem_new(sizeof *entry);
	memcpy(entry->digest, digest, DIGEST_BYTES);
	entry->used = now;
	HASH_ADD(hh, cache->by_digest, digest, DIGEST_BYTES, entry);
	DL_APPEND(cache->oldest, entry);
}
