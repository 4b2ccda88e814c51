/* store_erasing.h - a folder's store, looked through for a contact: what the journal has of it, and what checksums are
 * kept of where the journal was trimmed. */
#ifndef STORE_STORE_ERASING_H
#define STORE_STORE_ERASING_H

#include "core/erasing.h"

/* Beside whoever writes, by connections of its own. The tables have to be where the journal is, as far as the contact
 * goes. */
enum err store_erasing_look(struct str folder, struct erasing *erasing, struct buf *why) MUST_CHECK;

#endif
