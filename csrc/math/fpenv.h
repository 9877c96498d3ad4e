/* fpenv.h - the caller's floating-point environment: checked, repaired, restored.
 *
 * Every bound in this folder assumes rounding to nearest, subnormals honoured and no exception
 * trapped.  A caller may have anything in force (a library built with -ffast-math sets flush-to-zero
 * for the whole thread when it is loaded), so each entry sees to it first:
 *
 *     fs_env_is_fit()              cheap: for a single value that can raise no flag but inexact
 *     fs_env_is_nearest()          the same where inexact is known not to trap: cheaper where reading the modes takes as
 *                                  long as a dozen operations, as on AMD's CPUs (Zen 3: 11 cycles)
 *     e = fs_env_enter()           makes all as assumed
 *     fs_env_leave(e)              as it was; of the exception flags only inexact may be new
 *
 * Compilers may move arithmetic across these calls.  Callers therefore keep the arithmetic between
 * enter and leave in a function of its own that is not inlined. */
#ifndef FASTSIGMOID_FPENV_H
#define FASTSIGMOID_FPENV_H

#include <stdint.h>

#if defined(_MSC_VER) && !defined(__clang__)
#  define FS_NOINLINE __declspec(noinline)
#  define FS_INLINE __forceinline
#  define FS_LOADED(value) ((void)(value))
#  define FS_COPIED(array) ((void)(array))
#else
#  define FS_NOINLINE __attribute__((noinline))
#  define FS_INLINE inline __attribute__((always_inline))
/* Keeps the compiler from reading in place of a copy what was copied. */
#  define FS_COPIED(array) __asm__("" : "+m"(array))
/* Keeps the compiler from loading a value once more where it finds that cheaper than to keep it. */
#  if defined(__SSE2__)
#    define FS_LOADED(value) __asm__("" : "+v"(value))
#  elif defined(__aarch64__)
#    define FS_LOADED(value) __asm__("" : "+w"(value))
#  else
#    define FS_LOADED(value) __asm__("" : "+m"(value))
#  endif
#endif

#if defined(__SSE2__) || defined(_M_X64) || defined(_M_IX86)
#  include <xmmintrin.h>

/* MXCSR: flags in bits 0-5, denormals-are-zero 6, exception masks 7-12, rounding 13-14,
 * flush-to-zero 15. */
#  define FS_MXCSR_FLAGS 0x003fu
#  define FS_MXCSR_INEXACT 0x0020u
#  define FS_MXCSR_DEFAULT 0x1f80u
/* The mask of inexact, and the rounding. */
#  define FS_MXCSR_FIT 0x7000u

typedef unsigned fs_env;

/* Rounding to nearest, and inexact does not trap. */
static inline int
fs_env_is_fit(void)
{
    return (_mm_getcsr() & FS_MXCSR_FIT) == (FS_MXCSR_DEFAULT & FS_MXCSR_FIT);
}

static inline fs_env
fs_env_enter(void)
{
    fs_env before = _mm_getcsr();
    if ((before & ~FS_MXCSR_FLAGS) != FS_MXCSR_DEFAULT) {
        _mm_setcsr(FS_MXCSR_DEFAULT | (before & FS_MXCSR_FLAGS));
    }
    return before;
}

static inline void
fs_env_leave(fs_env before)
{
    fs_env after = _mm_getcsr();
    if (((before ^ after) & ~FS_MXCSR_INEXACT) != 0) {
        _mm_setcsr(before | (after & FS_MXCSR_INEXACT));
    }
}

#elif defined(__aarch64__) || defined(_M_ARM64)

/* FPCR holds the modes (zero is the default; bits 8-12 and 15 trap, 19 and 24 flush to zero, 22-23
 * round, 25 default NaN), FPSR the flags (inexact is bit 4, input denormal bit 7). */
#  define FS_FPSR_INEXACT UINT64_C(0x10)

#  if defined(_MSC_VER) && !defined(__clang__)
#    include <intrin.h>
#    define FS_READ(name, value) ((void)((value) = (uint64_t)_ReadStatusReg(ARM64_##name)))
#    define FS_WRITE(name, value) _WriteStatusReg(ARM64_##name, (int64_t)(value))
#  else
#    define FS_READ(name, value) __asm__ volatile("mrs %0, " #name : "=r"(value))
#    define FS_WRITE(name, value) __asm__ volatile("msr " #name ", %0" : : "r"(value) : "memory")
#  endif

typedef struct {
    uint64_t control, status;
} fs_env;

static inline fs_env
fs_env_enter(void)
{
    fs_env before;
    FS_READ(FPCR, before.control);
    FS_READ(FPSR, before.status);
    if (before.control != 0) {
        FS_WRITE(FPCR, UINT64_C(0));
    }
    return before;
}

static inline void
fs_env_leave(fs_env before)
{
    uint64_t status;
    FS_READ(FPSR, status);
    FS_WRITE(FPSR, before.status | (status & FS_FPSR_INEXACT));
    if (before.control != 0) {
        FS_WRITE(FPCR, before.control);
    }
}

#else
#  include <fenv.h>

/* The C standard's way knows rounding modes, traps and flags, which is all that such machines have. */
typedef struct {
    fenv_t saved;
} fs_env;

static inline fs_env
fs_env_enter(void)
{
    fs_env before;
    feholdexcept(&before.saved);
    if (fegetround() != FE_TONEAREST) {
        fesetround(FE_TONEAREST);
    }
    return before;
}

static inline void
fs_env_leave(fs_env before)
{
    fesetenv(&before.saved);
}

#endif

/* Each directed mode moves one of the sums away from 1; `volatile` keeps the compiler from working them out in
 * advance. */
static inline int
fs_env_is_nearest(void)
{
    static const volatile double small = 0x1p-60;
    const double tiny = small;
    return 1.0 + tiny == 1.0 - tiny;
}

#ifndef FS_MXCSR_FIT
/* Whether inexact traps is not asked for. */
static inline int
fs_env_is_fit(void)
{
    return fs_env_is_nearest();
}
#endif

#endif
