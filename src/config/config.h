/* config.h - the configuration file: what belongs to this node and what an empty store starts with.
 *
 * YAML, read by libcyaml from a schema that is a table (config_file.c); values, ranges and defaults
 * are a table too (config_check.c). Unknown keys and bad values are refused with file, line and
 * reason. doc/sotto.yaml is the commented sample. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/ip.h"
#include "core/core.h"
#include "provider/provider_format.h"

struct config_user {
	char *name, *first_name, *last_name;
	char *password;      /* plain; or */
	char *password_hash; /* argon2id string */
	bool must_change;    /* the user has to choose another one first of all */
	char **roles;        /* of CONFIG_ROLES */
	unsigned roles_count;
	char **channels; /* smssession */
	unsigned channels_count;
};
/* What a user is assigned to from the beginning. */
struct config_assignment {
	char *user, *thing;
	enum assignment_kind kind;
	unsigned level;
};
struct config_link {
	char *name, *host;
	unsigned port;
	char *system_id, *password, *system_type, *carrier;
	char *provider, *secret; /* "": it speaks SMPP */
	unsigned window;
	uint64_t settings[SETTING_KINDS]; /* the link's */
};
struct config_choice {
	enum choice_kind kind;
	enum choice_scope scope;
	char *name, *text, *thing;
};
struct config_queue {
	char *name, *number, *link;
};

/* All that the members point to lives in the arena; who adds something takes it from there. No
 * member is NULL but password and password_hash, of which a user has one. */
struct config {
	struct arena arena;
	char *file; /* absolute, as far as it is one; "": none */
	/* node */
	char *listen_host;
	unsigned listen_port;
	char *tls_certificate, *tls_key; /* files; "" both: we speak HTTP without TLS */
	char *admin_host;                /* of the operator's listener; "": there is none */
	unsigned admin_port;
	char *external_url; /* "": http://HOST:PORT/api/v2 */
	char *data_dir;
	char *log_level, *log_format;
	bool log_phones; /* as they are, not hashed */
	bool always200;
	bool is_demo;     /* of `sotto demo` alone; no key */
	unsigned grid_ms; /* net_uv_set_grid; 0: none */
	uint64_t
		replay_max_bytes; /* of what users were told, kept for who missed it; 0: nothing is */
	msec journal_kept_ms;     /* how long what happened is kept event by event */
	unsigned connections_max;
	struct ip_block *trusted_proxies;
	unsigned trusted_proxies_count;
	struct ip_block *http_allow, *admin_allow; /* who may connect; none: everybody */
	unsigned http_allow_count, admin_allow_count;
	char *csrf;     /* origin | token | off */
	char **origins; /* pages of other sites that may call us, as "https://HOST[:PORT]" */
	unsigned origins_count;
	unsigned hash_ops; /* argon2id cost of new passwords */
	unsigned hash_memory_kib;
	const struct provider_format *providers;
	unsigned providers_count;
	/* bootstrap */
	struct body_centre centre;        /* id_key is drawn by the server, not configured */
	uint64_t settings[SETTING_KINDS]; /* the centre's */
	struct config_user *users;
	unsigned users_count;
	struct config_assignment *assignments;
	unsigned assignments_count;
	struct config_link *links;
	unsigned links_count;
	struct config_queue *queues;
	unsigned queues_count;
	struct config_choice *choices;
	unsigned choices_count;
	struct body_rule *rules; /* by which hands are raised: supervision.rules */
	unsigned rules_count;
};

/* A year of the largest centre. */
#define CONFIG_REPLAY_BYTES_MAX (1ull << 50)

/* Longer than any rule of keeping records. */
#define CONFIG_KEEP_YEARS_MAX 100ull

/* Largest file that is read: some ten thousand users. */
#define CONFIG_FILE_MAX (4 * 1024 * 1024)

/* why: "FILE:LINE: reason" on error. Free with config_free. */
enum err config_read(struct str file, struct config **out, struct buf *why) MUST_CHECK;
/* The same of text that is in memory; name stands for FILE. */
enum err config_parse(
	struct str name, struct str text, struct config **out, struct buf *why) MUST_CHECK;
/* The defaults alone (an empty file). */
struct config *config_defaults(void);
void config_free(struct config **config);

#define CONFIG_ROLES "agent, supervisor, admin, auditor, integrator"
/* A skill as it is written: "Czech" or "Czech=3"; the level without one is 0. False: no such text. */
bool config_skill(struct str text, struct str *name, uint64_t *level);
/* Bits of enum role; 0 if the word is none. */
unsigned config_role(struct str word);
const char *config_role_word(unsigned role); /* of one bit */

#endif
