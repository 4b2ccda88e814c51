/* directory.c - queues, the internal directory, features and settings as JSON. Shapes: Queues, Contacts, Features,
 * Settings pages of the API. None of it knows who works, let alone who watches. */
#include "view/directory.h"
#include "wire/json.h"

#include <utlist.h>

/* A name as a segment of a path (RFC 3986, 2.3: what needs no escapes). */
static void put_segment(struct buf *out, struct str name)
{
	static const char plain[] = "-._~";
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.at[i];
		bool is_plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
				(c && strchr(plain, c));
		if (is_plain)
			buf_put_byte(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

void view_address_as(struct buf *out, const struct view *view, const char *uri, const char *path,
	const char *folder, struct str name)
{
	json_key(out, uri);
	buf_put_byte(out, '"');
	buf_put(out, view->external_url);
	buf_puts(out, folder);
	put_segment(out, name);
	buf_puts(out, "\"");
	json_key(out, path);
	buf_printf(out, "\"%s", folder);
	put_segment(out, name);
	buf_put_byte(out, '"');
}

void view_address(struct buf *out, const struct view *view, const char *folder, struct str name)
{
	view_address_as(out, view, "uri", "path", folder, name);
}

void view_queue(struct buf *out, const struct view *view, const struct queue *queue)
{
	buf_put_byte(out, '{');
	json_member(out, "id", queue->b.name);
	json_member(out, "name", queue->b.name);
	json_member(out, "channel", STR("smssession"));
	json_member(out, "phoneNumber", queue->b.number);
	json_member(out, "linkName", queue->b.link);
	json_member_bool(out, "internal", false);
	view_address(out, view, "/queues/", queue->b.name);
	buf_put_byte(out, '}');
}

static void put_skill_members(struct buf *out, const struct view *view, struct str name)
{
	json_member(out, "id", name);
	json_member(out, "name", name);
	view_address(out, view, "/skills/", name);
}

void view_skill(struct buf *out, const struct view *view, struct str name)
{
	buf_put_byte(out, '{');
	put_skill_members(out, view, name);
	buf_put_byte(out, '}');
}

/* The level is a text, as the API prints it. */
void view_skill_of_user(struct buf *out, const struct view *view, const struct assignment *skill)
{
	buf_put_byte(out, '{');
	put_skill_members(out, view, skill->b.thing);
	json_key(out, "level");
	buf_printf(out, "\"%llu\"}", (unsigned long long)skill->b.level);
}

const char *view_choice_folder(enum choice_kind kind)
{
	static const char *const folders[] = {[CHOICE_RESPONSE] = "/canned-responses/",
		[CHOICE_DISPOSITION] = "/dispositions/",
		[CHOICE_REASON] = "/not-ready-reasons/"};
	CHECK(kind < sizeof folders / sizeof folders[0]);
	return folders[kind];
}

void view_choice(struct buf *out, const struct view *view, const struct choice *choice)
{
	const struct body_choice *b = &choice->b;
	buf_put_byte(out, '{');
	json_member(out, "id", b->name);
	json_member(out, "name", b->name);
	if (b->kind == CHOICE_RESPONSE)
		json_member(out, "text", b->text);
	if (b->scope != CHOICE_OF_CENTRE)
		json_member(out, b->scope == CHOICE_OF_QUEUE ? "queueName" : "groupName", b->thing);
	view_address(out, view, view_choice_folder((enum choice_kind)b->kind), b->name);
	buf_put_byte(out, '}');
}

/* Names may have slashes, which could not stand in a path. */
void view_assignment_id(
	char out[ASSIGNMENT_ID_LEN], const struct core *core, const struct body_assignment *one)
{
	CHECK(one->user.len == USER_ID_LEN);
	memcpy(out, one->user.at, USER_ID_LEN);
	ids_thing(out + USER_ID_LEN, core->centre.id_key, (unsigned)one->kind, one->thing);
}

void view_assignment(struct buf *out, const struct view *view, const struct body_assignment *one)
{
	const struct user *user = core_user(view->core, one->user);
	char id[ASSIGNMENT_ID_LEN];
	view_assignment_id(id, view->core, one);
	buf_put_byte(out, '{');
	json_member(out, "id", str_from(id, sizeof id));
	json_member(out, "userName", user->b.name);
	view_user_names(out, view, "userUri", "userPath", one->user);
	json_member(out, "kind", str_of(words_name(&assignment_kind_words, (unsigned)one->kind)));
	json_member(out, "name", one->thing);
	if (one->kind == ASSIGNED_SKILL)
		json_member_u64(out, "level", one->level);
	view_address(out, view, "/assignments/", str_from(id, sizeof id));
	buf_put_byte(out, '}');
}

static void put_words(struct buf *out, struct str words)
{
	json_key(out, "words");
	buf_put_byte(out, '[');
	while (words.len) {
		json_comma(out);
		json_put_string(out, str_cut(&words, '\n'));
	}
	buf_put_byte(out, ']');
}

void view_rule(struct buf *out, const struct view *view, const struct body_rule *rule)
{
	buf_put_byte(out, '{');
	json_member(out, "id", rule->name);
	json_member(out, "name", rule->name);
	switch (rule->kind) {
	case RULE_WORDS:
		put_words(out, rule->words);
		json_member(out, "texts", str_of(words_name(&rule_texts_words, rule->texts)));
		break;
	case RULE_REPLY:
		json_member_u64(out, "replyAfter", (uint64_t)rule->after / 1000);
		break;
	default:
		json_member_bool(out, "undelivered", true);
	}
	view_address(out, view, "/rules/", rule->name);
	buf_put_byte(out, '}');
}

void view_group(struct buf *out, const struct view *view, struct str name)
{
	buf_put_byte(out, '{');
	json_member(out, "id", name);
	json_member(out, "name", name);
	json_member(out, "type", STR("BusinessUnit"));
	json_key(out, "contains");
	buf_puts(out, "[\"users\"]");
	view_address(out, view, "/groups/", name);
	buf_put_byte(out, '}');
}

/* "Ana Lind", or the user name where there is no other. */
static struct buf full_name(const struct user *user)
{
	struct buf name = {0};
	buf_put(&name, user->b.first_name);
	if (name.len && user->b.last_name.len)
		buf_put_byte(&name, ' ');
	buf_put(&name, user->b.last_name);
	if (name.len == 0)
		buf_put(&name, user->b.name);
	return name;
}

void view_contact_user(struct buf *out, const struct view *view, const struct user *user)
{
	struct buf name = full_name(user);
	buf_put_byte(out, '{');
	json_member(out, "id", user->b.id);
	json_member(out, "name", buf_str(&name));
	json_member(out, "type", STR("User"));
	json_member(out, "userName", user->b.name);
	json_member(out, "firstName", user->b.first_name);
	json_member(out, "lastName", user->b.last_name);
	view_address(out, view, "/contacts/", user->b.id);
	buf_put_byte(out, '}');
	buf_free(&name);
}

void view_contact_queue(struct buf *out, const struct view *view, const struct queue *queue)
{
	buf_put_byte(out, '{');
	json_member(out, "id", queue->b.name);
	json_member(out, "name", queue->b.name);
	json_member(out, "type", STR("Queue"));
	json_member(out, "phoneNumber", queue->b.number);
	view_address(out, view, "/contacts/", queue->b.name);
	buf_put_byte(out, '}');
}

/* --- features --------------------------------------------------------------------------------- */

static const struct {
	const char *id, *display, *description;
} features[] = {
	{"api-multimedia", "Multimedia API", "SMS sessions, their operations and notifications"},
	{"api-supervisor-monitoring", "Supervisor monitoring",
		"Silent monitoring of agents' sessions"},
	{"api-supervisor-agent-control", "Supervisor control of agents",
		"Ready, NotReady and Offline of an agent by a supervisor"},
};

struct str view_feature_id(size_t index)
{
	size_t count = sizeof features / sizeof features[0];
	return index < count ? str_of(features[index].id) : STR_NONE;
}

bool view_feature(struct buf *out, const struct view *view, struct str id)
{
	size_t i = 0;
	while (view_feature_id(i).len && !str_eq(view_feature_id(i), id))
		i++;
	if (!view_feature_id(i).len)
		return false;
	buf_put_byte(out, '{');
	json_member(out, "id", id);
	json_member(out, "displayName", str_of(features[i].display));
	json_member(out, "description", str_of(features[i].description));
	view_address(out, view, "/features/", id);
	buf_put_byte(out, '}');
	return true;
}

/* --- settings --------------------------------------------------------------------------------- */

static void put_general(struct buf *out, const struct core *core)
{
	buf_put_byte(out, '{');
	json_member(out, "contactCenterName", core->centre.name);
	buf_put_byte(out, '}');
}

/* reason: empty for none. */
static void put_agent_state(struct buf *out, enum agent_state state, struct str reason)
{
	json_comma(out);
	buf_put_byte(out, '{');
	view_user_state_members(out, state);
	json_member(out, "operationName", str_of(words_name(&agent_state_words, state)));
	if (reason.len)
		json_member(out, "reason", reason);
	buf_put_byte(out, '}');
}

/* What an agent may set: `operationName`, perhaps with `reason`, is what POST /me takes. */
static void put_agent_states(struct buf *out, const struct core *core)
{
	const struct choice *choice;
	buf_put_byte(out, '[');
	for (enum agent_state state = 0; state < agent_state_count; state++)
		if (state != AGENT_LOGGED_OUT)
			put_agent_state(out, state, STR_NONE);
	DL_FOREACH(core->choices, choice)
		if (choice->b.kind == CHOICE_REASON)
			put_agent_state(out, AGENT_NOT_READY, choice->b.name);
	buf_put_byte(out, ']');
}

static void put_dispositions(struct buf *out, const struct core *core)
{
	const struct choice *choice;
	buf_put_byte(out, '[');
	DL_FOREACH(core->choices, choice) {
		if (choice->b.kind != CHOICE_DISPOSITION)
			continue;
		json_comma(out);
		buf_put_byte(out, '{');
		json_member(out, "name", choice->b.name);
		json_member(out, "displayName", choice->b.name);
		buf_put_byte(out, '}');
	}
	buf_put_byte(out, ']');
}

static const struct {
	const char *id, *display;
	void (*put)(struct buf *out, const struct core *core);
} settings[] = {
	{"general-settings", "General", put_general},
	{"agent-states", "Agent states", put_agent_states},
	{"dispositions", "Dispositions", put_dispositions},
};

struct str view_settings_id(size_t index)
{
	size_t count = sizeof settings / sizeof settings[0];
	return index < count ? str_of(settings[index].id) : STR_NONE;
}

static size_t settings_index(struct str id)
{
	size_t i = 0;
	while (view_settings_id(i).len && !str_eq(view_settings_id(i), id))
		i++;
	return i;
}

bool view_settings_group(struct buf *out, const struct view *view, struct str id)
{
	size_t i = settings_index(id);
	if (!view_settings_id(i).len)
		return false;
	buf_put_byte(out, '{');
	json_member(out, "displayName", str_of(settings[i].display));
	view_address(out, view, "/settings/", id);
	buf_put_byte(out, '}');
	return true;
}

bool view_settings(struct buf *out, const struct core *core, struct str id)
{
	size_t i = settings_index(id);
	if (!view_settings_id(i).len)
		return false;
	settings[i].put(out, core);
	return true;
}
