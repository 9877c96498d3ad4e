/* ufunc_module.c - fastsigmoid._ufunc: NumPy's ufuncs over the kernels of _core.
 *
 * expit has SciPy's contract.  sigmoid is the private one behind fastsigmoid.sigmoid: it keeps
 * float16 and takes bools and narrow integers to float64.  They share their loops and differ in
 * their types alone. */
#define FS_UFUNC_MODULE
#include "ufunc.h"

#include <fenv.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Elements that pass through the stack at a time. */
#define BLOCK 512

static const struct fs_kernels *kernels;

/* NumPy hands the loops aligned rows of native byte order.  Where the output overlaps the input it
 * may still call them, as long as the input keeps ahead of the output, whereas a kernel may look at
 * its input again: such rows pass through a copy. */
static void
run_row(fs_row *row, npy_intp itemsize, char **args, const npy_intp *steps, npy_intp n)
{
    const char *x = args[0];
    char *y = args[1];
    npy_intp x_step = steps[0], y_step = steps[1];
    npy_intp x_reach = (n - 1) * x_step, y_reach = (n - 1) * y_step;
    const char *x_low = x_reach < 0 ? x + x_reach : x, *x_high = x_reach < 0 ? x : x + x_reach;
    const char *y_low = y_reach < 0 ? y + y_reach : y, *y_high = y_reach < 0 ? y : y + y_reach;
    bool same = x == y && x_step == y_step;
    if (same || x_high + itemsize <= y_low || y_high + itemsize <= x_low) {
        row(x, x_step, y, y_step, (size_t)n);
        return;
    }
    double block[BLOCK];
    for (npy_intp done = 0; done < n; done += BLOCK) {
        npy_intp count = n - done < BLOCK ? n - done : BLOCK;
        for (npy_intp i = 0; i < count; i++) {
            memcpy((char *)block + i * itemsize, x, (size_t)itemsize);
            x += x_step;
        }
        row(block, itemsize, y, y_step, (size_t)count);
        y += count * y_step;
    }
}

static void
loop_float16(char **args, npy_intp const *dimensions, npy_intp const *steps, void *Py_UNUSED(data))
{
    run_row(kernels->row_f16, sizeof(npy_half), args, steps, dimensions[0]);
}

static void
loop_bfloat16(char **args, npy_intp const *dimensions, npy_intp const *steps, void *Py_UNUSED(data))
{
    run_row(kernels->row_bf16, sizeof(uint16_t), args, steps, dimensions[0]);
}

static void
loop_float32(char **args, npy_intp const *dimensions, npy_intp const *steps, void *Py_UNUSED(data))
{
    run_row(kernels->row_f32, sizeof(float), args, steps, dimensions[0]);
}

static void
loop_float64(char **args, npy_intp const *dimensions, npy_intp const *steps, void *Py_UNUSED(data))
{
    run_row(kernels->row_f64, sizeof(double), args, steps, dimensions[0]);
}

/* Bools and the integers that a float16 or float32 loop would otherwise claim. */
#define DEFINE_LOOP_FROM(type)                                                                     \
  static void loop_from_##type(char **args, npy_intp const *dimensions, npy_intp const *steps,     \
                               void *Py_UNUSED(data))                                              \
  {                                                                                                \
    const char *x = args[0];                                                                       \
    char *y = args[1];                                                                             \
    double block[BLOCK];                                                                           \
    for (npy_intp n = dimensions[0]; n > 0; n -= BLOCK) {                                          \
      npy_intp count = n < BLOCK ? n : BLOCK;                                                      \
      for (npy_intp i = 0; i < count; i++) {                                                       \
        block[i] = *(const type *)x;                                                               \
        x += steps[0];                                                                             \
      }                                                                                            \
      kernels->row_f64(block, sizeof(double), y, steps[1], (size_t)count);                         \
      y += count * steps[1];                                                                       \
    }                                                                                              \
  }

DEFINE_LOOP_FROM(npy_bool)
DEFINE_LOOP_FROM(npy_byte)
DEFINE_LOOP_FROM(npy_ubyte)
DEFINE_LOOP_FROM(npy_short)
DEFINE_LOOP_FROM(npy_ushort)

#if NPY_SIZEOF_LONGDOUBLE == NPY_SIZEOF_DOUBLE
#  define loop_longdouble loop_float64
#else
/* The stable branch, as good as libm's expl is.  Neither branch overflows, and of the underflow in
 * the far tail, which is no error here, fesetenv leaves no trace. */
static void
loop_longdouble(char **args, npy_intp const *dimensions, npy_intp const *steps,
                void *Py_UNUSED(data))
{
    const char *x = args[0];
    char *y = args[1];
    fenv_t environment;
    feholdexcept(&environment);
    for (npy_intp i = 0; i < dimensions[0]; i++) {
        npy_longdouble value = *(const npy_longdouble *)x;
        if (value >= 0) {
            value = 1 / (1 + expl(-value));
        }
        else {
            npy_longdouble power = expl(value);
            value = power / (1 + power);
        }
        *(npy_longdouble *)y = value;
        x += steps[0];
        y += steps[1];
    }
    fesetenv(&environment);
}
#endif

/* NumPy takes the first loop that fits exactly, or else the first to which it may cast; other
 * libraries only ever do the latter.  Hence float32 first, and the narrow types last. */
static PyUFuncGenericFunction loops[] = {
    loop_float32,        loop_float64,        loop_longdouble,
    loop_float16,        loop_from_npy_bool,  loop_from_npy_byte,
    loop_from_npy_ubyte, loop_from_npy_short, loop_from_npy_ushort,
};

static char types[] = {
    NPY_FLOAT, NPY_FLOAT,  NPY_DOUBLE, NPY_DOUBLE, NPY_LONGDOUBLE, NPY_LONGDOUBLE,
    NPY_HALF,  NPY_HALF,   NPY_BOOL,   NPY_DOUBLE, NPY_BYTE,       NPY_DOUBLE,
    NPY_UBYTE, NPY_DOUBLE, NPY_SHORT,  NPY_DOUBLE, NPY_USHORT,     NPY_DOUBLE,
};

static void *no_data[Py_ARRAY_LENGTH(loops)];

/* expit has none but the first of them. */
#define EXPIT_LOOPS 3

static PyObject *
add_ufunc(PyObject *module, const char *name, int loop_count, const char *doc)
{
    PyObject *ufunc = PyUFunc_FromFuncAndData(loops, no_data, types, loop_count, 1, 1, PyUFunc_None,
                                              name, doc, 0);
    if (ufunc != NULL && PyModule_AddObjectRef(module, name, ufunc) < 0) {
        Py_CLEAR(ufunc);
    }
    return ufunc;
}

static PyObject *private_sigmoid;

PyDoc_STRVAR(
    register_bfloat16_doc,
    "_register_bfloat16(dtype, /)\n"
    "--\n\n"
    "Make the ufunc sigmoid keep this dtype, a bfloat16 that some other module has defined.");

static PyObject *
register_bfloat16(PyObject *Py_UNUSED(module), PyObject *dtype)
{
    if (!PyArray_DescrCheck(dtype) || ((PyArray_Descr *)dtype)->type_num < NPY_USERDEF
        || PyDataType_ELSIZE((PyArray_Descr *)dtype) != sizeof(uint16_t)) {
        return PyErr_Format(PyExc_TypeError, "%R is not a bfloat16 of another module", dtype);
    }
    const int type = ((PyArray_Descr *)dtype)->type_num;
    const int arguments[] = {type, type};
    if (PyUFunc_RegisterLoopForType((PyUFuncObject *)private_sigmoid, type, loop_bfloat16,
                                    arguments, NULL)
        < 0) {
        return NULL;
    }
    shortcut_add_bfloat16(type);
    return Py_NewRef(Py_None);
}

static int
module_exec(PyObject *module)
{
    if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0) {
        return -1;
    }
    kernels = PyCapsule_Import(FS_CAPSULE, 0);
    if (kernels == NULL) {
        return -1;
    }
    PyObject *expit = add_ufunc(
        module, "expit", EXPIT_LOOPS,
        "The logistic function 1 / (1 + e**-x), correctly rounded in float32 and float64.\n\n"
        "    >>> expit([-745.0, 0.0, 0.25]).tolist()\n"
        "    [5e-324, 0.5, 0.5621765008857981]\n"
        "    >>> type(expit(0.25)).__name__\n"
        "    'float64'\n\n"
        "As scipy.special.expit: float16, bool and integers of 8 or 16 bits give float32,\n"
        "wider integers float64.  float32 and float64 results are the nearest numbers to the\n"
        "true values, subnormal ones included; longdouble is as good as the C library.");
    /* Both live as long as the process: so does what points to them. */
    private_sigmoid = add_ufunc(
        module, "sigmoid", (int)Py_ARRAY_LENGTH(loops),
        "The ufunc behind fastsigmoid.sigmoid: float types are kept, all others give float64.");
    if (expit == NULL || private_sigmoid == NULL) {
        return -1;
    }
    int is_open = shortcut_prepare(kernels, expit);
    if (is_open < 0
        || PyModule_AddObjectRef(module, "_fast_entry", is_open ? Py_True : Py_False) < 0) {
        return -1;
    }
    PyObject *capsule = PyCapsule_New((void *)&shortcut, FS_SHORTCUT_CAPSULE, NULL);
    int status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "_shortcut", capsule);
    Py_XDECREF(capsule);
    return status;
}

static PyMethodDef module_methods[] = {
    {"_register_bfloat16", register_bfloat16, METH_O, register_bfloat16_doc},
    {NULL, NULL, 0, NULL},
};

/* As in core_module.c: each interpreter starts at the first slot that it knows. */
static PyModuleDef_Slot module_slots[] = {
    {4, (void *)1}, /* Py_mod_gil = Py_MOD_GIL_NOT_USED, since 3.13 */
    {3,
     (void *)0}, /* Py_mod_multiple_interpreters = not supported, as in NumPy itself, since 3.12 */
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "fastsigmoid._ufunc",
    .m_size = 0,
    .m_methods = module_methods,
};

PyMODINIT_FUNC
PyInit__ufunc(void)
{
    int unknown = Py_Version < 0x030c0000 ? 2 : Py_Version < 0x030d0000 ? 1 : 0;
    module_definition.m_slots = module_slots + unknown;
    return PyModuleDef_Init(&module_definition);
}
