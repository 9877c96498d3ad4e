/* ufunc_entry.c - the short way: plain calls with plain arguments, past NumPy's dispatch.
 *
 * A ufunc is called through the field vectorcall of its own object.  That of expit leads here, and
 * what is not an exact float, int or scalar of NumPy, or an exact, aligned, native and contiguous
 * array of float32 or float64, goes on to where the field had led before.  fastsigmoid.sigmoid
 * passes through here, too, with the floats of 16 bits besides. */
#include "ufunc.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <numpy/arrayscalars.h>

/* "0" switches the short way into expit off. */
#define SWITCH "FASTSIGMOID_FAST_ENTRY"

typedef PyObject *entry(PyObject *callable, PyObject *const *args, size_t nargsf,
                        PyObject *kwnames);

/* The flag, nameless in NumPy's headers, of an array that warns of being written to. */
#define WARNS_ON_WRITE INT_MIN

static const struct fs_kernels *kernels;
static entry *numpy_entry;
static PyObject *out_name;
static allocfunc new_float64, new_float32;
static int bfloat16_type = NPY_NOTYPE; /* as NumPy has numbered it, once it is known */

void
shortcut_add_bfloat16(int type)
{
    bfloat16_type = type;
}

/* What keeps arrays of that type, or NULL; expit does so for the wider two alone. */
static fs_row *
row_that_keeps(int type, bool wide_only)
{
    switch (type) {
        case NPY_DOUBLE:
            return kernels->row_f64;
        case NPY_FLOAT:
            return kernels->row_f32;
        case NPY_HALF:
            return wide_only ? NULL : kernels->row_f16;
        case NPY_NOTYPE:
            return NULL;
        default:
            return wide_only || type != bfloat16_type ? NULL : kernels->row_bf16;
    }
}

static PyObject *
float64_scalar(double value)
{
    PyObject *scalar = new_float64(&PyDoubleArrType_Type, 0);
    if (scalar != NULL) {
        ((PyDoubleScalarObject *)scalar)->obval = value;
    }
    return scalar;
}

static PyObject *
float32_scalar(float value)
{
    PyObject *scalar = new_float32(&PyFloatArrType_Type, 0);
    if (scalar != NULL) {
        ((PyFloatScalarObject *)scalar)->obval = value;
    }
    return scalar;
}

/* An array that a kernel takes as one row. */
static bool
is_plain(PyObject *x, int flags, bool wide_only)
{
    if (!PyArray_CheckExact(x)) {
        return false;
    }
    PyArrayObject *array = (PyArrayObject *)x;
    flags |= NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED;
    return row_that_keeps(PyArray_TYPE(array), wide_only) != NULL && PyArray_NDIM(array) > 0
           && (PyArray_FLAGS(array) & (flags | WARNS_ON_WRITE)) == flags
           && PyArray_ISNOTSWAPPED(array);
}

/* Whether out, plain as well, takes the results of x, and is x itself or apart from it. */
static bool
fits(PyArrayObject *x, PyArrayObject *out)
{
    const int ndim = PyArray_NDIM(x);
    if (PyArray_TYPE(x) != PyArray_TYPE(out) || ndim != PyArray_NDIM(out)
        || memcmp(PyArray_DIMS(x), PyArray_DIMS(out), (size_t)ndim * sizeof(npy_intp)) != 0) {
        return false;
    }
    const uintptr_t from = (uintptr_t)PyArray_DATA(x), to = (uintptr_t)PyArray_DATA(out);
    const uintptr_t distance = from < to ? to - from : from - to;
    return distance == 0 || distance >= (uintptr_t)PyArray_NBYTES(x);
}

static PyObject *
plain_array(PyArrayObject *x, PyObject *out)
{
    if (out != NULL) {
        Py_INCREF(out);
    }
    else {
        /* Metadata and all: so does NumPy.  NumPy's own dtypes may be immortal, of which the Py_INCREF
         * of 3.11 knows nothing: after 2^30 calls it would wear their counts out. */
        PyObject *type = (PyObject *)PyArray_DESCR(x);
        Py_IncRef(type);
        out = PyArray_NewFromDescr(&PyArray_Type, (PyArray_Descr *)type, PyArray_NDIM(x),
                                   PyArray_DIMS(x), NULL, NULL, 0, NULL);
        if (out == NULL) {
            return NULL;
        }
    }
    const npy_intp n = PyArray_SIZE(x);
    const ptrdiff_t size = PyArray_ITEMSIZE(x);
    fs_row *const row = row_that_keeps(PyArray_TYPE(x), false);
    PyThreadState *const thread = n >= FS_UNLOCKED_SIZE ? PyEval_SaveThread() : NULL;
    row(PyArray_DATA(x), size, PyArray_DATA((PyArrayObject *)out), size, (size_t)n);
    if (thread != NULL) {
        PyEval_RestoreThread(thread);
    }
    return out;
}

static PyObject *
short_call(PyObject *x, PyObject *out, bool wide_only)
{
    if (is_plain(x, 0, wide_only)) {
        if (out == NULL
            || (is_plain(out, NPY_ARRAY_WRITEABLE, wide_only)
                && fits((PyArrayObject *)x, (PyArrayObject *)out))) {
            return plain_array((PyArrayObject *)x, out);
        }
    }
    else if (out == NULL) {
        if (Py_IS_TYPE(x, &PyDoubleArrType_Type)) {
            return float64_scalar(kernels->f64(((PyDoubleScalarObject *)x)->obval));
        }
        if (Py_IS_TYPE(x, &PyFloatArrType_Type)) {
            return float32_scalar(kernels->f32(((PyFloatScalarObject *)x)->obval));
        }
    }
    return NULL;
}

static PyObject *
sigmoid_call(PyObject *x, PyObject *out)
{
    return short_call(x, out, false);
}

const struct fs_shortcut shortcut = {sigmoid_call};

static PyObject *
expit_entry(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    /* The uppermost bit says that args[-1] may be overwritten. */
    const size_t nargs = nargsf & (SIZE_MAX >> 1);
    const bool has_out = nargs == 1 && kwnames != NULL && PyTuple_Size(kwnames) == 1
                         && PyTuple_GetItem(kwnames, 0) == out_name;
    PyObject *result = NULL;
    if (has_out || (nargs == 2 && kwnames == NULL)) {
        result = short_call(args[0], args[1], true);
    }
    else if (nargs == 1 && kwnames == NULL) {
        if (PyFloat_CheckExact(args[0])) {
            return float64_scalar(kernels->f64(PyFloat_AsDouble(args[0])));
        }
        if (PyLong_CheckExact(args[0])) {
            int overflow;
            const long long value = PyLong_AsLongLongAndOverflow(args[0], &overflow);
            if (overflow == 0) {
                return float64_scalar(kernels->f64((double)value));
            }
        }
        result = short_call(args[0], NULL, true);
    }
    if (result != NULL || PyErr_Occurred()) {
        return result;
    }
    return numpy_entry(callable, args, nargsf, kwnames);
}

/* NumPy promises nowhere that it calls the field vectorcall: it is used only where a well-known
 * ufunc and the fresh one have the same there. */
static int
open_shortcut(PyObject *expit)
{
    const char *setting = getenv(SWITCH);
    if (setting != NULL && strcmp(setting, "0") == 0) {
        return 0;
    }
    PyObject *numpy = PyImport_ImportModule("numpy");
    PyObject *exp = numpy == NULL ? NULL : PyObject_GetAttrString(numpy, "exp");
    Py_XDECREF(numpy);
    if (exp == NULL) {
        return -1;
    }
    PyUFuncObject *ufunc = (PyUFuncObject *)expit;
    const bool is_known = Py_TYPE(exp) == Py_TYPE(expit) && ufunc->vectorcall != NULL
                          && ufunc->vectorcall == ((PyUFuncObject *)exp)->vectorcall;
    if (is_known) {
        numpy_entry = (entry *)ufunc->vectorcall;
        ufunc->vectorcall = (void *)expit_entry;
    }
    Py_DECREF(exp);
    return is_known;
}

int
shortcut_prepare(const struct fs_kernels *chosen, PyObject *expit)
{
    kernels = chosen;
    new_float64 = (allocfunc)PyType_GetSlot(&PyDoubleArrType_Type, Py_tp_alloc);
    new_float32 = (allocfunc)PyType_GetSlot(&PyFloatArrType_Type, Py_tp_alloc);
    out_name = PyUnicode_InternFromString("out");
    return out_name == NULL ? -1 : open_shortcut(expit);
}
