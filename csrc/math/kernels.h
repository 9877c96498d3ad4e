/* kernels.h - what dispatch.c chooses from, and all that the kernels share. */
#ifndef FASTSIGMOID_KERNELS_H
#define FASTSIGMOID_KERNELS_H

#include <math.h>
#include <string.h>

#include "copy.h"
#include "exact.h"
#include "fpenv.h"
#include "prefetch.h"
#include "queue.h"
#include "fastsigmoid.h"
#include "table_f64.h"
#include "table_log_f64.h"
#include "table_log_sigmoid.h"

/* Microsoft's compiler for 32 bits passes no vectors by value (its error C2719). */
#if defined(__x86_64__) || defined(_M_X64) || defined(__i386__)
#  define FS_X86 1
#else
#  define FS_X86 0
#endif

/* Big-endian ARM numbers its lanes differently: the portable kernels are the ones for it. */
#if (defined(__aarch64__) && !defined(__AARCH64EB__)) || defined(_M_ARM64)
#  define FS_ARM64 1
#else
#  define FS_ARM64 0
#endif

extern const struct fs_kernels fs_kernels_portable, fs_kernels_sse2, fs_kernels_avx2,
    fs_kernels_avx512, fs_kernels_neon;

/* For each function: one value, in plain C and on x86 with FMA; the float32 rows of plain C, on x86 for those with SSE2
 * alone; float16 and bfloat16 by table, the same for every instruction set. */
#define FS_DECLARE_KERNELS(NAME, name) \
    double fs_portable_##name##_f64(double x); \
    float fs_portable_##name##_f32(float x); \
    double fs_fma_##name##_f64(double x); \
    float fs_fma_##name##_f32(float x); \
    double fs_fma_##name##_f64_untrapped(double x); \
    float fs_fma_##name##_f32_untrapped(float x); \
    void fs_portable_##name##_f32_guarded_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n); \
    size_t fs_portable_##name##_f32_count_open(const void *x, size_t n); \
    void fs_##name##_float16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n); \
    void fs_##name##_bfloat16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n);
FS_FUNCTIONS(FS_DECLARE_KERNELS)
#undef FS_DECLARE_KERNELS

#endif
