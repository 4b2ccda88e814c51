/* smpp_pdu_fuzz.c - what can be read can be written, and then reads the same. */
#include "base/check.h"
#include "wire/smpp_pdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes may differ (unknown parameters, forgotten NULLs), so the second writing is compared
 * with the first. */
static void check_round_trip(const struct smpp_pdu *pdu)
{
	struct buf first = {0}, second = {0};
	struct smpp_pdu again;
	enum smpp_status status;
	smpp_pdu_pack(&first, pdu);
	struct str in = buf_str(&first);
	CHECK(smpp_pdu_unpack(&in, &again, &status) == WIRE_DONE && in.len == 0);
	if (again.length <= SMPP_PDU_MAX) { /* a NULL more may be one too many to be read again */
		CHECK(status == ESME_ROK);
		smpp_pdu_pack(&second, &again);
		CHECK(str_eq(buf_str(&first), buf_str(&second)));
	}
	buf_free(&first);
	buf_free(&second);
}

static void check_stream(struct str in)
{
	struct buf line = {0};
	for (;;) {
		struct smpp_pdu pdu;
		enum smpp_status status;
		size_t before = in.len;
		enum wire wire = smpp_pdu_unpack(&in, &pdu, &status);
		CHECK((wire == WIRE_DONE) == (in.len < before));
		if (wire != WIRE_DONE)
			break;
		smpp_pdu_dump(&line, &pdu);
		CHECK(before - in.len == pdu.bytes.len && pdu.bytes.len <= pdu.length);
		if (status == ESME_ROK)
			check_round_trip(&pdu);
	}
	buf_free(&line);
}

/* The same bytes as the body of a command that we know: random bytes seldom make a header. Behind
 * them so many more that the PDU has nearly the greatest length, or a little more than that. */
static void check_body(struct str body, size_t length)
{
	static const uint32_t commands[] = {
#define COMMAND(name, id, body, presence) id,
#include "wire/smpp_pdu.def"
	};
	const uint32_t which = (unsigned char)body.at[0] % (sizeof commands / sizeof *commands);
	if (length < SMPP_HEADER_BYTES + body.len - 1)
		length = SMPP_HEADER_BYTES + body.len - 1;
	const uint32_t header[4] = {(uint32_t)length, commands[which]};
	struct buf bytes = {0};
	for (int i = 0; i < SMPP_HEADER_BYTES; i++)
		buf_put_byte(&bytes, (char)(header[i / 4] >> (24 - 8 * (i % 4))));
	buf_put(&bytes, str_skip(body, 1));
	memset(buf_reserve(&bytes, length - bytes.len), 'x', length - bytes.len);
	bytes.len = length;
	check_stream(buf_str(&bytes));
	buf_free(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_stream(str_from(data, size));
	if (size > 0)
		check_body(str_from(data, size), 0);
	if (size > 1 && data[0] & 0x80) /* every length near the greatest */
		check_body(str_from(data, size), SMPP_PDU_MAX - 200 + data[1]);
	return 0;
}
