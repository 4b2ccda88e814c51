/* config_check.h - from the words of the file to the values of the configuration. */
#ifndef CONFIG_CONFIG_CHECK_H
#define CONFIG_CONFIG_CHECK_H

#include "config/config.h"
#include "config/config_file.h"

/* Fills config (all zero) from the file and the defaults. reason: the first bad value. */
enum err config_check(
	const struct config_file *file, struct config *config, struct buf *reason) MUST_CHECK;

#endif
