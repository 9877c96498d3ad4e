/* kernels.h - what dispatch.c chooses from. */
#ifndef FASTSIGMOID_KERNELS_H
#define FASTSIGMOID_KERNELS_H

#include "sigmoid.h"

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

extern const struct fs_kernels fs_kernels_portable, fs_kernels_avx2, fs_kernels_avx512,
    fs_kernels_neon;

/* One value, in plain C, and on x86 with FMA. */
double fs_portable_f64(double x);
float fs_portable_f32(float x);
double fs_fma_f64(double x);
float fs_fma_f32(float x);

/* float16 and bfloat16 by table, the same for every instruction set. */
void fs_float16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n);
void fs_bfloat16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n);

#endif
