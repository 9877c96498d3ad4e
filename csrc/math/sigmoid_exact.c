/* sigmoid_exact.c - the last word on sigmoid(x): scalar multi-precision, rarely reached.
 *
 * Integer arithmetic throughout: doubles are only compared, taken apart and put together.  So
 * neither the rounding mode nor flush-to-zero nor fused multiply-adds can change a bit.
 *
 * Both phases enclose sigmoid(x) between two numbers and round once, straight to the precision or,
 * for subnormal results, to the fixed last place of the format: where every number in between
 * rounds alike, that is the answer.  Ties need no rule.  e^-x is transcendental for every rational
 * x but 0 (Lindemann), and so is sigmoid(x): it is never halfway between two numbers of the format.
 * Hence the enclosures are open intervals, and hence the unbounded phase comes to an end: any one x
 * keeps a distance from the halfway points, and the interval shrinks below it.
 *
 * proof/exact128.gappa proves ERR. */
#include "exact.h"

#include <string.h>

#include "exp_exact.h"

/* Settles the inputs that take no computing and takes the others apart.  For |x| < 2^-precision,
 * sigmoid(x) is nearer to 1/2 than |x|/4 < 2^-(precision+2), half of the last place just below 1/2.
 * For |x| >= precision-emin it is nearer to 0 or 1 than e^-|x| < 2^(emin-precision), half of the
 * smallest subnormal number. */
static int
settled(double x, const struct fs_format *format, struct fs_magnitude *a, double *result)
{
    const int limit = format->precision - format->emin;
    if (x >= limit || x <= -limit) {
        *result = x > 0;
        return 1;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int biased = (int)(bits >> 52 & 0x7ff);
    if (biased < 1023 - format->precision) {
        *result = 0.5;
        return 1;
    }
    const uint64_t leading = UINT64_C(1) << 52;
    a->significand = (bits & (leading - 1)) | leading;
    a->exponent = biased - 1075;
    return 0;
}

/* How far the value before rounding may be off, in units of 2^-128. */
#define ERR 16

int
fs_sigmoid_exact128(double x, const struct fs_format *format, double *result)
{
    struct fs_magnitude a;
    if (settled(x, format, &a, result)) {
        return 1;
    }
    uint128 lower, upper; /* between them lies 2^k sigmoid(x)/2 */
    int k = 0;
    if (a.exponent < -36 - 52) {
        /* |x| < 2^-36: between 1/2 + x/4 and 1/2 + x/4 - x^3/48, where |x|^3/48 < 2^-113.  1/2 +
         * x/4 is exact, and where it is a tie, the interval lies on the right side of it. */
        const uint128 half = {UINT64_C(1) << 62, 0}, width = {0, UINT64_C(1) << 14};
        const uint128 quarter_a = shift_left(a.significand, a.exponent + 125);
        if (x > 0) {
            upper = add(half, quarter_a);
            lower = subtract(upper, width);
        }
        else {
            lower = subtract(half, quarter_a);
            upper = add(lower, width);
        }
    }
    else {
        uint128 e; /* e^-|x| = e 2^-k */
        k = fs_exp128(&a, &e);

        /* The stable branch: x >= 0: 1/(1 + e^-x);  x < 0: e^x/(1 + e^x). */
        const uint128 half = {UINT64_C(1) << 63, 0};
        uint128 value = quarter_reciprocal(add(half, shift_right(e, k + 1)));
        if (x < 0) {
            value = multiply(value, e);
        }
        else {
            k = 0;
        }
        lower = subtract(value, low(ERR));
        upper = add(value, low(ERR));
    }
    return fs_round_wide(lower, upper, 1 - k, format, result);
}

struct problem {
    struct fs_magnitude a; /* |x| */
    int negative;
};

/* One attempt with n limbs. */
static int
attempt(const void *given, size_t n, limb *memory, const struct fs_format *format, double *result)
{
    const struct problem *problem = given;
    limb *r = memory, *s = r + (n + 1), *t = s + (n + 1), *quotient = t + (n + 1);
    const limb *e = fs_exp_limbs(&problem->a, n, r, s, t);
    /* sigmoid(x) by the stable branch, within 2^46 + 1 units */
    if (problem->negative) {
        memcpy(r, e, (n + 1) * sizeof *r);
    }
    else {
        limbs_set(r, 1, 0, n);
    }
    memcpy(s, e, (n + 1) * sizeof *s);
    s[n]++;
    limbs_quotient(quotient, r, s, n);
    return fs_round_limbs(quotient, n, format, result);
}

double
fs_sigmoid_exact_unbounded(double x, const struct fs_format *format)
{
    struct problem problem = {.negative = x < 0};
    double result;
    return settled(x, format, &problem.a, &result) ? result : fs_refine(attempt, &problem, format);
}
