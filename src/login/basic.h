/* basic.h - what an Authorization header of scheme Basic may mean. */
#ifndef LOGIN_BASIC_H
#define LOGIN_BASIC_H

#include "base/arena.h"

/* One reading of the bytes, as UTF-8. */
struct basic_reading {
	struct str name;
	struct str password;
};

/* Clients send UTF-8 or ISO-8859-1 and do not say which (Making a Request), so bytes beyond ASCII
 * have up to two readings: as UTF-8 where they are that, then as ISO-8859-1. */
struct basic {
	struct basic_reading readings[2];
	size_t count;
};

enum basic_header {
	BASIC_NONE, /* no such header */
	BASIC_BAD,  /* another scheme, or not name:password in base64 */
	BASIC_GIVEN,
};
/* The strs live in the arena. */
enum basic_header basic_read(struct str header, struct arena *arena, struct basic *out);

#endif
