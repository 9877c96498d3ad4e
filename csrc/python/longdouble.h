/* longdouble.h - each function in long double, as good as libm is, and between which ends it raises nothing but
 * inexact. */
#ifndef FASTSIGMOID_LONGDOUBLE_H
#define FASTSIGMOID_LONGDOUBLE_H

#include <float.h>
#include <math.h>

/* Far from where e^x underflows. */
#define sigmoid_longdouble_low (-LDBL_MAX_EXP / 2)
#define sigmoid_longdouble_high (LDBL_MAX_EXP / 2)

/* The stable branch.  Neither branch overflows. */
static inline npy_longdouble
sigmoid_longdouble(npy_longdouble x)
{
    if (x >= 0) {
        return 1 / (1 + expl(-x));
    }
    const npy_longdouble power = expl(x);
    return power / (1 + power);
}

#define logit_longdouble_low LDBL_MIN
#define logit_longdouble_high 1

/* Near 1/2 the quotient is near 1, and what counts is by how much it differs: (2p - 1)/(1 - p), of which the
 * numerator is exact from 1/4 on. */
static inline npy_longdouble
logit_longdouble(npy_longdouble p)
{
    if (p < 0 || p > 1) {
        return NPY_NANL;
    }
    return p > 0.25L && p < 0.75L ? log1pl((2 * p - 1) / (1 - p)) : logl(p / (1 - p));
}

#define log_sigmoid_longdouble_low (-LDBL_MAX_EXP / 2)
#define log_sigmoid_longdouble_high (LDBL_MAX_EXP / 2)

/* Both terms have the same sign: nothing is lost. */
static inline npy_longdouble
log_sigmoid_longdouble(npy_longdouble x)
{
    return x >= 0 ? -log1pl(expl(-x)) : x - log1pl(expl(x));
}

#define softplus_longdouble_low (-LDBL_MAX_EXP / 2)
#define softplus_longdouble_high (LDBL_MAX_EXP / 2)

static inline npy_longdouble
softplus_longdouble(npy_longdouble x)
{
    return -log_sigmoid_longdouble(-x);
}

#endif
