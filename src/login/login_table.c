/* login_table.c - who is signed in: by cookie, by user, by last use. */
#include "login/login_waiter.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <utlist.h>

static_assert(sizeof(struct login) <= 136, "an idle client is to cost little (ARCHITECTURE.md)");

static void end_idle(void *ctx);

static const char **origins_copy(const struct login_settings *settings)
{
	size_t count = settings->origin_count;
	const char **copy = count ? mem_new(count * sizeof *copy) : NULL;
	for (size_t i = 0; i < count; i++)
		copy[i] = strdup(settings->origins[i]);
	return copy;
}

static void origins_free(struct login_settings *settings)
{
	for (size_t i = 0; i < settings->origin_count; i++)
		free((void *)(uintptr_t)settings->origins[i]);
	free((void *)(uintptr_t)settings->origins);
}

static struct str cookie_of(const struct table_link *link)
{
	const struct login *login = TABLE_THING(link, const struct login, by_its_cookie);
	return str_from(login->cookie, sizeof login->cookie);
}

static struct str id_of_owner(const struct table_link *link)
{
	const struct login_owner *owner = TABLE_THING(link, const struct login_owner, by_id);
	return str_from(owner->id, sizeof owner->id);
}

struct login_table *login_table_new(
	struct net *net, struct core *core, const struct login_settings *settings)
{
	struct login_table *table = mem_new(sizeof *table);
	table->net = net;
	table->core = core;
	table->by_cookie.key_of = cookie_of;
	table->owners_by_id.key_of = id_of_owner;
	table->settings = *settings;
	table->settings.external_url = str_copy(settings->external_url);
	table->settings.origins = origins_copy(settings);
	/* Logins of a user called "login" have streams from 1 on: this one is nobody's. */
	struct net_stream stream = net_stream_of(net, STR("login"), 0);
	net_random(net, &stream, table->key, sizeof table->key);
	table->idle = (struct net_timer) {.fire = end_idle, .ctx = table};
	table->cache = login_cache_new(settings->idle_ms);
	table->failed = login_failed_new(str_from(table->key, sizeof table->key));
	login_refused_open(table);
	if (password_hash(table->dummy, STR("nobody"), settings->hash_ops, settings->hash_memory))
		login_table_free(&table);
	return table;
}

/* --- owners ----------------------------------------------------------------------------------- */

static struct login_owner *owner_of_id(const struct login_table *table, struct str id)
{
	struct table_link *found = table_find(&table->owners_by_id, id);
	return found ? TABLE_THING(found, struct login_owner, by_id) : NULL;
}

static struct login_owner *owner_find(const struct login_table *table, const struct user *user)
{
	CHECK(user->b.id.len == USER_ID_LEN);
	return owner_of_id(table, user->b.id);
}

static struct login_owner *owner_get(struct login_table *table, const struct user *user)
{
	struct login_owner *owner = owner_find(table, user);
	if (owner)
		return owner;
	owner = mem_new(sizeof *owner);
	memcpy(owner->id, user->b.id.at, USER_ID_LEN);
	table_add(&table->owners_by_id, &owner->by_id);
	if (table->last_owner)
		table->last_owner->next = owner;
	else
		table->owners = owner;
	table->last_owner = owner;
	return owner;
}

/* --- end -------------------------------------------------------------------------------------- */

static void wait_for_oldest(struct login_table *table)
{
	if (!table->oldest) {
		net_timer_stop(table->net, &table->idle);
		return;
	}
	msec due = table->oldest->last_used + table->settings.idle_ms;
	msec now = net_now(table->net);
	net_timer_start(table->net, &table->idle, due > now ? due - now : 0);
}

static void end(struct login_table *table, struct login_owner *owner, struct login *login)
{
	if (login->by_cookie)
		table_drop(&table->by_cookie, &login->by_its_cookie);
	DL_DELETE(table->oldest, login);
	DL_DELETE2(owner->logins, login, user_prev, user_next);
	owner->count--;
	if (owner->basic == login)
		owner->basic = NULL;
	if (login->started_center) {
		owner->left = net_now(table->net);
		memcpy(owner->left_by, login->cookie, sizeof owner->left_by);
	}
	if (table->ended)
		table->ended(table->ended_ctx, login);
	sodium_memzero(login, sizeof *login);
	free(login);
}

/* The timer stands at the oldest login's end as it was when the timer was set. Use only moves
 * logins to the back, so nobody is due before it, and it finds its next time by itself. */
static void end_idle(void *ctx)
{
	struct login_table *table = ctx;
	msec now = net_now(table->net);
	while (table->oldest && table->oldest->last_used + table->settings.idle_ms <= now)
		end(table, owner_find(table, table->oldest->user), table->oldest);
	wait_for_oldest(table);
}

void login_end(struct login_table *table, struct login *login)
{
	struct login_owner *owner = owner_find(table, login->user);
	/* Whoever ends the contact center session ends it for the login that started it, too. */
	struct login *other;
	DL_FOREACH2(owner->logins, other, user_next)
		other->started_center = false;
	login->started_center = true;
	end(table, owner, login);
}

void login_end_user(struct login_table *table, struct user *user)
{
	struct login_owner *owner = owner_find(table, user);
	struct login *login, *next;
	DL_FOREACH_SAFE2(owner ? owner->logins : NULL, login, next, user_next) {
		if (login == table->spared)
			login->password_version = user->b.password_version;
		else
			end(table, owner, login);
	}
}

void login_spare(struct login_table *table, const struct login *login)
{
	table->spared = login;
}

void login_on_end(
	struct login_table *table, void (*ended)(void *ctx, struct login *login), void *ctx)
{
	table->ended = ended;
	table->ended_ctx = ctx;
}

void login_on_address(struct login_table *table,
	void (*came)(void *ctx, struct user *user, struct str address), void *ctx)
{
	table->came = came;
	table->came_ctx = ctx;
}

/* --- begin ------------------------------------------------------------------------------------ */

/* A client that keeps no cookies gets a new one with each GET /me: those that never came back go
 * first, so that such a client does not sign others out. */
static struct login *whom_to_end(struct login_owner *owner)
{
	struct login *login;
	DL_FOREACH2(owner->logins, login, user_next)
		if (login->by_cookie && !login->came_back)
			return login;
	return owner->logins;
}

static struct login *begin(struct login_table *table, struct user *user)
{
	struct login_owner *owner = owner_get(table, user);
	if (owner->count >= LOGINS_PER_USER_MAX)
		end(table, owner, whom_to_end(owner));
	struct login *login = mem_new(sizeof *login);
	login->user = user;
	login->password_version = user->b.password_version;
	login->nth = ++owner->drawn;
	login->stream = net_stream_of(table->net, user->b.name, login->nth);
	login->began = login->last_used = net_now(table->net);
	DL_APPEND(table->oldest, login);
	DL_APPEND2(owner->logins, login, user_prev, user_next);
	owner->count++;
	if (table->oldest == login)
		wait_for_oldest(table);
	return login;
}

struct login *login_begin_cookie(struct login_table *table, struct user *user)
{
	struct login *login = begin(table, user);
	unsigned char random[sizeof login->cookie / 2];
	char hex[sizeof login->cookie + 1];
	net_random(table->net, &login->stream, random, sizeof random);
	sodium_bin2hex(hex, sizeof hex, random, sizeof random);
	memcpy(login->cookie, hex, sizeof login->cookie);
	login->by_cookie = true;
	table_add(&table->by_cookie, &login->by_its_cookie);
	return login;
}

struct login *login_basic(struct login_table *table, struct user *user)
{
	struct login_owner *owner = owner_get(table, user);
	if (!owner->basic)
		owner->basic = begin(table, user);
	return owner->basic;
}

static struct login *find_of_token(const struct login_owner *owner, struct str token_id)
{
	struct login *login;
	DL_FOREACH2(owner->logins, login, user_next)
		if (login->by_token &&
			str_eq(str_from(login->token, sizeof login->token), token_id))
			return login;
	return NULL;
}

struct login *login_bearer(struct login_table *table, const struct token *token)
{
	struct login *login = find_of_token(owner_get(table, token->user), token->b.id);
	if (login)
		return login;
	login = begin(table, token->user);
	login->by_token = true;
	memcpy(login->token, token->b.id.at, sizeof login->token);
	return login;
}

void login_end_token(struct login_table *table, struct user *user, struct str token_id)
{
	struct login_owner *owner = owner_find(table, user);
	struct login *login = owner ? find_of_token(owner, token_id) : NULL;
	if (login)
		end(table, owner, login);
}

void login_touch(struct login_table *table, struct login *login)
{
	struct login_owner *owner = owner_find(table, login->user);
	login->last_used = net_now(table->net);
	DL_DELETE(table->oldest, login);
	DL_APPEND(table->oldest, login);
	DL_DELETE2(owner->logins, login, user_prev, user_next);
	DL_APPEND2(owner->logins, login, user_prev, user_next);
}

/* --- look ------------------------------------------------------------------------------------- */

struct login *login_find_cookie(struct login_table *table, struct str cookie)
{
	struct table_link *found = table_find(&table->by_cookie, cookie);
	return found ? TABLE_THING(found, struct login, by_its_cookie) : NULL;
}

struct login_ref login_ref(const struct login *login)
{
	struct login_ref ref = {.nth = login->nth};
	memcpy(ref.user_id, login->user->b.id.at, sizeof ref.user_id);
	return ref;
}

struct login *login_find(const struct login_table *table, const struct login_ref *ref)
{
	struct login_owner *owner = owner_of_id(table, str_from(ref->user_id, USER_ID_LEN));
	struct login *login;
	if (!owner)
		return NULL;
	DL_FOREACH2(owner->logins, login, user_next)
		if (login->nth == ref->nth)
			return login;
	return NULL;
}

void login_note_start(struct login_table *table, struct login *login)
{
	struct login *other;
	DL_FOREACH2(owner_find(table, login->user)->logins, other, user_next)
		other->started_center = other == login;
}

static bool has_cookie(const char cookie[32], struct str value)
{
	return value.len == 32 && memcmp(cookie, value.at, 32) == 0;
}

struct login_person login_person(
	const struct login_table *table, const struct user *user, struct str own_cookie)
{
	struct login_person person = {0};
	struct login_owner *owner = owner_find(table, user);
	if (!owner)
		return person;
	struct login *login;
	DL_FOREACH2(owner->logins, login, user_next)
		if (login->started_center && !has_cookie(login->cookie, own_cookie))
			person.is_there = true;
	if (!has_cookie(owner->left_by, own_cookie))
		person.left = owner->left;
	return person;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The ids are ours, so the old core may be gone already; nothing here looks at its users. A user
 * whose creation was rolled back may have signed in meanwhile: those logins end, without a user. A
 * password that was rolled back may have been proven, and the next one gets its version: neither what
 * is cached nor the logins of it may stay. */
void login_rebind(struct login_table *table, struct core *core)
{
	struct login_owner *owner;
	table->core = core;
	login_cache_free(&table->cache);
	table->cache = login_cache_new(table->settings.idle_ms);
	LL_FOREACH(table->owners, owner) {
		struct user *user = core_user(core, str_from(owner->id, USER_ID_LEN));
		struct login *login, *next;
		DL_FOREACH2(owner->logins, login, user_next)
			login->user = user;
		DL_FOREACH_SAFE2(owner->logins, login, next, user_next)
			if (!user || login->password_version != user->b.password_version)
				end(table, owner, login);
	}
}

void login_table_free(struct login_table **at)
{
	struct login_table *table = *at;
	struct login_owner *owner;
	if (!table)
		return;
	login_jobs_abandon(table);
	login_changes_abandon(table);
	login_refused_close(table);
	net_timer_stop(table->net, &table->idle);
	table->ended = NULL;
	LL_FOREACH(table->owners, owner)
		while (owner->logins)
			end(table, owner, owner->logins);
	while ((owner = table->owners)) {
		table->owners = owner->next;
		free(owner);
	}
	table_free(&table->by_cookie);
	table_free(&table->owners_by_id);
	login_cache_free(&table->cache);
	login_failed_free(&table->failed);
	str_free(&table->settings.external_url);
	origins_free(&table->settings);
	sodium_memzero(table, sizeof *table);
	free(table);
	*at = NULL;
}
