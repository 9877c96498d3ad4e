/* exact.h - the last word on sigmoid(x): scalar multi-precision, rarely reached. */
#ifndef FASTSIGMOID_EXACT_H
#define FASTSIGMOID_EXACT_H

/* A binary floating-point format whose values a double holds exactly. */
struct fs_format {
    int precision; /* bits of the significand, the leading one included */
    int emin;      /* the smallest normal number is 2^emin */
};

extern const struct fs_format fs_binary64; /* {53, -1022} */
extern const struct fs_format fs_binary32; /* {24, -126} */
extern const struct fs_format fs_binary16; /* {11, -14} */
extern const struct fs_format fs_bfloat16; /* {8, -126} */

/* sigmoid(x) correctly rounded to the format, for every x but NaN. */
double fs_exact(double x, const struct fs_format *format);

/* The two phases behind fs_exact, apart for the tests' sake.  fs_exact128 returns 1 and stores the
 * result, or returns 0 where its 128 bits leave the rounding open; fs_exact_unbounded doubles its
 * precision until the rounding is settled. */
int fs_exact128(double x, const struct fs_format *format, double *result);
double fs_exact_unbounded(double x, const struct fs_format *format);

#endif
