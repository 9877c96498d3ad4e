/* ufunc_interface.c - what _core calls, once NumPy is there. */
#include "ufunc.h"

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
by_ufunc(const struct door *door, PyObject *x, PyObject *out, PyObject *keywords)
{
    vectorcall *entry = door->numpy_entry;
    if (entry != NULL && keywords == NULL && out != Py_Ellipsis) {
        PyObject *const args[] = {x, out};
        return entry(door->ufunc, args, out == NULL ? 1 : 2, NULL);
    }
    PyObject *args = PyTuple_Pack(1, x), *result = NULL;
    PyObject *all = keywords == NULL ? PyDict_New() : PyDict_Copy(keywords);
    if (args != NULL && all != NULL && (out == NULL || PyDict_SetItem(all, out_name, out) == 0)) {
        result = PyObject_Call(door->ufunc, args, all);
    }
    Py_XDECREF(args);
    Py_XDECREF(all);
    return result;
}

static PyObject *
call(enum fs_function_number number, PyObject *x, PyObject *out, PyObject *keywords)
{
    const struct door *door = &own_doors[number];
    PyObject *result = keywords == NULL ? short_way(door, x, out) : NULL;
    if (result != NULL || PyErr_Occurred() || !is_for_ufunc(out)) {
        return result;
    }
    if (PyArray_Check(x)) {
        const struct rule *rule = rule_of(door, PyArray_TYPE((PyArrayObject *)x));
        if (rule == NULL) {
            return NULL;
        }
        if (out != NULL && PyArray_CheckExact(x) && PyArray_CheckExact(out) && keywords == NULL
            && row_that_keeps(door, rule->from) != NULL
            && PyArray_TYPE((PyArrayObject *)out) == rule->from) {
            return NULL; /* _core is quicker, whatever the layout */
        }
        return by_ufunc(door, x, out, keywords);
    }
    return !PyArray_IsScalar(x, Generic) && fs_has_attribute(x, array_ufunc_name)
               ? by_ufunc(door, x, out, keywords)
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
convert(enum fs_function_number number, PyObject *x, PyObject *out, PyObject *keywords)
{
    const struct door *door = &own_doors[number];
    if (!is_for_ufunc(out)) {
        return NULL;
    }
    if (PyFloat_CheckExact(x)) {
        return by_ufunc(door, x, out, keywords);
    }
    if (!(PyList_Check(x) || PyTuple_Check(x) || Py_IS_TYPE(x, &PyRange_Type)
          || PyObject_CheckBuffer(x) || fs_has_attribute(x, array_name))) {
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
    if (rule_of(door, PyArray_TYPE((PyArrayObject *)array)) != NULL) {
        result = keywords == NULL ? short_way(door, array, out) : NULL;
        if (result == NULL && !PyErr_Occurred()) {
            result = by_ufunc(door, array, out, keywords);
        }
        if (out == NULL && !PyArray_IsScalar(x, Generic) && fs_has_attribute(x, array_wrap_name)) {
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
