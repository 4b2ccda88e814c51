/* config_said.h - what the file declares of a centre and of a link, key by key, each value as the file would say it: so
 * two configurations can be compared, and what differs be told. The rows are those by which the file is read. */
#ifndef CONFIG_CONFIG_SAID_H
#define CONFIG_CONFIG_SAID_H

#include "config/config.h"

struct config_key {
	const char *key;           /* "agents.capacity", "host" */
	enum setting_kind setting; /* SETTING_KINDS: it is a member of body_centre or body_link */
	bool is_secret;            /* its value is not for people */
};

/* Of the centre: the keys below `bootstrap` that have one value. */
size_t config_centre_keys(void);
struct config_key config_centre_key(size_t nth);
void config_centre_value(const struct config *config, size_t nth, struct buf *out);

/* Of the node: what one process does from its start to its end. */
size_t config_node_keys(void);
struct config_key config_node_key(size_t nth);
void config_node_value(const struct config *config, size_t nth, struct buf *out);

/* Of a link, but for its name. */
size_t config_link_keys(void);
struct config_key config_link_key(size_t nth);
void config_link_value(const struct config_link *link, size_t nth, struct buf *out);

#endif
