/* smpp_message.h - what SMPP says in a deliver_sm, and how a part is said in a submit_sm. Pure. */
#ifndef SMS_SMPP_MESSAGE_H
#define SMS_SMPP_MESSAGE_H

#include "sms/connector.h"
#include "wire/smpp_pdu.h"

/* Addresses of SMPP 3.4 hold 20 characters; a plus may come in front. */
#define SMPP_ADDRESS_MAX 20

/* A message and the room for what it does not borrow from the PDU. */
struct smpp_message {
	struct connector_message m; /* token: left to the caller */
	char phone[SMPP_ADDRESS_MAX + 2], number[SMPP_ADDRESS_MAX + 2];
};
/* key: of the fingerprint. Not ESME_ROK: what to answer to something that makes no sense. */
enum smpp_status smpp_message_read(
	const struct smpp_pdu *deliver_sm, struct str key, struct smpp_message *out);
/* Digits and a leading plus; a plus in front where the type of number says international (5.2.5).
 * Empty: not a number (a name). out holds SMPP_ADDRESS_MAX + 2. */
struct str smpp_message_number(char *out, uint8_t ton, struct str address);
/* A submit_sm that borrows the part's strs, with a receipt asked for. False: no address takes that
 * number or phone, or the data is too long. */
bool smpp_message_write(const struct connector_part *part, struct smpp_pdu *out);

#endif
