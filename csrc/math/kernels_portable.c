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
