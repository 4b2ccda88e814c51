/* smsc_outbox.c - store and forward, in order. */
#include "smsc/smsc_outbox.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>
#include <utlist.h>

struct mail {
	uint64_t id;
	const void *session; /* it is on its way there; NULL: it waits here */
	struct buf bytes;    /* the deliver_sm, packed */
	struct mail *prev, *next;
};

struct smsc_outbox {
	struct smsc_outbox_settings settings;
	struct mail *first;
	size_t count;
	uint64_t drawn;
	msec not_before;
	bool is_pausing;
};

struct smsc_outbox *smsc_outbox_new(const struct smsc_outbox_settings *settings)
{
	struct smsc_outbox *outbox = mem_new(sizeof *outbox);
	outbox->settings = *settings;
	return outbox;
}

void smsc_outbox_put(struct smsc_outbox *outbox, const struct smpp_pdu *pdu)
{
	if (outbox->count >= SMSC_MAILS_MAX)
		return;
	struct mail *mail = mem_new(sizeof *mail);
	mail->id = ++outbox->drawn;
	smpp_pdu_pack(&mail->bytes, pdu);
	DL_APPEND(outbox->first, mail);
	outbox->count++;
}

static void mail_remove(struct smsc_outbox *outbox, struct mail *mail)
{
	DL_DELETE(outbox->first, mail);
	outbox->count--;
	buf_free(&mail->bytes);
	free(mail);
}

static bool mail_send(struct smsc_outbox *outbox, struct mail *mail)
{
	struct smpp_pdu pdu;
	enum smpp_status status;
	struct str bytes = buf_str(&mail->bytes);
	CHECK(smpp_pdu_unpack(&bytes, &pdu, &status) == WIRE_DONE && status == ESME_ROK);
	return outbox->settings.send(outbox->settings.ctx, &pdu, mail->id, &mail->session);
}

void smsc_outbox_pump(struct smsc_outbox *outbox, msec now)
{
	if (outbox->is_pausing && now < outbox->not_before)
		return;
	outbox->is_pausing = false;
	struct mail *mail;
	DL_FOREACH(outbox->first, mail)
		if (!mail->session && !mail_send(outbox, mail))
			return;
}

msec smsc_outbox_due(const struct smsc_outbox *outbox)
{
	return outbox->is_pausing ? outbox->not_before : SMPP_NEVER;
}

static bool is_passing(uint32_t status)
{
	return status == ESME_RTHROTTLED || status == ESME_RMSGQFUL || status == ESME_RSYSERR ||
	       status == ESME_RX_T_APPN;
}

void smsc_outbox_answered(struct smsc_outbox *outbox, uint64_t id, uint32_t status, msec now)
{
	struct mail *mail;
	DL_FOREACH(outbox->first, mail)
		if (mail->id == id)
			break;
	if (!mail)
		return;
	if (!is_passing(status)) {
		mail_remove(outbox, mail);
		return;
	}
	mail->session = NULL;
	outbox->is_pausing = true;
	outbox->not_before = now + SMSC_RETRY_MS;
}

void smsc_outbox_session_ended(struct smsc_outbox *outbox, const void *session)
{
	struct mail *mail;
	DL_FOREACH(outbox->first, mail)
		if (mail->session == session)
			mail->session = NULL;
}

void smsc_outbox_free(struct smsc_outbox **slot)
{
	struct smsc_outbox *outbox = *slot;
	if (!outbox)
		return;
	while (outbox->first)
		mail_remove(outbox, outbox->first);
	free(outbox);
	*slot = NULL;
}
