/* config_providers.h - the file's providers: how each is told what to send, and tells what came. */
#ifndef CONFIG_CONFIG_PROVIDERS_H
#define CONFIG_CONFIG_PROVIDERS_H

#include "config/config.h"
#include "config/config_file.h"

enum err config_providers(
	const struct config_file *file, struct config *config, struct buf *reason) MUST_CHECK;
bool config_has_provider(const struct config *config, struct str name);
/* What such a link has besides that of SMPP, and what it must not have. */
enum err config_provider_link(const struct config *config, const struct config_file_link *link,
	struct buf *reason) MUST_CHECK;

#endif
