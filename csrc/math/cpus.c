/* cpus.c - how many CPUs there are for this process: its affinity, and on Linux the quota of its control groups. */
#include "thread.h"

#include "cpus.h"

#include <limits.h>

#if !FS_THREADS
int
fs_cpu_count(void)
{
    return 1;
}

#elif defined(_WIN32)
int
fs_cpu_count(void)
{
    DWORD_PTR own, all;
    int count = 0;
    if (GetProcessAffinityMask(GetCurrentProcess(), &own, &all)) {
        for (; own != 0; own &= own - 1) {
            count++;
        }
    }
    /* A process whose threads are in more than one group of 64 is told of none. */
    return count > 0 ? count : (int)GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
}

#else
#  include <unistd.h>
#  ifdef __linux__
#    include <sched.h>
#  endif

int
fs_cpu_count(void)
{
#  ifdef __linux__
    cpu_set_t own;
    if (sched_getaffinity(0, sizeof own, &own) == 0) {
        return CPU_COUNT(&own);
    }
#  endif
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count < INT_MAX ? (int)count : INT_MAX;
}
#endif

#ifndef __linux__
int
fs_cpu_quota(const char *root)
{
    (void)root;
    return INT_MAX;
}

#else
#  include <stdio.h>
#  include <stdlib.h>
#  include <string.h>

enum { LONGEST = 4096 }; /* of a path, or a line */

/* Opens a file by the parts of its name. */
static FILE *
open_joined(const char *root, const char *folder, const char *name)
{
    char path[LONGEST];
    const int length = snprintf(path, sizeof path, "%s%s%s", root, folder, name);
    return length > 0 && length < LONGEST ? fopen(path, "re") : NULL;
}

/* Reads up to two numbers of such a file, in one line; returns how many there are.  The word "max" is none. */
static int
read_numbers(const char *root, const char *folder, const char *name, long long numbers[2])
{
    FILE *file = open_joined(root, folder, name);
    if (file == NULL) {
        return 0;
    }
    const int count = fscanf(file, "%lld %lld", &numbers[0], &numbers[1]);
    fclose(file);
    return count < 0 ? 0 : count;
}

/* The quota of one group: of version 2 both numbers stand in cpu.max, of version 1 they have a file each. */
static int
quota_of(const char *root, const char *folder, bool is_second)
{
    long long numbers[2], period[2];
    if (is_second) {
        if (read_numbers(root, folder, "/cpu.max", numbers) != 2) {
            return INT_MAX;
        }
    }
    else {
        if (read_numbers(root, folder, "/cpu.cfs_quota_us", numbers) != 1
            || read_numbers(root, folder, "/cpu.cfs_period_us", period) != 1) {
            return INT_MAX;
        }
        numbers[1] = period[0];
    }
    if (numbers[0] <= 0 || numbers[1] <= 0) {
        return INT_MAX; /* -1 is none */
    }
    const long long cpus = numbers[0] / numbers[1];
    return cpus < 1 ? 1 : cpus < INT_MAX ? (int)cpus : INT_MAX;
}

/* Whether a list, separated by commas, has that item. */
static bool
has_item(const char *list, const char *item)
{
    const size_t length = strlen(item);
    for (; list != NULL; list = strchr(list, ',')) {
        list += *list == ',';
        if (strncmp(list, item, length) == 0 && (list[length] == ',' || list[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* What the group at that path, under the mounts of its hierarchy, and those above it have in common: the least. */
static int
quota_of_path(const char *root, const char *path, bool is_second)
{
    FILE *mounts = open_joined(root, "/proc/self/mountinfo", "");
    if (mounts == NULL) {
        return INT_MAX;
    }
    int least = INT_MAX;
    char line[LONGEST], top[LONGEST], folder[LONGEST], type[64], options[LONGEST];
    while (fgets(line, sizeof line, mounts) != NULL) {
        /* 41 31 0:30 /top /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct */
        const char *end = strstr(line, " - ");
        if (end == NULL || sscanf(line, "%*s %*s %*s %s %s", top, folder) != 2
            || sscanf(end, " - %63s %*s %s", type, options) != 2
            || strcmp(type, is_second ? "cgroup2" : "cgroup") != 0
            || (!is_second && !has_item(options, "cpu"))) {
            continue;
        }
        /* A container may see its own group, or one above it, in place of the top. */
        const size_t hidden = strcmp(top, "/") == 0 ? 0 : strlen(top), mount = strlen(folder);
        const bool is_within =
            strncmp(path, top, hidden) == 0 && (path[hidden] == '/' || path[hidden] == '\0');
        const char *below = is_within ? path + hidden : "";
        const size_t length = strlen(below);
        if (mount + length >= sizeof folder) {
            continue;
        }
        memcpy(folder + mount, below, length + 1);
        for (;;) {
            const int quota = quota_of(root, folder, is_second);
            least = quota < least ? quota : least;
            char *slash = strrchr(folder + mount, '/');
            if (slash == NULL) {
                break;
            }
            *slash = '\0';
        }
    }
    fclose(mounts);
    return least;
}

int
fs_cpu_quota(const char *root)
{
    FILE *groups = open_joined(root, "/proc/self/cgroup", "");
    if (groups == NULL) {
        return INT_MAX;
    }
    int least = INT_MAX;
    char line[LONGEST];
    while (fgets(line, sizeof line, groups) != NULL) {
        /* 0::/path is of version 2, 4:cpu,cpuacct:/path of version 1. */
        char *controllers = strchr(line, ':');
        char *path = controllers == NULL ? NULL : strchr(++controllers, ':');
        if (path == NULL) {
            continue;
        }
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        const bool is_second = *controllers == '\0';
        if (is_second || has_item(controllers, "cpu")) {
            const int quota = quota_of_path(root, path, is_second);
            least = quota < least ? quota : least;
        }
    }
    fclose(groups);
    return least;
}
#endif
