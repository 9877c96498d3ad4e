/* exact.h - the last word on a function: scalar multi-precision, rarely reached. */
#ifndef FASTSIGMOID_EXACT_H
#define FASTSIGMOID_EXACT_H

#include <stdint.h>

#include "functions.h"
#include "limbs.h"
#include "wide.h"

/* A binary floating-point format whose values a double holds exactly. */
struct fs_format {
    int precision; /* bits of the significand, the leading one included */
    int emin;      /* the smallest normal number is 2^emin */
};

extern const struct fs_format fs_binary64; /* {53, -1022} */
extern const struct fs_format fs_binary32; /* {24, -126} */
extern const struct fs_format fs_binary16; /* {11, -14} */
extern const struct fs_format fs_bfloat16; /* {8, -126} */

/* Rounds a number of the open interval (first, last + 1) * 2^exponent, of which nothing else is
 * known: returns 1 and stores the result if every such number rounds alike.
 *
 * 2^(precision+1) < first < 2^63 and last <= 2^63: halfway points are integers in this scale, so
 * that the ends lose nothing by having been rounded outwards to integers. */
int fs_round_open(uint64_t first, uint64_t last, int exponent, const struct fs_format *format,
                  double *result);

/* The same for a number between lower and upper, in units of 2^(exponent-128), lower being at least 2^-7 2^exponent. */
int fs_round_wide(uint128 lower, uint128 upper, int exponent, const struct fs_format *format,
                  double *result);

/* The same for t of n limbs, from which the number is less than 2^48 units of the last of them away. */
int fs_round_limbs(const limb *t, size_t n, const struct fs_format *format, double *result);

/* Calls attempt with more and more limbs, and memory for FS_NUMBERS numbers of n + 1 of them, until it returns 1 and has
 * stored the result. */
#define FS_NUMBERS 6
typedef int fs_attempt(const void *problem, size_t n, limb *memory, const struct fs_format *format,
                       double *result);
double fs_refine(fs_attempt *attempt, const void *problem, const struct fs_format *format);

/* A function of x correctly rounded to the format, for every x but NaN.
 *
 * The two phases behind it stand apart for the tests' sake.  The first one returns 1 and stores the result, or
 * returns 0 where its 128 bits leave the rounding open; the second one doubles its precision until the rounding
 * is settled. */
#define FS_DECLARE_EXACT(NAME, name) \
    double fs_##name##_exact(double x, const struct fs_format *format); \
    int fs_##name##_exact128(double x, const struct fs_format *format, double *result); \
    double fs_##name##_exact_unbounded(double x, const struct fs_format *format);
FS_FUNCTIONS(FS_DECLARE_EXACT)
#undef FS_DECLARE_EXACT

#endif
