/* wire.h - what every incremental decoder answers. */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

enum wire {
	WIRE_MORE, /* whole so far; needs more bytes; nothing was consumed */
	WIRE_DONE, /* one value was read and its bytes consumed */
	WIRE_BAD,  /* these bytes are not of the protocol */
};

#endif
