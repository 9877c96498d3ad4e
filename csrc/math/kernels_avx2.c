/* kernels_avx2.c - x86 with AVX2 and FMA, four lanes. */
#include "kernels.h"

#if FS_X86

#include <immintrin.h>

#if defined(__clang__)
#  pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#  pragma GCC push_options
#  pragma GCC target("avx2,fma")
#endif

#define FUSED 1
#define F64_COARSE 0
#define F32_COARSE 0

/* The operations: vd holds 4 float64 lanes, vd_mask a truth for each. */
#define VD_LANES 4
typedef __m256d vd;

static inline vd vd_load(const double *p) { return _mm256_loadu_pd(p); }
static inline void vd_store(double *p, vd a) { _mm256_storeu_pd(p, a); }
/* The first n lanes, the others 0; all of them if n is 4 or more. */
static inline __m256i
vd_first_lanes(size_t n)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n < 4 ? (long long)n : 4), _mm256_set_epi64x(3, 2, 1, 0));
}
static inline vd vd_load_part(const double *p, size_t n) { return _mm256_maskload_pd(p, vd_first_lanes(n)); }
static inline void vd_store_part(double *p, vd a, size_t n) { _mm256_maskstore_pd(p, vd_first_lanes(n), a); }
static inline vd vd_load_floats(const float *p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
static inline void vd_store_floats(float *p, vd a) { _mm_storeu_ps(p, _mm256_cvtpd_ps(a)); }
static inline vd vd_set(double a) { return _mm256_set1_pd(a); }
static inline vd vd_add(vd a, vd b) { return _mm256_add_pd(a, b); }
static inline vd vd_sub(vd a, vd b) { return _mm256_sub_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm256_mul_pd(a, b); }
static inline vd vd_div(vd a, vd b) { return _mm256_div_pd(a, b); }
/* NaN where b is NaN. */
static inline vd vd_min(vd a, vd b) { return _mm256_min_pd(a, b); }
static inline vd vd_max(vd a, vd b) { return _mm256_max_pd(a, b); }
static inline vd vd_madd(vd a, vd b, vd c) { return _mm256_fmadd_pd(a, b, c); }
static inline vd vd_msub(vd a, vd b, vd c) { return _mm256_fmsub_pd(a, b, c); }
static inline vd vd_nmadd(vd a, vd b, vd c) { return _mm256_fnmadd_pd(a, b, c); }

typedef __m256i vu;
typedef __m256d vd_mask;

static inline vu vd_bits(vd a) { return _mm256_castpd_si256(a); }
static inline vd vd_from_bits(vu a) { return _mm256_castsi256_pd(a); }
static inline vu vu_set(uint64_t a) { return _mm256_set1_epi64x((int64_t)a); }
static inline vu vu_add(vu a, vu b) { return _mm256_add_epi64(a, b); }
static inline vu vu_sub(vu a, vu b) { return _mm256_sub_epi64(a, b); }
static inline vu vu_and(vu a, vu b) { return _mm256_and_si256(a, b); }
static inline vu vu_or(vu a, vu b) { return _mm256_or_si256(a, b); }
static inline vu vu_xor(vu a, vu b) { return _mm256_xor_si256(a, b); }
static inline vu vu_shift_left(vu a, int n) { return _mm256_slli_epi64(a, n); }
static inline vu vu_shift_right(vu a, int n) { return _mm256_srli_epi64(a, n); }
static inline vd_mask vu_below(vu a, vu b) { return vd_from_bits(_mm256_cmpgt_epi64(b, a)); }

static inline vd vd_abs(vd a) { return _mm256_andnot_pd(vd_set(-0.0), a); }
static inline vd_mask vd_above(vd a, vd b) { return _mm256_cmp_pd(a, b, _CMP_GT_OQ); }
static inline vd_mask vd_unequal(vd a, vd b) { return _mm256_cmp_pd(a, b, _CMP_NEQ_UQ); }
static inline vd_mask vd_at_most(vd a, vd b) { return _mm256_cmp_pd(a, b, _CMP_LE_OQ); }
static inline vd_mask vd_and(vd_mask a, vd_mask b) { return _mm256_and_pd(a, b); }
static inline vd_mask vd_or(vd_mask a, vd_mask b) { return _mm256_or_pd(a, b); }
static inline vd_mask vd_not(vd_mask a)
{
    return _mm256_xor_pd(a, vd_from_bits(_mm256_set1_epi64x(-1)));
}
static inline int vd_any(vd_mask a) { return _mm256_movemask_pd(a) != 0; }
static inline int vd_all(vd_mask a) { return _mm256_movemask_pd(a) == 15; }
static inline unsigned vd_mask_bits(vd_mask a) { return (unsigned)_mm256_movemask_pd(a); }
static inline vd vd_select(vd_mask mask, vd a, vd b) { return _mm256_blendv_pd(b, a, mask); }

static inline void
vd_load_pairs(const double *const *entry, vd *first, vd *second)
{
    const __m128d entry0 = _mm_loadu_pd(entry[0]), entry1 = _mm_loadu_pd(entry[1]);
    const vd even = _mm256_insertf128_pd(_mm256_castpd128_pd256(entry0), _mm_loadu_pd(entry[2]), 1);
    const vd odd = _mm256_insertf128_pd(_mm256_castpd128_pd256(entry1), _mm_loadu_pd(entry[3]), 1);
    *first = _mm256_unpacklo_pd(even, odd);
    *second = _mm256_unpackhi_pd(even, odd);
}
static inline vd
vd_load_each(const double *const *entry, int at)
{
    const __m128d low = _mm_loadh_pd(_mm_load_sd(entry[0] + at), entry[1] + at);
    const __m128d high = _mm_loadh_pd(_mm_load_sd(entry[2] + at), entry[3] + at);
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(low), high, 1);
}
#include "lookup.inc"

/* The same for float32: vf holds 8 lanes. */
#define VF_LANES 8
typedef __m256 vf;
typedef __m256i vi;
typedef __m256 vf_mask;

static inline vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void vf_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
static inline vf vf_set(float a) { return _mm256_set1_ps(a); }
static inline vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
static inline vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
/* NaN where b is NaN. */
static inline vf vf_min(vf a, vf b) { return _mm256_min_ps(a, b); }
static inline vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }
static inline vf vf_madd(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
static inline vf vf_msub(vf a, vf b, vf c) { return _mm256_fmsub_ps(a, b, c); }
static inline vf vf_nmadd(vf a, vf b, vf c) { return _mm256_fnmadd_ps(a, b, c); }
static inline vf vf_abs(vf a) { return _mm256_andnot_ps(vf_set(-0.0f), a); }
/* rcpps is good to 11 bits, and a step of Newton's method doubles these; no division keeps up with the rest
 * of this kernel. */
static inline vf
vf_reciprocal(vf a)
{
    const vf y = _mm256_rcp_ps(a);
    return vf_madd(vf_nmadd(y, a, vf_set(1.0f)), y, y);
}

static inline vi vf_bits(vf a) { return _mm256_castps_si256(a); }
static inline vf vf_from_bits(vi a) { return _mm256_castsi256_ps(a); }
static inline vi vi_set(uint32_t a) { return _mm256_set1_epi32((int32_t)a); }
static inline vi vi_sub(vi a, vi b) { return _mm256_sub_epi32(a, b); }
static inline vi vi_or(vi a, vi b) { return _mm256_or_si256(a, b); }
static inline vi vi_max(vi a, vi b) { return _mm256_max_epu32(a, b); }
/* Both below 2^31. */
static inline int vi_all_at_most(vi a, vi b) { return _mm256_movemask_epi8(_mm256_cmpgt_epi32(a, b)) == 0; }
static inline vi vi_shift_left(vi a, int n) { return _mm256_slli_epi32(a, n); }
static inline vi vi_shift_right(vi a, int n) { return _mm256_srli_epi32(a, n); }

static inline vf_mask vf_above(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
static inline vf_mask vf_unequal(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_NEQ_UQ); }
static inline vf_mask vf_at_most(vf a, vf b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
static inline vf_mask vf_and(vf_mask a, vf_mask b) { return _mm256_and_ps(a, b); }
static inline vf_mask vf_or(vf_mask a, vf_mask b) { return _mm256_or_ps(a, b); }
static inline vf_mask vf_not(vf_mask a) { return _mm256_xor_ps(a, vf_from_bits(vi_set(UINT32_MAX))); }
static inline uint64_t vf_mask_bits(vf_mask a) { return (unsigned)_mm256_movemask_ps(a); }
static inline int vf_all(vf_mask a) { return _mm256_movemask_ps(a) == 255; }
static inline vf vf_select(vf_mask mask, vf a, vf b) { return _mm256_blendv_ps(b, a, mask); }

/* T and delta of 2^(n/8), where t is n + 1.5 * 2^23 in units of 1/8: each table is a register. */
#define F32_TABLE_BITS 3
#include "table_f32.inc"

static inline void
f32_lookup(vf t, vf *T, vf *delta)
{
    const __m256i index = vf_bits(t);
    const __m256i bits =
        _mm256_permutevar8x32_epi32(_mm256_loadu_si256((const __m256i *)f32_table.bits), index);
    *T = vf_from_bits(_mm256_add_epi32(bits, _mm256_slli_epi32(index, 20)));
    *delta = _mm256_permutevar8x32_ps(vf_load(f32_table.delta), index);
}

#define ISA avx2
#define ISA_NEEDS (FS_AVX2 | FS_FMA)
#define VALUES fma
#include "instance.inc"

#if defined(__clang__)
#  pragma clang attribute pop
#elif defined(__GNUC__)
#  pragma GCC pop_options
#endif

#endif
