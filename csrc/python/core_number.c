/* core_number.c - the reader of numbers, and of lists and tuples of them. */
#include "core.h"

#include <math.h>

/* The nearest float64; beyond all of them an int counts as infinite: there each function has its limit. */
static double
int_value(PyObject *x)
{
    int overflow;
    const long long value = PyLong_AsLongLongAndOverflow(x, &overflow);
    if (overflow == 0) {
        return fs_nearest(value);
    }
    const double wide = PyLong_AsDouble(x); /* by integer arithmetic, whatever the rounding mode */
    if (wide == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return overflow * (double)INFINITY;
    }
    return wide;
}

/* An exact float, int or bool. */
static bool
read_number(PyObject *x, double *value)
{
    if (PyFloat_CheckExact(x)) {
        *value = PyFloat_AsDouble(x);
        return true;
    }
    if (PyLong_CheckExact(x) || PyBool_Check(x)) {
        *value = int_value(x);
        return true;
    }
    return false;
}

/* Sequences: exact lists and tuples, of which another thread may change the lists meanwhile. */

/* As deep as every NumPy has dimensions. */
#define MAX_DEPTH 32

static bool
is_sequence(PyObject *x)
{
    return PyList_CheckExact(x) || PyTuple_CheckExact(x);
}

static Py_ssize_t
length_of(PyObject *x)
{
    return PyList_CheckExact(x) ? PyList_Size(x) : PyTuple_Size(x);
}

/* Item i, or NULL with an exception where there is none any more; to be let go. */
static inline PyObject *
item_of(PyObject *x, bool is_list, Py_ssize_t i)
{
#ifdef Py_GIL_DISABLED
    return is_list ? PyList_GetItemRef(x, i) : Py_XNewRef(PyTuple_GetItem(x, i));
#else
    return is_list ? PyList_GetItem(x, i) : PyTuple_GetItem(x, i);
#endif
}

static inline void
let_go(PyObject *item)
{
#ifdef Py_GIL_DISABLED
    Py_XDECREF(item);
#else
    (void)item; /* borrowed: no code of anybody's runs before it has been read */
#endif
}

/* The shape that the first items have: of x, of its first item, and so on. */
static void
read_shape(PyObject *x, struct fs_array *array)
{
    array->ndim = 0;
    PyObject *holder = NULL;
    while (x != NULL && is_sequence(x) && array->ndim < MAX_DEPTH) {
        const Py_ssize_t n = length_of(x);
        array->shape[array->ndim++] = n;
        PyObject *first = n == 0 ? NULL : item_of(x, PyList_CheckExact(x), 0);
        let_go(holder);
        x = holder = first;
    }
    let_go(holder);
    PyErr_Clear();
}

/* The items of x, of this axis of the array and of the inner ones, from *place on; float64 is NumPy's type or
 * NULL.  False, perhaps with an exception, where some are no numbers or have another shape. */
static bool
read_items(PyObject *x, const struct fs_array *array, int axis, PyObject *float64, double **place)
{
    if (!is_sequence(x) || length_of(x) != array->shape[axis]) {
        return false;
    }
    const bool is_list = PyList_CheckExact(x), is_last = axis == array->ndim - 1;
    bool fits = true;
    for (Py_ssize_t i = 0; fits && i < array->shape[axis]; i++) {
        PyObject *item = item_of(x, is_list, i);
        if (item == NULL) {
            fits = false;
        }
        else if (!is_last) {
            fits = read_items(item, array, axis + 1, float64, place);
        }
        else if (read_number(item, *place)) {
            ++*place;
        }
        else if ((PyObject *)Py_TYPE(item) == float64) {
            *(*place)++ = PyFloat_AsDouble(item);
        }
        else {
            fits = false;
        }
        let_go(item);
    }
    return fits;
}

static void
read_doubles(struct operand *operand, double *data)
{
    operand->format = FLOAT64;
    operand->array.data = (char *)data;
    operand->array.itemsize = sizeof(double);
    operand->array.swapped = false;
}

static enum finding
read_sequence(struct state *state, PyObject *x, struct operand *operand)
{
    struct fs_array *array = &operand->array;
    read_shape(x, array);
    size_t n = 1;
    for (int i = 0; i < array->ndim; i++) {
        const size_t length = (size_t)array->shape[i];
        if (length != 0 && n > PY_SSIZE_T_MAX / sizeof(double) / length) {
            return NOT_MINE;
        }
        n *= length;
    }
    operand->memory = PyMem_Malloc(n * sizeof(double));
    if (operand->memory == NULL) {
        PyErr_NoMemory();
        return FAILED;
    }
    const struct numpy *numpy = numpy_if_kept(state);
    double *place = operand->memory;
    if (!read_items(x, array, 0, numpy == NULL ? NULL : numpy->types[FLOAT64], &place)) {
        PyErr_Clear();
        return NOT_MINE;
    }
    read_doubles(operand, operand->memory);
    fs_make_contiguous(array, sizeof(double));
    return READ;
}

enum finding
read_numbers(struct state *state, PyObject *x, struct operand *input)
{
    if (read_number(x, &input->value)) {
        read_doubles(input, &input->value);
        input->array.ndim = 0;
        return READ;
    }
    return is_sequence(x) ? read_sequence(state, x, input) : NOT_MINE;
}
