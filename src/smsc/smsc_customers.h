/* smsc_customers.h - simulated customers: each opens a conversation, answers the agent once or
 * twice, rests, and comes again with another story. All they do follows from the seed and from when
 * they are answered. */
#ifndef SMSC_SMSC_CUSTOMERS_H
#define SMSC_SMSC_CUSTOMERS_H

#include "net/net.h"

/* Nobody answered the first text, or a later one: the customer gives up, rests and comes again. A
 * reply often crosses with the agent's Complete, so less is expected of it. */
#define CUSTOMER_OPENING_PATIENCE_MS (10 * 60 * 1000)
#define CUSTOMER_REPLY_PATIENCE_MS   (90 * 1000)

struct smsc_customers_settings {
	uint64_t seed;
	unsigned count;
	msec first_text_ms;
	msec pause_least_ms, pause_most_ms;
	msec reply_least_ms, reply_most_ms;
	void (*write)(void *ctx, bool is_opening, struct str phone, struct str text);
	void *ctx;
};

struct smsc_customers;
struct smsc_customers *smsc_customers_new(
	struct net *net, const struct smsc_customers_settings *settings);
/* Somebody is there to write to; only the first call counts. */
void smsc_customers_begin(struct smsc_customers *customers);
/* A text reached this phone; phones of nobody here are ignored. */
void smsc_customers_read(struct smsc_customers *customers, struct str phone);
void smsc_customers_free(struct smsc_customers **customers);

#endif
