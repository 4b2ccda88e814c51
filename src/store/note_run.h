/* note_run.h - notes of one user with numbers in a row, which are all that was told (no stretches of a transcript), packed into
 * one row of the tables: under load a user is told many in one transaction. */
#ifndef STORE_NOTE_RUN_H
#define STORE_NOTE_RUN_H

#include "core/told.h"

/* A run ends where it has become so long: no reading takes much more than it asked for ... */
#define NOTE_RUN_BYTES (16 * 1024)
/* ... and goes as a whole: so much later than its oldest note might. */
#define NOTE_RUN_MS 1000

/* How many of these notes, in the order of users and numbers, are one run; at least 1. A stretch, and what was made of one, is one
 * by itself. */
size_t note_run_count(const struct told_note *notes, size_t count);
void note_run_put(struct buf *out, const struct told_note *note);
/* Takes the next one off the front, with all but user and number; its strs are borrowed. False: there is none, or it is
 * damaged. */
bool note_run_take(struct str *run, struct told_note *note);
/* Puts the same run, in which nothing is said any more of the session. False: it is damaged. */
bool note_run_blank(struct buf *out, struct str run, struct str session) MUST_CHECK;

#endif
