/* smpp_message.h - what SMPP says in a deliver_sm, and how a part is said in a submit_sm. Pure. */
#ifndef SMS_SMPP_MESSAGE_H
#define SMS_SMPP_MESSAGE_H

#include "sms/address.h"
#include "sms/connector.h"
#include "wire/smpp_pdu.h"

/* Longest data of a part of a long text: what a short_message holds. An SMS holds 140 octets or 160
 * characters, so what is longer (it came in a message_payload) is no part but a text by itself; and
 * thousands of parts may wait for others (SEGMENTS_HELD_MAX), so their size is bounded. */
#define SMPP_PART_BYTES_MAX 255

/* A message and the room for what it does not borrow from the PDU. */
struct smpp_message {
	struct connector_message m; /* token: left to the caller */
	char phone[ADDRESS_ROOM], number[ADDRESS_ROOM];
};
/* Of a deliver_sm as it was unpacked, whatever its shape; key: of the fingerprint.
 *
 * The fingerprint is over all bytes that came, the sequence number counted as 0: it is of the bind,
 * not of the message. Earlier versions left out the parameters that they did not know; where there
 * are none, their journals' fingerprints are these. Where there are, a copy that comes right behind
 * a crash and a change of version is shown once more. */
void smpp_message_read(const struct smpp_pdu *deliver_sm, struct str key, struct smpp_message *out);
/* A submit_sm that borrows the part's strs, with a receipt asked for. False: no address takes that
 * number or phone, or the data is too long. */
bool smpp_message_write(const struct connector_part *part, struct smpp_pdu *out);

#endif
