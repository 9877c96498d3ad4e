typedef void *HANDLE;
typedef int BOOL;
typedef unsigned short WORD;
typedef unsigned long DWORD;
#ifdef _WIN64
typedef unsigned __int64 DWORD_PTR;
#else
typedef unsigned long DWORD_PTR;
#endif
typedef struct {
    void *Ptr;
} SRWLOCK, CONDITION_VARIABLE;
#define SRWLOCK_INIT {0}
#define CONDITION_VARIABLE_INIT {0}
#define INFINITE 0xffffffff
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x10000
#define ALL_PROCESSOR_GROUPS 0xffff
void __stdcall AcquireSRWLockExclusive(SRWLOCK *);
void __stdcall ReleaseSRWLockExclusive(SRWLOCK *);
BOOL __stdcall SleepConditionVariableSRW(CONDITION_VARIABLE *, SRWLOCK *, DWORD, unsigned long);
void __stdcall WakeConditionVariable(CONDITION_VARIABLE *);
void __stdcall WakeAllConditionVariable(CONDITION_VARIABLE *);
HANDLE __stdcall GetCurrentProcess(void);
BOOL __stdcall GetProcessAffinityMask(HANDLE, DWORD_PTR *, DWORD_PTR *);
DWORD __stdcall GetActiveProcessorCount(WORD);
void YieldProcessor(void); /* a macro */
