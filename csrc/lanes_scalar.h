/* lanes_scalar.h - the vector operations on one lane, in plain C.  FUSED says whether vd_madd and its
 * kin round once.
 *
 * vd holds float64 lanes, vu their bits, vd_mask a truth for each. */
#define VD_LANES 1
typedef double vd;
typedef uint64_t vu;
typedef unsigned vd_mask;

static inline vu
vd_bits(vd a)
{
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}

static inline vd
vd_from_bits(vu bits)
{
    vd a;
    memcpy(&a, &bits, sizeof a);
    return a;
}

static inline vd vd_load(const double *p) { return *p; }
static inline void vd_store(double *p, vd a) { *p = a; }
static inline vd vd_load_part(const double *p, size_t n) { return n > 0 ? *p : 0.0; }
static inline void vd_store_part(double *p, vd a, size_t n)
{
    if (n > 0) {
        *p = a;
    }
}
static inline vd vd_set(double a) { return a; }
static inline vd vd_add(vd a, vd b) { return a + b; }
static inline vd vd_sub(vd a, vd b) { return a - b; }
static inline vd vd_mul(vd a, vd b) { return a * b; }
static inline vd vd_div(vd a, vd b) { return a / b; }
static inline vd vd_abs(vd a) { return fabs(a); }
/* NaN where b is NaN. */
static inline vd vd_min(vd a, vd b) { return a < b ? a : b; }
static inline vd vd_max(vd a, vd b) { return a > b ? a : b; }
#if FUSED
static inline vd vd_madd(vd a, vd b, vd c) { return fma(a, b, c); }
static inline vd vd_msub(vd a, vd b, vd c) { return fma(a, b, -c); }
static inline vd vd_nmadd(vd a, vd b, vd c) { return fma(-a, b, c); }
#else
static inline vd vd_madd(vd a, vd b, vd c) { return a * b + c; }
static inline vd vd_msub(vd a, vd b, vd c) { return a * b - c; }
static inline vd vd_nmadd(vd a, vd b, vd c) { return c - a * b; }
#endif

static inline vu vu_set(uint64_t a) { return a; }
static inline vu vu_add(vu a, vu b) { return a + b; }
static inline vu vu_sub(vu a, vu b) { return a - b; }
static inline vu vu_and(vu a, vu b) { return a & b; }
static inline vu vu_or(vu a, vu b) { return a | b; }
static inline vu vu_xor(vu a, vu b) { return a ^ b; }
static inline vu vu_shift_left(vu a, int n) { return a << n; }
static inline vu vu_shift_right(vu a, int n) { return a >> n; }
/* Both below 2^63. */
static inline vd_mask vu_below(vu a, vu b) { return a < b; }

static inline vd_mask vd_above(vd a, vd b) { return a > b; }
static inline vd_mask vd_unequal(vd a, vd b) { return a != b; }
static inline vd_mask vd_at_most(vd a, vd b) { return a <= b; }
static inline vd_mask vd_and(vd_mask a, vd_mask b) { return a & b; }
static inline vd_mask vd_or(vd_mask a, vd_mask b) { return a | b; }
static inline vd_mask vd_not(vd_mask a) { return !a; }
static inline int vd_any(vd_mask a) { return a != 0; }
static inline int vd_all(vd_mask a) { return a != 0; }
static inline unsigned vd_mask_bits(vd_mask a) { return a; }
static inline vd vd_select(vd_mask mask, vd a, vd b) { return mask ? a : b; }

/* T and delta of 2^(n/128), where *t is n + 1.5 * 2^52. */
static inline void
f64_lookup(const vd *t, vd *T, vd *delta)
{
    const uint64_t bits = vd_bits(*t);
    const struct fs_f64_entry *entry = &fs_f64_table[bits & 127];
    *T = vd_from_bits(entry->bits + (bits << 45));
    *delta = entry->delta;
}
