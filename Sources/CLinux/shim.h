#pragma once
// Every file of Sockets that imports Glibc imports this too: which of the two modules owns a
// declaration that both headers reach depends on the order in which the compiler met them.
// No _GNU_SOURCE here: it changes `fd_set` against Swift's own Glibc module. The few calls that
// hide behind it are declared in the shims that need them.
#include <errno.h>
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

// The calls of a worker's hot path, made in place. glibc's own are points of cancellation, which in
// a process of several threads costs two locked instructions a call; and every function between the
// worker and the kernel costs a return that the processor mispredicts, since the kernel's own calls
// have overwritten its stack of return addresses.
// They answer as the kernel does: an error's number negated, and `errno` stays as it was.

static inline long clinux_call(
    long number, long first, long second, long third, long fourth, long fifth, long sixth) {
#if defined(__x86_64__)
    register long fourth_register __asm__("r10") = fourth;
    register long fifth_register __asm__("r8") = fifth;
    register long sixth_register __asm__("r9") = sixth;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third), "r"(fourth_register),
                       "r"(fifth_register), "r"(sixth_register)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long number_register __asm__("x8") = number;
    register long first_register __asm__("x0") = first;
    register long second_register __asm__("x1") = second;
    register long third_register __asm__("x2") = third;
    register long fourth_register __asm__("x3") = fourth;
    register long fifth_register __asm__("x4") = fifth;
    register long sixth_register __asm__("x5") = sixth;
    __asm__ volatile("svc #0"
                     : "+r"(first_register)
                     : "r"(number_register), "r"(second_register), "r"(third_register),
                       "r"(fourth_register), "r"(fifth_register), "r"(sixth_register)
                     : "memory");
    return first_register;
#else
    long result = syscall(number, first, second, third, fourth, fifth, sixth);
    return result < 0 ? -errno : result;
#endif
}

static inline long clinux_receive(int descriptor, void *bytes, size_t count) {
    return clinux_call(SYS_recvfrom, descriptor, (long)bytes, (long)count, 0, 0, 0);
}

/// Never raises SIGPIPE.
static inline long clinux_send(int descriptor, const void *bytes, size_t count) {
    return clinux_call(SYS_sendto, descriptor, (long)bytes, (long)count, MSG_NOSIGNAL, 0, 0);
}

/// Never raises SIGPIPE.
static inline long clinux_send_message(int descriptor, const struct msghdr *message) {
    return clinux_call(SYS_sendmsg, descriptor, (long)message, MSG_NOSIGNAL, 0, 0, 0);
}

/// `epoll_wait` with a timeout in milliseconds.
static inline long clinux_wait(int epoll, struct epoll_event *events, int count, int timeout) {
    return clinux_call(SYS_epoll_pwait, epoll, (long)events, count, timeout, 0, 8);
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

/// `connect` with a plain pointer instead of glibc's transparent union.
static inline int clinux_connect(int descriptor, const void *address, socklen_t length) {
    return connect(descriptor, (const struct sockaddr *)address, length);
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
