/* dice.h - what chance decides in a trial, from its seed alone. */
#ifndef SIM_DICE_H
#define SIM_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state; /* at first: the seed */
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t dice_bits(struct dice *dice)
{
	uint64_t z = dice->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* 0 .. sides-1 */
static inline uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
	return dice_bits(dice) % sides;
}

#endif
