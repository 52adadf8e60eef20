// CPU time of watched processes, with all their threads, read where the load generator knows that a
// measurement begins and ends.
#pragma once

#include "net.h"
#include <dirent.h>

typedef struct {
    uint64_t total_ns;
    uint64_t user_ticks, system_ticks;
} CPUTime;

static inline int read_text(const char *path, char *text, size_t size) {
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    size_t count = fread(text, 1, size - 1, file);
    text[count] = 0;
    fclose(file);
    return count > 0;
}

static inline void add_task(const char *folder, CPUTime *time) {
    char path[512], text[1024];
    unsigned long long total = 0, user = 0, system = 0;
    snprintf(path, sizeof path, "%s/stat", folder);
    if (!read_text(path, text, sizeof text)) return;
    char *fields = strrchr(text, ')');
    if (fields) {
        sscanf(fields + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system);
    }
    snprintf(path, sizeof path, "%s/schedstat", folder);
    if (!read_text(path, text, sizeof text) || sscanf(text, "%llu", &total) != 1) {
        total = (user + system) * (1000000000ull / (unsigned long long)sysconf(_SC_CLK_TCK));
    }
    time->total_ns += total;
    time->user_ticks += user;
    time->system_ticks += system;
}

/// The sum over a list of process ids, "12,15".
static inline CPUTime cpu_time(const char *pids) {
    CPUTime time = {0};
    while (pids && *pids) {
        char *rest;
        long pid = strtol(pids, &rest, 10);
        char tasks[64], folder[400];
        snprintf(tasks, sizeof tasks, "/proc/%ld/task", pid);
        DIR *directory = opendir(tasks);
        for (struct dirent *entry; directory && (entry = readdir(directory));) {
            if (entry->d_name[0] == '.') continue;
            snprintf(folder, sizeof folder, "%s/%s", tasks, entry->d_name);
            add_task(folder, &time);
        }
        if (directory) closedir(directory);
        pids = *rest == ',' ? rest + 1 : NULL;
    }
    return time;
}
