/* smpp_bind_fuzz.c - a session under any bytes, in any cut, at any time, used in any order: what it
 * says is SMPP, it ends once, and its windows hold. */
#include "base/check.h"
#include "wire/smpp_bind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	unsigned sent, answered, unanswered, late, ended;
	uint32_t last_received;
};

static void on_event(void *ctx, const struct smpp_event *event)
{
	struct seen *seen = ctx;
	CHECK(seen->ended == 0);
	seen->ended += event->what == SMPP_ENDED;
	seen->answered += event->what == SMPP_ANSWERED || event->what == SMPP_UNANSWERED;
	seen->unanswered += event->what == SMPP_UNANSWERED;
	seen->late += event->what == SMPP_ANSWERED_LATE;
	CHECK(seen->late <= seen->unanswered);
	if (event->what == SMPP_RECEIVED)
		seen->last_received = event->pdu->sequence;
}

static void count(void *ctx, uint64_t cookie)
{
	++*(unsigned *)ctx;
}

static void check_output(struct smpp_bind *b)
{
	struct buf out = {0};
	struct smpp_pdu pdu;
	enum smpp_status status;
	smpp_bind_take(b, &out);
	struct str rest = buf_str(&out);
	while (rest.len)
		CHECK(smpp_pdu_unpack(&rest, &pdu, &status) == WIRE_DONE && status == ESME_ROK);
	buf_free(&out);
}

/* A PDU that the session understands, which random bytes seldom make. */
static void hear_known(struct smpp_bind *b, unsigned which, unsigned char sequence, msec now)
{
	static const uint32_t commands[] = {
#define COMMAND(name, id, body, presence) id,
#include "wire/smpp_pdu.def"
	};
	struct buf bytes = {0};
	struct smpp_pdu pdu = {
		.command = commands[which % (sizeof commands / sizeof *commands)],
		.status = sequence >> 7,
		.sequence = sequence & 0x7F,
	};
	smpp_pdu_pack(&bytes, &pdu);
	smpp_bind_recv(b, buf_str(&bytes), now);
	buf_free(&bytes);
}

/* A PDU near the limits of what is read and of what is believed, whole or half. */
static void hear_long(struct smpp_bind *b, unsigned which, msec now)
{
	static const size_t lengths[] = {SMPP_PDU_MAX - 1, SMPP_PDU_MAX, SMPP_PDU_MAX + 1,
		SMPP_LENGTH_MAX, SMPP_LENGTH_MAX + 1};
	static char bytes[SMPP_LENGTH_MAX + 1] = {[7] = SMPP_DELIVER_SM};
	size_t length = lengths[which % (sizeof lengths / sizeof *lengths)];
	for (int i = 0; i < 4; i++)
		bytes[i] = (char)(length >> (24 - 8 * i));
	smpp_bind_recv(b, str_from(bytes, which & 16 ? length / 2 : length), now);
}

/* Runs one step of the script that the input is; gives how many of its bytes the step took. */
static size_t step(
	struct smpp_bind *b, struct seen *seen, struct str in, enum smpp_role role, msec *now)
{
	unsigned op = (unsigned char)in.at[0] >> 5, arg = (unsigned char)in.at[0] & 31;
	struct smpp_pdu pdu = {.command = role == SMPP_ESME ? SMPP_SUBMIT_SM : SMPP_DELIVER_SM};
	size_t taken = 0;
	if (op == 0) {
		*now += arg * 1000;
		CHECK(smpp_bind_tick(b, *now) > *now);
	} else if (op == 1) {
		seen->sent += smpp_bind_send(b, &pdu, arg, *now);
	} else if (op == 2) {
		smpp_bind_answer(b, seen->last_received, ESME_ROK, STR("1"));
	} else if (op == 3 && arg == 0) {
		smpp_bind_unbind(b, *now);
	} else if (op == 3) {
		hear_long(b, arg, *now);
	} else if (op < 6 && in.len > 1) {
		taken = 1;
		hear_known(b, arg, (unsigned char)in.at[1], *now);
	} else {
		taken = in.len - 1 < arg + 1 ? in.len - 1 : arg + 1;
		smpp_bind_recv(b, str_from(in.at + 1, taken), *now);
	}
	return 1 + taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum smpp_role role = size % 2 ? SMPP_ESME : SMPP_SMSC;
	const struct smpp_bind_settings settings = {.role = role, .window = 3};
	struct seen seen = {0};
	msec now = 0;
	struct smpp_bind *b = smpp_bind_new(&settings, now, on_event, &seen);
	for (struct str in = str_from(data, size); in.len;) {
		in = str_skip(in, step(b, &seen, in, role, &now));
		unsigned unanswered = 0;
		smpp_bind_unanswered(b, count, &unanswered);
		CHECK(unanswered == seen.sent - seen.answered && unanswered <= settings.window);
		CHECK(!seen.ended || !smpp_bind_is_bound(b));
		check_output(b);
	}
	smpp_bind_free(&b);
	return 0;
}
