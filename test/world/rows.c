/* rows.c - the tables of the walk: upserts by key, what is over, and a compact form. */
#include "rows.h"
#include "core/model/over.h"

#include <stdlib.h>

/* --- strings ------------------------------------------------------------------------------------ */

struct interned {
	struct str bytes;
	unsigned number;
	UT_hash_handle hh;
};

unsigned strings_number(struct strings *strings, struct str s)
{
	struct interned *found;
	if (s.len == 0)
		return 0;
	HASH_FIND(hh, strings->by_bytes, s.at, s.len, found);
	if (found)
		return found->number;
	if (strings->count + 1 >= strings->cap) {
		strings->cap = strings->cap ? 2 * strings->cap : 64;
		strings->at = mem_resize(strings->at, strings->cap * sizeof *strings->at);
		strings->at[0] = STR_NONE;
	}
	found = mem_new(sizeof *found);
	found->bytes = str_copy(s);
	found->number = (unsigned)++strings->count;
	strings->at[found->number] = found->bytes;
	HASH_ADD_KEYPTR(hh, strings->by_bytes, found->bytes.at, found->bytes.len, found);
	return found->number;
}

void strings_free(struct strings *strings)
{
	struct interned *each, *next;
	HASH_ITER(hh, strings->by_bytes, each, next) {
		HASH_DEL(strings->by_bytes, each);
		str_free(&each->bytes);
		free(each);
	}
	free(strings->at);
	*strings = (struct strings) {0};
}

/* --- rows --------------------------------------------------------------------------------------- */

static bool is_text(const struct field *field)
{
	return field->type == FIELD_TEXT || field->type == FIELD_BYTES;
}

static void reserve(struct rows *rows, size_t count)
{
	if (count <= rows->cap)
		return;
	rows->cap = count < 64 ? 64 : 2 * count;
	rows->at = mem_resize(rows->at, rows->cap * sizeof *rows->at);
}

void rows_copy(struct rows *to, const struct rows *from)
{
	reserve(to, from->count);
	if (from->count)
		memcpy(to->at, from->at, from->count * sizeof *to->at);
	to->count = from->count;
	to->lsn = from->lsn;
}

void rows_free(struct rows *rows)
{
	free(rows->at);
	*rows = (struct rows) {0};
}

static struct row *find(struct rows *rows, enum body_kind kind, const void *body)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].kind == kind && body_is_same(kind, &rows->at[i].body, body))
			return &rows->at[i];
	return NULL;
}

static void drop(struct rows *rows, struct row *row)
{
	size_t after = rows->count - (size_t)(row - rows->at) - 1;
	memmove(row, row + 1, after * sizeof *row);
	rows->count--;
}

static struct row *insert(struct rows *rows, enum body_kind kind)
{
	reserve(rows, rows->count + 1);
	size_t place = rows->count;
	while (place > 0 && rows->at[place - 1].kind > kind)
		place--;
	struct row *row = &rows->at[place];
	memmove(row + 1, row, (rows->count - place) * sizeof *row);
	rows->count++;
	return row;
}

/* As a store loads it, also once its entry is over. */
static struct str text_of(struct rows *rows, const struct body_outbound *body)
{
	const struct body_message key = {.session = body->session, .seq = body->seq};
	const struct row *row = find(rows, BODY_message, &key);
	const struct row *before = find(rows, BODY_outbound, body);
	if (!body->open || !body->session.len)
		return body->text;
	return before ? before->body.outbound.text : row ? row->body.message.text : STR_NONE;
}

void rows_take(struct rows *rows, struct strings *strings, const struct event *event)
{
	enum body_kind kind = event_body(event->kind);
	const struct body_type *type = body_type(kind);
	const void *body = event->body;
	struct row *row = find(rows, kind, body);
	struct body_outbound text;
	if (kind == BODY_outbound) {
		text = *(const struct body_outbound *)body;
		text.text = text_of(rows, &text);
		body = &text;
	}
	if (row && kind == BODY_segment) {
		drop(rows, row);
		row = NULL;
	}
	if (!row)
		row = insert(rows, kind);
	row->kind = kind;
	row->lsn = rows->lsn = event->lsn;
	memcpy(&row->body, body, type->size);
	for (size_t i = 0; i < type->field_count; i++) {
		if (!is_text(&type->fields[i]))
			continue;
		struct str *s = body_str(&type->fields[i], &row->body);
		unsigned number = strings_number(strings, *s);
		*s = number ? strings->at[number] : STR_NONE;
	}
}

/* --- what is over ------------------------------------------------------------------------------- */

static const void *find_owner(const void *ctx, const struct over_owner *owner)
{
	const struct rows *rows = ctx;
	for (size_t i = 0; i < rows->count; i++) {
		const union row_body *b = &rows->at[i].body;
		bool is_it = owner->kind == BODY_session ? str_eq(b->session.id, owner->session)
							 : b->outbound.serial == owner->outbound;
		if (rows->at[i].kind == owner->kind && is_it)
			return b;
	}
	return NULL;
}

/* Serials go on from the newest. */
static bool is_newest(const struct rows *rows, const struct row *row)
{
	bool is_last = row + 1 == rows->at + rows->count || row[1].kind != row->kind;
	return is_last && (row->kind == BODY_session || row->kind == BODY_outbound);
}

static bool is_remembered(const struct rows *rows, const struct row *row)
{
	return is_newest(rows, row) || !body_is_over(row->kind, &row->body, find_owner, rows);
}

void rows_drop_over(struct rows *rows)
{
	bool *keep = mem_new(rows->count * sizeof *keep);
	size_t kept = 0;
	for (size_t i = 0; i < rows->count; i++)
		keep[i] = is_remembered(rows, &rows->at[i]);
	for (size_t i = 0; i < rows->count; i++)
		if (keep[i])
			rows->at[kept++] = rows->at[i];
	rows->count = kept;
	free(keep);
}

/* --- back into a core --------------------------------------------------------------------------- */

/* All events of one body write the same image, so any would do. */
static enum event_kind event_for(enum body_kind kind)
{
	static const enum event_kind kinds[BODY_KINDS] = {
		[BODY_centre] = EV_CENTRE_CHANGED,
		[BODY_user] = EV_USER_ADDED,
		[BODY_agent] = EV_AGENT_STARTED,
		[BODY_address] = EV_USER_ADDRESS_NOTED,
		[BODY_token] = EV_TOKEN_ADDED,
		[BODY_link] = EV_LINK_ADDED,
		[BODY_queue] = EV_QUEUE_ADDED,
		[BODY_rule] = EV_RULE_DECLARED,
		[BODY_setting] = EV_SETTING_CHANGED,
		[BODY_sending] = EV_SENDING_CHANGED,
		[BODY_assignment] = EV_ASSIGNMENT_CHANGED,
		[BODY_choice] = EV_CHOICE_ADDED,
		[BODY_contact] = EV_CONTACT_ADDED,
		[BODY_session] = EV_SESSION_OPENED,
		[BODY_party] = EV_PARTY_WAS_INVITED,
		[BODY_message] = EV_MESSAGE_ADDED,
		[BODY_datum] = EV_DATUM_ATTACHED,
		[BODY_hand] = EV_HAND_RAISED,
		[BODY_flag] = EV_RULE_WAITED,
		[BODY_registration] = EV_REGISTRATION_STARTED,
		[BODY_refusal] = EV_ROUTING_REFUSED,
		[BODY_outbound] = EV_SMS_QUEUED,
		[BODY_part] = EV_SMS_PART_CHANGED,
		[BODY_lost] = EV_SMS_ANSWER_LOST,
		[BODY_aside] = EV_SMS_TURN_CHANGED,
		[BODY_segment] = EV_SEGMENT_HELD,
		[BODY_inbound] = EV_INBOUND_NOTED,
		[BODY_erasure] = EV_BODY_ERASED,
		[BODY_request] = EV_REQUEST_NOTED,
	};
	CHECK(kinds[kind]);
	return kinds[kind];
}

void rows_evolve(const struct rows *rows, struct core *core, msec at)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct event event = {.kind = event_for(rows->at[i].kind),
			.lsn = rows->at[i].kind == BODY_centre ? rows->lsn : rows->at[i].lsn,
			.at = at,
			.body = &rows->at[i].body};
		core_evolve(core, &event);
	}
}

/* --- bytes -------------------------------------------------------------------------------------- */

static void put(struct buf *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_put_byte(out, (char)(n | 0x80));
	buf_put_byte(out, (char)n);
}

static uint64_t take(const unsigned char **at)
{
	uint64_t n = 0;
	for (unsigned shift = 0;; shift += 7) {
		unsigned char byte = *(*at)++;
		n |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return n;
	}
}

/* Negative times become small numbers too. */
static uint64_t zigzag(uint64_t n)
{
	return n << 1 ^ (0 - (n >> 63));
}

static uint64_t unzigzag(uint64_t n)
{
	return n >> 1 ^ (0 - (n & 1));
}

bool rows_is_fixed(enum body_kind kind)
{
	return kind == BODY_centre || kind == BODY_link || kind == BODY_queue ||
	       kind == BODY_rule || kind == BODY_setting;
}

void rows_pack(const struct rows *rows, struct strings *strings, struct buf *out)
{
	put(out, rows->lsn);
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->at[i];
		const struct body_type *type = body_type(row->kind);
		if (rows_is_fixed(row->kind))
			continue;
		put(out, row->kind);
		put(out, row->lsn);
		for (size_t j = 0; j < type->field_count; j++) {
			const struct field *field = &type->fields[j];
			put(out, is_text(field)
					 ? strings_number(strings, *body_str(field, &row->body))
					 : zigzag(body_number(field, &row->body)));
		}
	}
}

void rows_unpack(struct rows *rows, const struct strings *strings, struct str bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.at, *end = at + bytes.len;
	rows->lsn = take(&at);
	while (at < end) {
		enum body_kind kind = (enum body_kind)take(&at);
		struct row *row = insert(rows, kind);
		memset(row, 0, sizeof *row);
		row->kind = kind;
		row->lsn = take(&at);
		const struct body_type *type = body_type(row->kind);
		for (size_t j = 0; j < type->field_count; j++) {
			const struct field *field = &type->fields[j];
			uint64_t n = take(&at);
			if (!is_text(field))
				body_set_number(field, &row->body, unzigzag(n));
			else if (n)
				*body_str(field, &row->body) = strings->at[n];
		}
	}
}
