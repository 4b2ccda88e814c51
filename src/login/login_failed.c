/* login_failed.c - tables of counters, found by hash. */
#include "login/login_failed.h"
#include "base/arena.h"
#include "base/ids.h"
#include "login/login.h"

#include <assert.h>
#include <stdlib.h>

static_assert((LOGIN_FAILED_SLOTS & (LOGIN_FAILED_SLOTS - 1)) == 0, "a power of two");

struct counter {
	msec since;     /* the first failure of the window */
	uint32_t last;  /* the last one, in ms after it */
	uint32_t count; /* 0: never used */
};

struct login_failed {
	struct str key;
	struct counter counters[FAILED_KINDS][LOGIN_FAILED_SLOTS];
};

struct login_failed *login_failed_new(struct str key)
{
	struct login_failed *failed = mem_new(sizeof *failed);
	failed->key = key;
	return failed;
}

void login_failed_free(struct login_failed **failed)
{
	free(*failed);
	*failed = NULL;
}

static size_t place_of(const struct login_failed *failed, struct str who)
{
	unsigned char digest[DIGEST_BYTES];
	uint32_t place;
	ids_digest(digest, failed->key, who);
	memcpy(&place, digest, sizeof place);
	return place & (LOGIN_FAILED_SLOTS - 1);
}

static bool is_over(const struct counter *counter, msec now)
{
	return counter->count == 0 || counter->since + LOGIN_FAILED_WINDOW_MS <= now;
}

/* Its counter while the window lasts; NULL: nothing failed in it. */
static const struct counter *find(
	const struct login_failed *failed, enum failed_kind kind, struct str who, msec now)
{
	const struct counter *counter = &failed->counters[kind][place_of(failed, who)];
	return is_over(counter, now) ? NULL : counter;
}

unsigned login_failed_count(
	const struct login_failed *failed, enum failed_kind kind, struct str who, msec now)
{
	const struct counter *counter = find(failed, kind, who, now);
	return counter ? counter->count : 0;
}

msec login_failed_last(
	const struct login_failed *failed, enum failed_kind kind, struct str who, msec now)
{
	const struct counter *counter = find(failed, kind, who, now);
	return counter ? counter->since + counter->last : 0;
}

void login_failed_note(struct login_failed *failed, enum failed_kind kind, struct str who, msec now)
{
	struct counter *counter = &failed->counters[kind][place_of(failed, who)];
	if (is_over(counter, now))
		*counter = (struct counter) {.since = now};
	counter->count++;
	counter->last = now > counter->since ? (uint32_t)(now - counter->since) : 0;
}
