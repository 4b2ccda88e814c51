/* entry.c - an input is a script. */
#include "entry.h"
#include "stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	stage_play(&fuzz_target, str_from(data, size));
	return 0;
}
