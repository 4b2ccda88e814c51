/* rules.c - /rules: what raises hands by itself (supervision.rules); administrators alone read and change it. */
#include "api/call.h"
#include "core/model/watching.h"
#include "view/directory.h"

#include <utlist.h>

/* --- reading ------------------------------------------------------------------------------------ */

static struct keys all(struct call *call)
{
	const struct hand_rule *rule;
	size_t room;
	DL_COUNT(call_core(call)->rules, rule, room);
	struct keys keys = {
		.at = arena_take(call->request->arena, (room + 1) * sizeof(struct str))};
	EACH_THERE(call_core(call)->rules, rule)
		keys.at[keys.count++] = rule->b.name;
	return keys;
}

static bool put(struct buf *out, const struct view *view, struct str key)
{
	const struct hand_rule *rule = core_rule(view->core, key);
	if (rule)
		view_rule(out, view, &rule->b);
	return rule != NULL;
}

static const struct listing listing = {"rules", "rule", all, put, NULL};

enum err api_rules_read(struct call *call)
{
	return listing_read(call, &listing);
}

enum err api_find_rule(struct call *call)
{
	return core_rule(call_core(call), call->ids.id) ? OK : ERR_NOT_FOUND;
}

enum err api_rule_read(struct call *call)
{
	return listing_read_one(call, &listing, call->ids.id);
}

/* --- what a rule looks for: one thing -------------------------------------------------------------- */

static enum err read_words(struct call *call, struct body_rule *body)
{
	struct json_value list = params_value(call, "words"), entry;
	struct str entries = json_value_entries(list), word;
	struct buf all = {0};
	bool is_fine = json_value_is_array(list) && json_value_count(list) > 0 &&
		       json_value_count(list) <= RULE_WORDS_MAX;
	while (is_fine && json_value_next(&entries, &entry)) {
		is_fine = json_value_text(entry, call->request->arena, &word) &&
			  !names_wrong_word(word);
		if (is_fine)
			buf_printf(&all, "%.*s\n", STR_ARGS(word));
	}
	body->words = arena_copy(call->request->arena, buf_str(&all));
	buf_free(&all);
	return is_fine ? OK : call_names(call, "words", ERR_RANGE);
}

static enum err read_texts(struct call *call, struct body_rule *body)
{
	struct str word;
	unsigned texts;
	if (!params_gives(call, "texts"))
		return OK;
	enum err e = params_text(call, "texts", 1, NAME_CHARS_MAX, &word);
	if (e != OK)
		return e;
	if (body->kind != RULE_WORDS || !words_find(&rule_texts_words, word, &texts))
		return call_names(call, "texts", ERR_RANGE);
	body->texts = texts;
	return OK;
}

static enum err read_reply_after(struct call *call, struct body_rule *body)
{
	int64_t seconds;
	bool is_fine = json_value_integer(params_value(call, "replyAfter"), &seconds) &&
		       seconds >= 1 && seconds <= RULE_REPLY_AFTER_MAX_S;
	if (!is_fine)
		return call_names(call, "replyAfter", ERR_RANGE);
	body->after = seconds * 1000;
	return OK;
}

/* What names a kind of rule, beside `texts`, which only words have. */
static const struct {
	const char *name;
	enum rule_kind kind;
} looks[] = {{"words", RULE_WORDS}, {"replyAfter", RULE_REPLY}, {"undelivered", RULE_UNDELIVERED}};

/* Another kind begins anew. */
static enum err read_kind(struct call *call, struct body_rule *body)
{
	const char *found = NULL;
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		if (!params_gives(call, looks[i].name))
			continue;
		if (found)
			return call_names(call, looks[i].name, ERR_RANGE);
		found = looks[i].name;
		if (!body->name.len || body->kind != looks[i].kind)
			*body = (struct body_rule) {.name = body->name,
				.kind = looks[i].kind,
				.texts = looks[i].kind == RULE_WORDS ? RULE_OF_BOTH : 0};
	}
	return OK;
}

static enum err read_looks(struct call *call, struct body_rule *body)
{
	enum err e = read_kind(call, body);
	if (e == OK && params_gives(call, "words"))
		e = read_words(call, body);
	if (e == OK && params_gives(call, "replyAfter"))
		e = read_reply_after(call, body);
	if (e == OK && params_gives(call, "undelivered") &&
		!json_value_is_true(params_value(call, "undelivered")))
		e = call_names(call, "undelivered", ERR_RANGE);
	return e == OK ? read_texts(call, body) : e;
}

static enum err run(struct call *call, enum command_kind kind, const struct body_rule *body)
{
	call->command.kind = kind;
	call->command.new_rule = body;
	return api_provide(call);
}

/* --- changing ------------------------------------------------------------------------------------- */

enum err api_rule_create(struct call *call)
{
	struct view view = call_view(call);
	struct body_rule body = {.name = STR_NONE};
	struct str name = STR_NONE;
	enum err e = params_text(call, "name", 1, NAME_CHARS_MAX, &name);
	if (e == OK && !params_gives(call, "words|replyAfter|undelivered"))
		e = call_names(call, "words", ERR_MISSING_PARAMETER);
	if (e == OK && names_wrong_choice(name))
		e = call_names(call, "name", ERR_RANGE);
	if (e == OK)
		e = read_looks(call, &body);
	body.name = name;
	if (e == OK)
		e = run(call, CMD_ADD_RULE, &body);
	if (e == OK) {
		json_member(&call->members, "id", body.name);
		view_address(&call->members, &view, "/rules/", body.name);
	}
	return e;
}

/* What is not there stays; what it found before it was changed stays as well. */
enum err api_rule_update(struct call *call)
{
	struct body_rule body = core_rule(call_core(call), call->ids.id)->b;
	if (params_gives(call, "id|name|uri|path"))
		return ERR_READ_ONLY;
	if (!params_gives(call, "words|replyAfter|undelivered|texts"))
		return ERR_MISSING_PARAMETER;
	enum err e = read_looks(call, &body);
	return e == OK ? run(call, CMD_DECLARE_RULE, &body) : e;
}

enum err api_rule_remove(struct call *call)
{
	call->command.kind = CMD_REMOVE_RULE;
	call->command.name = call->ids.id;
	return api_provide(call);
}
