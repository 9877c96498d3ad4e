/* same_bits.c - what a build computes, told in one hash a function and format: builds that print the same lines
 * compute the same bits, and the lines of tests/data/hashes.txt, which MPFR has made, are the right ones.  No Python.
 *
 *     cc -std=c11 -O2 -ffp-contract=off -Icsrc/math tests/native/same_bits.c csrc/math/[a-z]*.c -lm -o same_bits
 *     ./same_bits < tests/data/worst.txt
 *
 * The inputs are those of that file, patterns of all kinds, and every float16 and bfloat16; tests/hashes.py makes
 * the same ones.  They pass as a row, as a strided one, as short ones, and one by one, on each instruction set there
 * is.  Exit status 1 where these do not agree. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastsigmoid.h"

#define RANDOM 40000 /* patterns of each of the two kinds */
#define MOST (1 << 17)

/* SplitMix64 */
static uint64_t
random64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Any pattern, and next one of |x| from 2^-64 on, where something happens: 74 exponents, 72 of a float32. */
static uint64_t
pattern64(uint64_t *state, int any)
{
    const uint64_t word = random64(state), other = random64(state);
    return any ? word : (word & UINT64_C(0x800fffffffffffff)) | (959 + other % 74) << 52;
}

static uint64_t
pattern32(uint64_t *state, int any)
{
    const uint64_t word = random64(state) >> 32, other = random64(state);
    return any ? word : (word & UINT64_C(0x807fffff)) | (63 + other % 72) << 23;
}

/* ---- elements of 16, 32 and 64 bits ---------------------------------------------------------- */

static uint64_t
get(const void *from, size_t size)
{
    uint16_t half;
    uint32_t single;
    uint64_t whole;
    switch (size) {
        case 2:
            memcpy(&half, from, size);
            return half;
        case 4:
            memcpy(&single, from, size);
            return single;
        default:
            memcpy(&whole, from, size);
            return whole;
    }
}

static void
put(void *to, uint64_t bits, size_t size)
{
    const uint16_t half = (uint16_t)bits;
    const uint32_t single = (uint32_t)bits;
    memcpy(to,
           size == 2   ? (const void *)&half
           : size == 4 ? (const void *)&single
                       : (const void *)&bits,
           size);
}

/* FNV-1a of the elements' bytes, the low ones first. */
static uint64_t
hash(const char *elements, ptrdiff_t stride, size_t n, size_t size)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++, elements += stride) {
        const uint64_t bits = get(elements, size);
        for (size_t byte = 0; byte < size; byte++) {
            h = (h ^ (bits >> 8 * byte & 0xff)) * UINT64_C(0x100000001b3);
        }
    }
    return h;
}

/* ---- the program ----------------------------------------------------------------------------- */

static uint64_t inputs[MOST];
static char x[3 * MOST * 8], y[3 * MOST * 8];

static double (*value_f64)(double);
static float (*value_f32)(float);
static fs_row *whole_row;

/* Of 1 to 40 elements each: all lengths of a last group, and of rows that are but one. */
static void
short_rows(const void *from, ptrdiff_t stride, void *to, ptrdiff_t to_stride, size_t n)
{
    for (size_t i = 0, length = 1; i < n; i += length, length = length % 40 + 1) {
        whole_row((const char *)from + (ptrdiff_t)i * stride, stride,
                  (char *)to + (ptrdiff_t)i * to_stride, to_stride,
                  length < n - i ? length : n - i);
    }
}

static void
values_f64(const void *from, ptrdiff_t stride, void *to, ptrdiff_t to_stride, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double v;
        memcpy(&v, (const char *)from + (ptrdiff_t)i * stride, sizeof v);
        v = value_f64(v);
        memcpy((char *)to + (ptrdiff_t)i * to_stride, &v, sizeof v);
    }
}

static void
values_f32(const void *from, ptrdiff_t stride, void *to, ptrdiff_t to_stride, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float v;
        memcpy(&v, (const char *)from + (ptrdiff_t)i * stride, sizeof v);
        v = value_f32(v);
        memcpy((char *)to + (ptrdiff_t)i * to_stride, &v, sizeof v);
    }
}

/* Of inputs that pass `row` with this stride, in elements. */
static uint64_t
hash_of(fs_row *row, size_t n, size_t size, ptrdiff_t stride, ptrdiff_t y_stride)
{
    char *from = stride < 0 ? x + (ptrdiff_t)(n - 1) * -stride * (ptrdiff_t)size : x;
    stride *= (ptrdiff_t)size;
    y_stride *= (ptrdiff_t)size;
    for (size_t i = 0; i < n; i++) {
        put(from + (ptrdiff_t)i * stride, inputs[i], size);
    }
    row(from, stride, y, y_stride, n);
    return hash(y, y_stride, n, size);
}

static int wrong;

static void
print(const char *function, const char *format, const char *isa, const char *form, uint64_t h,
      uint64_t first)
{
    if (h != first) {
        printf("%s %s %s, %s: %016" PRIx64 " DIFFERS\n", function, format, isa, form, h);
        wrong = 1;
    }
}

static void
all_forms(enum fs_function_number number, const char *format, size_t size, size_t n)
{
    uint64_t first = 0;
    const struct fs_kernels *const *available = fs_available();
    const char *name = available[0]->functions[number].name;
    for (const struct fs_kernels *const *k = available; *k != NULL; k++) {
        const struct fs_function *function = &(*k)->functions[number];
        fs_row *row = size == 8                        ? function->row_f64
                      : size == 4                      ? function->row_f32
                      : strcmp(format, "float16") == 0 ? function->row_f16
                                                       : function->row_bf16;
        whole_row = row;
        const uint64_t h = hash_of(row, n, size, 1, 1);
        if (k == available) {
            first = h;
        }
        print(name, format, (*k)->isa, "a row", h, first);
        print(name, format, (*k)->isa, "strided", hash_of(row, n, size, -3, 2), first);
        print(name, format, (*k)->isa, "short rows", hash_of(short_rows, n, size, 1, 1), first);
        print(name, format, (*k)->isa, "short strided rows", hash_of(short_rows, n, size, -2, 3),
              first);
        if (size >= 4) {
            value_f64 = function->f64;
            value_f32 = function->f32;
            fs_row *const values = size == 8 ? values_f64 : values_f32;
            print(name, format, (*k)->isa, "one by one", hash_of(values, n, size, 1, 1), first);
        }
    }
    printf("%s %s %zu %016" PRIx64 "\n", name, format, n, first);
}

static void
all_functions(const char *format, size_t size, size_t n)
{
    for (int number = 0; number < FS_FUNCTION_COUNT; number++) {
        all_forms((enum fs_function_number)number, format, size, n);
    }
}

int
main(void)
{
    size_t n = 0;
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (line[0] != '#' && line[0] != '[' && n < MOST / 4) {
            const double v = strtod(line, NULL);
            memcpy(&inputs[n++], &v, sizeof v);
        }
    }
    if (n == 0) {
        fputs("usage: same_bits < tests/data/worst.txt\n", stderr);
        return 2;
    }
    uint64_t state = 64;
    for (size_t i = 0; i < 2 * RANDOM; i++) {
        inputs[n++] = pattern64(&state, i % 2 == 0);
    }
    all_functions("float64", 8, n);
    state = 32;
    for (n = 0; n < 2 * RANDOM; n++) {
        inputs[n] = pattern32(&state, n % 2 == 0);
    }
    all_functions("float32", 4, n);
    for (n = 0; n < 1 << 16; n++) {
        inputs[n] = n;
    }
    all_functions("float16", 2, n);
    all_functions("bfloat16", 2, n);
    fputs("on", stderr);
    for (const struct fs_kernels *const *k = fs_available(); *k != NULL; k++) {
        fprintf(stderr, " %s", (*k)->isa);
    }
    fputc('\n', stderr);
    return wrong;
}
