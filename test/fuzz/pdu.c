/* pdu.c - PDUs by name, with fields of any length. */
#include "pdu.h"
#include "stage.h"

#include <stdlib.h>

enum field_kind { FIELD_BYTE, FIELD_C_STRING, FIELD_COUNTED, FIELD_NONE };
struct pdu_field {
	const char *name;
	enum field_kind kind;
};

#define BODY(body) static const struct pdu_field body##_fields[] = {
#define BODY_END(body)                                                                             \
	{                                                                                          \
		NULL, FIELD_NONE                                                                   \
	}                                                                                          \
	}                                                                                          \
	;
#define BYTE(body, field)                  {#field, FIELD_BYTE},
#define C_STRING(body, field, max, status) {#field, FIELD_C_STRING},
#define SECRET(body, field, max, status)   {#field, FIELD_C_STRING},
#define COUNTED(body, field, max)          {#field, FIELD_COUNTED},
#include "wire/smpp_pdu.def"

static const struct pdu_field none_fields[] = {{NULL, FIELD_NONE}};

static const struct {
	const char *name;
	uint32_t id;
	const struct pdu_field *fields;
} commands[] = {
#define COMMAND(name, id, body, presence) {#name, id, body##_fields},
#include "wire/smpp_pdu.def"
};
#define COMMANDS (sizeof commands / sizeof *commands)

enum tlv_kind { TLV_U8 = 1, TLV_U16 = 2, TLV_TEXT, TLV_BYTES };
static const struct {
	const char *name;
	unsigned tag;
	enum tlv_kind kind;
} tlvs[] = {
#define TLV(tag, name, kind, max) {#name, tag, TLV_##kind},
#include "wire/smpp_pdu.def"
};
#define TLVS (sizeof tlvs / sizeof *tlvs)

/* What is not said. */
static const struct {
	const char *name, *value;
} ordinary[] = {
	{"source_addr", "+420777000001"},
	{"destination_addr", "5000"},
	{"system_id", "smsc"},
};

static void put_uint(struct buf *out, uint64_t value, size_t bytes)
{
	while (bytes-- > 0)
		buf_put_byte(out, (char)(value >> (8 * bytes)));
}

/* "12", "0x0C": any number, 0 where it is none. */
uint64_t pdu_number(struct str word)
{
	char digits[24] = "";
	size_t len = word.len < sizeof digits - 1 ? word.len : sizeof digits - 1;
	if (len)
		memcpy(digits, word.at, len);
	return strtoull(digits, NULL, 0);
}

/* The value of NAME=VALUE among the words, in *value; false: it is not said. */
static bool is_said(struct str words, const char *name, struct str *value)
{
	while (words.len) {
		struct str word = str_cut(&words, ' '), rest = word;
		if (str_is(str_cut(&rest, '='), name)) {
			*value = rest;
			return true;
		}
	}
	return false;
}

static struct str value_of(struct str words, const char *name)
{
	struct str value = STR_NONE;
	if (is_said(words, name, &value))
		return value;
	for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++)
		if (strcmp(ordinary[i].name, name) == 0)
			return str_of(ordinary[i].value);
	return STR_NONE;
}

static void put_field(
	struct stage *stage, struct buf *out, const struct pdu_field *field, struct str words)
{
	struct str value = value_of(words, field->name);
	if (field->kind == FIELD_BYTE) {
		put_uint(out, pdu_number(value), 1);
		return;
	}
	size_t at = out->len;
	if (field->kind == FIELD_COUNTED)
		buf_put_byte(out, 0);
	stage_expand(stage, value, out);
	if (field->kind == FIELD_COUNTED)
		out->at[at] = (char)(out->len - at - 1);
	else
		buf_put_byte(out, '\0');
}

/* The tag and how its value is written; false: the word is no optional parameter. */
static bool find_tlv(struct str name, unsigned *tag, enum tlv_kind *kind)
{
	*kind = TLV_BYTES;
	if (str_starts(name, STR("tlv."))) {
		char hex[8] = "0x";
		struct str digits = str_skip(name, 4);
		memcpy(hex + 2, digits.at, digits.len < 4 ? digits.len : 4);
		*tag = (unsigned)strtoul(hex, NULL, 16);
		return true;
	}
	for (size_t i = 0; i < TLVS; i++)
		if (str_is(name, tlvs[i].name)) {
			*tag = tlvs[i].tag;
			*kind = tlvs[i].kind;
			return true;
		}
	return false;
}

/* In the order in which they are said, as often as they are. */
static void put_tlvs(struct stage *stage, struct buf *out, struct str words)
{
	while (words.len) {
		struct str word = str_cut(&words, ' '), name = str_cut(&word, '=');
		unsigned tag;
		enum tlv_kind kind;
		if (!find_tlv(name, &tag, &kind))
			continue;
		put_uint(out, tag, 2);
		size_t at = out->len;
		put_uint(out, 0, 2);
		if (kind == TLV_U8 || kind == TLV_U16)
			put_uint(out, pdu_number(word), kind);
		else
			stage_expand(stage, word, out);
		size_t len = out->len - at - 2;
		out->at[at] = (char)(len >> 8);
		out->at[at + 1] = (char)len;
	}
}

static const struct pdu_field *fields_of(struct str name, uint32_t *id)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (str_is(name, commands[i].name)) {
			*id = commands[i].id;
			return commands[i].fields;
		}
	*id = (uint32_t)pdu_number(name);
	return none_fields;
}

static void write_length(struct buf *pdu, uint64_t length)
{
	for (size_t i = 0; i < 4; i++)
		pdu->at[i] = (char)(length >> (24 - 8 * i));
}

void pdu_write(struct stage *stage, struct str words, uint32_t sequence, struct buf *out)
{
	struct str value;
	uint32_t id;
	const struct pdu_field *field = fields_of(str_cut(&words, ' '), &id);
	if (is_said(words, "sequence", &value))
		sequence = (uint32_t)pdu_number(value);
	put_uint(out, 0, 4);
	put_uint(out, id, 4);
	put_uint(out, pdu_number(value_of(words, "status")), 4);
	put_uint(out, sequence, 4);
	for (; field->name; field++)
		put_field(stage, out, field, words);
	put_tlvs(stage, out, words);
	if (is_said(words, "tail", &value))
		stage_expand(stage, value, out);
	write_length(out, is_said(words, "length", &value) ? pdu_number(value) : out->len);
}
