/* config_rules.h - the file's rules: for what hands are raised by themselves. */
#ifndef CONFIG_CONFIG_RULES_H
#define CONFIG_CONFIG_RULES_H

#include "config/config.h"
#include "config/config_file.h"

/* Each text is looked at by each rule, for each of its words. */
#define RULES_MAX           64
#define RULE_WORDS_MAX      256
#define RULE_WORD_CHARS_MAX 64

enum err config_rules(const struct config_file_bootstrap *file, struct config *config,
	struct buf *reason) MUST_CHECK;

#endif
