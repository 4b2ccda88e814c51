/* health.c - the operator's listener. What it does comes last: nobody waits for who looks. */
#include "server/health.h"

#include <stdlib.h>
#include <utlist.h>

#include "api/refusal.h"
#include "server/metrics.h"
#include "server/server_private.h"
#include "store/store_backup.h"
#include "wire/json.h"

struct health {
	struct server *server;
	struct http_server *http;
};

/* --- how it is ------------------------------------------------------------------------------------ */

/* Only what is open has a gate and links to ask. */
static bool is_at_work(const struct server *server)
{
	return server->is_open && server->centre && server->sms;
}

bool health_is_ready(const struct server *server)
{
	return is_at_work(server) && !server->is_stopping &&
	       gate_is_ours(centre_gate(server->centre)) && centre_takes_writes(server->centre);
}

/* From which event on it is there, and since when; and what the store takes of the disk. */
static void put_size(const struct gate *gate, struct buf *out)
{
	struct store_size size = gate_store_size(gate);
	struct buf since = {0};
	if (size.first_at)
		msec_put(&since, size.first_at);
	json_member_u64(out, "first", size.base + 1);
	json_member(out, "since", buf_str(&since));
	json_member_u64(out, "bytes", size.journal);
	json_member_u64(out, "tablesBytes", size.tables);
	buf_free(&since);
}

static void put_store(const struct server *server, struct buf *out)
{
	const struct gate *gate = centre_gate(server->centre);
	json_key(out, "store");
	buf_put_byte(out, '{');
	json_member_bool(out, "isOurs", gate_is_ours(gate));
	json_member_bool(out, "takesWrites", centre_takes_writes(server->centre));
	json_member(out, "durability", STR("disk")); /* each commit is synced: synchronous=FULL */
	buf_put_byte(out, '}');
	uint64_t last = centre_core(server->centre)->lsn, projected = gate_projected_lsn(gate);
	json_key(out, "journal");
	buf_put_byte(out, '{');
	json_member_u64(out, "last", last);
	json_member_u64(out, "durable", gate_durable(gate));
	json_member_u64(out, "projected", projected);
	json_member_u64(out, "lag", last - projected);
	put_size(gate, out);
	buf_put_byte(out, '}');
}

static void put_links(const struct server *server, struct buf *out)
{
	const struct link *link;
	struct buf trouble = {0};
	json_key(out, "links");
	buf_put_byte(out, '[');
	EACH_THERE(centre_core(server->centre)->links, link) {
		json_comma(out);
		buf_put_byte(out, '{');
		json_member(out, "name", link->b.name);
		json_member_bool(out, "isUp", sms_link_is_bound(server->sms, link->b.name));
		json_member_u64(out, "unsent", link->unsent_count);
		trouble.len = 0;
		sms_link_trouble(server->sms, link->b.name, &trouble);
		if (trouble.len)
			json_member(out, "trouble", buf_str(&trouble));
		buf_put_byte(out, '}');
	}
	buf_put_byte(out, ']');
	buf_free(&trouble);
}

static void put_sessions(const struct server *server, struct buf *out)
{
	uint64_t counts[SESSION_ENDED] = {0};
	const struct session *session;
	DL_FOREACH(centre_core(server->centre)->sessions, session)
		if (session->b.state < SESSION_ENDED)
			counts[session->b.state]++;
	json_key(out, "sessions");
	buf_put_byte(out, '{');
	for (unsigned state = 0; state < SESSION_ENDED; state++)
		json_member_u64(out, words_name(&session_state_words, state), counts[state]);
	buf_put_byte(out, '}');
}

void health_put(const struct server *server, struct buf *out)
{
	json_member_bool(out, "ready", health_is_ready(server));
	json_member(out, "version", str_of(SOTTO_VERSION));
	if (!is_at_work(server))
		return;
	json_member_time(out, "started", server->started);
	put_store(server, out);
	put_links(server, out);
	put_sessions(server, out);
	msec backup = store_backed_up_last(server->backed_up, server->data_dir);
	if (backup)
		json_member_time(out, "backup", backup);
}

/* --- the paths ------------------------------------------------------------------------------------ */

static int answer_alive(const struct server *server, struct buf *out, const char **type)
{
	*type = "text/plain; charset=utf-8";
	buf_puts(out, "alive\n");
	return 200;
}

static int answer_ready(const struct server *server, struct buf *out, const char **type)
{
	buf_put_byte(out, '{');
	health_put(server, out);
	buf_puts(out, "}\n");
	return health_is_ready(server) ? 200 : 503;
}

static int answer_metrics(const struct server *server, struct buf *out, const char **type)
{
	*type = METRICS_TYPE;
	if (!is_at_work(server))
		return 503;
	metrics_put(server, out);
	return 200;
}

static const struct {
	const char *path;
	int (*answer)(const struct server *server, struct buf *out, const char **type);
} paths[] = {
	{"/healthz", answer_alive},
	{"/readyz", answer_ready},
	{"/metrics", answer_metrics},
};

static void on_request(void *ctx, const struct http_request *request, struct http_ref ref)
{
	struct health *health = ctx;
	struct buf out = {0};
	struct http_response response = refusal_response(ERR_NOT_FOUND);
	http_order(health->http, ref, NET_LAST);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		if (!str_is(request->path, paths[i].path))
			continue;
		response = refusal_response(ERR_METHOD);
		if (request->method != HTTP_GET)
			continue;
		response = (struct http_response) {0};
		response.status = paths[i].answer(health->server, &out, &response.type);
		response.body = buf_str(&out);
	}
	http_reply(health->http, ref, &response);
	buf_free(&out);
}

static void on_gone(void *ctx, struct http_ref ref)
{
}

enum err health_listen(struct server *server, struct str host, unsigned port, struct health **out,
	unsigned *bound_port)
{
	struct health *health = *out = mem_new(sizeof *health);
	const struct http_handler handler = {.on_request = on_request,
		.on_gone = on_gone,
		.ctx = health,
		.refusal = refusal_response};
	health->server = server;
	health->http = http_server_new(server->net, &handler, HEALTH_CONNECTIONS_MAX);
	enum err e = http_server_listen(health->http, host, port, bound_port);
	if (e)
		health_free(out);
	return e;
}

void health_allow(struct health *health, const struct ip_block *blocks, size_t count)
{
	http_server_allow(health->http, blocks, count);
}

void health_free(struct health **health)
{
	if (!*health)
		return;
	http_server_free(&(*health)->http);
	free(*health);
	*health = NULL;
}
