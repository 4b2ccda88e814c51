/* sqlite_earlier.h - earlier sessions of a contact, from the tables of sotto.db. */
#ifndef STORE_SQLITE_EARLIER_H
#define STORE_SQLITE_EARLIER_H

#include "core/earlier.h"

/* Of that folder: each reading opens it, so it does not matter who writes meanwhile. */
struct earlier_source *sqlite_earlier_source(struct str folder);

#endif
