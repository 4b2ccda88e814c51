/* smsc.h - the carrier's end of the link, bytes in its hand: it binds, answers what it is asked, and sends what the script says
 * (pdu.h). */
#ifndef TEST_FUZZ_SMSC_H
#define TEST_FUZZ_SMSC_H

#include "base/buf.h"
#include "net/net.h"

#define SMSC_PORT 7000
/* Requests of one connection that wait for the server's answer. */
#define SMSC_OPEN_MOST 512

struct stage;
struct smsc {
	struct stage *stage;
	struct net_listener *listener;
	struct net_conn *conn;
	struct buf in, last; /* last: the PDU that was sent last, whole */
	uint32_t sequence;
	struct smsc_request {
		uint32_t sequence;
		size_t bytes;
	} open[SMSC_OPEN_MOST]; /* not answered yet */
	size_t open_count;
	bool is_bound;
	bool is_strange; /* it sent what no carrier may, or withheld what it owes: the server may end the link */
	unsigned bind_status, submit_status;
	bool is_deaf; /* submit_sm are not answered */
	unsigned submits;
};

void smsc_open(struct smsc *smsc, struct stage *stage);
void smsc_close(struct smsc *smsc);
/* Verbs. */
void smsc_pdu(struct smsc *smsc, struct str spec); /* pdu.h */
void smsc_bytes(struct smsc *smsc, struct str bytes);
void smsc_again(struct smsc *smsc);
void smsc_hang_up(struct smsc *smsc);
void smsc_bind(struct smsc *smsc, struct str status);
void smsc_submit(struct smsc *smsc, struct str how);
/* The server is about to be killed: its end of the link may go. */
void smsc_excuse(struct smsc *smsc);
/* From now on it answers as a carrier should. */
void smsc_behave(struct smsc *smsc);
/* All that it asked is answered; who is strange cannot count on that. */
bool smsc_is_quiet(const struct smsc *smsc);
/* The message id that it gave nth last, 0 the last. */
void smsc_put_id(const struct smsc *smsc, unsigned nth, struct buf *out);

#endif
