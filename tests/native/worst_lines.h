/* worst_lines.h - the search by straight lines, after V. Lefevre, "New results on the distance between a segment
 * and Z^2", Arith-17, 2005.
 *
 * An interval of N inputs is a straight line but for G'' N^2/8 at most, and where a straight line comes that near
 * to an integer is asked of an algorithm like Euclid's, of some ten divisions.  N is such that one interval in
 * four finds something, which the piece's polynomial then looks at. */
#ifndef WORST_LINES_H
#define WORST_LINES_H

#include "worst_piece.h"

#define LOG_INTERVAL 26       /* N at most: what two roundings of the slope do, (N/2) 2^-63, is 2^-38 */
#define LINE_ROUNDING 0x1p-37 /* more than all roundings of a line together */

/* log2 of N: where |G''| <= bend, one interval in four then finds something. */
static int
log_interval(double bend)
{
    const int n = (int)floor(-log2(bend) / 3);
    return n > LOG_INTERVAL ? LOG_INTERVAL : n;
}

/* The fraction of v, in units of 2^-64. */
static uint64_t
fixed(double v)
{
    const double signed_fraction = v - rint(v);
    return signed_fraction < 0.5 ? (uint64_t)(int64_t)(0x1p64 * signed_fraction)
                                 : UINT64_C(1) << 63;
}

static void
lines(const struct piece *p)
{
    const int limit = p->log_half + 1;
    const int n = log_interval(p->bend) < limit ? log_interval(p->bend) : limit;
    const int64_t N = INT64_C(1) << n, half = INT64_C(1) << p->log_half;
    const double deviation = p->bend * (double)N * (double)N / 8 + p->near + LINE_ROUNDING;
    const uint64_t reach = (uint64_t)ldexp(deviation, 64);
    for (int64_t first = -half; first < half; first += N) {
        const int64_t middle = first + N / 2;
        const fraction line = p->value + (fraction)middle * p->slope;
        const uint64_t b = (uint64_t)(p->slope >> 64) + fixed(curve_slope(p, (double)middle));
        const uint64_t a = (uint64_t)(line >> 64) + fixed(curve(p, (double)middle))
                           - (uint64_t)(N / 2) * b + reach;
        for (uint64_t i = 0; i < (uint64_t)N; i++) {
            const uint64_t hit = first_hit(a + i * b, b, 0, 2 * reach, (uint64_t)N - 1 - i);
            if (hit == NONE) {
                break;
            }
            i += hit;
            try_input(p, first + (int64_t)i);
        }
    }
}

#endif
