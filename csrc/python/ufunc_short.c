/* ufunc_short.c - the short ways past NumPy's dispatch: scalars and arrays of its own types, of any layout. */
#include "ufunc.h"
#include "longdouble.h"

#include <limits.h>

#include <numpy/arrayscalars.h>

/* The flag, nameless in NumPy's headers, of an array that warns of being written to. */
#define WARNS_ON_WRITE INT_MIN

struct door scipy_doors[FS_FUNCTION_COUNT], own_doors[FS_FUNCTION_COUNT];

PyObject *out_name, *array_name, *array_ufunc_name, *array_wrap_name;
static PyObject *ndarray_ufunc; /* the method __array_ufunc__ of ndarray, or NULL before NumPy 2 */
const struct fs_core *core;

const struct rule *
rule_of(const struct door *door, int type)
{
    if (type >= 0 && type <= NPY_HALF) {
        return door->rules[type].loop == NULL ? NULL : &door->rules[type];
    }
    return type == door->bfloat16.from ? &door->bfloat16 : NULL;
}

fs_row *
row_that_keeps(const struct door *door, int type)
{
    switch (type) {
        case NPY_DOUBLE:
            return door->function->row_f64;
        case NPY_FLOAT:
            return door->function->row_f32;
        case NPY_HALF:
            return door->rules[NPY_HALF].loop == NULL ? NULL : door->function->row_f16;
        default:
            return type == door->bfloat16.from ? door->function->row_bf16 : NULL;
    }
}

/* Scalars */

#define DEFINE_SCALAR(name, type, Struct, Type)                                                    \
  static allocfunc new_##name;                                                                     \
                                                                                                   \
  PyObject *name##_scalar(type value)                                                              \
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
scalar_of(const struct door *door, const struct rule *rule, char *x)
{
    union element y;
    char *const args[] = {x, (char *)&y};
    const npy_intp one = 1, steps[] = {0, 0};
    rule->loop((char **)args, &one, steps, (void *)door);
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
    return scalar_of(door, rule, (char *)&value);
}

/* Arrays */

/* -1 with an exception. */
static int
run(const struct door *door, const struct rule *rule, char *x, npy_intp x_step, PyArrayObject *y)
{
    char *const args[] = {x, PyArray_BYTES(y)};
    const npy_intp n = PyArray_SIZE(y), steps[] = {x_step, PyArray_ITEMSIZE(y)};
    PyThreadState *thread;
    if (fs_unlock(core->find_threads, n, steps[1], &thread) < 0) {
        return -1;
    }
    rule->loop((char **)args, &n, steps, (void *)door);
    fs_lock_again(thread);
    return 0;
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

void
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

static int
walk(fs_row *row, PyArrayObject *x, PyArrayObject *y)
{
    struct fs_array from, to;
    lay_out(x, &from);
    lay_out(y, &to);
    PyThreadState *thread;
    if (fs_unlock(core->find_threads, PyArray_SIZE(y), to.itemsize, &thread) < 0) {
        return -1;
    }
    core->walk(row, &from, &to);
    fs_lock_again(thread);
    return 0;
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
        return is_plain ? scalar_of(door, rule, PyArray_BYTES(x)) : NULL;
    }
    const bool is_contiguous = PyArray_IS_C_CONTIGUOUS(x) || PyArray_IS_F_CONTIGUOUS(x);
    const bool is_row = is_contiguous || ndim == 1;
    fs_row *row = rule->from == rule->to ? row_that_keeps(door, rule->from) : NULL;
    if (!is_row && repeats(x)) {
        return NULL;
    }
    PyArrayObject *y = new_array(rule, x);
    if (y == NULL) {
        return NULL;
    }
    int status;
    if (is_plain && is_row) {
        status = run(door, rule, PyArray_BYTES(x),
                     is_contiguous ? PyArray_ITEMSIZE(x) : PyArray_STRIDE(x, 0), y);
    }
    else if (row != NULL) {
        status = walk(row, x, y);
    }
    else if ((status = PyArray_CopyInto(y, x)) == 0) {
        status = run(door, rule_of(door, rule->to), PyArray_BYTES(y), PyArray_ITEMSIZE(y), y);
    }
    if (status < 0) {
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
    if (run(door, rule, PyArray_BYTES(x), PyArray_ITEMSIZE(x), out) < 0) {
        return NULL;
    }
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

PyObject *
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
            return float64_scalar(door->function->f64(((PyDoubleScalarObject *)x)->obval));
        }
        if (Py_IS_TYPE(x, &PyFloatArrType_Type)) {
            return float32_scalar(door->function->f32(((PyFloatScalarObject *)x)->obval));
        }
        if (Py_IS_TYPE(x, &PyLongDoubleArrType_Type)) {
            npy_longdouble value = ((PyLongDoubleScalarObject *)x)->obval;
            return scalar_of(door, &door->rules[NPY_LONGDOUBLE], (char *)&value);
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

static void
take_rules(struct door *door, const struct rule *rules, int count)
{
    for (int i = 0; i < count; i++) {
        door->rules[rules[i].from] = rules[i];
    }
}

#define LONGDOUBLE(NAME, name) {name##_longdouble, name##_longdouble_low, name##_longdouble_high},
#define SCIPY_FIRST(NAME, name) name##_scipy_first,

int
doors_prepare(const struct fs_core *chosen)
{
    static const struct longdouble_function longdoubles[] = {FS_FUNCTIONS(LONGDOUBLE)};
    static const int scipy_first[] = {FS_FUNCTIONS(SCIPY_FIRST)};
    core = chosen;
    for (int i = 0; i < FS_FUNCTION_COUNT; i++) {
        struct door *own = &own_doors[i], *scipy = &scipy_doors[i];
        own->function = scipy->function = &core->kernels->functions[i];
        own->longdouble = scipy->longdouble = &longdoubles[i];
        own->bfloat16 = scipy->bfloat16 = (struct rule){NPY_NOTYPE, NPY_NOTYPE, loop_bfloat16};
        take_rules(own, keeping_rules, KEEPING_COUNT);
        take_rules(scipy, keeping_rules, KEEPING_COUNT);
        scipy->rules[NPY_HALF].loop = NULL;
        if (scipy_first[i] == NPY_FLOAT) {
            take_rules(scipy, narrowing_rules, NARROWING_COUNT);
        }
    }
    new_float64 = (allocfunc)PyType_GetSlot(&PyDoubleArrType_Type, Py_tp_alloc);
    new_float32 = (allocfunc)PyType_GetSlot(&PyFloatArrType_Type, Py_tp_alloc);
    new_longdouble = (allocfunc)PyType_GetSlot(&PyLongDoubleArrType_Type, Py_tp_alloc);
    if ((out_name = PyUnicode_InternFromString("out")) == NULL
        || (array_name = PyUnicode_InternFromString("__array__")) == NULL
        || (array_ufunc_name = PyUnicode_InternFromString("__array_ufunc__")) == NULL
        || (array_wrap_name = PyUnicode_InternFromString("__array_wrap__")) == NULL) {
        return -1;
    }
    if (PyArray_RUNTIME_VERSION >= NPY_2_0_API_VERSION) {
        ndarray_ufunc = PyObject_GetAttr((PyObject *)&PyArray_Type, array_ufunc_name);
    }
    return PyErr_Occurred() ? -1 : 0;
}
