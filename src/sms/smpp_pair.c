/* smpp_pair.c - two connectors, each of which does its half. */
#include "sms/smpp_pair.h"
#include "base/arena.h"

#include <stdlib.h>

struct smpp_pair {
	struct connector base;
	struct connector_handler handler;
	struct connector *transmitter, *receiver;
	unsigned stopped;
};

static struct smpp_pair *of(struct connector *connector)
{
	return (struct smpp_pair *)connector;
}

static void start(struct connector *connector)
{
	struct smpp_pair *pair = of(connector);
	pair->transmitter->ops->start(pair->transmitter);
	pair->receiver->ops->start(pair->receiver);
}

static bool is_up(const struct connector *connector)
{
	const struct smpp_pair *pair = (const struct smpp_pair *)connector;
	return pair->transmitter->ops->is_up(pair->transmitter);
}

static void put_trouble(const struct connector *connector, struct buf *out)
{
	const struct smpp_pair *pair = (const struct smpp_pair *)connector;
	size_t before = out->len;
	pair->transmitter->ops->trouble(pair->transmitter, out);
	if (out->len == before)
		pair->receiver->ops->trouble(pair->receiver, out);
}

static unsigned count(const struct connector *connector, const struct connector_text *text)
{
	const struct smpp_pair *pair = (const struct smpp_pair *)connector;
	return pair->transmitter->ops->count(pair->transmitter, text);
}

static bool send_sms(struct connector *connector, const struct connector_text *text, unsigned piece,
	uint64_t cookie)
{
	struct connector *transmitter = of(connector)->transmitter;
	return transmitter->ops->send(transmitter, text, piece, cookie);
}

static void read_pieces(
	const struct connector *connector, unsigned coding, struct str data, struct buf *out)
{
	const struct smpp_pair *pair = (const struct smpp_pair *)connector;
	pair->receiver->ops->read(pair->receiver, coding, data, out);
}

static void answer(struct connector *connector, uint64_t token, enum connector_answer what)
{
	struct connector *receiver = of(connector)->receiver;
	receiver->ops->answer(receiver, token, what);
}

static void pause_reading(struct connector *connector, bool on)
{
	struct smpp_pair *pair = of(connector);
	pair->transmitter->ops->pause(pair->transmitter, on);
	pair->receiver->ops->pause(pair->receiver, on);
}

static void stop(struct connector *connector)
{
	struct smpp_pair *pair = of(connector);
	pair->transmitter->ops->stop(pair->transmitter);
	pair->receiver->ops->stop(pair->receiver);
}

static void on_half_stopped(void *ctx)
{
	struct smpp_pair *pair = ctx;
	if (++pair->stopped == 2)
		pair->handler.stopped(pair->handler.ctx);
}

static void free_pair(struct connector **slot)
{
	struct smpp_pair *pair = of(*slot);
	pair->transmitter->ops->free(&pair->transmitter);
	pair->receiver->ops->free(&pair->receiver);
	free(pair);
	*slot = NULL;
}

/* All but the end of the halves is told by themselves. */
static void on_up(void *ctx, unsigned ways)
{
	struct smpp_pair *pair = ctx;
	pair->handler.up(pair->handler.ctx, ways);
}

static void on_down(void *ctx, unsigned ways, bool is_abrupt)
{
	struct smpp_pair *pair = ctx;
	pair->handler.down(pair->handler.ctx, ways, is_abrupt);
}

static void on_answered(
	void *ctx, uint64_t cookie, enum connector_result result, struct str smsc_id)
{
	struct smpp_pair *pair = ctx;
	pair->handler.answered(pair->handler.ctx, cookie, result, smsc_id);
}

static void on_unanswered(void *ctx, uint64_t cookie)
{
	struct smpp_pair *pair = ctx;
	pair->handler.unanswered(pair->handler.ctx, cookie);
}

static void on_received(void *ctx, const struct connector_message *message)
{
	struct smpp_pair *pair = ctx;
	pair->handler.received(pair->handler.ctx, message);
}

static void on_written(void *ctx)
{
	struct smpp_pair *pair = ctx;
	pair->handler.written(pair->handler.ctx);
}

struct connector *smpp_pair_new(struct net *net, const struct smpp_connector_settings *settings,
	const struct connector_handler *handler)
{
	static const struct connector_ops ops = {.start = start,
		.is_up = is_up,
		.trouble = put_trouble,
		.count = count,
		.read = read_pieces,
		.send = send_sms,
		.answer = answer,
		.pause = pause_reading,
		.stop = stop,
		.free = free_pair};
	struct smpp_pair *pair = mem_new(sizeof *pair);
	const struct connector_handler halves = {.ctx = pair,
		.up = on_up,
		.down = on_down,
		.answered = on_answered,
		.unanswered = on_unanswered,
		.received = on_received,
		.written = on_written,
		.stopped = on_half_stopped};
	struct smpp_connector_settings half = *settings;
	pair->base.ops = &ops;
	pair->handler = *handler;
	half.way = SMPP_OUT;
	pair->transmitter = smpp_connector_new(net, &half, &halves);
	half.way = SMPP_IN;
	pair->receiver = smpp_connector_new(net, &half, &halves);
	return &pair->base;
}
