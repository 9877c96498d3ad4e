/* worst_error.c - how far each form of sigmoid_f64.inc, logit_f64.inc and log_sigmoid_f64.inc, and the quotient of
 * sigmoid_f32_rational.inc, is off at worst, as measured, beside the proven bound.
 *
 *     cc -std=c11 -O2 -ffp-contract=off -Icsrc/math -DKERNELS='"kernels_portable.c"' tests/native/worst_error.c
 *        $(ls csrc/math/[a-z]*.c | grep -v portable) -lmpfr -lgmp -lm -o worst_error
 *     ./worst_error INPUTS
 *
 * With -mfma the forms are fused; kernels_avx512.c, which has the coarse form, needs -mavx512f -mavx512dq
 * -mavx512vl -mfma.  A result of sigmoid is y + y s, and s is what the bound is about: it is compared with
 * sigmoid(x)/y - 1 of MPFR.  One of logit is H + low, or S + c; low and c are compared with logit(p) less H or S; log_sigmoid
 * likewise.  A line each: the bound, the worst error and where; exit status 1 where a bound does not hold. */
#include KERNELS

#include <stdio.h>
#include <stdlib.h>

#include <mpfr.h>

#include "random_unit.h"

#define LANES ((size_t)VD_LANES)

/* |s - (sigmoid(x)/y - 1)|; with s = 0, the relative error of y. */
static double
error_of(double x, double y, double s)
{
    static mpfr_t truth;
    static int ready;
    if (!ready) {
        mpfr_init2(truth, 160);
        ready = 1;
    }
    mpfr_set_d(truth, -x, MPFR_RNDN);
    mpfr_exp(truth, truth, MPFR_RNDN);
    mpfr_add_ui(truth, truth, 1, MPFR_RNDN);
    mpfr_mul_d(truth, truth, y, MPFR_RNDN);
    mpfr_ui_div(truth, 1, truth, MPFR_RNDN);
    mpfr_sub_ui(truth, truth, 1, MPFR_RNDN);
    mpfr_sub_d(truth, truth, s, MPFR_RNDN);
    return fabs(mpfr_get_d(truth, MPFR_RNDN));
}

/* Half within -8..8, a quarter where both terms of the denominator matter, a quarter anywhere. */
static double
random_input(long i)
{
    return i % 4 < 2    ? 16 * random_unit() - 8
           : i % 4 == 2 ? 74 * random_unit() - 37
                        : SIGMOID_F64_LOW + (SIGMOID_F64_HIGH - SIGMOID_F64_LOW) * random_unit();
}

static int
measure(const char *name, const struct sigmoid_f64_form *form, long inputs)
{
    double worst = 0, where = 0;
    long open = 0;
    for (long i = 0; i < inputs; i += (long)LANES) {
        double x[VD_LANES], y[VD_LANES], less[VD_LANES], more[VD_LANES], below[VD_LANES],
            above[VD_LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            x[lane] = random_input(i / (long)LANES + (long)lane);
        }
        const vd v = vd_load(x), t = exp_f64_round(v, form->exp);
        struct sigmoid_f64_lanes lanes;
        exp_f64_reduce(v, &t, 0, form->exp, &lanes.E);
        sigmoid_f64_approximate(form, 1, &lanes);
        vd low, high;
        vd_store(y, lanes.y);
        sigmoid_f64_correction(&lanes, form, 1, &low, &high);
        vd_store(less, low);
        vd_store(more, high);
        sigmoid_f64_bounds(&lanes, form, 1, &low, &high);
        vd_store(below, low);
        vd_store(above, high);
        for (size_t lane = 0; lane < LANES; lane++) {
            const double s = less[lane] + (more[lane] - less[lane]) / 2;
            const double error = error_of(x[lane], y[lane], s);
            open += below[lane] != above[lane];
            if (error > worst) {
                worst = error;
                where = x[lane];
            }
        }
    }
    printf("%s: proven 2^%.2f, worst of %ld 2^%.2f at %a, open 1 in %ld\n", name, log2(form->err),
           inputs, log2(worst), where, inputs / (open + (open == 0)));
    return worst > form->err;
}

#if !F64_COARSE
/* In units of 2^-53 of the result, which are no larger than one of its last place. */
static int
measure_quotient(long inputs)
{
    double worst = 0, where = 0;
    long open = 0;
    for (long i = 0; i < inputs; i++) {
        const float x =
            (float)(SIGMOID_F32_LOW + (SIGMOID_F32_HIGH - SIGMOID_F32_LOW) * random_unit());
        const vd y = sigmoid_f32_estimate(x);
        const double error = error_of(x, y, 0) * 0x1p53;
        open += vu_is_negative(sigmoid_f32_nearness(y)) != 0;
        if (error > worst) {
            worst = error;
            where = x;
        }
    }
    printf("float32, %s: proven %d units, worst of %ld %.1f at %a, open %ld\n",
           FUSED ? "fused" : "unfused", (int)SIGMOID_F32_WINDOW, inputs, worst, where, open);
    return worst > (double)SIGMOID_F32_WINDOW;
}
#endif

/* How far sum + rest is from logit(p). */
static double
logit_error_of(double p, double sum, double rest)
{
    static mpfr_t truth, q;
    static int ready;
    if (!ready) {
        mpfr_init2(truth, 200);
        mpfr_init2(q, 1200); /* 1-p, exactly */
        ready = 1;
    }
    mpfr_set_d(q, p, MPFR_RNDN);
    mpfr_ui_sub(q, 1, q, MPFR_RNDN);
    mpfr_d_div(truth, p, q, MPFR_RNDN);
    mpfr_log(truth, truth, MPFR_RNDN);
    mpfr_sub_d(truth, truth, sum, MPFR_RNDN);
    mpfr_sub_d(truth, truth, rest, MPFR_RNDN);
    return fabs(mpfr_get_d(truth, MPFR_RNDN));
}

/* Half uniform, a quarter near the ends, a quarter near 1/2, where what does not grow with g^2 counts. */
static double
random_probability(long i)
{
    const double near = exp2(-24 * random_unit());
    return i % 4 < 2 ? random_unit() : i % 4 == 2 ? near / 2 : 0.5 + 0.25 * near;
}

/* Against err, which is not the same for all of them, before the last roundings. */
static int
measure_logit(long inputs)
{
    double worst = 0, where = 0;
    long open = 0;
    for (long i = 0; i < inputs; i += (long)LANES) {
        double p[VD_LANES], H[VD_LANES], low[VD_LANES], g2[VD_LANES], below[VD_LANES],
            above[VD_LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            do {
                p[lane] = random_probability(i / (long)LANES + (long)lane);
            } while (p[lane] < LOGIT_F64_NARROW || p[lane] > 1 - LOGIT_F64_NARROW);
        }
        struct logit_f64_lanes lanes;
        const vd v = vd_load(p), z = logit_f64_index(v, IN_NARROW, &lanes);
        logit_f64_reduce(v, &z, &lanes);
        logit_f64_compute(1, &lanes);
        vd lower, upper;
        logit_f64_decide(v, &lanes, 0, &lower, &upper);
        vd_store(H, lanes.H);
        vd_store(low, lanes.low);
        vd_store(g2, lanes.g2);
        vd_store(below, lower);
        vd_store(above, upper);
        for (size_t lane = 0; lane < LANES; lane++) {
            const double err = g2[lane] * LOGIT_F64_GROWTH + LOGIT_F64_STAY;
            const double error = logit_error_of(p[lane], H[lane], low[lane]) / err;
            open += below[lane] != above[lane];
            if (error > worst) {
                worst = error;
                where = p[lane];
            }
        }
    }
    printf("logit, %s: worst of %ld %.3f of what is proven, at %a, open 1 in %ld\n",
           FUSED ? "fused" : "unfused", inputs, worst, where, inputs / (open + (open == 0)));
    return worst > 1;
}

/* c against its bound, before the last rounding. */
static int
measure_logit_tiny(long inputs)
{
    double worst = 0, where = 0;
    long open = 0;
    for (long i = 0; i < inputs; i += (long)LANES) {
        double p[VD_LANES], S[VD_LANES], c[VD_LANES], below[VD_LANES], above[VD_LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            p[lane] = 0.5 + (random_unit() - 0.5) * 2 * LOGIT_F64_TINY * exp2(-8 * random_unit());
        }
        vd lower, upper;
        struct logit_f64_tiny tiny;
        logit_f64_tiny_terms(vd_load(p), &tiny);
        logit_f64_tiny_bounds(vd_load(p), &lower, &upper);
        vd_store(S, tiny.S);
        vd_store(c, tiny.c);
        vd_store(below, lower);
        vd_store(above, upper);
        for (size_t lane = 0; lane < LANES; lane++) {
            const double error = logit_error_of(p[lane], S[lane], c[lane]) / fabs(c[lane]);
            open += below[lane] != above[lane];
            if (error > worst) {
                worst = error;
                where = p[lane];
            }
        }
    }
    printf("logit, near 1/2, %s: proven 2^%.2f of c, worst of %ld 2^%.2f at %a, open 1 in %ld\n",
           FUSED ? "fused" : "unfused", log2(LOGIT_F64_TINY_ERR), inputs, log2(worst), where,
           inputs / (open + (open == 0)));
    return worst > LOGIT_F64_TINY_ERR;
}

/* |log_sigmoid(x) - sum - unit rest|, in such units. */
static double
log_sigmoid_error_of(double x, double sum, double rest, double unit)
{
    static mpfr_t truth;
    static int ready;
    if (!ready) {
        mpfr_init2(truth, 200);
        ready = 1;
    }
    mpfr_set_d(truth, -fabs(x), MPFR_RNDN);
    mpfr_exp(truth, truth, MPFR_RNDN);
    mpfr_log1p(truth, truth, MPFR_RNDN);
    mpfr_neg(truth, truth, MPFR_RNDN);
    mpfr_add_d(truth, truth, x < 0 ? x : 0, MPFR_RNDN);
    mpfr_sub_d(truth, truth, sum, MPFR_RNDN);
    mpfr_div_d(truth, truth, unit, MPFR_RNDN);
    mpfr_sub_d(truth, truth, rest, MPFR_RNDN);
    return fabs(mpfr_get_d(truth, MPFR_RNDN));
}

/* hi + lo, or with `wide`, for x > 0, -u - T rho. */
static int
measure_log_sigmoid(const char *name, const struct log_sigmoid_f64_form *form, int wide,
                    long inputs)
{
    const double limit =
        form == &log_sigmoid_f64_fine ? LOG_SIGMOID_F64_NARROW : LOG_SIGMOID_F64_WIDE;
    double worst = 0, where = 0;
    long open = 0;
    for (long i = 0; i < inputs; i += (long)LANES) {
        double x[VD_LANES], sum[VD_LANES], rest[VD_LANES], unit[VD_LANES], below[VD_LANES],
            above[VD_LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            const long kind = (i / (long)LANES + (long)lane) % 4;
            x[lane] = wide ? LOG_SIGMOID_F64_WIDE
                                 + (kind < 2 ? 20 : LOG_SIGMOID_F64_HIGH - LOG_SIGMOID_F64_WIDE)
                                       * random_unit()
                           : limit
                                 * (kind < 2    ? random_unit() / 2
                                    : kind == 2 ? random_unit()
                                                : -random_unit());
        }
        const vd v = vd_load(x);
        struct log_sigmoid_f64_lanes lanes;
        vd first, second, err, lower, upper;
        log_sigmoid_f64_prepare(v, form, &lanes);
        if (wide) {
            log_sigmoid_f64_series(&lanes.E, &first, &second);
            first = vd_negative(first);
            second = vd_negative(second);
            err = vd_set(form->err_wide);
            log_sigmoid_f64_wide(v, &lanes, form, &lower, &upper);
        }
        else {
            log_sigmoid_f64_sum(v, &lanes, form, &first, &second, &err);
            log_sigmoid_f64_narrow(v, &lanes, form, &lower, &upper);
        }
        vd_store(sum, first);
        vd_store(rest, second);
        vd_store(unit, wide ? lanes.E.T : vd_set(1.0));
        vd_store(below, lower);
        vd_store(above, upper);
        double bound[VD_LANES];
        vd_store(bound, err);
        for (size_t lane = 0; lane < LANES; lane++) {
            const double error =
                log_sigmoid_error_of(x[lane], sum[lane], rest[lane], unit[lane]) / bound[lane];
            open += below[lane] != above[lane];
            if (error > worst) {
                worst = error;
                where = x[lane];
            }
        }
    }
    printf("log_sigmoid, %s, %s: worst of %ld %.3f of what is proven, at %a, open 1 in %ld\n", name,
           FUSED ? "fused" : "unfused", inputs, worst, where, inputs / (open + (open == 0)));
    return worst > 1;
}

int
main(int argc, char **argv)
{
    const long inputs = argc == 2 ? atol(argv[1]) : 0;
    if (inputs <= 0) {
        fputs("usage: worst_error INPUTS\n", stderr);
        return 2;
    }
    int failed = 0;
#if F64_COARSE
    if ((fs_kernels_avx512.needs & ~fs_cpu_features()) != 0) {
        puts("SKIPPED: this machine has no AVX-512");
        return 77;
    }
    failed |= measure("coarse", &sigmoid_f64_coarse, inputs);
#else
    failed |= measure(FUSED ? "fine, fused" : "fine, unfused", &sigmoid_f64_fine, inputs);
    failed |= measure(FUSED ? "finer, fused" : "finer, unfused", &sigmoid_f64_finer, inputs);
    failed |= measure_quotient(inputs);
#endif
    failed |= measure_log_sigmoid("fine", &log_sigmoid_f64_fine, 0, inputs);
    failed |= measure_log_sigmoid("finer", &log_sigmoid_f64_finer, 0, inputs);
    failed |= measure_log_sigmoid("fine, wide", &log_sigmoid_f64_fine, 1, inputs);
    failed |= measure_log_sigmoid("finer, wide", &log_sigmoid_f64_finer, 1, inputs);
    failed |= measure_logit(inputs);
    failed |= measure_logit_tiny(inputs);
    return failed;
}
