/* core_module.c - fastsigmoid._core: the function sigmoid and its module. */
#include "core.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The computation */

static PyObject *
shape_tuple(const struct fs_array *array)
{
    PyObject *shape = PyTuple_New(array->ndim);
    for (int i = 0; shape != NULL && i < array->ndim; i++) {
        PyObject *length = PyLong_FromSsize_t(array->shape[i]);
        if (length == NULL || PyTuple_SetItem(shape, i, length) < 0) {
            Py_CLEAR(shape);
        }
    }
    return shape;
}

/* A new ndarray of the same float type and shape as x, read into output as well. */
static PyObject *
new_array(struct state *state, PyObject *x, const struct operand *input, struct operand *output)
{
    struct numpy *numpy = numpy_load(state);
    if (numpy == NULL) {
        return NULL;
    }
    if (fs_is_contiguous(&input->array)) {
        output->format = input->format;
        return numpy->ufunc->empty(&input->array, &output->array);
    }
    PyObject *type = numpy->types[input->format];
    PyObject *array = PyObject_CallFunctionObjArgs(numpy->empty_like, x, type, NULL);
    if (array == NULL) {
        return NULL;
    }
    /* empty_like asks x once more, and x may be anybody's code. */
    enum finding found = read_buffer(state, array, PyBUF_RECORDS, output);
    if (found == READ && output->format == input->format
        && fs_same_shape(&output->array, &input->array)) {
        return array;
    }
    if (found != FAILED) {
        raise_about(PyExc_BufferError, "the buffer of %U changes from one reading to the next", x,
                    NULL);
    }
    Py_DECREF(array);
    return NULL;
}

static void
raise_shapes(const struct fs_array *x, const struct fs_array *out)
{
    PyObject *x_shape = shape_tuple(x), *out_shape = shape_tuple(out);
    if (x_shape != NULL && out_shape != NULL) {
        PyErr_Format(PyExc_ValueError, "out has shape %R, which does not fit x of shape %R",
                     out_shape, x_shape);
    }
    Py_XDECREF(x_shape);
    Py_XDECREF(out_shape);
}

static bool
is_number(const struct operand *input)
{
    return input->array.data == (const char *)&input->value;
}

/* output = sigmoid(input), of the same format. */
static int
compute(const struct fs_kernels *kernels, const struct operand *input, const struct operand *output)
{
    struct fs_array x = input->array;
    const struct fs_array *y = &output->array;
    void *copy = NULL;
    if (fs_conflict(&x, y)) {
        copy = PyMem_Malloc((size_t)(fs_size(&x) * x.itemsize));
        if (copy == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    fs_row *row = kernels->functions[FS_SIGMOID].row_f64;
    if (input->format == FLOAT32) {
        row = kernels->functions[FS_SIGMOID].row_f32;
    }
    else if (input->format == FLOAT16) {
        row = kernels->functions[FS_SIGMOID].row_f16;
    }

    PyThreadState *thread = fs_size(y) >= FS_UNLOCKED_SIZE ? PyEval_SaveThread() : NULL;
    if (copy != NULL) {
        fs_move(&x, copy);
    }
    bool fits = fs_broadcast(&x, y);
    if (fits) {
        fs_walk(row, &x, y);
    }
    if (thread != NULL) {
        PyEval_RestoreThread(thread);
    }
    PyMem_Free(copy);
    if (!fits) {
        raise_shapes(&input->array, y);
        return -1;
    }
    return 0;
}

/* What was read is computed into out, or into a new array or float. */
static PyObject *
compute_operands(struct state *state, PyObject *x, PyObject *out, struct operand *input,
                 struct operand *output)
{
    if (out == NULL && is_number(input)) {
        return PyFloat_FromDouble(state->kernels->functions[FS_SIGMOID].f64(input->value));
    }
    PyObject *result = out != NULL ? Py_NewRef(out) : new_array(state, x, input, output);
    if (result == NULL || compute(state->kernels, input, output) < 0) {
        Py_CLEAR(result);
    }
    else if (out == NULL && input->array.ndim == 0) {
        PyObject *array = result, *index = PyTuple_New(0);
        result = index == NULL ? NULL : PyObject_GetItem(array, index);
        Py_XDECREF(index);
        Py_DECREF(array);
    }
    return result;
}

/* By NumPy's ufunc: directly where NumPy reads x, or else after the wrapper in Python has read it. */
static PyObject *
by_numpy(struct state *state, PyObject *x, PyObject *out, PyObject *keywords)
{
    struct numpy *numpy = numpy_if_loaded(state);
    PyObject *result = numpy == NULL ? NULL : numpy->ufunc->convert(x, out, keywords);
    if (result != NULL || PyErr_Occurred()) {
        return result;
    }
    PyObject *find = wrapper(state, "slow_lane");
    PyObject *slow_lane = find == NULL ? NULL : PyObject_CallFunctionObjArgs(find, NULL);
    Py_XDECREF(find);
    if (slow_lane != NULL) {
        result = PyObject_CallFunctionObjArgs(slow_lane, x, out == NULL ? Py_None : out,
                                              keywords == NULL ? Py_None : keywords, NULL);
        Py_DECREF(slow_lane);
    }
    return result;
}

/* sigmoid(x) into out, or anew where out is NULL; keywords, NULL or a dict, are those of a ufunc. */
static PyObject *
sigmoid_operands(struct state *state, PyObject *x, PyObject *out, PyObject *keywords)
{
    struct operand input, output;
    PyObject *result = NULL, *number = NULL;
    operand_init(&input);
    operand_init(&output);

    enum finding found = read_numbers(state, x, &input), found_out = READ;
    if (found == NOT_MINE) {
        struct numpy *numpy = numpy_if_loaded(state);
        result = numpy == NULL ? NULL : numpy->ufunc->call(x, out, keywords);
        if (result != NULL || PyErr_Occurred()) {
            goto done;
        }
        found = read_buffer(state, x, PyBUF_RECORDS_RO, &input);
    }
    if (found != FAILED && out != NULL) {
        found_out = read_output(state, out, &output);
    }
    if (found == FAILED || found_out == FAILED) {
        goto done;
    }
    /* Where a new array puts an axis that repeats elements is for a ufunc to say. */
    const bool is_read =
        found == READ && found_out == READ && keywords == NULL
        && (out == NULL ? !fs_repeats(&input.array) : input.format == output.format);
    if (is_read) {
        result = compute_operands(state, x, out, &input, &output);
        goto done;
    }
    if (found == READ && is_number(&input)) {
        x = number = PyFloat_FromDouble(input.value); /* an int may be beyond those of NumPy */
        if (number == NULL) {
            goto done;
        }
    }
    operand_release(&input);
    operand_release(&output);
    result = by_numpy(state, x, out, keywords);
done:
    Py_XDECREF(number);
    operand_release(&input);
    operand_release(&output);
    return result;
}

/* The arguments */

/* out as a function may be given it: a 1-tuple stands for its item, None for nothing. */
static PyObject *
unwrap_out(PyObject *out)
{
    if (PyTuple_CheckExact(out) && PyTuple_Size(out) == 1) {
        out = PyTuple_GetItem(out, 0);
    }
    return out == Py_None ? NULL : out;
}

static bool
is_ufunc_keyword(PyObject *name)
{
    static const char *const names[] = {"where", "casting", "order", "dtype", "subok", "signature"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Everything but the call with one float. */
static PyObject *
sigmoid_arguments(struct state *state, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs > 2) {
        return PyErr_Format(PyExc_TypeError,
                            "sigmoid() takes 1 or 2 positional arguments (x and out), not %zd",
                            nargs);
    }
    PyObject *out = nargs == 2 ? args[1] : NULL;
    PyObject *keywords = NULL, *result = NULL;
    Py_ssize_t keyword_count = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
    for (Py_ssize_t i = 0; i < keyword_count; i++) {
        PyObject *name = PyTuple_GetItem(kwnames, i), *value = args[nargs + i];
        if (PyUnicode_CompareWithASCIIString(name, "out") == 0) {
            if (nargs == 2) {
                PyErr_SetString(PyExc_TypeError, "sigmoid() got two values for out");
                goto done;
            }
            out = value;
        }
        else if (is_ufunc_keyword(name)) {
            if ((keywords == NULL && (keywords = PyDict_New()) == NULL)
                || PyDict_SetItem(keywords, name, value) < 0) {
                goto done;
            }
        }
        else if (PyUnicode_CompareWithASCIIString(name, "x") == 0) {
            PyErr_SetString(PyExc_TypeError, "sigmoid() takes x by position, not as a keyword");
            goto done;
        }
        else {
            PyErr_Format(PyExc_TypeError, "sigmoid() got an unexpected keyword argument '%U'",
                         name);
            goto done;
        }
    }
    if (nargs == 0) {
        PyErr_SetString(PyExc_TypeError, "sigmoid() needs an argument: x");
        goto done;
    }
    out = out == NULL ? NULL : unwrap_out(out);
    result = sigmoid_operands(state, args[0], out, keywords);
done:
    Py_XDECREF(keywords);
    return result;
}

PyDoc_STRVAR(
    sigmoid_doc,
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
    "proofs.");

/* One value by the kernels in use: resolved with them when the module first starts, the same in
 * each interpreter, and quicker to reach than the module's state. */
static double (*value_f64)(double x);

static PyObject *
sigmoid(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    if (nargs == 1 && kwnames == NULL && PyFloat_CheckExact(args[0])) {
        return PyFloat_FromDouble(value_f64(PyFloat_AsDouble(args[0])));
    }
    return sigmoid_arguments(PyModule_GetState(module), args, nargs, kwnames);
}

PyDoc_STRVAR(
    phase_doc,
    "_phase(x, phase, bits=64)\n"
    "--\n\n"
    "What one phase of the portable kernel alone makes of x, or None where it cannot tell.\n"
    "The phases are 'fast', 'exact128' and 'unbounded', the bits 64 and 32.");

static PyObject *
phase(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {
        [FS_PHASE_FAST] = "fast",
        [FS_PHASE_SECOND] = "second",
        [FS_PHASE_EXACT128] = "exact128",
        [FS_PHASE_UNBOUNDED] = "unbounded",
    };
    static char *keywords[] = {"x", "phase", "bits", NULL};
    double x, result;
    const char *name;
    int bits = 64;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ds|i:_phase", keywords, &x, &name, &bits)) {
        return NULL;
    }
    for (int i = FS_PHASE_FAST; i <= FS_PHASE_UNBOUNDED; i++) {
        if (strcmp(name, names[i]) != 0) {
            continue;
        }
        bool settled;
        if (bits == 64) {
            settled = fs_phase_f64((enum fs_phase)i, x, &result);
        }
        else if (bits == 32) {
            float narrow;
            settled = fs_phase_f32((enum fs_phase)i, (float)x, &narrow);
            result = settled ? (double)narrow : 0;
        }
        else {
            return PyErr_Format(PyExc_ValueError, "bits must be 64 or 32, not %d", bits);
        }
        return settled ? PyFloat_FromDouble(result) : Py_NewRef(Py_None);
    }
    return PyErr_Format(PyExc_ValueError, "there is no phase '%s'", name);
}

/* The module */

/* Overrides the choice of the kernels. */
#define ISA_VARIABLE "FASTSIGMOID_ISA"

static const struct fs_kernels *
kernels_named(const char *isa)
{
    const struct fs_kernels *const *kernels = fs_available();
    while (*kernels != NULL && strcmp((*kernels)->isa, isa) != 0) {
        kernels++;
    }
    return *kernels;
}

/* The names of the kernels that this CPU can run, best first, as a tuple. */
static PyObject *
available_names(void)
{
    const struct fs_kernels *const *kernels = fs_available();
    Py_ssize_t count = 0;
    while (kernels[count] != NULL) {
        count++;
    }
    PyObject *names = PyTuple_New(count);
    for (Py_ssize_t i = 0; names != NULL && i < count; i++) {
        PyObject *name = PyUnicode_FromString(kernels[i]->isa);
        if (name == NULL || PyTuple_SetItem(names, i, name) < 0) {
            Py_CLEAR(names);
        }
    }
    return names;
}

static const struct fs_kernels *
choose_kernels(void)
{
    const char *isa = getenv(ISA_VARIABLE);
    if (isa == NULL || *isa == '\0') {
        return *fs_available();
    }
    const struct fs_kernels *kernels = kernels_named(isa);
    if (kernels == NULL) {
        PyObject *names = available_names();
        if (names != NULL) {
            PyErr_Format(PyExc_ImportError, ISA_VARIABLE " is '%s', but this CPU runs one of %R",
                         isa, names);
            Py_DECREF(names);
        }
    }
    return kernels;
}

PyDoc_STRVAR(
    cpu_info_doc,
    "cpu_info()\n"
    "--\n\n"
    "The kernels in use ('isa'), those that this CPU can run, best first ('available'), and\n"
    "the CPU's features that they are chosen by ('features'), as a dict.\n\n"
    "    >>> info = cpu_info()\n"
    "    >>> info['isa'] in info['available'], info['available'][-1]\n"
    "    (True, 'portable')\n\n"
    "The environment variable " ISA_VARIABLE
    ", read once on import, overrides the choice; the\n"
    "results are the same with each.");

static PyObject *
cpu_info(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    struct state *state = PyModule_GetState(module);
    PyObject *names = available_names(), *features = PyList_New(0), *info = NULL;
    if (names == NULL || features == NULL) {
        goto done;
    }
    const unsigned present = fs_cpu_features();
    for (const struct fs_feature_name *entry = fs_feature_names; entry->name != NULL; entry++) {
        if ((present & entry->feature) != 0) {
            PyObject *name = PyUnicode_FromString(entry->name);
            if (name == NULL || PyList_Append(features, name) < 0) {
                Py_XDECREF(name);
                goto done;
            }
            Py_DECREF(name);
        }
    }
    info = Py_BuildValue("{s:s,s:O,s:N}", "isa", state->kernels->isa, "available", names,
                         "features", PyList_AsTuple(features));
done:
    Py_XDECREF(names);
    Py_XDECREF(features);
    return info;
}

PyDoc_STRVAR(sigmoid_on_doc,
             "_sigmoid_on(isa, x, out=None, /)\n"
             "--\n\n"
             "sigmoid(x, out) by the kernels of that name.");

static PyObject *
sigmoid_on(PyObject *module, PyObject *args)
{
    struct state *state = PyModule_GetState(module);
    const char *isa;
    PyObject *x, *out = NULL;
    if (!PyArg_ParseTuple(args, "sO|O:_sigmoid_on", &isa, &x, &out)) {
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
    return sigmoid_operands(&other, x, out, NULL);
}

PyDoc_STRVAR(
    count_open_doc,
    "_count_open(isa, x, /)\n"
    "--\n\n"
    "How many of the elements of x, a contiguous buffer of float64 or float32, the first phase\n"
    "of the kernels of that name leaves to the others.");

static PyObject *
count_open(PyObject *module, PyObject *args)
{
    const char *isa;
    PyObject *x;
    if (!PyArg_ParseTuple(args, "sO:_count_open", &isa, &x)) {
        return NULL;
    }
    const struct fs_kernels *kernels = kernels_named(isa);
    if (kernels == NULL) {
        return PyErr_Format(PyExc_ValueError, "this CPU has no kernels '%s'", isa);
    }
    struct operand input;
    operand_init(&input);
    PyObject *result = NULL;
    enum finding found = read_buffer(PyModule_GetState(module), x, PyBUF_RECORDS_RO, &input);
    if (found == READ && input.format != FLOAT16 && !input.array.swapped
        && fs_is_contiguous(&input.array)) {
        const size_t n = (size_t)fs_size(&input.array);
        result = PyLong_FromSize_t(
            input.format == FLOAT64
                ? kernels->functions[FS_SIGMOID].count_open_f64(input.array.data, n)
                : kernels->functions[FS_SIGMOID].count_open_f32(input.array.data, n));
    }
    else if (found != FAILED) {
        PyErr_SetString(PyExc_TypeError, "_count_open() takes contiguous float64 or float32");
    }
    operand_release(&input);
    return result;
}

struct fs_core core_interface = {FS_HANDSHAKE, NULL, fs_walk};

static int
module_exec(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    state->kernels = choose_kernels();
    if (state->kernels == NULL) {
        return -1;
    }
    value_f64 = state->kernels->functions[FS_SIGMOID].f64;
    core_interface.kernels = state->kernels;
    state->array_name = PyUnicode_InternFromString("__array__");
    state->array_ufunc_name = PyUnicode_InternFromString("__array_ufunc__");
    PyObject *capsule = PyCapsule_New((void *)&core_interface, FS_CORE_CAPSULE, NULL);
    int status = -1;
    if (state->array_name != NULL && state->array_ufunc_name != NULL && capsule != NULL) {
        status = PyModule_AddObjectRef(module, "_interface", capsule);
    }
    Py_XDECREF(capsule);
    return status;
}

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    struct state *state = PyModule_GetState(module);
    Py_VISIT(state->coerce);
    if (state->numpy != NULL) {
        Py_VISIT(state->numpy->ndarray);
        Py_VISIT(state->numpy->generic);
        for (int i = 0; i < 3; i++) {
            Py_VISIT(state->numpy->types[i]);
        }
        Py_VISIT(state->numpy->empty_like);
    }
    return 0;
}

static int
module_clear(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    struct numpy *numpy = state->numpy;
    state->numpy = NULL;
    numpy_free(numpy);
    Py_CLEAR(state->coerce);
    return 0;
}

static void
module_free(void *module)
{
    struct state *state = PyModule_GetState(module);
    module_clear(module);
    Py_CLEAR(state->array_name);
    Py_CLEAR(state->array_ufunc_name);
}

static PyMethodDef module_methods[] = {
    {"sigmoid", (PyCFunction)(void (*)(void))sigmoid, METH_FASTCALL | METH_KEYWORDS, sigmoid_doc},
    {"cpu_info", cpu_info, METH_NOARGS, cpu_info_doc},
    {"_sigmoid_on", sigmoid_on, METH_VARARGS, sigmoid_on_doc},
    {"_count_open", count_open, METH_VARARGS, count_open_doc},
    {"_phase", (PyCFunction)(void (*)(void))phase, METH_VARARGS | METH_KEYWORDS, phase_doc},
    {NULL, NULL, 0, NULL},
};

/* The headers of CPython 3.11, for whose stable ABI this is built, do not have the younger slots
 * yet. An interpreter refuses slots that it does not know: each one starts where it may. */
static PyModuleDef_Slot module_slots[] = {
    {4, (void *)1}, /* Py_mod_gil = Py_MOD_GIL_NOT_USED, since 3.13 */
    {3, (void *)2}, /* Py_mod_multiple_interpreters = Py_MOD_PER_INTERPRETER_GIL_SUPPORTED, 3.12 */
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,       .m_name = "fastsigmoid._core", .m_size = sizeof(struct state),
    .m_methods = module_methods, .m_traverse = module_traverse, .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    int unknown = Py_Version < 0x030c0000 ? 2 : Py_Version < 0x030d0000 ? 1 : 0;
    module_definition.m_slots = module_slots + unknown;
    return PyModuleDef_Init(&module_definition);
}
