/* smpp_pdu.c - one walk over the rows of smpp_pdu.def for each of unpack, pack and dump. */
#include "wire/smpp_pdu.h"
#include "base/check.h"

enum field_kind { FIELD_BYTE, FIELD_C_STRING, FIELD_SECRET, FIELD_C_LAST, FIELD_COUNTED };

struct field {
	const char *name; /* NULL ends a body */
	enum field_kind kind;
	size_t offset; /* in struct smpp_pdu */
	size_t max;
	enum smpp_status refusal;
};

enum presence { PRESENCE_REQUIRED, PRESENCE_OPTIONAL, PRESENCE_ON_SUCCESS };

struct command {
	const char *name;
	uint32_t id;
	enum presence presence;
	const struct field *fields;
};

enum tlv_kind { TLV_U8, TLV_U16, TLV_TEXT, TLV_BYTES };

struct tlv {
	const char *name;
	unsigned tag;
	enum tlv_kind kind;
	size_t has_offset, offset;
	size_t max;
};

#define BODY(body) static const struct field body##_fields[] = {
#define BODY_END(body)                                                                             \
	{                                                                                          \
		.name = NULL                                                                       \
	}                                                                                          \
	}                                                                                          \
	;
#define FIELD(body, field, kind, max, status)                                                      \
	{#field, kind, offsetof(struct smpp_pdu, body.field), max, status},
#define BYTE(body, field)                  FIELD(body, field, FIELD_BYTE, 1, ESME_ROK)
#define C_STRING(body, field, max, status) FIELD(body, field, FIELD_C_STRING, max, status)
#define SECRET(body, field, max, status)   FIELD(body, field, FIELD_SECRET, max, status)
#define C_LAST(body, field, max, status)   FIELD(body, field, FIELD_C_LAST, max, status)
#define COUNTED(body, field, max)          FIELD(body, field, FIELD_COUNTED, max, ESME_ROK)
#include "wire/smpp_pdu.def"

static const struct field none_fields[] = {{.name = NULL}};

static const struct command commands[] = {
#define COMMAND(name, id, body, presence) {#name, id, PRESENCE_##presence, body##_fields},
#include "wire/smpp_pdu.def"
};

static const struct tlv tlvs[] = {
#define TLV(tag, name, kind, max)                                                                  \
	{#name, tag, TLV_##kind, offsetof(struct smpp_pdu, tlv.has_##name),                        \
		offsetof(struct smpp_pdu, tlv.name), max},
#include "wire/smpp_pdu.def"
};

#define COMMANDS (sizeof commands / sizeof *commands)
#define TLVS     (sizeof tlvs / sizeof *tlvs)

#define TLV_HEADER_BYTES 4 /* tag and length, 3.2.4.1 */

/* So much longer than it was read may a PDU be written: each TEXT gets its NULL, and a C_LAST. */
enum {
	NULLS_ADDED = 1
#define TLV(tag, name, kind, max) +(TLV_##kind == TLV_TEXT)
#include "wire/smpp_pdu.def"
};

static const struct command *command_of(uint32_t id)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].id == id)
			return &commands[i];
	return NULL;
}

static const struct tlv *tlv_of(unsigned tag)
{
	for (size_t i = 0; i < TLVS; i++)
		if (tlvs[i].tag == tag)
			return &tlvs[i];
	return NULL;
}

const char *smpp_command_name(uint32_t id)
{
	const struct command *command = command_of(id);
	return command ? command->name : NULL;
}

struct str smpp_pdu_content(const struct smpp_pdu *pdu)
{
	return pdu->tlv.message_payload.len ? pdu->tlv.message_payload : pdu->sm.short_message;
}

/* --- reading ---------------------------------------------------------------------------------- */

static uint32_t read_uint(struct str s, size_t bytes)
{
	uint32_t value = 0;
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | (unsigned char)s.at[i];
	return value;
}

static enum smpp_status read_byte(const struct field *f, struct str *rest, void *to)
{
	if (rest->len < 1)
		return ESME_RINVCMDLEN;
	*(uint8_t *)to = (uint8_t)rest->at[0];
	*rest = str_skip(*rest, 1);
	return ESME_ROK;
}

static enum smpp_status read_c_string(const struct field *f, struct str *rest, void *to)
{
	const char *end = rest->len ? memchr(rest->at, '\0', rest->len) : NULL;
	struct str value = {rest->at, end ? (size_t)(end - rest->at) : rest->len};
	bool is_too_long = value.len >= f->max;
	if (is_too_long && f->refusal != ESME_ROK)
		return f->refusal;
	if (!end && f->kind != FIELD_C_LAST)
		return ESME_RINVCMDLEN;
	if (!is_too_long)
		*(struct str *)to = value;
	*rest = str_skip(*rest, value.len + (end != NULL));
	return ESME_ROK;
}

/* A length that says more than there is: what there is can still be read. */
static enum smpp_status read_counted(const struct field *f, struct str *rest, void *to)
{
	(void)f; /* max is all that an octet says */
	if (rest->len < 1)
		return ESME_RINVCMDLEN;
	size_t len = (unsigned char)rest->at[0], left = rest->len - 1;
	if (len > left)
		len = left;
	*(struct str *)to = str_from(rest->at + 1, len);
	*rest = str_skip(*rest, 1 + len);
	return ESME_ROK;
}

static enum smpp_status read_fields(const struct field *f, struct str *rest, struct smpp_pdu *pdu)
{
	static enum smpp_status (*const read[])(const struct field *, struct str *, void *) = {
		[FIELD_BYTE] = read_byte,
		[FIELD_C_STRING] = read_c_string,
		[FIELD_SECRET] = read_c_string,
		[FIELD_C_LAST] = read_c_string,
		[FIELD_COUNTED] = read_counted,
	};
	enum smpp_status status = ESME_ROK;
	for (; f->name && status == ESME_ROK; f++)
		status = read[f->kind](f, rest, (char *)pdu + f->offset);
	return status;
}

static struct str without_null(struct str s)
{
	const char *end = s.len ? memchr(s.at, '\0', s.len) : NULL;
	return end ? str_from(s.at, (size_t)(end - s.at)) : s;
}

/* Its size is at most `max`. Some write integers in more octets than 3.4 gives them: in front of the value these are 0. */
static bool fits(const struct tlv *t, struct str value)
{
	bool is_integer = t->kind == TLV_U8 || t->kind == TLV_U16;
	if (!is_integer)
		return value.len <= t->max;
	return value.len >= t->max && value.len <= sizeof(uint32_t) &&
	       read_uint(value, value.len - t->max) == 0;
}

/* A value of a wrong size is left out. */
static void read_tlv_value(const struct tlv *t, struct str value, struct smpp_pdu *pdu)
{
	void *to = (char *)pdu + t->offset;
	if (t->kind == TLV_TEXT)
		value = without_null(value);
	if (!fits(t, value))
		return;
	if (t->kind == TLV_U8)
		*(uint8_t *)to = (uint8_t)read_uint(value, value.len);
	else if (t->kind == TLV_U16)
		*(uint16_t *)to = (uint16_t)read_uint(value, value.len);
	else
		*(struct str *)to = value;
	*(bool *)((char *)pdu + t->has_offset) = true;
}

/* Takes the parameter at the front of *rest; false: what is there is none. */
static bool read_tlv(struct str *rest, struct smpp_pdu *pdu)
{
	if (rest->len < TLV_HEADER_BYTES)
		return false;
	const struct tlv *t = tlv_of(read_uint(*rest, 2));
	size_t len = read_uint(str_skip(*rest, 2), 2), left = rest->len - TLV_HEADER_BYTES;
	if (len > left) {
		if (!t || t->kind != TLV_BYTES)
			return false;
		len = left;
	}
	if (t)
		read_tlv_value(t, str_from(rest->at + TLV_HEADER_BYTES, len), pdu);
	*rest = str_skip(*rest, TLV_HEADER_BYTES + len);
	return true;
}

static void read_tlvs(struct str rest, struct smpp_pdu *pdu)
{
	while (read_tlv(&rest, pdu))
		;
	pdu->stray = rest;
}

static enum smpp_status read_body(struct str body, struct smpp_pdu *pdu)
{
	const struct command *command = command_of(pdu->command);
	if (!command)
		return ESME_RINVCMDID;
	if (pdu->length > SMPP_PDU_MAX)
		return ESME_RINVCMDLEN;
	if (body.len == 0 && command->presence != PRESENCE_REQUIRED)
		return ESME_ROK;
	enum smpp_status status = read_fields(command->fields, &body, pdu);
	if (status == ESME_ROK)
		read_tlvs(body, pdu);
	return status;
}

enum wire smpp_pdu_unpack(struct str *in, struct smpp_pdu *pdu, enum smpp_status *status)
{
	*status = ESME_ROK;
	if (in->len < 4)
		return WIRE_MORE;
	size_t length = read_uint(*in, 4);
	if (length < SMPP_HEADER_BYTES || length > SMPP_LENGTH_MAX) {
		*status = ESME_RINVCMDLEN;
		return WIRE_BAD;
	}
	if (in->len < (length > SMPP_PDU_MAX ? SMPP_HEADER_BYTES : length))
		return WIRE_MORE;
	const struct smpp_pdu header = {
		.command = read_uint(str_skip(*in, 4), 4),
		.status = read_uint(str_skip(*in, 8), 4),
		.sequence = read_uint(str_skip(*in, 12), 4),
		.length = (uint32_t)length,
		.bytes = {in->at, in->len < length ? in->len : length},
	};
	*pdu = header;
	*status = read_body(str_skip(header.bytes, SMPP_HEADER_BYTES), pdu);
	if (*status != ESME_ROK)
		*pdu = header;
	*in = str_skip(*in, header.bytes.len);
	return WIRE_DONE;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void write_uint(char *to, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		to[i] = (char)(value >> (8 * (bytes - 1 - i)));
}

static void put_uint(struct buf *out, uint32_t value, size_t bytes)
{
	write_uint(buf_reserve(out, bytes), value, bytes);
	out->len += bytes;
}

static void put_c_string(struct buf *out, struct str value)
{
	CHECK(value.len == 0 || !memchr(value.at, '\0', value.len));
	buf_put(out, value);
	buf_put_byte(out, '\0');
}

static void put_field(struct buf *out, const struct field *f, const void *from)
{
	if (f->kind == FIELD_BYTE) {
		put_uint(out, *(const uint8_t *)from, 1);
		return;
	}
	struct str value = *(const struct str *)from;
	if (f->kind == FIELD_COUNTED) {
		CHECK(value.len <= f->max);
		put_uint(out, (uint32_t)value.len, 1);
		buf_put(out, value);
		return;
	}
	CHECK(value.len < f->max);
	put_c_string(out, value);
}

static void put_tlv_value(struct buf *out, const struct tlv *t, const void *from)
{
	if (t->kind == TLV_U8) {
		put_uint(out, *(const uint8_t *)from, 1);
	} else if (t->kind == TLV_U16) {
		put_uint(out, *(const uint16_t *)from, 2);
	} else {
		struct str value = *(const struct str *)from;
		CHECK(value.len <= t->max);
		if (t->kind == TLV_TEXT)
			put_c_string(out, value);
		else
			buf_put(out, value);
	}
}

static void put_tlv(struct buf *out, const struct tlv *t, const struct smpp_pdu *pdu)
{
	if (!*(const bool *)((const char *)pdu + t->has_offset))
		return;
	put_uint(out, t->tag, 2);
	size_t length_at = out->len;
	put_uint(out, 0, 2);
	put_tlv_value(out, t, (const char *)pdu + t->offset);
	write_uint(out->at + length_at, (uint32_t)(out->len - length_at - 2), 2);
}

void smpp_pdu_pack(struct buf *out, const struct smpp_pdu *pdu)
{
	const struct command *command = command_of(pdu->command);
	CHECK(command);
	size_t start = out->len;
	put_uint(out, 0, 4);
	put_uint(out, pdu->command, 4);
	put_uint(out, pdu->status, 4);
	put_uint(out, pdu->sequence, 4);
	if (command->presence != PRESENCE_ON_SUCCESS || pdu->status == ESME_ROK) {
		for (const struct field *f = command->fields; f->name; f++)
			put_field(out, f, (const char *)pdu + f->offset);
		for (size_t i = 0; i < TLVS; i++)
			put_tlv(out, &tlvs[i], pdu);
		buf_put(out, pdu->stray);
	}
	CHECK(out->len - start <= SMPP_PDU_MAX + NULLS_ADDED);
	write_uint(out->at + start, (uint32_t)(out->len - start), 4);
}

/* --- logging ---------------------------------------------------------------------------------- */

static void dump_text(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=\"", name);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];
		if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\')
			buf_printf(out, "\\x%02X", c);
		else
			buf_put_byte(out, (char)c);
	}
	buf_put_byte(out, '"');
}

/* What is zero or empty stays unsaid: most fields of most PDUs. */
static void dump_field(struct buf *out, const struct field *f, const void *from)
{
	if (f->kind == FIELD_BYTE) {
		if (*(const uint8_t *)from)
			buf_printf(out, " %s=%u", f->name, *(const uint8_t *)from);
		return;
	}
	struct str value = *(const struct str *)from;
	if (value.len == 0)
		return;
	if (f->kind == FIELD_C_STRING || f->kind == FIELD_C_LAST)
		dump_text(out, f->name, value);
	else if (f->kind == FIELD_SECRET)
		buf_printf(out, " %s=***", f->name);
	else
		buf_printf(out, " %s=<%zu bytes>", f->name, value.len);
}

static void dump_tlv(struct buf *out, const struct tlv *t, const struct smpp_pdu *pdu)
{
	const void *from = (const char *)pdu + t->offset;
	if (!*(const bool *)((const char *)pdu + t->has_offset))
		return;
	if (t->kind == TLV_U8)
		buf_printf(out, " %s=%u", t->name, *(const uint8_t *)from);
	else if (t->kind == TLV_U16)
		buf_printf(out, " %s=%u", t->name, *(const uint16_t *)from);
	else if (t->kind == TLV_TEXT)
		dump_text(out, t->name, *(const struct str *)from);
	else
		buf_printf(out, " %s=<%zu bytes>", t->name, ((const struct str *)from)->len);
}

void smpp_pdu_dump(struct buf *out, const struct smpp_pdu *pdu)
{
	const struct command *command = command_of(pdu->command);
	if (command)
		buf_puts(out, command->name);
	else
		buf_printf(out, "0x%08X", (unsigned)pdu->command);
	buf_printf(
		out, " sequence=%u status=0x%02X", (unsigned)pdu->sequence, (unsigned)pdu->status);
	for (const struct field *f = command ? command->fields : none_fields; f->name; f++)
		dump_field(out, f, (const char *)pdu + f->offset);
	for (size_t i = 0; i < TLVS; i++)
		dump_tlv(out, &tlvs[i], pdu);
	if (pdu->stray.len)
		buf_printf(out, " stray=<%zu bytes>", pdu->stray.len);
}

const char *smpp_status_name(uint32_t status)
{
	static const struct {
		uint32_t status;
		const char *name;
	} names[] = {
#define STATUS(value, name) {value, #name},
#include "wire/smpp_status.def"
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].status == status)
			return names[i].name;
	return "a status of its own";
}
