/* metrics.c - a row per metric. Counters begin at 0 with the process; what a refused commit undid has counted. */
#include "server/metrics.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <utlist.h>

#include "net/net_tls.h"
#include "server/routes.h"
#include "server/server_private.h"
#include "store/store_backup.h"

struct metrics;
struct metric {
	const char *name, *type, *help;
	void (*put)(struct metrics *m);
};

/* The one that is being written. */
struct metrics {
	const struct server *server;
	const struct core *core;
	const struct metric *metric;
	struct buf *out;
};

/* --- samples ------------------------------------------------------------------------------------ */

struct label {
	const char *name; /* NULL: none */
	struct str value;
};

static void put_label(struct metrics *m, char before, const struct label *label)
{
	buf_put_byte(m->out, before);
	buf_printf(m->out, "%s=\"", label->name);
	for (size_t i = 0; i < label->value.len; i++) {
		char c = label->value.at[i];
		if (c == '\\' || c == '"' || c == '\n')
			buf_put_byte(m->out, '\\');
		buf_put_byte(m->out, c == '\n' ? 'n' : c);
	}
	buf_put_byte(m->out, '"');
}

/* Both may be none. */
static void put_labelled(
	struct metrics *m, const char *suffix, const struct label *one, const struct label *two)
{
	char before = '{';
	buf_puts(m->out, m->metric->name);
	buf_puts(m->out, suffix);
	if (one->name) {
		put_label(m, before, one);
		before = ',';
	}
	if (two->name) {
		put_label(m, before, two);
		before = ',';
	}
	if (before == ',')
		buf_put_byte(m->out, '}');
}

static const struct label no_label;

static void put_name(
	struct metrics *m, const char *suffix, const char *label, struct str value_of_label)
{
	put_labelled(m, suffix, &(struct label) {label, value_of_label}, &no_label);
}

static void put_number(
	struct metrics *m, const char *label, struct str value_of_label, uint64_t number)
{
	put_name(m, "", label, value_of_label);
	buf_printf(m->out, " %llu\n", (unsigned long long)number);
}

static void put(struct metrics *m, uint64_t number)
{
	put_number(m, NULL, STR_NONE, number);
}

static void put_thousandths(struct buf *out, uint64_t number)
{
	buf_printf(out, "%llu.%03llu", (unsigned long long)(number / 1000),
		(unsigned long long)(number % 1000));
}

static void put_ms(struct metrics *m, const char *label, struct str value_of_label, msec ms)
{
	put_name(m, "", label, value_of_label);
	buf_put_byte(m->out, ' ');
	put_thousandths(m->out, ms > 0 ? (uint64_t)ms : 0);
	buf_put_byte(m->out, '\n');
}

/* unit: so many of its numbers are one of the metric's; 1 or 1000. label: beside that of its buckets. */
static void put_labelled_histogram(
	struct metrics *m, const struct label *label, const struct histogram *h, unsigned unit)
{
	uint64_t count = 0;
	for (size_t i = 0; i <= h->bound_count; i++) {
		struct buf bound = {0};
		if (i == h->bound_count)
			buf_puts(&bound, "+Inf");
		else if (unit == 1000)
			put_thousandths(&bound, h->bounds[i]);
		else
			buf_put_u64(&bound, h->bounds[i]);
		count += h->counts[i];
		put_labelled(m, "_bucket", label, &(struct label) {"le", buf_str(&bound)});
		buf_printf(m->out, " %llu\n", (unsigned long long)count);
		buf_free(&bound);
	}
	put_labelled(m, "_sum", label, &no_label);
	buf_put_byte(m->out, ' ');
	if (unit == 1000)
		put_thousandths(m->out, h->sum);
	else
		buf_put_u64(m->out, h->sum);
	buf_put_byte(m->out, '\n');
	put_labelled(m, "_count", label, &no_label);
	buf_printf(m->out, " %llu\n", (unsigned long long)count);
}

static void put_histogram(struct metrics *m, const struct histogram *h, unsigned unit)
{
	put_labelled_histogram(m, &no_label, h, unit);
}

/* --- the process ---------------------------------------------------------------------------------- */

static void put_build(struct metrics *m)
{
	put_number(m, "version", str_of(SOTTO_VERSION), 1);
}

static void put_started(struct metrics *m)
{
	put_ms(m, NULL, STR_NONE, m->server->started);
}

/* The second number in /proc/self/statm is in pages. */
static void put_memory(struct metrics *m)
{
	char text[128];
	int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 ? 0 : read(file, text, sizeof text);
	struct str rest = str_from(text, n > 0 ? (size_t)n : 0);
	uint64_t pages = 0;
	if (file >= 0)
		close(file);
	str_cut(&rest, ' ');
	if (str_u64(str_cut(&rest, ' '), &pages))
		put(m, pages * (uint64_t)sysconf(_SC_PAGESIZE));
}

/* --- the store ------------------------------------------------------------------------------------ */

static const struct gate *gate_of(const struct metrics *m)
{
	return centre_gate(m->server->centre);
}

static void put_commit_duration(struct metrics *m)
{
	put_histogram(m, &gate_stats(gate_of(m))->duration_ms, 1000);
}

static void put_commit_records(struct metrics *m)
{
	put_histogram(m, &gate_stats(gate_of(m))->events, 1);
}

static void put_lsn(struct metrics *m)
{
	put(m, gate_durable(gate_of(m)));
}

static void put_first_lsn(struct metrics *m)
{
	put(m, gate_store_size(gate_of(m)).base + 1);
}

static void put_first_at(struct metrics *m)
{
	put_ms(m, NULL, STR_NONE, gate_store_size(gate_of(m)).first_at);
}

static void put_store_bytes(struct metrics *m)
{
	struct store_size size = gate_store_size(gate_of(m));
	put_number(m, "part", STR("journal"), size.journal);
	put_number(m, "part", STR("tables"), size.tables);
}

static void put_lag(struct metrics *m)
{
	put(m, m->core->lsn - gate_projected_lsn(gate_of(m)));
}

static void put_writable(struct metrics *m)
{
	put(m, centre_takes_writes(m->server->centre));
}

static void put_backup(struct metrics *m)
{
	put_ms(m, NULL, STR_NONE, store_backed_up_last(m->server->backed_up, m->server->data_dir));
}

static void put_events(struct metrics *m)
{
	for (unsigned kind = 0; kind < EVENT_NUMBER_END; kind++) {
		char name[64];
		size_t len = 0;
		if (!event_is_known(kind))
			continue;
		for (const char *c = event_name(kind); *c && len < sizeof name; c++)
			name[len++] = str_lower(*c);
		put_number(m, "event", str_from(name, len), m->server->event_counts[kind]);
	}
}

/* --- clients -------------------------------------------------------------------------------------- */

static void put_connections(struct metrics *m)
{
	put(m, http_server_connections(m->server->http));
}

static void put_expiry(struct metrics *m)
{
	if (m->server->tls)
		put_ms(m, "name", STR("listen"), net_tls_server_expires(m->server->tls));
}

/* Of each route that was asked for. */
static void put_routes(
	struct metrics *m, void (*put_tally)(struct metrics *m, const struct label *route,
				   const struct http_tally *tally))
{
	struct buf name = {0};
	for (unsigned route = 0; route < HTTP_ROUTES_MAX && route_put_name(&name, route); route++) {
		put_tally(m, &(struct label) {"route", buf_str(&name)},
			http_server_tally(m->server->http, route));
		name.len = 0;
	}
	buf_free(&name);
}

static void put_reply_tally(
	struct metrics *m, const struct label *route, const struct http_tally *tally)
{
	for (size_t place = 0; place < HTTP_STATUS_PLACES; place++) {
		char code[8];
		snprintf(code, sizeof code, "%d", http_status_at(place));
		if (!tally->replied[place])
			continue;
		put_labelled(m, "", route, &(struct label) {"code", str_of(code)});
		buf_printf(m->out, " %llu\n", (unsigned long long)tally->replied[place]);
	}
}

static void put_replies(struct metrics *m)
{
	put_routes(m, put_reply_tally);
}

static void put_duration_tally(
	struct metrics *m, const struct label *route, const struct http_tally *tally)
{
	const struct histogram *h = &tally->duration_ms;
	bool is_any = false;
	for (size_t i = 0; i <= h->bound_count; i++)
		is_any |= h->counts[i] > 0;
	if (is_any)
		put_labelled_histogram(m, route, h, 1000);
}

static void put_durations(struct metrics *m)
{
	put_routes(m, put_duration_tally);
}

static void put_ages(struct metrics *m)
{
	struct push_counts counts = push_counts(m->server->push);
	put_histogram(m, &counts.age_ms, 1000);
}

static void put_clients(struct metrics *m)
{
	struct push_counts counts = push_counts(m->server->push);
	put_number(m, "transport", STR("websocket"), counts.sockets);
	put_number(m, "transport", STR("long-polling"), counts.polling);
	put_number(m, "transport", STR("none"), counts.silent);
}

static void put_notifications(struct metrics *m)
{
	struct push_counts counts = push_counts(m->server->push);
	for (enum topic topic = 0; topic < TOPIC_COUNT; topic++)
		if (counts.told[topic])
			put_number(m, "topic", topic_path(topic), counts.told[topic]);
}

/* --- the centre ----------------------------------------------------------------------------------- */

static void put_sessions(struct metrics *m)
{
	uint64_t counts[SESSION_ENDED] = {0};
	const struct session *session;
	DL_FOREACH(m->core->sessions, session)
		if (session->b.state < SESSION_ENDED)
			counts[session->b.state]++;
	for (unsigned state = 0; state < SESSION_ENDED; state++)
		put_number(
			m, "state", str_of(words_name(&session_state_words, state)), counts[state]);
}

static void put_agents(struct metrics *m)
{
	uint64_t counts[AGENT_READY + 1] = {0};
	const struct user *user;
	EACH_THERE(m->core->users, user)
		if ((user->b.roles & ROLE_AGENT) && user->b.enabled)
			counts[user->agent.state]++;
	for (unsigned state = 0; state <= AGENT_READY; state++)
		put_number(
			m, "state", str_of(words_name(&agent_state_words, state)), counts[state]);
}

static void put_waiting(struct metrics *m)
{
	const struct queue *queue;
	const struct session *session;
	EACH_THERE(m->core->queues, queue) {
		uint64_t count = 0;
		DL_FOREACH2(m->core->waiting, session, wait_next)
			count += session->queue == queue;
		put_number(m, "queue", queue->b.name, count);
	}
}

static void put_oldest(struct metrics *m)
{
	const struct queue *queue;
	const struct session *session;
	msec now = net_now(m->server->net);
	EACH_THERE(m->core->queues, queue) {
		msec oldest = now;
		DL_FOREACH2(m->core->waiting, session, wait_next)
			if (session->queue == queue && session->b.received < oldest)
				oldest = session->b.received;
		put_ms(m, "queue", queue->b.name, now - oldest);
	}
}

/* --- links ---------------------------------------------------------------------------------------- */

static void put_bound(struct metrics *m)
{
	const struct link *link;
	EACH_THERE(m->core->links, link)
		put_number(
			m, "link", link->b.name, sms_link_is_bound(m->server->sms, link->b.name));
}

static void put_window(struct metrics *m)
{
	const struct link *link;
	EACH_THERE(m->core->links, link)
		put_number(
			m, "link", link->b.name, sms_link_unanswered(m->server->sms, link->b.name));
}

static void put_unsent(struct metrics *m)
{
	const struct link *link;
	EACH_THERE(m->core->links, link)
		put_number(m, "link", link->b.name, link->unsent_count);
}

/* --- all of them ---------------------------------------------------------------------------------- */

static const struct metric metrics[] = {
	{"sotto_build_info", "gauge", "The program that runs.", put_build},
	{"process_start_time_seconds", "gauge", "When it began to serve.", put_started},
	{"process_resident_memory_bytes", "gauge", "Memory that it has.", put_memory},
	{"sotto_store_writable", "gauge", "1: the store takes writes; 0: only reads are answered.",
		put_writable},
	{"sotto_commit_duration_seconds", "histogram",
		"From the first event of a commit until all of it was on disk.",
		put_commit_duration},
	{"sotto_commit_batch_records", "histogram", "Events of one commit.", put_commit_records},
	{"sotto_journal_lsn", "gauge", "The last event that is on disk.", put_lsn},
	{"sotto_journal_first_lsn", "gauge", "The oldest event that was not trimmed away.",
		put_first_lsn},
	{"sotto_journal_oldest_timestamp_seconds", "gauge", "When it was; 0: there is none.",
		put_first_at},
	{"sotto_store_bytes", "gauge", "What the store takes of the disk.", put_store_bytes},
	{"sotto_projection_lag_records", "gauge", "Events that the tables do not have yet.",
		put_lag},
	{"sotto_events_total", "counter", "Events, by kind.", put_events},
	{"sotto_backup_last_success_timestamp_seconds", "gauge",
		"When the last backup was begun that became one; 0: none is known of.", put_backup},
	{"sotto_tls_not_after_timestamp_seconds", "gauge",
		"Until when the certificate that clients are shown is good.", put_expiry},
	{"sotto_http_connections", "gauge", "Connections of clients.", put_connections},
	{"sotto_http_requests_total", "counter", "Requests answered, by route and status.",
		put_replies},
	{"sotto_http_request_duration_seconds", "histogram",
		"From a request, when it was whole, to its reply, by route; held polls do not "
		"count.",
		put_durations},
	{"sotto_bayeux_clients", "gauge", "Clients that fetch notifications.", put_clients},
	{"sotto_notifications_total", "counter", "Notifications, whether a client hears them.",
		put_notifications},
	{"sotto_notification_age_seconds", "histogram",
		"From a command to the clients that are told of it.", put_ages},
	{"sotto_sessions", "gauge", "Sessions that have not ended, by state.", put_sessions},
	{"sotto_agents", "gauge", "Agents, by state.", put_agents},
	{"sotto_queue_waiting", "gauge", "Sessions that wait for an agent.", put_waiting},
	{"sotto_queue_oldest_seconds", "gauge", "How long the oldest of them has waited.",
		put_oldest},
	{"sotto_smpp_link_bound", "gauge", "1: the link is signed in, texts can leave.", put_bound},
	{"sotto_smpp_window_in_use", "gauge", "Parts that were sent and are not answered yet.",
		put_window},
	{"sotto_sms_unsent", "gauge", "Texts that are not sent, or not answered yet.", put_unsent},
};

void metrics_put(const struct server *server, struct buf *out)
{
	struct metrics m = {.server = server, .core = centre_core(server->centre), .out = out};
	for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
		m.metric = &metrics[i];
		buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", m.metric->name, m.metric->help,
			m.metric->name, m.metric->type);
		m.metric->put(&m);
	}
}
