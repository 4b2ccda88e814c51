/* twin_test.c - a silent supervisor is silent: the same seed with and without supervisors, and every
 * byte to every agent and to the carrier is the same, at the same time.
 *
 *   twin_test [--seeds A..B] [--expect-difference]
 *
 * Real server, real bytes, simulated world (net_sim). The agents and customers decide by their own
 * random streams and by what they are sent, so whatever leaks to them spreads. Nothing is set aside:
 * time is simulated, so even the Date headers agree. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utlist.h>

#include "base/log.h"
#include "cli/api_client.h"
#include "net/net_sim.h"
#include "server/config.h"
#include "server/server.h"
#include "server/store_loop.h"
#include "sms/smsc_sim.h"
#include "store/store.h"
#include "wire/json.h"

#define START       1700000000000ll
#define RUN_MS      (4 * 60 * 1000)
#define SETTLE_MS   100
#define CARRIER     7000 /* where the server connects: the recorder */
#define SMSC        7001 /* where the recorder passes it on */
#define ACTOR_MAX   8
#define SEEDS_FIRST 1
#define SEEDS_LAST  48

static const char configuration[] =
	"listen: 127.0.0.1:8080\n"
	"external-url: http://sotto/api/v2\n"
	"data-dir: /nowhere\n"
	"login: {hash-operations: 1, hash-memory-kib: 8}\n"
	"bootstrap:\n"
	"  centre: Twin\n"
	"  agents: {capacity: %d, lost-after: 20}\n"
	"  routing: {answer-timeout: 15, reject-wait: 5}\n"
	"  sessions: {idle-close: 60}\n"
	"  users:\n"
	"    - {name: ana, roles: [agent], password: x}\n"
	"    - {name: ben, roles: [agent], password: x}\n"
	"    - {name: cho, roles: [agent], password: x}\n"
	"    - {name: sam, roles: [supervisor], password: x}\n"
	"    - {name: sue, roles: [supervisor, agent], password: x}\n"
	"    - {name: sid, roles: [supervisor], password: x}\n"
	"  links:\n"
	"    - {name: carrier, host: carrier, port: 7000, system-id: sotto, password: x}\n"
	"  queues:\n"
	"    - {name: service, number: \"5000\", link: carrier}\n"
	"    - {name: sales, number: \"6000\", link: carrier}\n";

/* --- a world ------------------------------------------------------------------------------------ */

struct world;

struct known_session {
	char id[SESSION_ID_LEN + 1];
	char state[16];
	struct known_session *prev, *next;
};

struct actor {
	struct world *world;
	const char *name;
	bool is_supervisor;
	struct api_client *client;
	struct net_stream stream;
	struct net_timer step;
	struct known_session *sessions;
};

struct carrier {
	struct world *world;
	struct net_listener *listener;
	struct net_timer keyword;
	struct net_stream stream;
};

struct world {
	uint64_t seed;
	struct net *net;
	struct store_loop_net *loop;
	struct server *server;
	struct smsc_sim *smsc;
	struct carrier carrier;
	struct actor actors[ACTOR_MAX];
	size_t actor_count;
	struct buf seen;  /* all that agents and carrier were sent, in order, with its time */
	uint64_t watched; /* sessions that supervisors accepted: a run without any proves nothing */
};

static void note(struct world *world, const char *who, msec at, struct str bytes)
{
	buf_printf(&world->seen, "\n@%lld %s %zu\n", (long long)(at - START), who, bytes.len);
	buf_put(&world->seen, bytes);
}

static bool is_watched_peer(struct str peer)
{
	return str_is(peer, "ana") || str_is(peer, "ben") || str_is(peer, "cho");
}

static void record(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	char who[32];
	if (!is_watched_peer(peer))
		return;
	snprintf(who, sizeof who, "%.*s/%u", STR_ARGS(peer), nth);
	note(ctx, who, at, bytes);
}

/* --- the carrier: records what the server writes and passes it on to the simulated SMSC ----------- */

struct pipe_end {
	struct world *world;
	struct net_conn *conn;
	struct pipe_end *other; /* NULL once that one is closed */
	bool is_server;
};

static void pipe_data(struct net_conn *conn, struct str bytes)
{
	struct pipe_end *end = net_conn_ctx(conn);
	if (end->is_server)
		note(end->world, "carrier", net_now(end->world->net), bytes);
	if (end->other)
		net_write(end->other->conn, bytes);
}

static void pipe_closed(struct net_conn *conn)
{
	struct pipe_end *end = net_conn_ctx(conn);
	if (end->other) {
		end->other->other = NULL;
		net_close(end->other->conn, 0);
	}
	free(end);
}

static void pipe_open(struct net_conn *conn)
{
	(void)conn;
}

static const struct net_handler pipe_handler = {
	.on_open = pipe_open, .on_data = pipe_data, .on_closed = pipe_closed};

static void carrier_accept(void *ctx, struct net_conn *conn)
{
	struct world *world = ctx;
	struct pipe_end *a = mem_new(sizeof *a), *b = mem_new(sizeof *b);
	*a = (struct pipe_end) {world, conn, b, true};
	*b = (struct pipe_end) {world, NULL, a, false};
	net_conn_attach(conn, &pipe_handler, a);
	b->conn = net_connect(world->net, STR("recorder"), STR("smsc"), SMSC, &pipe_handler, b);
}

static uint64_t draw(struct world *world, struct net_stream *stream, uint64_t below)
{
	uint64_t bits;
	net_random(world->net, stream, &bits, sizeof bits);
	return bits % below;
}

/* Customers of the carrier's own who send keywords and texts to either number, now and then. */
static void carrier_keyword(void *ctx)
{
	static const char *const texts[] = {"STOP", "START", "help", "Where is my order?", "ok",
		"A rather long message that goes on and on until it does not fit into a single "
		"short message "
		"any more, because somebody had a lot to say about the parcel that never came."};
	struct world *world = ctx;
	char phone[32];
	snprintf(phone, sizeof phone, "+42077700000%u",
		(unsigned)draw(world, &world->carrier.stream, 3));
	smsc_sim_write(world->smsc, str_of(phone),
		str_of(texts[draw(world, &world->carrier.stream, sizeof texts / sizeof texts[0])]));
	net_timer_start(world->net, &world->carrier.keyword,
		500 + (msec)draw(world, &world->carrier.stream, 9000));
}

static void carrier_open(struct world *world)
{
	struct smsc_sim_settings settings = {
		.host = STR("smsc"),
		.port = SMSC,
		.seed = world->seed,
		.customers = 6,
		.number = STR("5000"),
		.first_text_ms = 300,
		.pause_least_ms = 500,
		.pause_most_ms = 9000,
		.reply_least_ms = 300,
		.reply_most_ms = 5000,
		.receipt_ms = 400,
	};
	CHECK(smsc_sim_new(world->net, &settings, &world->smsc) == OK);
	CHECK(net_listen(world->net, STR("carrier"), CARRIER, carrier_accept, world,
		      &world->carrier.listener) == OK);
	world->carrier.stream = net_stream_of(world->net, STR("carrier"), 0);
	world->carrier.keyword = (struct net_timer) {.fire = carrier_keyword, .ctx = world};
	net_timer_start(world->net, &world->carrier.keyword, 2000);
}

/* --- actors: agents and supervisors who do whatever comes to their mind --------------------------- */

static uint64_t choose(struct actor *actor, uint64_t below)
{
	return draw(actor->world, &actor->stream, below);
}

static void see_session(struct actor *actor, const json_t *resource)
{
	struct str id, state;
	struct known_session *session;
	if (!json_read_text(resource, "id", &id) || !json_read_text(resource, "state", &state) ||
		id.len != SESSION_ID_LEN || state.len >= sizeof session->state)
		return;
	DL_FOREACH(actor->sessions, session)
		if (str_is(id, session->id))
			break;
	if (!session) {
		session = mem_new(sizeof *session);
		memcpy(session->id, id.at, id.len);
		DL_APPEND(actor->sessions, session);
	}
	memcpy(session->state, state.at, state.len);
	session->state[state.len] = '\0';
	if (str_is(state, "Completed") || str_is(state, "Revoked")) {
		DL_DELETE(actor->sessions, session);
		free(session);
	}
}

static void on_notification(void *ctx, const json_t *data)
{
	const json_t *resource = json_object_get(data, "smssession");
	if (resource)
		see_session(ctx, resource);
}

static void see_list(void *ctx, int status, const json_t *answer)
{
	size_t i;
	json_t *resource;
	if (status != 200)
		return;
	json_array_foreach(json_object_get(answer, "smssessions"), i, resource)
		see_session(ctx, resource);
}

static void forget_sessions(struct actor *actor)
{
	struct known_session *session, *next;
	DL_FOREACH_SAFE(actor->sessions, session, next) {
		DL_DELETE(actor->sessions, session);
		free(session);
	}
}

static void actor_sign_in(struct actor *actor)
{
	struct api_client_settings settings = {
		.host = STR("127.0.0.1"),
		.port = 8080,
		.user = str_of(actor->name),
		.password = STR("x"),
		.on_notification = on_notification,
		.ctx = actor,
	};
	actor->client = api_client_new(actor->world->net, &settings);
}

/* Gone without a word, and back as somebody new. */
static void crash(struct actor *actor)
{
	api_client_free(&actor->client);
	forget_sessions(actor);
	actor_sign_in(actor);
}

static void post(
	struct actor *actor, const char *path, const char *name, const char *key, const char *value)
{
	api_client_operation(actor->client, str_of(path), name, key, str_of(value), NULL, NULL);
}

static void start(struct actor *actor)
{
	api_client_post(actor->client, STR("/api/v2/me"),
		STR("{\"operationName\":\"StartContactCenterSession\",\"channels\":[\"smssession\"]"
		    "}"),
		NULL, NULL);
}

static void list(struct actor *actor)
{
	api_client_get(actor->client, STR("/api/v2/me/smssessions?fields=*"), see_list, actor);
}

static struct known_session *some_session(struct actor *actor)
{
	struct known_session *session;
	uint64_t count = 0, pick;
	DL_COUNT(actor->sessions, session, count);
	if (count == 0)
		return NULL;
	pick = choose(actor, count);
	DL_FOREACH(actor->sessions, session)
		if (pick-- == 0)
			return session;
	return NULL;
}

static void operate(struct actor *actor, const struct known_session *session, const char *name,
	const char *key, const char *value)
{
	char path[96];
	snprintf(path, sizeof path, "/api/v2/me/smssessions/%s", session->id);
	post(actor, path, name, key, value);
}

static void read_messages(struct actor *actor, const struct known_session *session)
{
	char path[96];
	snprintf(path, sizeof path, "/api/v2/me/smssessions/%s/messages", session->id);
	api_client_get(actor->client, str_of(path), NULL, NULL);
}

static void read_session(struct actor *actor, const struct known_session *session)
{
	char path[96];
	snprintf(path, sizeof path, "/api/v2/me/smssessions/%s", session->id);
	api_client_get(actor->client, str_of(path), NULL, NULL);
}

static void step_agent_in_session(struct actor *actor, struct known_session *session)
{
	static const char *const colleagues[] = {"/users/ana", "/users/ben", "/users/cho"};
	uint64_t what = choose(actor, 100);
	if (strcmp(session->state, "Invited") == 0) {
		operate(actor, session, what < 85 ? "Accept" : "Reject", NULL, "");
		return;
	}
	if (what < 45)
		operate(actor, session, "SendMessage", "text", "One moment please.");
	else if (what < 60)
		read_messages(actor, session);
	else if (what < 68)
		read_session(actor, session);
	else if (what < 80)
		operate(actor, session, "Invite", "targetPath", colleagues[choose(actor, 3)]);
	else if (what < 87)
		operate(actor, session, "Leave", NULL, "");
	else if (what < 90)
		operate(actor, session, "Complete", "queueName", "sales");
	else if (what < 97)
		operate(actor, session, "Complete", NULL, "");
	else
		operate(actor, session, "Accept", NULL,
			""); /* refused: the refusal is compared as well */
}

static void step_agent(struct actor *actor)
{
	struct known_session *session = some_session(actor);
	uint64_t what = choose(actor, 100);
	if (session && what < 70) {
		step_agent_in_session(actor, session);
		return;
	}
	if (what < 80)
		post(actor, "/api/v2/me/channels/smssession", "Ready", NULL, "");
	else if (what < 83)
		post(actor, "/api/v2/me/channels/smssession", "NotReady", NULL, "");
	else if (what < 88)
		list(actor);
	else if (what < 92)
		api_client_get(actor->client, STR("/api/v2/me?subresources=*"), NULL, NULL);
	else if (what < 94)
		api_client_get(actor->client, STR("/api/v2/users/sam"), NULL, NULL);
	else if (what < 95)
		post(actor, "/api/v2/me", "EndContactCenterSession", NULL, "");
	else if (what < 96)
		crash(actor);
	else
		start(actor);
}

static void accepted(void *ctx, int status, const json_t *answer)
{
	struct actor *actor = ctx;
	(void)answer;
	actor->world->watched += status == 200;
}

static void step_supervisor_in_session(struct actor *actor, struct known_session *session)
{
	uint64_t what = choose(actor, 100);
	if (strcmp(session->state, "Invited") == 0) {
		char path[96];
		snprintf(path, sizeof path, "/api/v2/me/smssessions/%s", session->id);
		api_client_operation(actor->client, str_of(path), what < 85 ? "Accept" : "Reject",
			"nickname", STR("Canary"), accepted, actor);
		return;
	}
	if (what < 30)
		read_messages(actor, session);
	else if (what < 50)
		read_session(actor, session);
	else if (what < 70)
		operate(actor, session, "SendMessage", "text", "psst");
	else if (what < 80)
		operate(actor, session, "Complete", NULL, "");
	else if (what < 90)
		operate(actor, session, "Leave", NULL, "");
}

static void step_supervisor(struct actor *actor)
{
	static const char *const channels[] = {"/api/v2/users/ana/channels/smssession",
		"/api/v2/users/ben/channels/smssession", "/api/v2/users/cho/channels/smssession"};
	static const char *const agents[] = {"/api/v2/users/ana?subresources=smssessions",
		"/api/v2/users/ben?subresources=smssessions",
		"/api/v2/users/cho?subresources=smssessions"};
	struct known_session *session = some_session(actor);
	uint64_t what = choose(actor, 100);
	if (session && what < 60) {
		step_supervisor_in_session(actor, session);
		return;
	}
	if (what < 75)
		post(actor, channels[choose(actor, 3)], "Monitor", "supervisorMonitoringMode",
			choose(actor, 2) ? "NextChat" : "AllChats");
	else if (what < 79)
		post(actor, channels[choose(actor, 3)], "CancelSupervisorMonitoring", NULL, "");
	else if (what < 86)
		list(actor);
	else if (what < 92)
		api_client_get(actor->client, str_of(agents[choose(actor, 3)]), NULL, NULL);
	else if (what < 93)
		post(actor, "/api/v2/me", "EndContactCenterSession", NULL, "");
	else if (what < 95)
		crash(actor);
	else
		start(actor);
}

static void step(void *ctx)
{
	struct actor *actor = ctx;
	if (actor->is_supervisor)
		step_supervisor(actor);
	else
		step_agent(actor);
	net_timer_start(actor->world->net, &actor->step, 100 + (msec)choose(actor, 2500));
}

static void actor_open(struct world *world, const char *name, bool is_supervisor)
{
	struct actor *actor = &world->actors[world->actor_count++];
	*actor = (struct actor) {.world = world, .name = name, .is_supervisor = is_supervisor};
	actor->stream = net_stream_of(world->net, str_of(name), 1000000);
	actor->step = (struct net_timer) {.fire = step, .ctx = actor};
	actor_sign_in(actor);
	start(actor);
	net_timer_start(world->net, &actor->step, 500 + (msec)choose(actor, 1000));
}

/* --- running ------------------------------------------------------------------------------------ */

static void world_open(struct world *world, uint64_t seed, unsigned supervisors)
{
	static const char *const names[] = {"sam", "sue", "sid"};
	struct buf why = {0}, text = {0};
	struct config *config;
	*world = (struct world) {.seed = seed};
	buf_printf(&text, configuration, (int)(1 + seed % 3));
	world->net = net_sim_new(seed, START);
	net_sim_record(world->net, record, world);
	world->loop = store_loop_net_new(world->net);
	CHECK(config_parse(STR("twin"), buf_str(&text), &config, &why) == OK);
	carrier_open(world);
	enum err e = server_open(world->net, store_mem_open(store_loop_net_loop(world->loop), 1),
		config, &world->server, &why);
	if (e != OK)
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
	CHECK(e == OK);
	config_free(&config);
	buf_free(&text);
	buf_free(&why);
	net_sim_run(world->net, START + SETTLE_MS);
	actor_open(world, "ana", false);
	actor_open(world, "ben", false);
	actor_open(world, "cho", false);
	for (unsigned i = 0; i < supervisors; i++)
		actor_open(world, names[i], true);
}

static void nothing(void *ctx)
{
	(void)ctx;
}

static void world_close(struct world *world)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		net_timer_stop(world->net, &world->actors[i].step);
		api_client_free(&world->actors[i].client);
		forget_sessions(&world->actors[i]);
	}
	net_timer_stop(world->net, &world->carrier.keyword);
	server_stop(world->server, nothing, NULL);
	net_sim_run(world->net, net_now(world->net) + 60000);
	server_free(&world->server);
	smsc_sim_free(&world->smsc);
	net_listener_close(&world->carrier.listener);
	net_sim_run(world->net, net_now(world->net) + 1000);
	net_sim_free(&world->net);
	store_loop_net_free(&world->loop);
}

/* What agents and carrier saw of a run. */
static struct buf run(uint64_t seed, unsigned supervisors, uint64_t *watched)
{
	struct world world;
	world_open(&world, seed, supervisors);
	net_sim_run(world.net, START + RUN_MS);
	struct buf seen = world.seen;
	world.seen = (struct buf) {0};
	*watched += world.watched;
	world_close(&world);
	buf_free(&world.seen);
	return seen;
}

static void print_around(const char *which, struct str bytes, size_t at)
{
	size_t from = at > 1200 ? at - 1200 : 0, to = at + 400 < bytes.len ? at + 400 : bytes.len;
	printf("--- %s\n", which);
	for (size_t i = from; i < to; i++) /* PDUs are not text */
		putchar(bytes.at[i] == '\n' || (bytes.at[i] >= ' ' && bytes.at[i] <= '~')
				? bytes.at[i]
				: '.');
	putchar('\n');
}

static bool is_equal(uint64_t seed, struct str a, struct str b, bool is_quiet)
{
	size_t at = 0;
	if (str_eq(a, b))
		return true;
	if (is_quiet)
		return false;
	while (at < a.len && at < b.len && a.at[at] == b.at[at])
		at++;
	printf("# seed %llu: what agents and carrier see differs from byte %zu on\n",
		(unsigned long long)seed, at);
	print_around("without supervisors", a, at);
	print_around("with supervisors", b, at);
	return false;
}

struct campaign {
	unsigned long long first, last;
	uint64_t runs, bytes, watched, different;
};

static void compare(struct campaign *c, bool is_quiet)
{
	for (uint64_t seed = c->first; seed <= c->last && !c->different; seed++) {
		uint64_t none = 0;
		struct buf without = run(seed, 0, &none);
		struct buf with = run(seed, 1 + (unsigned)(seed % 3), &c->watched);
		c->different += !is_equal(seed, buf_str(&without), buf_str(&with), is_quiet);
		c->bytes += without.len;
		c->runs++;
		buf_free(&without);
		buf_free(&with);
	}
	printf("# %llu twin runs, %llu bytes compared, %llu sessions watched, %llu differences\n",
		(unsigned long long)c->runs, (unsigned long long)c->bytes,
		(unsigned long long)c->watched, (unsigned long long)c->different);
	fflush(stdout);
}

/* A mutant is noticed by different bytes, or because it breaks an invariant of the core first
 * (core_check aborts in builds with sanitizers): in a process of its own, so that both can be told. */
static bool is_noticed(struct campaign *c)
{
	int status = 0;
	fflush(stdout);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		compare(c, true);
		_exit(c->different ? 1 : 0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
	struct campaign campaign = {.first = SEEDS_FIRST, .last = SEEDS_LAST};
	bool expects_difference = false, is_fine;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--expect-difference") == 0)
			expects_difference = true;
		else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc)
			CHECK(sscanf(argv[++i], "%llu..%llu", &campaign.first, &campaign.last) ==
				2);
		else
			return 2;
	}
	log_to(LOG_ERROR);
	if (expects_difference) {
		is_fine = is_noticed(&campaign);
	} else {
		compare(&campaign, false);
		is_fine = campaign.different == 0 && campaign.watched > campaign.runs;
	}
	printf("1..1\n%s 1 - %s\n", is_fine ? "ok" : "not ok",
		expects_difference ? "a build without one audience rule is caught"
				   : "agents and carrier see the same bytes with and without "
				     "silent supervisors");
	return is_fine ? 0 : 1;
}
