/* kernels_portable.c - plain C, one lane: the kernels of every machine, and the reference for all others. */
#include "kernels.h"

#if defined(__FP_FAST_FMA)
#  define FUSED 1
#else
#  define FUSED 0
#endif
#define F64_COARSE 0

#include "lanes_scalar.inc"

#define ISA portable
#define ISA_NEEDS 0
#define VALUES portable
#define HAS_VALUES
#include "instance.inc"
#include "phases.inc"

#if FS_X86
/* For kernels_sse2.c. */
#  define DEFINE_F32_ROWS(NAME, name) \
    void fs_portable_##name##_f32_guarded_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) \
    { \
        name##_f32_guarded_row(x, x_stride, y, y_stride, n); \
    } \
    size_t fs_portable_##name##_f32_count_open(const void *x, size_t n) { return name##_f32_count_open(x, n); }
FS_FUNCTIONS(DEFINE_F32_ROWS)
#endif
