/* login_check.c - whose request is this? Cookie and cached Basic at once, else through the
 * worker. */
#include "base/log.h"
#include "login/bearer.h"
#include "login/login_limit.h"
#include "login/login_proven.h"
#include "login/login_waiter.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

/* One reading of the credentials and what it is held against. */
struct attempt {
	struct str name, password; /* owned */
	char id[USER_ID_LEN];      /* of the user of that name; zero if there is none */
	uint64_t version;
	char hash[PASSWORD_HASH_MAX];
};

/* Credentials on their way through the worker. Equal ones of several requests share one job. The
 * worker touches nothing else than the attempts and `matched`. */
struct login_job {
	struct login_table *table; /* NULL: abandoned */
	unsigned char digest[DIGEST_BYTES];
	struct attempt attempts[2];
	size_t count;
	int matched; /* index of the attempt; -1 none */
	bool is_over;
	struct str address; /* of the first request; owned */
	bool is_known;      /* to the user */
	struct login_waiter *waiters;
	struct login_job *prev, *next;
};

/* --- waiters ---------------------------------------------------------------------------------- */

void login_answer(const struct login_waiter *waiter, enum err err, const struct caller *caller)
{
	waiter->done(waiter->ctx, err, caller);
}

struct login_waiter *login_waiter_keep(const struct login_waiter *waiter)
{
	struct login_waiter *kept = mem_new(sizeof *kept);
	*kept = *waiter;
	return kept;
}

size_t login_waiters_drop(struct login_waiter **list, struct http_ref ref)
{
	struct login_waiter *waiter, *next;
	size_t dropped = 0;
	DL_FOREACH_SAFE(*list, waiter, next) {
		if (!http_ref_eq(waiter->ref, ref))
			continue;
		DL_DELETE(*list, waiter);
		free(waiter);
		dropped++;
	}
	return dropped;
}

/* --- proven: which login is it ---------------------------------------------------------------- */

/* What a page asks again and again is no sign of a person: by cookie alone it does not keep a login alive (decisions
 * 3). */
static bool is_poll(const struct http_request *request)
{
	return str_starts(request->path, STR("/api/v2/notifications")) ||
	       str_is(request->path, "/api/v2/floor");
}

static void answer_cookie(struct login_table *table, struct login_waiter *waiter)
{
	struct login *login = login_find_cookie(table, login_cookie(waiter->request));
	if (!login || !login->user->b.enabled) {
		login_answer(waiter, ERR_LOGIN, NULL);
		return;
	}
	login->came_back = true;
	if (!is_poll(waiter->request))
		login_touch(table, login);
	struct caller caller = {.user = login->user, .login = login};
	login_answer(waiter, OK, &caller);
}

/* Once, as it begins. */
static void tell_login(struct login *login, const struct login_waiter *waiter, const char *by)
{
	if (!login->is_told)
		log_info("login", "user '%.*s' signed in by %s, from %.*s",
			STR_ARGS(login->user->b.name), by, STR_ARGS(waiter->request->peer));
	login->is_told = true;
}

/* Basic is that user's login whatever cookie comes along: an unknown cookie is no cookie, another
 * user's is an error (decisions 2). */
static void answer_proven(struct login_table *table, struct login_waiter *waiter, struct user *user)
{
	struct caller caller = {.user = user, .by_basic = true};
	caller.login = login_find_cookie(table, login_cookie(waiter->request));
	if (caller.login && caller.login->user != user) {
		login_answer(waiter, ERR_LOGIN, NULL);
		return;
	}
	if (caller.login) {
		caller.login->came_back = true;
	} else if (waiter->want_cookie) {
		caller.login = login_begin_cookie(table, user);
		caller.set_cookie = true;
	} else {
		caller.login = login_basic(table, user);
	}
	login_touch(table, caller.login);
	tell_login(caller.login, waiter, "a password");
	login_came_from(table, user, waiter->request->peer);
	login_answer(waiter, OK, &caller);
}

/* A token of whom it is, as a password is: an own cookie beside it says nothing more, another user's is an
 * error. */
static void answer_bearer(struct login_table *table, struct login_waiter *waiter, struct str text)
{
	unsigned char digest[DIGEST_BYTES];
	bearer_digest(digest, text);
	const struct token *token = core_token_by_digest(table->core, digest);
	const struct login *other = login_find_cookie(table, login_cookie(waiter->request));
	if (!token || !token->user->b.enabled || (other && other->user != token->user)) {
		login_answer(waiter, ERR_LOGIN, NULL);
		return;
	}
	struct caller caller = {.user = token->user, .by_bearer = true};
	caller.login = login_bearer(table, token);
	login_touch(table, caller.login);
	tell_login(caller.login, waiter, "a token");
	login_answer(waiter, OK, &caller);
}

/* --- the job ---------------------------------------------------------------------------------- */

/* Whoever does not exist, or cannot sign in, is held against a dummy: it takes the same time. */
static void aim(const struct login_table *table, struct attempt *attempt)
{
	const struct user *user = core_user_by_name(table->core, attempt->name);
	bool can_match = user && user->b.enabled && user->b.password.len &&
			 user->b.password.len < PASSWORD_HASH_MAX;
	memset(attempt->id, 0, sizeof attempt->id);
	memset(attempt->hash, 0, sizeof attempt->hash);
	attempt->version = can_match ? user->b.password_version : 0;
	if (!can_match) {
		memcpy(attempt->hash, table->dummy, sizeof attempt->hash);
		return;
	}
	memcpy(attempt->id, user->b.id.at, sizeof attempt->id);
	memcpy(attempt->hash, user->b.password.at, user->b.password.len);
}

static bool has_aim(const struct attempt *attempt)
{
	return attempt->id[0] != '\0';
}

static void job_work(void *ctx)
{
	struct login_job *job = ctx;
	job->matched = -1;
	for (size_t i = 0; i < job->count && job->matched < 0; i++)
		if (password_matches(job->attempts[i].hash, job->attempts[i].password) &&
			has_aim(&job->attempts[i]))
			job->matched = (int)i;
}

static void job_done(void *ctx);

static void job_start(struct login_job *job)
{
	for (size_t i = 0; i < job->count; i++)
		aim(job->table, &job->attempts[i]);
	net_work(job->table->net, job_work, job_done, job);
}

/* Did a user come, go or change password while the worker was busy? Then its result is stale. The
 * version alone does not tell: after a refused commit the next password has the one of the last. */
static bool is_outdated(const struct login_job *job)
{
	for (size_t i = 0; i < job->count; i++) {
		struct attempt now = job->attempts[i];
		aim(job->table, &now);
		bool is_same = memcmp(now.id, job->attempts[i].id, sizeof now.id) == 0 &&
			       now.version == job->attempts[i].version &&
			       memcmp(now.hash, job->attempts[i].hash, sizeof now.hash) == 0;
		sodium_memzero(now.hash, sizeof now.hash);
		if (!is_same)
			return true;
	}
	return false;
}

static void job_free(struct login_job *job)
{
	struct login_waiter *waiter, *next;
	DL_FOREACH_SAFE(job->waiters, waiter, next)
		free(waiter);
	for (size_t i = 0; i < job->count; i++) {
		str_free(&job->attempts[i].name);
		password_free(&job->attempts[i].password);
	}
	str_free(&job->address);
	free(job);
}

/* The readings that a job has: as they came, without the names' and passwords' owner. */
static struct basic basic_of(const struct login_job *job)
{
	struct basic basic = {.count = job->count};
	for (size_t i = 0; i < job->count; i++)
		basic.readings[i] =
			(struct basic_reading) {job->attempts[i].name, job->attempts[i].password};
	return basic;
}

static void note_failure_of(struct login_job *job, const struct login_waiter *waiter)
{
	struct basic basic = basic_of(job);
	struct login_address address;
	login_address(&address, waiter->request->peer);
	login_note_failed(
		job->table, &basic, address.at, login_is_known(job->table, &basic, address.at));
}

static void tell_wrong(struct login_table *table, const struct login_waiter *waiter)
{
	if (waiter->must_be_right)
		login_refuse(table, waiter);
	else
		login_answer(waiter, ERR_LOGIN, NULL);
}

/* Only the name of a user: what was typed as one may be a password. */
static void log_failed(const struct login_job *job, const struct login_waiter *waiter)
{
	const struct user *user = core_user_by_name(job->table->core, job->attempts[0].name);
	if (user)
		log_warn("login", "a sign-in of user '%.*s' failed, from %.*s",
			STR_ARGS(user->b.name), STR_ARGS(waiter->request->peer));
	else
		log_warn("login", "a sign-in failed, of no user of ours, from %.*s",
			STR_ARGS(waiter->request->peer));
}

/* Each waiter is looked at afresh: what one answer leads to may end logins or take others away. */
static void job_tell(struct login_job *job)
{
	struct login_table *table = job->table;
	bool is_first = true;
	if (job->matched < 0) {
		struct basic basic = basic_of(job);
		login_note_failed(table, &basic, job->address, job->is_known);
	}
	while (job->table && job->waiters) {
		struct login_waiter waiter = *job->waiters, *head = job->waiters;
		DL_DELETE(job->waiters, head);
		free(head);
		struct user *user = NULL;
		if (job->matched >= 0)
			user = core_user_by_name(table->core, job->attempts[job->matched].name);
		if (job->matched < 0 && !is_first)
			note_failure_of(job, &waiter);
		is_first = false;
		if (user && user->b.enabled)
			answer_proven(table, &waiter, user);
		else {
			log_failed(job, &waiter);
			tell_wrong(table, &waiter);
		}
	}
}

static void job_done(void *ctx)
{
	struct login_job *job = ctx;
	struct login_table *table = job->table;
	if (!table) {
		job_free(job);
		return;
	}
	if (is_outdated(job)) {
		job_start(job);
		return;
	}
	job->is_over = true;
	if (job->matched >= 0) {
		const struct attempt *attempt = &job->attempts[job->matched];
		login_proven_add(
			table, core_user_by_name(table->core, attempt->name), attempt->password);
	}
	job_tell(job);
	if (job->table) {
		DL_DELETE(table->jobs, job);
		table->job_count[job->is_known]--;
	}
	job_free(job);
}

void login_jobs_abandon(struct login_table *table)
{
	struct login_job *job, *next;
	DL_FOREACH_SAFE(table->jobs, job, next) {
		DL_DELETE(table->jobs, job);
		job->table = NULL;
	}
}

/* --- the question ----------------------------------------------------------------------------- */

static struct login_job *find_job(
	struct login_table *table, const unsigned char digest[DIGEST_BYTES])
{
	struct login_job *job;
	DL_FOREACH(table->jobs, job)
		if (!job->is_over && memcmp(job->digest, digest, DIGEST_BYTES) == 0)
			return job;
	return NULL;
}

static struct login_guesses guesses(
	const struct login_table *table, struct str name, struct str address)
{
	const struct login_job *job;
	struct login_guesses count = {0};
	DL_FOREACH(table->jobs, job) {
		bool is_same = str_eq(job->attempts[0].name, name);
		count.of_account += is_same;
		count.of_pair += is_same && str_eq(job->address, address);
	}
	return count;
}

static struct login_job *job_new(struct login_table *table,
	const unsigned char digest[DIGEST_BYTES], const struct basic *basic, struct str address,
	bool is_known)
{
	struct login_job *job = mem_new(sizeof *job);
	job->table = table;
	memcpy(job->digest, digest, DIGEST_BYTES);
	job->count = basic->count;
	for (size_t i = 0; i < basic->count; i++) {
		job->attempts[i].name = str_copy(basic->readings[i].name);
		job->attempts[i].password = str_copy(basic->readings[i].password);
	}
	job->address = str_copy(address);
	job->is_known = is_known;
	DL_APPEND(table->jobs, job);
	table->job_count[is_known]++;
	return job;
}

static void wait_in(struct login_job *job, const struct login_waiter *waiter)
{
	struct login_waiter *kept = login_waiter_keep(waiter);
	DL_APPEND(job->waiters, kept);
}

/* The password has to be hashed, if it may be tried at all. */
static void check_unproven(
	struct login_table *table, struct login_waiter *waiter, const struct basic *basic)
{
	unsigned char digest[DIGEST_BYTES];
	struct login_address address;
	login_address(&address, waiter->request->peer);
	bool is_known = login_is_known(table, basic, address.at);
	struct login_guesses in_worker = guesses(table, basic->readings[0].name, address.at);
	enum login_leave leave = login_limit(table, basic, address.at, is_known, &in_worker);
	login_asked(table, digest, basic);
	struct login_job *job = find_job(table, digest);
	waiter->must_be_right = leave != LOGIN_MAY_TRY;
	if (job) {
		wait_in(job, waiter);
		return;
	}
	bool has_room = table->job_count[is_known] < LOGIN_HASH_QUEUE_MAX;
	if (leave == LOGIN_MUST_WAIT || (waiter->must_be_right && !has_room)) {
		login_refuse(table, waiter);
		return;
	}
	if (!has_room) {
		login_answer(waiter, ERR_BUSY, NULL);
		return;
	}
	job = job_new(table, digest, basic, address.at, is_known);
	wait_in(job, waiter);
	job_start(job);
}

static void check_basic(
	struct login_table *table, struct login_waiter *waiter, const struct basic *basic)
{
	struct user *user = login_proven_find(table, basic);
	if (user)
		answer_proven(table, waiter, user);
	else
		check_unproven(table, waiter, basic);
}

void login_check(struct login_table *table, const struct http_request *request, struct http_ref ref,
	bool want_cookie, void (*done)(void *ctx, enum err err, const struct caller *caller),
	void *ctx)
{
	struct login_waiter waiter = {.request = request,
		.ref = ref,
		.want_cookie = want_cookie,
		.asked = net_now(table->net),
		.done = done,
		.ctx = ctx};
	struct basic basic;
	struct str token = bearer_read(http_header(request, "Authorization"));
	if (token.at) {
		answer_bearer(table, &waiter, token);
		return;
	}
	switch (basic_read(http_header(request, "Authorization"), request->arena, &basic)) {
	case BASIC_NONE:
		answer_cookie(table, &waiter);
		return;
	case BASIC_BAD:
		login_answer(&waiter, ERR_LOGIN, NULL);
		return;
	case BASIC_GIVEN:
		check_basic(table, &waiter, &basic);
		return;
	}
}

void login_gone(struct login_table *table, struct http_ref ref)
{
	struct login_job *job;
	DL_FOREACH(table->jobs, job)
		login_waiters_drop(&job->waiters, ref);
	table->refused_count -= login_waiters_drop(&table->refused, ref);
	login_changes_gone(table, ref);
}
