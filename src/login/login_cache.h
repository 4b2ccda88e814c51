/* login_cache.h - credentials that were proven lately, so that a client which sends Basic with
 * every request pays for the hash once. Holds keyed digests only. */
#ifndef LOGIN_LOGIN_CACHE_H
#define LOGIN_LOGIN_CACHE_H

#include "base/ids.h"
#include "base/msec.h"

/* Entries; beyond, the one unused longest goes. Some signs of life of each user of a large
 * centre. */
#define LOGIN_CACHE_MAX 16384

struct login_cache;
/* idle_ms: an entry unused for this long is forgotten. */
struct login_cache *login_cache_new(msec idle_ms);
void login_cache_free(struct login_cache **cache);
/* Was this digest added and not forgotten? Counts as a use. */
bool login_cache_has(struct login_cache *cache, const unsigned char digest[DIGEST_BYTES], msec now);
void login_cache_add(struct login_cache *cache, const unsigned char digest[DIGEST_BYTES], msec now);

#endif
