/* core_hooks.c - what only the tests call: one phase, or the kernels of one instruction set, by themselves. */
#include "core.h"

#include <string.h>

/* The number of the function of that name, or -1 with an exception. */
static int
number_of(const struct fs_kernels *kernels, const char *function)
{
    for (int i = 0; i < FS_FUNCTION_COUNT; i++) {
        if (strcmp(kernels->functions[i].name, function) == 0) {
            return i;
        }
    }
    PyErr_Format(PyExc_ValueError, "there is no function '%s'", function);
    return -1;
}

PyDoc_STRVAR(
    phase_doc,
    "_phase(x, phase, bits=64, function='sigmoid')\n"
    "--\n\n"
    "What one phase of the portable kernels alone makes of x, or None where it cannot tell.\n"
    "The phases are 'fast', 'second', 'exact128' and 'unbounded', the bits 64 and 32.");

static PyObject *
phase(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {
        [FS_PHASE_FAST] = "fast",
        [FS_PHASE_SECOND] = "second",
        [FS_PHASE_EXACT128] = "exact128",
        [FS_PHASE_UNBOUNDED] = "unbounded",
    };
    static char *keywords[] = {"x", "phase", "bits", "function", NULL};
    double x, result;
    const char *name, *function = "sigmoid";
    int bits = 64;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ds|is:_phase", keywords, &x, &name, &bits,
                                     &function)) {
        return NULL;
    }
    const int found = number_of(core_interface.kernels, function);
    if (found < 0) {
        return NULL;
    }
    const enum fs_function_number number = (enum fs_function_number)found;
    for (int i = FS_PHASE_FAST; i <= FS_PHASE_UNBOUNDED; i++) {
        if (strcmp(name, names[i]) != 0) {
            continue;
        }
        bool settled;
        if (bits == 64) {
            settled = fs_phase_f64(number, (enum fs_phase)i, x, &result);
        }
        else if (bits == 32) {
            float narrow;
            settled = fs_phase_f32(number, (enum fs_phase)i, (float)x, &narrow);
            result = settled ? (double)narrow : 0;
        }
        else {
            return PyErr_Format(PyExc_ValueError, "bits must be 64 or 32, not %d", bits);
        }
        return settled ? PyFloat_FromDouble(result) : Py_NewRef(Py_None);
    }
    return PyErr_Format(PyExc_ValueError, "there is no phase '%s'", name);
}

PyDoc_STRVAR(call_on_doc,
             "_call_on(isa, x, out=None, function='sigmoid', /)\n"
             "--\n\n"
             "That function of x and out by the kernels of that name.");

static PyObject *
call_on(PyObject *module, PyObject *args)
{
    struct state *state = PyModule_GetState(module);
    const char *isa, *function = "sigmoid";
    PyObject *x, *out = NULL;
    if (!PyArg_ParseTuple(args, "sO|Os:_call_on", &isa, &x, &out, &function)) {
        return NULL;
    }
    struct state other = *state;
    other.kernels = kernels_named(isa);
    if (other.kernels == NULL) {
        return PyErr_Format(PyExc_ValueError, "this CPU has no kernels '%s'", isa);
    }
    /* So that the copy has nothing of its own to lose. */
    PyObject *ready = wrapper(state, "slow_lane");
    if (ready == NULL || numpy_load(state) == NULL) {
        Py_XDECREF(ready);
        return NULL;
    }
    Py_DECREF(ready);
    other.coerce = state->coerce;
    other.numpy = state->numpy;
    const int number = number_of(other.kernels, function);
    return number < 0 ? NULL
                      : function_compute(&other, (enum fs_function_number)number, x,
                                         out == Py_None ? NULL : out, NULL);
}

PyDoc_STRVAR(
    count_open_doc,
    "_count_open(isa, x, function='sigmoid', /)\n"
    "--\n\n"
    "How many of the elements of x, a contiguous buffer of float64 or float32, the first phase\n"
    "of the kernels of that name leaves to the others.");

static PyObject *
count_open(PyObject *module, PyObject *args)
{
    const char *isa, *name = "sigmoid";
    PyObject *x;
    if (!PyArg_ParseTuple(args, "sO|s:_count_open", &isa, &x, &name)) {
        return NULL;
    }
    const struct fs_kernels *kernels = kernels_named(isa);
    if (kernels == NULL) {
        return PyErr_Format(PyExc_ValueError, "this CPU has no kernels '%s'", isa);
    }
    const int number = number_of(kernels, name);
    if (number < 0) {
        return NULL;
    }
    const struct fs_function *function = &kernels->functions[number];
    struct operand input;
    operand_init(&input);
    PyObject *result = NULL;
    enum finding found = read_buffer(PyModule_GetState(module), x, PyBUF_RECORDS_RO, &input);
    if (found == READ && input.format != FLOAT16 && !input.array.swapped
        && fs_is_contiguous(&input.array)) {
        const size_t n = (size_t)fs_size(&input.array);
        result = PyLong_FromSize_t(input.format == FLOAT64
                                       ? function->count_open_f64(input.array.data, n)
                                       : function->count_open_f32(input.array.data, n));
    }
    else if (found != FAILED) {
        PyErr_SetString(PyExc_TypeError, "_count_open() takes contiguous float64 or float32");
    }
    operand_release(&input);
    return result;
}

PyMethodDef core_hooks[] = {
    {"_phase", (PyCFunction)(void (*)(void))phase, METH_VARARGS | METH_KEYWORDS, phase_doc},
    {"_call_on", call_on, METH_VARARGS, call_on_doc},
    {"_count_open", count_open, METH_VARARGS, count_open_doc},
    {NULL, NULL, 0, NULL},
};
