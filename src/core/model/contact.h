/* contact.h - what is remembered of a contact, and where all of them are found.
 *
 * There may be a million, who are never forgotten, and of nearly all of them the phone is all that there is to know: so
 * that is all that such a one has in memory. Whoever has anything else has a whole body of its own. */
#ifndef CORE_MODEL_CONTACT_H
#define CORE_MODEL_CONTACT_H

#include "core/model/model.h"

/* A contact of that body, in the index of the core; core_evolve's. */
struct contact *contact_create(struct core *core, const struct body_contact *body);
/* From now on it has that body, whose phone is its own; into: whom it was found to be, or NULL. */
void contact_assign(struct contact *contact, const struct body_contact *body, struct contact *into);
/* From now on it has that phone, and is found by it. */
void contact_rename(struct core *core, struct contact *contact, struct str phone);
void contacts_free(struct core *core);

/* The ring of those with this phone_tail: any of them; NULL: there is none. */
struct contact *contacts_find(const struct contacts *contacts, struct str tail);
/* Behind `after`, or the first one (NULL), of all; in no order that says anything. NULL: no more. */
struct contact *contacts_next(const struct contacts *contacts, const struct contact *after);
#define EACH_CONTACT(core, contact)                                                                \
	for ((contact) = contacts_next(&(core)->contacts, NULL); (contact);                        \
		(contact) = contacts_next(&(core)->contacts, (contact)))

#endif
