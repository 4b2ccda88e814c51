/* put_off.h - parts that the carrier could not take now: each waits for a pause of its own that
 * doubles, so that one with which the carrier never copes does not hold up the others for days.
 *
 * A conversation must arrive in order: while a part that the carrier was too busy for waits, and until
 * it is answered, later parts to the same phone wait too. One that meets trouble keeps its place for
 * its first pause only, since the trouble may be with that text. */
#ifndef SMS_PUT_OFF_H
#define SMS_PUT_OFF_H

#include "base/msec.h"
#include "base/str.h"

/* Pauses of a part that the carrier was too busy for: a quarter of a second, for carriers count by
 * the second; and no more than eight, for it says nothing against the text. */
#define PUT_OFF_BUSY_FIRST_MS 250
#define PUT_OFF_BUSY_LAST_MS  8000
/* ... and of one that met trouble. At its end such a part costs the carrier one try in five minutes. */
#define PUT_OFF_TROUBLE_FIRST_MS 1000
#define PUT_OFF_TROUBLE_LAST_MS  300000

enum put_off_kind {
	PUT_OFF_BUSY,    /* ESME_RTHROTTLED, ESME_RMSGQFUL */
	PUT_OFF_TROUBLE, /* ESME_RSYSERR, ESME_RX_T_APPN */
};

struct put_off;
struct put_off_list { /* all zero is an empty one */
	struct put_off *parts;
	struct put_off_phone *phones;
};

/* Once more: until when is it put off? */
msec put_off_again(struct put_off_list *list, enum put_off_kind kind, struct str phone,
	uint64_t serial, unsigned part, msec now);
bool put_off_is_waiting(const struct put_off_list *list, uint64_t serial, unsigned part, msec now);
/* Does an earlier part to that phone keep its place before this one? */
bool put_off_is_behind(
	const struct put_off_list *list, struct str phone, uint64_t serial, unsigned part);
/* False: it was not put off. */
bool put_off_forget(struct put_off_list *list, uint64_t serial, unsigned part);
/* The next pause that ends after now; 0 if none does. */
msec put_off_next(const struct put_off_list *list, msec now);
bool put_off_is_empty(const struct put_off_list *list);
/* Forgets those of which is_gone(ctx, serial, part) says so. */
void put_off_sweep(struct put_off_list *list,
	bool (*is_gone)(void *ctx, uint64_t serial, unsigned part), void *ctx);
void put_off_clear(struct put_off_list *list);

#endif
