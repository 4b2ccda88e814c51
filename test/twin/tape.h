/* tape.h - what those who must not know were sent in one run: every byte to every agent and to the carrier, with the
 * simulated millisecond at which it left, in order. */
#ifndef TEST_TWIN_TAPE_H
#define TEST_TWIN_TAPE_H

#include "base/buf.h"
#include "base/ids.h"
#include "base/msec.h"

/* All zero is an empty tape. */
struct tape {
	struct buf bytes;
};

void tape_put(struct tape *tape, msec at, struct str who, unsigned nth, struct str bytes);
void tape_free(struct tape *tape);
/* A digest of (seed, tape). */
void tape_digest(unsigned char out[DIGEST_BYTES], uint64_t seed, const struct tape *tape);

/* Where two tapes part: the first note that is not equal. */
struct tape_split {
	size_t at;             /* in the bytes of both */
	msec when;             /* the earlier of the two notes' times */
	struct str one, other; /* the notes, borrowed; empty: that tape ends before */
};
bool tape_differs(const struct tape *one, const struct tape *other, struct tape_split *split);
/* Takes a note apart: its line "\n@1234 ana/2 456\n" and the bytes. */
bool tape_note(struct str note, msec *at, struct str *who, struct str *bytes);

#endif
