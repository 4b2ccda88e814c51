/* config_providers.c - formats of providers: rows of texts, of lists and of choices. */
#include "config/config_providers.h"

#include "base/utf8.h"
#include "config/config_lists.h"
#include "base/names.h"

/* Credentials of providers: tokens that are signed objects have a thousand characters. */
#define CREDENTIAL_MAX 4096
#define WINDOW_SECONDS "300"

#define FROM(member) offsetof(struct config_file_provider, member)
#define TO(member)   offsetof(struct provider_format, member)

struct text_row {
	const char *key;
	size_t from, to; /* char * and struct str */
	bool may_lack;
	const char *of; /* of a template: what its words are for */
	bool is_line;   /* it becomes part of a request's head */
};

static const struct text_row text_rows[] = {
	{"send.path", FROM(send.path), TO(send.path), .of = "send", .is_line = true},
	{"send.body", FROM(send.body), TO(send.body), .of = "send"},
	{"send.id", FROM(send.id), TO(send.id)},
	{"send.key-header", FROM(send.key_header), TO(send.key_header), true, .is_line = true},
	{"signature.header", FROM(signature.header), TO(signature.header)},
	{"signature.prefix", FROM(signature.prefix), TO(signature.prefix), true},
	{"signature.over", FROM(signature.over), TO(signature.over), .of = "sign"},
	{"signature.time-header", FROM(signature.time_header), TO(signature.time_header), true},
	{"signature.nonce-header", FROM(signature.nonce_header), TO(signature.nonce_header), true},
	{"receive.from", FROM(receive.from), TO(receive.from)},
	{"receive.to", FROM(receive.to), TO(receive.to)},
	{"receive.text", FROM(receive.text), TO(receive.text)},
	{"receive.id", FROM(receive.id), TO(receive.id)},
	{"receive.receipt-id", FROM(receive.receipt_id), TO(receive.receipt_id), true},
	{"receive.state", FROM(receive.state), TO(receive.state), true},
};

struct choice_row {
	const char *key;
	size_t from, to;     /* char * and an enumeration */
	const char *choices; /* its words, in their order; the first is the default */
};

static const struct choice_row choice_rows[] = {
	{"send.type", FROM(send.type), TO(send.coding), "json or form"},
	{"signature.algorithm", FROM(signature.algorithm), TO(signature.digest),
		"hmac-sha256, hmac-sha1 or hmac-sha512"},
	{"signature.encoding", FROM(signature.encoding), TO(signature.letters), "hex or base64"},
	{"receive.type", FROM(receive.type), TO(receive.coding), "json or form"},
};

struct list_row {
	const char *key;
	size_t from, count, to; /* char **, unsigned, struct provider_list */
	const char *of;         /* of templates */
};

#define LIST(member, to) FROM(member), FROM(member##_count), TO(to)
static const struct list_row list_rows[] = {
	{"send.headers", LIST(send.headers, send.headers), "send"},
	{"receive.delivered", LIST(receive.delivered, receive.delivered)},
	{"receive.failed", LIST(receive.failed, receive.failed)},
	{"receive.expired", LIST(receive.expired, receive.expired)},
};

static const void *at(const struct config_file_provider *from, size_t offset)
{
	return (const char *)from + offset;
}

/* Of what goes into a request's head, anything else than ASCII that is seen would end it, or be read in two ways. */
static bool is_line(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
	return true;
}

static enum err check_template(
	const char *provider, const char *key, struct str text, const char *of, struct buf *reason)
{
	struct str unknown = of ? provider_unknown(text, of) : STR_NONE;
	if (unknown.len)
		return REFUSE(reason, "provider '%s': %s: there is no {%.*s} to put in", provider,
			key, STR_ARGS(unknown));
	return OK;
}

static enum err read_text(const struct config_file_provider *from, const struct text_row *row,
	struct provider_format *to, struct arena *arena, struct buf *reason)
{
	struct str text = str_of(*(char *const *)at(from, row->from));
	if (!text.len && !row->may_lack)
		return REFUSE(reason, "provider '%s' has no %s", from->name, row->key);
	if (!utf8_valid(text) || (row->is_line && !is_line(text)))
		return REFUSE(reason, "provider '%s': %s has characters that cannot stand there",
			from->name, row->key);
	*(struct str *)(void *)((char *)to + row->to) = arena_copy(arena, text);
	return check_template(from->name, row->key, text, row->of, reason);
}

static enum err read_choice(const struct config_file_provider *from, const struct choice_row *row,
	struct provider_format *to, struct buf *reason)
{
	const char *word = *(char *const *)at(from, row->from);
	uint64_t place = 0;
	if (word && !config_choice(row->choices, str_of(word), &place))
		return REFUSE(reason, "provider '%s': %s: '%s' is not %s", from->name, row->key,
			word, row->choices);
	*(unsigned *)(void *)((char *)to + row->to) = (unsigned)place;
	return OK;
}

static enum err read_list(const struct config_file_provider *from, const struct list_row *row,
	struct provider_format *to, struct arena *arena, struct buf *reason)
{
	char *const *words = *(char *const *const *)at(from, row->from);
	unsigned count = words ? *(const unsigned *)at(from, row->count) : 0;
	const char **copies = arena_take(arena, (count + 1) * sizeof *copies);
	enum err e = OK;
	for (unsigned i = 0; !e && i < count; i++) {
		struct str word = str_of(words[i]);
		if (row->of && (!is_line(word) || !memchr(word.at, ':', word.len)))
			e = REFUSE(reason, "provider '%s': %s: '%s' is not NAME: VALUE", from->name,
				row->key, words[i]);
		if (!e)
			e = check_template(from->name, row->key, word, row->of, reason);
		copies[i] = arena_copy(arena, word).at;
	}
	*(struct provider_list *)(void *)((char *)to + row->to) =
		(struct provider_list) {copies, count};
	return e;
}

static enum err read_window(const struct config_file_provider *from, struct provider_format *to,
	struct arena *arena, struct buf *reason)
{
	const char *word = from->signature.window ? from->signature.window : WINDOW_SECONDS;
	struct str path = arena_printf(arena, "provider '%s': signature.window", from->name);
	uint64_t seconds;
	enum err e = config_number(path.at, str_of(word), 1, 3600, &seconds, reason);
	to->signature.window = e ? 0 : (msec)seconds * 1000;
	return e;
}

static enum err read_provider(const struct config_file_provider *from, unsigned nth,
	struct provider_format *to, struct arena *arena, struct buf *reason)
{
	if (!from->name)
		return REFUSE(reason, "provider %u has no name", nth);
	const char *wrong = names_wrong_thing(str_of(from->name));
	enum err e = wrong ? REFUSE(reason, "provider '%s': the name %s", from->name, wrong) : OK;
	for (size_t i = 0; i < sizeof text_rows / sizeof *text_rows; i++)
		e = config_worse(e, read_text(from, &text_rows[i], to, arena, reason));
	for (size_t i = 0; i < sizeof choice_rows / sizeof *choice_rows; i++)
		e = config_worse(e, read_choice(from, &choice_rows[i], to, reason));
	for (size_t i = 0; i < sizeof list_rows / sizeof *list_rows; i++)
		e = config_worse(e, read_list(from, &list_rows[i], to, arena, reason));
	e = config_worse(e, read_window(from, to, arena, reason));
	to->name = arena_copy(arena, str_of(from->name));
	to->authorities = arena_copy(arena, str_of(from->authorities)).at;
	return e;
}

enum err config_providers(const struct config_file *file, struct config *config, struct buf *reason)
{
	unsigned n = file->providers_count;
	struct provider_format *formats = arena_take(&config->arena, (n + 1) * sizeof *formats);
	enum err e = OK;
	config->providers = formats;
	for (unsigned i = 0; i < n; i++) {
		const struct config_file_provider *from = &file->providers[i];
		e = config_worse(
			e, read_provider(from, i + 1, &formats[i], &config->arena, reason));
		if (from->name && config_has_provider(config, formats[i].name))
			e = config_worse(
				e, REFUSE(reason, "provider '%s' is there already", from->name));
		config->providers_count = i + 1;
	}
	return e;
}

bool config_has_provider(const struct config *config, struct str name)
{
	for (unsigned i = 0; i < config->providers_count; i++)
		if (str_eq(config->providers[i].name, name))
			return true;
	return false;
}

/* It stands in the URL of the link's hook. */
static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			!strchr("-._", c))
			return false;
	}
	return true;
}

static bool is_credential(const char *text)
{
	return !text || (strlen(text) <= CREDENTIAL_MAX && is_line(str_of(text)));
}

enum err config_provider_link(
	const struct config *config, const struct config_file_link *l, struct buf *reason)
{
	if (!config_has_provider(config, str_of(l->provider)))
		return REFUSE(reason, "link '%s': there is no provider '%s'", l->name, l->provider);
	if (!is_plain(str_of(l->name)))
		return REFUSE(reason,
			"link '%s': its name stands in a URL: letters, digits, - . and _", l->name);
	if (!l->secret || !*l->secret)
		return REFUSE(
			reason, "link '%s' has no secret, with which its provider signs", l->name);
	if (!is_credential(l->system_id) || !is_credential(l->password) ||
		!is_credential(l->secret))
		return REFUSE(reason,
			"link '%s': system-id, password and secret are up to %d plain characters",
			l->name, CREDENTIAL_MAX);
	return OK;
}
