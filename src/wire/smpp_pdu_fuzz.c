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
	CHECK(smpp_pdu_unpack(&in, &again, &status) == WIRE_DONE);
	CHECK(status == ESME_ROK && in.len == 0);
	smpp_pdu_pack(&second, &again);
	CHECK(str_eq(buf_str(&first), buf_str(&second)));
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
		if (status == ESME_ROK && before - in.len < SMPP_PDU_MAX - 100)
			check_round_trip(&pdu);
	}
	buf_free(&line);
}

/* The same bytes as the body of a command that we know: random bytes seldom make a header. */
static void check_body(struct str body)
{
	static const uint32_t commands[] = {
#define COMMAND(name, id, body, presence) id,
#include "wire/smpp_pdu.def"
	};
	const uint32_t which = (unsigned char)body.at[0] % (sizeof commands / sizeof *commands);
	const uint32_t header[4] = {(uint32_t)(SMPP_HEADER_BYTES + body.len - 1), commands[which]};
	struct buf bytes = {0};
	for (int i = 0; i < SMPP_HEADER_BYTES; i++)
		buf_put_byte(&bytes, (char)(header[i / 4] >> (24 - 8 * (i % 4))));
	buf_put(&bytes, str_skip(body, 1));
	check_stream(buf_str(&bytes));
	buf_free(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_stream(str_from(data, size));
	if (size > 0)
		check_body(str_from(data, size));
	return 0;
}
