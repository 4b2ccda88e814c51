/* smpp_message.h - what SMPP says in a deliver_sm, and how a part is said in a submit_sm. Pure. */
#ifndef SMS_SMPP_MESSAGE_H
#define SMS_SMPP_MESSAGE_H

#include "sms/address.h"
#include "sms/connector.h"
#include "wire/segment.h"
#include "wire/smpp_receipt.h"

/* Longest data of a part of a long text: what a short_message holds. An SMS holds 140 octets or 160
 * characters, so what is longer (it came in a message_payload) is no part but a text by itself; and
 * thousands of parts may wait for others (SEGMENTS_HELD_MAX), so their size is bounded. */
#define SMPP_PART_BYTES_MAX 255

/* A message and the room for what it does not borrow from the PDU. All zero is an empty one; it may be read
 * into again. Free with smpp_message_free. */
struct smpp_message {
	struct connector_message m; /* token: left to the caller */
	struct segment segment;
	struct smpp_receipt receipt;
	struct buf text;
	char phone[ADDRESS_ROOM], number[ADDRESS_ROOM];
};
#define SMPP_BY_FORM 256 /* a type or plan that follows from the address */

/* What one link's carrier means by what it says, and how it wants to be told. */
struct smpp_manner {
	struct str key; /* of fingerprints */
	enum sms_alphabet alphabet;
	enum smpp_ids receipt_ids;
	unsigned country; /* calling code, see address.h */
	/* of what is sent: 5.2.5, 5.2.6 or SMPP_BY_FORM; 5.2.17; and for how many seconds it is tried, 0: unsaid */
	unsigned source_ton, source_npi, destination_ton, destination_npi;
	unsigned registered_delivery, validity;
};
/* As SMPP 3.4 has it, with a receipt asked for; key: of fingerprints. */
struct smpp_manner smpp_manner(struct str key);
/* Of a deliver_sm or data_sm as it was unpacked, whatever its shape.
 *
 * The fingerprint is over all bytes that came, the sequence number counted as 0: it is of the bind,
 * not of the message. Earlier versions left out the parameters that they did not know; where there
 * are none, their journals' fingerprints are these. Where there are, a copy that comes right behind
 * a crash and a change of version is shown once more. */
void smpp_message_read(const struct smpp_pdu *deliver_sm, const struct smpp_manner *manner,
	struct smpp_message *out);
void smpp_message_free(struct smpp_message *message);

/* One SMS on its way. */
struct smpp_part {
	struct str number; /* who it comes from */
	struct str phone;
	struct str data; /* encoded, with its concatenation header if it has one */
	uint8_t coding;
	bool has_header;
};
/* A submit_sm that borrows the part's strs, and the room of `times`. False: no address takes that number or
 * phone, or the data is too long. */
struct smpp_times {
	char validity[17]; /* 7.1.1 */
};
bool smpp_message_write(const struct smpp_part *part, const struct smpp_manner *manner,
	struct smpp_times *times, struct smpp_pdu *out);
/* How the text is cut. */
struct segment_text smpp_text_form(const struct connector_text *text);

#endif
