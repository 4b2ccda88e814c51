/* smpp_pdu_types.h - what smpp_pdu.def makes of itself: the command ids, a struct for each body,
 * the optional parameters, and the PDU that holds one of each. Included by smpp_pdu.h. */
#ifndef WIRE_SMPP_PDU_TYPES_H
#define WIRE_SMPP_PDU_TYPES_H

#include "base/str.h"

#define SMPP_RESPONSE_BIT 0x80000000u /* a response's id is its request's with this bit */

/* SMPP_SUBMIT_SM, SMPP_SUBMIT_SM_RESP, SMPP_GENERIC_NACK ... (__extension__: ids of responses do
 * not fit an int, which C11 asks of an enum and C23 no longer does). */
__extension__ enum smpp_command {
#define COMMAND(name, id, body, presence) SMPP_##name = id,
#include "wire/smpp_pdu.def"
};

/* struct smpp_bind_body { struct str system_id, password ...; uint8_t interface_version ... } */
#define BODY(body) struct smpp_##body##_body {
#define BODY_END(body)                                                                             \
	}                                                                                          \
	;
#define BYTE(body, field)                  uint8_t field;
#define C_STRING(body, field, max, status) struct str field;
#define SECRET(body, field, max, status)   struct str field;
#define COUNTED(body, field, max)          struct str field;
#include "wire/smpp_pdu.def"

/* Optional parameters: has_x says whether x was there, or is to be written. */
struct smpp_tlvs {
#define SMPP_TLV_U8    uint8_t
#define SMPP_TLV_U16   uint16_t
#define SMPP_TLV_TEXT  struct str
#define SMPP_TLV_BYTES struct str
#define TLV(tag, name, kind, max)                                                                  \
	bool has_##name;                                                                           \
	SMPP_TLV_##kind name;
#include "wire/smpp_pdu.def"
#undef SMPP_TLV_U8
#undef SMPP_TLV_U16
#undef SMPP_TLV_TEXT
#undef SMPP_TLV_BYTES
};

struct smpp_pdu {
	uint32_t command; /* enum smpp_command, or one that we do not know */
	uint32_t status;
	uint32_t sequence;
	/* As received, both; packing looks at neither. */
	uint32_t length;  /* command_length */
	struct str bytes; /* the whole PDU; of one above SMPP_PDU_MAX what was there of it */
	union {           /* pdu.sm.source_addr, pdu.sm_resp.message_id, pdu.bind.password ... */
#define BODY(name) struct smpp_##name##_body name;
#define BODY_END(body)
#include "wire/smpp_pdu.def"
	};
	struct smpp_tlvs tlv;
	struct str stray; /* behind the last optional parameter, and none itself */
};

#endif
