/* core_hooks.c - what only the tests call: one phase, or the kernels of one instruction set, by themselves. */
#include "core.h"

#include <limits.h>
#include <string.h>

#include "cpus.h"
#include "exact.h"

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

/* Where that name stands among others, of which NULL is the last, or -1 with an exception. */
static int
place_of(const char *name, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    PyErr_Format(PyExc_ValueError, "there is no '%s' here", name);
    return -1;
}

PyDoc_STRVAR(
    phase_doc,
    "_phase(x, phase, format='float64', function='sigmoid')\n"
    "--\n\n"
    "What one phase of the portable kernels alone makes of x, a number of that format, or None\n"
    "where it cannot tell.  The phases are 'fast', 'second', 'exact128' and 'unbounded', the "
    "formats\n"
    "'float64', 'float32', 'float16' and 'bfloat16'.");

static PyObject *
phase(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static const char *const phases[] = {
        [FS_PHASE_FAST] = "fast",
        [FS_PHASE_SECOND] = "second",
        [FS_PHASE_EXACT128] = "exact128",
        [FS_PHASE_UNBOUNDED] = "unbounded",
        NULL,
    };
    static const char *const formats[] = {"float64", "float32", "float16", "bfloat16", NULL};
    static const struct fs_format *const of_formats[] = {&fs_binary64, &fs_binary32, &fs_binary16,
                                                         &fs_bfloat16};
    static char *keywords[] = {"x", "phase", "format", "function", NULL};
    double x, result;
    const char *phase_name, *format = "float64", *function = "sigmoid";
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ds|ss:_phase", keywords, &x, &phase_name,
                                     &format, &function)) {
        return NULL;
    }
    const int number = number_of(core_interface.kernels, function);
    const int phase_number = place_of(phase_name, phases), f = place_of(format, formats);
    if (number < 0 || phase_number < 0 || f < 0) {
        return NULL;
    }
    const int is_settled = fs_phase((enum fs_function_number)number, (enum fs_phase)phase_number, x,
                                    of_formats[f], &result);
    return is_settled ? PyFloat_FromDouble(result) : Py_NewRef(Py_None);
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

PyDoc_STRVAR(
    cpu_quota_doc,
    "_cpu_quota(root, /)\n"
    "--\n\n"
    "How many CPUs' time the control groups described under that folder leave this process, or\n"
    "None where they do not say.");

static PyObject *
cpu_quota(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *root;
    if (!PyArg_ParseTuple(args, "s:_cpu_quota", &root)) {
        return NULL;
    }
    const int quota = fs_cpu_quota(root);
    return quota == INT_MAX ? Py_NewRef(Py_None) : PyLong_FromLong(quota);
}

PyMethodDef core_hooks[] = {
    {"_phase", (PyCFunction)(void (*)(void))phase, METH_VARARGS | METH_KEYWORDS, phase_doc},
    {"_call_on", call_on, METH_VARARGS, call_on_doc},
    {"_count_open", count_open, METH_VARARGS, count_open_doc},
    {"_cpu_quota", cpu_quota, METH_VARARGS, cpu_quota_doc},
    {NULL, NULL, 0, NULL},
};
