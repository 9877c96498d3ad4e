/* exp_exact.h - e^-a in integers, for the last word on functions. */
#ifndef FASTSIGMOID_EXP_EXACT_H
#define FASTSIGMOID_EXP_EXACT_H

#include "limbs.h"
#include "wide.h"

/* a = significand * 2^exponent with 53 bits of significand, fewer below 2^-1022; 0 <= a < 1100. */
struct fs_magnitude {
    uint64_t significand;
    int exponent;
};

/* e^-a = *e 2^-k: returns k.  *e, in units of 2^-128, is off by what proof/exact128.gappa has. */
int fs_exp128(const struct fs_magnitude *a, uint128 *e);

/* e^-a with n limbs, less than 2^46 units of the last of them off: returns which of s and t it stands in.  r, s and
 * t have n + 1 limbs each. */
limb *fs_exp_limbs(const struct fs_magnitude *a, size_t n, limb *r, limb *s, limb *t);

#endif
