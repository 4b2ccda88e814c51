/* ws_accept.h - the answer to a WebSocket handshake: Sec-WebSocket-Accept (RFC 6455, 4.2.2). */
#ifndef WIRE_WS_ACCEPT_H
#define WIRE_WS_ACCEPT_H

#include "base/str.h"

#define WS_ACCEPT_LEN 28

/* False: the key is none (not 16 bytes in base64). */
bool ws_accept(char out[WS_ACCEPT_LEN], struct str key);

#endif
