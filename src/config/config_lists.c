/* config_lists.c - users, links, queues and words of the file, each checked by itself and against
 * the others. */
#include "config/config_lists.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

#include "base/country.h"
#include "base/utf8.h"
#include "config/config_providers.h"
#include "config/config_rules.h"
#include "config/config_said.h"
#include "core/model/phone.h"
#include "base/names.h"
#include "wire/smpp_bind.h"

static const struct {
	const char *word;
	unsigned bit;
} roles[] = {
	{"agent", ROLE_AGENT},
	{"supervisor", ROLE_SUPERVISOR},
	{"admin", ROLE_ADMIN},
	{"auditor", ROLE_AUDITOR},
	{"integrator", ROLE_INTEGRATOR},
};

unsigned config_role(struct str word)
{
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (str_is(word, roles[i].word))
			return roles[i].bit;
	return 0;
}

const char *config_role_word(unsigned role)
{
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (roles[i].bit == role)
			return roles[i].word;
	CHECK(!"a role");
	return "";
}

static char *keep(struct config *config, const char *text)
{
	return (char *)(uintptr_t)arena_copy(&config->arena, str_of(text)).at;
}

static char **keep_list(struct config *config, char *const *words, unsigned count)
{
	char **list = arena_take(&config->arena, count * sizeof *list);
	for (unsigned i = 0; i < count; i++)
		list[i] = keep(config, words[i]);
	return list;
}

/* Names of one kind, to find the second of two; the places are in the order of the file. */
struct seen {
	const char *name;
	unsigned place;
};

static int seen_cmp(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int c = strcmp(x->name, y->name);
	return c ? c : (x->place > y->place) - (x->place < y->place);
}

/* The first place whose name stands at an earlier place too; UINT_MAX if there is none. */
static unsigned first_repeated(struct seen *seen, unsigned count)
{
	unsigned first = UINT_MAX;
	qsort(seen, count, sizeof *seen, seen_cmp);
	for (unsigned i = 1; i < count; i++)
		if (strcmp(seen[i - 1].name, seen[i].name) == 0 && seen[i].place < first)
			first = seen[i].place;
	return first;
}

/* Without capitals: who reads Ana and ana, or signs in, takes them for one. */
static char *small(struct config *config, const char *name)
{
	char *copy = keep(config, name);
	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* --- users ------------------------------------------------------------------------------------ */

static enum err check_user_names(const struct config_file_user *u, unsigned nth, struct buf *reason)
{
	if (!u->name)
		return REFUSE(reason, "user %u has no name", nth);
	const char *wrong = names_wrong_user(str_of(u->name));
	if (wrong)
		return REFUSE(reason, "user '%s': the name %s", u->name, wrong);
	if ((wrong = names_wrong_person(str_of(u->first_name))))
		return REFUSE(reason, "user '%s': first-name %s", u->name, wrong);
	if ((wrong = names_wrong_person(str_of(u->last_name))))
		return REFUSE(reason, "user '%s': last-name %s", u->name, wrong);
	return OK;
}

static enum err check_user_password(const struct config_file_user *u, struct buf *reason)
{
	if (u->password && u->password_hash)
		return REFUSE(reason, "user '%s' has both password and password-hash", u->name);
	if (!u->password && !u->password_hash)
		return REFUSE(reason, "user '%s' has neither password nor password-hash", u->name);
	if (u->password && !*u->password)
		return REFUSE(reason, "user '%s': the password is empty", u->name);
	if (u->password_hash && names_wrong_hash(str_of(u->password_hash)))
		return REFUSE(reason, "user '%s': password-hash %s", u->name,
			names_wrong_hash(str_of(u->password_hash)));
	return OK;
}

static struct str change_of(const struct config_file_user *u)
{
	return str_of(u->change_password ? u->change_password : "no");
}

static struct str sms_of(const struct config_file_user *u)
{
	return str_of(u->sms ? u->sms : "yes");
}

static enum err check_user(const struct config_file_user *u, unsigned nth, struct buf *reason)
{
	enum err e = check_user_names(u, nth, reason);
	if (!u->name)
		return e;
	e = config_worse(e, check_user_password(u, reason));
	uint64_t all = 0;
	for (unsigned i = 0; i < u->roles_count; i++)
		all |= config_role(str_of(u->roles[i]));
	if (!core_roles_fit(all))
		e = config_worse(
			e, REFUSE(reason, "user '%s': the role integrator goes with no other role",
				   u->name));
	for (unsigned i = 0; i < u->roles_count; i++)
		if (!config_role(str_of(u->roles[i])))
			e = config_worse(
				e, REFUSE(reason, "user '%s': '%s' is no role (" CONFIG_ROLES ")",
					   u->name, u->roles[i]));
	bool sms, must_change;
	if (!config_switch(change_of(u), &must_change))
		e = config_worse(
			e, REFUSE(reason, "user '%s': change-password: '%s' is not yes or no",
				   u->name, u->change_password));
	if (!config_switch(sms_of(u), &sms))
		e = config_worse(e,
			REFUSE(reason, "user '%s': sms: '%s' is not yes or no", u->name, u->sms));
	return e;
}

static struct config_user user_of(struct config *config, const struct config_file_user *u)
{
	static char *const default_roles[] = {"agent"}, *const channels[] = {"smssession"};
	bool sms = false, must_change = false;
	CHECK(config_switch(sms_of(u), &sms) &&
		config_switch(change_of(u), &must_change)); /* check_user has asked */
	return (struct config_user) {
		.name = keep(config, u->name),
		.first_name = keep(config, u->first_name),
		.last_name = keep(config, u->last_name),
		.password = u->password ? keep(config, u->password) : NULL,
		.password_hash = u->password_hash ? keep(config, u->password_hash) : NULL,
		.roles = keep_list(
			config, u->roles ? u->roles : default_roles, u->roles ? u->roles_count : 1),
		.roles_count = u->roles ? u->roles_count : 1,
		.channels = keep_list(config, channels, sms),
		.channels_count = sms,
		.must_change = must_change,
	};
}

static enum err users(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	unsigned n = config->users_count = file->users_count;
	config->users = arena_take(&config->arena, n * sizeof *config->users);
	struct seen *seen = arena_take(&config->arena, n * sizeof *seen);
	enum err e = OK;
	for (unsigned i = 0; i < n; i++) {
		enum err wrong = check_user(&file->users[i], i + 1, reason);
		if (wrong) /* known by its name, for what comes behind it */
			config->users[i].name = keep(config, file->users[i].name);
		else
			config->users[i] = user_of(config, &file->users[i]);
		e = config_worse(e, wrong);
		seen[i] = (struct seen) {config->users[i].name, i};
	}
	unsigned twice = first_repeated(seen, n);
	if (twice < n)
		return config_worse(
			e, REFUSE(reason, "user '%s' is there already", config->users[twice].name));
	for (unsigned i = 0; i < n; i++)
		seen[i] = (struct seen) {small(config, config->users[i].name), i};
	twice = first_repeated(seen, n);
	if (twice < n)
		e = config_worse(
			e, REFUSE(reason,
				   "user '%s': another one is called so but for capital letters",
				   config->users[twice].name));
	return e;
}

/* --- links ------------------------------------------------------------------------------------ */

static enum err check_text(const struct config_file_link *l, const char *key, const char *text,
	size_t most, struct buf *reason)
{
	if (text && strlen(text) > most)
		return REFUSE(
			reason, "link '%s': %s is longer than %zu characters", l->name, key, most);
	return OK;
}

static enum err check_bind(const struct config_file_link *l, struct buf *reason)
{
	enum err e = check_text(l, "system-id", l->system_id, SMPP_SYSTEM_ID_MAX, reason);
	e = config_worse(e, check_text(l, "password", l->password, SMPP_PASSWORD_MAX, reason));
	e = config_worse(
		e, check_text(l, "system-type", l->system_type, SMPP_SYSTEM_TYPE_MAX, reason));
	if (l->secret || l->tls)
		e = config_worse(
			e, REFUSE(reason, "link '%s': secret and tls are for links with a provider",
				   l->name));
	return e;
}

static enum err check_link(const struct config *config, const struct config_file_link *l,
	unsigned nth, struct buf *reason)
{
	if (!l->name)
		return REFUSE(reason, "link %u has no name", nth);
	const char *wrong = names_wrong_thing(str_of(l->name));
	if (wrong)
		return REFUSE(reason, "link '%s': the name %s", l->name, wrong);
	enum err e = OK;
	if (!l->host)
		e = REFUSE(reason, "link '%s' has no host", l->name);
	else if (!*l->host)
		e = REFUSE(reason, "link '%s': the host is empty", l->name);
	if (!l->port)
		e = config_worse(e, REFUSE(reason, "link '%s' has no port", l->name));
	if (l->carrier && (wrong = names_wrong_thing(str_of(l->carrier))))
		e = config_worse(e, REFUSE(reason, "link '%s': the carrier %s", l->name, wrong));
	return config_worse(
		e, l->provider ? config_provider_link(config, l, reason) : check_bind(l, reason));
}

/* Where it is not said: the default. */
static enum err link_number(const struct config_file_link *from, const char *key, const char *word,
	uint64_t least, uint64_t most, struct arena *arena, uint64_t *out, struct buf *reason)
{
	struct str path = arena_printf(arena, "link '%s': %s", from->name, key);
	return word ? config_number(path.at, str_of(word), least, most, out, reason) : OK;
}

/* The rows of link.def. */
struct link_row {
	const char *key;
	size_t from; /* in struct config_file_link */
	enum setting_kind setting;
	/* The setting that the word is; false: it is none. */
	bool (*read)(const struct link_row *row, struct str word, uint64_t *value);
	const char *choices; /* what it may be */
	uint64_t least, most, unit;
};

static bool read_number(const struct link_row *row, struct str word, uint64_t *value)
{
	return str_u64(word, value) && *value >= row->least && *value <= row->most;
}

static bool read_choice(const struct link_row *row, struct str word, uint64_t *value)
{
	return config_choice(row->choices, word, value);
}

static bool read_country(const struct link_row *row, struct str word, uint64_t *value)
{
	*value = country_code(word);
	return *value > 0;
}

static const struct link_row link_rows[] = {
#define NUMBER(member, key, setting, least, most, unit)                                            \
	{key, offsetof(struct config_file_link, member), SETTING_##setting, read_number,           \
		"between " #least " and " #most, least, most, unit},
#define WORD(member, key, setting, choices)                                                        \
	{key, offsetof(struct config_file_link, member), SETTING_##setting, read_choice, choices,  \
		0, 0, 1},
#define COUNTRY(member, key, setting)                                                              \
	{key, offsetof(struct config_file_link, member), SETTING_##setting, read_country,          \
		"a country: two letters or its calling code", 0, 0, 1},
#include "config/link.def"
};

/* --- as the file would say it --- */

static const struct {
	const char *key;
	size_t at; /* in struct config_link */
	enum { LINK_TEXT, LINK_SECRET, LINK_NUMBER } kind;
} link_members[] = {
#define MEMBER(key, member, kind)                                                                  \
	{                                                                                          \
		key, offsetof(struct config_link, member), kind                                    \
	}
	MEMBER("host", host, LINK_TEXT),
	MEMBER("port", port, LINK_NUMBER),
	MEMBER("system-id", system_id, LINK_TEXT),
	MEMBER("password", password, LINK_SECRET),
	MEMBER("system-type", system_type, LINK_TEXT),
	MEMBER("window", window, LINK_NUMBER),
	MEMBER("carrier", carrier, LINK_TEXT),
	MEMBER("provider", provider, LINK_TEXT),
	MEMBER("secret", secret, LINK_SECRET),
#undef MEMBER
};
#define LINK_MEMBERS (sizeof link_members / sizeof *link_members)

size_t config_link_keys(void)
{
	return LINK_MEMBERS + sizeof link_rows / sizeof *link_rows;
}

struct config_key config_link_key(size_t nth)
{
	CHECK(nth < config_link_keys());
	if (nth >= LINK_MEMBERS)
		return (struct config_key) {.key = link_rows[nth - LINK_MEMBERS].key,
			.setting = link_rows[nth - LINK_MEMBERS].setting};
	return (struct config_key) {.key = link_members[nth].key,
		.setting = SETTING_KINDS,
		.is_secret = link_members[nth].kind == LINK_SECRET};
}

static void put_link_setting(const struct link_row *row, uint64_t value, struct buf *out)
{
	if (row->read == read_choice)
		buf_put(out, config_choice_word(row->choices, value));
	else if (row->read == read_number && value > row->most * row->unit)
		buf_puts(out, "by the number's form"); /* a default that no file can say */
	else
		buf_put_u64(out, value / row->unit);
}

void config_link_value(const struct config_link *link, size_t nth, struct buf *out)
{
	if (nth >= LINK_MEMBERS) {
		const struct link_row *row = &link_rows[nth - LINK_MEMBERS];
		put_link_setting(row, link->settings[row->setting], out);
		return;
	}
	const void *at = (const char *)link + link_members[nth].at;
	if (link_members[nth].kind == LINK_NUMBER)
		buf_put_u64(out, *(const unsigned *)at);
	else
		buf_printf(out, "'%s'", *(char *const *)at);
}

/* Where it is not said: the default. */
static enum err link_setting(const struct config_file_link *from, const struct link_row *row,
	uint64_t *out, struct buf *reason)
{
	const char *word = *(char *const *)(const void *)((const char *)from + row->from);
	uint64_t value;
	if (!word)
		return OK;
	if (!row->read(row, str_of(word), &value))
		return REFUSE(reason, "link '%s': %s: %s is not %s", from->name, row->key, word,
			row->choices);
	*out = value * row->unit;
	return OK;
}

static enum err link_numbers(const struct config_file_link *from, struct config_link *to,
	struct arena *arena, struct buf *reason)
{
	uint64_t port = 0, window = 10;
	enum err e = link_number(from, "port", from->port, 1, 65535, arena, &port, reason);
	settings_reset(to->settings);
	e = config_worse(e, link_number(from, "window", from->window, 1, SMPP_WINDOW_MAX, arena,
				    &window, reason));
	for (size_t i = 0; i < sizeof link_rows / sizeof *link_rows; i++)
		e = config_worse(e, link_setting(from, &link_rows[i],
					    &to->settings[link_rows[i].setting], reason));
	to->port = (unsigned)port;
	to->window = (unsigned)window;
	return e;
}

static enum err links(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	unsigned n = config->links_count = file->links_count;
	config->links = arena_take(&config->arena, n * sizeof *config->links);
	struct seen *seen = arena_take(&config->arena, n * sizeof *seen);
	enum err e = OK;
	for (unsigned i = 0; i < n; i++) {
		const struct config_file_link *l = &file->links[i];
		struct config_link *to = &config->links[i];
		e = config_worse(e, check_link(config, l, i + 1, reason));
		e = config_worse(e, link_numbers(l, to, &config->arena, reason));
		to->name = keep(config, l->name);
		to->host = keep(config, l->host);
		to->system_id = keep(config, l->system_id);
		to->password = keep(config, l->password);
		to->system_type = keep(config, l->system_type);
		to->carrier = keep(config, l->carrier);
		to->provider = keep(config, l->provider);
		to->secret = keep(config, l->secret);
		seen[i] = (struct seen) {to->name, i};
	}
	unsigned twice = first_repeated(seen, n);
	if (twice < n)
		e = config_worse(
			e, REFUSE(reason, "link '%s' is there already", config->links[twice].name));
	return e;
}

/* --- queues ----------------------------------------------------------------------------------- */

static bool has_link(const struct config *config, const char *name)
{
	for (unsigned i = 0; i < config->links_count; i++)
		if (strcmp(config->links[i].name, name) == 0)
			return true;
	return false;
}

static enum err check_queue(const struct config *config, const struct config_file_queue *q,
	unsigned nth, struct buf *reason)
{
	if (!q->name)
		return REFUSE(reason, "queue %u has no name", nth);
	const char *wrong = names_wrong_thing(str_of(q->name));
	if (wrong)
		return REFUSE(reason, "queue '%s': the name %s", q->name, wrong);
	enum err e = OK;
	if (!q->number)
		e = REFUSE(reason, "queue '%s' has no number", q->name);
	else if ((wrong = names_wrong_number(str_of(q->number))))
		e = REFUSE(reason, "queue '%s': the number '%s' %s", q->name, q->number, wrong);
	if (!q->link)
		e = config_worse(e, REFUSE(reason, "queue '%s' has no link", q->name));
	else if (!has_link(config, q->link))
		e = config_worse(
			e, REFUSE(reason, "queue '%s': there is no link '%s'", q->name, q->link));
	return e;
}

/* As it is compared: +420…, 420… and 00420… are one number. */
static const char *number_key(const char *number)
{
	struct str digits = phone_digits(str_of(number));
	return digits.len ? digits.at : number;
}

static enum err queues(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	unsigned n = config->queues_count = file->queues_count;
	config->queues = arena_take(&config->arena, n * sizeof *config->queues);
	struct seen *names = arena_take(&config->arena, n * sizeof *names);
	struct seen *numbers = arena_take(&config->arena, n * sizeof *numbers);
	unsigned with_number = 0;
	enum err e = OK;
	for (unsigned i = 0; i < n; i++) {
		const struct config_file_queue *q = &file->queues[i];
		e = config_worse(e, check_queue(config, q, i + 1, reason));
		config->queues[i] = (struct config_queue) {
			keep(config, q->name), keep(config, q->number), keep(config, q->link)};
		names[i] = (struct seen) {config->queues[i].name, i};
		if (q->number)
			numbers[with_number++] =
				(struct seen) {number_key(config->queues[i].number), i};
	}
	unsigned twice = first_repeated(names, n);
	if (twice < n)
		e = config_worse(e,
			REFUSE(reason, "queue '%s' is there already", config->queues[twice].name));
	twice = first_repeated(numbers, with_number);
	if (twice < n)
		e = config_worse(
			e, REFUSE(reason, "queue '%s': another queue has the number '%s'",
				   config->queues[twice].name, config->queues[twice].number));
	return e;
}

/* --- assignments ------------------------------------------------------------------------------ */

bool config_skill(struct str text, struct str *name, uint64_t *level)
{
	size_t at = text.len;
	while (at > 0 && text.at[at - 1] != '=')
		at--;
	*level = 0;
	*name = at ? str_from(text.at, at - 1) : text;
	bool is_level = !at || (str_u64(str_skip(text, at), level) && *level <= SKILL_LEVEL_MAX);
	return is_level && !names_wrong_thing(*name);
}

static bool has_queue(const struct config *config, const char *name)
{
	for (unsigned i = 0; i < config->queues_count; i++)
		if (strcmp(config->queues[i].name, name) == 0)
			return true;
	return false;
}

/* One list of one user. */
struct assigned {
	const char *key;
	enum assignment_kind kind;
	char **things;
	unsigned count;
};

static enum err check_assigned(const struct config *config, const struct assigned *list,
	const char *user, const char *thing, struct buf *reason)
{
	struct str name;
	uint64_t level;
	if (list->kind == ASSIGNED_QUEUE && !has_queue(config, thing))
		return REFUSE(
			reason, "user '%s': %s: there is no queue '%s'", user, list->key, thing);
	if (list->kind == ASSIGNED_SKILL && !config_skill(str_of(thing), &name, &level))
		return REFUSE(reason, "user '%s': %s: '%s' is not NAME or NAME=LEVEL, 0 to %d",
			user, list->key, thing, SKILL_LEVEL_MAX);
	if (names_wrong_thing(str_of(thing)))
		return REFUSE(reason, "user '%s': %s: '%s' %s", user, list->key, thing,
			names_wrong_thing(str_of(thing)));
	return OK;
}

static enum err assign(
	struct config *config, const struct assigned *list, const char *user, struct buf *reason)
{
	enum err e = OK;
	for (unsigned i = 0; i < list->count; i++) {
		struct str name = str_of(list->things[i]);
		uint64_t level = 0;
		enum err wrong = check_assigned(config, list, user, list->things[i], reason);
		e = config_worse(e, wrong);
		if (wrong)
			continue;
		if (list->kind == ASSIGNED_SKILL)
			CHECK(config_skill(str_of(list->things[i]), &name, &level));
		config->assignments[config->assignments_count++] = (struct config_assignment) {
			.user = keep(config, user),
			.thing = (char *)(uintptr_t)arena_copy(&config->arena, name).at,
			.kind = list->kind,
			.level = (unsigned)level,
		};
	}
	return e;
}

/* Behind the queues, which they name. */
static enum err assignments(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	size_t room = 0;
	enum err e = OK;
	for (unsigned i = 0; i < file->users_count; i++) {
		const struct config_file_user *u = &file->users[i];
		room += u->queues_count + u->groups_count + u->supervises_count + u->skills_count;
	}
	config->assignments = arena_take(&config->arena, (room + 1) * sizeof *config->assignments);
	for (unsigned i = 0; i < file->users_count; i++) {
		const struct config_file_user *u = &file->users[i];
		const struct assigned lists[] = {
			{"queues", ASSIGNED_QUEUE, u->queues, u->queues_count},
			{"groups", ASSIGNED_MEMBER, u->groups, u->groups_count},
			{"supervises", ASSIGNED_SUPERVISOR, u->supervises, u->supervises_count},
			{"skills", ASSIGNED_SKILL, u->skills, u->skills_count},
		};
		for (size_t k = 0; u->name && k < sizeof lists / sizeof lists[0]; k++)
			e = config_worse(e, assign(config, &lists[k], u->name, reason));
	}
	return e;
}

/* --- what agents choose from ------------------------------------------------------------------- */

static enum err check_response(const struct config *config, const struct config_file_response *r,
	unsigned nth, struct buf *reason)
{
	if (!r->name)
		return REFUSE(reason, "canned response %u has no name", nth);
	const char *wrong = names_wrong_shortcut(str_of(r->name));
	if (wrong)
		return REFUSE(reason, "canned response '%s': the name %s", r->name, wrong);
	if (!r->text || !*r->text || utf8_count(str_of(r->text)) > TEXT_CHARS_MAX)
		return REFUSE(reason, "canned response '%s': text is not 1 to %d characters",
			r->name, TEXT_CHARS_MAX);
	if (r->group && r->queue)
		return REFUSE(
			reason, "canned response '%s' is for both a group and a queue", r->name);
	if (r->group && (wrong = names_wrong_thing(str_of(r->group))))
		return REFUSE(reason, "canned response '%s': group %s", r->name, wrong);
	if (r->queue && !has_queue(config, r->queue))
		return REFUSE(
			reason, "canned response '%s': there is no queue '%s'", r->name, r->queue);
	return OK;
}

static enum err add_responses(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	enum err e = OK;
	for (unsigned i = 0; i < file->responses_count; i++) {
		const struct config_file_response *r = &file->responses[i];
		e = config_worse(e, check_response(config, r, i + 1, reason));
		config->choices[config->choices_count++] = (struct config_choice) {
			.kind = CHOICE_RESPONSE,
			.scope = r->queue   ? CHOICE_OF_QUEUE
				 : r->group ? CHOICE_OF_GROUP
					    : CHOICE_OF_CENTRE,
			.name = keep(config, r->name),
			.text = keep(config, r->text),
			.thing = keep(config, r->queue ? r->queue : r->group),
		};
	}
	return e;
}

static enum err add_words(struct config *config, enum choice_kind kind, const char *key,
	char *const *list, unsigned count, struct buf *reason)
{
	enum err e = OK;
	for (unsigned i = 0; i < count; i++) {
		const char *wrong = names_wrong_choice(str_of(list[i]));
		if (wrong)
			e = config_worse(
				e, REFUSE(reason, "bootstrap.%s: '%s' %s", key, list[i], wrong));
		config->choices[config->choices_count++] = (struct config_choice) {.kind = kind,
			.name = keep(config, list[i]),
			.text = keep(config, ""),
			.thing = keep(config, "")};
	}
	return e;
}

/* Of each kind no more than there may be, and none twice. */
static enum err check_choices(const struct config *config, struct seen *seen, struct buf *reason)
{
	enum err e = OK;
	for (unsigned kind = 0; kind < choice_kind_count; kind++) {
		const char *word = words_name(&choice_kind_words, kind);
		unsigned count = 0;
		for (unsigned i = 0; i < config->choices_count; i++)
			if (config->choices[i].kind == kind)
				seen[count++] = (struct seen) {config->choices[i].name, i};
		unsigned twice = first_repeated(seen, count);
		if (twice < UINT_MAX)
			e = config_worse(e, REFUSE(reason, "%s '%s' is there already", word,
						    config->choices[twice].name));
		if (count > CHOICES_MAX)
			e = config_worse(e,
				REFUSE(reason, "there are more than %d of %s", CHOICES_MAX, word));
	}
	return e;
}

/* Behind the queues, which they name. */
static enum err choices(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	size_t room = 1 + file->responses_count + file->dispositions_count + file->reasons_count;
	struct seen *seen = arena_take(&config->arena, room * sizeof *seen);
	config->choices = arena_take(&config->arena, room * sizeof *config->choices);
	enum err e = add_responses(file, config, reason);
	e = config_worse(e, add_words(config, CHOICE_DISPOSITION, "dispositions",
				    file->dispositions, file->dispositions_count, reason));
	e = config_worse(e, add_words(config, CHOICE_REASON, "not-ready-reasons", file->reasons,
				    file->reasons_count, reason));
	return config_worse(e, check_choices(config, seen, reason));
}

/* --- words ------------------------------------------------------------------------------------ */

/* A word or a phrase. */
static bool is_plain_word(const char *word)
{
	for (const char *c = word; *c; c++)
		if (*c == '\t' || *c == '\n')
			return false;
	return *word != '\0' && !utf8_is_blank(str_of(word));
}

static const char *words_of_language(const char *language)
{
	static const struct {
		const char *iso, *words;
	} languages[] = {
#define LANGUAGE(iso, words) {iso, words},
#include "config/languages.def"
#undef LANGUAGE
	};
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		if (str_eq_nocase(str_of(language), str_of(languages[i].iso)))
			return languages[i].words;
	return NULL;
}

/* Each ends with a line feed: sms/optout.h. */
static enum err put_words(
	const struct config_file_bootstrap *file, struct buf *all, struct buf *reason)
{
	for (unsigned i = 0; i < file->sms.stop_words_count; i++) {
		const char *word = file->sms.stop_words[i];
		if (!is_plain_word(word))
			return REFUSE(reason,
				"bootstrap.sms.stop-words: '%s' is no word and no phrase", word);
		buf_printf(all, "%s\n", word);
	}
	return OK;
}

static enum err put_languages(
	const struct config_file_bootstrap *file, struct buf *all, struct buf *reason)
{
	for (unsigned i = 0; i < file->sms.languages_count; i++) {
		const char *language = file->sms.languages[i];
		struct str words = str_of(words_of_language(language));
		if (!words.len)
			return REFUSE(reason, "bootstrap.sms.languages: no words of '%s' are known",
				language);
		while (words.len) {
			struct str word = str_cut(&words, ',');
			buf_printf(all, "%.*s\n", STR_ARGS(word));
		}
	}
	return OK;
}

static enum err words(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	struct buf all = {0};
	enum err e = put_words(file, &all, reason);
	if (!e)
		e = put_languages(file, &all, reason);
	config->centre.stop_words = arena_copy(&config->arena, buf_str(&all));
	buf_free(&all);
	return e;
}

enum err config_lists(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	enum err e = words(file, config, reason);
	e = config_worse(e, users(file, config, reason));
	e = config_worse(e, links(file, config, reason));
	e = config_worse(e, queues(file, config, reason));
	e = config_worse(e, assignments(file, config, reason));
	e = config_worse(e, choices(file, config, reason));
	e = config_worse(e, config_rules(file, config, reason));
	return e;
}
