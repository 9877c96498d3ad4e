# The family for Cython: see __init__.pxd.

cdef double sigmoid(double x) noexcept nogil
cdef double logit(double x) noexcept nogil
cdef double log_sigmoid(double x) noexcept nogil
cdef double softplus(double x) noexcept nogil

cdef float sigmoidf(float x) noexcept nogil
cdef float logitf(float x) noexcept nogil
cdef float log_sigmoidf(float x) noexcept nogil
cdef float softplusf(float x) noexcept nogil

cdef void sigmoid_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
cdef void logit_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
cdef void log_sigmoid_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
cdef void softplus_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil

cdef void sigmoidf_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
cdef void logitf_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
cdef void log_sigmoidf_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
cdef void softplusf_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) noexcept nogil
