/* kernels ISA KERNEL TIMES - one kernel, so many times, for callgrind to count what it takes.
 *
 * KERNEL is f64, f32, f16 or bf16 for a row of N elements, or value_f64, value_f32 for N single values.
 * All else is the same for every TIMES: the difference of two runs has none of it. */
#include "fastsigmoid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 4096 };

static double f64[N], f64_out[N];
static float f32[N], f32_out[N];
static uint16_t f16[N], f16_out[N];

/* Sums of uniform numbers: near enough to normal(0, 4), without a library. */
static void
fill(void)
{
    uint64_t state = 1;
    for (int i = 0; i < N; i++) {
        double sum = -6;
        for (int j = 0; j < 12; j++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sum += (double)(state >> 11) * 0x1p-53;
        }
        f64[i] = 4 * sum;
        f32[i] = (float)f64[i];
        f16[i] = (uint16_t)(state >> 48);
    }
}

static int
run(const struct fs_kernels *k, const char *kernel)
{
    if (strcmp(kernel, "f64") == 0)
        k->functions[FS_SIGMOID].row_f64(f64, 8, f64_out, 8, N);
    else if (strcmp(kernel, "f32") == 0)
        k->functions[FS_SIGMOID].row_f32(f32, 4, f32_out, 4, N);
    else if (strcmp(kernel, "f16") == 0)
        k->functions[FS_SIGMOID].row_f16(f16, 2, f16_out, 2, N);
    else if (strcmp(kernel, "bf16") == 0)
        k->functions[FS_SIGMOID].row_bf16(f16, 2, f16_out, 2, N);
    else if (strcmp(kernel, "value_f64") == 0)
        for (int i = 0; i < N; i++)
            f64_out[i] = k->functions[FS_SIGMOID].f64(f64[i]);
    else if (strcmp(kernel, "value_f32") == 0)
        for (int i = 0; i < N; i++)
            f32_out[i] = k->functions[FS_SIGMOID].f32(f32[i]);
    else
        return 0;
    return 1;
}

int
main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    fill();
    for (const struct fs_kernels *const *k = fs_available(); *k; k++) {
        if (strcmp((*k)->isa, argv[1]) != 0)
            continue;
        /* Once more than asked for: the first call makes the tables of the 16-bit formats. */
        for (long times = atol(argv[3]); times >= 0; times--)
            if (!run(*k, argv[2]))
                return 2;
        return 0;
    }
    fprintf(stderr, "no kernels named %s here\n", argv[1]);
    return 1;
}
