/* connector.h - one link to one carrier, as inbound and outbound see it: single SMS go out, single
 * SMS and receipts come in. smpp_connector is the first; others (HTTP, a modem) fit behind it.
 *
 * A connector looks after its own connection: it connects, signs in, reconnects. It never calls a
 * handler from inside connector_free; from inside the other functions it may. */
#ifndef SMS_CONNECTOR_H
#define SMS_CONNECTOR_H

#include "base/ids.h"
#include "core/words.h"
#include "wire/segment.h"

/* One SMS on its way out. Borrowed for the call. */
struct connector_part {
	struct str number; /* service number: who it comes from */
	struct str phone;
	struct str data; /* encoded, with its concatenation header if it has one */
	enum sms_coding coding;
	bool has_header;
};

/* What the carrier said to a part. */
enum connector_result {
	CONNECTOR_SENT,    /* it has it now; smsc_id names it in receipts */
	CONNECTOR_LATER,   /* too fast, or its queue is full: the same again after a pause, and
			    * the others more slowly */
	CONNECTOR_ERROR,   /* trouble of its own, perhaps with this part alone: again later, the
			    * others meanwhile */
	CONNECTOR_REFUSED, /* never */
};

/* One SMS or receipt that came. Borrowed for the call. */
struct connector_message {
	uint64_t token; /* to be given back with `answer` */
	bool is_receipt;
	/* a text: */
	struct str phone;  /* a number or a name, see core/phone.h; never empty */
	struct str number; /* the service number: digits, perhaps a plus; empty: none was said */
	struct segment segment;
	unsigned coding;
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
	ANSWER_BAD_NUMBER, /* never: no service number of ours */
};

struct connector_handler {
	void *ctx;
	/* Signed in: parts may be sent. */
	void (*up)(void *ctx);
	/* No longer. No answer will come to what was sent and not answered; tokens are void;
	 * answers after which `written` did not come may not have reached the carrier. */
	void (*down)(void *ctx);
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
	bool (*is_up)(const struct connector *connector);
	/* False: it is down, or takes no more before another is answered; nothing was sent. */
	bool (*send)(
		struct connector *connector, const struct connector_part *part, uint64_t cookie);
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
};

#endif
