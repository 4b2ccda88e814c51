/* contact.h - questions about a contact: may it be written to, and which others are the same phone? */
#ifndef CORE_RULES_CONTACT_H
#define CORE_RULES_CONTACT_H

#include "core/core.h"

/* The contact with that phone: as it is written, or else in a spelling that surely is the same (`420...` and
 * `+420...` of before numbers had one form). NULL: there is none. */
struct contact *contact_of_phone(const struct core *core, struct str phone);
/* One that comes for the first time. What a phone refused before its contact was erased it still refuses. */
struct body_contact contact_new(const struct core *core, struct str phone);
/* Its open session with that number of ours; NULL: there is none. */
struct session *contact_conversation(const struct contact *contact, struct str number);
/* A name is not: nobody would be reached, or somebody else. */
bool contact_is_answerable(const struct contact *contact);
/* Has this phone, in this or any other spelling, refused texts of that number of ours (empty:
 * of all)? Where a spelling may be that of several phones, each of them counts as having refused: that is less bad than to write to who did. */
bool contact_refuses(const struct contact *contact, struct str number);
/* Has this very phone refused them, as itself or before it was erased? */
bool contact_phone_has_refused(const struct core *core, struct str phone, struct str number);
/* The same as contact_refuses of a phone of which no contact is known, perhaps. */
bool contact_phone_refuses(const struct core *core, struct str phone, struct str number);
/* Is the number in such a list as contact.refused? */
bool contact_lists(struct str list, struct str number);
/* The list with that number, once; made in the arena. */
struct str contact_list_with(struct arena *arena, struct str list, struct str number);
/* The next one that may be the same phone, beginning with the contact itself (after: NULL); NULL: no more. */
struct contact *contact_spelling(const struct contact *contact, const struct contact *after);
/* May `other` speak for this one in what it allows? Surely one phone, or nothing known tells them apart:
 * no third contact may be the one and not the other. */
bool contact_is_spoken_for(const struct contact *contact, const struct contact *other);

#endif
