/* ufunc_entry.c - the short ways: plain calls, past NumPy's dispatch.
 *
 * A ufunc is called through the field vectorcall of its own object.  Those of the two ufuncs here lead to
 * enter_expit and enter_sigmoid, and what is no float, int, scalar of NumPy or exact array goes on to where
 * the field had led before.  fastsigmoid.sigmoid passes through here, too, by the struct at the end. */
#include "ufunc.h"

#include <limits.h>
#include <stdlib.h>

#include <numpy/arrayscalars.h>

/* "0" closes the short ways into the ufuncs. */
#define SWITCH "FASTSIGMOID_FAST_ENTRY"

/* The flag, nameless in NumPy's headers, of an array that warns of being written to. */
#define WARNS_ON_WRITE INT_MIN

struct door expit_door = {.bfloat16 = {NPY_NOTYPE, NPY_NOTYPE, NULL}};
struct door sigmoid_door = {.bfloat16 = {NPY_NOTYPE, NPY_NOTYPE, loop_bfloat16}};

static const struct fs_core *core;
static PyObject *out_name, *array_name, *array_ufunc_name, *array_wrap_name;
static PyObject *ndarray_ufunc; /* the method __array_ufunc__ of ndarray, or NULL before NumPy 2 */

static const struct rule *
rule_of(const struct door *door, int type)
{
    if (type >= 0 && type <= NPY_HALF) {
        return door->rules[type].loop == NULL ? NULL : &door->rules[type];
    }
    return type == door->bfloat16.from ? &door->bfloat16 : NULL;
}

/* The kernel behind a rule that keeps the type, for rows of any layout; NULL for longdouble. */
static fs_row *
row_of(const struct rule *rule)
{
    if (rule->from != rule->to) {
        return NULL;
    }
    switch (rule->from) {
        case NPY_DOUBLE:
            return core->kernels->functions[FS_SIGMOID].row_f64;
        case NPY_FLOAT:
            return core->kernels->functions[FS_SIGMOID].row_f32;
        case NPY_HALF:
            return core->kernels->functions[FS_SIGMOID].row_f16;
        case NPY_LONGDOUBLE:
            return NULL;
        default:
            return core->kernels->functions[FS_SIGMOID].row_bf16;
    }
}

static bool
has_attribute(PyObject *x, PyObject *name)
{
    return PyObject_HasAttr((PyObject *)Py_TYPE(x), name);
}

/* Scalars */

#define DEFINE_SCALAR(name, type, Struct, Type)                                                    \
  static allocfunc new_##name;                                                                     \
                                                                                                   \
  static PyObject *name##_scalar(type value)                                                       \
  {                                                                                                \
    PyObject *scalar = new_##name(&Type, 0);                                                       \
    if (scalar != NULL) {                                                                          \
      ((Struct *)scalar)->obval = value;                                                           \
    }                                                                                              \
    return scalar;                                                                                 \
  }

DEFINE_SCALAR(float32, float, PyFloatScalarObject, PyFloatArrType_Type)
DEFINE_SCALAR(float64, double, PyDoubleScalarObject, PyDoubleArrType_Type)
DEFINE_SCALAR(longdouble, npy_longdouble, PyLongDoubleScalarObject, PyLongDoubleArrType_Type)

/* One element of any type. */
union element {
    double float64;
    float float32;
    npy_longdouble longdouble;
    npy_longlong integer;
};

/* A scalar of the element at x. */
static PyObject *
scalar_of(const struct rule *rule, char *x)
{
    union element y;
    char *const args[] = {x, (char *)&y};
    const npy_intp one = 1, steps[] = {0, 0};
    rule->loop((char **)args, &one, steps, (void *)&core->kernels->functions[FS_SIGMOID]);
    switch (rule->to) {
        case NPY_FLOAT:
            return float32_scalar(y.float32);
        case NPY_DOUBLE:
            return float64_scalar(y.float64);
        case NPY_LONGDOUBLE:
            return longdouble_scalar(y.longdouble);
    }
    PyObject *type = (PyObject *)PyArray_DescrFromType(rule->to);
    PyObject *scalar = type == NULL ? NULL : PyArray_Scalar(&y, (PyArray_Descr *)type, NULL);
    Py_XDECREF(type);
    return scalar;
}

/* x, a scalar of NumPy's, of one of its own types and not of a subclass. */
static PyObject *
from_scalar(const struct door *door, PyObject *x)
{
    PyArray_Descr *type = PyArray_DescrFromScalar(x);
    if (type == NULL) {
        return NULL;
    }
    const int number =
        (PyObject *)type->typeobj == (PyObject *)Py_TYPE(x) ? type->type_num : NPY_NOTYPE;
    Py_DecRef((PyObject *)type);
    const struct rule *rule = number > NPY_HALF ? NULL : rule_of(door, number);
    if (rule == NULL) {
        return NULL;
    }
    union element value;
    PyArray_ScalarAsCtype(x, &value);
    return scalar_of(rule, (char *)&value);
}

/* Arrays */

static void
run(const struct rule *rule, char *x, npy_intp x_step, PyArrayObject *y)
{
    char *const args[] = {x, PyArray_BYTES(y)};
    const npy_intp n = PyArray_SIZE(y), steps[] = {x_step, PyArray_ITEMSIZE(y)};
    PyThreadState *const thread = n >= FS_UNLOCKED_SIZE ? PyEval_SaveThread() : NULL;
    rule->loop((char **)args, &n, steps, (void *)&core->kernels->functions[FS_SIGMOID]);
    if (thread != NULL) {
        PyEval_RestoreThread(thread);
    }
}

/* Whether some element is shown more than once along an axis: where a new array puts such an axis is for
 * NumPy's ufuncs to say. */
static bool
repeats(PyArrayObject *x)
{
    for (int i = 0; i < PyArray_NDIM(x); i++) {
        if (PyArray_STRIDE(x, i) == 0 && PyArray_DIM(x, i) > 1) {
            return true;
        }
    }
    return false;
}

/* A new array for the results, in the axis order of x. */
static PyArrayObject *
new_array(const struct rule *rule, PyArrayObject *x)
{
    PyArray_Descr *type;
    if (rule->to == rule->from && PyArray_ISNOTSWAPPED(x)) {
        /* Metadata and all: so does NumPy.  NumPy's own dtypes may be immortal, of which the Py_INCREF
         * of 3.11 knows nothing: after 2^30 calls it would wear their counts out. */
        type = PyArray_DESCR(x);
        Py_IncRef((PyObject *)type);
    }
    else {
        type = PyArray_DescrFromType(rule->to);
        if (type == NULL) {
            return NULL;
        }
    }
    if (PyArray_NDIM(x) > 1 && !PyArray_IS_C_CONTIGUOUS(x) && !PyArray_IS_F_CONTIGUOUS(x)) {
        return (PyArrayObject *)PyArray_NewLikeArray(x, NPY_KEEPORDER, type, 0);
    }
    const int order = PyArray_IS_C_CONTIGUOUS(x) ? 0 : NPY_ARRAY_F_CONTIGUOUS;
    return (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, type, PyArray_NDIM(x),
                                                 PyArray_DIMS(x), NULL, NULL, order, NULL);
}

static void
lay_out(PyArrayObject *array, struct fs_array *layout)
{
    layout->data = PyArray_BYTES(array);
    layout->itemsize = PyArray_ITEMSIZE(array);
    layout->swapped = PyArray_ISBYTESWAPPED(array);
    layout->ndim = PyArray_NDIM(array);
    for (int i = 0; i < layout->ndim; i++) {
        layout->shape[i] = PyArray_DIM(array, i);
        layout->strides[i] = PyArray_STRIDE(array, i);
    }
}

static void
walk(fs_row *row, PyArrayObject *x, PyArrayObject *y)
{
    struct fs_array from, to;
    lay_out(x, &from);
    lay_out(y, &to);
    PyThreadState *const thread = PyArray_SIZE(y) >= FS_UNLOCKED_SIZE ? PyEval_SaveThread() : NULL;
    core->walk(row, &from, &to);
    if (thread != NULL) {
        PyEval_RestoreThread(thread);
    }
}

/* An exact array of any layout, into a new one; a scalar where it has no dimensions. */
static PyObject *
from_array(const struct door *door, PyArrayObject *x)
{
    const struct rule *rule = rule_of(door, PyArray_TYPE(x));
    if (rule == NULL) {
        return NULL;
    }
    const int ndim = PyArray_NDIM(x);
    const bool is_plain = PyArray_ISALIGNED(x) && PyArray_ISNOTSWAPPED(x);
    if (ndim == 0) {
        return is_plain ? scalar_of(rule, PyArray_BYTES(x)) : NULL;
    }
    const bool is_contiguous = PyArray_IS_C_CONTIGUOUS(x) || PyArray_IS_F_CONTIGUOUS(x);
    const bool is_row = is_contiguous || ndim == 1;
    fs_row *row = row_of(rule);
    if (!is_row && repeats(x)) {
        return NULL;
    }
    PyArrayObject *y = new_array(rule, x);
    if (y == NULL) {
        return NULL;
    }
    if (is_plain && is_row) {
        run(rule, PyArray_BYTES(x), is_contiguous ? PyArray_ITEMSIZE(x) : PyArray_STRIDE(x, 0), y);
    }
    else if (row != NULL) {
        walk(row, x, y);
    }
    else if (PyArray_CopyInto(y, x) == 0) {
        run(rule_of(door, rule->to), PyArray_BYTES(y), PyArray_ITEMSIZE(y), y);
    }
    else {
        Py_CLEAR(y);
    }
    return (PyObject *)y;
}

/* An exact array into another one of the same type and shape, both contiguous, which is x itself or apart
 * from it. */
static PyObject *
from_array_to(const struct door *door, PyArrayObject *x, PyArrayObject *out)
{
    const struct rule *rule = rule_of(door, PyArray_TYPE(x));
    const int ndim = PyArray_NDIM(x), flags = NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED;
    const int out_flags = flags | NPY_ARRAY_WRITEABLE;
    if (rule == NULL || rule->from != rule->to || ndim == 0 || PyArray_TYPE(x) != PyArray_TYPE(out)
        || ndim != PyArray_NDIM(out) || (PyArray_FLAGS(x) & flags) != flags
        || (PyArray_FLAGS(out) & (out_flags | WARNS_ON_WRITE)) != out_flags
        || !PyArray_ISNOTSWAPPED(x) || !PyArray_ISNOTSWAPPED(out)
        || memcmp(PyArray_DIMS(x), PyArray_DIMS(out), (size_t)ndim * sizeof(npy_intp)) != 0) {
        return NULL;
    }
    const uintptr_t from = (uintptr_t)PyArray_DATA(x), to = (uintptr_t)PyArray_DATA(out);
    const uintptr_t distance = from < to ? to - from : from - to;
    if (distance != 0 && distance < (uintptr_t)PyArray_NBYTES(x)) {
        return NULL;
    }
    run(rule, PyArray_BYTES(x), PyArray_ITEMSIZE(x), out);
    return Py_NewRef((PyObject *)out);
}

/* An array of a subclass that leaves ufuncs to NumPy: computed as an exact one, then wrapped, as by NumPy 2.
 * What the method will not take is NumPy's to call in an older manner. */
static PyObject *
from_subclass(const struct door *door, PyArrayObject *x)
{
    if (ndarray_ufunc == NULL || PyArray_NDIM(x) == 0) {
        return NULL;
    }
    PyObject *ufunc = PyObject_GetAttr((PyObject *)Py_TYPE((PyObject *)x), array_ufunc_name);
    PyObject *wrap = NULL, *y = NULL, *context = NULL, *result = NULL;
    if (ufunc == ndarray_ufunc && (wrap = PyObject_GetAttr((PyObject *)x, array_wrap_name)) != NULL
        && (y = from_array(door, x)) != NULL
        && (context = Py_BuildValue("(O(O)i)", door->ufunc, x, 0)) != NULL) {
        result = PyObject_CallFunctionObjArgs(wrap, y, context, Py_False, NULL);
    }
    if (result == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
    }
    Py_XDECREF(ufunc);
    Py_XDECREF(wrap);
    Py_XDECREF(y);
    Py_XDECREF(context);
    return result;
}

/* The short way; NULL without an exception where x and out (or NULL) are not for it. */
static PyObject *
short_way(const struct door *door, PyObject *x, PyObject *out)
{
    if (PyArray_CheckExact(x)) {
        if (out == NULL) {
            return from_array(door, (PyArrayObject *)x);
        }
        return PyArray_CheckExact(out)
                   ? from_array_to(door, (PyArrayObject *)x, (PyArrayObject *)out)
                   : NULL;
    }
    if (out == NULL) {
        if (Py_IS_TYPE(x, &PyDoubleArrType_Type)) {
            return float64_scalar(
                core->kernels->functions[FS_SIGMOID].f64(((PyDoubleScalarObject *)x)->obval));
        }
        if (Py_IS_TYPE(x, &PyFloatArrType_Type)) {
            return float32_scalar(
                core->kernels->functions[FS_SIGMOID].f32(((PyFloatScalarObject *)x)->obval));
        }
        if (Py_IS_TYPE(x, &PyLongDoubleArrType_Type)) {
            npy_longdouble value = ((PyLongDoubleScalarObject *)x)->obval;
            return scalar_of(&door->rules[NPY_LONGDOUBLE], (char *)&value);
        }
        if (PyArray_IsScalar(x, Generic)) {
            return from_scalar(door, x);
        }
        if (PyArray_Check(x)) {
            return from_subclass(door, (PyArrayObject *)x);
        }
    }
    return NULL;
}

/* The ufuncs */

static PyObject *
enter(const struct door *door, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    /* The uppermost bit says that args[-1] may be overwritten. */
    const size_t nargs = nargsf & (SIZE_MAX >> 1);
    const bool has_out = nargs == 1 && kwnames != NULL && PyTuple_Size(kwnames) == 1
                         && PyTuple_GetItem(kwnames, 0) == out_name;
    PyObject *result = NULL;
    if (has_out || (nargs == 2 && kwnames == NULL)) {
        result = short_way(door, args[0], args[1]);
    }
    else if (nargs == 1 && kwnames == NULL) {
        if (PyFloat_CheckExact(args[0])) {
            return float64_scalar(
                core->kernels->functions[FS_SIGMOID].f64(PyFloat_AsDouble(args[0])));
        }
        if (PyLong_CheckExact(args[0])) {
            int overflow;
            const long long value = PyLong_AsLongLongAndOverflow(args[0], &overflow);
            if (overflow == 0) {
                return float64_scalar(core->kernels->functions[FS_SIGMOID].f64((double)value));
            }
        }
        result = short_way(door, args[0], NULL);
    }
    if (result != NULL || PyErr_Occurred()) {
        return result;
    }
    if (nargs > 0 && PyArray_Check(args[0])
        && PyArray_TYPE((PyArrayObject *)args[0]) == NPY_OBJECT) {
        PyErr_SetString(
            PyExc_TypeError,
            "an array of Python objects (dtype object) is not taken for numbers: where they "
            "are numbers, pass x.astype(float)");
        return NULL;
    }
    return door->numpy_entry(door->ufunc, args, nargsf, kwnames);
}

static PyObject *
enter_expit(PyObject *Py_UNUSED(callable), PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    return enter(&expit_door, args, nargsf, kwnames);
}

static PyObject *
enter_sigmoid(PyObject *Py_UNUSED(callable), PyObject *const *args, size_t nargsf,
              PyObject *kwnames)
{
    return enter(&sigmoid_door, args, nargsf, kwnames);
}

/* For _core */

/* Whether the ufunc takes out as it is; what holds text would have the digits cut down to its width. */
static bool
is_for_ufunc(PyObject *out)
{
    if (out == NULL || out == Py_Ellipsis) {
        return true;
    }
    if (PyArray_Check(out)) {
        const int type = PyArray_TYPE((PyArrayObject *)out);
        return type >= 0 && type <= NPY_HALF && !PyTypeNum_ISFLEXIBLE(type);
    }
    return false;
}

static PyObject *
by_ufunc(PyObject *x, PyObject *out, PyObject *keywords)
{
    vectorcall *entry = sigmoid_door.numpy_entry;
    if (entry != NULL && keywords == NULL && out != Py_Ellipsis) {
        PyObject *const args[] = {x, out};
        return entry(sigmoid_door.ufunc, args, out == NULL ? 1 : 2, NULL);
    }
    PyObject *args = PyTuple_Pack(1, x), *result = NULL;
    PyObject *all = keywords == NULL ? PyDict_New() : PyDict_Copy(keywords);
    if (args != NULL && all != NULL && (out == NULL || PyDict_SetItem(all, out_name, out) == 0)) {
        result = PyObject_Call(sigmoid_door.ufunc, args, all);
    }
    Py_XDECREF(args);
    Py_XDECREF(all);
    return result;
}

static PyObject *
call(PyObject *x, PyObject *out, PyObject *keywords)
{
    PyObject *result = keywords == NULL ? short_way(&sigmoid_door, x, out) : NULL;
    if (result != NULL || PyErr_Occurred() || !is_for_ufunc(out)) {
        return result;
    }
    if (PyArray_Check(x)) {
        const struct rule *rule = rule_of(&sigmoid_door, PyArray_TYPE((PyArrayObject *)x));
        if (rule == NULL) {
            return NULL;
        }
        if (out != NULL && PyArray_CheckExact(x) && PyArray_CheckExact(out) && keywords == NULL
            && row_of(rule) != NULL && PyArray_TYPE((PyArrayObject *)out) == rule->to) {
            return NULL; /* _core is quicker, whatever the layout */
        }
        return by_ufunc(x, out, keywords);
    }
    return !PyArray_IsScalar(x, Generic) && has_attribute(x, array_ufunc_name)
               ? by_ufunc(x, out, keywords)
               : NULL;
}

/* The result, as what x makes of arrays: a tensor, for one, makes them its own type.  A ufunc would do so, too,
 * but with more arguments than old methods know.  Steals a reference to the result, which may be NULL. */
static PyObject *
wrap_for(PyObject *x, PyObject *result)
{
    if (result == NULL) {
        return NULL;
    }
    PyObject *array = PyArray_FromAny(result, NULL, 0, 0, NPY_ARRAY_ENSUREARRAY, NULL);
    PyObject *wrap = array == NULL ? NULL : PyObject_GetAttr(x, array_wrap_name);
    PyObject *wrapped = wrap == NULL ? NULL : PyObject_CallFunctionObjArgs(wrap, array, NULL);
    Py_XDECREF(array);
    Py_XDECREF(wrap);
    Py_DECREF(result);
    return wrapped;
}

static PyObject *
convert(PyObject *x, PyObject *out, PyObject *keywords)
{
    if (!is_for_ufunc(out)) {
        return NULL;
    }
    if (PyFloat_CheckExact(x)) {
        return by_ufunc(x, out, keywords);
    }
    if (!(PyList_Check(x) || PyTuple_Check(x) || Py_IS_TYPE(x, &PyRange_Type)
          || PyObject_CheckBuffer(x) || has_attribute(x, array_name))) {
        return NULL;
    }
    PyObject *array = PyArray_FromAny(x, NULL, 0, 0, NPY_ARRAY_ENSUREARRAY, NULL), *result = NULL;
    if (array == NULL) {
        /* The wrapper finds out why. */
        if (!PyErr_ExceptionMatches(PyExc_MemoryError) && PyErr_ExceptionMatches(PyExc_Exception)) {
            PyErr_Clear();
        }
        return NULL;
    }
    if (rule_of(&sigmoid_door, PyArray_TYPE((PyArrayObject *)array)) != NULL) {
        result = keywords == NULL ? short_way(&sigmoid_door, array, out) : NULL;
        if (result == NULL && !PyErr_Occurred()) {
            result = by_ufunc(array, out, keywords);
        }
        if (out == NULL && !PyArray_IsScalar(x, Generic) && has_attribute(x, array_wrap_name)) {
            result = wrap_for(x, result);
        }
    }
    Py_DECREF(array);
    return result;
}

static PyObject *
empty(const struct fs_array *x, struct fs_array *y)
{
    npy_intp shape[FS_MAX_NDIM];
    for (int i = 0; i < x->ndim; i++) {
        shape[i] = x->shape[i];
    }
    const int type = x->itemsize == sizeof(double)  ? NPY_DOUBLE
                     : x->itemsize == sizeof(float) ? NPY_FLOAT
                                                    : NPY_HALF;
    PyObject *array = PyArray_SimpleNew(x->ndim, shape, type);
    if (array != NULL) {
        lay_out((PyArrayObject *)array, y);
    }
    return array;
}

const struct fs_ufunc ufunc_interface = {FS_HANDSHAKE, call, convert, empty};

/* NumPy promises nowhere that it calls the field vectorcall: it is used only where a well-known
 * ufunc and the fresh ones have the same there. */
static int
open_short_ways(void)
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
    PyUFuncObject *expit = (PyUFuncObject *)expit_door.ufunc;
    PyUFuncObject *sigmoid = (PyUFuncObject *)sigmoid_door.ufunc;
    const bool is_known = Py_TYPE(exp) == Py_TYPE(expit_door.ufunc) && expit->vectorcall != NULL
                          && expit->vectorcall == ((PyUFuncObject *)exp)->vectorcall
                          && expit->vectorcall == sigmoid->vectorcall;
    if (is_known) {
        expit_door.numpy_entry = sigmoid_door.numpy_entry = (vectorcall *)expit->vectorcall;
        expit->vectorcall = (void *)enter_expit;
        sigmoid->vectorcall = (void *)enter_sigmoid;
    }
    Py_DECREF(exp);
    return is_known;
}

static void
take_rules(struct door *door, const struct rule *rules, int count)
{
    for (int i = 0; i < count; i++) {
        door->rules[rules[i].from] = rules[i];
    }
}

int
short_ways_prepare(const struct fs_core *chosen)
{
    core = chosen;
    take_rules(&sigmoid_door, keeping_rules, keeping_count);
    take_rules(&expit_door, keeping_rules, EXPIT_COUNT);
    take_rules(&expit_door, narrowing_rules, narrowing_count);
    new_float64 = (allocfunc)PyType_GetSlot(&PyDoubleArrType_Type, Py_tp_alloc);
    new_float32 = (allocfunc)PyType_GetSlot(&PyFloatArrType_Type, Py_tp_alloc);
    new_longdouble = (allocfunc)PyType_GetSlot(&PyLongDoubleArrType_Type, Py_tp_alloc);
    if ((out_name = PyUnicode_InternFromString("out")) == NULL
        || (array_name = PyUnicode_InternFromString("__array__")) == NULL
        || (array_ufunc_name = PyUnicode_InternFromString("__array_ufunc__")) == NULL
        || (array_wrap_name = PyUnicode_InternFromString("__array_wrap__")) == NULL) {
        return -1;
    }
    if (PyArray_RUNTIME_VERSION >= NPY_2_0_API_VERSION
        && (ndarray_ufunc = PyObject_GetAttr((PyObject *)&PyArray_Type, array_ufunc_name))
               == NULL) {
        return -1;
    }
    return open_short_ways();
}
