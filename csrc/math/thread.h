/* thread.h - threads, locks and conditions of POSIX or of Windows, as far as the pool needs them.  FS_THREADS is 0 where
 * there are none: WebAssembly.  To be included before all other headers. */
#ifndef FASTSIGMOID_THREAD_H
#define FASTSIGMOID_THREAD_H

#ifndef _GNU_SOURCE
#  define _GNU_SOURCE /* for what is not of C11: POSIX, and the affinity of threads */
#endif

#include <stdbool.h>
#include <stddef.h>

#if defined(__wasm__)
#  define FS_THREADS 0
#else
#  define FS_THREADS 1
#endif

/* A kernel takes 20 KB of it; the C library may take some for itself, and musl's threads have 128 KB unless told. */
#define FS_STACK_SIZE ((size_t)512 << 10)

#if FS_THREADS && defined(_WIN32)
#  ifndef WIN32_LEAN_AND_MEAN
#    define WIN32_LEAN_AND_MEAN
#  endif
#  include <windows.h>

#  include <process.h>

typedef SRWLOCK fs_lock;
typedef CONDITION_VARIABLE fs_condition;
typedef HANDLE fs_thread;
#  define FS_LOCK_INIT SRWLOCK_INIT
#  define FS_CONDITION_INIT CONDITION_VARIABLE_INIT

static inline void
fs_acquire(fs_lock *lock)
{
    AcquireSRWLockExclusive(lock);
}

static inline void
fs_release(fs_lock *lock)
{
    ReleaseSRWLockExclusive(lock);
}

static inline void
fs_wait(fs_condition *condition, fs_lock *lock)
{
    SleepConditionVariableSRW(condition, lock, INFINITE, 0);
}

static inline void
fs_wake_one(fs_condition *condition)
{
    WakeConditionVariable(condition);
}

static inline void
fs_wake_all(fs_condition *condition)
{
    WakeAllConditionVariable(condition);
}

/* Waits for a moment: other threads may have the processor's means meanwhile. */
static inline void
fs_pause(void)
{
    YieldProcessor();
}

/* What a thread runs. */
#  define FS_THREAD_MAIN(name, argument) static unsigned __stdcall name(void *argument)
#  define FS_THREAD_END 0
typedef unsigned(__stdcall *fs_thread_main)(void *argument);

/* Without the flag the whole stack would count as memory in use at once. */
static inline bool
fs_start(fs_thread *thread, fs_thread_main run)
{
    *thread = (HANDLE)_beginthreadex(NULL, (unsigned)FS_STACK_SIZE, run, NULL,
                                     STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    return *thread != NULL;
}

#elif FS_THREADS
#  include <pthread.h>
#  include <signal.h>

typedef pthread_mutex_t fs_lock;
typedef pthread_cond_t fs_condition;
typedef pthread_t fs_thread;
#  define FS_LOCK_INIT PTHREAD_MUTEX_INITIALIZER
#  define FS_CONDITION_INIT PTHREAD_COND_INITIALIZER

static inline void
fs_acquire(fs_lock *lock)
{
    pthread_mutex_lock(lock);
}

static inline void
fs_release(fs_lock *lock)
{
    pthread_mutex_unlock(lock);
}

static inline void
fs_wait(fs_condition *condition, fs_lock *lock)
{
    pthread_cond_wait(condition, lock);
}

static inline void
fs_wake_one(fs_condition *condition)
{
    pthread_cond_signal(condition);
}

static inline void
fs_wake_all(fs_condition *condition)
{
    pthread_cond_broadcast(condition);
}

/* Waits for a moment: other threads may have the processor's means meanwhile. */
static inline void
fs_pause(void)
{
#  if defined(__i386__) || defined(__x86_64__)
    __builtin_ia32_pause();
#  elif defined(__aarch64__)
    __asm__ volatile("yield");
#  endif
}

/* What a thread runs. */
#  define FS_THREAD_MAIN(name, argument) static void *name(void *argument)
#  define FS_THREAD_END NULL
typedef void *(*fs_thread_main)(void *argument);

/* It leaves signals to the threads of the program, which may wait for them, but for those that tell of a fault of its
 * own: they have to come where it happens. */
static inline bool
fs_start(fs_thread *thread, fs_thread_main run)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sigdelset(&blocked, faults[i]);
    }
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    bool started = false;
    if (pthread_attr_setstacksize(&attributes, FS_STACK_SIZE) == 0
        && pthread_sigmask(SIG_SETMASK, &blocked, &before) == 0) {
        started = pthread_create(thread, &attributes, run, NULL) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
    return started;
}
#endif

#endif
