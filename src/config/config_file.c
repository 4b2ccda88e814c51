/* config_file.c - the schema of the configuration file, and loading by it. */
#include "config/config_file.h"

#include <cyaml/cyaml.h>
#include <stdio.h>

#define LIST_MAX 100000 /* users of one file; more are added through the admin socket */

#define VALUE(key, type, member)                                                                   \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_OPTIONAL, type, member, 0, 65535)
#define LIST(key, type, member, entry)                                                             \
	CYAML_FIELD_SEQUENCE(                                                                      \
		key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, entry, 0, LIST_MAX)

/* A part of the file: its keys are offsets within its own struct. */
#define PART(key, type, member, fields)                                                            \
	CYAML_FIELD_MAPPING(key, CYAML_FLAG_OPTIONAL, type, member, fields)
#define PART_OF(type, member) __typeof__(((type *)NULL)->member)

typedef struct config_file top;
typedef struct config_file_bootstrap boot;
typedef struct config_file_provider provider;
typedef PART_OF(top, tls) part_tls;
typedef PART_OF(top, admin) part_admin;
typedef PART_OF(top, log) part_log;
typedef PART_OF(top, api) part_api;
typedef PART_OF(top, security) part_security;
typedef PART_OF(top, login) part_login;
typedef PART_OF(top, gate) part_gate;
typedef PART_OF(top, journal) part_journal;
typedef PART_OF(top, push) part_push;
typedef PART_OF(top, http) part_http;
typedef PART_OF(provider, send) part_send;
typedef PART_OF(provider, signature) part_signature;
typedef PART_OF(provider, receive) part_receive;
typedef PART_OF(boot, agents) part_agents;
typedef PART_OF(boot, routing) part_routing;
typedef PART_OF(boot, sessions) part_sessions;
typedef PART_OF(boot, supervision) part_supervision;
typedef PART_OF(part_supervision, disclosure) part_disclosure;
typedef PART_OF(boot, sms) part_sms;
typedef PART_OF(boot, optout) part_optout;
typedef PART_OF(boot, smpp) part_smpp;
typedef PART_OF(boot, features) part_features;

static const cyaml_schema_value_t word = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, 65535)};

static const cyaml_schema_field_t user_fields[] = {
	VALUE("name", struct config_file_user, name),
	VALUE("first-name", struct config_file_user, first_name),
	VALUE("last-name", struct config_file_user, last_name),
	VALUE("password", struct config_file_user, password),
	VALUE("password-hash", struct config_file_user, password_hash),
	LIST("roles", struct config_file_user, roles, &word),
	LIST("queues", struct config_file_user, queues, &word),
	LIST("groups", struct config_file_user, groups, &word),
	LIST("supervises", struct config_file_user, supervises, &word),
	LIST("skills", struct config_file_user, skills, &word),
	VALUE("sms", struct config_file_user, sms),
	VALUE("change-password", struct config_file_user, change_password),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t user = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_user, user_fields)};

static const cyaml_schema_field_t link_fields[] = {
	VALUE("name", struct config_file_link, name),
	VALUE("host", struct config_file_link, host),
	VALUE("port", struct config_file_link, port),
	VALUE("system-id", struct config_file_link, system_id),
	VALUE("password", struct config_file_link, password),
	VALUE("system-type", struct config_file_link, system_type),
	VALUE("window", struct config_file_link, window),
	VALUE("carrier", struct config_file_link, carrier),
	VALUE("provider", struct config_file_link, provider),
	VALUE("secret", struct config_file_link, secret),
#define NUMBER(member, key, setting, least, most, unit) VALUE(key, struct config_file_link, member),
#define WORD(member, key, setting, choices)             VALUE(key, struct config_file_link, member),
#define COUNTRY(member, key, setting)                   VALUE(key, struct config_file_link, member),
#include "config/link.def"
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t link_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_link, link_fields)};

static const cyaml_schema_field_t queue_fields[] = {
	VALUE("name", struct config_file_queue, name),
	VALUE("number", struct config_file_queue, number),
	VALUE("link", struct config_file_queue, link),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t queue = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_queue, queue_fields)};

static const cyaml_schema_field_t response_fields[] = {
	VALUE("name", struct config_file_response, name),
	VALUE("text", struct config_file_response, text),
	VALUE("group", struct config_file_response, group),
	VALUE("queue", struct config_file_response, queue),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t response = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_response, response_fields)};

static const cyaml_schema_field_t rule_fields[] = {
	VALUE("name", struct config_file_rule, name),
	LIST("words", struct config_file_rule, words, &word),
	VALUE("texts", struct config_file_rule, texts),
	VALUE("reply-after", struct config_file_rule, reply_after),
	VALUE("undelivered", struct config_file_rule, undelivered),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_rule, rule_fields)};

static const cyaml_schema_field_t send_fields[] = {
	VALUE("path", part_send, path),
	VALUE("type", part_send, type),
	VALUE("body", part_send, body),
	VALUE("id", part_send, id),
	VALUE("key-header", part_send, key_header),
	LIST("headers", part_send, headers, &word),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t signature_fields[] = {
	VALUE("header", part_signature, header),
	VALUE("prefix", part_signature, prefix),
	VALUE("algorithm", part_signature, algorithm),
	VALUE("encoding", part_signature, encoding),
	VALUE("over", part_signature, over),
	VALUE("time-header", part_signature, time_header),
	VALUE("nonce-header", part_signature, nonce_header),
	VALUE("window", part_signature, window),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t receive_fields[] = {
	VALUE("type", part_receive, type),
	VALUE("from", part_receive, from),
	VALUE("to", part_receive, to),
	VALUE("text", part_receive, text),
	VALUE("id", part_receive, id),
	VALUE("receipt-id", part_receive, receipt_id),
	VALUE("state", part_receive, state),
	LIST("delivered", part_receive, delivered, &word),
	LIST("failed", part_receive, failed, &word),
	LIST("expired", part_receive, expired, &word),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t provider_fields[] = {
	VALUE("name", provider, name),
	VALUE("authorities", provider, authorities),
	PART("send", provider, send, send_fields),
	PART("signature", provider, signature, signature_fields),
	PART("receive", provider, receive, receive_fields),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t provider_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, provider, provider_fields)};

static const cyaml_schema_field_t tls_fields[] = {
	VALUE("certificate", part_tls, certificate), VALUE("key", part_tls, key), CYAML_FIELD_END};
static const cyaml_schema_field_t admin_fields[] = {VALUE("listen", part_admin, listen),
	LIST("allow", part_admin, allow, &word), CYAML_FIELD_END};
static const cyaml_schema_field_t log_fields[] = {VALUE("level", part_log, level),
	VALUE("format", part_log, format), VALUE("phones", part_log, phones), CYAML_FIELD_END};
static const cyaml_schema_field_t api_fields[] = {VALUE("always200", part_api, always200),
	VALUE("external-url", part_api, external_url), CYAML_FIELD_END};
static const cyaml_schema_field_t security_fields[] = {VALUE("csrf", part_security, csrf),
	LIST("cors-origins", part_security, cors_origins, &word), CYAML_FIELD_END};
static const cyaml_schema_field_t gate_fields[] = {VALUE("grid", part_gate, grid), CYAML_FIELD_END};
static const cyaml_schema_field_t push_fields[] = {
	VALUE("replay-max-bytes", part_push, replay_max_bytes), CYAML_FIELD_END};
static const cyaml_schema_field_t journal_fields[] = {
	VALUE("keep-for", part_journal, keep_for), CYAML_FIELD_END};
static const cyaml_schema_field_t login_fields[] = {
	VALUE("hash-operations", part_login, hash_operations),
	VALUE("hash-memory-kib", part_login, hash_memory_kib),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t http_fields[] = {
	VALUE("connections-max", part_http, connections_max),
	LIST("allow", part_http, allow, &word),
	LIST("trusted-proxies", part_http, trusted_proxies, &word), CYAML_FIELD_END};

static const cyaml_schema_field_t agents_fields[] = {
	VALUE("capacity", part_agents, capacity),
	VALUE("state-after-login", part_agents, state_after_login),
	VALUE("on-logout", part_agents, on_logout),
	VALUE("lost-after", part_agents, lost_after),
	VALUE("not-ready-after-no-answer", part_agents, not_ready_after_no_answer),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t routing_fields[] = {
	VALUE("answer-timeout", part_routing, answer_timeout),
	VALUE("reject-wait", part_routing, reject_wait),
	VALUE("service-level", part_routing, service_level),
	VALUE("last-agent-for", part_routing, last_agent_for),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t sessions_fields[] = {
	VALUE("idle-close", part_sessions, idle_close),
	VALUE("readable-for", part_sessions, readable_for),
	VALUE("keep-texts-for", part_sessions, keep_texts_for), CYAML_FIELD_END};
static const cyaml_schema_field_t disclosure_fields[] = {
	VALUE("monitor", part_disclosure, monitor),
	VALUE("coach", part_disclosure, coach),
	VALUE("barge", part_disclosure, barge),
	VALUE("take-over", part_disclosure, take_over),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t supervision_fields[] = {
	VALUE("auto-accept", part_supervision, auto_accept),
	VALUE("private", part_supervision, private),
	PART("disclosure", part_supervision, disclosure, disclosure_fields),
	LIST("rules", part_supervision, rules, &rule),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t sms_fields[] = {
	VALUE("redelivery-window", part_sms, redelivery_window),
	VALUE("receipt-window", part_sms, receipt_window),
	VALUE("reset-window", part_sms, reset_window),
	VALUE("join-wait", part_sms, join_wait),
	VALUE("repeat-max", part_sms, repeat_max),
	VALUE("plain-quotes", part_sms, plain_quotes),
	LIST("stop-words", part_sms, stop_words, &word),
	LIST("languages", part_sms, languages, &word),
	VALUE("stop-reply", part_sms, stop_reply),
	VALUE("start-reply", part_sms, start_reply),
	VALUE("help-reply", part_sms, help_reply),
	CYAML_FIELD_END,
};
static const cyaml_schema_field_t optout_fields[] = {
	VALUE("scope", part_optout, scope), CYAML_FIELD_END};
static const cyaml_schema_field_t smpp_fields[] = {
	VALUE("receive-window", part_smpp, receive_window), CYAML_FIELD_END};
static const cyaml_schema_field_t features_fields[] = {
	VALUE("api-multimedia", part_features, api_multimedia), CYAML_FIELD_END};

static const cyaml_schema_field_t bootstrap_fields[] = {
	VALUE("centre", boot, centre),
	PART("agents", boot, agents, agents_fields),
	PART("routing", boot, routing, routing_fields),
	PART("sessions", boot, sessions, sessions_fields),
	PART("supervision", boot, supervision, supervision_fields),
	PART("sms", boot, sms, sms_fields),
	PART("optout", boot, optout, optout_fields),
	PART("smpp", boot, smpp, smpp_fields),
	PART("features", boot, features, features_fields),
	LIST("users", boot, users, &user),
	LIST("links", boot, links, &link_value),
	LIST("queues", boot, queues, &queue),
	LIST("canned-responses", boot, responses, &response),
	LIST("dispositions", boot, dispositions, &word),
	LIST("not-ready-reasons", boot, reasons, &word),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t top_fields[] = {
	VALUE("listen", top, listen),
	VALUE("external-url", top, external_url),
	VALUE("data-dir", top, data_dir),
	PART("tls", top, tls, tls_fields),
	PART("admin", top, admin, admin_fields),
	PART("log", top, log, log_fields),
	PART("api", top, api, api_fields),
	PART("security", top, security, security_fields),
	PART("login", top, login, login_fields),
	PART("gate", top, gate, gate_fields),
	PART("journal", top, journal, journal_fields),
	PART("push", top, push, push_fields),
	PART("http", top, http, http_fields),
	LIST("providers", top, providers, &provider_value),
	PART("bootstrap", top, bootstrap, bootstrap_fields),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t top_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_file, top_fields)};

/* libcyaml's own words where they say too little to somebody who has never seen its source. */
static const struct {
	const char *theirs, *ours;
} wordings[] = {
	{"Expecting MAPPING, got event: SCALAR",
		"keys are expected below this one (without any, leave it out as well)"},
	{"Expecting MAPPING, got event: SEQUENCE_START", "keys are expected here, not a list"},
	{"Expecting SEQUENCE, got event: SCALAR",
		"a list is expected here (without entries, leave its key out as well)"},
	{"Expecting SEQUENCE, got event: MAPPING_START", "a list is expected here, not keys"},
	{"Expecting STRING, got event: SEQUENCE_START",
		"one value is expected here, not a list (a value that begins with [ stands in "
		"quotes)"},
	{"Expecting STRING, got event: MAPPING_START", "one value is expected here, not keys"},
};

static struct str in_our_words(struct str theirs)
{
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
		if (str_is(theirs, wordings[i].theirs))
			return str_of(wordings[i].ours);
	return theirs;
}

static void hear(cyaml_log_t level, void *ctx, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Only the first complaint is kept; what follows is the library's way to it. */
static void hear(cyaml_log_t level, void *ctx, const char *format, va_list args)
{
	struct buf *reason = ctx;
	char line[256];
	if (reason->len || level < CYAML_LOG_WARNING)
		return;
	int n = vsnprintf(line, sizeof line, format, args);
	struct str said =
		str_trim(str_from(line, n < (int)sizeof line ? (size_t)n : sizeof line - 1));
	if (said.len && said.at[said.len - 1] == '\n')
		said.len--;
	if (str_starts(said, STR("Load: ")))
		said = str_skip(said, 6);
	if (!str_starts(said, STR("Backtrace")) && !str_starts(said, STR("in ")))
		buf_put(reason, in_our_words(said));
}

static cyaml_config_t settings(struct buf *reason)
{
	return (cyaml_config_t) {
		.log_fn = hear,
		.log_ctx = reason,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_WARNING,
		.flags = CYAML_CFG_NO_ALIAS,
	};
}

enum err config_file_load(struct str text, struct config_file **out, struct buf *reason)
{
	struct buf said = {0};
	cyaml_config_t config = settings(&said);
	cyaml_data_t *data = NULL;
	cyaml_err_t e = cyaml_load_data((const uint8_t *)(text.at ? text.at : ""), text.len,
		&config, &top_value, &data, NULL);
	*out = data;
	if (e == CYAML_OK && said.len == 0) {
		if (!*out) /* no key at all */
			*out = cyaml_mem(NULL, NULL, sizeof **out);
		CHECK(*out);
		if (!data)
			memset(*out, 0, sizeof **out);
		return OK;
	}
	buf_put(reason, said.len ? buf_str(&said) : str_of(cyaml_strerror(e)));
	buf_free(&said);
	if (*out)
		config_file_free(out);
	return ERR_RANGE;
}

void config_file_free(struct config_file **file)
{
	struct buf said = {0};
	cyaml_config_t config = settings(&said);
	(void)cyaml_free(&config, &top_value, *file, 0);
	buf_free(&said);
	*file = NULL;
}
