/* atomic.h - integers and pointers that threads share, by GNU C's builtins or Microsoft's intrinsics. */
#ifndef FASTSIGMOID_ATOMIC_H
#define FASTSIGMOID_ATOMIC_H

#include <stdbool.h>
#include <stddef.h>

#if defined(_MSC_VER) && !defined(__clang__)
#  include <intrin.h>

typedef volatile long fs_atomic;
typedef void *volatile fs_atomic_pointer;

static inline long
fs_load(fs_atomic *place)
{
    return _InterlockedExchangeAdd(place, 0);
}

static inline void
fs_store(fs_atomic *place, long value)
{
    _InterlockedExchange(place, value);
}

/* Returns what was there before. */
static inline long
fs_add(fs_atomic *place, long value)
{
    return _InterlockedExchangeAdd(place, value);
}

/* Puts the value in place of the expected one; whether that was there. */
static inline bool
fs_replace(fs_atomic *place, long expected, long value)
{
    return _InterlockedCompareExchange(place, value, expected) == expected;
}

static inline void *
fs_load_pointer(fs_atomic_pointer *place)
{
    return _InterlockedCompareExchangePointer(place, NULL, NULL);
}

/* Fills a place that is NULL; whether it was. */
static inline bool
fs_fill_pointer(fs_atomic_pointer *place, void *value)
{
    return _InterlockedCompareExchangePointer(place, value, NULL) == NULL;
}
#else
typedef long fs_atomic;
typedef void *fs_atomic_pointer;

static inline long
fs_load(fs_atomic *place)
{
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

static inline void
fs_store(fs_atomic *place, long value)
{
    __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

/* Returns what was there before. */
static inline long
fs_add(fs_atomic *place, long value)
{
    return __atomic_fetch_add(place, value, __ATOMIC_ACQ_REL);
}

/* Puts the value in place of the expected one; whether that was there. */
static inline bool
fs_replace(fs_atomic *place, long expected, long value)
{
    return __atomic_compare_exchange_n(place, &expected, value, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static inline void *
fs_load_pointer(fs_atomic_pointer *place)
{
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

/* Fills a place that is NULL; whether it was. */
static inline bool
fs_fill_pointer(fs_atomic_pointer *place, void *value)
{
    void *none = NULL;
    return __atomic_compare_exchange_n(place, &none, value, false, __ATOMIC_RELEASE,
                                       __ATOMIC_RELAXED);
}
#endif

#endif
