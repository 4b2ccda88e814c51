/* smsc_shapes.h - for the simulated SMSC: the same text as the gateways of real carriers write it,
 * with headers that cannot be, parameters that are none, and in a message_payload. */
#ifndef SMSC_SMSC_SHAPES_H
#define SMSC_SMSC_SHAPES_H

#include "base/buf.h"
#include "wire/smpp_pdu.h"

/* Gives the deliver_sm its nth shape, one of few over and over; the first is the plain one. room holds
 * what the PDU borrows then. Whoever reads it well reads the same text as before. */
void smsc_shapes_dress(struct smpp_pdu *deliver_sm, unsigned nth, struct buf *room);

#endif
