/* login_cache.c - a table of digests in order of last use. */
#include "login/login_cache.h"
#include "base/arena.h"
#include "base/table.h"

#include <stdlib.h>
#include <utlist.h>

struct entry {
	unsigned char digest[DIGEST_BYTES];
	msec used;
	struct entry *prev, *next;
	struct table_link link;
};

struct login_cache {
	struct table by_digest;
	struct entry *oldest; /* list by last use */
	msec idle_ms;
};

static struct str digest_of(const struct table_link *link)
{
	const struct entry *entry = TABLE_THING(link, const struct entry, link);
	return str_from(entry->digest, sizeof entry->digest);
}

struct login_cache *login_cache_new(msec idle_ms)
{
	struct login_cache *cache = mem_new(sizeof *cache);
	cache->by_digest.key_of = digest_of;
	cache->idle_ms = idle_ms;
	return cache;
}

static void forget(struct login_cache *cache, struct entry *entry)
{
	table_drop(&cache->by_digest, &entry->link);
	DL_DELETE(cache->oldest, entry);
	free(entry);
}

void login_cache_free(struct login_cache **cache)
{
	if (!*cache)
		return;
	while ((*cache)->oldest)
		forget(*cache, (*cache)->oldest);
	table_free(&(*cache)->by_digest);
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
	forget_unused(cache, now);
	struct table_link *found = table_find(&cache->by_digest, str_from(digest, DIGEST_BYTES));
	if (!found)
		return false;
	struct entry *entry = TABLE_THING(found, struct entry, link);
	entry->used = now;
	DL_DELETE(cache->oldest, entry);
	DL_APPEND(cache->oldest, entry);
	return true;
}

void login_cache_add(struct login_cache *cache, const unsigned char digest[DIGEST_BYTES], msec now)
{
	if (login_cache_has(cache, digest, now))
		return;
	if (cache->by_digest.count >= LOGIN_CACHE_MAX)
		forget(cache, cache->oldest);
	struct entry *entry = mem_new(sizeof *entry);
	memcpy(entry->digest, digest, DIGEST_BYTES);
	entry->used = now;
	table_add(&cache->by_digest, &entry->link);
	DL_APPEND(cache->oldest, entry);
}
