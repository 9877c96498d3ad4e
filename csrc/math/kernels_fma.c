/* kernels_fma.c - x86 with FMA, one lane, for single values. */
#include "kernels.h"

#if FS_X86

#include <immintrin.h>

#if defined(__clang__)
#  pragma clang attribute push(__attribute__((target("fma"))), apply_to = function)
#elif defined(__GNUC__)
#  pragma GCC push_options
#  pragma GCC target("fma")
#endif

#define FUSED 1
#define F64_COARSE 0

#include "lanes_scalar.inc"

#define VALUES fma
#define HAS_VALUES
#include "instance.inc"

#if defined(__clang__)
#  pragma clang attribute pop
#elif defined(__GNUC__)
#  pragma GCC pop_options
#endif

#endif
