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
	SMPP_STATE_SKIPPED, /* SMPP 5.0, 4.7.15 */
};

enum receipt_state {
	RECEIPT_NONE, /* not final, or nobody knows */
	RECEIPT_DELIVERED,
	RECEIPT_EXPIRED,
	RECEIPT_FAILED, /* deleted, undeliverable, rejected */
};

/* Longer texts of receipts are read as far as that. */
#define SMPP_RECEIPT_TEXT_MAX 512
#define SMPP_ID_MAX           255

struct smpp_receipt {
	struct str message_id; /* borrowed from the PDU, or from the room below */
	enum receipt_state state;
	char text[SMPP_RECEIPT_TEXT_MAX], id[SMPP_ID_MAX];
};

/* Is a deliver_sm a receipt or an intermediate notification, thus no text of a customer? */
enum smpp_receipt_kind {
	SMPP_NO_RECEIPT,
	SMPP_PERHAPS_RECEIPT, /* of its parameters one says so, nothing else does: it is if that id is known */
	SMPP_RECEIPT, /* by its esm_class, its text's form, or both parameters */
};
enum smpp_receipt_kind smpp_receipt_kind(const struct smpp_pdu *deliver_sm);
/* False: it does not say of which message. An intermediate notification is RECEIPT_NONE, whatever it
 * says. Read is what SMSCs write: any case, any blanks, line ends or NULs in front, words in full or
 * cut, separated and assigned by other signs as well, in UCS-2 too. */
bool smpp_receipt_read(const struct smpp_pdu *deliver_sm, struct smpp_receipt *out);

/* How a link's SMSC writes the id of one message in its answer and in its receipt. */
enum smpp_ids {
	SMPP_IDS_AS_IS,
	SMPP_IDS_HEX_TO_DECIMAL, /* answers have it in hexadecimal, receipts in decimal */
	SMPP_IDS_DECIMAL_TO_HEX, /* the other way round */
	SMPP_IDS
};
/* message_id becomes what the answer said; one that is no such number stays. */
void smpp_receipt_translate(struct smpp_receipt *receipt, enum smpp_ids ids);

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
