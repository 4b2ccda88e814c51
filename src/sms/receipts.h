/* receipts.h - delivery receipts of one link on their way into the core.
 *
 * A receipt may overtake the answer that names its text, or come before a text is sent again whose answer a crash
 * took. It waits then, unanswered, until its text is known; if that takes too long it is refused where it comes again
 * some time (connector.comes_again). Receipts of texts that nobody knows, and nobody will, are answered and dropped: a
 * carrier repeats what is refused. */
#ifndef SMS_RECEIPTS_H
#define SMS_RECEIPTS_H

#include "sms/connector.h"
#include "sms/sms.h"

/* How long a receipt waits for the answer to its text. */
#define RECEIPT_WAIT_MS 10000

struct sms_receipts;
struct receipts_handler {
	void *ctx;
	/* The core is to be told all answers to texts that are known here: a receipt may name them. */
	void (*tell_answers)(void *ctx);
	/* May an unknown id still become that of a text that left by then? */
	bool (*awaits_id)(void *ctx, msec left_by);
};

/* connector is borrowed. */
struct sms_receipts *sms_receipts_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct receipts_handler *handler);
/* Does it name a text of ours, as far as that is known by now? */
bool sms_receipts_is_known(const struct sms_receipts *receipts, struct str smsc_id);
void sms_receipts_received(struct sms_receipts *receipts, const struct connector_message *message);
void sms_receipts_id_known(struct sms_receipts *receipts, struct str smsc_id);
void sms_receipts_down(struct sms_receipts *receipts); /* the carrier sends them again */
void sms_receipts_free(struct sms_receipts **receipts);

#endif
