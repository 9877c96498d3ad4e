/* core_module.c - fastsigmoid._core: the functions, the kernels they use, and their module. */
#include "core.h"
#include "docs.h"

#include <stdlib.h>
#include <string.h>

/* The functions.  One value goes straight to the kernels in use: they are resolved when the module first starts, the
 * same in each interpreter, and a variable is quicker to reach than the module's state. */
#define DEFINE_FUNCTION(NAME, name)                                                                \
  static double (*name##_value)(double x);                                                         \
                                                                                                   \
  static PyObject *name(PyObject *module, PyObject *const *args, Py_ssize_t nargs,                 \
                        PyObject *kwnames)                                                         \
  {                                                                                                \
    if (nargs == 1 && kwnames == NULL && PyFloat_CheckExact(args[0])) {                            \
      return PyFloat_FromDouble(name##_value(PyFloat_AsDouble(args[0])));                          \
    }                                                                                              \
    return function_call(PyModule_GetState(module), FS_##NAME, args, nargs, kwnames);              \
  }

FS_FUNCTIONS(DEFINE_FUNCTION)

/* The kernels */

/* Overrides the choice of the kernels. */
#define ISA_VARIABLE "FASTSIGMOID_ISA"

const struct fs_kernels *
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

/* The module */

struct fs_core core_interface = {FS_HANDSHAKE, NULL, fs_walk, threads_share, threads_find};

static int
module_exec(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    state->kernels = choose_kernels();
    if (state->kernels == NULL) {
        return -1;
    }
#define TAKE_VALUE(NAME, name) name##_value = state->kernels->functions[FS_##NAME].f64;
    FS_FUNCTIONS(TAKE_VALUE)
    core_interface.kernels = state->kernels;
    state->array_name = PyUnicode_InternFromString("__array__");
    state->array_ufunc_name = PyUnicode_InternFromString("__array_ufunc__");
    PyObject *capsule = PyCapsule_New((void *)&core_interface, FS_CORE_CAPSULE, NULL);
    PyObject *pointers = pointers_new(state->kernels);
    int status = -1;
    if (state->array_name != NULL && state->array_ufunc_name != NULL && capsule != NULL
        && pointers != NULL) {
        status = PyModule_AddObjectRef(module, "_interface", capsule);
        status = status < 0 ? status : PyModule_AddObjectRef(module, "__pyx_capi__", pointers);
        status = status < 0 ? status : PyModule_AddFunctions(module, core_hooks);
    }
    Py_XDECREF(capsule);
    Py_XDECREF(pointers);
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

#define FUNCTION_METHOD(NAME, name)                                                                \
  {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL | METH_KEYWORDS, name##_doc},

static PyMethodDef module_methods[] = {
    FS_FUNCTIONS(FUNCTION_METHOD){"cpu_info", cpu_info, METH_NOARGS, cpu_info_doc},
    {"get_num_threads", threads_get, METH_NOARGS, threads_get_doc},
    {"set_num_threads", threads_set, METH_O, threads_set_doc},
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
