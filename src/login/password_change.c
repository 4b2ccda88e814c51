/* password_change.c - the old password is held against its hash and the new one hashed, both by the worker. */
#include "login/login_limit.h"
#include "login/login_waiter.h"

#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

/* The worker touches nothing else than the passwords, the hashes and what it finds. */
struct change_job {
	struct login_table *table; /* NULL: abandoned */
	struct password_change
		asked;        /* its request counts while the client is there; its caller no more */
	struct caller caller; /* as it asked */
	struct login_ref login;
	bool is_gone;
	struct str name, address, old, fresh; /* owned */
	uint64_t version;                     /* of the old password */
	char hash[PASSWORD_HASH_MAX], fresh_hash[PASSWORD_HASH_MAX];
	unsigned long long ops;
	size_t memory;
	bool is_right;
	enum err hashed;
	struct change_job *prev, *next;
};

static void job_free(struct change_job *job)
{
	password_free(&job->old);
	password_free(&job->fresh);
	str_free(&job->name);
	str_free(&job->address);
	sodium_memzero(job, sizeof *job);
	free(job);
}

static void job_work(void *ctx)
{
	struct change_job *job = ctx;
	job->is_right =
		job->asked.is_anothers || (*job->hash && password_matches(job->hash, job->old));
	if (job->is_right)
		job->hashed = password_hash(job->fresh_hash, job->fresh, job->ops, job->memory);
}

static struct basic basic_of(const struct change_job *job)
{
	return (struct basic) {.readings = {{job->name, job->old}}, .count = 1};
}

/* Somebody else may have changed it while the worker was busy. */
static enum err outcome(const struct change_job *job, const struct login *login)
{
	if (!login)
		return ERR_LOGIN;
	bool is_same = job->asked.is_anothers || login->user->b.password_version == job->version;
	if (!job->is_right || !is_same)
		return ERR_OLD_PASSWORD;
	return job->hashed;
}

static void job_done(void *ctx)
{
	struct change_job *job = ctx;
	struct login_table *table = job->table;
	if (table) {
		DL_DELETE(table->changes, job);
		struct basic basic = basic_of(job);
		if (!job->is_right)
			login_note_failed(table, &basic, job->address,
				login_is_known(table, &basic, job->address));
	}
	if (table && !job->is_gone) {
		struct caller caller = job->caller;
		caller.login = login_find(table, &job->login);
		enum err err = outcome(job, caller.login);
		if (caller.login)
			caller.user = caller.login->user;
		job->asked.done(
			job->asked.ctx, err, caller.login ? &caller : NULL, job->fresh_hash);
	}
	job_free(job);
}

/* While too many have failed nobody may guess on, signed in or not. */
static enum err check_limits(
	struct login_table *table, const struct basic *basic, struct str address)
{
	const struct change_job *job;
	size_t waiting;
	struct login_guesses in_worker = {0};
	DL_COUNT(table->changes, job, waiting);
	if (waiting >= LOGIN_HASH_QUEUE_MAX)
		return ERR_BUSY;
	if (!basic)
		return OK;
	DL_FOREACH(table->changes, job) {
		bool is_same =
			!job->asked.is_anothers && str_eq(job->name, basic->readings[0].name);
		in_worker.of_account += is_same;
		in_worker.of_pair += is_same && str_eq(job->address, address);
	}
	bool is_known = login_is_known(table, basic, address);
	enum login_leave leave = login_limit(table, basic, address, is_known, &in_worker);
	return leave == LOGIN_MUST_WAIT ? ERR_FAILED_LOGINS : OK;
}

enum err login_change_password(struct login_table *table, const struct password_change *change)
{
	const struct user *user = change->caller->user;
	struct login_address address;
	struct basic basic = {.readings = {{user->b.name, change->old}}, .count = 1};
	login_address(&address, change->request->peer);
	enum err err = check_limits(table, change->is_anothers ? NULL : &basic, address.at);
	if (err != OK)
		return err;
	struct change_job *job = mem_new(sizeof *job);
	job->table = table;
	job->asked = *change;
	job->caller = *change->caller;
	job->ops = table->settings.hash_ops;
	job->memory = table->settings.hash_memory;
	job->login = login_ref(change->caller->login);
	job->version = user->b.password_version;
	job->name = str_copy(user->b.name);
	job->address = str_copy(address.at);
	job->old = str_copy(change->old);
	job->fresh = str_copy(change->fresh);
	if (user->b.password.len < sizeof job->hash)
		memcpy(job->hash, user->b.password.at, user->b.password.len);
	DL_APPEND(table->changes, job);
	net_work(table->net, job_work, job_done, job);
	return OK;
}

void login_changes_gone(struct login_table *table, struct http_ref ref)
{
	struct change_job *job;
	DL_FOREACH(table->changes, job)
		job->is_gone |= http_ref_eq(job->asked.ref, ref);
}

void login_changes_abandon(struct login_table *table)
{
	struct change_job *job, *next;
	DL_FOREACH_SAFE(table->changes, job, next) {
		DL_DELETE(table->changes, job);
		job->table = NULL;
	}
}
