/* worst_piece.h - what the two searches of worst_f64.c are given, and what they hand back. */
#ifndef WORST_PIECE_H
#define WORST_PIECE_H

#include <math.h>
#include <stdint.h>

#include "first_hit.h"

/* Inputs next to each other, j = -half to half - 1, and there, but for 2^-48 and integers,
 * G(j) = value + slope j + second j^2 + third j^3 + fourth j^4. */
struct piece {
    fraction value, slope;
    double second, third, fourth;
    double bend;     /* |G''| is less */
    double rounding; /* more than G(j) computed in double is off */
    double near;     /* which j are looked for: where G is that near to an integer */
    int log_half;
    double middle, h; /* |x| = middle + j h */
};

/* second j^2 + third j^3 + fourth j^4, and its derivative. */
static inline double
curve(const struct piece *p, double j)
{
    return j * j * (p->second + j * (p->third + j * p->fourth));
}

static inline double
curve_slope(const struct piece *p, double j)
{
    return j * (2 * p->second + j * (3 * p->third + j * 4 * p->fourth));
}

/* Asks the polynomial, and then MPFR, whether j is one of those looked for. */
static void try_input(const struct piece *p, int64_t j);

#endif
