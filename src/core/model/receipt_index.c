/* receipt_index.c - a hash by the id without its zeros and case; behind each the parts that share that. */
#include "core/model/receipt_index.h"

#include <utlist.h>

static struct str without_zeros(struct str id)
{
	while (id.len > 1 && id.at[0] == '0')
		id = str_skip(id, 1);
	return id;
}

bool receipt_id_is_alike(struct str a, struct str b)
{
	return str_eq_nocase(without_zeros(a), without_zeros(b));
}

/* Owned. */
static struct str folded(struct str id)
{
	struct str copy = str_copy(without_zeros(id));
	for (size_t i = 0; i < copy.len; i++)
		((char *)(uintptr_t)copy.at)[i] = str_lower(copy.at[i]);
	return copy;
}

static struct sms_part *first_alike(const struct link *link, struct str fold)
{
	struct sms_part *part;
	HASH_FIND(hh, link->receipts, fold.at, fold.len, part);
	return part;
}

void receipt_index_drop(struct sms_part *part)
{
	struct link *link = part->outbound->link;
	if (!part->receipt_id.len)
		return;
	struct sms_part *first = first_alike(link, part->receipt_id);
	if (first == part) {
		HASH_DEL(link->receipts, part);
		if (part->alike)
			HASH_ADD_KEYPTR(hh, link->receipts, part->alike->receipt_id.at,
				part->alike->receipt_id.len, part->alike);
	} else {
		while (first->alike != part)
			first = first->alike;
		first->alike = part->alike;
	}
	part->alike = NULL;
	str_free(&part->receipt_id);
}

/* One that is of an earlier text and has the very id. */
static struct sms_part *outdated(struct sms_part *alike, const struct sms_part *part)
{
	for (; alike; alike = alike->alike)
		if (alike->outbound != part->outbound && str_eq(alike->b.smsc_id, part->b.smsc_id))
			return alike;
	return NULL;
}

void receipt_index_add(struct sms_part *part)
{
	struct link *link = part->outbound->link;
	struct sms_part *other;
	if (part->receipt_id.len || part->b.smsc_id.len == 0)
		return;
	struct str fold = folded(part->b.smsc_id);
	while ((other = outdated(first_alike(link, fold), part)))
		receipt_index_drop(other);
	struct sms_part *first = first_alike(link, fold);
	part->receipt_id = fold;
	if (!first) {
		HASH_ADD_KEYPTR(hh, link->receipts, fold.at, fold.len, part);
		return;
	}
	while (first->alike)
		first = first->alike;
	first->alike = part;
}

static struct sms_part *find_in(const struct link *link, struct str id)
{
	struct str fold = folded(id);
	struct sms_part *first = first_alike(link, fold), *part;
	bool is_one = true;
	str_free(&fold);
	for (part = first; part; part = part->alike) {
		if (str_eq(part->b.smsc_id, id))
			return part;
		is_one &= str_eq(part->b.smsc_id, first->b.smsc_id);
	}
	return is_one ? first : NULL;
}

struct sms_part *receipt_index_find(const struct core *core, const struct link *link, struct str id)
{
	const struct link *other;
	if (!id.len)
		return NULL;
	struct sms_part *part = find_in(link, id);
	DL_FOREACH(core->links, other)
		if (!part && other != link && core_is_one_carrier(link, other))
			part = find_in(other, id);
	return part;
}
