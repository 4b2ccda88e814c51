/* receipts.h - delivery receipts of one link on their way into the core.
 *
 * A receipt may overtake the answer that names its text. It waits then, unanswered, until that
 * answer comes or none can come any more. Receipts of texts that nobody knows are answered and
 * dropped: a carrier repeats what is refused. */
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
};

/* connector is borrowed. */
struct sms_receipts *sms_receipts_new(const struct sms_world *world, struct str link,
	struct connector *connector, const struct receipts_handler *handler);
/* Does it name a text of ours, as far as that is known by now? */
bool sms_receipts_is_known(const struct sms_receipts *receipts, struct str smsc_id);
/* is_awaited: parts are unanswered at the moment, so an unknown id may become known. */
void sms_receipts_received(
	struct sms_receipts *receipts, const struct connector_message *message, bool is_awaited);
void sms_receipts_id_known(struct sms_receipts *receipts, struct str smsc_id);
void sms_receipts_down(struct sms_receipts *receipts); /* the carrier sends them again */
void sms_receipts_free(struct sms_receipts **receipts);

#endif
