/* refusal.c - code and message of an err. */
#include "view/refusal.h"
#include "wire/json.h"

void refusal_put_status(struct buf *out, enum err err)
{
	json_member_u64(out, "statusCode", (uint64_t)err_code(err));
	if (err != OK)
		json_member(out, "statusMessage", str_of(err_text(err)));
}

void refusal_put(struct buf *out, enum err err)
{
	buf_put_byte(out, '{');
	refusal_put_status(out, err);
	buf_put_byte(out, '}');
}
