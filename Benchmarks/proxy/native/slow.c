// Slow clients. A third send a head a byte at a time, a third a body, a third read a large response a
// few bytes at a time. Each acts once an interval, evenly spread; one that the proxy closes is counted
// and comes again, so that their number stays. Prints `ready` once all have connected, and one JSON
// object when it is told to end.
//
// With --sink: a server that takes every byte and never answers, for the slow bodies.

#include "net.h"
#include <getopt.h>
#include <signal.h>

enum { KINDS = 3, READ_SIZE = 4096, SMALL_WINDOW = 4096, EVENTS = 256, CONNECT_NS = 250000 };

typedef enum { HEAD, BODY, READER } Kind;

static const char *const starts[KINDS] = {
    "GET /api/svc50/slow HTTP/1.1\r\nHost: slow.example.com\r\nX-Slow: ",
    "POST /sink/slow HTTP/1.1\r\nHost: slow.example.com\r\nContent-Length: 1000000\r\n\r\n",
    "GET /api/svc50/slow/b/131072 HTTP/1.1\r\nHost: slow.example.com\r\n\r\n",
};

static volatile sig_atomic_t ends;
static uint64_t closed[KINDS], received;

static void end(int signal) {
    (void)signal;
    ends = 1;
}

/// Connects and sends what comes first; -1 when that failed.
static int open_client(int port, Kind kind) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    set_no_delay(fd);
    if (kind == READER) {
        int size = SMALL_WINDOW;
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    struct sockaddr_in address = loopback(port);
    size_t length = strlen(starts[kind]);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)
        || send(fd, starts[kind], length, MSG_NOSIGNAL) != (ssize_t)length) {
        close(fd);
        return -1;
    }
    return fd;
}

/// One step of a client; 0 when its connection has ended.
static int act(int fd, Kind kind) {
    char bytes[READ_SIZE];
    ssize_t count = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return 0;
    if (count > 0) received += (uint64_t)count;
    if (kind == READER) return 1;
    // An answer ends it: nothing but a refusal can have come.
    return count < 0 && send(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

static void pause_until(uint64_t time_ns) {
    uint64_t now = now_ns();
    if (time_ns <= now) return;
    struct timespec rest = {.tv_sec = (time_t)((time_ns - now) / 1000000000u),
                            .tv_nsec = (long)((time_ns - now) % 1000000000u)};
    nanosleep(&rest, NULL);
}

static void be_slow(int port, int clients, double interval) {
    int *fds = allocate((size_t)clients * sizeof *fds);
    for (int i = 0; i < clients && !ends; i++) {
        fds[i] = open_client(port, (Kind)(i % KINDS));
        if (fds[i] < 0) fail("slow: client %d cannot connect: %s", i, strerror(errno));
        pause_until(now_ns() + CONNECT_NS);
    }
    puts("ready");
    fflush(stdout);
    uint64_t start = now_ns();
    double step_ns = interval * 1e9 / clients;
    for (uint64_t turn = 0; !ends; turn++) {
        pause_until(start + (uint64_t)((double)turn * step_ns));
        int i = (int)(turn % (uint64_t)clients);
        Kind kind = (Kind)(i % KINDS);
        if (fds[i] >= 0 && act(fds[i], kind)) continue;
        if (fds[i] >= 0) {
            closed[kind]++;
            close(fds[i]);
        }
        fds[i] = open_client(port, kind);
    }
    int alive[KINDS] = {0};
    for (int i = 0; i < clients; i++) alive[i % KINDS] += fds[i] >= 0;
    printf("{\"heads\": %d, \"bodies\": %d, \"readers\": %d, \"closed_heads\": %llu, "
           "\"closed_bodies\": %llu, \"closed_readers\": %llu, \"received\": %llu}\n",
           alive[HEAD], alive[BODY], alive[READER], (unsigned long long)closed[HEAD],
           (unsigned long long)closed[BODY], (unsigned long long)closed[READER],
           (unsigned long long)received);
}

static void be_sink(void) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_and_tell();
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, (void *)(intptr_t)listener);
    struct epoll_event events[EVENTS];
    static char bytes[65536];
    while (!ends) {
        int count = epoll_wait(epoll, events, EVENTS, 1000);
        for (int i = 0; i < count; i++) {
            int fd = (int)(intptr_t)events[i].data.ptr;
            if (fd == listener) {
                int accepted;
                while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    watch(epoll, EPOLL_CTL_ADD, accepted, EPOLLIN, (void *)(intptr_t)accepted);
                }
            } else {
                ssize_t size = recv(fd, bytes, sizeof bytes, 0);
                if (size == 0 || (size < 0 && errno != EAGAIN)) close(fd);
            }
        }
    }
}

int main(int count, char **arguments) {
    static const struct option names[] = {
        {"port", 1, 0, 'p'}, {"clients", 1, 0, 'c'}, {"interval", 1, 0, 'i'}, {"sink", 0, 0, 's'}, {0}};
    int port = 0, clients = 0, sink = 0;
    double interval = 5;
    for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
        switch (name) {
        case 'p': port = atoi(optarg); break;
        case 'c': clients = atoi(optarg); break;
        case 'i': interval = atof(optarg); break;
        case 's': sink = 1; break;
        default: fail("slow: --port PORT --clients N [--interval SECONDS], or --sink");
        }
    }
    signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    raise_file_limit();
    if (sink) {
        be_sink();
    } else if (port > 0 && clients > 0 && interval > 0) {
        be_slow(port, clients, interval);
    } else {
        fail("slow needs --port and --clients");
    }
    return 0;
}
