/* core_function.c - a call of one of the functions: its arguments, what they hold, and the result. */
#include "core.h"

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

/* output = function(input), of the same format. */
static int
compute(const struct fs_function *function, const struct operand *input,
        const struct operand *output)
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
    fs_row *row = function->row_f64;
    if (input->format == FLOAT32) {
        row = function->row_f32;
    }
    else if (input->format == FLOAT16) {
        row = function->row_f16;
    }

    PyThreadState *thread;
    if (fs_unlock(threads_find, fs_size(y), y->itemsize, &thread) < 0) {
        PyMem_Free(copy);
        return -1;
    }
    if (copy != NULL) {
        fs_move(&x, copy);
    }
    bool fits = fs_broadcast(&x, y);
    if (fits) {
        fs_walk(row, &x, y);
    }
    fs_lock_again(thread);
    PyMem_Free(copy);
    if (!fits) {
        raise_shapes(&input->array, y);
        return -1;
    }
    return 0;
}

/* What was read is computed into out, or into a new array or float. */
static PyObject *
compute_operands(struct state *state, enum fs_function_number number, PyObject *x, PyObject *out,
                 struct operand *input, struct operand *output)
{
    const struct fs_function *function = function_of(state, number);
    if (out == NULL && is_number(input)) {
        return PyFloat_FromDouble(function->f64(input->value));
    }
    PyObject *result = out != NULL ? Py_NewRef(out) : new_array(state, x, input, output);
    if (result == NULL || compute(function, input, output) < 0) {
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
by_numpy(struct state *state, enum fs_function_number number, PyObject *x, PyObject *out,
         PyObject *keywords)
{
    struct numpy *numpy = numpy_if_loaded(state);
    PyObject *result = numpy == NULL ? NULL : numpy->ufunc->convert(number, x, out, keywords);
    if (result != NULL || PyErr_Occurred()) {
        return result;
    }
    PyObject *find = wrapper(state, "slow_lane");
    PyObject *slow_lane = find == NULL ? NULL : PyObject_CallFunctionObjArgs(find, NULL);
    Py_XDECREF(find);
    const char *function = function_of(state, number)->name;
    PyObject *name = slow_lane == NULL ? NULL : PyUnicode_InternFromString(function);
    if (name != NULL) {
        result = PyObject_CallFunctionObjArgs(slow_lane, name, x, out == NULL ? Py_None : out,
                                              keywords == NULL ? Py_None : keywords, NULL);
    }
    Py_XDECREF(name);
    Py_XDECREF(slow_lane);
    return result;
}

PyObject *
function_compute(struct state *state, enum fs_function_number number, PyObject *x, PyObject *out,
                 PyObject *keywords)
{
    struct operand input, output;
    PyObject *result = NULL, *read = NULL;
    operand_init(&input);
    operand_init(&output);

    enum finding found = read_numbers(state, x, &input), found_out = READ;
    if (found == NOT_MINE) {
        struct numpy *numpy = numpy_if_loaded(state);
        result = numpy == NULL ? NULL : numpy->ufunc->call(number, x, out, keywords);
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
        result = compute_operands(state, number, x, out, &input, &output);
        goto done;
    }
    if (found == READ && is_number(&input)) {
        x = read = PyFloat_FromDouble(input.value); /* an int may be beyond those of NumPy */
        if (read == NULL) {
            goto done;
        }
    }
    operand_release(&input);
    operand_release(&output);
    result = by_numpy(state, number, x, out, keywords);
done:
    Py_XDECREF(read);
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

PyObject *
function_call(struct state *state, enum fs_function_number number, PyObject *const *args,
              Py_ssize_t nargs, PyObject *kwnames)
{
    const char *const function = function_of(state, number)->name;
    if (nargs > 2) {
        return PyErr_Format(PyExc_TypeError,
                            "%s() takes 1 or 2 positional arguments (x and out), not %zd", function,
                            nargs);
    }
    PyObject *out = nargs == 2 ? args[1] : NULL;
    PyObject *keywords = NULL, *result = NULL;
    Py_ssize_t keyword_count = kwnames == NULL ? 0 : PyTuple_Size(kwnames);
    for (Py_ssize_t i = 0; i < keyword_count; i++) {
        PyObject *name = PyTuple_GetItem(kwnames, i), *value = args[nargs + i];
        if (PyUnicode_CompareWithASCIIString(name, "out") == 0) {
            if (nargs == 2) {
                PyErr_Format(PyExc_TypeError, "%s() got two values for out", function);
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
            PyErr_Format(PyExc_TypeError, "%s() takes x by position, not as a keyword", function);
            goto done;
        }
        else {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function,
                         name);
            goto done;
        }
    }
    if (nargs == 0) {
        PyErr_Format(PyExc_TypeError, "%s() needs an argument: x", function);
        goto done;
    }
    out = out == NULL ? NULL : unwrap_out(out);
    result = function_compute(state, number, args[0], out, keywords);
done:
    Py_XDECREF(keywords);
    return result;
}
