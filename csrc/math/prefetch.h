/* prefetch.h - memory asked for before it is needed. */
#ifndef FASTSIGMOID_PREFETCH_H
#define FASTSIGMOID_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

#if defined(_MSC_VER) && !defined(__clang__)
#  if defined(_M_X64) || defined(_M_IX86)
#    include <xmmintrin.h>
#    define FS_PREFETCH_LINE(p) _mm_prefetch((p), _MM_HINT_T0)
#  else
#    define FS_PREFETCH_LINE(p) ((void)(p))
#  endif
#else
#  define FS_PREFETCH_LINE(p) __builtin_prefetch((p), 1)
#endif

/* Rows of so many bytes and more are taken to come from memory, not from a cache. */
#define FS_LONG_ROW (1 << 20)

/* So far ahead of a row's elements: x and y alike, as a store waits for its line like a load.  Hardware that
 * looks ahead stops at the end of a page, and does not see far enough through a group's long way. */
#define FS_PREFETCH_AHEAD 2048

/* Asks for the lines of `size` bytes that lie ahead of p.  They may be past the end: asking has no effect there. */
static inline void
fs_prefetch(const void *p, size_t size)
{
    const uintptr_t ahead = (uintptr_t)p + FS_PREFETCH_AHEAD;
    for (size_t i = 0; i < size; i += 64) {
        FS_PREFETCH_LINE((const char *)(ahead + i));
    }
}

#endif
