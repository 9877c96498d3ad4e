/* longdouble.h - each function in long double, as good as libm is. */
#ifndef FASTSIGMOID_LONGDOUBLE_H
#define FASTSIGMOID_LONGDOUBLE_H

#include <math.h>

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

/* Next to 1/2, by what p is off it, which is exact. */
static inline npy_longdouble
logit_longdouble(npy_longdouble p)
{
    if (p > 0.25L && p < 0.75L) {
        return 2 * atanhl(2 * (p - 0.5L));
    }
    return logl(p) - log1pl(-p);
}

/* Neither branch overflows. */
static inline npy_longdouble
log_sigmoid_longdouble(npy_longdouble x)
{
    return x >= 0 ? -log1pl(expl(-x)) : x - log1pl(expl(x));
}

static inline npy_longdouble
softplus_longdouble(npy_longdouble x)
{
    return -log_sigmoid_longdouble(-x);
}

#endif
