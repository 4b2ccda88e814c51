/* smsc_sim.h - an SMSC on a TCP port with simulated customers: a peer on a socket, for the demo and
 * for tests. It speaks SMPP 3.4 with the same codec and knows nothing of the product. */
#ifndef SMSC_SMSC_SIM_H
#define SMSC_SMSC_SIM_H

#include "net/net.h"
#include "wire/smpp_pdu.h"

struct smsc_sim_settings {
	struct str host;
	unsigned port;                  /* 0: any free one */
	struct str system_id, password; /* demanded from the ESME; empty: any */
	uint64_t seed;
	unsigned customers; /* simulated ones; 0: silent, only injects and answers */
	struct str number;  /* service number that customers write to */
	msec first_text_ms; /* from the bind to the first customer's text */
	msec pause_least_ms,
		pause_most_ms; /* of one customer: from the end of a conversation to the next */
	msec reply_least_ms, reply_most_ms; /* from a text of an agent to the customer's answer */
	msec receipt_ms;                    /* from submit_sm to its delivery receipt; 0: none */
	bool has_odd_shapes; /* customers' texts come in the shapes of smsc_shapes.h, one by one */
	/* Told of every text, in either direction, once whole (parts joined). May be NULL. */
	void (*on_text)(void *ctx, bool from_customer, struct str phone, struct str text);
	void *ctx;
};

struct smsc_sim;
enum err smsc_sim_new(struct net *net, const struct smsc_sim_settings *settings,
	struct smsc_sim **out) MUST_CHECK;
unsigned smsc_sim_port(const struct smsc_sim *sim);
/* A customer writes now (also where customers is 0); long texts go as parts. */
void smsc_sim_write(struct smsc_sim *sim, struct str phone, struct str text);
/* One deliver_sm as it stands, whatever it says; on_text is not told. */
void smsc_sim_deliver(struct smsc_sim *sim, const struct smpp_pdu *deliver_sm);
/* How many sessions seem to wait: customers who wrote and got no answer yet. */
unsigned smsc_sim_waiting(const struct smsc_sim *sim);
void smsc_sim_free(struct smsc_sim **sim);

#endif
