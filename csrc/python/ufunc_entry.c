/* ufunc_entry.c - the short ways into the ufuncs themselves.
 *
 * A ufunc is called through the field vectorcall of its own object.  Those of the ufuncs here lead to an entry each, and
 * what is no float, int, scalar of NumPy or exact array goes on to where the field had led before. */
#include "ufunc.h"

#include <stdlib.h>

/* "0" closes them. */
#define SWITCH "FASTSIGMOID_FAST_ENTRY"

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
            return float64_scalar(door->function->f64(PyFloat_AsDouble(args[0])));
        }
        if (PyLong_CheckExact(args[0])) {
            int overflow;
            const long long value = PyLong_AsLongLongAndOverflow(args[0], &overflow);
            if (overflow == 0) {
                return float64_scalar(door->function->f64(fs_nearest(value)));
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

#define DEFINE_ENTRIES(NAME, name)                                                                 \
  static PyObject *enter_scipy_##name(PyObject *Py_UNUSED(callable), PyObject *const *args,        \
                                      size_t nargsf, PyObject *kwnames)                            \
  {                                                                                                \
    return enter(&scipy_doors[FS_##NAME], args, nargsf, kwnames);                                  \
  }                                                                                                \
  static PyObject *enter_own_##name(PyObject *Py_UNUSED(callable), PyObject *const *args,          \
                                    size_t nargsf, PyObject *kwnames)                              \
  {                                                                                                \
    return enter(&own_doors[FS_##NAME], args, nargsf, kwnames);                                    \
  }

FS_FUNCTIONS(DEFINE_ENTRIES)

#define SCIPY_ENTRY(NAME, name) enter_scipy_##name,
#define OWN_ENTRY(NAME, name) enter_own_##name,
static vectorcall *const scipy_entries[] = {FS_FUNCTIONS(SCIPY_ENTRY)};
static vectorcall *const own_entries[] = {FS_FUNCTIONS(OWN_ENTRY)};

static void
open_door(struct door *door, vectorcall *entry)
{
    PyUFuncObject *ufunc = (PyUFuncObject *)door->ufunc;
    door->numpy_entry = (vectorcall *)ufunc->vectorcall;
    ufunc->vectorcall = (void *)entry;
}

/* NumPy promises nowhere that it calls the field vectorcall: it is used only where a well-known
 * ufunc and the fresh ones have the same there. */
int
doors_open(void)
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
    const PyUFuncObject *fresh = (PyUFuncObject *)own_doors[0].ufunc;
    const bool is_known = Py_TYPE(exp) == Py_TYPE(own_doors[0].ufunc) && fresh->vectorcall != NULL
                          && fresh->vectorcall == ((PyUFuncObject *)exp)->vectorcall;
    for (int i = 0; is_known && i < FS_FUNCTION_COUNT; i++) {
        open_door(&scipy_doors[i], scipy_entries[i]);
        open_door(&own_doors[i], own_entries[i]);
    }
    Py_DECREF(exp);
    return is_known;
}
