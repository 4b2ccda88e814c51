/* carrier.h - the simulated mobile network: an SMSC with customers who write and answer, in all the shapes that real
 * carriers give a text, and before it a cable that tells every byte of either direction. */
#ifndef TEST_SIM_CARRIER_H
#define TEST_SIM_CARRIER_H

#include "net/net.h"

/* Where the server's links connect. One carrier gives as many as that, over any of which a text or receipt may come. */
#define CARRIER_HOST       "carrier"
#define CARRIER_PORT(link) (7000 + 10 * (link)) /* link: from 0 */
#define CARRIER_LINKS_MOST 3

struct carrier_settings {
	uint64_t seed;
	const char
		*host; /* of cable and SMSC, an address of net_uv; NULL: in net_sim, CARRIER_HOST */
	unsigned links;     /* 0: one, as 1 */
	unsigned customers; /* who write of their own and answer what agents write */
	msec pause_most_ms; /* between two conversations of one customer */
	bool has_keywords; /* three more phones, now with and now without their plus, and a name send STOP,
			    * START, HELP, long texts, two at once, and halves */
	/* The link breaks, and receipts come twice: see cable.h. 0: never. */
	msec restless_most_ms;
	msec late_most_ms; /* some answers and texts come later: see cable.h. 0: none */
	msec dead_from_ms; /* the first link: see cable.h. 0: never */
	/* Every byte on a link. May be NULL. */
	void (*on_bytes)(void *ctx, unsigned link, bool from_server, struct str bytes);
	/* A connection of that link is over. May be NULL. */
	void (*on_end)(void *ctx, unsigned link);
	/* Every text, whole, as the customers and the SMSC know it. May be NULL. */
	void (*on_text)(void *ctx, bool from_customer, struct str phone, struct str text);
	void *ctx;
};

struct carrier;
struct carrier *carrier_new(struct net *net, const struct carrier_settings *settings);
void carrier_write(struct carrier *carrier, struct str phone, struct str text); /* to number 5000 */
/* Two long texts at once, part by part in turn: their references have one value, of 8 and of 16 bits. */
void carrier_write_two(
	struct carrier *carrier, struct str phone, struct str first, struct str second);
/* All parts of a long text but the last, which never comes. Nobody is told of it. */
void carrier_write_half(struct carrier *carrier, struct str phone, struct str text);
void carrier_calm(struct carrier *carrier);           /* restless no more */
bool carrier_is_bound(const struct carrier *carrier); /* every link */
void carrier_hang_up(
	struct carrier *carrier);            /* the network goes away; run the net once more ... */
void carrier_free(struct carrier **carrier); /* ... before this */

#endif
