/* avx512.h - the operations of AVX-512 that kernels_avx512.c takes, by those of AVX2 on two halves: what tries its
 * kernels on machines that lack them, where nothing emulates them.  Not for speed.
 *
 * The only results that AVX-512 leaves open are those of the coarse reciprocals: within a relative 2^-14.  Here they
 * are off by RCP14_MISSES, as far as they may be, of either sign. */
#ifndef RCP14_MISSES
#  define RCP14_MISSES 0x1.fffp-15
#endif

typedef struct {
    __m256d low, high;
} m512d;
typedef struct {
    __m256 low, high;
} m512;
typedef struct {
    __m256i low, high;
} m512i;

#define HALVES_1(to, name, from, half) \
    static inline to m512_##name(from a) { return (to){half(a.low), half(a.high)}; }
#define HALVES_2(type, name, half) \
    static inline type m512_##name(type a, type b) { return (type){half(a.low, b.low), half(a.high, b.high)}; }
#define HALVES_3(type, name, half)                                             \
    static inline type m512_##name(type a, type b, type c)                     \
    {                                                                          \
        return (type){half(a.low, b.low, c.low), half(a.high, b.high, c.high)}; \
    }
#define HALVES_SET(type, name, number, half) \
    static inline type m512_##name(number a) { return (type){half(a), half(a)}; }
#define HALVES_SHIFT(name, half) \
    static inline m512i m512_##name(m512i a, unsigned n) { return (m512i){half(a.low, (int)n), half(a.high, (int)n)}; }

#define HALVES_ARITHMETIC(type, suffix)                     \
    HALVES_2(type, add_##suffix, _mm256_add_##suffix)       \
    HALVES_2(type, sub_##suffix, _mm256_sub_##suffix)       \
    HALVES_2(type, mul_##suffix, _mm256_mul_##suffix)       \
    HALVES_2(type, min_##suffix, _mm256_min_##suffix)       \
    HALVES_2(type, max_##suffix, _mm256_max_##suffix)       \
    HALVES_3(type, fmadd_##suffix, _mm256_fmadd_##suffix)   \
    HALVES_3(type, fmsub_##suffix, _mm256_fmsub_##suffix)   \
    HALVES_3(type, fnmadd_##suffix, _mm256_fnmadd_##suffix)

HALVES_ARITHMETIC(m512d, pd)
HALVES_2(m512d, div_pd, _mm256_div_pd)
HALVES_SET(m512d, set1_pd, double, _mm256_set1_pd)
HALVES_1(m512i, castpd_si512, m512d, _mm256_castpd_si256)
HALVES_1(m512d, castsi512_pd, m512i, _mm256_castsi256_pd)

HALVES_ARITHMETIC(m512, ps)
HALVES_SET(m512, set1_ps, float, _mm256_set1_ps)
HALVES_1(m512i, castps_si512, m512, _mm256_castps_si256)
HALVES_1(m512, castsi512_ps, m512i, _mm256_castsi256_ps)

HALVES_2(m512i, add_epi32, _mm256_add_epi32)
HALVES_2(m512i, sub_epi32, _mm256_sub_epi32)
HALVES_2(m512i, max_epu32, _mm256_max_epu32)
HALVES_2(m512i, add_epi64, _mm256_add_epi64)
HALVES_2(m512i, sub_epi64, _mm256_sub_epi64)
HALVES_2(m512i, and_si512, _mm256_and_si256)
HALVES_2(m512i, or_si512, _mm256_or_si256)
HALVES_2(m512i, xor_si512, _mm256_xor_si256)
HALVES_SET(m512i, set1_epi32, int32_t, _mm256_set1_epi32)
HALVES_SET(m512i, set1_epi64, int64_t, _mm256_set1_epi64x)
HALVES_SHIFT(slli_epi32, _mm256_slli_epi32)
HALVES_SHIFT(srli_epi32, _mm256_srli_epi32)
HALVES_SHIFT(slli_epi64, _mm256_slli_epi64)
HALVES_SHIFT(srli_epi64, _mm256_srli_epi64)

static inline m512d
m512_abs_pd(m512d a)
{
    const __m256d sign = _mm256_set1_pd(-0.0);
    return (m512d){_mm256_andnot_pd(sign, a.low), _mm256_andnot_pd(sign, a.high)};
}

static inline m512
m512_abs_ps(m512 a)
{
    const __m256 sign = _mm256_set1_ps(-0.0f);
    return (m512){_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
}

static inline m512d
m512_rcp14_pd(m512d a)
{
    const m512d y = m512_div_pd(m512_set1_pd(1.0), a);
    return m512_mul_pd(y, m512_set1_pd(1.0 + (RCP14_MISSES)));
}

static inline m512
m512_rcp14_ps(m512 a)
{
    const __m256 one = _mm256_set1_ps(1.0f);
    const m512 y = {_mm256_div_ps(one, a.low), _mm256_div_ps(one, a.high)};
    return m512_mul_ps(y, m512_set1_ps((float)(1.0 + (RCP14_MISSES))));
}

/* Memory */

static inline m512d
m512_loadu_pd(const double *p)
{
    return (m512d){_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)};
}
static inline m512
m512_loadu_ps(const float *p)
{
    return (m512){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)};
}

static inline m512i
m512_loadu_si512(const void *p)
{
    const __m256i *halves = p;
    return (m512i){_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
}

static inline void
m512_storeu_pd(double *p, m512d a)
{
    _mm256_storeu_pd(p, a.low);
    _mm256_storeu_pd(p + 4, a.high);
}

static inline void
m512_storeu_ps(float *p, m512 a)
{
    _mm256_storeu_ps(p, a.low);
    _mm256_storeu_ps(p + 8, a.high);
}

static inline m512i
m512_i64gather_epi64(m512i index, const void *base, int scale)
{
    (void)scale; /* 8 */
    return (m512i){_mm256_i64gather_epi64(base, index.low, 8),
                   _mm256_i64gather_epi64(base, index.high, 8)};
}

static inline m512d
m512_i64gather_pd(m512i index, const void *base, int scale)
{
    return m512_castsi512_pd(m512_i64gather_epi64(index, base, scale));
}

/* Tables of two registers */

static inline m512i
m512_permutex2var_epi64(m512i a, m512i index, m512i b)
{
    const m512i table[2] = {a, b};
    return m512_i64gather_epi64(m512_and_si512(index, m512_set1_epi64(15)), table, 8);
}

static inline m512d
m512_permutex2var_pd(m512d a, m512i index, m512d b)
{
    return m512_castsi512_pd(
        m512_permutex2var_epi64(m512_castpd_si512(a), index, m512_castpd_si512(b)));
}

static inline m512i
m512_permutex2var_epi32(m512i a, m512i index, m512i b)
{
    const m512i table[2] = {a, b}, word = m512_and_si512(index, m512_set1_epi32(31));
    const void *base = table;
    return (m512i){_mm256_i32gather_epi32(base, word.low, 4),
                   _mm256_i32gather_epi32(base, word.high, 4)};
}

static inline m512
m512_permutex2var_ps(m512 a, m512i index, m512 b)
{
    return m512_castsi512_ps(
        m512_permutex2var_epi32(m512_castps_si512(a), index, m512_castps_si512(b)));
}

/* Conversions */

static inline m512d
m512_cvtps_pd(__m256 a)
{
    return (m512d){_mm256_cvtps_pd(_mm256_castps256_ps128(a)),
                   _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1))};
}

static inline __m256
m512_cvtpd_ps(m512d a)
{
    return _mm256_set_m128(_mm256_cvtpd_ps(a.high), _mm256_cvtpd_ps(a.low));
}

/* Masks: a bit for each lane, the first one lowest. */

static inline unsigned
mask_of_d(__m256d low, __m256d high)
{
    return (unsigned)_mm256_movemask_pd(low) | (unsigned)_mm256_movemask_pd(high) << 4;
}

static inline unsigned
mask_of_s(__m256 low, __m256 high)
{
    return (unsigned)_mm256_movemask_ps(low) | (unsigned)_mm256_movemask_ps(high) << 8;
}

/* The predicates are constants. */
#define m512_cmp_pd_mask(a, b, predicate) \
    ((__mmask8)mask_of_d(_mm256_cmp_pd((a).low, (b).low, predicate), _mm256_cmp_pd((a).high, (b).high, predicate)))
#define m512_cmp_ps_mask(a, b, predicate) \
    ((__mmask16)mask_of_s(_mm256_cmp_ps((a).low, (b).low, predicate), _mm256_cmp_ps((a).high, (b).high, predicate)))

static inline __mmask8
m512_cmplt_epu64_mask(m512i a, m512i b)
{
    const m512i sign = m512_set1_epi64(INT64_MIN), x = m512_xor_si512(a, sign),
                y = m512_xor_si512(b, sign);
    return (__mmask8)mask_of_d(_mm256_castsi256_pd(_mm256_cmpgt_epi64(y.low, x.low)),
                               _mm256_castsi256_pd(_mm256_cmpgt_epi64(y.high, x.high)));
}

static inline __mmask16
m512_cmpgt_epu32_mask(m512i a, m512i b)
{
    const m512i sign = m512_set1_epi32(INT32_MIN), x = m512_xor_si512(a, sign),
                y = m512_xor_si512(b, sign);
    return (__mmask16)mask_of_s(_mm256_castsi256_ps(_mm256_cmpgt_epi32(x.low, y.low)),
                                _mm256_castsi256_ps(_mm256_cmpgt_epi32(x.high, y.high)));
}

/* All bits of the lanes that a mask has. */
static inline m512i
lanes_of_d(__mmask8 mask)
{
    const __m256i low = _mm256_set_epi64x(8, 4, 2, 1), high = _mm256_slli_epi64(low, 4),
                  all = _mm256_set1_epi64x(mask);
    return (m512i){_mm256_cmpeq_epi64(_mm256_and_si256(all, low), low),
                   _mm256_cmpeq_epi64(_mm256_and_si256(all, high), high)};
}

static inline m512i
lanes_of_s(__mmask16 mask)
{
    const __m256i low = _mm256_set_epi32(128, 64, 32, 16, 8, 4, 2, 1),
                  high = _mm256_slli_epi32(low, 8), all = _mm256_set1_epi32(mask);
    return (m512i){_mm256_cmpeq_epi32(_mm256_and_si256(all, low), low),
                   _mm256_cmpeq_epi32(_mm256_and_si256(all, high), high)};
}

static inline m512d
m512_mask_blend_pd(__mmask8 mask, m512d a, m512d b)
{
    const m512d lanes = m512_castsi512_pd(lanes_of_d(mask));
    return (m512d){_mm256_blendv_pd(a.low, b.low, lanes.low),
                   _mm256_blendv_pd(a.high, b.high, lanes.high)};
}

static inline m512
m512_mask_blend_ps(__mmask16 mask, m512 a, m512 b)
{
    const m512 lanes = m512_castsi512_ps(lanes_of_s(mask));
    return (m512){_mm256_blendv_ps(a.low, b.low, lanes.low),
                  _mm256_blendv_ps(a.high, b.high, lanes.high)};
}

static inline m512d
m512_maskz_loadu_pd(__mmask8 mask, const double *p)
{
    const m512i lanes = lanes_of_d(mask);
    return (m512d){_mm256_maskload_pd(p, lanes.low), _mm256_maskload_pd(p + 4, lanes.high)};
}

static inline void
m512_mask_storeu_pd(double *p, __mmask8 mask, m512d a)
{
    const m512i lanes = lanes_of_d(mask);
    _mm256_maskstore_pd(p, lanes.low, a.low);
    _mm256_maskstore_pd(p + 4, lanes.high, a.high);
}

/* What keeps a value in a register is for registers. */
#undef FS_LOADED
#define FS_LOADED(value) ((void)(value))
