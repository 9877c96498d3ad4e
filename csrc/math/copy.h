/* copy.h - strided copies, as they are and in the other byte order. */
#ifndef FASTSIGMOID_COPY_H
#define FASTSIGMOID_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Four at a time: loads of one element do not wait for stores of another.  The elements may be misaligned, hence
 * memcpy. */
#define FS_DEFINE_COPY(bits)                                                                               \
    static inline void fs_copy##bits(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride,       \
                                     size_t n)                                                             \
    {                                                                                                      \
        const char *from = x;                                                                              \
        char *to = y;                                                                                      \
        uint##bits##_t four[4];                                                                            \
        for (; n >= 4; n -= 4, from += 4 * x_stride, to += 4 * y_stride) {                                 \
            for (int i = 0; i < 4; i++) {                                                                  \
                memcpy(&four[i], from + i * x_stride, sizeof four[i]);                                     \
            }                                                                                              \
            for (int i = 0; i < 4; i++) {                                                                  \
                memcpy(to + i * y_stride, &four[i], sizeof four[i]);                                       \
            }                                                                                              \
        }                                                                                                  \
        for (; n > 0; n--, from += x_stride, to += y_stride) {                                             \
            memcpy(to, from, sizeof four[0]);                                                              \
        }                                                                                                  \
    }

FS_DEFINE_COPY(16)
FS_DEFINE_COPY(32)
FS_DEFINE_COPY(64)

static inline uint16_t
fs_swap16(uint16_t a)
{
    return (uint16_t)(a << 8 | a >> 8);
}

static inline uint32_t
fs_swap32(uint32_t a)
{
    return (uint32_t)fs_swap16((uint16_t)a) << 16 | fs_swap16((uint16_t)(a >> 16));
}

static inline uint64_t
fs_swap64(uint64_t a)
{
    return (uint64_t)fs_swap32((uint32_t)a) << 32 | fs_swap32((uint32_t)(a >> 32));
}

#define FS_DEFINE_SWAP_COPY(bits)                                                                          \
  static inline void fs_swap_copy##bits(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride,    \
                                           size_t n)                                                       \
  {                                                                                                        \
    const char *from = x;                                                                                  \
    char *to = y;                                                                                          \
    for (size_t i = 0; i < n; i++) {                                                                       \
      uint##bits##_t element;                                                                              \
      memcpy(&element, from, sizeof element);                                                              \
      element = fs_swap##bits(element);                                                                    \
      memcpy(to, &element, sizeof element);                                                                \
      from += x_stride;                                                                                    \
      to += y_stride;                                                                                      \
    }                                                                                                      \
  }

FS_DEFINE_SWAP_COPY(16)
FS_DEFINE_SWAP_COPY(32)
FS_DEFINE_SWAP_COPY(64)

#endif
