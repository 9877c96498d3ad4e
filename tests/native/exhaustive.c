/* exhaustive.c - every number of a format that there is, row by row through one kernel of a function, against an oracle
 * that shares no code with it.  Each float32 passes twice, once among its neighbours and once among numbers of all
 * magnitudes: what a kernel does to a number may depend on the others.
 *
 *     cc -std=c11 -O2 -ffp-contract=off -Icsrc/math tests/native/exhaustive.c csrc/math/[a-z]*.c -lmpfr -lgmp -lm -o exhaustive
 *     ./exhaustive ISA FUNCTION FORMAT [--slice K/N] [--state FILE]
 *
 * The oracle of float32 is the C library's in float64, taken to be within a relative 2^-46 of the truth (the C libraries
 * in use claim 2^-51 for each of the two or three functions that it is put together from): where both ends of that
 * interval round to one float, that is the answer, and otherwise MPFR gives it.  float16 and bfloat16 have MPFR alone.  A
 * state file lets a run that was interrupted go on; the exit status is 0 if all agreed, 1 if not, 77 if this machine
 * cannot run that kernel.
 *
 * Built with -DNO_ORACLE, without MPFR, it only sums up the results: where emulation makes the oracle too
 * slow, the sum is compared with that of a kernel that has been checked. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NO_ORACLE
#  include <mpfr.h>
#endif

#include "fastsigmoid.h"

#define CHUNK 65536 /* patterns a row */

static uint64_t asked_mpfr;
static uint64_t sum = UINT64_C(0xcbf29ce484222325); /* FNV-1a over the patterns of all results */

/* A binary format: `fraction` bits below the leading one, the others but the sign for the exponent. */
struct format {
    const char *name;
    int bits, fraction, bias;
};

static const struct format formats[] = {
    {"float32", 32, 23, 127}, {"float16", 16, 10, 15}, {"bfloat16", 16, 7, 127}};

#ifndef NO_ORACLE
static uint32_t
infinity_of(const struct format *f)
{
    return ((UINT32_C(1) << (f->bits - 1 - f->fraction)) - 1) << f->fraction;
}

/* So many bits tell log_sigmoid(x) from x wherever a float32 could: e^-104 is 2^-150. */
#  define PRECISION 300

static double
decode(const struct format *f, uint32_t bits)
{
    if (f->bits == 32) {
        float x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    const uint32_t sign = bits >> (f->bits - 1), rest = bits & ((UINT32_C(1) << (f->bits - 1)) - 1);
    const int exponent = (int)(rest >> f->fraction);
    const double fraction = rest & ((UINT32_C(1) << f->fraction) - 1);
    const double magnitude =
        rest == infinity_of(f) ? (double)INFINITY
        : exponent == 0 ? ldexp(fraction, 1 - f->bias - f->fraction)
                        : ldexp(ldexp(1, f->fraction) + fraction, exponent - f->bias - f->fraction);
    return sign ? -magnitude : magnitude;
}

/* The number nearest to y, ties to even. */
static uint32_t
encode(const struct format *f, mpfr_t y)
{
    const uint32_t sign = (uint32_t)(mpfr_signbit(y) != 0) << (f->bits - 1);
    if (mpfr_nan_p(y)) {
        return infinity_of(f) | UINT32_C(1) << (f->fraction - 1);
    }
    if (mpfr_inf_p(y) || mpfr_zero_p(y)) {
        return sign | (mpfr_inf_p(y) ? infinity_of(f) : 0);
    }
    const int leading = (int)mpfr_get_exp(y) - 1, lowest = 1 - f->bias;
    const int exponent = leading > lowest ? leading : lowest;
    mpfr_abs(y, y, MPFR_RNDN);
    mpfr_mul_2si(y, y, f->fraction - exponent, MPFR_RNDN);
    mpfr_rint(y, y, MPFR_RNDN);
    /* The leading bit of a normal number adds one to the exponent's field. */
    const uint32_t bits =
        (uint32_t)mpfr_get_ui(y, MPFR_RNDN) + ((uint32_t)(exponent - lowest) << f->fraction);
    return sign | (bits < infinity_of(f) ? bits : infinity_of(f));
}

static void
sigmoid_mpfr(mpfr_t y, double x)
{
    mpfr_set_d(y, -x, MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_add_ui(y, y, 1, MPFR_RNDN);
    mpfr_ui_div(y, 1, y, MPFR_RNDN);
}

static double
sigmoid_libm(double x)
{
    return 1 / (1 + exp(-x));
}

static void
logit_mpfr(mpfr_t y, double p)
{
    mpfr_t q;
    mpfr_init2(q, PRECISION);
    mpfr_set_d(y, p, MPFR_RNDN);
    mpfr_ui_sub(q, 1, y, MPFR_RNDN);
    mpfr_div(y, y, q, MPFR_RNDN);
    mpfr_log(y, y, MPFR_RNDN);
    mpfr_clear(q);
    if (p == 1) {
        mpfr_set_inf(y, 1);
    }
}

/* From 1/4 to 3/4, both differences are exact, and a relative error of their quotient grows by less than 2. */
static double
logit_libm(double p)
{
    return !(p >= 0 && p <= 1)      ? (double)NAN
           : p >= 0.25 && p <= 0.75 ? log1p((2 * p - 1) / (1 - p))
                                    : log(p) - log1p(-p);
}

static void
log_sigmoid_mpfr(mpfr_t y, double x)
{
    if (isinf(x)) {
        mpfr_set_d(y, x > 0 ? -0.0 : x, MPFR_RNDN);
        return;
    }
    mpfr_set_d(y, -fabs(x), MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_log1p(y, y, MPFR_RNDN);
    if (x < 0) {
        mpfr_sub_d(y, y, x, MPFR_RNDN);
    }
    mpfr_neg(y, y, MPFR_RNDN);
}

static double
log_sigmoid_libm(double x)
{
    return x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x));
}

static void
softplus_mpfr(mpfr_t y, double x)
{
    log_sigmoid_mpfr(y, -x);
    mpfr_neg(y, y, MPFR_RNDN);
}

static double
softplus_libm(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static const struct oracle {
    void (*mpfr)(mpfr_t y, double x); /* at PRECISION bits; of NaN neither is asked */
    double (*libm)(double x);
} oracles[FS_FUNCTION_COUNT] = {
#  define ORACLE(NAME, name) [FS_##NAME] = {name##_mpfr, name##_libm},
    FS_FUNCTIONS(ORACLE)
#  undef ORACLE
};

static uint32_t
expected(int function, const struct format *f, uint32_t bits)
{
    if ((bits & ((UINT32_C(1) << (f->bits - 1)) - 1)) > infinity_of(f)) {
        return bits | UINT32_C(1) << (f->fraction - 1); /* quieted */
    }
    const double x = decode(f, bits);
    if (f->bits == 32) {
        const double y = oracles[function].libm(x);
        const float below = (float)(y * (1 - 0x1p-46)), above = (float)(y * (1 + 0x1p-46));
        if (isnan(y)) {
            return infinity_of(f) | UINT32_C(1) << (f->fraction - 1);
        }
        if (below == above) {
            memcpy(&bits, &above, sizeof bits);
            return bits;
        }
    }
    static mpfr_t y;
    static int ready;
    if (!ready) {
        mpfr_init2(y, PRECISION);
        ready = 1;
    }
    asked_mpfr++;
    oracles[function].mpfr(y, x);
    return encode(f, y);
}
#endif

/* The patterns first, first + step, ... */
static uint64_t
check_row(const struct fs_kernels *kernels, int function, const struct format *f, uint32_t first,
          uint32_t step)
{
    static uint32_t x[CHUNK], y[CHUNK];
    static uint16_t narrow[CHUNK];
    const struct fs_function *of = &kernels->functions[function];
    for (uint32_t i = 0; i < CHUNK; i++) {
        x[i] = first + i * step;
        narrow[i] = (uint16_t)x[i];
    }
    if (f->bits == 32) {
        of->row_f32(x, sizeof *x, y, sizeof *y, CHUNK);
    }
    else {
        fs_row *row = f->bias == 15 ? of->row_f16 : of->row_bf16;
        row(narrow, sizeof *narrow, narrow, sizeof *narrow, CHUNK);
        for (uint32_t i = 0; i < CHUNK; i++) {
            y[i] = narrow[i];
        }
    }
    uint64_t wrong = 0;
    for (uint32_t i = 0; i < CHUNK; i++) {
        sum = (sum ^ y[i]) * UINT64_C(0x100000001b3);
#ifndef NO_ORACLE
        const uint32_t right = expected(function, f, x[i]);
        if (y[i] != right) {
            if (wrong++ == 0) {
                printf("\n%s(%a, pattern %08" PRIx32 ") gave %08" PRIx32 ", is %08" PRIx32 "\n",
                       of->name, decode(f, x[i]), x[i], y[i], right);
            }
        }
#endif
    }
    return wrong;
}

static void
progress(uint64_t done, uint64_t all)
{
    const int width = 40, filled = (int)(done * (uint64_t)width / all);
    fprintf(stderr, "\r[%.*s%*s] %3d %%", filled, "########################################",
            width - filled, "", (int)(done * 100 / all));
    if (done == all) {
        fputc('\n', stderr);
    }
}

static const struct fs_kernels *
find_kernels(const char *isa)
{
    for (const struct fs_kernels *const *k = fs_available(); *k != NULL; k++) {
        if (strcmp((*k)->isa, isa) == 0) {
            return *k;
        }
    }
    return NULL;
}

static int
find_function(const struct fs_kernels *kernels, const char *name)
{
    int function = 0;
    while (function < FS_FUNCTION_COUNT && strcmp(kernels->functions[function].name, name) != 0) {
        function++;
    }
    return function;
}

static const struct format *
find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

int
main(int argc, char **argv)
{
    uint64_t slice = 0, slices = 1, chunk = 0, wrong = 0;
    const char *state = NULL;
    const struct format *f = argc < 4 ? NULL : find_format(argv[3]);
    for (int i = 4; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--state") == 0) {
            state = argv[i + 1];
        }
        else if (i + 1 >= argc || strcmp(argv[i], "--slice") != 0
                 || sscanf(argv[i + 1], "%" SCNu64 "/%" SCNu64, &slice, &slices) != 2
                 || slice >= slices) {
            f = NULL;
        }
    }
    /* Chunks of a float32; the other formats are one. */
    const uint64_t chunks = f == NULL ? 0 : (UINT64_C(1) << f->bits) / CHUNK;
    if (slices > chunks) {
        fputs("usage: exhaustive ISA FUNCTION FORMAT [--slice K/N] [--state FILE]\n", stderr);
        return 2;
    }
    const struct fs_kernels *kernels = find_kernels(argv[1]);
    if (kernels == NULL) {
        printf("SKIPPED: this machine has no %s\n", argv[1]);
        return 77;
    }
    const int function = find_function(kernels, argv[2]);
    if (function == FS_FUNCTION_COUNT) {
        fprintf(stderr, "%s: no such function\n", argv[2]);
        return 2;
    }

    /* A slice is every slices-th chunk: each has its share of all magnitudes. */
    const uint64_t all = (chunks - slice + slices - 1) / slices;
    char run[80], other[80];
    snprintf(run, sizeof run, "%s,%s,%s,%" PRIu64 "/%" PRIu64, argv[1], argv[2], argv[3], slice,
             slices);
    FILE *file = state == NULL ? NULL : fopen(state, "r");
    if (file != NULL) {
        if (fscanf(file, "%79s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNx64, other, &chunk, &wrong,
                   &asked_mpfr, &sum)
                != 5
            || strcmp(run, other) != 0 || chunk > all) {
            fprintf(stderr, "%s: the state of another run\n", state);
            return 2;
        }
        fclose(file);
    }
    printf("%s of %s, %s, slice %" PRIu64 "/%" PRIu64 ": %" PRIu64 " inputs, twice\n", argv[2],
           argv[3], argv[1], slice, slices, all * CHUNK);
    while (chunk < all) {
        const uint32_t row = (uint32_t)(chunk * slices + slice);
        wrong += check_row(kernels, function, f, row * CHUNK, 1)
                 + check_row(kernels, function, f, row, (uint32_t)chunks);
        chunk++;
        if (chunk % 256 == 0 || chunk == all) {
            progress(chunk, all);
            if (state != NULL && (file = fopen(state, "w")) != NULL) {
                fprintf(file, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIx64 "\n", run, chunk,
                        wrong, asked_mpfr, sum);
                fclose(file);
            }
        }
    }
#ifdef NO_ORACLE
    printf("sum %016" PRIx64 ", nothing compared\n", sum);
#else
    printf("sum %016" PRIx64 ", %" PRIu64 " wrong (MPFR decided %" PRIu64 ")\n", sum, wrong,
           asked_mpfr);
#endif
    return wrong != 0;
}
