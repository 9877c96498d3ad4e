/* log_sigmoid_exact.c - the last word on log_sigmoid(x) = -log(1 + e^-x), and on softplus(x) = -log_sigmoid(-x):
 * scalar multi-precision, rarely reached.
 *
 * Integer arithmetic throughout: doubles are only compared, taken apart and put together. */
#include "exact.h"

#include <math.h>

#include "exp_exact.h"
#include "log_exact.h"

/* -log_sigmoid(x) = max(-x, 0) + log(1 + e^-|x|) */
struct problem {
    struct fs_magnitude a; /* |x| */
    int negative;
};

/* Settles the inputs that take no computing and takes the others apart.  For |x| >= precision-emin, log(1 + e^-|x|)
 * is less than e^-|x| < 2^(emin-precision), half of the smallest subnormal number. */
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
    } else {
        fs_round_open(a->significand << 10, a->significand << 10, a->exponent - 10, format, result);
    }
    return 1;
}

/* How far log(1 + e^-|x|) may be off, in units of 2^-128. */
#define ERR 64

static int
minus128(const struct problem *problem, const struct fs_format *format, double *result)
{
    const struct fs_magnitude *a = &problem->a;
    uint128 e, log;
    const uint128 half = {UINT64_C(1) << 63, 0};
    const int k = fs_exp128(a, &e);
    int exponent = -fs_log128(0, half, e, k + 1, &log);
    uint128 lower = subtract(log, low(ERR)), upper = add(log, low(ERR));
    if (problem->negative) {
        /* All of it, over the power of 2 that keeps it below 1/2 */
        const int length = a->exponent + 53, top = length > 0 ? length + 2 : 2;
        const uint128 whole = shifted(a->significand, a->exponent + 128 - top);
        lower = add(whole, shift_right(lower, top - exponent));
        upper = add(add(whole, shift_right(upper, top - exponent)), low(2));
        exponent = top;
    }
    return fs_round_wide(lower, upper, exponent, format, result);
}

/* One attempt with n limbs. */
static int
attempt(const void *given, size_t n, limb *memory, const struct fs_format *format, double *result)
{
    const struct problem *problem = given;
    limb *log = memory, *r = log + (n + 1), *s = r + (n + 1), *work = s + (n + 1);
    const limb *e = fs_exp_limbs(&problem->a, n, log, s, work);
    memcpy(r, e, (n + 1) * sizeof *r);
    limbs_set(s, 2, 0, n);
    limbs_add(s, r, n);
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
    const int decided = fs_log_sigmoid_exact128(-x, format, result);
    *result = -*result;
    return decided;
}

double
fs_softplus_exact_unbounded(double x, const struct fs_format *format)
{
    return -fs_log_sigmoid_exact_unbounded(-x, format);
}
