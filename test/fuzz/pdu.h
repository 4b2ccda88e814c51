/* pdu.h - PDUs as scripts word them, right or wrong:
 *
 *   DELIVER_SM source_addr=+420777000001 short_message=hello%20there message_payload=$16291(x) tlv.1401=ab tail=%00
 *
 * Fields and optional parameters are those of smpp_pdu.def, each in any length; sequence, status and length override the header,
 * tlv.XXXX is any tag, tail any bytes at the end. What is not said has the value of an ordinary text to 5000. */
#ifndef TEST_FUZZ_PDU_H
#define TEST_FUZZ_PDU_H

#include "base/buf.h"

struct stage;
/* Appends the PDU; *out is empty before. */
void pdu_write(struct stage *stage, struct str words, uint32_t sequence, struct buf *out);
/* "12", "0x0C": any number, 0 where it is none. */
uint64_t pdu_number(struct str word);

#endif
