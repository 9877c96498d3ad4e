/* sigmoid_half.c - float16 by table: 65,536 results, made on first use. */
#include <string.h>

#include "exact.h"
#include "kernels.h"

#if defined(_MSC_VER) && !defined(__clang__)
#  include <intrin.h>
static volatile long is_made;
#  define LOAD_ACQUIRE() (_InterlockedOr(&is_made, 0))
#  define STORE_RELEASE() ((void)_InterlockedExchange(&is_made, 1))
#else
static int is_made;
#  define LOAD_ACQUIRE() __atomic_load_n(&is_made, __ATOMIC_ACQUIRE)
#  define STORE_RELEASE() __atomic_store_n(&is_made, 1, __ATOMIC_RELEASE)
#endif

static uint16_t table[65536];

/* The layout of binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
#define SIGN 0x8000u
#define INFINITE 0x7c00u
#define QUIET 0x0200u

static double
from_half(unsigned bits)
{
    unsigned exponent = (bits & INFINITE) >> 10;
    unsigned fraction = bits & 0x03ff;
    double magnitude;
    if (exponent == 0) {
        magnitude = fraction * 0x1p-24;
    } else {
        uint64_t wide = (uint64_t)(exponent - 15 + 1023) << 52 | (uint64_t)fraction << 42;
        memcpy(&magnitude, &wide, sizeof magnitude);
    }
    return bits & SIGN ? -magnitude : magnitude;
}

/* For 0 <= a <= 1, a exactly a half. */
static uint16_t
to_half(double a)
{
    if (a < 0x1p-14) {
        return (uint16_t)(a * 0x1p24);
    }
    uint64_t wide;
    memcpy(&wide, &a, sizeof wide);
    return (uint16_t)((wide >> 42) - ((uint64_t)(1023 - 15) << 10));
}

static void
prepare(void)
{
    if (LOAD_ACQUIRE()) {
        return;
    }
    /* Racing threads write the same. */
    for (unsigned bits = 0; bits < 65536; bits++) {
        unsigned magnitude = bits & ~SIGN;
        if (magnitude > INFINITE) {
            table[bits] = (uint16_t)(bits | QUIET);
        } else if (magnitude == INFINITE) {
            table[bits] = bits & SIGN ? 0 : to_half(1.0);
        } else {
            table[bits] = to_half(fs_exact(from_half(bits), &fs_binary16));
        }
    }
    STORE_RELEASE();
}

void
fs_half_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n)
{
    const char *from = x;
    char *to = y;
    prepare();
    for (size_t i = 0; i < n; i++) {
        uint16_t bits;
        memcpy(&bits, from, sizeof bits);
        memcpy(to, &table[bits], sizeof bits);
        from += x_stride;
        to += y_stride;
    }
}
