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

#endif
