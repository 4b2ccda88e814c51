/* retell.c - notices into kept notes. */
#include "push/retell.h"

#include "push/notification.h"

struct retelling {
	struct view view;
	struct buf data;
	void (*keep)(void *ctx, struct told_note *note);
	void *ctx;
};

static void tell(void *ctx, const struct notice *notice)
{
	struct retelling *retelling = ctx;
	struct told_note note = notification_kept(notice);
	struct view_stretch left, part;
	retelling->data.len = 0;
	notification_write(&retelling->data, &retelling->view, notice, &left);
	note.data = buf_str(&retelling->data);
	retelling->keep(retelling->ctx, &note);
	while (notification_part(notice, &left, &part)) {
		note = notification_kept(notice);
		note.party = notice->to->viewer->b.id;
		note.first = part.next;
		note.last = part.last;
		retelling->keep(retelling->ctx, &note);
	}
}

void retell(void *ctx, const struct core *core, const struct event *events, size_t count,
	void (*keep)(void *keep_ctx, struct told_note *note), void *keep_ctx)
{
	struct retelling retelling = {
		.view = {core, *(const struct str *)ctx}, .keep = keep, .ctx = keep_ctx};
	notification_each(&notification_table, events, count, tell, &retelling);
	buf_free(&retelling.data);
}
