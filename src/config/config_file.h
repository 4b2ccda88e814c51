/* config_file.h - the file as libcyaml reads it: every value still a string, NULL where absent. */
#ifndef CONFIG_CONFIG_FILE_H
#define CONFIG_CONFIG_FILE_H

#include "base/buf.h"
#include "base/err.h"

struct config_file_user {
	char *name, *first_name, *last_name, *password, *password_hash, *sms, *change_password;
	char **roles; /* libcyaml gives NULL for an empty list, too */
	unsigned roles_count;
	char **queues, **groups, **supervises, **skills;
	unsigned queues_count, groups_count, supervises_count, skills_count;
};
struct config_file_link {
	char *name, *host, *port, *system_id, *password, *system_type, *window, *carrier, *provider,
		*secret;
#define NUMBER(member, key, setting, least, most, unit) char *member;
#define WORD(member, key, setting, choices)             char *member;
#define COUNTRY(member, key, setting)                   char *member;
#include "config/link.def"
};
struct config_file_queue {
	char *name, *number, *link;
};

struct config_file_response {
	char *name, *text, *group, *queue;
};
struct config_file_rule {
	char *name, *texts, *reply_after, *undelivered;
	char **words;
	unsigned words_count;
};

/* Members as of struct provider_format. */
struct config_file_provider {
	char *name, *authorities;
	struct {
		char *path, *type, *body, *id, *key_header;
		char **headers;
		unsigned headers_count;
	} send;
	struct {
		char *header, *prefix, *algorithm, *encoding, *over, *time_header, *nonce_header,
			*window;
	} signature;
	struct {
		char *type, *from, *to, *text, *id, *receipt_id, *state;
		char **delivered, **failed, **expired;
		unsigned delivered_count, failed_count, expired_count;
	} receive;
};

struct config_file {
	char *listen, *external_url, *data_dir;
	struct {
		char *certificate, *key;
	} tls;
	struct {
		char *listen;
		char **allow;
		unsigned allow_count;
	} admin;
	struct {
		char *level, *format, *phones;
	} log;
	struct {
		char *always200, *external_url;
	} api;
	struct {
		char *csrf;
		char **cors_origins;
		unsigned cors_origins_count;
	} security;
	struct {
		char *hash_operations, *hash_memory_kib;
	} login;
	struct {
		char *grid;
	} gate;
	struct {
		char *replay_max_bytes;
	} push;
	struct {
		char *keep_for;
	} journal;
	struct {
		char *connections_max;
		char **allow, **trusted_proxies;
		unsigned allow_count;
		unsigned trusted_proxies_count;
	} http;
	struct config_file_provider *providers;
	unsigned providers_count;
	struct config_file_bootstrap {
		char *centre;
		struct {
			char *capacity, *state_after_login, *on_logout, *lost_after,
				*not_ready_after_no_answer;
		} agents;
		struct {
			char *answer_timeout, *reject_wait, *service_level, *last_agent_for;
		} routing;
		struct {
			char *idle_close, *readable_for, *keep_texts_for;
		} sessions;
		struct {
			char *auto_accept, *private;
			struct {
				char *monitor, *coach, *barge, *take_over;
			} disclosure;
			struct config_file_rule *rules;
			unsigned rules_count;
		} supervision;
		struct {
			char *redelivery_window, *receipt_window, *reset_window, *join_wait,
				*repeat_max, *plain_quotes, *stop_reply, *start_reply, *help_reply;
			char **stop_words;
			unsigned stop_words_count;
			char **languages;
			unsigned languages_count;
		} sms;
		struct {
			char *scope;
		} optout;
		struct {
			char *receive_window;
		} smpp;
		struct {
			char *api_multimedia;
		} features;
		struct config_file_user *users;
		unsigned users_count;
		struct config_file_link *links;
		unsigned links_count;
		struct config_file_queue *queues;
		unsigned queues_count;
		struct config_file_response *responses;
		unsigned responses_count;
		char **dispositions, **reasons;
		unsigned dispositions_count, reasons_count;
	} bootstrap;
};

/* reason: what is wrong with the text. Free with config_file_free. */
enum err config_file_load(struct str text, struct config_file **out, struct buf *reason) MUST_CHECK;
void config_file_free(struct config_file **file);

#endif
