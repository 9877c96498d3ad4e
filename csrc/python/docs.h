/* docs.h - what a user reads of each function, and the names that other libraries know. */
#ifndef FASTSIGMOID_DOCS_H
#define FASTSIGMOID_DOCS_H

static const char sigmoid_doc[] =
    "sigmoid(x, /, out=None, **kwargs)\n"
    "--\n\n"
    "The logistic function 1 / (1 + e**-x), correctly rounded.\n\n"
    "    >>> sigmoid(0.25)\n"
    "    0.5621765008857981\n"
    "    >>> sigmoid([0.25, 0.5, 0.6])\n"
    "    array([0.5621765 , 0.62245933, 0.64565631])\n"
    "    >>> from array import array\n"
    "    >>> x = array('d', [-745.0, 0.0, 40.0])\n"
    "    >>> sigmoid(x, out=x)\n"
    "    array('d', [5e-324, 0.5, 1.0])\n\n"
    "x is a real number, a sequence of numbers, or an array or buffer of any shape and\n"
    "layout.  A number gives a float; anything else gives an ndarray of the same shape\n"
    "(a NumPy scalar for zero dimensions), except that an array of a type of its own\n"
    "(masked, pandas, xarray, ...) keeps it.\n\n"
    "float16, bfloat16, float32, float64 and longdouble are kept; integers and bools give\n"
    "float64.  Each result but a longdouble is the representable number nearest to the true\n"
    "value, subnormal numbers included, and the same on every machine.  NaN gives NaN;\n"
    "nothing overflows or warns.\n\n"
    "out, a writable buffer or a 1-tuple of one, receives the result and is returned; it\n"
    "may be x itself or overlap x.  The keywords of a NumPy ufunc (where, casting, order,\n"
    "dtype, subok, signature) are understood.\n\n"
    "TypeError: x holds no real numbers, or bytes without a number format (then say\n"
    "memoryview(x).cast('d')); out is no writable buffer.  ValueError: out is read-only or\n"
    "of a wrong shape.  BufferError: a buffer contradicts itself.  ImportError: a new array\n"
    "is needed and NumPy cannot be imported.\n\n"
    "The stable branch is used throughout: 1 / (1 + e**-x) for x >= 0, and\n"
    "e**x / (1 + e**x) for x < 0, each evaluated to more bits than the result has until\n"
    "the rounding is certain.  csrc/README.md in the source has the derivation and the\n"
    "proofs.";

/* The ufunc as SciPy has it. */
#define sigmoid_alias "expit"

static const char sigmoid_alias_doc[] =
    "The logistic function 1 / (1 + e**-x), correctly rounded in float32 and float64.\n\n"
    "    >>> expit([-745.0, 0.0, 0.25]).tolist()\n"
    "    [5e-324, 0.5, 0.5621765008857981]\n"
    "    >>> type(expit(0.25)).__name__\n"
    "    'float64'\n\n"
    "As scipy.special.expit: float16, bool and integers of 8 or 16 bits give float32,\n"
    "wider integers float64.  float32 and float64 results are the nearest numbers to the\n"
    "true values, subnormal ones included; longdouble is as good as the C library.";

static const char logit_doc[] =
    "logit(x, /, out=None, **kwargs)\n"
    "--\n\n"
    "The inverse of the logistic function, log(p / (1 - p)), correctly rounded.\n\n"
    "    >>> logit(0.25)\n"
    "    -1.0986122886681098\n\n"
    "x and out are as sigmoid takes them; results are as exact.";

#define logit_alias "logit"

static const char logit_alias_doc[] =
    "The inverse of the logistic function, log(p / (1 - p)), correctly rounded.\n\n"
    "    >>> float(logit(0.25))\n"
    "    -1.0986122886681098";

static const char log_sigmoid_doc[] =
    "log_sigmoid(x, /, out=None, **kwargs)\n"
    "--\n\n"
    "The logarithm of the logistic function, -log(1 + e**-x), correctly rounded.\n\n"
    "    >>> log_sigmoid(0.25)\n"
    "    -0.5759394198788436\n\n"
    "x and out are as sigmoid takes them; results are as exact.";

#define log_sigmoid_alias "log_expit"

static const char log_sigmoid_alias_doc[] =
    "The logarithm of the logistic function, -log(1 + e**-x), correctly rounded.\n\n"
    "    >>> float(log_expit(0.25))\n"
    "    -0.5759394198788436";

static const char softplus_doc[] =
    "softplus(x, /, out=None, **kwargs)\n"
    "--\n\n"
    "log(1 + e**x), correctly rounded.\n\n"
    "    >>> softplus(0.25)\n"
    "    0.8259394198788436\n\n"
    "x and out are as sigmoid takes them; results are as exact.";

#define softplus_alias "softplus"

static const char softplus_alias_doc[] =
    "log(1 + e**x), correctly rounded.\n\n"
    "    >>> float(softplus(0.25))\n"
    "    0.8259394198788436";

#endif
