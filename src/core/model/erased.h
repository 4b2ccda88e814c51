/* erased.h - what stays where something is erased. For words nothing; for a phone an alias that says nothing of it, by
 * which only who knows the phone and the centre's key finds the contact again. So that a phone that said STOP stays
 * refused. */
#ifndef CORE_MODEL_ERASED_H
#define CORE_MODEL_ERASED_H

#include "core/model/model.h"

#define ERASED_ALIAS_ROOM 64

/* The phone's nth alias (from 1: it may come again, and be erased again), ended by '\0'. Longer than any name that a
 * carrier may bring, and no number. */
struct str erased_alias(
	char out[ERASED_ALIAS_ROOM], struct str key, struct str phone, unsigned nth);
bool erased_is_alias(struct str phone);
/* Is it one of that phone's? */
bool erased_is_alias_of(struct str alias, struct str key, struct str phone);
/* The contact that this phone was when it was erased last; NULL: it never was. */
struct contact *erased_contact(const struct core *core, struct str phone);
/* How often it was. */
unsigned erased_count(const struct core *core, struct str phone);

/* Takes the words out of a body: what was written to and fro, and what agents noted of it. Who wrote, when, and how often
 * stays. False: there are none in it. */
bool erased_take_words(enum body_kind kind, void *body);
/* The session that the words of such a body are of; empty: of none, or it has no words. */
struct str erased_session_of(enum body_kind kind, const void *body);

#endif
