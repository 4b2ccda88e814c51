/* references.c - a counter for each user who asked for something. */
#include "api/references.h"
#include "base/check.h"
#include "core/core.h"

#include <stdlib.h>
#include <uthash.h>

struct reference {
	char user[USER_ID_LEN];
	uint64_t last;
	UT_hash_handle hh;
};

struct references {
	struct reference *all;
};

struct references *references_new(void)
{
	return mem_new(sizeof(struct references));
}

void references_free(struct references **references)
{
	struct reference *each, *next;
	HASH_ITER(hh, (*references)->all, each, next) {
		HASH_DEL((*references)->all, each);
		free(each);
	}
	free(*references);
	*references = NULL;
}

uint64_t *references_of(struct references *references, struct str user_id)
{
	struct reference *found;
	CHECK(user_id.len == USER_ID_LEN);
	HASH_FIND(hh, references->all, user_id.at, USER_ID_LEN, found);
	if (!found) {
		found = mem_new(sizeof *found);
		memcpy(found->user, user_id.at, USER_ID_LEN);
		HASH_ADD(hh, references->all, user, USER_ID_LEN, found);
	}
	return &found->last;
}
