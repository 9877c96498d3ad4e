/* worst_error_f32.c - how far the estimates of logit_f32.inc and log_sigmoid_f32.inc are off at worst, as measured, beside
 * the proven bound.
 *
 *     cc -std=c11 -O2 -ffp-contract=off -Icsrc/math tests/native/worst_error_f32.c $(ls csrc/math/[a-z]*.c | grep -v portable)
 *        -lmpfr -lgmp -lm -o worst_error_f32
 *     ./worst_error_f32 INPUTS
 *
 * With -mfma they are fused.  The unit is 2^-53 of the result, which is no larger than one in the last place of the
 * estimate.  A line each: the bound, the worst error and where; exit status 1 where a bound does not hold. */
#include "kernels_portable.c"

#include <stdio.h>
#include <stdlib.h>

#include <mpfr.h>

#include "random_unit.h"

#define PRECISION 300

static float
random_between(double low, double high)
{
    return (float)(low + (high - low) * random_unit());
}

/* Half uniform, a quarter near 0, a quarter where k leaves 0 and the error is largest. */
static float
logit_input(long i)
{
    const double p = i % 4 < 2    ? random_unit()
                     : i % 4 == 2 ? exp2(-149 * random_unit())
                                  : 0.38 + 0.24 * random_unit();
    return p >= 1 - 0x1p-25 ? 0.5f : (float)p;
}

static float
log_sigmoid_input(long i)
{
    return i % 2 ? random_between(-2, 8)
                 : random_between(-LOG_SIGMOID_F32_NORMAL, LOG_SIGMOID_F32_NORMAL);
}

static void
logit_truth(mpfr_t y, double p)
{
    mpfr_set_d(y, p, MPFR_RNDN);
    mpfr_ui_div(y, 1, y, MPFR_RNDN);
    mpfr_sub_ui(y, y, 1, MPFR_RNDN);
    mpfr_log(y, y, MPFR_RNDN);
    mpfr_neg(y, y, MPFR_RNDN);
}

static void
softplus_truth(mpfr_t y, double x)
{
    mpfr_set_d(y, x, MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_log1p(y, y, MPFR_RNDN);
}

static void
log_sigmoid_truth(mpfr_t y, double x)
{
    softplus_truth(y, -x);
    mpfr_neg(y, y, MPFR_RNDN);
}

static int
measure(const char *name, long inputs, float input(long i), vd estimate(vd x),
        void truth(mpfr_t y, double x), double bound)
{
    double worst = 0, where = 0;
    long open = 0;
    mpfr_t t, e;
    mpfr_init2(t, PRECISION);
    mpfr_init2(e, PRECISION);
    for (long i = 0; i < inputs; i++) {
        const double x = input(i), y = estimate(x);
        truth(t, x);
        if (mpfr_zero_p(t)) {
            continue;
        }
        mpfr_d_sub(e, y, t, MPFR_RNDN);
        mpfr_div(e, e, t, MPFR_RNDN);
        const double error = fabs(mpfr_get_d(e, MPFR_RNDN)) * 0x1p53;
        open += vu_is_negative(vd_nearness(y, (uint64_t)bound)) != 0;
        if (error > worst) {
            worst = error;
            where = x;
        }
    }
    mpfr_clear(t);
    mpfr_clear(e);
    printf("%s, float32, %s: proven %.0f units, worst of %ld %.1f at %a, open %ld\n", name,
           FUSED ? "fused" : "unfused", bound, inputs, worst, where, open);
    return worst > bound;
}

int
main(int argc, char **argv)
{
    const long inputs = argc == 2 ? atol(argv[1]) : 0;
    if (inputs <= 0) {
        fputs("usage: worst_error_f32 INPUTS\n", stderr);
        return 2;
    }
    int failed =
        measure("logit", inputs, logit_input, logit_f32_estimate, logit_truth, LOGIT_F32_WINDOW);
    failed |= measure("log_sigmoid", inputs, log_sigmoid_input, log_sigmoid_f32_estimate,
                      log_sigmoid_truth, LOG_SIGMOID_F32_WINDOW);
    failed |= measure("softplus", inputs, log_sigmoid_input, softplus_f32_estimate, softplus_truth,
                      LOG_SIGMOID_F32_WINDOW);
    return failed;
}
