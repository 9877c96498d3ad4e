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
#define NONE UINT64_MAX

/* The least i <= limit with (a + i b) mod m <= d, where a, b, d < m; m = 0 stands for 2^64. */
static uint64_t
first_hit(uint64_t a, uint64_t b, uint64_t m, uint64_t d, uint64_t limit)
{
    if (a <= d) {
        return 0;
    }
    if (b == 0) {
        return NONE;
    }
    if (b > m - b) { /* v becomes d - v, which [0, d] does not notice: now the steps are short */
        a = m - (a - d);
        b = m - b;
    }
    /* The sum grows until it passes m.  Only there, below b, can it be at most d; and from one such place
     * to the next it goes round b in steps of -m. */
    const uint64_t turn = (m - a - 1) / b + 1;
    if (turn > limit) {
        return NONE;
    }
    const uint64_t landing = a + turn * b - m;
    const uint64_t steps = (m - b) / b + 1, step = b - 1 - (m - 1) % b; /* m / b, and -m mod b */
    const uint64_t turns = first_hit(landing, step, b, d, (limit - turn) / steps);
    if (turns == NONE) {
        return NONE;
    }
    const fraction modulus = m == 0 ? (fraction)1 << 64 : m;
    const fraction last = (landing + (fraction)turns * step) % b;
    const fraction i = turn + (turns * modulus + last - landing) / b;
    return i <= limit ? (uint64_t)i : NONE;
}

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
