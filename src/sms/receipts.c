/* receipts.c - a short list of receipts that came too early or wait for the disk. */
#include "sms/receipts.h"
#include "base/arena.h"
#include "base/log.h"
#include "core/model/receipt_index.h"

#include <stdlib.h>
#include <utlist.h>

struct receipt {
	struct sms_receipts *of;
	uint64_t token;
	bool is_early; /* else: its command waits for the disk */
	struct gate_wait wait;
	struct str smsc_id; /* owned */
	enum delivery delivery;
	msec until;
	struct receipt *prev, *next; /* oldest first */
};

struct sms_receipts {
	struct sms_world world;
	struct str link; /* owned */
	struct connector *connector;
	struct receipts_handler handler;
	struct receipt *first;
	struct net_timer waits;
};

static void receipts_answer(struct sms_receipts *r, uint64_t token, enum connector_answer what)
{
	r->connector->ops->answer(r->connector, token, what);
}

static struct receipt *receipt_add(struct sms_receipts *r, uint64_t token)
{
	struct receipt *receipt = mem_new(sizeof *receipt);
	*receipt = (struct receipt) {.of = r, .token = token};
	DL_APPEND(r->first, receipt);
	return receipt;
}

static void receipt_remove(struct sms_receipts *r, struct receipt *receipt)
{
	DL_DELETE(r->first, receipt);
	gate_forget(&receipt->wait);
	str_free(&receipt->smsc_id);
	free(receipt);
}

/* Whatever the answer is. */
static void dismiss(struct sms_receipts *r, struct receipt *receipt, enum connector_answer what)
{
	uint64_t token = receipt->token;
	receipt_remove(r, receipt);
	receipts_answer(r, token, what);
}

static void receipt_on_disk(void *ctx, bool is_durable)
{
	struct receipt *receipt = ctx;
	dismiss(receipt->of, receipt, is_durable ? ANSWER_OK : ANSWER_ERROR);
}

/* lsn: what the answer must wait for. A refusal tells something as well: that the text has its last
 * state, perhaps by a copy of this receipt that is not on disk yet. */
static enum err apply(
	struct sms_receipts *r, struct str smsc_id, enum delivery delivery, uint64_t *lsn)
{
	*lsn = 0;
	struct link *link = core_link(r->world.port->core, r->link);
	struct command command = {.kind = CMD_SMS_RECEIPT,
		.link = link,
		.receipt = {.smsc_id = smsc_id, .delivery = delivery}};
	return link ? port_apply(r->world.port, &command, lsn) : ERR_NOT_FOUND;
}

static struct receipt *first_early(struct sms_receipts *r)
{
	struct receipt *receipt;
	DL_FOREACH(r->first, receipt)
		if (receipt->is_early)
			return receipt;
	return NULL;
}

static void wait_for_answer(struct sms_receipts *r, const struct connector_message *m)
{
	struct receipt *receipt = receipt_add(r, m->token);
	receipt->is_early = true;
	receipt->smsc_id = str_copy(m->smsc_id);
	receipt->delivery = m->delivery;
	receipt->until = net_now(r->world.net) + RECEIPT_WAIT_MS;
	if (first_early(r) == receipt) /* else the timer runs for an older one */
		net_timer_start(r->world.net, &r->waits, RECEIPT_WAIT_MS);
}

static void await_disk(struct sms_receipts *r, struct receipt *receipt, enum err e, uint64_t lsn)
{
	if (e != OK)
		log_debug("sms", "link %.*s: a receipt for no text that is awaited",
			STR_ARGS(r->link));
	receipt->wait = (struct gate_wait) {.done = receipt_on_disk,
		.ctx = receipt,
		.rank = GATE_SMPP,
		.bytes = GATE_WAIT_BYTES};
	port_wait(r->world.port, &receipt->wait, lsn);
}

static bool awaits_id(struct sms_receipts *r, msec left_by)
{
	return r->handler.awaits_id(r->handler.ctx, left_by);
}

bool sms_receipts_is_known(const struct sms_receipts *r, struct str smsc_id)
{
	const struct core *core = r->world.port->core;
	const struct link *link = core_link(core, r->link);
	r->handler.tell_answers(r->handler.ctx);
	return link && receipt_index_find(core, link, smsc_id);
}

void sms_receipts_received(struct sms_receipts *r, const struct connector_message *m)
{
	if (m->delivery == DELIVERY_NONE) { /* en route: nothing that anybody is told */
		receipts_answer(r, m->token, ANSWER_OK);
		return;
	}
	uint64_t lsn;
	r->handler.tell_answers(r->handler.ctx);
	enum err e = apply(r, m->smsc_id, m->delivery, &lsn);
	if (sms_is_not_now(e))
		receipts_answer(r, m->token, ANSWER_ERROR);
	else if (e == ERR_NOT_FOUND && awaits_id(r, net_now(r->world.net)))
		wait_for_answer(r, m);
	else
		await_disk(r, receipt_add(r, m->token), e, lsn);
}

static void settle(struct sms_receipts *r, struct receipt *receipt)
{
	uint64_t lsn;
	enum err e = apply(r, receipt->smsc_id, receipt->delivery, &lsn);
	msec came = receipt->until - RECEIPT_WAIT_MS;
	bool must_come_again =
		e == ERR_NOT_FOUND && r->connector->comes_again && awaits_id(r, came);
	receipt->is_early = false;
	if (must_come_again)
		dismiss(r, receipt, ANSWER_NOT_YET);
	else if (sms_is_not_now(e))
		dismiss(r, receipt, ANSWER_ERROR);
	else
		await_disk(r, receipt, e, lsn);
}

static struct receipt *find_early(struct sms_receipts *r, struct str smsc_id)
{
	struct receipt *receipt;
	DL_FOREACH(r->first, receipt)
		if (receipt->is_early && receipt_id_is_alike(receipt->smsc_id, smsc_id))
			return receipt;
	return NULL;
}

void sms_receipts_id_known(struct sms_receipts *r, struct str smsc_id)
{
	struct receipt *receipt;
	while ((receipt = find_early(r, smsc_id)))
		settle(r, receipt);
}

static void on_waited(void *ctx)
{
	struct sms_receipts *r = ctx;
	struct receipt *receipt;
	r->handler.tell_answers(r->handler.ctx);
	while ((receipt = first_early(r))) {
		msec left = receipt->until - net_now(r->world.net);
		if (left > 0) {
			net_timer_start(r->world.net, &r->waits, left);
			return;
		}
		settle(r, receipt);
	}
}

void sms_receipts_down(struct sms_receipts *r)
{
	while (r->first)
		receipt_remove(r, r->first);
}

struct sms_receipts *sms_receipts_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct receipts_handler *handler)
{
	struct sms_receipts *r = mem_new(sizeof *r);
	r->world = *world;
	r->link = str_copy(link);
	r->connector = connector;
	r->handler = *handler;
	r->waits = (struct net_timer) {.fire = on_waited, .ctx = r};
	return r;
}

void sms_receipts_free(struct sms_receipts **slot)
{
	struct sms_receipts *r = *slot;
	if (!r)
		return;
	net_timer_stop(r->world.net, &r->waits);
	sms_receipts_down(r);
	str_free(&r->link);
	free(r);
	*slot = NULL;
}
