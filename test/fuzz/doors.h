/* doors.h - a bare connection to one of the server's doors, opened when it is needed: raw HTTP, or the operator's socket. */
#ifndef TEST_FUZZ_DOORS_H
#define TEST_FUZZ_DOORS_H

#include "base/buf.h"
#include "net/net.h"

struct stage;
struct door {
	struct stage *stage;
	bool is_admin;
	struct net_conn *conn;
	struct buf in;
	struct buf asked; /* admin: names of operations that were not answered yet, a line each */
	bool is_over;     /* admin: a line was longer than any may be */
};

void door_open(struct door *door, struct stage *stage, bool is_admin);
void door_close(struct door *door);
void door_say(struct door *door, struct str bytes);
void door_read(struct door *door, bool on); /* off: what comes stays in the line */
void door_excuse(struct door *door);
bool door_is_quiet(const struct door *door); /* all that was asked is answered */

#endif
