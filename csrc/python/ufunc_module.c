/* ufunc_module.c - fastsigmoid._ufunc: NumPy's ufuncs over the kernels of _core.
 *
 * expit has SciPy's contract.  sigmoid is the private one behind fastsigmoid.sigmoid: it keeps
 * float16 and takes bools and narrow integers to float64.  They share their loops and differ in
 * their types alone. */
#define FS_UFUNC_MODULE
#include "ufunc.h"

static const struct fs_core *core;

/* NumPy keeps pointers to them. */
static PyUFuncGenericFunction bits_loop[] = {loop_bfloat16};
static char bits_types[] = {NPY_USHORT, NPY_USHORT};
static PyUFuncGenericFunction loops[NPY_HALF + 1];
static void *loop_data[NPY_HALF + 1];
static char loop_types[2 * (NPY_HALF + 1)];

static PyObject *
new_ufunc(int loop_count, const char *doc)
{
    /* The name is the one that libraries know, of which some, CuPy for one, look their own function up
     * by it. */
    return PyUFunc_FromFuncAndData(loops, loop_data, loop_types, loop_count, 1, 1, PyUFunc_None,
                                   "expit", doc, 0);
}

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
    if (PyUFunc_RegisterLoopForType((PyUFuncObject *)sigmoid_door.ufunc, type, loop_bfloat16,
                                    arguments, (void *)&core->kernels->functions[FS_SIGMOID])
        < 0) {
        return NULL;
    }
    /* Other threads may be reading them: what they look for comes last. */
    sigmoid_door.bfloat16.to = type;
    sigmoid_door.bfloat16.from = type;
    return Py_NewRef(Py_None);
}

static int
add_capsule(PyObject *module)
{
    PyObject *capsule = PyCapsule_New((void *)&ufunc_interface, FS_UFUNC_CAPSULE, NULL);
    int status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "_interface", capsule);
    Py_XDECREF(capsule);
    return status;
}

/* What _core offers, of the same build as this. */
static const struct fs_core *
import_core(void)
{
    const struct fs_core *offered = PyCapsule_Import(FS_CORE_CAPSULE, 0);
    if (offered != NULL && fs_fits(&ufunc_interface.handshake, &offered->handshake)) {
        return offered;
    }
    if (offered != NULL || PyErr_ExceptionMatches(PyExc_AttributeError)) {
        fs_raise_mismatch();
    }
    return NULL;
}

static int
module_exec(PyObject *module)
{
    if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0
        || (core = import_core()) == NULL) {
        return -1;
    }
    for (int i = 0; i < keeping_count; i++) {
        loops[i] = keeping_rules[i].loop;
        loop_data[i] = (void *)&core->kernels->functions[FS_SIGMOID];
        loop_types[2 * i] = (char)keeping_rules[i].from;
        loop_types[2 * i + 1] = (char)keeping_rules[i].to;
    }
    /* They live as long as the process: so does what points to them. */
    expit_door.ufunc = new_ufunc(
        EXPIT_COUNT,
        "The logistic function 1 / (1 + e**-x), correctly rounded in float32 and float64.\n\n"
        "    >>> expit([-745.0, 0.0, 0.25]).tolist()\n"
        "    [5e-324, 0.5, 0.5621765008857981]\n"
        "    >>> type(expit(0.25)).__name__\n"
        "    'float64'\n\n"
        "As scipy.special.expit: float16, bool and integers of 8 or 16 bits give float32,\n"
        "wider integers float64.  float32 and float64 results are the nearest numbers to the\n"
        "true values, subnormal ones included; longdouble is as good as the C library.");
    sigmoid_door.ufunc = new_ufunc(
        keeping_count,
        "The ufunc behind fastsigmoid.sigmoid: float types are kept, all others give float64.");
    PyObject *bits = PyUFunc_FromFuncAndData(
        bits_loop, loop_data, bits_types, 1, 1, 1, PyUFunc_None, "_sigmoid_of_bfloat16_bits",
        "What the bits of a bfloat16, a uint16, become by sigmoid.", 0);
    int is_open;
    if (expit_door.ufunc == NULL || sigmoid_door.ufunc == NULL || bits == NULL
        || PyModule_AddObjectRef(module, "expit", expit_door.ufunc) < 0
        || PyModule_AddObjectRef(module, "sigmoid", sigmoid_door.ufunc) < 0
        || PyModule_AddObjectRef(module, "_sigmoid_of_bfloat16_bits", bits) < 0
        || (is_open = short_ways_prepare(core)) < 0
        || PyModule_AddObjectRef(module, "_fast_entry", is_open ? Py_True : Py_False) < 0) {
        return -1;
    }
    return add_capsule(module);
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
