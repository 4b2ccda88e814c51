/* config_check.c - each setting is a row: where it stands, its default and what it may be. */
#include "config/config_check.h"

#include <stdio.h>

#include "base/utf8.h"
#include "config/config_lists.h"
#include "config/config_providers.h"
#include "config/config_said.h"
#include "base/names.h"
#include "http/http_server.h"
#include "net/net.h"
#include "wire/smpp_bind.h"

#define SECOND 1000
#define DAY    (24 * 3600)

#define ORIGINS_MAX 64 /* other sites whose pages may call us: an operator names them one by one */

/* What a setting is, in the file and in struct config. */
enum kind {
	COUNT,   /* number → unsigned */
	NUMBER,  /* number → uint64_t */
	SECONDS, /* number → msec */
	SWITCH,  /* yes or no → bool */
	FLAG,    /* yes or no → uint64_t 1 or 0 */
	WORD,    /* one of words → an enumeration of words.def */
	CHOICE,  /* one of a list → char * */
	PLACE,   /* one of a list → uint64_t, which one */
	TEXT,    /* any text → char * */
	NAME,    /* a name that people read → struct str */
	REPLY,   /* text of an SMS → struct str */
};

struct setting {
	const char *path; /* as in the file */
	enum kind kind;
	size_t from, to; /* offsets in struct config_file and struct config */
	const char *fallback;
	uint64_t least, most;
	const struct words *words; /* WORD */
	const char *choices;       /* CHOICE: "a, b or c" */
};

#define FROM(member) offsetof(struct config_file, member)
#define TO(member)   offsetof(struct config, member)

static const struct setting settings[] = {
	{"api.external-url", TEXT, FROM(api.external_url), TO(external_url), ""},
	{"tls.certificate", TEXT, FROM(tls.certificate), TO(tls_certificate), ""},
	{"tls.key", TEXT, FROM(tls.key), TO(tls_key), ""},
	{"data-dir", TEXT, FROM(data_dir), TO(data_dir), "/var/lib/sotto"},
	{"log.level", CHOICE, FROM(log.level), TO(log_level), "info",
		.choices = "error, warn, info or debug"},
	{"log.format", CHOICE, FROM(log.format), TO(log_format), "text",
		.choices = "text, logfmt or json"},
	{"log.phones", SWITCH, FROM(log.phones), TO(log_phones), "no"},
	{"api.always200", SWITCH, FROM(api.always200), TO(always200), "no"},
	{"security.csrf", CHOICE, FROM(security.csrf), TO(csrf), "origin",
		.choices = "origin, token or off"},
	/* OWASP's first recommendation for argon2id; memory below 8 KiB libsodium refuses. */
	{"login.hash-operations", COUNT, FROM(login.hash_operations), TO(hash_ops), "2", 1,
		HASH_OPS_MAX},
	{"login.hash-memory-kib", COUNT, FROM(login.hash_memory_kib), TO(hash_memory_kib), "19456",
		8, HASH_MEMORY_KIB_MAX},
	/* Half of it should be more than what a commit takes (doc/decisions 8). */
	{"gate.grid", COUNT, FROM(gate.grid), TO(grid_ms), "4", 0, NET_GRID_MS_MAX},
	{"push.replay-max-bytes", NUMBER, FROM(push.replay_max_bytes), TO(replay_max_bytes),
		"4294967296", 0, CONFIG_REPLAY_BYTES_MAX},
	/* Long enough to find out who did what; what is behind it the tables have. */
	{"journal.keep-for", SECONDS, FROM(journal.keep_for), TO(journal_kept_ms), "2592000", 1,
		CONFIG_KEEP_YEARS_MAX * 365 * DAY},
	{"http.connections-max", COUNT, FROM(http.connections_max), TO(connections_max), NULL, 1,
		HTTP_CONNECTIONS_MAX},

	{"bootstrap.centre", NAME, FROM(bootstrap.centre), TO(centre.name), "centre"},
	{"bootstrap.agents.capacity", NUMBER, FROM(bootstrap.agents.capacity), TO(centre.capacity),
		"4", 1, 1000},
	{"bootstrap.agents.state-after-login", WORD, FROM(bootstrap.agents.state_after_login),
		TO(centre.state_after_login), "NotReady", .words = &agent_state_words,
		.choices = "NotReady or Ready"},
	{"bootstrap.agents.on-logout", WORD, FROM(bootstrap.agents.on_logout), TO(centre.on_logout),
		"requeue", .words = &logout_rule_words, .choices = "requeue or keep"},
	{"bootstrap.agents.lost-after", SECONDS, FROM(bootstrap.agents.lost_after),
		TO(centre.lost_after), "120", 1, DAY},
	{"bootstrap.agents.not-ready-after-no-answer", FLAG,
		FROM(bootstrap.agents.not_ready_after_no_answer),
		TO(centre.not_ready_after_no_answer), "yes"},
	{"bootstrap.routing.answer-timeout", SECONDS, FROM(bootstrap.routing.answer_timeout),
		TO(centre.answer_timeout), "60", 1, DAY},
	{"bootstrap.routing.reject-wait", SECONDS, FROM(bootstrap.routing.reject_wait),
		TO(centre.reject_wait), "30", 0, DAY},
	{"bootstrap.routing.service-level", SECONDS, FROM(bootstrap.routing.service_level),
		TO(settings[SETTING_SERVICE_LEVEL]), "60", 1, DAY},
	{"bootstrap.routing.last-agent-for", SECONDS, FROM(bootstrap.routing.last_agent_for),
		TO(settings[SETTING_LAST_AGENT_FOR]), "604800", 0, 365 * DAY},
	{"bootstrap.sessions.idle-close", SECONDS, FROM(bootstrap.sessions.idle_close),
		TO(centre.idle_close), "86400", 60, 90 * DAY},
	{"bootstrap.sessions.readable-for", SECONDS, FROM(bootstrap.sessions.readable_for),
		TO(settings[SETTING_READABLE_FOR]), "86400", 0, 365 * DAY},
	{"bootstrap.sessions.keep-texts-for", SECONDS, FROM(bootstrap.sessions.keep_texts_for),
		TO(settings[SETTING_KEEP_TEXTS_FOR]), "0", 0, CONFIG_KEEP_YEARS_MAX * 365 * DAY},
	{"bootstrap.supervision.auto-accept", FLAG, FROM(bootstrap.supervision.auto_accept),
		TO(settings[SETTING_AUTO_ACCEPT]), "no"},
	{"bootstrap.supervision.private", FLAG, FROM(bootstrap.supervision.private),
		TO(settings[SETTING_PRIVATE]), "no"},
	{"bootstrap.supervision.disclosure.monitor", PLACE,
		FROM(bootstrap.supervision.disclosure.monitor),
		TO(settings[SETTING_DISCLOSE_MONITOR]), "silent",
		.choices = "silent, icon or report"},
	{"bootstrap.supervision.disclosure.coach", PLACE,
		FROM(bootstrap.supervision.disclosure.coach), TO(settings[SETTING_DISCLOSE_COACH]),
		"none", .choices = "none or report"},
	{"bootstrap.supervision.disclosure.barge", PLACE,
		FROM(bootstrap.supervision.disclosure.barge),
		TO(settings[SETTING_DISCLOSE_BARGE_IN]), "none", .choices = "none or report"},
	{"bootstrap.supervision.disclosure.take-over", PLACE,
		FROM(bootstrap.supervision.disclosure.take_over),
		TO(settings[SETTING_DISCLOSE_TAKE_OVER]), "none", .choices = "none or report"},
	{"bootstrap.sms.redelivery-window", SECONDS, FROM(bootstrap.sms.redelivery_window),
		TO(centre.redelivery_window), "600", 0, DAY},
	{"bootstrap.sms.receipt-window", SECONDS, FROM(bootstrap.sms.receipt_window),
		TO(centre.receipt_window), "259200", 60, 30 * DAY},
	{"bootstrap.sms.reset-window", SECONDS, FROM(bootstrap.sms.reset_window),
		TO(settings[SETTING_RESET_WINDOW]), "10", 0, 3600},
	{"bootstrap.sms.join-wait", SECONDS, FROM(bootstrap.sms.join_wait),
		TO(settings[SETTING_JOIN_WAIT]), "1800", 1, DAY},
	{"bootstrap.optout.scope", PLACE, FROM(bootstrap.optout.scope),
		TO(settings[SETTING_OPTOUT_SCOPE]), "centre", .choices = "centre or number"},
	{"bootstrap.sms.plain-quotes", FLAG, FROM(bootstrap.sms.plain_quotes),
		TO(settings[SETTING_PLAIN_QUOTES]), "no"},
	/* Ten crashes in a row are no accident any more. */
	{"bootstrap.sms.repeat-max", NUMBER, FROM(bootstrap.sms.repeat_max),
		TO(settings[SETTING_REPEAT_MAX]), "3", 0, 10},
	{"bootstrap.sms.stop-reply", REPLY, FROM(bootstrap.sms.stop_reply), TO(centre.stop_reply),
		"You will get no more messages from us. Text START to allow them again."},
	{"bootstrap.sms.start-reply", REPLY, FROM(bootstrap.sms.start_reply),
		TO(centre.start_reply), "You will get our messages again. Text STOP to end them."},
	{"bootstrap.sms.help-reply", REPLY, FROM(bootstrap.sms.help_reply), TO(centre.help_reply),
		"Write to us here and a person will answer. Text STOP to get no more messages."},
	/* No less than what a bind takes unanswered: each may come again after a crash. */
	{"bootstrap.smpp.receive-window", NUMBER, FROM(bootstrap.smpp.receive_window),
		TO(centre.receive_window), "10", SMPP_RECEIVE_WINDOW, RECEIVE_WINDOW_MAX},
	{"bootstrap.features.api-multimedia", FLAG, FROM(bootstrap.features.api_multimedia),
		TO(centre.multimedia), "yes"},
};

bool config_switch(struct str word, bool *on)
{
	*on = str_is(word, "yes") || str_is(word, "true") || str_is(word, "on");
	return *on || str_is(word, "no") || str_is(word, "false") || str_is(word, "off");
}

bool config_choice(const char *choices, struct str word, uint64_t *place)
{
	struct str rest = str_of(choices);
	for (*place = 0; rest.len;) {
		struct str one = str_cut(&rest, ' ');
		if (one.len && one.at[one.len - 1] == ',')
			one.len--;
		if (str_is(one, "or"))
			continue;
		if (str_eq(one, word))
			return true;
		++*place;
	}
	return false;
}

struct str config_choice_word(const char *choices, uint64_t place)
{
	struct str rest = str_of(choices);
	uint64_t nth;
	while (rest.len) {
		struct str one = str_cut(&rest, ' ');
		if (one.len && one.at[one.len - 1] == ',')
			one.len--;
		if (config_choice(choices, one, &nth) && nth == place)
			return one;
	}
	return STR("of another program");
}

/* Is the word one of those that `choices` ("a, b or c") names? */
static bool is_choice(const char *choices, struct str word)
{
	uint64_t place;
	return config_choice(choices, word, &place);
}

enum err config_number(const char *path, struct str word, uint64_t least, uint64_t most,
	uint64_t *out, struct buf *reason)
{
	if (!str_u64(word, out))
		return REFUSE(reason, "%s: '%.*s' is not a whole number", path, STR_ARGS(word));
	if (*out < least || *out > most)
		return REFUSE(reason, "%s: %.*s is not between %llu and %llu", path, STR_ARGS(word),
			(unsigned long long)least, (unsigned long long)most);
	return OK;
}

static enum err set_number(const struct setting *s, struct str word, char *to, struct buf *reason)
{
	uint64_t number;
	enum err e = config_number(s->path, word, s->least, s->most, &number, reason);
	if (e)
		return e;
	if (s->kind == COUNT)
		*(unsigned *)(void *)to = (unsigned)number;
	else if (s->kind == SECONDS)
		*(msec *)(void *)to = (msec)number * SECOND;
	else
		*(uint64_t *)(void *)to = number;
	return OK;
}

static enum err set_switch(const struct setting *s, struct str word, char *to, struct buf *reason)
{
	bool on;
	if (!config_switch(word, &on))
		return REFUSE(reason, "%s: '%.*s' is not yes or no", s->path, STR_ARGS(word));
	if (s->kind == SWITCH)
		*(bool *)(void *)to = on;
	else
		*(uint64_t *)(void *)to = on;
	return OK;
}

static enum err set_word(const struct setting *s, struct config *config, struct str word, char *to,
	struct buf *reason)
{
	if (!is_choice(s->choices, word))
		return REFUSE(reason, "%s: '%.*s' is not %s", s->path, STR_ARGS(word), s->choices);
	if (s->kind == PLACE)
		CHECK(config_choice(s->choices, word, (uint64_t *)(void *)to)); /* it is one */
	else if (s->kind == WORD)
		CHECK(words_find(s->words, word, (unsigned *)(void *)to)); /* a choice is a word */
	else
		*(const char **)(void *)to = arena_copy(&config->arena, word).at;
	return OK;
}

static enum err set_text(const struct setting *s, struct config *config, struct str word, char *to,
	struct buf *reason)
{
	if (!utf8_valid(word))
		return REFUSE(reason, "%s: the text is not UTF-8", s->path);
	if (s->kind == REPLY && utf8_count(word) > TEXT_CHARS_MAX)
		return REFUSE(reason, "%s: longer than %d characters", s->path, TEXT_CHARS_MAX);
	if (s->kind == NAME && names_wrong_thing(word))
		return REFUSE(
			reason, "%s: '%.*s' %s", s->path, STR_ARGS(word), names_wrong_thing(word));
	struct str copy = arena_copy(&config->arena, word);
	if (s->kind == TEXT)
		*(const char **)(void *)to = copy.at;
	else
		*(struct str *)(void *)to = copy;
	return OK;
}

static enum err set(
	const struct setting *s, struct config *config, struct str word, struct buf *reason)
{
	char *to = (char *)config + s->to;
	switch (s->kind) {
	case COUNT:
	case NUMBER:
	case SECONDS:
		return set_number(s, word, to, reason);
	case SWITCH:
	case FLAG:
		return set_switch(s, word, to, reason);
	case WORD:
	case CHOICE:
	case PLACE:
		return set_word(s, config, word, to, reason);
	case TEXT:
	case NAME:
	case REPLY:
		break;
	}
	return set_text(s, config, word, to, reason);
}

/* HOST:PORT, or [HOST]:PORT where the host is an IPv6 address. */
static enum err set_address(const char *path, struct str all, struct config *config, char **host_to,
	unsigned *port_to, struct buf *reason)
{
	size_t colon = all.len;
	while (colon > 0 && all.at[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return REFUSE(reason, "%s: '%.*s' is not HOST:PORT", path, STR_ARGS(all));
	struct str host = {all.at, colon - 1};
	if (host.at[0] == '[' && host.at[host.len - 1] == ']' && host.len > 2)
		host = (struct str) {host.at + 1, host.len - 2};
	uint64_t port;
	char what[32];
	snprintf(what, sizeof what, "%s, port", path);
	enum err e = config_number(what, str_skip(all, colon), 0, 65535, &port, reason);
	if (e)
		return e;
	struct ip ip;
	if (!ip_read(host, &ip) && !str_is(host, "localhost"))
		return REFUSE(reason,
			"%s: '%.*s' is no address (as 127.0.0.1, 0.0.0.0 or \"[::1]:8080\")", path,
			STR_ARGS(host));
	*host_to = (char *)(uintptr_t)arena_copy(&config->arena, host).at;
	*port_to = (unsigned)port;
	return OK;
}

static enum err set_listen(
	const struct config_file *file, struct config *config, struct buf *reason)
{
	struct str all = str_of(file->listen ? file->listen : "127.0.0.1:8080");
	struct str admin = str_of(file->admin.listen);
	enum err e = set_address(
		"listen", all, config, &config->listen_host, &config->listen_port, reason);
	config->admin_host = (char *)(uintptr_t) "";
	if (admin.len)
		e = config_worse(e, set_address("admin.listen", admin, config, &config->admin_host,
					    &config->admin_port, reason));
	return e;
}

struct block_list {
	const char *key;
	char **words;
	unsigned count;
	struct ip_block **blocks; /* where they go */
	unsigned *blocks_count;
};

/* A list that cannot be read allows, or trusts, nobody: the file is refused. */
static enum err set_blocks(const struct block_list *list, struct config *config, struct buf *reason)
{
	if (list->count > HTTP_PROXIES_MAX)
		return REFUSE(reason, "%s: more than %d", list->key, HTTP_PROXIES_MAX);
	*list->blocks_count = list->count;
	*list->blocks = arena_take(&config->arena, list->count * sizeof **list->blocks);
	for (unsigned i = 0; i < list->count; i++)
		if (!ip_block_read(str_of(list->words[i]), &(*list->blocks)[i]))
			return REFUSE(reason,
				"%s: '%s' is no address and no block of them "
				"(as 10.0.0.0/8 or fd00::/8)",
				list->key, list->words[i]);
	return OK;
}

static enum err set_proxies(
	const struct config_file *file, struct config *config, struct buf *reason)
{
	const struct block_list lists[] = {
		{"http.trusted-proxies", file->http.trusted_proxies,
			file->http.trusted_proxies_count, &config->trusted_proxies,
			&config->trusted_proxies_count},
		{"http.allow", file->http.allow, file->http.allow_count, &config->http_allow,
			&config->http_allow_count},
		{"admin.allow", file->admin.allow, file->admin.allow_count, &config->admin_allow,
			&config->admin_allow_count},
	};
	enum err e = OK;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		e = config_worse(e, set_blocks(&lists[i], config, reason));
	return e;
}

static bool is_http_url(struct str url)
{
	struct str rest = str_skip(url, str_starts(url, STR("https://")) ? 8 : 7);
	return (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) && rest.len &&
	       rest.at[0] != '/' && utf8_is_name(url) && url.at[url.len - 1] != '/';
}

/* What a browser sends as Origin: no path, no default port, small letters (Fetch, RFC 6454). */
static bool is_origin(struct str url)
{
	bool is_https = str_starts(url, STR("https://"));
	struct str host = str_skip(url, is_https ? 8 : 7);
	struct str port = is_https ? STR(":443") : STR(":80");
	if (!is_http_url(url) || memchr(host.at, '/', host.len))
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.at[i] <= ' ' || url.at[i] > '~' || (url.at[i] >= 'A' && url.at[i] <= 'Z') ||
			strchr("?#@*,\"", url.at[i]))
			return false;
	return host.len < port.len || !str_eq(str_skip(host, host.len - port.len), port);
}

static enum err set_origins(
	const struct config_file *file, struct config *config, struct buf *reason)
{
	unsigned n = config->origins_count = file->security.cors_origins_count;
	if (n > ORIGINS_MAX)
		return REFUSE(reason, "security.cors-origins: more than %d", ORIGINS_MAX);
	config->origins = arena_take(&config->arena, n * sizeof *config->origins);
	for (unsigned i = 0; i < n; i++) {
		struct str origin = str_of(file->security.cors_origins[i]);
		if (!is_origin(origin))
			return REFUSE(reason,
				"security.cors-origins: '%.*s' is not http[s]://HOST[:PORT] in "
				"small "
				"letters, without a path or the usual port",
				STR_ARGS(origin));
		config->origins[i] = (char *)(uintptr_t)arena_copy(&config->arena, origin).at;
	}
	return OK;
}

/* Its former place, at the top, counts where it is not in `api`. */
static enum err set_url(const struct config_file *file, struct config *config, struct buf *reason)
{
	struct str tail = STR("/api/v2"), url = str_of(config->external_url);
	const char *path = file->external_url ? "external-url" : "api.external-url";
	if (file->external_url && url.len)
		return REFUSE(reason, "external-url: api.external-url is there as well");
	if (file->external_url)
		url = arena_copy(&config->arena, str_of(file->external_url));
	config->external_url = (char *)(uintptr_t)url.at;
	if (url.len == 0)
		return OK;
	if (!is_http_url(url) || url.len < tail.len ||
		!str_eq(str_skip(url, url.len - tail.len), tail))
		return REFUSE(reason, "%s: '%.*s' is not http[s]://HOST[:PORT][/PATH]/api/v2", path,
			STR_ARGS(url));
	return OK;
}

static enum err check_tls(const struct config *config, struct buf *reason)
{
	if (!*config->tls_certificate == !*config->tls_key)
		return OK;
	return *config->tls_key ? REFUSE(reason, "tls.key: tls.certificate is not there")
				: REFUSE(reason, "tls.certificate: tls.key is not there");
}

enum err config_check(const struct config_file *file, struct config *config, struct buf *reason)
{
	char connections[16];
	snprintf(connections, sizeof connections, "%d", HTTP_CONNECTIONS_MAX);
	enum err e = set_listen(file, config, reason);
	settings_reset(config->settings);
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const struct setting *s = &settings[i];
		const char *word = *(char *const *)(const void *)((const char *)file + s->from);
		const char *fallback = s->fallback ? s->fallback : connections;
		enum err wrong = set(s, config, str_of(word ? word : fallback), reason);
		if (wrong) /* it has some value, for what looks at it */
			CHECK(set(s, config, str_of(fallback), reason) == OK);
		e = config_worse(e, wrong);
	}
	e = config_worse(e, check_tls(config, reason));
	e = config_worse(e, set_proxies(file, config, reason));
	e = config_worse(e, set_origins(file, config, reason));
	e = config_worse(e, set_url(file, config, reason));
	e = config_worse(e, config_providers(file, config, reason));
	e = config_worse(e, config_lists(&file->bootstrap, config, reason));
	return e;
}

/* --- as the file would say it ------------------------------------------------------------------- */

#define OF_CENTRE "bootstrap."

static void put_value(const struct setting *s, const struct config *config, struct buf *out)
{
	const void *at = (const char *)config + s->to;
	switch (s->kind) {
	case COUNT:
		buf_put_u64(out, *(const unsigned *)at);
		return;
	case SECONDS:
		buf_put_u64(out, (uint64_t) * (const msec *)at / SECOND);
		return;
	case NUMBER:
		buf_put_u64(out, *(const uint64_t *)at);
		return;
	case SWITCH:
		buf_puts(out, *(const bool *)at ? "yes" : "no");
		return;
	case FLAG:
		buf_puts(out, *(const uint64_t *)at ? "yes" : "no");
		return;
	case WORD:
		buf_puts(out, words_name(s->words, *(const unsigned *)at));
		return;
	case PLACE:
		buf_put(out, config_choice_word(s->choices, *(const uint64_t *)at));
		return;
	case CHOICE:
	case TEXT:
		buf_printf(out, "'%s'", *(char *const *)at);
		return;
	case NAME:
	case REPLY:
		buf_printf(out, "'%.*s'", STR_ARGS(*(const struct str *)at));
		return;
	}
}

static bool is_of_centre(const struct setting *s)
{
	return strncmp(s->path, OF_CENTRE, strlen(OF_CENTRE)) == 0;
}

/* They stand last in the table. */
static size_t first_of_centre(void)
{
	size_t first = 0;
	while (!is_of_centre(&settings[first]))
		first++;
	return first;
}

size_t config_centre_keys(void)
{
	return sizeof settings / sizeof *settings - first_of_centre();
}

static const struct setting *centre_row(size_t nth)
{
	CHECK(nth < config_centre_keys());
	return &settings[first_of_centre() + nth];
}

size_t config_node_keys(void)
{
	return first_of_centre() + 1; /* and `listen` */
}

struct config_key config_node_key(size_t nth)
{
	CHECK(nth < config_node_keys());
	return (struct config_key) {.key = nth < first_of_centre() ? settings[nth].path : "listen",
		.setting = SETTING_KINDS};
}

void config_node_value(const struct config *config, size_t nth, struct buf *out)
{
	if (nth < first_of_centre())
		put_value(&settings[nth], config, out);
	else
		buf_printf(out, "%s:%u", config->listen_host, config->listen_port);
}

struct config_key config_centre_key(size_t nth)
{
	const struct setting *s = centre_row(nth);
	size_t first = TO(settings), past = first + SETTING_KINDS * sizeof(uint64_t);
	bool is_setting = s->to >= first && s->to < past;
	return (struct config_key) {.key = s->path + strlen(OF_CENTRE),
		.setting = is_setting ? (enum setting_kind)((s->to - first) / sizeof(uint64_t))
				      : SETTING_KINDS};
}

void config_centre_value(const struct config *config, size_t nth, struct buf *out)
{
	put_value(centre_row(nth), config, out);
}
