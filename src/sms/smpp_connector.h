/* smpp_connector.h - a link over SMPP 3.4: one TCP connection, one bind, as transceiver or for one way alone
 * (smpp_pair.h); when it ends for whatever reason, the next attempt comes after a pause that doubles
 * (SMS_BACKOFF_*). */
#ifndef SMS_SMPP_CONNECTOR_H
#define SMS_SMPP_CONNECTOR_H

#include "net/net.h"
#include "sms/smpp_message.h"
#include "wire/smpp_bind.h"

/* A bind that lasted so long was a good one: the pauses begin anew. */
#define SMPP_STEADY_MS 30000
/* What was said last (unbind_resp, generic_nack) may take so long to leave. */
#define SMPP_LINGER_MS 1000
/* Signing off takes no longer. */
#define SMPP_STOP_MS 4000

struct smpp_connector_settings { /* borrowed for the call */
	struct str name;         /* for logs, and as the peer's name in net_sim */
	struct str host;
	unsigned port;
	struct str system_id, password, system_type;
	enum smpp_way way;
	unsigned window;
	unsigned receive_window; /* messages taken and not answered, up to SMPP_WINDOW_MAX */
	msec response_ms;        /* after which an answer counts as lost */
	struct smpp_manner manner;
};

/* handler is copied. */
struct connector *smpp_connector_new(struct net *net,
	const struct smpp_connector_settings *settings, const struct connector_handler *handler);

#endif
