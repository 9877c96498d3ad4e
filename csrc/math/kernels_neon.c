/* kernels_neon.c - 64-bit ARM, where NEON is part of every CPU: two lanes of float64, four of float32. */
#include "kernels.h"

#if FS_ARM64

#include <arm_neon.h>

#define FUSED 1
#define F64_COARSE 0
#define F32_COARSE 0

/* The operations: vd holds 2 float64 lanes, vd_mask a truth for each. */
#define VD_LANES 2
typedef float64x2_t vd;
typedef uint64x2_t vu;
typedef uint64x2_t vd_mask;

static inline vd vd_load(const double *p) { return vld1q_f64(p); }
static inline void vd_store(double *p, vd a) { vst1q_f64(p, a); }
static inline vd vd_set(double a) { return vdupq_n_f64(a); }
/* The first n lanes, the others 0; all of them if n is 2 or more. */
static inline vd
vd_load_part(const double *p, size_t n)
{
    return n > 1 ? vd_load(p) : n == 1 ? vld1q_lane_f64(p, vd_set(0.0), 0) : vd_set(0.0);
}
static inline void
vd_store_part(double *p, vd a, size_t n)
{
    if (n > 1) {
        vd_store(p, a);
    } else if (n == 1) {
        vst1q_lane_f64(p, a, 0);
    }
}
static inline vd vd_load_floats(const float *p) { return vcvt_f64_f32(vld1_f32(p)); }
static inline void vd_store_floats(float *p, vd a) { vst1_f32(p, vcvt_f32_f64(a)); }
static inline vd vd_add(vd a, vd b) { return vaddq_f64(a, b); }
static inline vd vd_sub(vd a, vd b) { return vsubq_f64(a, b); }
static inline vd vd_mul(vd a, vd b) { return vmulq_f64(a, b); }
static inline vd vd_div(vd a, vd b) { return vdivq_f64(a, b); }
static inline vd vd_min(vd a, vd b) { return vminq_f64(a, b); }
static inline vd vd_max(vd a, vd b) { return vmaxq_f64(a, b); }
static inline vd vd_abs(vd a) { return vabsq_f64(a); }
static inline vd vd_madd(vd a, vd b, vd c) { return vfmaq_f64(c, a, b); }
static inline vd vd_nmadd(vd a, vd b, vd c) { return vfmsq_f64(c, a, b); }
static inline vd vd_msub(vd a, vd b, vd c) { return vnegq_f64(vd_nmadd(a, b, c)); }

static inline vu vd_bits(vd a) { return vreinterpretq_u64_f64(a); }
static inline vd vd_from_bits(vu a) { return vreinterpretq_f64_u64(a); }
static inline vu vu_set(uint64_t a) { return vdupq_n_u64(a); }
static inline vu vu_add(vu a, vu b) { return vaddq_u64(a, b); }
static inline vu vu_sub(vu a, vu b) { return vsubq_u64(a, b); }
static inline vu vu_and(vu a, vu b) { return vandq_u64(a, b); }
static inline vu vu_or(vu a, vu b) { return vorrq_u64(a, b); }
static inline vu vu_xor(vu a, vu b) { return veorq_u64(a, b); }
static inline vu vu_shift_left(vu a, int n) { return vshlq_u64(a, vdupq_n_s64(n)); }
static inline vu vu_shift_right(vu a, int n) { return vshlq_u64(a, vdupq_n_s64(-n)); }
static inline vd_mask vu_below(vu a, vu b) { return vcltq_u64(a, b); }

static inline vd_mask vd_above(vd a, vd b) { return vcgtq_f64(a, b); }
static inline vd_mask vd_at_most(vd a, vd b) { return vcleq_f64(a, b); }
static inline vd_mask vd_and(vd_mask a, vd_mask b) { return vandq_u64(a, b); }
static inline vd_mask vd_or(vd_mask a, vd_mask b) { return vorrq_u64(a, b); }
static inline vd_mask vd_not(vd_mask a)
{
    return vreinterpretq_u64_u32(vmvnq_u32(vreinterpretq_u32_u64(a)));
}
static inline vd_mask vd_unequal(vd a, vd b) { return vd_not(vceqq_f64(a, b)); }
/* A bit each in the lower and in the upper half of a word. */
static inline uint64_t
vd_mask_halves(vd_mask a)
{
    return vget_lane_u64(vreinterpret_u64_u32(vmovn_u64(a)), 0);
}
static inline int vd_any(vd_mask a) { return vd_mask_halves(a) != 0; }
static inline int vd_all(vd_mask a) { return vd_mask_halves(a) == UINT64_MAX; }
static inline unsigned
vd_mask_bits(vd_mask a)
{
    const uint64_t halves = vd_mask_halves(a);
    return (unsigned)(halves & 1) | (unsigned)(halves >> 62 & 2);
}
static inline vd vd_select(vd_mask mask, vd a, vd b) { return vbslq_f64(mask, a, b); }

static inline void
vd_load_pairs(const double *const *entry, vd *first, vd *second)
{
    const vd entry0 = vd_load(entry[0]), entry1 = vd_load(entry[1]);
    *first = vzip1q_f64(entry0, entry1);
    *second = vzip2q_f64(entry0, entry1);
}
static inline vd
vd_load_each(const double *const *entry, int at)
{
    return vcombine_f64(vld1_f64(entry[0] + at), vld1_f64(entry[1] + at));
}
#include "lookup.inc"

/* The same for float32: vf holds 4 lanes. */
#define VF_LANES 4
typedef float32x4_t vf;
typedef uint32x4_t vi;
typedef uint32x4_t vf_mask;

static inline vf vf_load(const float *p) { return vld1q_f32(p); }
static inline void vf_store(float *p, vf a) { vst1q_f32(p, a); }
static inline vf vf_set(float a) { return vdupq_n_f32(a); }
static inline vf vf_add(vf a, vf b) { return vaddq_f32(a, b); }
static inline vf vf_sub(vf a, vf b) { return vsubq_f32(a, b); }
static inline vf vf_mul(vf a, vf b) { return vmulq_f32(a, b); }
static inline vf vf_min(vf a, vf b) { return vminq_f32(a, b); }
static inline vf vf_max(vf a, vf b) { return vmaxq_f32(a, b); }
static inline vf vf_abs(vf a) { return vabsq_f32(a); }
static inline vf vf_madd(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
static inline vf vf_nmadd(vf a, vf b, vf c) { return vfmsq_f32(c, a, b); }
static inline vf vf_msub(vf a, vf b, vf c) { return vnegq_f32(vf_nmadd(a, b, c)); }
static inline vf vf_reciprocal(vf a) { return vdivq_f32(vf_set(1.0f), a); }

static inline vi vf_bits(vf a) { return vreinterpretq_u32_f32(a); }
static inline vf vf_from_bits(vi a) { return vreinterpretq_f32_u32(a); }
static inline vi vi_set(uint32_t a) { return vdupq_n_u32(a); }
static inline vi vi_sub(vi a, vi b) { return vsubq_u32(a, b); }
static inline vi vi_or(vi a, vi b) { return vorrq_u32(a, b); }
static inline vi vi_max(vi a, vi b) { return vmaxq_u32(a, b); }
/* Both below 2^31. */
static inline int vi_all_at_most(vi a, vi b) { return vmaxvq_u32(vcgtq_u32(a, b)) == 0; }
static inline vi vi_shift_left(vi a, int n) { return vshlq_u32(a, vdupq_n_s32(n)); }
static inline vi vi_shift_right(vi a, int n) { return vshlq_u32(a, vdupq_n_s32(-n)); }

static inline vf_mask vf_not(vf_mask a) { return vmvnq_u32(a); }
static inline vf_mask vf_and(vf_mask a, vf_mask b) { return vandq_u32(a, b); }
static inline vf_mask vf_or(vf_mask a, vf_mask b) { return vorrq_u32(a, b); }
static inline vf_mask vf_above(vf a, vf b) { return vcgtq_f32(a, b); }
static inline vf_mask vf_at_most(vf a, vf b) { return vcleq_f32(a, b); }
static inline vf_mask vf_unequal(vf a, vf b) { return vf_not(vceqq_f32(a, b)); }
static inline int vf_all(vf_mask a) { return vminvq_u32(a) != 0; }
static inline uint64_t
vf_mask_bits(vf_mask a)
{
    static const uint32_t bits[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(a, vld1q_u32(bits)));
}
static inline vf vf_select(vf_mask mask, vf a, vf b) { return vbslq_f32(mask, a, b); }

/* T and delta of 2^(n/8), where t is n + 1.5 * 2^23 in units of 1/8.  A table is 32 bytes, which fit into
 * two registers; an index stands for the four bytes of its entry. */
#define F32_TABLE_BITS 3
#include "table_f32.inc"

static inline void
f32_lookup(vf t, vf *T, vf *delta)
{
    const vi j = vandq_u32(vf_bits(t), vi_set(7));
    const uint8x16_t bytes =
        vreinterpretq_u8_u32(vmlaq_u32(vi_set(0x03020100), j, vi_set(0x04040404)));
    const uint8x16_t bits = vqtbl2q_u8(vld1q_u8_x2((const uint8_t *)f32_table.bits), bytes);
    *T = vf_from_bits(vaddq_u32(vreinterpretq_u32_u8(bits), vshlq_n_u32(vf_bits(t), 20)));
    *delta = vreinterpretq_f32_u8(vqtbl2q_u8(vld1q_u8_x2((const uint8_t *)f32_table.delta), bytes));
}

#define ISA neon
#define ISA_NEEDS FS_NEON
#define VALUES portable
#include "instance.inc"

#endif
