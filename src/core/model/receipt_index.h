/* receipt_index.h - the parts of a link's texts for which receipts may come, by the SMSC's id.
 *
 * SMSCs write an id in one way in their answers and in another in their receipts: with leading zeros or without,
 * in upper or lower case. So they are found without these, and only where several parts differ in nothing else
 * the id as it was told decides. */
#ifndef CORE_MODEL_RECEIPT_INDEX_H
#define CORE_MODEL_RECEIPT_INDEX_H

#include "core/model/model.h"

/* Equal but for leading zeros and case. */
bool receipt_id_is_alike(struct str a, struct str b);
/* The part's id is known now. An earlier text with the same id is not found any more: the SMSC used it again. */
void receipt_index_add(struct sms_part *part);
void receipt_index_drop(struct sms_part *part); /* fine if it is not in it */
/* Of the link, or else of another link of its carrier; NULL: none, or nobody knows which. Several parts of
 * a text may have one id: the first of them. */
struct sms_part *receipt_index_find(
	const struct core *core, const struct link *link, struct str id);

#endif
