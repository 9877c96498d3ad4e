/* kernels_avx512.c - x86 with AVX-512 F, DQ and VL, eight lanes. */
#include "kernels.h"

#if FS_X86

#include <immintrin.h>

#if defined(__clang__)
#  pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#  pragma GCC push_options
#  pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")
#endif

#define FUSED 1
#define F64_COARSE 1
#define F32_COARSE 1

/* The operations: vd holds 8 float64 lanes, vd_mask a truth for each. */
#define VD_LANES 8
typedef __m512d vd;

static inline vd vd_load(const double *p) { return _mm512_loadu_pd(p); }
static inline void vd_store(double *p, vd a) { _mm512_storeu_pd(p, a); }
/* The first n lanes, the others 0; all of them if n is 8 or more. */
static inline __mmask8 vd_first_lanes(size_t n) { return (__mmask8)(n < 8 ? (1u << n) - 1 : 255); }
static inline vd vd_load_part(const double *p, size_t n) { return _mm512_maskz_loadu_pd(vd_first_lanes(n), p); }
static inline void vd_store_part(double *p, vd a, size_t n) { _mm512_mask_storeu_pd(p, vd_first_lanes(n), a); }
static inline vd vd_load_floats(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
static inline void vd_store_floats(float *p, vd a) { _mm256_storeu_ps(p, _mm512_cvtpd_ps(a)); }
static inline vd vd_set(double a) { return _mm512_set1_pd(a); }
static inline vd vd_add(vd a, vd b) { return _mm512_add_pd(a, b); }
static inline vd vd_sub(vd a, vd b) { return _mm512_sub_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm512_mul_pd(a, b); }
static inline vd vd_div(vd a, vd b) { return _mm512_div_pd(a, b); }
/* NaN where b is NaN. */
static inline vd vd_min(vd a, vd b) { return _mm512_min_pd(a, b); }
static inline vd vd_max(vd a, vd b) { return _mm512_max_pd(a, b); }
static inline vd vd_madd(vd a, vd b, vd c) { return _mm512_fmadd_pd(a, b, c); }
static inline vd vd_msub(vd a, vd b, vd c) { return _mm512_fmsub_pd(a, b, c); }
static inline vd vd_nmadd(vd a, vd b, vd c) { return _mm512_fnmadd_pd(a, b, c); }

typedef __m512i vu;
typedef __mmask8 vd_mask;

static inline vu vd_bits(vd a) { return _mm512_castpd_si512(a); }
static inline vd vd_from_bits(vu a) { return _mm512_castsi512_pd(a); }
static inline vu vu_set(uint64_t a) { return _mm512_set1_epi64((int64_t)a); }
static inline vu vu_add(vu a, vu b) { return _mm512_add_epi64(a, b); }
static inline vu vu_sub(vu a, vu b) { return _mm512_sub_epi64(a, b); }
static inline vu vu_and(vu a, vu b) { return _mm512_and_si512(a, b); }
static inline vu vu_or(vu a, vu b) { return _mm512_or_si512(a, b); }
static inline vu vu_xor(vu a, vu b) { return _mm512_xor_si512(a, b); }
static inline vu vu_shift_left(vu a, int n) { return _mm512_slli_epi64(a, (unsigned)n); }
static inline vu vu_shift_right(vu a, int n) { return _mm512_srli_epi64(a, (unsigned)n); }
static inline vd_mask vu_below(vu a, vu b) { return _mm512_cmplt_epu64_mask(a, b); }

static inline vd vd_abs(vd a) { return _mm512_abs_pd(a); }
/* 14 bits are enough; no division keeps up with the rest of this kernel. */
static inline vd vd_reciprocal14(vd a) { return _mm512_rcp14_pd(a); }
static inline vd_mask vd_above(vd a, vd b) { return _mm512_cmp_pd_mask(a, b, _CMP_GT_OQ); }
static inline vd_mask vd_unequal(vd a, vd b) { return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ); }
static inline vd_mask vd_at_most(vd a, vd b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
static inline vd_mask vd_and(vd_mask a, vd_mask b) { return (vd_mask)(a & b); }
static inline vd_mask vd_or(vd_mask a, vd_mask b) { return (vd_mask)(a | b); }
static inline vd_mask vd_not(vd_mask a) { return (vd_mask)~a; }
static inline int vd_any(vd_mask a) { return a != 0; }
static inline int vd_all(vd_mask a) { return a == 255; }
static inline unsigned vd_mask_bits(vd_mask a) { return a; }
static inline vd vd_select(vd_mask mask, vd a, vd b) { return _mm512_mask_blend_pd(mask, b, a); }

/* T and delta of 2^(n/128), where *t is n + 1.5 * 2^52. */
static inline void
f64_lookup(const vd *t, vd *T, vd *delta)
{
    const __m512i word = _mm512_and_si512(_mm512_slli_epi64(vd_bits(*t), 1), _mm512_set1_epi64(254));
    const __m512i bits = _mm512_i64gather_epi64(word, &fs_f64_table[0].bits, 8);
    *T = vd_from_bits(_mm512_add_epi64(bits, _mm512_slli_epi64(vd_bits(*t), 45)));
    *delta = _mm512_i64gather_pd(word, &fs_f64_table[0].delta, 8);
}

/* What the cell of y has in the table of logarithms: see lanes_scalar.inc. */
static inline void
f64_lookup_log(const vd *z, vd *T, vd *hi, vd *lo)
{
    const __m512i word = _mm512_and_si512(_mm512_srli_epi64(vd_bits(*z), 43), _mm512_set1_epi64(127 << 2));
    *T = _mm512_i64gather_pd(word, &fs_log_f64_table[0].bits, 8);
    *hi = _mm512_i64gather_pd(word, &fs_log_f64_table[0].hi, 8);
    *lo = _mm512_i64gather_pd(word, &fs_log_f64_table[0].lo, 8);
}

/* R and -log R of the cell of *y. */
static inline void
f64_lookup_log_sigmoid(const vd *y, vd *R, vd *log)
{
    const __m512i word = _mm512_and_si512(_mm512_srli_epi64(vd_bits(*y), 43), _mm512_set1_epi64(255 << 1));
    *R = _mm512_i64gather_pd(word, &fs_log_sigmoid_table[0].R, 8);
    *log = _mm512_i64gather_pd(word, &fs_log_sigmoid_table[0].log, 8);
}

/* T and delta of 2^(n/16), where t is n + 1.5 * 2^52: the table is four registers. */
static inline void
f64_lookup_coarse(vd t, vd *T, vd *delta)
{
    const __m512i index = vd_bits(t);
    const __m512i bits = _mm512_permutex2var_epi64(
        _mm512_loadu_si512(fs_f64_table16.bits), index, _mm512_loadu_si512(fs_f64_table16.bits + 8));
    *T = vd_from_bits(_mm512_add_epi64(bits, _mm512_slli_epi64(index, 48)));
    *delta = _mm512_permutex2var_pd(
        vd_load(fs_f64_table16.delta), index, vd_load(fs_f64_table16.delta + 8));
}

/* The same for float32: vf holds 16 lanes. */
#define VF_LANES 16
typedef __m512 vf;
typedef __m512i vi;
typedef __mmask16 vf_mask;

static inline vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void vf_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
static inline vf vf_set(float a) { return _mm512_set1_ps(a); }
static inline vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
static inline vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
/* NaN where b is NaN. */
static inline vf vf_min(vf a, vf b) { return _mm512_min_ps(a, b); }
static inline vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
static inline vf vf_madd(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
static inline vf vf_msub(vf a, vf b, vf c) { return _mm512_fmsub_ps(a, b, c); }
static inline vf vf_nmadd(vf a, vf b, vf c) { return _mm512_fnmadd_ps(a, b, c); }
static inline vf vf_abs(vf a) { return _mm512_abs_ps(a); }
/* As with float64: 14 bits. */
static inline vf vf_reciprocal(vf a) { return _mm512_rcp14_ps(a); }

static inline vi vf_bits(vf a) { return _mm512_castps_si512(a); }
static inline vf vf_from_bits(vi a) { return _mm512_castsi512_ps(a); }
static inline vi vi_set(uint32_t a) { return _mm512_set1_epi32((int32_t)a); }
static inline vi vi_sub(vi a, vi b) { return _mm512_sub_epi32(a, b); }
static inline vi vi_or(vi a, vi b) { return _mm512_or_si512(a, b); }
static inline vi vi_max(vi a, vi b) { return _mm512_max_epu32(a, b); }
/* Both below 2^31. */
static inline int vi_all_at_most(vi a, vi b) { return _mm512_cmpgt_epu32_mask(a, b) == 0; }
static inline vi vi_shift_left(vi a, int n) { return _mm512_slli_epi32(a, (unsigned)n); }
static inline vi vi_shift_right(vi a, int n) { return _mm512_srli_epi32(a, (unsigned)n); }

static inline vf_mask vf_above(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
static inline vf_mask vf_unequal(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ); }
static inline vf_mask vf_at_most(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
static inline vf_mask vf_and(vf_mask a, vf_mask b) { return (vf_mask)(a & b); }
static inline vf_mask vf_or(vf_mask a, vf_mask b) { return (vf_mask)(a | b); }
static inline vf_mask vf_not(vf_mask a) { return (vf_mask)~a; }
static inline uint64_t vf_mask_bits(vf_mask a) { return a; }
static inline int vf_all(vf_mask a) { return a == 0xffff; }
static inline vf vf_select(vf_mask mask, vf a, vf b) { return _mm512_mask_blend_ps(mask, b, a); }

/* T and delta of 2^(n/32), where t is n + 1.5 * 2^23 in units of 1/32. */
#define F32_TABLE_BITS 5
#include "table_f32.inc"

static inline void
f32_lookup(vf t, vf *T, vf *delta)
{
    const __m512i index = vf_bits(t);
    const __m512i bits = _mm512_permutex2var_epi32(
        _mm512_loadu_si512(f32_table.bits), index, _mm512_loadu_si512(f32_table.bits + 16));
    *T = vf_from_bits(_mm512_add_epi32(bits, _mm512_slli_epi32(index, 18)));
    *delta = _mm512_permutex2var_ps(vf_load(f32_table.delta), index, vf_load(f32_table.delta + 16));
}

#define ISA avx512
#define ISA_NEEDS (FS_AVX512F | FS_AVX512DQ | FS_AVX512VL | FS_AVX2 | FS_FMA)
#define VALUES fma
#include "instance.inc"

#if defined(__clang__)
#  pragma clang attribute pop
#elif defined(__GNUC__)
#  pragma GCC pop_options
#endif

#endif
