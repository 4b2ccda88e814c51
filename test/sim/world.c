/* world.c - puts the parts of a simulated contact centre together. */
#include "base/check.h"
#include "config/config.h"
#include "net/net_sim.h"
#include "program.h"
#include "store/store_event.h"
#include "world.h"

#include <stdio.h>

#define STOP_MS  60000 /* in which a server stops in order */
#define AFTER_MS 1000  /* in which what is closed is told so */
/* Sessions idle away within a run; a configuration file may not say so little. */
#define IDLE_LEAST_MS 4000
#define IDLE_MORE_MS  5000

static struct config *configure(const struct world_settings *settings)
{
	struct config *config;
	const uint64_t seed = settings->seed;
	const struct cast_place place = {PERSON_HOST, CARRIER_HOST, GATEWAY_HOST, "/nowhere",
		settings->has_rules, settings->links, cast_draw_keep_texts(seed)};
	struct buf text = {0}, why = {0};
	cast_put_configuration(&text, &place, seed);
	enum err e = config_parse(STR("world"), buf_str(&text), &config, &why);
	if (e)
		fprintf(stderr, "%.*s\n", STR_ARGS(buf_str(&why)));
	CHECK(e == OK);
	config->centre.idle_close = IDLE_LEAST_MS + (msec)(seed % 11) * IDLE_MORE_MS;
	buf_free(&text);
	buf_free(&why);
	return config;
}

/* --- canary words: looked for in all that agents and the carrier are sent --------------------------- */

static void look(struct world *world, struct str bytes)
{
	for (size_t i = 0; i < world->people_count; i++) {
		const struct person *person = &world->people[i];
		struct str word = str_of(person->canary);
		if (person->settings.is_supervisor &&
			memmem(bytes.at, bytes.len, word.at, word.len))
			world->has_leaked = true;
	}
}

static void hear(void *ctx, struct str peer, unsigned nth, msec at, struct str bytes)
{
	struct world *world = ctx;
	if (cast_is_kept_from(peer))
		look(world, bytes);
	if (world->settings.on_bytes)
		world->settings.on_bytes(world->settings.ctx, peer, nth, at, bytes);
}

static void hear_wire(void *ctx, unsigned link, bool from_server, struct str bytes)
{
	struct world *world = ctx;
	const struct carrier_settings *carrier = &world->settings.carrier;
	if (from_server)
		look(world, bytes);
	if (carrier->on_bytes)
		carrier->on_bytes(carrier->ctx, link, from_server, bytes);
}

static void hear_end(void *ctx, unsigned link)
{
	const struct carrier_settings *carrier = &((struct world *)ctx)->settings.carrier;
	carrier->on_end(carrier->ctx, link);
}

static void hear_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	const struct carrier_settings *carrier = &((struct world *)ctx)->settings.carrier;
	carrier->on_text(carrier->ctx, from_customer, phone, text);
}

static void hear_post(void *ctx, const struct gateway_post *post)
{
	struct world *world = ctx;
	const struct gateway_settings *gateway = &world->settings.gateway;
	look(world, post->body);
	gateway->on_post(gateway->ctx, post);
}

static void hear_mail(void *ctx, const struct gateway_mail *mail, int status)
{
	const struct gateway_settings *gateway = &((struct world *)ctx)->settings.gateway;
	gateway->on_mail(gateway->ctx, mail, status);
}

static void hear_its_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	const struct gateway_settings *gateway = &((struct world *)ctx)->settings.gateway;
	gateway->on_text(gateway->ctx, from_customer, phone, text);
}

/* --- life --------------------------------------------------------------------------------------- */

void world_begin(struct world *world, const struct world_settings *settings)
{
	*world = (struct world) {.settings = *settings};
	world->net = net_sim_new(settings->seed, WORLD_START);
	world->config = configure(settings);
	net_sim_record(world->net, hear, world);
	struct carrier_settings carrier = settings->carrier;
	carrier.seed = settings->seed;
	carrier.links = settings->links.links;
	carrier.dead_from_ms = settings->links.dead_from_ms;
	carrier.on_bytes = hear_wire;
	carrier.on_end = settings->carrier.on_end ? hear_end : NULL;
	carrier.on_text = settings->carrier.on_text ? hear_text : NULL;
	carrier.ctx = world;
	world->carrier = carrier_new(world->net, &carrier);
	const struct gateway_settings gateway = {.server = PERSON_HOST,
		.receipt_ms = settings->gateway.receipt_ms,
		.on_post = hear_post,
		.on_mail = hear_mail,
		.on_text = hear_its_text,
		.ctx = world};
	if (settings->links.has_gateway)
		world->gateway = gateway_new(world->net, &gateway);
}

static void people_come(struct world *world)
{
	size_t count = WORLD_AGENTS + WORLD_SEEN + world->settings.supervisors;
	CHECK(count <= WORLD_PEOPLE);
	for (size_t i = 0; i < count; i++) {
		struct person_settings settings = {
			.pause_most_ms = world->settings.pause_most_ms,
			.skipped = world->settings.skipped[i],
			.watch = world->settings.watch,
		};
		cast_settings(&settings, i);
		settings.is_away = settings.may_be_seen && !world->settings.has_seen;
		person_open(&world->people[i], world->net, &settings);
	}
	world->people_count = count;
	world->program = program_new(world->net, world->settings.seed / 2);
}

enum err world_serve(struct world *world, struct store *store, struct buf *why)
{
	CHECK(!world->server);
	enum err e = server_open(world->net, store, world->config, &world->server, why);
	if (e || world->people_count)
		return e;
	world_run(world, world_now(world) + WORLD_SETTLE_MS);
	people_come(world);
	return OK;
}

void world_run(struct world *world, msec until)
{
	net_sim_run(world->net, WORLD_START + until);
}

msec world_now(const struct world *world)
{
	return net_now(world->net) - WORLD_START;
}

void world_crash(struct world *world)
{
	if (world->server)
		server_abandon(&world->server);
}

static void nothing(void *ctx)
{
}

void world_end(struct world *world)
{
	for (size_t i = 0; i < world->people_count; i++)
		person_close(&world->people[i]);
	api_client_free(&world->program);
	if (world->server) {
		server_stop(world->server, nothing, NULL);
		world_run(world, world_now(world) + STOP_MS);
		server_free(&world->server);
	}
	carrier_hang_up(world->carrier);
	if (world->gateway)
		gateway_hang_up(world->gateway);
	world_run(world, world_now(world) + AFTER_MS);
	carrier_free(&world->carrier);
	gateway_free(&world->gateway);
	net_sim_free(&world->net);
	config_free(&world->config);
}

/* --- who is who --------------------------------------------------------------------------------- */

struct person *world_person(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->people_count; i++)
		if (strcmp(world->people[i].settings.name, name) == 0)
			return &world->people[i];
	return NULL;
}

bool world_is_aged(const struct store_event *packed, struct str *session)
{
	union any_body room, image;
	struct event event;
	CHECK(event_unpack(packed, &room, &event));
	if (event.kind != EV_BODY_ERASED ||
		event_body((enum event_kind)room.erasure.kind) != BODY_session)
		return false;
	CHECK(body_unpack(BODY_session, room.erasure.image, &image));
	*session = image.session.id;
	return true;
}
