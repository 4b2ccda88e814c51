/* connector.h - one link to one carrier, as inbound and outbound see it: texts go out, texts and receipts
 * come in. Behind it are smpp_connector and provider/provider_connector; others (a modem) fit as well.
 *
 * A text may take several pieces, of which each is sent, answered and receipted by itself; what they are, in which
 * alphabet and with which headers, is the connector's own. What it received of one whose other pieces are still to
 * come is kept as it is, and given back to be read.
 *
 * A connector looks after its own connection: it connects, signs in, reconnects. It never calls a
 * handler from inside `free`; from inside the other functions it may. */
#ifndef SMS_CONNECTOR_H
#define SMS_CONNECTOR_H

#include "base/ids.h"
#include "base/buf.h"
#include "core/model/words.h"

/* A text on its way out. Borrowed for the call. */
struct connector_text {
	struct str number; /* service number: who it comes from */
	struct str phone;
	struct str text;    /* UTF-8 */
	uint64_t form;      /* body.def, outbound: the same for each of its pieces */
	uint64_t reference; /* 1 to 255, or 0 where one piece surely is enough */
};

#define CONNECTOR_PIECES_MAX 255 /* of a text: an octet numbers them (3GPP TS 23.040, 9.2.3.24.1) */

/* What the carrier said to a piece. */
enum connector_result {
	CONNECTOR_SENT,    /* it has it now; smsc_id names it in receipts */
	CONNECTOR_LATER,   /* too fast, or its queue is full: the same again after a pause, and
			    * the others more slowly */
	CONNECTOR_ERROR,   /* trouble of its own, perhaps with this part alone: again later, the
			    * others meanwhile */
	CONNECTOR_REFUSED, /* never */
};

/* A piece of a text that came. */
struct connector_piece {
	uint64_t series;      /* which text, of those of its phone: body.def, segment */
	unsigned part, parts; /* from 1; parts 0: it is none, but a whole text */
	unsigned coding;      /* how its data are read: the connector's own */
	struct str data;
};

/* One text or receipt that came. Borrowed for the call. */
struct connector_message {
	uint64_t token; /* to be given back with `answer` */
	bool is_receipt;
	bool may_be_text; /* of a receipt: it is one only if its id is known; else the text below */
	/* a text: */
	struct str phone;  /* a number or a name, see core/model/phone.h; never empty */
	struct str number; /* the service number: digits, perhaps a plus; empty: none was said */
	struct str text;   /* UTF-8; of a piece: what it says by itself */
	struct connector_piece piece;
	unsigned char
		fingerprint[DIGEST_BYTES]; /* over all that the carrier sent; equal for a copy */
	/* a receipt: */
	struct str smsc_id;
	enum delivery delivery; /* DELIVERED, EXPIRED, FAILED; NONE: nothing final */
};

/* What the carrier is told about what it sent. */
enum connector_answer {
	ANSWER_OK,         /* on disk here: it may forget it */
	ANSWER_BUSY,       /* too many at a time */
	ANSWER_FULL,       /* no room at the moment */
	ANSWER_ERROR,      /* not now */
	ANSWER_NOT_YET,    /* a receipt, of a text that may become known (connector.comes_again) */
	ANSWER_BAD_NUMBER, /* never: no service number of ours */
};

/* Which way the link is up, or down: both, where they are one connection. Bits. */
enum connector_way { WAY_OUT = 1, WAY_IN = 2, WAY_BOTH = WAY_OUT | WAY_IN };

struct connector_handler {
	void *ctx;
	/* Signed in: parts may be sent (WAY_OUT). */
	void (*up)(void *ctx, unsigned ways);
	/* No longer. WAY_OUT: no answer will come to what was sent and not answered. WAY_IN: tokens are void;
	 * answers after which `written` did not come may not have reached the carrier, and if the end was
	 * abrupt, others may be lost on the way to it. */
	void (*down)(void *ctx, unsigned ways, bool is_abrupt);
	void (*answered)(
		void *ctx, uint64_t cookie, enum connector_result result, struct str smsc_id);
	/* No answer came in time, though the carrier lives. `answered` may still come, CONNECTOR_SENT
	 * and nothing else, also when the same part was sent again under the same cookie. */
	void (*unanswered)(void *ctx, uint64_t cookie);
	void (*received)(void *ctx, const struct connector_message *message);
	/* All answers that were given until now have left. */
	void (*written)(void *ctx);
	/* After `stop`: the connection is closed. */
	void (*stopped)(void *ctx);
};

struct connector;
struct connector_ops {
	void (*start)(struct connector *connector);
	/* The way out. */
	bool (*is_up)(const struct connector *connector);
	/* Appends what keeps it, or one of its ways, down, for a person and as far as it is known: nothing where all is up. */
	void (*trouble)(const struct connector *connector, struct buf *out);
	/* So many pieces the text takes, at most CONNECTOR_PIECES_MAX; 0: it cannot be sent. */
	unsigned (*count)(const struct connector *connector, const struct connector_text *text);
	/* Sends piece number `piece`, from 1. False: it is down, or takes no more before another is answered;
	 * nothing was sent. cookie: by which the handler is told of this piece; the same whenever it is sent again. */
	bool (*send)(struct connector *connector, const struct connector_text *text, unsigned piece,
		uint64_t cookie);
	/* The phone of a piece that was sent refuses texts by now: the connector does not repeat it by itself any more. NULL:
	 * it never does. */
	void (*not_again)(struct connector *connector, uint64_t cookie);
	/* Appends what joined data of pieces that have this coding say. */
	void (*read)(const struct connector *connector, unsigned coding, struct str data,
		struct buf *out);
	/* Void tokens are fine. */
	void (*answer)(struct connector *connector, uint64_t token, enum connector_answer answer);
	/* Reads nothing from the carrier while on. */
	void (*pause)(struct connector *connector, bool on);
	/* Signs off and connects no more. */
	void (*stop)(struct connector *connector);
	void (*free)(struct connector **connector);
};

struct connector {
	const struct connector_ops *ops;
	/* Fingerprints are of the carrier's own ids: an equal one is a copy, whenever it comes. */
	bool has_ids;
	/* What is refused comes again some time later, and holds up nothing that is behind it. */
	bool comes_again;
	/* A piece that is sent again is the same text to the carrier, and keeps its id. */
	bool is_known_again;
};

#endif
