/* evolve_sms.c - texts on their way, their parts, held segments and noted messages after an event. */
#include "core/model/evolve.h"
#include "core/model/message.h"
#include "core/model/outbound.h"
#include "core/model/receipt_index.h"

#include <stdlib.h>
#include <utlist.h>

int outbound_order(const struct outbound *a, const struct outbound *b)
{
	return (a->b.serial > b->b.serial) - (a->b.serial < b->b.serial);
}

static void link_message(
	const struct core *core, struct outbound *out, const struct body_outbound *body)
{
	out->message = outbound_entry(core, body);
	if (out->message)
		out->message->outbound = out;
}

/* Its entry's, but for a row of version 1, which brings it along, and of a table, which the store completes.
 * Kept, since the entry may be forgotten first. */
static void keep_text(struct outbound *out, const struct body_outbound *body)
{
	struct str text = body->text.len                   ? body->text
			  : out->text.len || !out->message ? out->text
							   : message_body(out->message).text;
	text = body->open && body->session.len ? str_copy(text) : STR_NONE;
	str_free(&out->text);
	out->text = text;
}

/* As version 2 has it. */
static struct body_outbound present_form(const struct body_outbound *body)
{
	struct body_outbound now = *body;
	if (now.session.len)
		now.text = STR_NONE;
	if (now.reference > UINT8_MAX) {
		now.reference &= UINT8_MAX;
		now.withheld = 1;
	}
	return now;
}

static struct outbound *outbound_create(struct core *core, const struct event *event)
{
	const struct body_outbound *body = event->body;
	struct outbound *out = mem_new(sizeof *out);
	out->link = core_link(core, body->link);
	out->contact = core_contact(core, body->phone);
	CHECK(out->link && out->contact);
	out->lsn = event->lsn;
	out->b.serial = body->serial;
	out->closes.kind = DEADLINE_CLOSES;
	link_message(core, out, body);
	HASH_ADD(hh, core->outbound_by_serial, b.serial, sizeof out->b.serial, out);
	INSERT_BY_SERIAL(core->outbound, out, outbound_order, prev, next);
	return out;
}

static void list_unsent(struct core *core, struct outbound *out)
{
	bool is_unsent = out->b.open && (out->part_count == 0 || out->answered < out->part_count);
	if (is_unsent == out->is_unsent)
		return;
	if (is_unsent) {
		INSERT_BY_SERIAL(out->link->unsent, out, outbound_order, unsent_prev, unsent_next);
		INSERT_BY_SERIAL(out->contact->unsent, out, outbound_order, phone_prev, phone_next);
		out->link->unsent_count++;
		core->outbound_unsent++;
	} else {
		DL_DELETE2(out->link->unsent, out, unsent_prev, unsent_next);
		DL_DELETE2(out->contact->unsent, out, phone_prev, phone_next);
		out->link->unsent_count--;
		core->outbound_unsent--;
	}
	out->is_unsent = is_unsent;
}

/* Nothing of it was tried: no receipt is awaited of the other link (fits_outbound). */
static void change_link(struct core *core, struct outbound *out, struct str name)
{
	if (str_eq(out->link->b.name, name))
		return;
	struct link *link = core_link(core, name);
	if (out->is_unsent) {
		DL_DELETE2(out->link->unsent, out, unsent_prev, unsent_next);
		INSERT_BY_SERIAL(link->unsent, out, outbound_order, unsent_prev, unsent_next);
		out->link->unsent_count--;
		link->unsent_count++;
	}
	out->link = link;
}

void outbound_list_over(struct core *core, struct outbound *out)
{
	if (out->b.open || out->message || out->is_over)
		return;
	DL_DELETE(core->outbound, out);
	DL_APPEND(core->over, out);
	out->is_over = true;
}

void evolve_outbound(struct core *core, struct event *event)
{
	const struct body_outbound *body = event->body;
	struct outbound *out = core_outbound(core, body->serial);
	bool was_open = out && out->b.open;
	if (!out)
		out = outbound_create(core, event);
	struct body_outbound now = present_form(body);
	change_link(core, out, body->link);
	keep_text(out, body);
	body_assign(BODY_outbound, &out->b, &now);
	deadline_set(core, &out->closes, body->open ? body->closes : 0, event->lsn);
	core->outbound_open += (size_t)(body->open != 0);
	core->outbound_open -= (size_t)was_open;
	if (body->serial > core->outbound_drawn)
		core->outbound_drawn = body->serial;
	list_unsent(core, out);
	outbound_list_over(core, out);
	out->last_lsn = out->link->seen_lsn = event->lsn;
	event->object = out;
}

static int part_order(const struct sms_part *a, const struct sms_part *b)
{
	return (a->b.part > b->b.part) - (a->b.part < b->b.part);
}

static struct sms_part *part_of(struct outbound *out, const struct body_part *body)
{
	struct sms_part *part = outbound_part(out, body->part);
	if (part)
		return part;
	part = mem_new(sizeof *part);
	part->outbound = out;
	part->b.part = body->part;
	DL_INSERT_INORDER(out->parts, part, part_order);
	return part;
}

void evolve_part(struct core *core, struct event *event)
{
	const struct body_part *body = event->body;
	struct outbound *out = core_outbound(core, body->outbound);
	CHECK(out);
	struct sms_part *part = part_of(out, body);
	bool was_answered = part_is_answered(part);
	body_assign(BODY_part, &part->b, body);
	out->part_count = (unsigned)body->parts;
	out->answered += part_is_answered(part);
	out->answered -= was_answered;
	receipt_index_add(part);
	list_unsent(core, out);
	if (out->message)
		out->message->delivery = outbound_delivery(out);
	out->last_lsn = out->link->seen_lsn = event->lsn;
	event->object = part;
}

void evolve_lost(struct core *core, struct event *event)
{
	const struct body_lost *body = event->body;
	struct outbound *out = core_outbound(core, body->outbound);
	struct sms_part *part = out ? outbound_part(out, body->part) : NULL;
	CHECK(part);
	bool was_answered = part_is_answered(part);
	body_assign(BODY_lost, &part->lost, body);
	out->answered += part_is_answered(part);
	out->answered -= was_answered;
	list_unsent(core, out);
	out->last_lsn = out->link->seen_lsn = event->lsn;
	event->object = part;
}

static int aside_order(const struct sms_aside *a, const struct sms_aside *b)
{
	return (a->b.part > b->b.part) - (a->b.part < b->b.part);
}

void evolve_aside(struct core *core, struct event *event)
{
	const struct body_aside *body = event->body;
	struct outbound *out = core_outbound(core, body->outbound);
	struct sms_aside *aside;
	CHECK(out);
	DL_FOREACH(out->asides, aside)
		if (aside->b.part == body->part)
			break;
	if (!aside) {
		aside = mem_new(sizeof *aside);
		aside->b.part = body->part;
		core->asides++;
		DL_INSERT_INORDER(out->asides, aside, aside_order);
	}
	body_assign(BODY_aside, &aside->b, body);
	aside->lsn = out->last_lsn = out->link->seen_lsn = event->lsn;
}

void evolve_sending(struct core *core, struct event *event)
{
	const struct body_sending *body = event->body;
	struct link *link = core_link(core, body->link);
	CHECK(link);
	body_assign(BODY_sending, &link->sending, body);
	link->sending_lsn = link->seen_lsn = event->lsn;
	event->object = link;
}

static struct segments_of_phone *segments_of_phone(struct link *link, struct str phone)
{
	struct segments_of_phone *of;
	HASH_FIND(hh, link->segments_by_phone, phone.at, phone.len, of);
	if (of)
		return of;
	of = mem_new(sizeof *of);
	of->phone = str_copy(phone);
	HASH_ADD_KEYPTR(hh, link->segments_by_phone, of->phone.at, of->phone.len, of);
	return of;
}

static void segment_list(struct link *link, struct segment_held *held)
{
	held->of_phone = segments_of_phone(link, held->b.phone);
	held->of_phone->count++;
	DL_APPEND(link->segments, held);
	DL_APPEND2(held->of_phone->first, held, phone_prev, phone_next);
}

static void segment_unlist(struct link *link, struct segment_held *held)
{
	struct segments_of_phone *of = held->of_phone;
	DL_DELETE(link->segments, held);
	DL_DELETE2(of->first, held, phone_prev, phone_next);
	if (--of->count)
		return;
	HASH_DEL(link->segments_by_phone, of);
	str_free(&of->phone);
	free(of);
}

void segment_drop(struct link *link, struct segment_held **held)
{
	segment_unlist(link, *held);
	HASH_DEL(link->segments_by_key, *held);
	link->segment_count--;
	str_free(&(*held)->key);
	body_release(BODY_segment, &(*held)->b);
	free(*held);
	*held = NULL;
}

/* The length keeps a name with a space in it apart from what follows. */
static void put_segment_key(struct buf *key, const struct body_segment *b)
{
	buf_printf(key, "%llx %llx %zu %.*s %.*s", (unsigned long long)b->reference,
		(unsigned long long)b->part, b->phone.len, STR_ARGS(b->phone), STR_ARGS(b->number));
}

static struct segment_held *segment_find(const struct link *link, struct str key)
{
	struct segment_held *held;
	HASH_FIND(hh, link->segments_by_key, key.at, key.len, held);
	return held;
}

static struct segment_held *segment_create(struct link *link, struct str key)
{
	struct segment_held *held = mem_new(sizeof *held);
	held->key = str_copy(key);
	HASH_ADD_KEYPTR(hh, link->segments_by_key, held->key.at, held->key.len, held);
	link->segment_count++;
	return held;
}

void evolve_segment(struct core *core, struct event *event)
{
	const struct body_segment *body = event->body;
	struct link *link = core_link(core, body->link);
	CHECK(link);
	link->seen_lsn = event->lsn;
	struct buf key = {0};
	put_segment_key(&key, body);
	struct segment_held *held = segment_find(link, buf_str(&key));
	if (held && !body->held)
		segment_drop(link, &held);
	else if (held) /* it came again: its place is that of its last arrival, as in the tables */
		segment_unlist(link, held);
	else if (body->held)
		held = segment_create(link, buf_str(&key));
	buf_free(&key);
	if (!body->held)
		return;
	body_assign(BODY_segment, &held->b, body);
	segment_list(link, held);
	event->object = held;
}

void evolve_inbound(struct core *core, struct event *event)
{
	const struct body_inbound *body = event->body;
	struct link *link = core_link(core, body->link);
	CHECK(link && body->slot < link->inbound_slots);
	body_assign(BODY_inbound, &link->inbound[body->slot].b, body);
	if (body->count > link->inbound_count)
		link->inbound_count = body->count;
	link->seen_lsn = event->lsn;
	event->object = &link->inbound[body->slot];
}
