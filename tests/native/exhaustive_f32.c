/* exhaustive_f32.c - every float32 there is, row by row through one kernel, against an oracle that shares
 * no code with it.  Each passes twice, once among its neighbours and once among numbers of all magnitudes:
 * what a kernel does to a number may depend on the others.
 *
 *     cc -std=c11 -O2 -ffp-contract=off -Icsrc/math tests/native/exhaustive_f32.c csrc/math/[a-z]*.c -lmpfr -lgmp -lm -o exhaustive_f32
 *     ./exhaustive_f32 ISA [--slice K/N] [--state FILE]
 *
 * The oracle is 1/(1 + exp(-x)) of the C library in float64, taken to be within a relative 2^-46 of the
 * truth (the C libraries in use claim 2^-51): where both ends of that interval round to one float, that
 * is the answer, and otherwise MPFR gives it.  A state file lets a run that was interrupted go on; the
 * exit status is 0 if all agreed, 1 if not, 77 if this machine cannot run that kernel.
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
#define CHUNKS ((UINT64_C(1) << 32) / CHUNK)

static uint64_t asked_mpfr;
static uint64_t sum = UINT64_C(0xcbf29ce484222325); /* FNV-1a over the patterns of all results */

#ifndef NO_ORACLE
/* sigmoid(x) by MPFR: at 200 bits, more than twice what the hardest float needs. */
static float
truth(float x)
{
    static mpfr_t s;
    static int ready;
    if (!ready) {
        mpfr_init2(s, 200);
        ready = 1;
    }
    asked_mpfr++;
    if (x == 0) {
        return 0.5f; /* the one exact tie */
    }
    mpfr_set_flt(s, -x, MPFR_RNDN);
    mpfr_exp(s, s, MPFR_RNDN);
    mpfr_add_ui(s, s, 1, MPFR_RNDN);
    mpfr_ui_div(s, 1, s, MPFR_RNDN);
    return mpfr_get_flt(s, MPFR_RNDN);
}

static float
expected(float x)
{
    if (isnan(x)) {
        uint32_t bits;
        memcpy(&bits, &x, sizeof bits);
        bits |= UINT32_C(1) << 22; /* quieted */
        memcpy(&x, &bits, sizeof bits);
        return x;
    }
    if (isinf(x)) {
        return x > 0;
    }
    const double s = 1 / (1 + exp(-(double)x));
    const float below = (float)(s * (1 - 0x1p-46)), above = (float)(s * (1 + 0x1p-46));
    return below == above ? below : truth(x);
}
#endif

/* The patterns first, first + step, ... */
static uint64_t
check_row(const struct fs_kernels *kernels, uint32_t first, uint32_t step)
{
    static float x[CHUNK], y[CHUNK];
    for (uint32_t i = 0; i < CHUNK; i++) {
        const uint32_t bits = first + i * step;
        memcpy(&x[i], &bits, sizeof bits);
    }
    kernels->functions[FS_SIGMOID].row_f32(x, sizeof *x, y, sizeof *y, CHUNK);
    uint64_t wrong = 0;
    for (uint32_t i = 0; i < CHUNK; i++) {
        uint32_t bits;
        memcpy(&bits, &y[i], sizeof bits);
        sum = (sum ^ bits) * UINT64_C(0x100000001b3);
#ifndef NO_ORACLE
        const float right = expected(x[i]);
        if (memcmp(&y[i], &right, sizeof right) != 0) {
            if (wrong++ == 0) {
                printf("\nsigmoid(%a) gave %a, is %a\n", x[i], y[i], right);
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

int
main(int argc, char **argv)
{
    uint64_t slice = 0, slices = 1, chunk = 0, wrong = 0;
    const char *state = NULL;
    for (int i = 2; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--state") == 0) {
            state = argv[i + 1];
        }
        else if (i + 1 >= argc || strcmp(argv[i], "--slice") != 0
                 || sscanf(argv[i + 1], "%" SCNu64 "/%" SCNu64, &slice, &slices) != 2
                 || slice >= slices || slices > CHUNKS) {
            argc = 0;
        }
    }
    if (argc < 2) {
        fputs("usage: exhaustive_f32 ISA [--slice K/N] [--state FILE]\n", stderr);
        return 2;
    }
    const struct fs_kernels *kernels = find_kernels(argv[1]);
    if (kernels == NULL) {
        printf("SKIPPED: this machine has no %s\n", argv[1]);
        return 77;
    }

    /* A slice is every slices-th chunk: each has its share of all magnitudes. */
    const uint64_t all = (CHUNKS - slice + slices - 1) / slices;
    FILE *file = state == NULL ? NULL : fopen(state, "r");
    if (file != NULL) {
        char isa[16];
        uint64_t k, n;
        if (fscanf(file,
                   "%15s %" SCNu64 "/%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNx64, isa,
                   &k, &n, &chunk, &wrong, &asked_mpfr, &sum)
                != 7
            || strcmp(isa, argv[1]) != 0 || k != slice || n != slices || chunk > all) {
            fprintf(stderr, "%s: the state of another run\n", state);
            return 2;
        }
        fclose(file);
    }
    printf("float32, %s, slice %" PRIu64 "/%" PRIu64 ": %" PRIu64 " inputs, twice\n", argv[1],
           slice, slices, all * CHUNK);
    while (chunk < all) {
        const uint32_t row = (uint32_t)(chunk * slices + slice);
        wrong += check_row(kernels, row * CHUNK, 1) + check_row(kernels, row, (uint32_t)CHUNKS);
        chunk++;
        if (chunk % 256 == 0 || chunk == all) {
            progress(chunk, all);
            if (state != NULL && (file = fopen(state, "w")) != NULL) {
                fprintf(file,
                        "%s %" PRIu64 "/%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIx64
                        "\n",
                        argv[1], slice, slices, chunk, wrong, asked_mpfr, sum);
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
