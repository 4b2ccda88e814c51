/* declared.c - a comparison for each kind of thing that is declared. */
#include "server/declared.h"

#include <stdlib.h>
#include <utlist.h>

#include "config/config_said.h"
#include "core/model/watching.h"
#include "core/rules/setup.h"

/* --- what is found -------------------------------------------------------------------------------- */

static struct declared_step *add(struct declared *d, struct command command, struct str says)
{
	if (d->count == d->cap) {
		d->cap = d->cap ? 2 * d->cap : 16;
		d->steps = mem_resize(d->steps, d->cap * sizeof *d->steps);
	}
	d->steps[d->count] = (struct declared_step) {.command = command, .says = says};
	return &d->steps[d->count++];
}

static void warn(struct declared *d, struct str text)
{
	if (d->warning_count == d->warning_cap) {
		d->warning_cap = d->warning_cap ? 2 * d->warning_cap : 16;
		d->warnings = mem_resize(d->warnings, d->warning_cap * sizeof *d->warnings);
	}
	d->warnings[d->warning_count++] = text;
}

#define SAY(d, ...)     arena_printf(&(d)->arena, __VA_ARGS__)
#define KEEP(d, object) memcpy(arena_take(&(d)->arena, sizeof(object)), &(object), sizeof(object))

/* "host is 'b' (was 'a')", behind what is there already; nothing where they are equal. */
static void put_change(struct buf *says, struct config_key key, struct str is, struct str was)
{
	if (str_eq(is, was))
		return;
	buf_printf(says, "%s%s", says->len ? ", " : "", key.key);
	if (key.is_secret)
		buf_puts(says, " is another one");
	else
		buf_printf(says, " is %.*s (was %.*s)", STR_ARGS(is), STR_ARGS(was));
}

/* --- the centre ------------------------------------------------------------------------------------- */

static void add_setting(struct declared *d, struct str link, enum setting_kind kind, uint64_t value,
	struct str says)
{
	const struct body_setting body = {
		.link = link, .name = str_of(setting_rows[kind].name), .value = value};
	add(d, (struct command) {.kind = CMD_CHANGE_SETTING, .setting = KEEP(d, body)}, says);
}

/* What the file has a list for. */
static void put_words_change(struct buf *says, struct str is, struct str was)
{
	if (!str_eq(is, was))
		buf_printf(says, "%ssms.stop-words are others", says->len ? ", " : "");
}

static struct str centre_refusal(const struct core *core, const struct config *config)
{
	if (!str_eq(core->centre.name, config->centre.name))
		return STR("a centre keeps its name: is it another one's data-dir?");
	if (core->links && core->centre.receive_window != config->centre.receive_window)
		return STR("smpp.receive-window stays as it was when the first link was added");
	return STR_NONE;
}

static void centre(struct declared *d, const struct core *core, const struct config *config)
{
	struct config now = {.centre = core->centre};
	struct buf says = {0}, is = {0}, was = {0};
	memcpy(now.settings, core->settings, sizeof now.settings);
	for (size_t nth = 0; nth < config_centre_keys(); nth++) {
		struct config_key key = config_centre_key(nth);
		struct buf change = {0};
		is.len = was.len = 0;
		config_centre_value(config, nth, &is);
		config_centre_value(&now, nth, &was);
		put_change(key.setting == SETTING_KINDS ? &says : &change, key, buf_str(&is),
			buf_str(&was));
		if (change.len)
			add_setting(d, STR_NONE, key.setting, config->settings[key.setting],
				arena_copy(&d->arena, buf_str(&change)));
		buf_free(&change);
	}
	put_words_change(&says, config->centre.stop_words, core->centre.stop_words);
	if (says.len) {
		const struct command command = {
			.kind = CMD_CHANGE_CENTRE, .new_centre = &config->centre};
		add(d, command, arena_copy(&d->arena, buf_str(&says)))->refused =
			centre_refusal(core, config);
	}
	buf_free(&says);
	buf_free(&is);
	buf_free(&was);
}

/* --- links ------------------------------------------------------------------------------------------ */

static char *text_of(struct declared *d, struct str text)
{
	return (char *)(uintptr_t)arena_copy(&d->arena, text).at;
}

/* As the file would have declared it. */
static struct config_link link_as_declared(struct declared *d, const struct link *link)
{
	const struct body_link *b = &link->b;
	struct config_link said = {
		.name = text_of(d, b->name),
		.host = text_of(d, b->host),
		.port = (unsigned)b->port,
		.system_id = text_of(d, b->system_id),
		.password = text_of(d, b->password),
		.system_type = text_of(d, b->system_type),
		.carrier = text_of(d, b->carrier),
		.provider = text_of(d, b->provider),
		.secret = text_of(d, b->secret),
		.window = (unsigned)b->window,
	};
	memcpy(said.settings, link->settings, sizeof said.settings);
	return said;
}

static const struct body_link *link_body(struct declared *d, const struct config_link *link)
{
	const struct body_link body = {
		.name = str_of(link->name),
		.host = str_of(link->host),
		.port = link->port,
		.system_id = str_of(link->system_id),
		.password = str_of(link->password),
		.system_type = str_of(link->system_type),
		.window = link->window,
		.carrier = str_of(link->carrier),
		.provider = str_of(link->provider),
		.secret = str_of(link->secret),
	};
	return KEEP(d, body);
}

static struct str kind_refusal(const struct link *before, const struct config_link *link)
{
	bool is_same = !before || !before->b.provider.len == !*link->provider;
	return is_same ? STR_NONE
		       : STR("SMPP and a provider do not follow each other under one name: give it "
			     "another");
}

static void link_settings(
	struct declared *d, const struct link *before, const struct config_link *link, bool is_said)
{
	struct config_link was = {0};
	settings_reset(was.settings);
	if (before)
		memcpy(was.settings, before->settings, sizeof was.settings);
	for (size_t nth = 0; nth < config_link_keys(); nth++) {
		struct config_key key = config_link_key(nth);
		struct buf change = {0}, is_value = {0}, was_value = {0};
		if (key.setting == SETTING_KINDS ||
			link->settings[key.setting] == was.settings[key.setting])
			continue;
		config_link_value(link, nth, &is_value);
		config_link_value(&was, nth, &was_value);
		put_change(&change, key, buf_str(&is_value), buf_str(&was_value));
		add_setting(d, str_of(link->name), key.setting, link->settings[key.setting],
			is_said ? SAY(d, "link '%s': %.*s", link->name, STR_ARGS(buf_str(&change)))
				: STR_NONE);
		buf_free(&change);
		buf_free(&is_value);
		buf_free(&was_value);
	}
}

static void link_change(
	struct declared *d, const struct link *before, const struct config_link *link)
{
	const struct config_link was = link_as_declared(d, before);
	struct buf says = {0}, is_value = {0}, was_value = {0};
	for (size_t nth = 0; nth < config_link_keys(); nth++) {
		struct config_key key = config_link_key(nth);
		is_value.len = was_value.len = 0;
		if (key.setting != SETTING_KINDS)
			continue;
		config_link_value(link, nth, &is_value);
		config_link_value(&was, nth, &was_value);
		put_change(&says, key, buf_str(&is_value), buf_str(&was_value));
	}
	if (says.len)
		add(d, (struct command) {.kind = CMD_CHANGE_LINK, .new_link = link_body(d, link)},
			SAY(d, "link '%s': %.*s", link->name, STR_ARGS(buf_str(&says))))
			->refused = kind_refusal(before, link);
	buf_free(&says);
	buf_free(&is_value);
	buf_free(&was_value);
}

static void links(struct declared *d, const struct core *core, const struct config *config)
{
	for (unsigned i = 0; i < config->links_count; i++) {
		const struct config_link *link = &config->links[i];
		const struct link *before = core_link(core, str_of(link->name));
		bool is_new = !core_has_link(core, str_of(link->name));
		if (is_new)
			add(d,
				(struct command) {
					.kind = CMD_ADD_LINK, .new_link = link_body(d, link)},
				SAY(d, "link '%s' is new", link->name))
				->refused = kind_refusal(before, link);
		else
			link_change(d, before, link);
		link_settings(d, before, link, !is_new);
	}
}

static bool declares_link(const struct config *config, struct str name)
{
	for (unsigned i = 0; i < config->links_count; i++)
		if (str_is(name, config->links[i].name))
			return true;
	return false;
}

static void gone_links(struct declared *d, const struct core *core, const struct config *config)
{
	const struct link *link;
	const struct outbound *text;
	size_t waiting;
	EACH_THERE(core->links, link) {
		if (declares_link(config, link->b.name))
			continue;
		DL_COUNT2(link->unsent, text, waiting, unsent_next);
		struct declared_step *step =
			add(d, (struct command) {.kind = CMD_REMOVE_LINK, .name = link->b.name},
				SAY(d, "link '%.*s' is gone", STR_ARGS(link->b.name)));
		if (waiting)
			step->refused = SAY(d, "%zu text%s still to leave by it", waiting,
				waiting == 1 ? " has" : "s have");
	}
}

/* --- queues ----------------------------------------------------------------------------------------- */

static const struct config_queue *declared_queue(const struct config *config, struct str name)
{
	for (unsigned i = 0; i < config->queues_count; i++)
		if (str_is(name, config->queues[i].name))
			return &config->queues[i];
	return NULL;
}

static struct str queue_refusal(
	struct declared *d, const struct core *core, const struct queue *queue)
{
	size_t open = core_open_sessions(core, queue);
	return open ? SAY(d, "%zu session%s open under its number", open,
			      open == 1 ? " is" : "s are")
		    : STR_NONE;
}

/* First: their numbers may be another queue's from now on. Of a file that has no list they are administrators'. */
static void gone_queues(struct declared *d, const struct core *core, const struct config *config)
{
	const struct queue *queue;
	if (!config->queues_count)
		return;
	EACH_THERE(core->queues, queue)
		if (!declared_queue(config, queue->b.name))
			add(d, (struct command) {.kind = CMD_REMOVE_QUEUE, .name = queue->b.name},
				SAY(d, "queue '%.*s', number %.*s, is gone",
					STR_ARGS(queue->b.name), STR_ARGS(queue->b.number)))
				->refused = queue_refusal(d, core, queue);
}

static struct command queue_command(
	struct declared *d, enum command_kind kind, const struct config_queue *queue)
{
	const struct body_queue body = {.name = str_of(queue->name),
		.number = str_of(queue->number),
		.link = str_of(queue->link)};
	return (struct command) {.kind = kind, .new_queue = KEEP(d, body)};
}

static void queue_change(struct declared *d, const struct core *core, const struct queue *before,
	const struct config_queue *queue)
{
	const struct config_key number = {.key = "number"}, link = {.key = "link"};
	struct buf says = {0};
	put_change(&says, number, str_of(queue->number), before->b.number);
	bool is_moved = says.len > 0;
	put_change(&says, link, str_of(queue->link), before->b.link);
	if (says.len) {
		struct declared_step *step = add(d, queue_command(d, CMD_CHANGE_QUEUE, queue),
			SAY(d, "queue '%s': %.*s", queue->name, STR_ARGS(buf_str(&says))));
		if (is_moved)
			step->refused = queue_refusal(d, core, before);
	}
	buf_free(&says);
}

static void queues(struct declared *d, const struct core *core, const struct config *config)
{
	gone_queues(d, core, config);
	for (unsigned i = 0; i < config->queues_count; i++) {
		const struct queue *before = core_queue(core, str_of(config->queues[i].name));
		if (before)
			queue_change(d, core, before, &config->queues[i]);
	}
	for (unsigned i = 0; i < config->queues_count; i++) {
		const struct config_queue *queue = &config->queues[i];
		if (!core_queue(core, str_of(queue->name)))
			add(d, queue_command(d, CMD_ADD_QUEUE, queue),
				SAY(d, "queue '%s', number %s, is new", queue->name,
					queue->number));
	}
}

/* --- what agents choose from ------------------------------------------------------------------------- */

static bool declares_kind(const struct config *config, enum choice_kind kind)
{
	for (unsigned i = 0; i < config->choices_count; i++)
		if (config->choices[i].kind == kind)
			return true;
	return false;
}

static bool declares_choice(const struct config *config, const struct body_choice *choice)
{
	for (unsigned i = 0; i < config->choices_count; i++)
		if (config->choices[i].kind == choice->kind &&
			str_is(choice->name, config->choices[i].name))
			return true;
	return false;
}

/* Of a kind of which the file has no list, the store's are nobody else's. */
static void gone_choices(struct declared *d, const struct core *core, const struct config *config)
{
	const struct choice *choice;
	DL_FOREACH(core->choices, choice)
		if (declares_kind(config, (enum choice_kind)choice->b.kind) &&
			!declares_choice(config, &choice->b))
			add(d,
				(struct command) {
					.kind = CMD_REMOVE_CHOICE, .choice = KEEP(d, choice->b)},
				SAY(d, "%s '%.*s' is gone",
					words_name(&choice_kind_words, (unsigned)choice->b.kind),
					STR_ARGS(choice->b.name)));
}

static void declare_choice(
	struct declared *d, const struct core *core, const struct config_choice *said)
{
	const struct choice *before = core_choice(core, said->kind, str_of(said->name));
	const struct body_choice body = {.kind = said->kind,
		.name = str_of(said->name),
		.text = str_of(said->text),
		.scope = said->scope,
		.thing = str_of(said->thing)};
	bool is_same = before && str_eq(before->b.text, body.text) &&
		       before->b.scope == body.scope && str_eq(before->b.thing, body.thing);
	if (!is_same)
		add(d,
			(struct command) {.kind = before ? CMD_CHANGE_CHOICE : CMD_ADD_CHOICE,
				.choice = KEEP(d, body)},
			SAY(d, "%s '%s' is %s", words_name(&choice_kind_words, said->kind),
				said->name, before ? "another one" : "new"));
}

static void choices(struct declared *d, const struct core *core, const struct config *config)
{
	gone_choices(d, core, config);
	for (unsigned i = 0; i < config->choices_count; i++)
		declare_choice(d, core, &config->choices[i]);
}

/* --- rules that raise hands ------------------------------------------------------------------------------ */

static const struct body_rule *declared_rule(const struct config *config, struct str name)
{
	for (unsigned i = 0; i < config->rules_count; i++)
		if (str_eq(config->rules[i].name, name))
			return &config->rules[i];
	return NULL;
}

static void put_rule_change(struct declared *d, struct buf *says, const struct body_rule *is,
	const struct body_rule *was)
{
	const struct config_key kind = {.key = "what it looks for"}, texts = {.key = "texts"},
				after = {.key = "reply-after"};
	put_change(says, kind, str_of(words_name(&rule_kind_words, is->kind)),
		str_of(words_name(&rule_kind_words, was->kind)));
	if (is->kind != was->kind)
		return;
	put_change(says, texts, str_of(words_name(&rule_texts_words, is->texts)),
		str_of(words_name(&rule_texts_words, was->texts)));
	put_change(says, after, SAY(d, "%lld", (long long)(is->after / 1000)),
		SAY(d, "%lld", (long long)(was->after / 1000)));
	if (!str_eq(is->words, was->words))
		buf_printf(says, "%swords are others", says->len ? ", " : "");
}

static void declare_rule(struct declared *d, const struct body_rule *rule, struct str says)
{
	add(d, (struct command) {.kind = CMD_DECLARE_RULE, .new_rule = rule}, says);
}

/* Of a file that has no list they are administrators'. */
static void gone_rules(struct declared *d, const struct core *core, const struct config *config)
{
	const struct hand_rule *rule;
	if (!config->rules_count)
		return;
	EACH_THERE(core->rules, rule)
		if (!declared_rule(config, rule->b.name))
			add(d, (struct command) {.kind = CMD_REMOVE_RULE, .name = rule->b.name},
				SAY(d, "rule '%.*s' is gone", STR_ARGS(rule->b.name)));
}

static void rules(struct declared *d, const struct core *core, const struct config *config)
{
	const struct hand_rule *rule;
	gone_rules(d, core, config);
	for (unsigned i = 0; i < config->rules_count; i++) {
		const struct body_rule *said = &config->rules[i];
		struct buf says = {0};
		rule = core_rule(core, said->name);
		if (rule)
			put_rule_change(d, &says, said, &rule->b);
		if (!rule)
			declare_rule(d, said, SAY(d, "rule '%.*s' is new", STR_ARGS(said->name)));
		else if (says.len)
			declare_rule(d, said,
				SAY(d, "rule '%.*s': %.*s", STR_ARGS(said->name),
					STR_ARGS(buf_str(&says))));
		buf_free(&says);
	}
}

/* --- users, whom the store has ------------------------------------------------------------------------ */

static unsigned roles_of(const struct config_user *user)
{
	unsigned roles = 0;
	for (unsigned i = 0; i < user->roles_count; i++)
		roles |= config_role(str_of(user->roles[i]));
	return roles;
}

static void user_differences(
	struct declared *d, const struct user *user, const struct config_user *said)
{
	const struct {
		const char *what;
		bool differs;
	} all[] = {
		{"roles", user->b.roles != roles_of(said)},
		{"first-name", !str_is(user->b.first_name, said->first_name)},
		{"last-name", !str_is(user->b.last_name, said->last_name)},
		{"sms", !user->b.provisioned != !said->channels_count},
	};
	struct buf names = {0};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].differs)
			buf_printf(&names, "%s%s", names.len ? ", " : "", all[i].what);
	if (names.len)
		warn(d, SAY(d,
				"user '%s': the store has other %.*s than the file, and counts "
				"(sotto user set)",
				said->name, STR_ARGS(buf_str(&names))));
	buf_free(&names);
}

static void users(struct declared *d, const struct core *core, const struct config *config)
{
	for (unsigned i = 0; i < config->users_count; i++) {
		const struct config_user *said = &config->users[i];
		const struct user *user = core_user_by_name(core, str_of(said->name));
		if (!user)
			warn(d, SAY(d,
					"user '%s' is in the file and not in the store (sotto user "
					"add)",
					said->name));
		else if (!user_is_there(user))
			warn(d, SAY(d, "user '%s' is in the file and was removed", said->name));
		else if (!user->b.enabled)
			warn(d, SAY(d, "user '%s' is in the file and is disabled", said->name));
		else
			user_differences(d, user, said);
	}
}

static void assignments(struct declared *d, const struct core *core, const struct config *config)
{
	for (unsigned i = 0; i < config->assignments_count; i++) {
		const struct config_assignment *said = &config->assignments[i];
		const struct user *user = core_user_by_name(core, str_of(said->user));
		const struct assignment *one =
			user ? core_assignment(user, said->kind, str_of(said->thing)) : NULL;
		if (user_is_there(user) && (!one || one->b.level != said->level))
			warn(d, SAY(d,
					"user '%s': the store has no %s '%s' as the file says "
					"(sotto "
					"assign)",
					said->user, words_name(&assignment_kind_words, said->kind),
					said->thing));
	}
}

/* --- all of it ---------------------------------------------------------------------------------------- */

void declared_difference(struct declared *d, const struct core *core, const struct config *config)
{
	CHECK(core->centre.name.len);
	centre(d, core, config);
	links(d, core, config);
	queues(d, core, config);
	gone_links(d, core, config);
	choices(d, core, config);
	rules(d, core, config);
	users(d, core, config);
	assignments(d, core, config);
}

bool declared_is_refused(const struct declared *d, struct buf *why)
{
	bool is_refused = false;
	for (size_t i = 0; i < d->count; i++) {
		if (!d->steps[i].refused.len)
			continue;
		buf_printf(why, "%s%.*s: %.*s", is_refused ? "; " : "", STR_ARGS(d->steps[i].says),
			STR_ARGS(d->steps[i].refused));
		is_refused = true;
	}
	return is_refused;
}

enum err declared_apply(struct port *port, const struct declared *d, uint64_t *lsn)
{
	enum err e = OK;
	*lsn = 0;
	for (size_t i = 0; !e && i < d->count; i++)
		e = port_apply(port, &d->steps[i].command, lsn);
	return e;
}

void declared_free(struct declared *d)
{
	arena_free(&d->arena);
	free(d->steps);
	free(d->warnings);
	*d = (struct declared) {0};
}
