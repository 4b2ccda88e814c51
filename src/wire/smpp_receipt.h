/* smpp_receipt.h - delivery receipts: a deliver_sm that tells what became of an earlier submit_sm
 * (SMPP 3.4, 2.11 and appendix B; the text's form is the SMSC's own, this is the one all know). */
#ifndef WIRE_SMPP_RECEIPT_H
#define WIRE_SMPP_RECEIPT_H

#include "base/msec.h"
#include "wire/smpp_pdu.h"

/* esm_class of a deliver_sm, bits 5-2 (5.2.12) */
#define SMPP_ESM_TYPE_MASK    0x3C
#define SMPP_ESM_RECEIPT      0x04
#define SMPP_ESM_INTERMEDIATE 0x20
#define SMPP_ESM_HAS_UDH      0x40 /* bit 6: short_message begins with a user data header */

enum smpp_message_state { /* 5.2.28 */
	SMPP_STATE_ENROUTE = 1,
	SMPP_STATE_DELIVERED,
	SMPP_STATE_EXPIRED,
	SMPP_STATE_DELETED,
	SMPP_STATE_UNDELIVERABLE,
	SMPP_STATE_ACCEPTED,
	SMPP_STATE_UNKNOWN,
	SMPP_STATE_REJECTED,
};

enum receipt_state {
	RECEIPT_NONE, /* not final, or nobody knows */
	RECEIPT_DELIVERED,
	RECEIPT_EXPIRED,
	RECEIPT_FAILED, /* deleted, undeliverable, rejected */
};

struct smpp_receipt {
	struct str message_id; /* as the submit_sm_resp told it; borrowed from the PDU */
	enum receipt_state state;
};
/* Is the deliver_sm a receipt or an intermediate notification, thus no text of a customer? */
bool smpp_receipt_is(const struct smpp_pdu *deliver_sm);
/* False: it is none, or it does not say of which message. An intermediate notification is
 * RECEIPT_NONE, whatever it says. */
bool smpp_receipt_read(const struct smpp_pdu *deliver_sm, struct smpp_receipt *out);

/* The other side, for the simulator: the text of appendix B, in ASCII. */
struct smpp_receipt_text {
	struct str message_id; /* without spaces */
	enum smpp_message_state state;
	msec submitted, done;
	unsigned error;  /* the network's, 0 to 999 */
	struct str text; /* of the message; its first 20 bytes are written */
};
void smpp_receipt_write(struct buf *out, const struct smpp_receipt_text *receipt);

#endif
