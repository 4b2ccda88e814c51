/* sqlite_past.h - one session out of sotto.db, whole. */
#ifndef STORE_SQLITE_PAST_H
#define STORE_SQLITE_PAST_H

#include "core/past.h"

/* Of that folder: each reading opens it, so it does not matter who writes meanwhile. */
struct past_source *sqlite_past_source(struct str folder);

#endif
