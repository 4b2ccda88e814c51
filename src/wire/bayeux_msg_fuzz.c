/* bayeux_msg_fuzz.c - any body is refused or read; replies to what was read are JSON. */
#include "wire/bayeux_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void reply(struct buf *out, const struct bayeux_msg *msg)
{
	CHECK(msg->fault || msg->channel.len);
	bayeux_begin(out, msg->channel, msg->id, msg->fault);
	if (msg->topics.count || msg->topics.is_array)
		bayeux_put_names(out, "subscription", &msg->topics);
	const struct bayeux_advice advice = {.reconnect = "retry",
		.timeout_ms = msg->timeout_ms < 0 ? 0 : (uint64_t)msg->timeout_ms};
	bayeux_put_advice(out, &advice);
	bayeux_end(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct bayeux_batch batch;
	struct buf out = {0};
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
