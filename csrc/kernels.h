/* kernels.h - what dispatch.c chooses from. */
#ifndef FASTSIGMOID_KERNELS_H
#define FASTSIGMOID_KERNELS_H

#include "sigmoid.h"

extern const struct fs_kernels fs_kernels_portable, fs_kernels_avx2, fs_kernels_avx512;

/* x86 with FMA: one value. */
double fs_fma_f64(double x);
float fs_fma_f32(float x);

/* float16 and bfloat16 by table, the same for every instruction set. */
void fs_float16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n);
void fs_bfloat16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n);

#endif
