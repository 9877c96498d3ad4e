/* log_exact.h - logarithms in integers, for the last word on functions. */
#ifndef FASTSIGMOID_LOG_EXACT_H
#define FASTSIGMOID_LOG_EXACT_H

#include "limbs.h"
#include "wide.h"

/* The natural logarithm of 2^k a/b, where 1/4 <= b <= a < 1, a < 2b, k < 2^11, and b has no more than 64 bits.  a is
 * given by its distance from b, a = b + d 2^-x, so that where k = 0 the result is as good as d; d is at least 1/4
 * unless x is 0, and k is 0 unless a + b >= 1.
 *
 * It is *log 2^-e: returns e.  *log, in units of 2^-128, is off by what proof/log128.gappa has. */
int fs_log128(int k, uint128 b, uint128 d, int x, uint128 *log);

/* log(2^k a/b), where r = a - b, s = a + b and b <= a < 2b, with n limbs.  Each of r and s may be off by some units of the
 * last limb, FIXME.  work has three numbers of n + 1 limbs; r and s are lost. */
void fs_log_limbs(limb *log, int k, limb *r, limb *s, size_t n, limb *work);

#endif
