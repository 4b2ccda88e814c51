/* put_off.h - parts that the carrier could not take for a reason of its own (ESME_RSYSERR,
 * ESME_RX_T_APPN): each waits for a pause of its own that doubles, so that one part with which the
 * carrier never copes does not hold up the others for days. */
#ifndef SMS_PUT_OFF_H
#define SMS_PUT_OFF_H

#include "base/msec.h"

#include <stdbool.h>
#include <stdint.h>

/* Pauses of a part: the first is that of the whole link, SMS_THROTTLE_MS. At its end such a part
 * costs the others one short pause in five minutes. */
#define PUT_OFF_LAST_MS 300000

struct put_off;
struct put_off_list { /* all zero is an empty one */
	struct put_off *parts;
};

/* Once more: until when is it put off? */
msec put_off_again(struct put_off_list *list, uint64_t serial, unsigned part, msec now);
bool put_off_is_waiting(const struct put_off_list *list, uint64_t serial, unsigned part, msec now);
void put_off_forget(struct put_off_list *list, uint64_t serial, unsigned part);
/* The next pause that ends after now; 0 if none does. */
msec put_off_next(const struct put_off_list *list, msec now);
bool put_off_is_empty(const struct put_off_list *list);
/* Forgets those of which is_gone(ctx, serial) says so. */
void put_off_sweep(
	struct put_off_list *list, bool (*is_gone)(void *ctx, uint64_t serial), void *ctx);
void put_off_clear(struct put_off_list *list);

#endif
