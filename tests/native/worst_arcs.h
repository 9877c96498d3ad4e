/* worst_arcs.h - the search by arcs around the fractions of small denominator.
 *
 * Where the slope G' passes p/q, at j = c, let t = j - c.  Then q G(j) - p j is q (v + A t^2 + B t^3 + ...): without
 * a linear term, so slow that it meets few integers m, and where it does is known to a fraction of an input:
 *
 *     A t^2 + B t^3 = (m - q v)/q = A r^2,    t = +-r - B/(2A) r^2 + ...
 *
 * A j that is hard to round is, but for a small tolerance, such a c + t.  Few of these are integers, which
 * try_input looks at.
 *
 * The fractions are the Farey sequence of some order Q, p/q with q <= Q.  An input whose slope lies between two
 * neighbours p/q < p'/q' belongs to the first up to their mediant (p+p')/(q+q'), to the second from there on.  So no
 * input is left out, |t| is at most 1/(2A q (q+q')), and where Q^3 is 1/(8A), an arc of that extent meets one integer
 * or a few.  A fraction stands for some thousand or million inputs and costs two divisions and a square root.
 *
 * The tolerance.  Let |G(j) - integer| <= near, and r, c and v be as they are computed here.
 *  - |A t^2 + B t^3 + ... - A r^2| is at most near + rounding (worst_piece.h): where |c| <= 1.5 half, the eight
 *    roundings of v are 2^-50 A c^2 < 2^-48.8 A half^2.  So |t - r| <= (near + rounding)/(A r) = K/r, but for the
 *    following.
 *  - Where |c| > 1.5 half, |t| is |c|/3 or more, and v's roundings move t by 2^-50 A c^2/(2A |c|/3) or less; with
 *    those of c and the sum, 2^-48 |c|.  As an arc is shorter than 2^34 and half a piece than 2^33, this is 2^-13.
 *  - The next term of t is (5/8 (B/A)^2 - C/(2A)) r^3, where C is that of t^4.  A piece where it might be more than
 *    2^-13 is left to the straight lines.
 *  - The series for c, v and A as functions of the slope end where the next term moves c by 320 (h c)^3 c or
 *    less, where |c| <= 2^35 and h <= 2^-55 (START 1/8); elsewhere it has h^2 |c|^3 <= 2^-5 by the term before: 2^-16.
 * Together less than K/r + 2^-11 = K/r + SLACK. */
#ifndef WORST_ARCS_H
#define WORST_ARCS_H

#ifdef __AVX2__
#  include <immintrin.h>
#endif

#include "worst_piece.h"

#define SLACK 0x1p-11
#define ORDER_SHARE 0.65 /* of (8A)^(-1/3): the order of the sequence; what is quickest */
#define FRACTIONS 65536  /* a piece, at most */
#define LANES 4

typedef double lanes __attribute__((vector_size(8 * LANES)));
typedef int64_t lanes_bits __attribute__((vector_size(8 * LANES)));

static inline lanes
root(lanes x)
{
#ifdef __AVX2__
    return (lanes)_mm256_sqrt_pd((__m256d)x);
#else
    for (int i = 0; i < LANES; i++) {
        x[i] = sqrt(x[i]);
    }
    return x;
#endif
}

/* A bit a lane. */
static inline unsigned
bits_of(lanes_bits mask)
{
#ifdef __AVX2__
    return (unsigned)_mm256_movemask_pd((__m256d)mask);
#else
    unsigned bits = 0;
    for (int i = 0; i < LANES; i++) {
        bits |= mask[i] ? 1U << i : 0;
    }
    return bits;
#endif
}

/* |x - the nearest integer|, for |x| < 2^51. */
static inline lanes
nearest_off(lanes x)
{
    const lanes off = x - ((x + 0x1.8p52) - 0x1.8p52);
    return (lanes)((lanes_bits)off & INT64_MAX);
}

/* What of the fractions of a piece is needed. */
static struct {
    double q[FRACTIONS + 2]; /* with one before and one after the others */
    double p[FRACTIONS], center[FRACTIONS], value[FRACTIONS], scale[FRACTIONS], from[FRACTIONS],
        to[FRACTIONS];
} arc;

struct neighbours {
    int64_t p, q, next_p, next_q;
};

/* Those in the Farey sequence with p/q <= s < next_p/next_q, s in units of 2^-64. */
static struct neighbours
neighbours(uint64_t s, int64_t order)
{
    struct neighbours f = {0, 1, 1, 1};
    uint64_t below = s,
             above = -s; /* q s - p, and next_p - next_q s; 0 stands for 1 where s is 0 */
    for (;;) {
        uint64_t k = (uint64_t)((order - f.next_q) / f.q);
        if (below != 0 && (above - 1) / below < k) {
            k = (above - 1) / below;
        }
        f.next_p += (int64_t)k * f.p;
        f.next_q += (int64_t)k * f.q;
        above -= k * below;
        uint64_t i = below == 0 ? 0 : below / above;
        if ((uint64_t)((order - f.q) / f.next_q) < i) {
            i = (uint64_t)((order - f.q) / f.next_q);
        }
        f.p += (int64_t)i * f.next_p;
        f.q += (int64_t)i * f.next_q;
        below -= i * above;
        if (k == 0 && i == 0) {
            return f;
        }
    }
}

/* The fractions whose arcs may reach into a piece with slopes up to extent away from slope; how many, or 0 if too many.
 * Neighbours have two denominators that no other neighbours have. */
static int
fractions(uint64_t slope, double extent, int64_t order)
{
    const uint64_t w = (uint64_t)ldexp(extent, 64);
    struct neighbours f = neighbours(slope - w, order);
    const struct neighbours last = neighbours(slope + w, order);
    if (slope < w) {
        f.p -= f.q;
        f.next_p -= f.next_q;
    }
    int n = 0;
    while (n < FRACTIONS - 1) {
        arc.p[n] = (double)f.p;
        arc.q[++n] = (double)f.q;
        if (f.q == last.q && f.next_q == last.next_q) {
            arc.p[n] = (double)f.next_p;
            arc.q[++n] = (double)f.next_q;
            arc.q[0] = arc.q[n + 1] = INFINITY;
            return n;
        }
        const int64_t k = (uint32_t)(order + f.q) / (uint32_t)f.next_q;
        f = (struct neighbours){f.next_p, f.next_q, k * f.next_p - f.p, k * f.next_q - f.q};
    }
    return 0;
}

/* The inputs within tolerance of c +- r, for a k-th fraction and an m. */
static __attribute__((noinline, cold)) void
try_near(const struct piece *p, double center, double square, double turn, double tolerance)
{
    const double half = ldexp(1, p->log_half), base = center - turn * square;
    const double most = sqrt(square + tolerance) + SLACK;
    const double least = (square > tolerance ? sqrt(square - tolerance) : 0) - SLACK;
    for (int side = -1; side <= 1; side += 2) {
        const double a = side < 0 ? base - most : base + least;
        const double b = side < 0 ? base - least : base + most;
        for (double j = ceil(a); j <= b; j++) {
            if (j >= -half && j < half) {
                try_input(p, (int64_t)j);
            }
        }
    }
}

/* For r^2 = first squares, (first + 1) squares, ...: those with an integer within K/r + SLACK of c +- r - turn r^2. */
static inline unsigned
near_integers(double first, double squares, double c, double turn, double K)
{
    const lanes steps = {0, 1, 2, 3};
    const lanes any_sign = (first + steps) * squares;
    const lanes square = (lanes)((lanes_bits)any_sign & (any_sign > 0));
    const lanes r = root(square), base = c - turn * square;
    const lanes right = nearest_off(base + r), left = nearest_off(base - r);
    return bits_of(((right - SLACK) * r <= K) | ((left - SLACK) * r <= K));
}

/* 0 where nothing was done, as an arc is too long. */
static int
arcs(const struct piece *p)
{
    const double half = ldexp(1, p->log_half);
    const double A = p->second, B = p->third, C = p->fourth;
    const int64_t order = (int64_t)(ORDER_SHARE * cbrt(1 / (8 * A))) + 2;
    const double next_term = 0.625 * (B / A) * (B / A) + fabs(C / (2 * A));
    const double longest = cbrt(0x1p-13 / next_term);
    const int n = fractions((uint64_t)(p->slope >> 64), 1.001 * 2 * A * half, order);
    if (n == 0) {
        return 0;
    }
    /* The slope and the value in 32 bits, of which a multiple is exact, and the others. */
    const double slope = (double)(uint32_t)(p->slope >> 96) * 0x1p-32;
    const double slope_low = (double)(uint64_t)(p->slope >> 32) * 0x1p-96;
    const double value = (double)(uint32_t)(p->value >> 96) * 0x1p-32;
    const double value_low = (double)(uint64_t)(p->value >> 32) * 0x1p-96;
    const double K = 1.001 * (p->near + p->rounding) / A;
    const double c2 = -1.5 * B / A, c3 = 2 * c2 * c2 - 2 * C / A; /* c of the slope */
    const double turn = B / (2 * A), turn1 = (2 * C - 1.5 * B * B / A) / A;
    int too_long = 0;
    for (int k = 0; k < n; k++) {
        const double q = arc.q[k + 1];
        const double e = arc.p[k] - q * slope - q * slope_low; /* p - q slope */
        double v = q * value;
        v -= rint(v);
        const double t = e / (2 * A * q);
        const double c = t * (1 + t * (c2 + t * c3));
        v += q * value_low - e * t * (0.5 + t * (c2 / 3 + t * c3 / 4));
        v -= rint(v);
        const double scale = q * (A + c * (3 * B + c * 6 * C));
        const double before = arc.q[k], after = arc.q[k + 2];
        const double extent = 0.501 / ((q + (before < after ? before : after)) * scale) + 2;
        too_long |= extent > longest;
        /* r from where to where */
        const double outside = fabs(c) - half, inside = fabs(c) + half;
        double to = (extent < inside ? extent : inside) + 2;
        const double margin = 1.1 * fabs(turn) * to * to + 2;
        double from = outside - margin;
        from = from > 0 ? from : 0;
        to += margin;
        arc.center[k] = c;
        arc.value[k] = v;
        arc.scale[k] = scale;
        arc.from[k] = ceil(v + (from * from - K) * scale);
        arc.to[k] = v + (to * to + K) * scale;
    }
    if (too_long) {
        return 0;
    }
    for (int k = 0; k < n; k++) {
        const double c = arc.center[k], v = arc.value[k], squares = 1 / arc.scale[k];
        const double here = turn + turn1 * c;
        for (double m = arc.from[k]; m <= arc.to[k]; m += LANES) {
            for (unsigned near = near_integers(m - v, squares, c, here, K); near != 0;
                 near &= near - 1) {
                const double square = (m + __builtin_ctz(near) - v) * squares;
                try_near(p, c, square > 0 ? square : 0, here, K);
            }
        }
    }
    return 1;
}

#endif
