/* providers.c - a list of doors: which connector belongs to which hook. */
#include "provider/providers.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/arena.h"
#include "base/log.h"
#include "net/net_tls.h"
#include "provider/provider_connector.h"
#include "sms/sms.h"

struct door {
	struct str link; /* owned */
	struct connector *connector;
	struct door *prev, *next;
};

struct providers {
	struct providers_world world;
	struct str origin;    /* owned */
	struct net **outside; /* of each format, where a link needs TLS */
	struct door *doors;
};

/* --- connectors ------------------------------------------------------------------------------ */

static const struct provider_format *format_of(
	const struct providers *providers, const struct link *link)
{
	for (size_t i = 0; i < providers->world.format_count; i++)
		if (str_eq(providers->world.formats[i].name, link->b.provider))
			return &providers->world.formats[i];
	return NULL;
}

/* NULL: the file of its authorities cannot be read. */
static struct net *outside_of(
	struct providers *providers, const struct provider_format *format, const struct link *link)
{
	struct net **tls = &providers->outside[format - providers->world.formats];
	struct buf why = {0};
	if (!link->settings[SETTING_TLS])
		return providers->world.net;
	if (!*tls)
		*tls = net_tls_new(providers->world.net, format->authorities, &why);
	if (!*tls)
		log_error("provider", "%.*s", (int)why.len, why.at);
	buf_free(&why);
	return *tls;
}

static struct provider_settings settings_of(
	struct providers *providers, const struct link *link, struct str hook)
{
	const struct provider_format *format = format_of(providers, link);
	struct net *outside = format ? outside_of(providers, format, link) : NULL;
	return (struct provider_settings) {.net = providers->world.net,
		.outside = outside ? outside : providers->world.net,
		.format = outside ? format : NULL,
		.name = link->b.name,
		.host = link->b.host,
		.port = (unsigned)link->b.port,
		.user = link->b.system_id,
		.password = link->b.password,
		.secret = link->b.secret,
		.hook = hook,
		.key = providers->world.port->core->centre.id_key,
		.window = sms_window(link),
		.country = (unsigned)link->settings[SETTING_COUNTRY],
		.response_ms = (msec)link->settings[SETTING_RESPONSE_TIMEOUT],
		.ctx = providers->world.ctx,
		.reply = providers->world.reply};
}

static struct connector *make(
	void *ctx, const struct link *link, const struct connector_handler *handler)
{
	struct providers *providers = ctx;
	struct arena arena = {0};
	struct str hook = arena_printf(&arena, "%.*s" PROVIDERS_HOOKS "%.*s",
		STR_ARGS(providers->origin), STR_ARGS(link->b.name));
	const struct provider_settings settings = settings_of(providers, link, hook);
	struct door *door = mem_new(sizeof *door);
	door->connector = provider_connector_new(&settings, handler);
	door->link = str_copy(link->b.name);
	DL_APPEND(providers->doors, door);
	arena_free(&arena);
	return door->connector;
}

static void door_free(struct providers *providers, struct door *door)
{
	DL_DELETE(providers->doors, door);
	str_free(&door->link);
	free(door);
}

static void unmake(void *ctx, struct str link)
{
	struct providers *providers = ctx;
	struct door *door, *next;
	DL_FOREACH_SAFE(providers->doors, door, next)
		if (str_eq(door->link, link))
			door_free(providers, door);
}

struct connector_maker providers_maker(struct providers *providers)
{
	return (struct connector_maker) {providers, make, unmake};
}

/* --- hooks ------------------------------------------------------------------------------------ */

static struct connector *behind(const struct providers *providers, struct str link)
{
	const struct door *door;
	DL_FOREACH(providers->doors, door)
		if (str_eq(door->link, link))
			return door->connector;
	return NULL;
}

bool providers_take(
	struct providers *providers, const struct http_request *request, struct http_ref ref)
{
	const struct http_response no = {.status = PROVIDER_FORBIDDEN};
	if (request->method != HTTP_POST || !str_starts(request->path, STR(PROVIDERS_HOOKS)))
		return false;
	struct connector *connector =
		behind(providers, str_skip(request->path, strlen(PROVIDERS_HOOKS)));
	if (connector)
		provider_connector_take(connector, request, ref);
	else
		providers->world.reply(providers->world.ctx, ref, &no);
	return true;
}

/* --- life ------------------------------------------------------------------------------------- */

struct providers *providers_new(const struct providers_world *world)
{
	struct providers *providers = mem_new(sizeof *providers);
	providers->world = *world;
	providers->origin = str_copy(world->origin);
	providers->outside = mem_new((world->format_count + 1) * sizeof(struct net *));
	return providers;
}

void providers_free(struct providers **slot)
{
	struct providers *providers = *slot;
	struct door *door, *next;
	if (!providers)
		return;
	DL_FOREACH_SAFE(providers->doors, door, next)
		door_free(providers, door);
	for (size_t i = 0; i < providers->world.format_count; i++)
		net_tls_free(&providers->outside[i]);
	free(providers->outside);
	str_free(&providers->origin);
	free(providers);
	*slot = NULL;
}
