/* bayeux_msg_fuzz.c - any body is refused or read; replies to what was read are JSON; the short way of
 * reading the usual poll says what the long way says. */
#include "wire/bayeux_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reply(struct buf *out, const struct bayeux_msg *msg)
{
	CHECK(msg->fault || msg->channel.len);
	bayeux_begin(out, msg->channel, msg->id, msg->fault);
	if (msg->topics.count || msg->topics.is_array)
		bayeux_put_names(out, "subscription", &msg->topics);
	bayeux_put_advice(out, "retry", msg->timeout_ms, 0);
	bayeux_end(out);
}

static bool is_same(const struct bayeux_msg *a, const struct bayeux_msg *b)
{
	return str_eq(a->channel, b->channel) && str_eq(a->id, b->id) &&
	       str_eq(a->client_id, b->client_id) &&
	       str_eq(a->connection_type, b->connection_type) && a->timeout_ms == b->timeout_ms &&
	       a->has_data == b->has_data && !a->fault == !b->fault;
}

/* A blank in front means nothing to JSON, and sends the body the long way. */
static void check_both_ways(struct str body, struct arena *arena)
{
	struct bayeux_batch one, other;
	struct buf blank = {0};
	buf_put_byte(&blank, ' ');
	buf_put(&blank, body);
	enum err e = bayeux_read(body, arena, &one);
	CHECK(bayeux_read(buf_str(&blank), arena, &other) == e);
	CHECK(e || one.count == other.count);
	for (size_t i = 0; !e && i < one.count; i++)
		CHECK(is_same(&one.at[i], &other.at[i]));
	buf_free(&blank);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct bayeux_batch batch;
	struct buf out = {0};
	check_both_ways(str_from(data, size), &arena);
	if (bayeux_read(str_from(data, size), &arena, &batch) == OK) {
		CHECK(batch.count <= BAYEUX_BATCH_MAX);
		buf_put_byte(&out, '[');
		for (size_t i = 0; i < batch.count; i++)
			reply(&out, &batch.at[i]);
		buf_put_byte(&out, ']');
		json_t *json = json_read(buf_str(&out));
		CHECK(json && json_array_size(json) == batch.count);
		json_decref(json);
	}
	buf_free(&out);
	arena_free(&arena);
	return 0;
}
