/* dispatch.c - which kernels run on this CPU: the one file that asks it. */
#include <string.h>

#include "kernels.h"

#if FS_X86
#  if defined(_MSC_VER)
#    include <intrin.h>
#  else
#    include <cpuid.h>
#  endif
#endif

const struct fs_feature_name fs_feature_names[] = {
    {"fma", FS_FMA},
    {"avx2", FS_AVX2},
    {"avx512f", FS_AVX512F},
    {"avx512dq", FS_AVX512DQ},
    {"avx512vl", FS_AVX512VL},
    {"neon", FS_NEON},
    {NULL, 0},
};

#if FS_X86
struct registers {
    uint32_t eax, ebx, ecx, edx;
};

static struct registers
cpuid(uint32_t leaf)
{
    struct registers r = {0, 0, 0, 0};
#  if defined(_MSC_VER)
    int values[4];
    __cpuidex(values, (int)leaf, 0);
    r.eax = (uint32_t)values[0], r.ebx = (uint32_t)values[1];
    r.ecx = (uint32_t)values[2], r.edx = (uint32_t)values[3];
#  else
    __cpuid_count(leaf, 0, r.eax, r.ebx, r.ecx, r.edx);
#  endif
    return r;
}

/* The register states that the operating system saves. */
static uint64_t
xcr0(void)
{
#  if defined(_MSC_VER)
    return _xgetbv(0);
#  else
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
#  endif
}

static int
bit(uint32_t word, int n)
{
    return word >> n & 1;
}

unsigned
fs_cpu_features(void)
{
    unsigned features = 0;
    if (cpuid(0).eax < 7) {
        return 0;
    }
    const struct registers one = cpuid(1), seven = cpuid(7);
    if (!bit(one.ecx, 27) || !bit(one.ecx, 28)) { /* OSXSAVE, AVX */
        return 0;
    }
    const uint64_t saved = xcr0();
    if ((saved & 0x06) == 0x06) { /* the XMM and YMM states */
        features |= bit(one.ecx, 12) ? FS_FMA : 0;
        features |= bit(seven.ebx, 5) ? FS_AVX2 : 0;
    }
    if ((saved & 0xe6) == 0xe6) { /* and those of the masks and the ZMM registers */
        features |= bit(seven.ebx, 16) ? FS_AVX512F : 0;
        features |= bit(seven.ebx, 17) ? FS_AVX512DQ : 0;
        features |= bit(seven.ebx, 31) ? FS_AVX512VL : 0;
    }
    return features;
}
#else
unsigned
fs_cpu_features(void)
{
    return FS_ARM64 ? FS_NEON : 0;
}
#endif

/* Best first.  Each needs what the next one needs and more, so that the available ones are the tail of
 * this list. */
static const struct fs_kernels *const all_kernels[] = {
#if FS_X86
    &fs_kernels_avx512,   &fs_kernels_avx2,
    &fs_kernels_sse2,
#elif FS_ARM64
    &fs_kernels_neon,
#endif
    &fs_kernels_portable, NULL,
};

const struct fs_kernels *const *
fs_available(void)
{
    const unsigned features = fs_cpu_features();
    const struct fs_kernels *const *available = all_kernels;
    while (((*available)->needs & ~features) != 0) {
        available++;
    }
    return available;
}
