/* stage_private.h - what the files stage*.c share. */
#ifndef TEST_FUZZ_STAGE_PRIVATE_H
#define TEST_FUZZ_STAGE_PRIVATE_H

#include "stage.h"

/* stage.c */
void stage_run(struct stage *stage, msec ms);
void stage_serve(struct stage *stage);
void stage_die(struct stage
		*stage); /* kill -9: what was on its way is gone, what was committed is there */
void stage_restart(struct stage *stage);
/* stage_verbs.c */
void stage_play_lines(struct stage *stage, struct str script);
/* stage_check.c */
void stage_check(struct stage *stage);
/* stage_ana.c */
void ana_comes(struct stage *stage);
void ana_does(struct stage *stage, struct str rest); /* OPERATION [WORDS] */

#endif
