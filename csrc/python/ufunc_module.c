/* ufunc_module.c - fastsigmoid._ufunc: NumPy's ufuncs over the kernels of _core.
 *
 * Each function has two: one with SciPy's contract, and the private one behind the function of _core. */
#define FS_UFUNC_MODULE
#include "ufunc.h"
#include "docs.h"

/* A ufunc of the door, over the first rules that keep types, that of the type first before the others.  It lives as
 * long as the process. */
static PyObject *
new_ufunc(struct door *door, int count, int first, const char *name, const char *doc)
{
    int made = 0;
    for (int is_first = 1; is_first >= 0; is_first--) {
        for (int i = 0; i < count; i++) {
            const struct rule *rule = &keeping_rules[i];
            if ((rule->from == first) == is_first) {
                door->loops[made] = rule->loop;
                door->data[made] = door;
                door->types[2 * made] = (char)rule->from;
                door->types[2 * made + 1] = (char)rule->to;
                made++;
            }
        }
    }
    door->ufunc = PyUFunc_FromFuncAndData(door->loops, door->data, door->types, count, 1, 1,
                                          PyUFunc_None, name, doc, 0);
    return door->ufunc;
}

/* The ufunc over the bits of a bfloat16: NumPy has no type for it. */
static PyObject *
new_bits_ufunc(struct door *door, const char *name)
{
    static PyUFuncGenericFunction loop[] = {loop_bfloat16};
    static char types[] = {NPY_USHORT, NPY_USHORT};
    void **data = PyMem_Calloc(1, sizeof *data);
    if (data == NULL) {
        return PyErr_NoMemory();
    }
    *data = door;
    return PyUFunc_FromFuncAndData(loop, data, types, 1, 1, 1, PyUFunc_None, name,
                                   "What the bits of a bfloat16, a uint16, become.", 0);
}

/* Adds the new object and gives the reference away; -1 with an exception, as where it is NULL. */
static int
add(PyObject *module, const char *name, PyObject *object)
{
    const int status = object == NULL ? -1 : PyModule_AddObjectRef(module, name, object);
    Py_XDECREF(object);
    return status;
}

PyDoc_STRVAR(
    register_bfloat16_doc,
    "_register_bfloat16(dtype, /)\n"
    "--\n\n"
    "Make the private ufuncs keep this dtype, a bfloat16 that some other module has defined.");

static PyObject *
register_bfloat16(PyObject *Py_UNUSED(module), PyObject *dtype)
{
    if (!PyArray_DescrCheck(dtype) || ((PyArray_Descr *)dtype)->type_num < NPY_USERDEF
        || PyDataType_ELSIZE((PyArray_Descr *)dtype) != sizeof(uint16_t)) {
        return PyErr_Format(PyExc_TypeError, "%R is not a bfloat16 of another module", dtype);
    }
    const int type = ((PyArray_Descr *)dtype)->type_num;
    const int arguments[] = {type, type};
    for (int i = 0; i < FS_FUNCTION_COUNT; i++) {
        struct door *door = &own_doors[i];
        if (PyUFunc_RegisterLoopForType((PyUFuncObject *)door->ufunc, type, loop_bfloat16,
                                        arguments, door)
            < 0) {
            return NULL;
        }
        /* Other threads may be reading them: what they look for comes last. */
        door->bfloat16.to = type;
        door->bfloat16.from = type;
    }
    return Py_NewRef(Py_None);
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

/* Both ufuncs of a function have the name that libraries know: some, CuPy for one, look their own function up by it. */
#define ADD_UFUNCS(NAME, name)                                                                     \
  if (add(module, name##_alias,                                                                    \
          Py_XNewRef(new_ufunc(&scipy_doors[FS_##NAME], SCIPY_COUNT, name##_scipy_first,           \
                               name##_alias, name##_alias_doc)))                                   \
          < 0                                                                                      \
      || add(module, "_" #name,                                                                    \
             Py_XNewRef(new_ufunc(&own_doors[FS_##NAME], KEEPING_COUNT, NPY_FLOAT, name##_alias,   \
                                  "The ufunc behind fastsigmoid." #name                            \
                                  ": float types are kept, all others give float64.")))            \
             < 0                                                                                   \
      || add(module, "_" #name "_of_bfloat16_bits",                                                \
             new_bits_ufunc(&own_doors[FS_##NAME], "_" #name "_of_bfloat16_bits"))                 \
             < 0) {                                                                                \
    return -1;                                                                                     \
  }

static int
module_exec(PyObject *module)
{
    const struct fs_core *core;
    if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0
        || (core = import_core()) == NULL || doors_prepare(core) < 0) {
        return -1;
    }
    FS_FUNCTIONS(ADD_UFUNCS)
    const int is_open = doors_open();
    if (is_open < 0
        || PyModule_AddObjectRef(module, "_fast_entry", is_open ? Py_True : Py_False) < 0) {
        return -1;
    }
    return add(module, "_interface",
               PyCapsule_New((void *)&ufunc_interface, FS_UFUNC_CAPSULE, NULL));
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
