# The family for Cython:
#
#     from fastsigmoid cimport sigmoid, sigmoidf, sigmoid_row, sigmoidf_row
#
# sigmoid and the like take one double, sigmoidf one float.  A row is n elements, of doubles or floats, the strides in bytes,
# of any sign; both are aligned, and y is x itself with the same stride, or shares no memory with it.  The thread that calls
# computes it.  All work without the interpreter's lock, whatever rounding mode or flush-to-zero is in force, and give the
# bits that Python's sigmoid gives.

from fastsigmoid._core cimport (
    log_sigmoid, log_sigmoid_row, log_sigmoidf, log_sigmoidf_row,
    logit, logit_row, logitf, logitf_row,
    sigmoid, sigmoid_row, sigmoidf, sigmoidf_row,
    softplus, softplus_row, softplusf, softplusf_row,
)
