/* smpp_receipt.c - the states of a message in both their spellings. */
#include "wire/smpp_receipt.h"
#include "base/check.h"

#include <time.h>

#define TEXT_BYTES 20 /* appendix B: the first 20 characters of the short message */

/* clang-format off */
static const struct state_row {
	enum smpp_message_state code;
	const char *word; /* appendix B */
	enum receipt_state state;
} states[] = {
	{SMPP_STATE_ENROUTE, "ENROUTE", RECEIPT_NONE},
	{SMPP_STATE_DELIVERED, "DELIVRD", RECEIPT_DELIVERED},
	{SMPP_STATE_EXPIRED, "EXPIRED", RECEIPT_EXPIRED},
	{SMPP_STATE_DELETED, "DELETED", RECEIPT_FAILED},
	{SMPP_STATE_UNDELIVERABLE, "UNDELIV", RECEIPT_FAILED},
	{SMPP_STATE_ACCEPTED, "ACCEPTD", RECEIPT_NONE}, /* by the next network, not by the phone */
	{SMPP_STATE_UNKNOWN, "UNKNOWN", RECEIPT_NONE},
	{SMPP_STATE_REJECTED, "REJECTD", RECEIPT_FAILED},
};
/* clang-format on */
#define STATES (sizeof states / sizeof *states)

static unsigned type_of(const struct smpp_pdu *pdu)
{
	return pdu->command == SMPP_DELIVER_SM ? pdu->sm.esm_class & SMPP_ESM_TYPE_MASK : 0;
}

bool smpp_receipt_is(const struct smpp_pdu *deliver_sm)
{
	unsigned type = type_of(deliver_sm);
	return type == SMPP_ESM_RECEIPT || type == SMPP_ESM_INTERMEDIATE;
}

/* The word behind the label, which stands at the front or behind a space, in any case of letters.
 * It is not sought in the customer's own text, which comes last. */
static struct str word_behind(struct str text, struct str label)
{
	while (text.len) {
		if (text.len >= 5 && str_eq_nocase(str_from(text.at, 5), STR("text:")))
			return STR_NONE;
		struct str word = str_cut(&text, ' ');
		if (word.len >= label.len && str_eq_nocase(str_from(word.at, label.len), label))
			return str_skip(word, label.len);
	}
	return STR_NONE;
}

static enum receipt_state state_of_code(unsigned code)
{
	for (size_t i = 0; i < STATES; i++)
		if (states[i].code == code)
			return states[i].state;
	return RECEIPT_NONE;
}

static enum receipt_state state_of_word(struct str word)
{
	for (size_t i = 0; i < STATES; i++)
		if (str_eq_nocase(word, str_of(states[i].word)))
			return states[i].state;
	return RECEIPT_NONE;
}

bool smpp_receipt_read(const struct smpp_pdu *deliver_sm, struct smpp_receipt *out)
{
	*out = (struct smpp_receipt) {.state = RECEIPT_NONE};
	if (!smpp_receipt_is(deliver_sm))
		return false;
	const struct smpp_tlvs *tlv = &deliver_sm->tlv;
	struct str text = smpp_pdu_content(deliver_sm);
	out->message_id = tlv->receipted_message_id;
	if (out->message_id.len == 0)
		out->message_id = word_behind(text, STR("id:"));
	if (type_of(deliver_sm) == SMPP_ESM_RECEIPT)
		out->state = tlv->has_message_state
				     ? state_of_code(tlv->message_state)
				     : state_of_word(word_behind(text, STR("stat:")));
	return out->message_id.len > 0;
}

/* YYMMDDhhmm, UTC */
static void put_minute(struct buf *out, msec at)
{
	time_t seconds = (time_t)(at / 1000);
	struct tm tm;
	gmtime_r(&seconds, &tm);
	buf_printf(out, "%02d%02d%02d%02d%02d", tm.tm_year % 100, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min);
}

void smpp_receipt_write(struct buf *out, const struct smpp_receipt_text *r)
{
	CHECK(r->state >= SMPP_STATE_ENROUTE && r->state <= SMPP_STATE_REJECTED);
	size_t text_len = r->text.len < TEXT_BYTES ? r->text.len : TEXT_BYTES;
	buf_puts(out, "id:");
	buf_put(out, r->message_id);
	buf_printf(out, " sub:001 dlvrd:%03d submit date:", r->state == SMPP_STATE_DELIVERED);
	put_minute(out, r->submitted);
	buf_puts(out, " done date:");
	put_minute(out, r->done);
	buf_printf(out, " stat:%s err:%03u Text:", states[r->state - 1].word, r->error % 1000);
	buf_put(out, str_from(r->text.at, text_len));
}
