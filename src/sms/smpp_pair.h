/* smpp_pair.h - a link over SMPP 3.4 to a carrier that wants two binds: a transmitter, by which texts go, and a
 * receiver, by which texts and receipts come. Each connects, ends and comes again by itself; to those behind the
 * seam the link is up one way, or both. */
#ifndef SMS_SMPP_PAIR_H
#define SMS_SMPP_PAIR_H

#include "sms/smpp_connector.h"

/* As smpp_connector_new; the settings' way does not count. */
struct connector *smpp_pair_new(struct net *net, const struct smpp_connector_settings *settings,
	const struct connector_handler *handler);

#endif
