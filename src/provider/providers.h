/* providers.h - the links of a centre that go to providers over HTTP: makes their connectors, and brings to each what
 * is posted to its hook, /hooks/ and the link's name. */
#ifndef PROVIDER_PROVIDERS_H
#define PROVIDER_PROVIDERS_H

#include "http/http.h"
#include "net/net.h"
#include "provider/provider_format.h"
#include "sms/sms.h"

#define PROVIDERS_HOOKS "/hooks/"

struct providers_world { /* borrowed, but for `origin` */
	struct net *net;
	struct port *port;
	const struct provider_format *formats;
	size_t format_count;
	struct str origin; /* how the providers reach this server: "https://sms.example.org" */
	void *ctx;
	void (*reply)(void *ctx, struct http_ref ref, const struct http_response *response);
};

struct providers;
struct providers *providers_new(const struct providers_world *world);
struct connector_maker providers_maker(struct providers *providers);
/* Was it posted to a hook? Then it is answered from here, and nobody has to sign in for it. Whether there is such a
 * link is not told to whoever is not its provider. */
bool providers_take(
	struct providers *providers, const struct http_request *request, struct http_ref ref);
void providers_free(struct providers **providers); /* the links are gone by then */

#endif
