/* sqlite_aged.h - words that were kept long enough, out of sotto.db and journal.db. */
#ifndef STORE_SQLITE_AGED_H
#define STORE_SQLITE_AGED_H

#include "core/aged.h"

/* Of that folder: each reading opens it, so it does not matter who writes meanwhile. */
struct aged_source *sqlite_aged_source(struct str folder);

#endif
