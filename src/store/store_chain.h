/* store_chain.h - the journal's checksums: each row's is over its columns and over the row before it, so none
 * can be changed, left out or put in without it showing.
 *
 * The chain covers a digest of the body, not the body: so a body can be erased and the chain stays whole. The
 * digest is salted, else a short body could be guessed from it. BLAKE2b of libsodium. */
#ifndef STORE_STORE_CHAIN_H
#define STORE_STORE_CHAIN_H

#include "store/store_event.h"

#define CHAIN_BYTES      32
#define CHAIN_SALT_BYTES 16

/* Where a chain stands: the last row's checksum. Rows of journals from before have none: it begins behind. */
struct chain {
	bool has_begun;
	unsigned char at[CHAIN_BYTES]; /* zeros before the first one */
};

struct chain_row {
	struct str centre;
	uint64_t epoch;
	const struct store_event *event; /* its body does not count */
	const unsigned char *digest;     /* CHAIN_BYTES; instead of it */
};

/* False: these are no checksum, or none. */
bool chain_read(struct chain *chain, struct str bytes);
struct str chain_str(const struct chain *chain);
void chain_digest(unsigned char out[CHAIN_BYTES], const unsigned char salt[CHAIN_SALT_BYTES],
	struct str body);
/* Goes on over some values. */
struct chain_values {
	const uint64_t *numbers;
	size_t number_count;
	const struct str *texts;
	size_t text_count;
};
void chain_add_values(struct chain *chain, const struct chain_values *values);
/* Goes on to that row. */
void chain_add(struct chain *chain, const struct chain_row *row);

#endif
