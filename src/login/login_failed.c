/* login_failed.c - a table of counters in order of their windows. */
#include "login/login_failed.h"
#include "base/arena.h"
#include "base/ids.h"
#include "login/login.h"

#include <stdlib.h>
#include <utlist.h>

struct counter {
	unsigned char digest[DIGEST_BYTES];
	unsigned count;
	msec since;
	struct counter *prev, *next;
	UT_hash_handle hh;
};

struct login_failed {
	struct str key;
	struct counter *by_digest;
	struct counter *oldest; /* list by start of the window */
};

struct login_failed *login_failed_new(struct str key)
{
	struct login_failed *failed = mem_new(sizeof *failed);
	failed->key = key;
	return failed;
}

static void forget(struct login_failed *failed, struct counter *counter)
{
	HASH_DELETE(hh, failed->by_digest, counter);
	DL_DELETE(failed->oldest, counter);
	free(counter);
}

void login_failed_free(struct login_failed **failed)
{
	if (!*failed)
		return;
	while ((*failed)->oldest)
		forget(*failed, (*failed)->oldest);
	free(*failed);
	*failed = NULL;
}

static void digest_of(unsigned char out[DIGEST_BYTES], const struct login_failed *failed,
	enum failed_kind kind, struct str who)
{
	struct buf text = {0};
	buf_put_byte(&text, kind == FAILED_ACCOUNT ? 'u' : 'a');
	buf_put(&text, who);
	ids_digest(out, failed->key, buf_str(&text));
	buf_free(&text);
}

static struct counter *find(
	struct login_failed *failed, const unsigned char digest[DIGEST_BYTES], msec now)
{
	struct counter *counter;
	while (failed->oldest && failed->oldest->since + LOGIN_FAILED_WINDOW_MS <= now)
		forget(failed, failed->oldest);
	HASH_FIND(hh, failed->by_digest, digest, DIGEST_BYTES, counter);
	return counter;
}

unsigned login_failed_count(
	struct login_failed *failed, enum failed_kind kind, struct str who, msec now)
{
	unsigned char digest[DIGEST_BYTES];
	digest_of(digest, failed, kind, who);
	struct counter *counter = find(failed, digest, now);
	return counter ? counter->count : 0;
}

void login_failed_note(struct login_failed *failed, enum failed_kind kind, struct str who, msec now)
{
	unsigned char digest[DIGEST_BYTES];
	digest_of(digest, failed, kind, who);
	struct counter *counter = find(failed, digest, now);
	if (counter) {
		counter->count++;
		return;
	}
	if (HASH_COUNT(failed->by_digest) >= LOGIN_FAILED_ENTRIES_MAX)
		forget(failed, failed->oldest);
	counter = mem_new(sizeof *counter);
	memcpy(counter->digest, digest, DIGEST_BYTES);
	counter->count = 1;
	counter->since = now;
	HASH_ADD(hh, failed->by_digest, digest, DIGEST_BYTES, counter);
	DL_APPEND(failed->oldest, counter);
}
