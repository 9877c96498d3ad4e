/* lanes_f32.h - what lanes.h is for float64, for float32 lanes. */

/* Whether |a| <= b; never so for NaN. */
static inline vf_mask
vf_within(vf a, vf b)
{
    return vf_at_most(vf_abs(a), b);
}

/* sigmoid(x) for x beyond the range in which it has to be computed: 1, 0, or NaN, quieted. */
static inline vf
vf_saturated(vf x)
{
    vf y = vf_select(vf_above(x, vf_set(0.0f)), vf_set(1.0f), vf_set(0.0f));
    vf quiet = vf_from_bits(vi_or(vf_bits(x), vi_set(UINT32_C(1) << 22)));
    return vf_select(vf_within(x, vf_set(INFINITY)), y, quiet);
}
