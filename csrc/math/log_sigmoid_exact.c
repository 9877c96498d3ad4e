/* log_sigmoid_exact.c - the last word on log_sigmoid(x) = -log(1 + e^-x) and softplus(x) = -log_sigmoid(-x):
 * scalar multi-precision, rarely reached.
 *
 * Integer arithmetic throughout: doubles are only compared, taken apart and put together.  So
 * neither the rounding mode nor flush-to-zero nor fused multiply-adds can change a bit.
 *
 * If y = log_sigmoid(x) were rational, e^-y = 1 + e^-x would be a relation between powers of e with
 * rational exponents; as 0, -x and -y differ where x is not 0, there is none (Lindemann, Weierstrass).  For x = 0, y
 * is -log 2, which is transcendental, too.  Hence there are no ties, and the unbounded phase comes to an end. */
#include "exact.h"

#include <math.h>

#include "exp_exact.h"
#include "log_exact.h"

/* -log_sigmoid(x) = max(-x, 0) + log(1 + e^-|x|) */
struct problem {
    struct fs_magnitude a; /* |x| */
    int negative;
};

/* Settles -log_sigmoid(x) where it takes no computing, and takes x apart.  For |x| >= precision-emin,
 * log(1 + e^-|x|) is less than e^-|x| < 2^(emin-precision), half of the smallest subnormal number; and it is not 0. */
static int
settled(double x, const struct fs_format *format, struct problem *problem, double *result)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint64_t leading = UINT64_C(1) << 52;
    const int biased = (int)(bits >> 52 & 0x7ff), limit = format->precision - format->emin;
    struct fs_magnitude *a = &problem->a;
    problem->negative = (int)(bits >> 63);
    a->significand = (bits & (leading - 1)) | (biased > 0 ? leading : 0);
    a->exponent = (biased > 0 ? biased : 1) - 1075;
    if (x >= limit) {
        *result = 0.0;
        return 1;
    }
    if (x > -limit) {
        return 0;
    }
    /* Just above -x. */
    if (biased == 0x7ff) {
        *result = INFINITY;
    }
    else {
        fs_round_open(a->significand << 10, a->significand << 10, a->exponent - 10, format, result);
    }
    return 1;
}

/* -log_sigmoid(x) in 128 bits. */
static int
minus128(const struct problem *problem, const struct fs_format *format, double *result)
{
    const struct fs_magnitude *a = &problem->a;
    const uint128 half = {UINT64_C(1) << 63, 0};
    uint128 e, log;
    const int k = fs_exp128(a, &e);
    /* (1 + e 2^-k)/2 over 1/2 */
    int exponent = -fs_log128(0, half, e, k + 1, &log);
    uint128 lower = subtract(log, low(FS_LOG128_ERR)), upper = add(log, low(FS_LOG128_ERR));
    if (problem->negative) {
        /* and a, over the power of 2 that makes the sum less than 1/2; each of them is cut off */
        const int length = a->exponent + 53, top = length > 0 ? length + 2 : 2;
        const uint128 whole = shifted(a->significand, a->exponent + 128 - top);
        lower = add(whole, shift_right(lower, top - exponent));
        upper = add(add(whole, shift_right(upper, top - exponent)), low(2));
        exponent = top;
    }
    return fs_round_wide(lower, upper, exponent, format, result);
}

/* The same with n limbs. */
static int
attempt(const void *given, size_t n, limb *memory, const struct fs_format *format, double *result)
{
    const struct problem *problem = given;
    limb *log = memory, *r = log + (n + 1), *s = r + (n + 1), *work = s + (n + 1);
    const limb *e = fs_exp_limbs(&problem->a, n, log, r, s);
    if (e == s) {
        memcpy(r, s, (n + 1) * sizeof *r);
    }
    else {
        memcpy(s, r, (n + 1) * sizeof *s);
    }
    s[n] += 2;
    fs_log_limbs(log, 0, r, s, n, work);
    if (problem->negative) {
        limbs_set(r, problem->a.significand, problem->a.exponent, n);
        limbs_add(log, r, n);
    }
    return fs_round_limbs(log, n, format, result);
}

int
fs_log_sigmoid_exact128(double x, const struct fs_format *format, double *result)
{
    struct problem problem;
    if (!settled(x, format, &problem, result) && !minus128(&problem, format, result)) {
        return 0;
    }
    *result = -*result;
    return 1;
}

double
fs_log_sigmoid_exact_unbounded(double x, const struct fs_format *format)
{
    struct problem problem;
    double result;
    return -(settled(x, format, &problem, &result) ? result : fs_refine(attempt, &problem, format));
}

int
fs_softplus_exact128(double x, const struct fs_format *format, double *result)
{
    if (!fs_log_sigmoid_exact128(-x, format, result)) {
        return 0;
    }
    *result = -*result;
    return 1;
}

double
fs_softplus_exact_unbounded(double x, const struct fs_format *format)
{
    return -fs_log_sigmoid_exact_unbounded(-x, format);
}
