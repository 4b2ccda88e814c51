/* desk.h - the page on which people work: its files, which lie in this program (web/ is what they are built
 * from). They need no login and tell nothing of the centre. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "login/entrance.h"

struct desk_world {
	void *ctx;
	/* Gives the reply once everything up to lsn is on disk (0: at once). Copies it. */
	void (*reply)(
		void *ctx, struct http_ref ref, uint64_t lsn, const struct http_response *response);
	struct http_response (*refusal)(enum err err); /* what a client is told of a failure */
};

/* world is borrowed for as long as the room is used. */
struct entrance_room desk_room(const struct desk_world *world);
/* Was the page there when this program was built? */
bool desk_is_there(void);

#endif
