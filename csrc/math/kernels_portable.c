/* kernels_portable.c - plain C, one lane: the kernels of every machine, and the reference for all others. */
#include <math.h>
#include <string.h>

#include "exact.h"
#include "fpenv.h"
#include "kernels.h"
#include "queue.h"
#include "table_f64.h"

#if defined(__FP_FAST_FMA)
#  define FUSED 1
#else
#  define FUSED 0
#endif

#define F64_COARSE 0

#include "lanes_scalar.h"
#include "lanes.h"
#include "sigmoid_f64.h"
#include "sigmoid_f32_rational.h"
#include "value.h"

double
fs_portable_f64(double x)
{
    return f64_value(x);
}

float
fs_portable_f32(float x)
{
    return f32_value(x);
}

const struct fs_kernels fs_kernels_portable = {
    .isa = "portable",
    .needs = 0,
    .f64 = fs_portable_f64,
    .f32 = fs_portable_f32,
    .row_f64 = f64_guarded_row,
    .row_f32 = f32_guarded_row,
    .row_f16 = fs_float16_row,
    .row_bf16 = fs_bfloat16_row,
    .count_open_f64 = f64_count_open,
    .count_open_f32 = f32_count_open,
};

int
fs_phase_f64(enum fs_phase phase, double x, double *result)
{
    double below, above;
    if (isnan(x)) {
        return 0;
    }
    switch (phase) {
    case FS_PHASE_FAST:
    case FS_PHASE_SECOND:
        if (!(x > F64_LOW && x < F64_HIGH)) {
            return 0;
        }
        if (phase == FS_PHASE_FAST) {
            f64_straight(x, &f64_fine, 1, &below, &above);
        } else {
            f64_straight(x, &f64_finer, 1, &below, &above);
        }
        *result = above;
        return below == above;
    case FS_PHASE_EXACT128:
        return fs_exact128(x, &fs_binary64, result);
    default:
        *result = fs_exact_unbounded(x, &fs_binary64);
        return 1;
    }
}

int
fs_phase_f32(enum fs_phase phase, float x, float *result)
{
    double quotient, exact = 0.0;
    int settled = 1;
    if (isnan(x)) {
        return 0;
    }
    switch (phase) {
    case FS_PHASE_FAST:
    case FS_PHASE_SECOND:
        if (!(x > F32_LOW && x < F32_HIGH)) {
            return 0;
        }
        quotient = f32_quotient(x);
        *result = (float)quotient;
        return !vd_near_middle(quotient, F32_WINDOW);
    case FS_PHASE_EXACT128:
        settled = fs_exact128(x, &fs_binary32, &exact);
        break;
    default:
        exact = fs_exact_unbounded(x, &fs_binary32);
    }
    *result = (float)exact;
    return settled;
}
