/* inbound.h - texts of customers on their way from one link into the core.
 *
 * A text is answered only once it is on disk here. Of each text whose answer may not have reached
 * the carrier a fingerprint is kept; a copy of it that comes later is a redelivery and no new text
 * (doc/decisions 6), over whichever link of the carrier. Everything else that is equal is two texts. */
#ifndef SMS_INBOUND_H
#define SMS_INBOUND_H

#include "sms/connector.h"
#include "sms/sms.h"

struct sms_inbound;
struct inbound_handler {
	void *ctx;
	/* Calls it for each other link of the carrier, until that gives true; gives that. */
	bool (*others)(void *ctx, bool (*ask)(struct sms_inbound *other, void *ctx), void *ask_ctx);
};

/* connector is borrowed. */
struct sms_inbound *sms_inbound_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct inbound_handler *handler);
/* After a crash nobody knows which answers had left: the link's last inbound texts count as not,
 * unless they were settled. */
void sms_inbound_start(struct sms_inbound *in);
void sms_inbound_received(struct sms_inbound *in, const struct connector_message *message);
void sms_inbound_written(struct sms_inbound *in); /* all answers so far have left */
/* They and their tokens are void now. */
void sms_inbound_down(struct sms_inbound *in, bool is_abrupt);
/* Takes no further texts (the carrier is told to wait, as by a bind that unbinds). */
void sms_inbound_stop(struct sms_inbound *in);
size_t sms_inbound_unwritten(const struct sms_inbound *in); /* texts whose answer has not left */
/* The bind has ended for good. If every answer had left, that is written down, so that after the
 * next start an equal text is a new one; true: it is on disk with *lsn. If the answer to some text
 * is missing (its copy is to be told by its fingerprint), or the store takes nothing: false. */
bool sms_inbound_settle(struct sms_inbound *in, uint64_t *lsn);
/* Takes long texts whose parts wait for longer than sms.join-wait as far as they came. */
void sms_inbound_rebind(struct sms_inbound *in);
void sms_inbound_free(struct sms_inbound **in);

#endif
