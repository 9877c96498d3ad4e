/* kernels_fma.c - x86 with FMA, one lane, for single values. */
#include "kernels.h"

#if FS_X86

#include <math.h>
#include <string.h>

#include <immintrin.h>

#include "exact.h"
#include "fpenv.h"
#include "queue.h"
#include "table_f64.h"

#if defined(__clang__)
#  pragma clang attribute push(__attribute__((target("fma"))), apply_to = function)
#elif defined(__GNUC__)
#  pragma GCC push_options
#  pragma GCC target("fma")
#endif

#define FUSED 1
#define F64_COARSE 0

#include "lanes_scalar.h"
#include "lanes.h"
#include "sigmoid_f64.h"
#include "sigmoid_f32_rational.h"
#include "value.h"

double
fs_fma_f64(double x)
{
    return f64_value(x);
}

float
fs_fma_f32(float x)
{
    return f32_value(x);
}

#if defined(__clang__)
#  pragma clang attribute pop
#elif defined(__GNUC__)
#  pragma GCC pop_options
#endif

#endif
