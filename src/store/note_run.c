/* note_run.c - one note behind the other, each by its fields. */
#include "store/note_run.h"
#include "base/varint.h"

static bool is_alone(const struct told_note *note)
{
	return note->is_made || note->party.len > 0;
}

size_t note_run_count(const struct told_note *notes, size_t count)
{
	size_t n = 1, bytes = notes->data.len;
	if (is_alone(notes))
		return 1;
	for (; n < count && bytes < NOTE_RUN_BYTES; n++) {
		const struct told_note *note = &notes[n];
		if (is_alone(note) || note->number != notes->number + n ||
			note->at - notes->at >= NOTE_RUN_MS || !str_eq(note->user, notes->user))
			break;
		bytes += note->data.len;
	}
	return n;
}

void note_run_put(struct buf *out, const struct told_note *note)
{
	varint_put(out, (uint64_t)note->at);
	varint_put_str(out, note->topic);
	varint_put(out, note->roles);
	varint_put_str(out, note->session);
	varint_put_str(out, note->data);
}

bool note_run_take(struct str *run, struct told_note *note)
{
	uint64_t at, roles;
	*note = (struct told_note) {0};
	if (!varint_take(run, &at) || !varint_take_str(run, &note->topic) ||
		!varint_take(run, &roles) || !varint_take_str(run, &note->session) ||
		!varint_take_str(run, &note->data))
		return false;
	note->at = (msec)at;
	note->roles = (unsigned)roles;
	return true;
}

bool note_run_blank(struct buf *out, struct str run, struct str session)
{
	struct told_note note;
	while (run.len) {
		if (!note_run_take(&run, &note))
			return false;
		if (str_eq(note.session, session))
			note.data = STR_NONE;
		note_run_put(out, &note);
	}
	return true;
}
