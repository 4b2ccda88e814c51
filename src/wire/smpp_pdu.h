/* smpp_pdu.h - SMPP 3.4 PDUs as values; struct, pack, unpack and dump grow from smpp_pdu.def.
 *
 * Unpacked strings are borrowed from the input bytes. No allocation. */
#ifndef WIRE_SMPP_PDU_H
#define WIRE_SMPP_PDU_H

#include "base/buf.h"
#include "wire/wire.h"

#define SMPP_HEADER_BYTES 16
/* Longest PDU that is read: a message_payload of 65,535 octets (5.3.2.32) behind mandatory fields
 * that are all full makes 65,904; the rest is room for other optional parameters. It is also what a
 * session keeps of a begun PDU, so it bounds a link's memory. */
#define SMPP_PDU_MAX (72 * 1024)
/* Longest PDU that is believed: a dozen parameters of 64 KiB. It is answered and skipped. Above it
 * the peer speaks something else: of any text ("HTTP", "GET ") the first byte alone says 512 MiB. */
#define SMPP_LENGTH_MAX (1024 * 1024)
#define SMPP_VERSION    0x34
/* What a bind has room for (4.1.1); of passwords 3.4 says 8, some SMSCs give longer ones. */
#define SMPP_SYSTEM_ID_MAX   15
#define SMPP_PASSWORD_MAX    64
#define SMPP_SYSTEM_TYPE_MAX 12

enum smpp_status { /* command_status, SMPP 3.4, 5.1.3: those that we send or look at */
	ESME_ROK = 0x00,
	ESME_RINVCMDLEN = 0x02,
	ESME_RINVCMDID = 0x03,
	ESME_RINVBNDSTS = 0x04,
	ESME_RALYBND = 0x05,
	ESME_RSYSERR = 0x08,
	ESME_RINVSRCADR = 0x0A,
	ESME_RINVDSTADR = 0x0B,
	ESME_RBINDFAIL = 0x0D,
	ESME_RINVPASWD = 0x0E,
	ESME_RINVSYSID = 0x0F,
	ESME_RMSGQFUL = 0x14,
	ESME_RSUBMITFAIL = 0x45,
	ESME_RINVSYSTYP = 0x53,
	ESME_RTHROTTLED = 0x58,
	ESME_RX_T_APPN = 0x64,
	ESME_RINVPARLEN = 0xC2,
	ESME_RUNKNOWNERR = 0xFF,
};

/* enum smpp_command, struct smpp_pdu { command, status, sequence; as received: length, bytes; the
 * bodies; tlv, stray } */
#include "wire/smpp_pdu_types.h"

/* Takes one PDU from the front of *in. WIRE_BAD: length below 16 or above SMPP_LENGTH_MAX (the
 * stream is lost), *status = ESME_RINVCMDLEN. A PDU with a whole length but a wrong body, or an
 * unknown command, is consumed, WIRE_DONE, with *status != ESME_ROK saying what to answer; then only
 * the header fields of *pdu, its length and its bytes are valid, all else is zero, as in a response
 * that came without body. So is one above SMPP_PDU_MAX, as soon as its header is there: the caller
 * skips what is still to come of it, pdu->length - pdu->bytes.len bytes.
 *
 * Only what hides the fields behind it makes a body wrong (an address too long, an end before the
 * last field): whatever else is not as it should be is left out, for a refusal loses a text. */
enum wire smpp_pdu_unpack(struct str *in, struct smpp_pdu *pdu, enum smpp_status *status);
/* Appends the PDU's bytes, command_length computed. Strings longer than the field allows, or more
 * than SMPP_PDU_MAX of all, are a broken promise of the caller (CHECK). What was unpacked without a
 * flaw can always be packed; it takes at most a byte more then, a NULL that the peer forgot. */
void smpp_pdu_pack(struct buf *out, const struct smpp_pdu *pdu);
/* One line for logs (no line end), without message text and passwords; not ASCII as \xNN. */
void smpp_pdu_dump(struct buf *out, const struct smpp_pdu *pdu);

/* "SUBMIT_SM_RESP"; NULL for a command that smpp_pdu.def does not have. */
const char *smpp_command_name(uint32_t command);
/* "ESME_RINVPASWD"; one that the standard does not name: "a status of its own". */
const char *smpp_status_name(uint32_t status);
/* The content of a submit_sm or deliver_sm: its message_payload if it has one that says anything
 * (5.3.2.32: then there is no short_message), else its short_message. */
struct str smpp_pdu_content(const struct smpp_pdu *pdu);

#endif
