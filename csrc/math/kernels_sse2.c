/* kernels_sse2.c - x86 with nothing but SSE2, which all of them have that this is built for: two lanes of float64.
 * float32 is that of the portable kernels, of which compilers make vectors. */
#include "kernels.h"

#if FS_X86

#include <emmintrin.h>

#define FUSED 0
#define F64_COARSE 0

/* The operations: vd holds 2 float64 lanes, vd_mask a truth for each. */
#define VD_LANES 2
typedef __m128d vd;

static inline vd vd_load(const double *p) { return _mm_loadu_pd(p); }
static inline void vd_store(double *p, vd a) { _mm_storeu_pd(p, a); }
/* The first n lanes, the others 0; both of them if n is 2 or more. */
static inline vd vd_load_part(const double *p, size_t n) { return n > 1 ? vd_load(p) : _mm_load_sd(p); }
static inline void
vd_store_part(double *p, vd a, size_t n)
{
    if (n > 1) {
        vd_store(p, a);
    } else {
        _mm_store_sd(p, a);
    }
}
static inline vd vd_set(double a) { return _mm_set1_pd(a); }
static inline vd vd_add(vd a, vd b) { return _mm_add_pd(a, b); }
static inline vd vd_sub(vd a, vd b) { return _mm_sub_pd(a, b); }
static inline vd vd_mul(vd a, vd b) { return _mm_mul_pd(a, b); }
static inline vd vd_div(vd a, vd b) { return _mm_div_pd(a, b); }
/* NaN where b is NaN. */
static inline vd vd_min(vd a, vd b) { return _mm_min_pd(a, b); }
static inline vd vd_max(vd a, vd b) { return _mm_max_pd(a, b); }
static inline vd vd_madd(vd a, vd b, vd c) { return vd_add(vd_mul(a, b), c); }
static inline vd vd_msub(vd a, vd b, vd c) { return vd_sub(vd_mul(a, b), c); }
static inline vd vd_nmadd(vd a, vd b, vd c) { return vd_sub(c, vd_mul(a, b)); }

typedef __m128i vu;
typedef __m128d vd_mask;

static inline vu vd_bits(vd a) { return _mm_castpd_si128(a); }
static inline vd vd_from_bits(vu a) { return _mm_castsi128_pd(a); }
static inline vu vu_set(uint64_t a) { return _mm_set1_epi64x((int64_t)a); }
static inline vu vu_add(vu a, vu b) { return _mm_add_epi64(a, b); }
static inline vu vu_sub(vu a, vu b) { return _mm_sub_epi64(a, b); }
static inline vu vu_and(vu a, vu b) { return _mm_and_si128(a, b); }
static inline vu vu_or(vu a, vu b) { return _mm_or_si128(a, b); }
static inline vu vu_xor(vu a, vu b) { return _mm_xor_si128(a, b); }
static inline vu vu_shift_left(vu a, int n) { return _mm_slli_epi64(a, n); }
static inline vu vu_shift_right(vu a, int n) { return _mm_srli_epi64(a, n); }
/* Both below 2^63: the sign of the difference, all over. */
static inline vd_mask
vu_below(vu a, vu b)
{
    return vd_from_bits(_mm_shuffle_epi32(_mm_srai_epi32(vu_sub(a, b), 31), _MM_SHUFFLE(3, 3, 1, 1)));
}

static inline vd vd_abs(vd a) { return _mm_andnot_pd(vd_set(-0.0), a); }
static inline vd_mask vd_above(vd a, vd b) { return _mm_cmpgt_pd(a, b); }
static inline vd_mask vd_unequal(vd a, vd b) { return _mm_cmpneq_pd(a, b); }
static inline vd_mask vd_at_most(vd a, vd b) { return _mm_cmple_pd(a, b); }
static inline vd_mask vd_and(vd_mask a, vd_mask b) { return _mm_and_pd(a, b); }
static inline vd_mask vd_or(vd_mask a, vd_mask b) { return _mm_or_pd(a, b); }
static inline vd_mask vd_not(vd_mask a) { return _mm_xor_pd(a, vd_from_bits(_mm_set1_epi32(-1))); }
static inline int vd_any(vd_mask a) { return _mm_movemask_pd(a) != 0; }
static inline int vd_all(vd_mask a) { return _mm_movemask_pd(a) == 3; }
static inline unsigned vd_mask_bits(vd_mask a) { return (unsigned)_mm_movemask_pd(a); }
static inline vd vd_select(vd_mask mask, vd a, vd b) { return _mm_or_pd(_mm_and_pd(mask, a), _mm_andnot_pd(mask, b)); }

static inline void
vd_load_pairs(const double *const *entry, vd *first, vd *second)
{
    const vd entry0 = vd_load(entry[0]), entry1 = vd_load(entry[1]);
    *first = _mm_unpacklo_pd(entry0, entry1);
    *second = _mm_unpackhi_pd(entry0, entry1);
}
static inline vd
vd_load_each(const double *const *entry, int at)
{
    return _mm_loadh_pd(_mm_load_sd(entry[0] + at), entry[1] + at);
}
#include "lookup.inc"

#define ISA sse2
#define ISA_NEEDS 0
#define VALUES portable
#define F32_ROWS portable
#include "instance.inc"

#endif
