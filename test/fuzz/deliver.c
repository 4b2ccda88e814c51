/* deliver.c - an SMSC's bytes through the whole: bind, connector, inbound, core, and ana who is shown what came. */
#include "stage.h"

/* "DELIVER_SM ..." is a PDU; what does not look like one are bytes. */
static void bare(struct stage *stage, struct str line)
{
	if (line.len && line.at[0] >= 'A' && line.at[0] <= 'Z')
		smsc_pdu(&stage->smsc, line);
	else
		smsc_bytes(&stage->smsc, line);
}

const struct stage_target fuzz_target = {.name = "deliver", .has_agent = true, .bare = bare};

static const char *const goals[] = {
	"a text of Customer is shown",
	"a text of Agent is shown",
	"DELIVER_SM is answered 0x00",
	"a text of 16384 bytes is taken",
	"a text of 73728 bytes is taken",
	"DELIVER_SM is answered 0x02",
	"DELIVER_SM is answered 0x08",
	"DELIVER_SM is answered 0x0A",
	"DELIVER_SM is answered 0x0B",
	"DATA_SM is answered 0x00",
	"ENQUIRE_LINK is answered 0x00",
	"UNBIND is answered 0x00",
	"the SMSC is nacked with 0x02",
	"the link is ended",
	"SEGMENT_HELD",
	"SEGMENT_JOINED",
	"CONTACT_OPTED_OUT",
	"SMS_WITHHELD",
	"CONTACT_OPTED_IN",
	"SESSION_LEFT_BY_ALL",
	"a text leaves",
	"a part is sent",
	"a part is delivered",
	"a part is expired",
	"a part is failed",
	"a part is uncertain",
	"the process is killed",
	"a copy is recognised",
	"the disk is full",
	"PARTY_WAS_REVOKED",
	"SESSION_CLOSED",
	"SESSION_QUEUED",
};

void fuzz_goals(void (*goal)(void *ctx, const char *what), void *ctx)
{
	for (size_t i = 0; i < sizeof goals / sizeof *goals; i++)
		goal(ctx, goals[i]);
}
