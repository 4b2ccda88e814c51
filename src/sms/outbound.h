/* outbound.h - texts on their way from the core to customers by one link, part by part.
 *
 * At most link.window parts are unanswered. A part's place is free again once its answer is on
 * disk. What may be written to the link is on disk before: after a crash no other part counts as
 * tried. While the process lives a part whose answer was lost is repeated once, and once more for
 * each life that ended meanwhile, up to sms.repeat-max; the core counts. */
#ifndef SMS_OUTBOUND_H
#define SMS_OUTBOUND_H

#include "sms/connector.h"
#include "sms/sms.h"

struct sms_outbound;
struct outbound_handler {
	void *ctx;
	/* A part was answered: receipts may name it from now on. */
	void (*id_known)(void *ctx, struct str smsc_id);
};

/* connector is borrowed. */
struct sms_outbound *sms_outbound_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct outbound_handler *handler);
/* Tells the core which texts the process before may have sent. */
void sms_outbound_start(struct sms_outbound *out);
/* Of texts that wait some are not to leave any more: the core is told so once that is on disk. */
void sms_outbound_withheld(struct sms_outbound *out);
/* May texts that wait for another link of the carrier leave by this one? */
bool sms_outbound_can_take_over(struct sms_outbound *out);
/* Takes over some of what waits for that link, which is down, and of which nothing was tried. OK: perhaps there are
 * more; ERR_NOT_FOUND: there are none. */
enum err sms_outbound_take_over(struct sms_outbound *out, struct str from);
/* Everything up to lsn is on disk: texts queued by it may leave. */
void sms_outbound_durable(struct sms_outbound *out, uint64_t lsn);
void sms_outbound_up(struct sms_outbound *out);
void sms_outbound_down(struct sms_outbound *out);
void sms_outbound_answered(struct sms_outbound *out, uint64_t cookie, enum connector_result result,
	struct str smsc_id);
/* No answer came in time, though the link lives: it is repeated once. An answer to the first sending
 * is still taken, also after the second. */
void sms_outbound_overdue(struct sms_outbound *out, uint64_t cookie);
/* Tells the core what its store did not take yet, without waiting for the next try. */
void sms_outbound_tell(struct sms_outbound *out);
/* Sends nothing more; what was sent is still answered. */
void sms_outbound_stop(struct sms_outbound *out);
/* The link is closed, and what could be told is told: nothing happens any more. */
void sms_outbound_rest(struct sms_outbound *out);
/* Parts sent whose answer did not come. */
unsigned sms_outbound_unanswered(struct sms_outbound *out);
/* May the id of a text that left by then still become known? So while its answer is awaited; and, where it keeps its id
 * (connector.is_known_again), while it is to be sent again as its answer was lost, by a process before as well. */
bool sms_outbound_awaits_id(struct sms_outbound *out, msec left_by);
/* The core was rebuilt from disk, of which all is durable up to lsn. */
void sms_outbound_rebind(struct sms_outbound *out, uint64_t lsn);
void sms_outbound_free(struct sms_outbound **out);

#endif
