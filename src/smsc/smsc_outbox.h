/* smsc_outbox.h - what the simulated SMSC has for its ESME: texts and receipts, stored until the
 * ESME answered, and delivered again when a session ends before. */
#ifndef SMSC_SMSC_OUTBOX_H
#define SMSC_SMSC_OUTBOX_H

#include "wire/smpp_bind.h"

/* A peer that refuses for the moment is left alone for this long. */
#define SMSC_RETRY_MS 1000
/* Mails kept while no ESME is there; beyond, new ones are lost, as an SMSC's do at their end. */
#define SMSC_MAILS_MAX 100000

struct smsc_outbox;
/* send(ctx, deliver_sm, mail, session): hands it to some session with room and names that session;
 * false: nobody takes any now. */
struct smsc_outbox_settings {
	bool (*send)(void *ctx, struct smpp_pdu *pdu, uint64_t mail, const void **session);
	void *ctx;
};
struct smsc_outbox *smsc_outbox_new(const struct smsc_outbox_settings *settings);
/* Stores a copy of the deliver_sm. */
void smsc_outbox_put(struct smsc_outbox *outbox, const struct smpp_pdu *pdu);
/* Sends what can be sent, oldest first. */
void smsc_outbox_pump(struct smsc_outbox *outbox, msec now);
/* When to pump again although nothing happens; SMPP_NEVER: not needed. */
msec smsc_outbox_due(const struct smsc_outbox *outbox);
void smsc_outbox_answered(struct smsc_outbox *outbox, uint64_t mail, uint32_t status, msec now);
void smsc_outbox_session_ended(struct smsc_outbox *outbox, const void *session);
void smsc_outbox_free(struct smsc_outbox **outbox);

#endif
