/* provider_connector.h - a link to a provider over HTTP, behind the seam of sms/connector.h: texts are posted to it, and
 * it posts texts and receipts to our hook.
 *
 * There is no bind: the link is up once a connection to the provider could be made, and down after one could not.
 * What is posted to the hook is taken either way. */
#ifndef PROVIDER_PROVIDER_CONNECTOR_H
#define PROVIDER_PROVIDER_CONNECTOR_H

#include "http/http.h"
#include "net/net.h"
#include "provider/provider_format.h"
#include "sms/connector.h"

/* Characters of a text that no provider finds too many; it cuts it for the phone itself. What is longer is several
 * texts. A constant: how many they are must not change while some of them are under way. */
#define PROVIDER_TEXT_MAX 1600
/* What whoever cannot prove to be the provider is answered, whatever there is. */
#define PROVIDER_FORBIDDEN 403
/* Whoever was told that a text could not be taken now may send it again after this, in seconds. */
#define PROVIDER_RETRY_AFTER "5"

struct provider_settings { /* borrowed for the call, but for format and both worlds */
	struct net *net;
	struct net *outside;                  /* in which it connects */
	const struct provider_format *format; /* NULL: there is none; the link stays down */
	struct str name; /* of the link; as the peer's name in net_sim as well */
	struct str host;
	unsigned port;
	struct str user, password;
	struct str secret; /* of the signatures of what comes */
	struct str hook;   /* URL to which that is posted */
	struct str key;    /* of digests */
	unsigned window;   /* texts posted and not answered */
	unsigned country;  /* address.h */
	msec response_ms;
	void *ctx;
	void (*reply)(void *ctx, struct http_ref ref, const struct http_response *response);
};

/* handler is copied. */
struct connector *provider_connector_new(
	const struct provider_settings *settings, const struct connector_handler *handler);
/* Something was posted to its hook: owes the reply to ref, which comes once what it brought is on disk. */
void provider_connector_take(
	struct connector *connector, const struct http_request *request, struct http_ref ref);

#endif
