/* fastsigmoid.h - the pure C interface: the functions, for one value and for one strided row.
 *
 * sigmoid(x) = 1 / (1 + e^-x).
 *
 * Correctly rounded (to nearest, ties to even) in every format, subnormal results included; NaN gives the
 * same NaN, quieted.  Nothing here knows Python. */
#ifndef FASTSIGMOID_FASTSIGMOID_H
#define FASTSIGMOID_FASTSIGMOID_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#include "functions.h"

#ifdef __FAST_MATH__
#  error "fastsigmoid relies on IEEE 754 arithmetic as written: build without -ffast-math"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#  error "fastsigmoid needs FLT_EVAL_METHOD == 0: on 32-bit x86 build with -msse2 -mfpmath=sse"
#endif

/* Older versions of it contract a*b+c as /fp:precise has it. */
#if defined(_MSC_VER) && !defined(__clang__)
#  pragma fp_contract(off)
#endif

/* One row of n elements.  x and y are aligned, native-endian elements of one format, the strides are
 * in bytes and may be zero or negative.  y may be x itself with the same stride (in place); any other
 * overlap is the caller's to resolve.
 *
 * A row or value function may be called under any rounding mode, with flush-to-zero or
 * denormals-are-zero in force and with exceptions trapped: it computes the same bits, leaves the mode
 * as it was, and of the exception flags touches none but inexact.  (A single value knows of trapped
 * exceptions on x86 only.) */
typedef void fs_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n);

/* What a CPU may have, and the operating system support. */
enum fs_feature {
    FS_FMA = 1,
    FS_AVX2 = 2,
    FS_AVX512F = 4,
    FS_AVX512DQ = 8,
    FS_AVX512VL = 16,
    FS_NEON = 32,
};

/* Those that this CPU has, or-ed. */
unsigned fs_cpu_features(void);

/* Their names, in lower case; closed by a NULL. */
struct fs_feature_name {
    const char *name;
    enum fs_feature feature;
};
extern const struct fs_feature_name fs_feature_names[];

struct fs_format;

/* One function, by the kernels of one instruction set. */
struct fs_function {
    const char *name;        /* "sigmoid" */
    double (*f64)(double x); /* one value */
    float (*f32)(float x);
    double (*f64_untrapped)(double x); /* the same, for callers that do not have inexact trapped */
    float (*f32_untrapped)(float x);
    fs_row *row_f64;
    fs_row *row_f32;
    fs_row *row_f16;
    fs_row *row_bf16; /* the upper half of a float32: 8 bits of precision */
    double (*exact)(double x, const struct fs_format *format); /* see exact.h */
    /* How many of n contiguous elements the first phase leaves to the others, for the tests. */
    size_t (*count_open_f64)(const void *x, size_t n);
    size_t (*count_open_f32)(const void *x, size_t n);
};

/* FS_SIGMOID, ...: where a function stands. */
enum fs_function_number {
#define FS_ENUMERATE(NAME, name) FS_##NAME,
    FS_FUNCTIONS(FS_ENUMERATE)
#undef FS_ENUMERATE
        FS_FUNCTION_COUNT
};

/* Everything one instruction set offers.  Immutable. */
struct fs_kernels {
    const char *isa; /* the name that users see: "portable", ... */
    unsigned needs;  /* enum fs_feature, or-ed */
    struct fs_function functions[FS_FUNCTION_COUNT];
};

/* The kernels that this CPU can run, best first: a NULL-terminated array. */
const struct fs_kernels *const *fs_available(void);

/* The phases of the portable kernels one by one, for the tests: a value seldom reaches the later ones by itself.  It
 * returns 1 and stores the result where that phase alone settles x, a number of the format.  Of NaN none does; float16 and
 * bfloat16 have the last two, float32 has no second one, which does without what takes no computing. */
enum fs_phase { FS_PHASE_FAST, FS_PHASE_SECOND, FS_PHASE_EXACT128, FS_PHASE_UNBOUNDED };
int fs_phase(enum fs_function_number number, enum fs_phase phase, double x,
             const struct fs_format *format, double *result);

#endif
