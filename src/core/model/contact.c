/* contact.c - contacts in a hash table of rings: what uthash keeps for each of them would be as much as all the rest. */
#include "core/model/contact.h"
#include "core/model/phone.h"

#include <stdlib.h>

/* Of the table; it doubles when there are as many rings. */
#define BUCKETS_LEAST 64

/* What most contacts do not have. */
struct contact_rare {
	struct body_contact b; /* owned */
	struct contact *into;
};

/* --- one of them -------------------------------------------------------------------------------- */

static bool fits_inside(struct str phone)
{
	return phone.len && phone.len <= CONTACT_PHONE_INSIDE;
}

/* Is its phone all that there is to know? */
static bool is_plain(const struct body_contact *body)
{
	return !body->opted_out && !body->reference && !body->merged_into.len && !body->helped &&
	       !body->doubted && !body->refused.len && !body->last_agent.len &&
	       !body->last_agent_at && fits_inside(body->phone);
}

struct str contact_phone(const struct contact *contact)
{
	return contact->phone_len ? str_from(contact->phone, contact->phone_len)
				  : contact->rare->b.phone;
}

struct body_contact contact_body(const struct contact *contact)
{
	return contact->rare ? contact->rare->b
			     : (struct body_contact) {.phone = contact_phone(contact)};
}

struct contact *contact_into(const struct contact *contact)
{
	return contact->rare ? contact->rare->into : NULL;
}

static void drop_rare(struct contact *contact)
{
	if (contact->rare)
		body_release(BODY_contact, &contact->rare->b);
	free(contact->rare);
	contact->rare = NULL;
}

/* It stays where it is for as long as it is the same: others have borrowed it. */
static void set_phone(struct contact *contact, struct str phone)
{
	contact->phone_len = fits_inside(phone) ? (uint8_t)phone.len : 0;
	if (contact->phone_len)
		memcpy(contact->phone, phone.at, phone.len);
}

void contact_assign(struct contact *contact, const struct body_contact *body, struct contact *into)
{
	if (is_plain(body)) {
		drop_rare(contact);
		return;
	}
	if (!contact->rare)
		contact->rare = mem_new(sizeof *contact->rare);
	body_assign(BODY_contact, &contact->rare->b, body);
	contact->rare->into = into;
}

/* --- all of them -------------------------------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo; 64 bits), its upper half folded in: phones differ in few bits. */
static size_t hash_of(struct str tail)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < tail.len; i++)
		hash = (hash ^ (unsigned char)tail.at[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

static size_t bucket_of(const struct contacts *contacts, const struct contact *contact)
{
	return hash_of(phone_tail(contact_phone(contact))) & (contacts->bucket_count - 1);
}

struct contact *contacts_find(const struct contacts *contacts, struct str tail)
{
	if (!contacts->bucket_count)
		return NULL;
	struct contact *first = contacts->buckets[hash_of(tail) & (contacts->bucket_count - 1)];
	while (first && !str_eq(phone_tail(contact_phone(first)), tail))
		first = first->next;
	return first;
}

static void put_into_bucket(struct contacts *contacts, struct contact *first)
{
	struct contact **bucket = &contacts->buckets[bucket_of(contacts, first)];
	first->next = *bucket;
	*bucket = first;
}

static void grow(struct contacts *contacts)
{
	struct contacts old = *contacts;
	contacts->bucket_count = old.bucket_count ? 2 * old.bucket_count : BUCKETS_LEAST;
	contacts->buckets = mem_new(contacts->bucket_count * sizeof(struct contact *));
	for (size_t i = 0; i < old.bucket_count; i++)
		for (struct contact *first = old.buckets[i], *next; first; first = next) {
			next = first->next;
			put_into_bucket(contacts, first);
		}
	free(old.buckets);
}

/* The place that leads to it in its bucket. */
static struct contact **place_of(struct contacts *contacts, const struct contact *first)
{
	struct contact **place = &contacts->buckets[bucket_of(contacts, first)];
	while (*place && *place != first)
		place = &(*place)->next;
	return place;
}

static void list(struct contacts *contacts, struct contact *contact)
{
	struct contact *alike = contacts_find(contacts, phone_tail(contact_phone(contact)));
	contact->alike = alike ? alike->alike : contact;
	if (alike) {
		alike->alike = contact;
		return;
	}
	if (contacts->ring_count == contacts->bucket_count)
		grow(contacts);
	contacts->ring_count++;
	put_into_bucket(contacts, contact);
}

static void unlist(struct contacts *contacts, struct contact *contact)
{
	struct contact **place = place_of(contacts, contact), *before = contact;
	while (before->alike != contact)
		before = before->alike;
	before->alike = contact->alike;
	if (!*place) /* another one stands for the ring */
		return;
	*place = contact->next;
	if (before == contact)
		contacts->ring_count--;
	else
		put_into_bucket(contacts, before);
}

/* Those of the rings that are in a bucket, one behind the other. */
static struct contact *first_from(const struct contacts *contacts, size_t bucket)
{
	for (; bucket < contacts->bucket_count; bucket++)
		if (contacts->buckets[bucket])
			return contacts->buckets[bucket];
	return NULL;
}

struct contact *contacts_next(const struct contacts *contacts, const struct contact *after)
{
	if (!after)
		return first_from(contacts, 0);
	const struct contact *first = contacts_find(contacts, phone_tail(contact_phone(after)));
	if (after->alike != first)
		return after->alike;
	return first->next ? first->next : first_from(contacts, bucket_of(contacts, first) + 1);
}

struct contact *contact_create(struct core *core, const struct body_contact *body)
{
	struct contact *contact = mem_new(sizeof *contact);
	set_phone(contact, body->phone);
	contact_assign(contact, body, NULL);
	list(&core->contacts, contact);
	return contact;
}

void contact_rename(struct core *core, struct contact *contact, struct str phone)
{
	struct body_contact now = contact_body(contact);
	unlist(&core->contacts, contact);
	now.phone = phone;
	contact_assign(contact, &now, contact_into(contact));
	set_phone(contact, phone);
	list(&core->contacts, contact);
}

static void free_ring(struct contact *first)
{
	struct contact *contact = first, *next;
	do {
		next = contact->alike;
		drop_rare(contact);
		free(contact);
		contact = next;
	} while (contact != first);
}

void contacts_free(struct core *core)
{
	for (size_t i = 0; i < core->contacts.bucket_count; i++)
		for (struct contact *first = core->contacts.buckets[i], *next; first;
			first = next) {
			next = first->next;
			free_ring(first);
		}
	free(core->contacts.buckets);
	core->contacts = (struct contacts) {0};
}
