/* ws_frame.h - frames of WebSocket (RFC 6455): bytes into messages, and the other way round.
 *
 * Texts alone; no extension is agreed on. Not permessage-deflate: what a customer writes would be compressed
 * together with what others chose to write, so that lengths tell what is in a message (RFC 7692, 7.1; the attacks
 * CRIME and BREACH), and a silent supervisor's words beside an agent's would show in them. Its window costs each idle
 * client more memory than all else of it, for messages that are mostly shorter than a packet. */
#ifndef WIRE_WS_FRAME_H
#define WIRE_WS_FRAME_H

#include "base/buf.h"
#include "base/utf8.h"

/* Of one message, all its fragments together: as much as the body of a POST (HTTP_BODY_MAX), for it says the same. */
#define WS_MESSAGE_MAX (64 * 1024)
#define WS_CONTROL_MAX 125 /* RFC 6455, 5.5 */
#define WS_HEAD_MAX    14  /* bytes before a payload */
#define WS_MASK_BYTES  4   /* of them at the end, in what a client sends */

/* Why a socket closes: RFC 6455, 7.4. */
enum ws_code {
	WS_CODE_NORMAL = 1000,
	WS_CODE_GOING_AWAY = 1001,
	WS_CODE_PROTOCOL = 1002,
	WS_CODE_NO_TEXT = 1003, /* a binary message */
	WS_CODE_NONE = 1005,    /* the frame says none; is never sent */
	WS_CODE_NOT_UTF8 = 1007,
	WS_CODE_POLICY = 1008,
	WS_CODE_TOO_LARGE = 1009,
};

enum ws_opcode {
	WS_CONTINUES = 0,
	WS_OP_TEXT = 1,
	WS_OP_BINARY = 2,
	WS_OP_CLOSE = 8,
	WS_OP_PING = 9,
	WS_OP_PONG = 10,
};

enum ws_step {
	WS_MORE,  /* all bytes were taken, nothing is whole yet */
	WS_TEXT,  /* a message, valid UTF-8 */
	WS_PING,  /* to be answered with a pong of the same payload */
	WS_PONG,  /* nothing to do */
	WS_CLOSE, /* `code` says why; nothing comes after it */
	WS_BAD,   /* the connection fails, and is told `code`; nothing after it can be understood */
};

/* All zero is a server's that has read nothing. Between two messages it owns no memory. */
struct ws_reader {
	bool is_clients;    /* it reads what a server sends, which is not masked */
	struct buf message; /* as far as it came */
	struct buf
		control; /* the same of a ping, pong or close, which may come between fragments */
	struct utf8_check text;
	unsigned char head[WS_HEAD_MAX];
	uint8_t head_len;
	uint8_t opcode; /* of the frame that is being read */
	bool is_in_frame, is_last_frame;
	bool is_in_message; /* a fragment came, and its last one did not */
	bool is_over;       /* closed, or bad */
	enum ws_code code;
	uint32_t left;      /* bytes of the frame's payload that have not come */
	uint32_t taken;     /* and those that have: where the mask stands */
	struct str payload; /* after TEXT, PING and PONG; borrowed until the next call */
};

/* Takes bytes from the front of *in, up to the end of one message or control frame. */
enum ws_step ws_reader_feed(struct ws_reader *reader, struct str *in);
/* The payload is not looked at any more: its memory goes now, not with the next call. */
void ws_reader_let_go(struct ws_reader *reader);
/* Bytes that it keeps of what is not whole. */
size_t ws_reader_kept(const struct ws_reader *reader);
void ws_reader_free(struct ws_reader *reader); /* empties it */

/* What a server sends: the head of a whole frame; gives its length. */
size_t ws_put_head(unsigned char out[WS_HEAD_MAX], enum ws_opcode opcode, size_t payload);
/* A whole frame; a payload above WS_CONTROL_MAX is none for a control frame. */
void ws_put_frame(struct buf *out, enum ws_opcode opcode, struct str payload);
/* A close frame; WS_CODE_NONE: without a code. */
void ws_put_close(struct buf *out, enum ws_code code);
/* What a client sends: the frame as ws_put_frame made it, masked. */
void ws_put_masked(struct buf *out, struct str frame, const unsigned char mask[WS_MASK_BYTES]);

#endif
