/* docs.h - what a user reads of each function, and the names that other libraries know. */
#ifndef FASTSIGMOID_DOCS_H
#define FASTSIGMOID_DOCS_H

/* What holds of each of them: "sigmoid(x, /, out=None, **kwargs)", and so on. */
#define DOC_SIGNATURE(name) \
  name "(x, /, out=None, **kwargs)\n" \
       "--\n\n"

#define DOC_ARGUMENTS \
  "x is a real number, a sequence of numbers, or an array or buffer of any shape and\n" \
  "layout.  A number gives a float; anything else gives an ndarray of the same shape\n" \
  "(a NumPy scalar for zero dimensions), except that an array of a type of its own\n" \
  "(masked, pandas, xarray, ...) keeps it.\n\n" \
  "float16, bfloat16, float32, float64 and longdouble are kept; integers and bools give\n" \
  "float64.  Each result but a longdouble is the representable number nearest to the true\n" \
  "value, subnormal numbers included, and the same on every machine.  NaN gives NaN;\n" \
  "nothing overflows or warns.\n\n" \
  "out, a writable buffer or a 1-tuple of one, receives the result and is returned; it\n" \
  "may be x itself or overlap x.  The keywords of a NumPy ufunc (where, casting, order,\n" \
  "dtype, subok, signature) are understood.\n\n" \
  "TypeError: x holds no real numbers, or bytes without a number format (then say\n" \
  "memoryview(x).cast('d')); out is no writable buffer.  ValueError: out is read-only or\n" \
  "of a wrong shape.  BufferError: a buffer contradicts itself.  ImportError: a new array\n" \
  "is needed and NumPy cannot be imported.\n\n"

/* And of the ufuncs as SciPy has them. */
#define DOC_NARROWING \
  "float16, bool and integers of 8 or 16 bits give float32, wider integers float64.\n"

#define DOC_ROUNDING \
  "float32 and float64 results are the nearest numbers to the true values, subnormal\n" \
  "ones included; longdouble is as good as the C library."

static const char sigmoid_doc[] =
    DOC_SIGNATURE("sigmoid")
    "The logistic function 1 / (1 + e**-x), correctly rounded.\n\n"
    "    >>> sigmoid(0.25)\n"
    "    0.5621765008857981\n"
    "    >>> sigmoid([0.25, 0.5, 0.6])\n"
    "    array([0.5621765 , 0.62245933, 0.64565631])\n"
    "    >>> from array import array\n"
    "    >>> x = array('d', [-745.0, 0.0, 40.0])\n"
    "    >>> sigmoid(x, out=x)\n"
    "    array('d', [5e-324, 0.5, 1.0])\n\n"
    DOC_ARGUMENTS
    "The stable branch is used throughout: 1 / (1 + e**-x) for x >= 0, and\n"
    "e**x / (1 + e**x) for x < 0, each evaluated to more bits than the result has until\n"
    "the rounding is certain.  csrc/README.md in the source has the derivation and the\n"
    "proofs.";

#define sigmoid_alias "expit"

static const char sigmoid_alias_doc[] =
    "The logistic function 1 / (1 + e**-x), correctly rounded in float32 and float64.\n\n"
    "    >>> expit([-745.0, 0.0, 0.25]).tolist()\n"
    "    [5e-324, 0.5, 0.5621765008857981]\n"
    "    >>> type(expit(0.25)).__name__\n"
    "    'float64'\n\n"
    "As scipy.special.expit:\n" DOC_NARROWING DOC_ROUNDING;

static const char logit_doc[] =
    DOC_SIGNATURE("logit")
    "The inverse of the logistic function, log(x / (1 - x)), correctly rounded.\n\n"
    "    >>> logit(0.75)\n"
    "    1.0986122886681098\n"
    "    >>> logit([0.25, 0.5, 0.6])\n"
    "    array([-1.09861229,  0.        ,  0.40546511])\n"
    "    >>> from array import array\n"
    "    >>> x = array('d', [0.0, 0.5, 1.0, 2.0])\n"
    "    >>> logit(x, out=x)\n"
    "    array('d', [-inf, 0.0, inf, nan])\n\n"
    DOC_ARGUMENTS
    "0 gives -inf and 1 gives inf; what is outside of [0, 1] gives NaN, without a warning.\n"
    "csrc/README.md in the source has the derivation and the proofs.";

#define logit_alias "logit"

static const char logit_alias_doc[] =
    "The inverse of the logistic function, log(x / (1 - x)), correctly rounded in float32 and\n"
    "float64.\n\n"
    "    >>> logit([0.0, 0.5, 0.75, 2.0]).tolist()\n"
    "    [-inf, 0.0, 1.0986122886681098, nan]\n"
    "    >>> import numpy\n"
    "    >>> logit(numpy.float16(0.75)).dtype\n"
    "    dtype('float64')\n\n"
    "As scipy.special.logit:\nfloat16, bool and integers give float64.\n" DOC_ROUNDING;

static const char log_sigmoid_doc[] =
    DOC_SIGNATURE("log_sigmoid")
    "The logarithm of the logistic function, -log(1 + e**-x), correctly rounded.\n\n"
    "    >>> log_sigmoid(0.25)\n"
    "    -0.5759394198788436\n"
    "    >>> log_sigmoid([-1000.0, 0.25, 40.0])\n"
    "    array([-1.00000000e+03, -5.75939420e-01, -4.24835426e-18])\n"
    "    >>> from array import array\n"
    "    >>> x = array('d', [-745.0, 0.0, 745.0])\n"
    "    >>> log_sigmoid(x, out=x)\n"
    "    array('d', [-745.0, -0.6931471805599453, -5e-324])\n\n"
    DOC_ARGUMENTS
    "The stable branch is used throughout: -log(1 + e**-x) for x >= 0, and\n"
    "x - log(1 + e**x) for x < 0.  csrc/README.md in the source has the derivation and\n"
    "the proofs.";

#define log_sigmoid_alias "log_expit"

static const char log_sigmoid_alias_doc[] =
    "The logarithm of the logistic function, -log(1 + e**-x), correctly rounded in float32\n"
    "and float64.\n\n"
    "    >>> log_expit([-1000.0, 0.0, 745.0]).tolist()\n"
    "    [-1000.0, -0.6931471805599453, -5e-324]\n"
    "    >>> type(log_expit(0.25)).__name__\n"
    "    'float64'\n\n"
    "As scipy.special.log_expit:\n" DOC_NARROWING DOC_ROUNDING;

static const char softplus_doc[] =
    DOC_SIGNATURE("softplus")
    "log(1 + e**x), a smooth max(x, 0), correctly rounded.\n\n"
    "    >>> softplus(0.25)\n"
    "    0.8259394198788436\n"
    "    >>> softplus([-40.0, 0.25, 1000.0])\n"
    "    array([4.24835426e-18, 8.25939420e-01, 1.00000000e+03])\n"
    "    >>> from array import array\n"
    "    >>> x = array('d', [-745.0, 0.0, 745.0])\n"
    "    >>> softplus(x, out=x)\n"
    "    array('d', [5e-324, 0.6931471805599453, 745.0])\n\n"
    DOC_ARGUMENTS
    "The stable branch is used throughout: log(1 + e**x) for x <= 0, and\n"
    "x + log(1 + e**-x) for x > 0.  csrc/README.md in the source has the derivation and\n"
    "the proofs.";

#define softplus_alias "softplus"

static const char softplus_alias_doc[] =
    "log(1 + e**x), a smooth max(x, 0), correctly rounded in float32 and float64.\n\n"
    "    >>> softplus([-745.0, 0.0, 1000.0]).tolist()\n"
    "    [5e-324, 0.6931471805599453, 1000.0]\n"
    "    >>> type(softplus(0.25)).__name__\n"
    "    'float64'\n\n"
    "A ufunc, where scipy.special.softplus is a function around numpy.logaddexp:\n" DOC_NARROWING
        DOC_ROUNDING;

#endif
