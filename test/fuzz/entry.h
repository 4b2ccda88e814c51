/* entry.h - the one function of a fuzz target, for libFuzzer and for corpus.c. */
#ifndef TEST_FUZZ_ENTRY_H
#define TEST_FUZZ_ENTRY_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
