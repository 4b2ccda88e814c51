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
	{SMPP_STATE_SKIPPED, "SKIPPED", RECEIPT_FAILED},
};

/* How words begin that SMSCs write besides: in full, cut, or their own. What is not here says nothing. */
static const struct word_row {
	const char *begin;
	enum receipt_state state;
} words[] = {
	{"DELIV", RECEIPT_DELIVERED},
	{"DLVRD", RECEIPT_DELIVERED},
	{"EXPIR", RECEIPT_EXPIRED},
	{"DELET", RECEIPT_FAILED},
	{"UNDEL", RECEIPT_FAILED},
	{"FAIL", RECEIPT_FAILED},
	{"REJ", RECEIPT_FAILED},
	{"CANCEL", RECEIPT_FAILED},
	{"SKIP", RECEIPT_FAILED},
	{"NOT_DEL", RECEIPT_FAILED},
	{"NOTDEL", RECEIPT_FAILED},
};
/* clang-format on */
#define STATES (sizeof states / sizeof *states)

static unsigned type_of(const struct smpp_pdu *pdu)
{
	return pdu->sm.esm_class & SMPP_ESM_TYPE_MASK;
}

/* --- the text -------------------------------------------------------------------------------- */

/* Commas, semicolons, bars and quotation marks stand where others leave a blank. */
static bool is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == ',' || c == ';' || c == '|' || c == '"';
}

/* Labelled as UCS-2, and it is. */
static bool is_wide(const struct smpp_pdu *pdu, struct str text)
{
	bool is_odd = text.len < 2 || text.len % 2;
	for (size_t i = 0; !is_odd && i < text.len; i += 2)
		is_odd = text.at[i] != 0;
	return !is_odd && pdu->sm.data_coding != 0;
}

/* One blank for each octet that is none of a word, in ASCII. */
static struct str plain_text(const struct smpp_pdu *pdu, char room[SMPP_RECEIPT_TEXT_MAX])
{
	struct str text = smpp_pdu_content(pdu);
	size_t len = 0, step = is_wide(pdu, text) ? 2 : 1;
	for (size_t i = step - 1; i < text.len && len < SMPP_RECEIPT_TEXT_MAX; i += step)
		room[len++] = is_blank(text.at[i]) ? ' ' : text.at[i];
	return str_from(room, len);
}

static struct str skip_blanks(struct str text)
{
	while (text.len && text.at[0] == ' ')
		text = str_skip(text, 1);
	return text;
}

static bool begins(struct str text, struct str with)
{
	return text.len >= with.len && str_eq_nocase(str_from(text.at, with.len), with);
}

/* "id:" and "id=" alike. */
static bool has_label(struct str text, struct str label)
{
	size_t name = label.len - 1;
	return text.len > name && (text.at[name] == ':' || text.at[name] == '=') &&
	       begins(text, str_from(label.at, name));
}

/* The word behind the label, which stands at the front or behind a blank; it may have blanks in front. It is
 * not sought in the customer's own text, which comes last. */
static struct str word_behind(struct str text, struct str label)
{
	for (text = skip_blanks(text); text.len; text = skip_blanks(text)) {
		if (has_label(text, STR("text:")))
			return STR_NONE;
		if (!has_label(text, label)) {
			str_cut(&text, ' ');
			continue;
		}
		struct str behind = str_skip(text, label.len);
		text = skip_blanks(behind);
		bool is_apart = text.len < behind.len;
		struct str word = str_cut(&text, ' ');
		bool is_next_label = is_apart && word.len && memchr(word.at, ':', word.len);
		return is_next_label ? STR_NONE : word;
	}
	return STR_NONE;
}

static bool has_word(struct str text, const char *label)
{
	return word_behind(text, str_of(label)).len > 0;
}

/* Of which message, in which state, and something that no customer writes. */
static bool is_receipt_text(struct str text)
{
	return has_word(text, "id:") && has_word(text, "stat:") &&
	       (has_word(text, "date:") || has_word(text, "dlvrd:") || has_word(text, "err:"));
}

/* --- what it says ------------------------------------------------------------------------------ */

enum smpp_receipt_kind smpp_receipt_kind(const struct smpp_pdu *pdu)
{
	char room[SMPP_RECEIPT_TEXT_MAX];
	unsigned type = type_of(pdu);
	const struct smpp_tlvs *tlv = &pdu->tlv;
	bool has_id = tlv->receipted_message_id.len > 0;
	if (pdu->command != SMPP_DELIVER_SM)
		return SMPP_NO_RECEIPT;
	if (type == SMPP_ESM_RECEIPT || type == SMPP_ESM_INTERMEDIATE)
		return SMPP_RECEIPT;
	if ((has_id && tlv->has_message_state) || is_receipt_text(plain_text(pdu, room)))
		return SMPP_RECEIPT; /* whatever other type is said: no customer writes that */
	return has_id && type == 0 ? SMPP_PERHAPS_RECEIPT : SMPP_NO_RECEIPT;
}

static bool state_of_code(unsigned code, enum receipt_state *state)
{
	for (size_t i = 0; i < STATES; i++)
		if (states[i].code == code) {
			*state = states[i].state;
			return true;
		}
	return false;
}

static enum receipt_state state_of_word(struct str word)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (begins(word, str_of(words[i].begin)))
			return words[i].state;
	return RECEIPT_NONE;
}

static enum receipt_state state_of(const struct smpp_pdu *pdu, struct str text)
{
	enum receipt_state state;
	if (type_of(pdu) == SMPP_ESM_INTERMEDIATE)
		return RECEIPT_NONE;
	if (pdu->tlv.has_message_state && state_of_code(pdu->tlv.message_state, &state))
		return state;
	struct str word = word_behind(text, STR("stat:"));
	return state_of_word(word.len ? word : word_behind(text, STR("status:")));
}

bool smpp_receipt_read(const struct smpp_pdu *pdu, struct smpp_receipt *out)
{
	out->message_id = STR_NONE;
	out->state = RECEIPT_NONE;
	if (smpp_receipt_kind(pdu) == SMPP_NO_RECEIPT)
		return false;
	struct str text = plain_text(pdu, out->text);
	out->message_id = str_trim(pdu->tlv.receipted_message_id);
	if (out->message_id.len == 0)
		out->message_id = word_behind(text, STR("id:"));
	out->state = state_of(pdu, text);
	return out->message_id.len > 0;
}

/* --- ids in another base ------------------------------------------------------------------------- */

static int digit_of(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

static bool is_number(struct str id, int base)
{
	for (size_t i = 0; i < id.len; i++)
		if (digit_of(id.at[i]) < 0 || digit_of(id.at[i]) >= base)
			return false;
	return id.len > 0 && id.len <= SMPP_ID_MAX / 2;
}

/* Digit by digit; the number in `room` from its end on. Gives how many there are. */
static size_t convert(struct str id, int from, int to, unsigned char room[SMPP_ID_MAX])
{
	size_t len = 0;
	for (size_t i = 0; i < id.len; i++) {
		int carry = digit_of(id.at[i]);
		for (size_t k = 0; k < len || carry; k++) {
			if (k == len)
				room[len++] = 0;
			int value = room[k] * from + carry;
			room[k] = (unsigned char)(value % to);
			carry = value / to;
		}
	}
	return len;
}

void smpp_receipt_translate(struct smpp_receipt *receipt, enum smpp_ids ids)
{
	static const struct {
		int from, to; /* bases: of receipts, of answers */
	} bases[SMPP_IDS] = {
		[SMPP_IDS_HEX_TO_DECIMAL] = {10, 16},
		[SMPP_IDS_DECIMAL_TO_HEX] = {16, 10},
	};
	unsigned char digits[SMPP_ID_MAX];
	if (ids == SMPP_IDS_AS_IS || ids >= SMPP_IDS ||
		!is_number(receipt->message_id, bases[ids].from))
		return;
	size_t len = convert(receipt->message_id, bases[ids].from, bases[ids].to, digits);
	for (size_t i = 0; i < len; i++)
		receipt->id[i] = "0123456789abcdef"[digits[len - 1 - i]];
	receipt->id[0] = len ? receipt->id[0] : '0';
	receipt->message_id = str_from(receipt->id, len ? len : 1);
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
