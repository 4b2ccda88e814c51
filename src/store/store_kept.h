/* store_kept.h - what is kept of an object when the journal is trimmed: a checksum of how it was after the last of its
 * events that went. The object itself is in the tables; so it shows there when it was changed, lost, or put in. */
#ifndef STORE_STORE_KEPT_H
#define STORE_STORE_KEPT_H

#include "store/store_chain.h"

/* There is one for each object that ever was: short, against damage and against changes by hand. */
#define KEPT_OBJECT_BYTES 16
#define KEPT_DIGEST_BYTES 16

struct kept {
	unsigned char object[KEPT_OBJECT_BYTES]; /* which one it is */
	unsigned char
		salt[CHAIN_SALT_BYTES]; /* short words could be guessed from a digest without one */
	unsigned char digest[KEPT_DIGEST_BYTES];
	unsigned version; /* of the body: fields that came later are not in the digest */
	uint64_t lsn;     /* of that event */
};

void kept_object(unsigned char out[KEPT_OBJECT_BYTES], enum body_kind kind, const void *body);
/* Of this version; the salt is drawn. */
void kept_make(struct kept *kept, enum body_kind kind, const void *body, uint64_t lsn);
/* Is the object as it was? Of the same object, by kept_object. */
bool kept_is(const struct kept *kept, enum body_kind kind, const void *body);

#endif
