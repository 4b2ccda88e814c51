/* config_rules.h - the file's rules: for what hands are raised by themselves. */
#ifndef CONFIG_CONFIG_RULES_H
#define CONFIG_CONFIG_RULES_H

#include "config/config.h"
#include "config/config_file.h"

enum err config_rules(const struct config_file_bootstrap *file, struct config *config,
	struct buf *reason) MUST_CHECK;

#endif
