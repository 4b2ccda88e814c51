/* smpp_pdu.h - SMPP 3.4 PDUs as values; struct, pack, unpack and dump grow from smpp_pdu.def.
 *
 * Unpacked strings are borrowed from the input bytes. No allocation. */
#ifndef WIRE_SMPP_PDU_H
#define WIRE_SMPP_PDU_H

#include "base/buf.h"
#include "wire/wire.h"

#define SMPP_HEADER_BYTES 16
/* Longest PDU taken from a peer: a deliver_sm with a message_payload of 64 KiB is not ours to read;
 * 8 KiB holds 4,096 characters of UCS-2 in a payload, the longest text of the API. */
#define SMPP_PDU_MAX (16 * 1024)
#define SMPP_VERSION 0x34

enum smpp_status { /* command_status, SMPP 3.4, 5.1.3: those that we send or look at */
	ESME_ROK = 0x00,
	ESME_RINVMSGLEN = 0x01,
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
	ESME_RINVSERTYP = 0x15,
	ESME_RINVESMCLASS = 0x43,
	ESME_RSUBMITFAIL = 0x45,
	ESME_RINVSYSTYP = 0x53,
	ESME_RTHROTTLED = 0x58,
	ESME_RINVSCHED = 0x61,
	ESME_RINVEXPIRY = 0x62,
	ESME_RX_T_APPN = 0x64,
	ESME_RINVOPTPARSTREAM = 0xC0,
	ESME_RINVPARLEN = 0xC2,
	ESME_RUNKNOWNERR = 0xFF,
};

/* enum smpp_command, struct smpp_pdu { command, status, sequence; the bodies; tlv } */
#include "wire/smpp_pdu_types.h"

/* Takes one PDU from the front of *in. WIRE_BAD: length below 16 or above SMPP_PDU_MAX (the stream
 * is lost), *status = ESME_RINVCMDLEN. A PDU with a whole length but a wrong body, or an unknown
 * command, is consumed, WIRE_DONE, with *status != ESME_ROK saying what to answer; then only the
 * header fields of *pdu are valid, all else is zero, as in a response that came without body. */
enum wire smpp_pdu_unpack(struct str *in, struct smpp_pdu *pdu, enum smpp_status *status);
/* Appends the PDU's bytes, command_length computed. Strings longer than the field allows are a
 * broken promise of the caller (CHECK). */
void smpp_pdu_pack(struct buf *out, const struct smpp_pdu *pdu);
/* One line for logs (no line end), without message text and passwords; not ASCII as \xNN. */
void smpp_pdu_dump(struct buf *out, const struct smpp_pdu *pdu);

/* "SUBMIT_SM_RESP"; NULL for a command that smpp_pdu.def does not have. */
const char *smpp_command_name(uint32_t command);
/* The content of a submit_sm or deliver_sm: its message_payload if it has one (5.3.2.32: then there
 * is no short_message), else its short_message. */
struct str smpp_pdu_content(const struct smpp_pdu *pdu);

#endif
