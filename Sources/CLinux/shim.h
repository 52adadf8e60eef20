#pragma once
// Every file of Sockets that imports Glibc imports this too: which of the two modules owns a
// declaration that both headers reach depends on the order in which the compiler met them.
// No _GNU_SOURCE here: it changes `fd_set` against Swift's own Glibc module. The few calls that
// hide behind it are declared in the shims that need them.
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/// `accept4`, with plain pointers instead of glibc's transparent union.
static inline int clinux_accept(
    int listener, struct sockaddr *peer, socklen_t *length, int flags) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(listener, peer, length, flags);
}

// The calls of a worker's hot path, made directly: glibc's own are points of cancellation, which in
// a process of several threads costs two locked instructions a call. Nobody cancels a thread here.
// They answer -1 and set `errno` as glibc's do.

static inline long clinux_receive(int descriptor, void *bytes, size_t count) {
    return syscall(SYS_recvfrom, descriptor, bytes, count, 0, NULL, NULL);
}

/// Never raises SIGPIPE.
static inline long clinux_send(int descriptor, const void *bytes, size_t count) {
    return syscall(SYS_sendto, descriptor, bytes, count, MSG_NOSIGNAL, NULL, 0);
}

/// Never raises SIGPIPE.
static inline long clinux_send_message(int descriptor, const struct msghdr *message) {
    return syscall(SYS_sendmsg, descriptor, message, MSG_NOSIGNAL);
}

/// `epoll_wait` with a timeout in milliseconds.
static inline long clinux_wait(int epoll, struct epoll_event *events, int count, int timeout) {
    return syscall(SYS_epoll_pwait, epoll, events, count, timeout, NULL, 8);
}

/// The untranslated text of an error number, static storage; NULL for an unknown number.
static inline const char *clinux_error_text(int number) {
    extern const char *strerrordesc_np(int);
    return strerrordesc_np(number);
}

/// Processors this process may run on; 0 when the kernel does not tell.
static inline int clinux_usable_processors(void) {
    unsigned long mask[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    for (long word = 0; word * (long)sizeof mask[0] < bytes; word++)
        count += __builtin_popcountl(mask[word]);
    return count;
}

/// Names the calling thread; the kernel cuts at 15 bytes. `prctl` is variadic.
static inline void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

/// Waits for the end of a thread, but not longer; 0 when it has ended.
static inline int clinux_join_within(pthread_t thread, int64_t milliseconds) {
    extern int pthread_clockjoin_np(pthread_t, void **, clockid_t, const struct timespec *);
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t nanoseconds = end.tv_nsec + milliseconds % 1000 * 1000000;
    end.tv_sec += milliseconds / 1000 + nanoseconds / 1000000000;
    end.tv_nsec = nanoseconds % 1000000000;
    return pthread_clockjoin_np(thread, 0, CLOCK_MONOTONIC, &end);
}

/// `sendto` with a plain pointer instead of glibc's transparent union; never raises SIGPIPE.
static inline long clinux_send_to(
    int descriptor, const void *bytes, size_t count, const void *address, socklen_t length) {
    return sendto(
        descriptor, bytes, count, MSG_NOSIGNAL, (const struct sockaddr *)address, length);
}

/// Makes a descriptor nonblocking and close-on-exec; `fcntl` is variadic.
static inline int clinux_set_nonblocking(int descriptor) {
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

/// `mkostemp` with close-on-exec: opens a new file and completes its name.
static inline int clinux_open_temporary(char *name) {
    extern int mkostemp(char *, int);
    return mkostemp(name, O_CLOEXEC);
}
