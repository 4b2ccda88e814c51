/* reload.c - reading, comparing, doing; and a line for each thing that comes of it. */
#include "server/reload.h"

#include "api/refusal.h"
#include "base/log.h"
#include "config/config_said.h"
#include "net/net_tls.h"
#include "server/declared.h"
#include "wire/json.h"

/* An entry of a list of the answer; empty: none. */
static void put_line(struct buf *out, struct str line)
{
	if (!line.len)
		return;
	json_comma(out);
	json_put_string(out, line);
}

/* --- what comes with the next start ---------------------------------------------------------------- */

static bool has_format(const struct config *config, struct str name)
{
	for (unsigned i = 0; i < config->providers_count; i++)
		if (str_eq(config->providers[i].name, name))
			return true;
	return false;
}

static void put_node_changes(
	struct buf *out, const struct config *running, const struct config *config)
{
	for (size_t nth = 0; nth < config_node_keys(); nth++) {
		struct config_key key = config_node_key(nth);
		struct buf is = {0}, was = {0};
		if (str_starts(str_of(key.key), STR("log.")))
			continue; /* done at once */
		config_node_value(config, nth, &is);
		config_node_value(running, nth, &was);
		if (!str_eq(buf_str(&is), buf_str(&was))) {
			struct buf line = {0};
			buf_printf(&line, "%s is %.*s (now %.*s)", key.key, STR_ARGS(buf_str(&is)),
				STR_ARGS(buf_str(&was)));
			put_line(out, buf_str(&line));
			buf_free(&line);
		}
		buf_free(&is);
		buf_free(&was);
	}
}

/* A link needs its provider's format, which is read at the start. */
static bool is_unknown_provider(
	const struct config *running, const struct config *config, struct buf *why)
{
	for (unsigned i = 0; i < config->links_count; i++) {
		const struct config_link *link = &config->links[i];
		if (!*link->provider || has_format(running, str_of(link->provider)))
			continue;
		buf_printf(why, "link '%s': provider '%s' is new, and read at the next start alone",
			link->name, link->provider);
		return true;
	}
	return false;
}

/* --- the certificate -------------------------------------------------------------------------------- */

/* What came of it: one of both is said, or neither where the files are as they were. */
struct certificate {
	struct buf change, warning;
};

static void read_certificate(const struct reload *reload, struct certificate *certificate)
{
	const struct config *config = reload->running;
	struct buf why = {0};
	bool is_another = false;
	if (net_tls_server_renew(
		    reload->tls, config->tls_certificate, config->tls_key, &is_another, &why)) {
		buf_printf(&certificate->warning, "the certificate stays as it was: %.*s",
			STR_ARGS(buf_str(&why)));
		log_error("server", "%.*s", STR_ARGS(buf_str(&certificate->warning)));
	} else if (is_another) {
		buf_printf(&certificate->change,
			"who comes from now on is shown the certificate in %s",
			config->tls_certificate);
		log_info("server", "%.*s", STR_ARGS(buf_str(&certificate->change)));
	}
	buf_free(&why);
}

static void certificate_free(struct certificate *certificate)
{
	buf_free(&certificate->change);
	buf_free(&certificate->warning);
}

/* --- saying -------------------------------------------------------------------------------------------- */

static void put_steps(
	struct buf *out, const struct declared *declared, const struct certificate *certificate)
{
	json_key(out, "changes");
	buf_put_byte(out, '[');
	put_line(out, buf_str(&certificate->change));
	for (size_t i = 0; i < declared->count; i++)
		put_line(out, declared->steps[i].says);
	buf_put_byte(out, ']');
}

static void put_warnings(
	struct buf *out, const struct declared *declared, const struct certificate *certificate)
{
	json_key(out, "warnings");
	buf_put_byte(out, '[');
	put_line(out, buf_str(&certificate->warning));
	for (size_t i = 0; i < declared->warning_count; i++)
		put_line(out, declared->warnings[i]);
	buf_put_byte(out, ']');
}

static void log_done(const struct declared *declared, struct str by)
{
	for (size_t i = 0; i < declared->count; i++)
		if (declared->steps[i].says.len)
			log_info("file", "%.*s: %.*s", STR_ARGS(by),
				STR_ARGS(declared->steps[i].says));
	for (size_t i = 0; i < declared->warning_count; i++)
		log_warn("file", "%.*s", STR_ARGS(declared->warnings[i]));
	if (!declared->count)
		log_info("file", "%.*s: nothing changed", STR_ARGS(by));
}

/* --- doing ---------------------------------------------------------------------------------------------- */

static void refuse(struct buf *answer, struct buf *why)
{
	buf_put_byte(why, '\0');
	admin_refusal(answer, why->at);
}

/* One reload, from what was asked to what is answered. */
struct reloading {
	const struct reload *reload;
	const struct admin_reload *asked;
	struct certificate certificate;
	struct buf *answer;
	uint64_t *lsn;
};

/* Asks whether all of it can be, then does it, unless that is all that was asked. False: nothing is done; why is
 * behind what `why` says already. */
static bool do_declared(const struct reloading *r, const struct config *config,
	const struct declared *declared, struct buf *why)
{
	const struct reload *reload = r->reload;
	if (reload->running && is_unknown_provider(reload->running, config, why))
		return false;
	if (declared_is_refused(declared, why))
		return false;
	if (r->asked->is_dry)
		return true;
	enum err e = declared_apply(centre_port(reload->centre), declared, r->lsn);
	if (e)
		buf_puts(why, refusal_text(e));
	return e == OK;
}

static void put_answer(
	const struct reloading *r, const struct config *config, const struct declared *declared)
{
	buf_puts(r->answer, "{\"ok\":true");
	put_steps(r->answer, declared, &r->certificate);
	put_warnings(r->answer, declared, &r->certificate);
	json_key(r->answer, "restart");
	buf_put_byte(r->answer, '[');
	if (r->reload->running)
		put_node_changes(r->answer, r->reload->running, config);
	buf_puts(r->answer, "]}");
}

static void answer_difference(const struct reloading *r, const struct config *config)
{
	const struct admin_reload *asked = r->asked;
	struct declared declared = {0};
	struct buf why = {0};
	declared_difference(&declared, centre_core(r->reload->centre), config);
	buf_printf(&why, "%s: nothing %s: ", config->file,
		asked->is_dry ? "would be changed" : "is changed");
	bool is_fine = do_declared(r, config, &declared, &why);
	if (is_fine && !asked->is_dry) {
		log_as(config->log_level, config->log_format, config->log_phones);
		log_done(&declared, asked->by);
	}
	if (!is_fine && !asked->is_dry)
		log_warn("file", "%.*s: %.*s", STR_ARGS(asked->by), STR_ARGS(buf_str(&why)));
	if (is_fine)
		put_answer(r, config, &declared);
	else
		refuse(r->answer, &why);
	declared_free(&declared);
	buf_free(&why);
}

void reload_answer(void *ctx, const struct admin_reload *asked, struct buf *answer, uint64_t *lsn)
{
	const struct reload *reload = ctx;
	struct reloading r = {.reload = reload, .asked = asked, .answer = answer, .lsn = lsn};
	struct config *config = NULL;
	struct buf why = {0};
	struct str own = reload->running ? str_of(reload->running->file) : STR_NONE;
	struct str file = asked->file.len ? asked->file : own;
	*lsn = centre_core(reload->centre)->lsn;
	if (reload->tls && !asked->is_dry)
		read_certificate(reload, &r.certificate);
	if (!file.len) {
		buf_puts(&why, "this server was started without a file");
		refuse(answer, &why);
	} else if (config_read(file, &config, &why)) {
		if (!asked->is_dry)
			log_warn("file", "%.*s: nothing is changed: %.*s", STR_ARGS(asked->by),
				STR_ARGS(buf_str(&why)));
		refuse(answer, &why);
	} else {
		answer_difference(&r, config);
	}
	config_free(&config);
	certificate_free(&r.certificate);
	buf_free(&why);
}

void reload_at_start(const struct reload *reload)
{
	struct declared declared = {0};
	struct buf why = {0};
	uint64_t lsn;
	if (reload->is_new)
		return;
	declared_difference(&declared, centre_core(reload->centre), reload->running);
	if (declared_is_refused(&declared, &why))
		log_error("file", "%s: nothing of it is done, the store counts as it is: %.*s",
			reload->running->file, STR_ARGS(buf_str(&why)));
	else if (declared_apply(centre_port(reload->centre), &declared, &lsn))
		log_error("file", "%s: the store takes nothing now: sotto reload does it later",
			reload->running->file);
	else if (declared.count || declared.warning_count)
		log_done(&declared, STR("start"));
	declared_free(&declared);
	buf_free(&why);
}
