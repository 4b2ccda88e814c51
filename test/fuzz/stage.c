/* stage.c - the world of one input: its configuration, its disk, its life. */
#include "base/log.h"
#include "net/net_sim.h"
#include "stage_private.h"
#include "store/store_mem.h"

#include <stdlib.h>

#define START     1700000000000ll
#define SETTLE_MS 100   /* the link is bound, ana is Ready */
#define STOP_MS   60000 /* in which a server stops in order */
#define AFTER_MS  30000 /* in which what was closed is told so, and slow commits have come */

/* --- the configuration: read once, the same for all inputs -------------------------------------------------------- */

#define HASH                                                                                       \
	"$argon2id$v=19$m=8,t=1,p=1$JMhzgz0zBXzzl2oflGBGIQ$K7nSDnnNOQzbKSwv7/+AY5R/"               \
	"lq8qqHXQItVcMSgfmK0"

static const char configuration[] =
	"listen: " STAGE_HOST ":8080\n"
	"external-url: http://sotto/api/v2\n"
	"data-dir: ''\n"
	"login: {hash-operations: 1, hash-memory-kib: 8}\n"
	"bootstrap:\n"
	"  centre: Fuzz\n"
	"  agents: {capacity: 4, lost-after: 30}\n"
	"  routing: {answer-timeout: 20, reject-wait: 5}\n"
	"  users:\n"
	"    - {name: ana, groups: [north], skills: [Czech=3], password-hash: '" HASH "'}\n"
	"    - {name: ben, password-hash: '" HASH "'}\n"
	"    - {name: sam, roles: [supervisor], password-hash: '" HASH "'}\n"
	"    - {name: sue, roles: [supervisor, agent], password-hash: '" HASH "'}\n"
	"    - {name: ada, roles: [admin, auditor], sms: no, password-hash: '" HASH "'}\n"
	/* Of whom scripts know nothing. */
	"    - {name: zoe, password-hash: '" HASH "'}\n"
	"  links:\n"
	"    - {name: carrier, host: smsc, port: 7000, system-id: sotto, password: x}\n"
	"  queues:\n"
	"    - {name: service, number: '5000', link: carrier}\n"
	"    - {name: sales, number: '+4206000', link: carrier}\n"
	"  canned-responses:\n"
	"    - {name: hello, text: 'Hello {{customer.firstName}}'}\n"
	"  dispositions: [sold]\n"
	"  not-ready-reasons: [Lunch]\n";

static const struct config *configured(void)
{
	static struct config *config;
	struct buf why = {0};
	if (!config)
		CHECK(config_parse(STR("fuzz"), str_of(configuration), &config, &why) == OK);
	return config;
}

/* --- the disk ----------------------------------------------------------------------------------------------------- */

static void post(void *ctx, void (*fn)(void *arg), void *arg)
{
	struct stage *stage = ctx;
	const struct store_loop *timers = store_loop_net_loop(stage->timers);
	if (stage->slow_ms)
		timers->after(timers->ctx, stage->slow_ms, fn, arg);
	else
		timers->post(timers->ctx, fn, arg);
}

static void after(void *ctx, msec delay_ms, void (*fn)(void *arg), void *arg)
{
	const struct store_loop *timers = store_loop_net_loop(((struct stage *)ctx)->timers);
	timers->after(timers->ctx, delay_ms, fn, arg);
}

/* --- the server --------------------------------------------------------------------------------------------------- */

/* What is known by the event alone. */
static void on_event(void *ctx, const struct event *event)
{
	reached("%s", event_name(event->kind));
	if (event->kind == EV_SMS_PART_CHANGED)
		reached("a part is %s", words_name(&delivery_words,
						((const struct body_part *)event->body)->state));
	if (event->kind == EV_INBOUND_MATCHED &&
		!((const struct body_inbound *)event->body)->matched)
		reached("a copy is recognised");
}

static void on_lost(void *ctx, enum store_result result)
{
	((struct stage *)ctx)->is_lost = true;
}

void stage_serve(struct stage *stage)
{
	struct buf why = {0};
	enum err e = server_open(stage->net, stage->store, configured(), &stage->server, &why);
	CHECK(e == OK);
	CHECK(server_admin_listen(stage->server, STR(STAGE_PATH)) == OK);
	server_on_lost(stage->server, on_lost, stage);
	if (reached_is_kept())
		server_watch_events(stage->server, on_event, stage);
	stage->is_lost = false;
	buf_free(&why);
}

void stage_run(struct stage *stage, msec ms)
{
	net_sim_run(stage->net, net_now(stage->net) + ms);
}

/* kill -9: what was on its way is gone, what was committed is there. */
void stage_die(struct stage *stage)
{
	smsc_excuse(&stage->smsc);
	web_excuse(&stage->web);
	door_excuse(&stage->http);
	door_excuse(&stage->admin);
	server_abandon(&stage->server);
	stage->store = store_mem_reopen(&stage->store, &stage->loop, 0);
	reached("the process is killed");
}

void stage_restart(struct stage *stage)
{
	stage_die(stage);
	stage_serve(stage);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void on_bytes(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	struct stage *stage = ctx;
	stage_digest(stage, str_from(&at, sizeof at));
	stage_digest(stage, bytes);
}

/* FNV-1a */
void stage_digest(struct stage *stage, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		stage->digest = (stage->digest ^ (unsigned char)bytes.at[i]) * 0x100000001b3ull;
}

static void begin(struct stage *stage)
{
	stage->net = net_sim_new(1, START);
	net_sim_record(stage->net, on_bytes, stage);
	stage->timers = store_loop_net_new(stage->net);
	stage->loop = (struct store_loop) {.ctx = stage, .post = post, .after = after};
	stage->store = store_mem_open(&stage->loop, 0);
	smsc_open(&stage->smsc, stage);
	web_open(&stage->web, stage);
	door_open(&stage->http, stage, false);
	door_open(&stage->admin, stage, true);
	stage_serve(stage);
	ana_comes(stage);
	stage_run(stage, SETTLE_MS);
	CHECK(stage->smsc.is_bound);
}

static void stopped(void *ctx)
{
	*(bool *)ctx = true;
}

static void end(struct stage *stage)
{
	bool is_stopped = false;
	api_client_free(&stage->ana);
	web_close(&stage->web);
	door_close(&stage->http);
	door_close(&stage->admin);
	smsc_excuse(&stage->smsc);
	server_stop(stage->server, stopped, &is_stopped);
	stage_run(stage, STOP_MS);
	CHECK(is_stopped);
	server_free(&stage->server);
	smsc_close(&stage->smsc);
	stage_run(stage, AFTER_MS);
	store_loop_net_free(&stage->timers);
	net_sim_free(&stage->net);
}

uint64_t stage_play(const struct stage_target *target, struct str script)
{
	struct stage stage = {.target = target, .digest = 0xcbf29ce484222325ull};
	log_to(getenv("FUZZ_TELLS") ? LOG_DEBUG : LOG_NOTHING);
	begin(&stage);
	stage_play_lines(&stage, script);
	stage_check(&stage);
	end(&stage);
	return stage.digest;
}
