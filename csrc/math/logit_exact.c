/* logit_exact.c - the last word on logit(p) = log(p/(1-p)): scalar multi-precision, rarely reached.
 *
 * Integer arithmetic throughout: doubles are only taken apart and put together.  So neither the
 * rounding mode nor flush-to-zero nor fused multiply-adds can change a bit.
 *
 * The logarithm of a rational number but 1 is transcendental (Lindemann): logit(p) is halfway between two numbers of
 * the format for no p but 1/2, and the unbounded phase comes to an end.
 *
 * Next to 1/2, logit(p) = 4h + 16/3 h^3 + 64/5 h^5 + ... with h = p - 1/2.  Where |h| <= 2^-28, the second term is too small
 * to reach a tie.  Beyond, the sum of the first two may be one; but the third is more than 2^-111 of the first, and
 * fs_log128, which has 1 + d/v with an exact d there, is good to 2^-121. */
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
    const uint64_t leading = UINT64_C(1) << 52, half = UINT64_C(1022) << 52,
                   one = UINT64_C(1023) << 52;
    const uint64_t magnitude = bits & ~(UINT64_C(1) << 63);
    if (magnitude == 0 || bits == half || bits >= one) {
        *result = magnitude == 0 ? -INFINITY : bits == half ? 0.0 : INFINITY;
        if (magnitude != 0 && bits > one) {
            bits = UINT64_C(0x7ff8) << 48; /* the sign of C's NAN differs */
            memcpy(result, &bits, sizeof bits);
        }
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

int
fs_logit_exact128(double p, const struct fs_format *format, double *result)
{
    struct part part;
    int negative;
    if (settled(p, &part, &negative, result)) {
        return 1;
    }
    /* (1-v)/v = 2^k a/b with a = 1-v, which is cut off where v has bits beyond the last place.  Where k is 0,
     * v >= 1/4, so that it has none, and a + b >= 1; elsewhere v <= 1/3. */
    uint128 b = {part.significand << 11, 0}, v = shift_right(b, part.s);
    if (part.s > 75) {
        v = add(v, low(1));
    }
    const uint128 a = subtract(low(0), v);
    int k = part.s;
    if (is_below(a, b)) {
        b = shift_right(b, 1);
        k--;
    }
    uint128 log;
    const int e = fs_log128(k, b, subtract(a, b), 0, &log);
    const uint128 lower = subtract(log, low(FS_LOG128_ERR)), upper = add(log, low(FS_LOG128_ERR));
    if (!fs_round_wide(lower, upper, -e, format, result)) {
        return 0;
    }
    *result = negative ? -*result : *result;
    return 1;
}

/* One attempt with n limbs, of the same steps. */
static int
attempt(const void *problem, size_t n, limb *memory, const struct fs_format *format, double *result)
{
    const struct part *v = problem;
    limb *log = memory, *r = log + (n + 1), *s = r + (n + 1), *work = s + (n + 1), *b = work;
    /* r = a, which where v is cut off is 1 unit too large; b is exact */
    limbs_set(r, 1, 0, n);
    limbs_set(s, v->significand, -53 - v->s, n);
    limbs_subtract(r, s, n);
    limbs_set(b, v->significand, -53, n);
    int k = v->s;
    if (!limbs_not_less(r, b, n)) {
        limbs_set(b, v->significand, -54, n);
        k--;
    }
    memcpy(s, r, (n + 1) * sizeof *s);
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
