/* doctor_link.c - signs in at each carrier and off again, by the same bytes as a server would; sends nothing. */
#include <stdlib.h>
#include <string.h>

#include "cli/admin_ask.h"
#include "cli/doctor.h"
#include "net/net_tls.h"
#include "net/net_uv.h"
#include "wire/smpp_bind.h"

#define PATIENCE_MS 10000

/* One attempt. */
struct trial {
	struct net *net;
	const struct config_link *link;
	struct net_conn *conn;
	struct smpp_bind *bind; /* NULL: of a provider, where being connected is all */
	struct net_timer late;
	bool is_connected, is_bound;
	uint32_t status; /* by which it was refused; 0: it was not */
};

static void flush(struct trial *trial)
{
	struct buf out = {0};
	smpp_bind_take(trial->bind, &out);
	if (trial->conn)
		net_write(trial->conn, buf_str(&out));
	buf_free(&out);
}

static void on_happening(void *ctx, const struct smpp_event *event)
{
	struct trial *trial = ctx;
	if (event->what == SMPP_BOUND) {
		trial->is_bound = true;
		smpp_bind_unbind(trial->bind, net_now(trial->net));
	} else if (event->what == SMPP_REFUSED) {
		trial->status = event->pdu->status;
	} else if (event->what == SMPP_ENDED && trial->conn) {
		net_close(trial->conn, 1000);
	}
}

static void on_open(struct net_conn *conn)
{
	struct trial *trial = net_conn_ctx(conn);
	trial->is_connected = true;
	if (trial->bind)
		flush(trial);
	else
		net_close(conn, 0);
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct trial *trial = net_conn_ctx(conn);
	if (!trial->bind)
		return;
	smpp_bind_recv(trial->bind, bytes, net_now(trial->net));
	flush(trial);
}

static void on_closed(struct net_conn *conn)
{
	struct trial *trial = net_conn_ctx(conn);
	trial->conn = NULL;
	net_timer_stop(trial->net, &trial->late);
	net_uv_stop(trial->net);
}

static void on_late(void *ctx)
{
	struct trial *trial = ctx;
	net_close(trial->conn, 0);
}

static struct smpp_bind *bind_of(struct trial *trial)
{
	const struct config_link *link = trial->link;
	const struct smpp_bind_settings settings = {.role = SMPP_ESME,
		.system_id = str_of(link->system_id),
		.password = str_of(link->password),
		.system_type = str_of(link->system_type),
		.window = link->window,
		.way = link->settings[SETTING_BIND] ? SMPP_OUT : SMPP_BOTH_WAYS};
	return *link->provider ? NULL
			       : smpp_bind_new(&settings, net_now(trial->net), on_happening, trial);
}

static void run(struct trial *trial, struct net *world)
{
	static const struct net_handler handler = {
		.on_open = on_open, .on_data = on_data, .on_closed = on_closed};
	trial->bind = bind_of(trial);
	trial->late = (struct net_timer) {.fire = on_late, .ctx = trial};
	net_timer_start(trial->net, &trial->late, PATIENCE_MS);
	trial->conn = net_connect(
		world, STR_NONE, str_of(trial->link->host), trial->link->port, &handler, trial);
	net_uv_run(trial->net);
	if (trial->bind)
		smpp_bind_free(&trial->bind);
}

/* Why carriers refuse a bind, and what helps. */
static const struct {
	uint32_t status;
	const char *name, *remedy;
} refusals[] = {
	{ESME_RALYBND, "ESME_RALYBND",
		"another program is signed in with this account: end it, or ask the carrier for a "
		"further bind"},
	{ESME_RBINDFAIL, "ESME_RBINDFAIL",
		"ask the carrier: the account, its number of binds, this machine's address"},
	{ESME_RINVPASWD, "ESME_RINVPASWD", "correct the password of the link"},
	{ESME_RINVSYSID, "ESME_RINVSYSID", "correct the system-id of the link"},
	{ESME_RINVSYSTYP, "ESME_RINVSYSTYP",
		"correct the system-type of the link; most carriers want none"},
	{ESME_RSYSERR, "ESME_RSYSERR", "the carrier has trouble of its own: ask, or try later"},
	{ESME_RTHROTTLED, "ESME_RTHROTTLED", "too many attempts: try later"},
};

static void say_refused(struct doctor *doctor, const struct trial *trial)
{
	const char *name = "a status of the carrier's own";
	const char *remedy = "ask the carrier what it means";
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		if (refusals[i].status == trial->status) {
			name = refusals[i].name;
			remedy = refusals[i].remedy;
		}
	doctor_say(doctor, DOCTOR_BAD, "link", remedy,
		"%s: %s, port %u refuses the bind: 0x%02x, %s", trial->link->name,
		trial->link->host, trial->link->port, (unsigned)trial->status, name);
}

static void say_result(struct doctor *doctor, const struct trial *trial)
{
	const struct config_link *link = trial->link;
	bool is_provider = *link->provider;
	if (trial->status)
		say_refused(doctor, trial);
	else if (trial->is_bound || (is_provider && trial->is_connected))
		doctor_say(doctor, DOCTOR_FINE, "link", NULL, "%s: %s, port %u %s", link->name,
			link->host, link->port,
			is_provider ? "is there" : "took the bind, and the end of it");
	else if (trial->is_connected)
		doctor_say(doctor, DOCTOR_BAD, "link",
			"is it an SMPP port? With TLS in between, put a tunnel there",
			"%s: %s, port %u is there, and does not answer a bind", link->name,
			link->host, link->port);
	else
		doctor_say(doctor, DOCTOR_BAD, "link",
			"host and port of the link, the name service, the firewall, the carrier's "
			"list of addresses",
			"%s: %s, port %u cannot be reached", link->name, link->host, link->port);
}

/* What a provider's connection is trusted by, beside the system's. */
static const char *authorities_of(const struct config *config, const struct config_link *link)
{
	for (unsigned i = 0; i < config->providers_count; i++)
		if (str_is(config->providers[i].name, link->provider))
			return config->providers[i].authorities;
	return "";
}

static void try_link(struct doctor *doctor, const struct config_link *link)
{
	struct trial trial = {.net = net_uv_new(), .link = link};
	struct buf why = {0};
	struct net *tls = NULL;
	bool by_tls = *link->provider && link->settings[SETTING_TLS];
	if (by_tls)
		tls = net_tls_new(trial.net, authorities_of(doctor->folder->config, link), &why);
	if (by_tls && !tls) {
		buf_put_byte(&why, '\0');
		doctor_say(doctor, DOCTOR_BAD, "link", "correct `authorities` of the provider",
			"%s: %s", link->name, why.at);
	} else {
		run(&trial, tls ? tls : trial.net);
		say_result(doctor, &trial);
	}
	net_tls_free(&tls);
	net_uv_free(&trial.net);
	buf_free(&why);
}

static void say_running(struct doctor *doctor)
{
	size_t i;
	const json_t *link;
	json_array_foreach(json_object_get(doctor->status, "links"), i, link) {
		bool is_up = json_is_true(json_object_get(link, "isUp"));
		doctor_say(doctor, is_up ? DOCTOR_FINE : DOCTOR_BAD, "link",
			"its log says why (journalctl -u sotto); stop it and ask again to try a "
			"bind",
			"%s: the server has it %s", admin_text(link, "name"),
			is_up ? "up" : "down");
	}
}

void doctor_links(struct doctor *doctor)
{
	const struct config *config = doctor->folder->config;
	if (doctor->status) {
		say_running(doctor);
		return;
	}
	for (unsigned i = 0; i < config->links_count; i++)
		try_link(doctor, &config->links[i]);
}
