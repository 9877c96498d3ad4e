/* log_exact.h - logarithms in integers, for the last word on functions. */
#ifndef FASTSIGMOID_LOG_EXACT_H
#define FASTSIGMOID_LOG_EXACT_H

#include "limbs.h"
#include "wide.h"

/* How far *log may be off, in units of 2^-128. */
#define FS_LOG128_ERR 22

/* log(2^k a/b) = *log 2^-e: returns e.  a = b + d 2^-x is given by its distance from b, so that where it is near b,
 * and k is 0, the result is as good as d.  1/4 <= b <= a < min(1, 2b), b has no more than 60 bits, k < 1100, and
 *
 *   x = 0 and a + b >= 1, if k = 0; d is exact;
 *   x = 0 and a >= 2/3, if k > 0; d may be 1 unit too small;
 *   or k = 0, x > 0, b = 1/2, and d is what fs_exp128 has made.
 *
 * In each case a + c >= 1 for all that the code calls c. */
int fs_log128(int k, uint128 b, uint128 d, int x, uint128 *log);

/* log(2^k a/b) with n limbs, from r = a - b and s = a + b, where b <= a <= 2b.  It is less than 2^47 units of the last
 * limb off for n <= LIMBS_MOST, if r and s are exact or cut off, or if k = 0 and both are e^-a of fs_exp_limbs, plus 2
 * for s.  r and s are lost; work has three numbers. */
void fs_log_limbs(limb *log, int k, limb *r, limb *s, size_t n, limb *work);

#endif
