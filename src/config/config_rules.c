/* config_rules.c - each rule looks for one thing. */
#include "config/config_rules.h"

#include <stdlib.h>

#include "base/names.h"
#include "config/config_lists.h"
#include "config/config_said.h"
#include "core/model/watching.h"

static enum err put_words(const struct config_file_rule *r, struct config *config, struct str *out,
	struct buf *reason)
{
	struct buf all = {0};
	enum err e = OK;
	if (r->words_count > RULE_WORDS_MAX)
		e = REFUSE(reason, "rule '%s': more than %d words", r->name, RULE_WORDS_MAX);
	for (unsigned i = 0; !e && i < r->words_count; i++) {
		const char *wrong = names_wrong_word(str_of(r->words[i]));
		if (wrong)
			e = REFUSE(reason, "rule '%s': '%s' %s", r->name, r->words[i], wrong);
		else
			buf_printf(&all, "%s\n", r->words[i]);
	}
	*out = arena_copy(&config->arena, buf_str(&all));
	buf_free(&all);
	return e;
}

static enum err put_texts(
	const struct config_file_rule *r, struct body_rule *to, struct buf *reason)
{
	static const char choices[] = "customer, agent or both";
	uint64_t place = RULE_OF_BOTH;
	if (r->texts && !r->words_count)
		return REFUSE(reason, "rule '%s': texts: it has no words", r->name);
	if (r->texts && !config_choice(choices, str_of(r->texts), &place))
		return REFUSE(
			reason, "rule '%s': texts: '%s' is not %s", r->name, r->texts, choices);
	to->texts = r->words_count ? place : 0;
	return OK;
}

static enum err put_after(
	const struct config_file_rule *r, struct config *config, msec *after, struct buf *reason)
{
	struct str path = arena_printf(&config->arena, "rule '%s': reply-after", r->name);
	uint64_t seconds;
	if (!r->reply_after)
		return OK;
	enum err e = config_number(
		path.at, str_of(r->reply_after), 1, RULE_REPLY_AFTER_MAX_S, &seconds, reason);
	if (!e)
		*after = (msec)seconds * 1000;
	return e;
}

static enum err put_kind(const struct config_file_rule *r, struct body_rule *to, struct buf *reason)
{
	bool is_on = false;
	if (r->undelivered && !config_switch(str_of(r->undelivered), &is_on))
		return REFUSE(reason, "rule '%s': undelivered: '%s' is not yes or no", r->name,
			r->undelivered);
	if ((r->words_count > 0) + (r->reply_after != NULL) + is_on != 1)
		return REFUSE(reason,
			"rule '%s': it needs one of words, reply-after and undelivered: yes",
			r->name);
	to->kind = r->words_count ? RULE_WORDS : is_on ? RULE_UNDELIVERED : RULE_REPLY;
	return OK;
}

static enum err put_rule(const struct config_file_rule *r, unsigned nth, struct config *config,
	struct body_rule *to, struct buf *reason)
{
	if (!r->name)
		return REFUSE(reason, "rule %u has no name", nth);
	const char *wrong = names_wrong_thing(str_of(r->name));
	if (wrong)
		return REFUSE(reason, "rule '%s': the name %s", r->name, wrong);
	to->name = arena_copy(&config->arena, str_of(r->name));
	enum err e = put_kind(r, to, reason);
	e = config_worse(e, put_words(r, config, &to->words, reason));
	e = config_worse(e, put_texts(r, to, reason));
	return config_worse(e, put_after(r, config, &to->after, reason));
}

static bool is_named_before(const struct config *config, unsigned nth)
{
	for (unsigned i = 0; i < nth; i++)
		if (config->rules[nth].name.len &&
			str_eq(config->rules[i].name, config->rules[nth].name))
			return true;
	return false;
}

enum err config_rules(
	const struct config_file_bootstrap *file, struct config *config, struct buf *reason)
{
	unsigned n = file->supervision.rules_count;
	enum err e = OK;
	if (n > RULES_MAX)
		return REFUSE(reason, "bootstrap.supervision.rules: more than %d", RULES_MAX);
	config->rules_count = n;
	config->rules = arena_take(&config->arena, n * sizeof *config->rules);
	for (unsigned i = 0; i < n; i++) {
		const struct config_file_rule *r = &file->supervision.rules[i];
		config->rules[i] = (struct body_rule) {0};
		e = config_worse(e, put_rule(r, i + 1, config, &config->rules[i], reason));
		if (is_named_before(config, i))
			e = config_worse(e, REFUSE(reason, "rule '%s' is there already", r->name));
	}
	return e;
}
