/* logit_exact.c - the last word on logit(p) = log(p/(1-p)): scalar multi-precision, rarely reached.
 *
 * Integer arithmetic throughout: doubles are only taken apart and put together. */
#include "exact.h"

#include <math.h>

#include "log_exact.h"

/* min(p, 1-p) = f 2^-s < 1/2, f = significand 2^-53 having its leading bit. */
struct part {
    uint64_t significand;
    int s;
};

/* Settles the inputs that take no computing and takes the others apart. */
static int
settled(double p, struct part *v, int *negative, double *result)
{
    uint64_t bits;
    memcpy(&bits, &p, sizeof bits);
    const uint64_t leading = UINT64_C(1) << 52, half = UINT64_C(1022) << 52, one = UINT64_C(1023) << 52;
    const uint64_t magnitude = bits & ~(UINT64_C(1) << 63);
    if (magnitude == 0 || bits == half || bits >= one) {
        *result = magnitude == 0 ? -INFINITY : bits == half ? 0.0 : bits == one ? INFINITY : NAN;
        return 1;
    }
    *negative = bits < half;
    const int biased = (int)(bits >> 52);
    v->significand = (bits & (leading - 1)) | (biased > 0 ? leading : 0);
    v->s = 1022 - (biased > 0 ? biased : 1);
    if (!*negative) {
        v->significand = 2 * leading - v->significand;
    }
    while (v->significand < leading) {
        v->significand <<= 1;
        v->s++;
    }
    return 0;
}

/* How far the value before rounding may be off, in units of 2^-128. */
#define ERR 64

int
fs_logit_exact128(double p, const struct fs_format *format, double *result)
{
    struct part part;
    int negative;
    if (settled(p, &part, &negative, result)) {
        return 1;
    }
    /* (1-v)/v = 2^k a/b, where a = 1-v is cut off */
    uint128 b = {part.significand << 11, 0};
    uint128 v = shift_right(b, part.s);
    if (part.s > 75) {
        v = add(v, low(1));
    }
    const uint128 a = subtract((uint128){0, 0}, v);
    int k = part.s;
    if (is_below(a, b)) {
        b = shift_right(b, 1);
        k--;
    }
    uint128 log;
    const int e = fs_log128(k, b, subtract(a, b), 0, &log);
    if (!fs_round_wide(subtract(log, low(ERR)), add(log, low(ERR)), -e, format, result)) {
        return 0;
    }
    *result = negative ? -*result : *result;
    return 1;
}

/* One attempt with n limbs. */
static int
attempt(const void *problem, size_t n, limb *memory, const struct fs_format *format, double *result)
{
    const struct part *v = problem;
    limb *log = memory, *r = log + (n + 1), *s = r + (n + 1), *work = s + (n + 1);
    limb *b = work;
    int k = v->s;
    limbs_set(s, 1, 0, n);
    limbs_set(r, v->significand, -53 - v->s, n);
    limbs_subtract(s, r, n);
    limbs_set(b, v->significand, -53, n);
    if (!limbs_not_less(s, b, n)) {
        limbs_set(b, v->significand, -54, n);
        k--;
    }
    memcpy(r, s, (n + 1) * sizeof *r);
    limbs_subtract(r, b, n);
    limbs_add(s, b, n);
    fs_log_limbs(log, k, r, s, n, work);
    return fs_round_limbs(log, n, format, result);
}

double
fs_logit_exact_unbounded(double p, const struct fs_format *format)
{
    struct part part;
    int negative;
    double result;
    if (!settled(p, &part, &negative, &result)) {
        result = fs_refine(attempt, &part, format);
        result = negative ? -result : result;
    }
    return result;
}
