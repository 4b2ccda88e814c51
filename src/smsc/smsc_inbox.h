/* smsc_inbox.h - the simulated phones: parts of long texts come together there. */
#ifndef SMSC_SMSC_INBOX_H
#define SMSC_SMSC_INBOX_H

#include "wire/segment.h"

/* Long texts begun and not whole; beyond, the oldest is dropped, as phones do. */
#define SMSC_BEGUN_MAX 1000

struct smsc_inbox;
struct smsc_inbox *smsc_inbox_new(void);
/* One SMS arrives at a phone. True: text (emptied first) holds the whole text now. */
bool smsc_inbox_take(struct smsc_inbox *inbox, struct str phone, const struct segment *segment,
	unsigned coding, struct buf *text);
void smsc_inbox_free(struct smsc_inbox **inbox);

#endif
