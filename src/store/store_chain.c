/* store_chain.c - what is hashed, in a form in which no two rows are alike: numbers have eight bytes, texts
 * their length before them. */
#include "store/store_chain.h"

#include <sodium.h>

static void add_bytes(crypto_generichash_state *state, struct str bytes)
{
	crypto_generichash_update(state, (const unsigned char *)bytes.at, bytes.len);
}

static void add_number(crypto_generichash_state *state, uint64_t number)
{
	unsigned char bytes[8];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(number >> (8 * i));
	add_bytes(state, str_from(bytes, sizeof bytes));
}

static void add_text(crypto_generichash_state *state, struct str text)
{
	add_number(state, text.len);
	add_bytes(state, text);
}

bool chain_read(struct chain *chain, struct str bytes)
{
	*chain = (struct chain) {.has_begun = bytes.len == CHAIN_BYTES};
	if (chain->has_begun)
		memcpy(chain->at, bytes.at, CHAIN_BYTES);
	return chain->has_begun;
}

struct str chain_str(const struct chain *chain)
{
	return str_from(chain->at, chain->has_begun ? CHAIN_BYTES : 0);
}

void chain_digest(
	unsigned char out[CHAIN_BYTES], const unsigned char salt[CHAIN_SALT_BYTES], struct str body)
{
	crypto_generichash(
		out, CHAIN_BYTES, (const unsigned char *)body.at, body.len, salt, CHAIN_SALT_BYTES);
}

static void begin(crypto_generichash_state *state, const struct chain *chain,
	const struct chain_values *values)
{
	crypto_generichash_init(state, NULL, 0, CHAIN_BYTES);
	add_bytes(state, str_from(chain->at, CHAIN_BYTES));
	for (size_t i = 0; i < values->number_count; i++)
		add_number(state, values->numbers[i]);
	for (size_t i = 0; i < values->text_count; i++)
		add_text(state, values->texts[i]);
}

static void finish(crypto_generichash_state *state, struct chain *chain)
{
	crypto_generichash_final(state, chain->at, CHAIN_BYTES);
	chain->has_begun = true;
}

void chain_add_values(struct chain *chain, const struct chain_values *values)
{
	crypto_generichash_state state;
	begin(&state, chain, values);
	finish(&state, chain);
}

void chain_add(struct chain *chain, const struct chain_row *row)
{
	const struct store_event *event = row->event;
	const uint64_t numbers[] = {event->lsn, row->epoch, (uint64_t)event->at, event->kind,
		event->cause.command, event->cause.kind, event->cause.reference};
	const struct str texts[] = {row->centre, event->cause.asker};
	crypto_generichash_state state;
	begin(&state, chain,
		&(struct chain_values) {numbers, sizeof numbers / sizeof numbers[0], texts, 2});
	add_bytes(&state, str_from(row->digest, CHAIN_BYTES));
	finish(&state, chain);
}
