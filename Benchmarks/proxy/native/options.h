// The command line of the load generator.
#pragma once

#include "client.h"
#include "net.h"
#include <getopt.h>

typedef struct {
    int port;
    int connections;
    double seconds, warmup_seconds;
    uint64_t request_count;  // 0: by time
    double rate;             // requests a second, 0: as fast as answers come
    int close_each, tls, resume;
    const char *requests_path;
    const char *watched;     // process ids, "12,15"
} Options;

static inline Options read_options(int count, char **arguments) {
    static const struct option names[] = {
        {"port", 1, 0, 'p'},     {"connections", 1, 0, 'c'}, {"seconds", 1, 0, 's'},
        {"warmup", 1, 0, 'w'},   {"count", 1, 0, 'n'},       {"rate", 1, 0, 'r'},
        {"close", 0, 0, 'x'},    {"tls", 0, 0, 't'},         {"resume", 0, 0, 'u'},
        {"requests", 1, 0, 'f'}, {"watch", 1, 0, 'W'},       {0}};
    Options options = {.connections = 1, .seconds = 1, .warmup_seconds = 0.2};
    for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
        switch (name) {
        case 'p': options.port = atoi(optarg); break;
        case 'c': options.connections = atoi(optarg); break;
        case 's': options.seconds = atof(optarg); break;
        case 'w': options.warmup_seconds = atof(optarg); break;
        case 'n': options.request_count = strtoull(optarg, NULL, 10); break;
        case 'r': options.rate = atof(optarg); break;
        case 'x': options.close_each = 1; break;
        case 't': options.tls = 1; break;
        case 'u': options.resume = 1; break;
        case 'f': options.requests_path = optarg; break;
        case 'W': options.watched = optarg; break;
        default: fail("load: see Benchmarks/proxy/native/options.h for the options");
        }
    }
    if (!options.port || !options.requests_path || options.connections < 1) {
        fail("load needs --port, --requests FILE, and at least one connection");
    }
    return options;
}

/// Reads requests: for each a line `HEAD-SIZE STATUS BODY-SIZE`, then the head's bytes.
static inline size_t read_requests(const char *path, Request **result) {
    FILE *file = fopen(path, "rb");
    if (!file) fail("cannot read %s: %s", path, strerror(errno));
    size_t count = 0;
    Request request, *list = NULL;
    while (fscanf(file, "%zu %d %zu", &request.size, &request.status, &request.body_size) == 3) {
        if (fgetc(file) != '\n' || request.size > HEAD_MAX) fail("%s is damaged", path);
        request.bytes = allocate(request.size);
        if (fread(request.bytes, 1, request.size, file) != request.size) fail("%s is cut", path);
        list = realloc(list, (count + 1) * sizeof *list);
        if (!list) fail("out of memory");
        list[count++] = request;
    }
    fclose(file);
    if (!count) fail("%s has no requests", path);
    *result = list;
    return count;
}
