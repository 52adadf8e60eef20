// The floor of the comparison: moves bytes between a client and one upstream connection of its own,
// and knows nothing of HTTP. One thread, level-triggered epoll, one buffer of 128 KiB for everybody.

#include "net.h"

enum { BUFFER_SIZE = 131072, EVENTS = 256 };

typedef struct Side {
    int fd;
    int ended;            // it sent its last byte
    int told;             // its peer's end was passed on to it
    uint32_t interest;
    struct Side *peer;
    char *waiting;        // bytes for this side which its socket did not take
    size_t waiting_size;
    size_t waiting_at;
    int dead;
} Side;

static int epoll;
static char buffer[BUFFER_SIZE];

static void update(Side *side) {
    uint32_t interest = side->waiting_size ? EPOLLOUT : 0;
    if (!side->ended && !side->peer->waiting_size) interest |= EPOLLIN;
    if (interest == side->interest) return;
    side->interest = interest;
    watch(epoll, EPOLL_CTL_MOD, side->fd, interest, side);
}

/// Passes the end of one side on; 0 when both directions are over.
static int pass_end(Side *side) {
    if (side->ended && !side->peer->waiting_size && !side->peer->told) {
        side->peer->told = 1;
        shutdown(side->peer->fd, SHUT_WR);
    }
    return !(side->told && side->peer->told);
}

static int drain(Side *side) {
    ssize_t count = send(side->fd, side->waiting + side->waiting_at, side->waiting_size,
                         MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    side->waiting_at += (size_t)count;
    side->waiting_size -= (size_t)count;
    if (side->waiting_size) return 1;
    free(side->waiting);
    side->waiting = NULL;
    return pass_end(side->peer);
}

static int read_from(Side *side) {
    ssize_t count = recv(side->fd, buffer, BUFFER_SIZE, 0);
    if (count < 0) return errno == EAGAIN;
    if (count == 0) {
        side->ended = 1;
        return pass_end(side);
    }
    Side *peer = side->peer;
    ssize_t sent = send(peer->fd, buffer, (size_t)count, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != ENOTCONN) return 0;
    if (sent < 0) sent = 0;
    if (sent == count) return 1;
    peer->waiting_size = (size_t)(count - sent);
    peer->waiting_at = 0;
    peer->waiting = allocate(peer->waiting_size);
    memcpy(peer->waiting, buffer + sent, peer->waiting_size);
    return 1;
}

/// 0 when the pair has ended.
static int turn(Side *side, uint32_t events) {
    if ((events & EPOLLOUT) && side->waiting_size && !drain(side)) return 0;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        if (side->ended) return side->peer->waiting_size || !(events & (EPOLLERR | EPOLLHUP));
        if (!side->peer->waiting_size && !read_from(side)) return 0;
    }
    update(side);
    update(side->peer);
    return 1;
}

static Side *graves;

static void end(Side *side) {
    for (int i = 0; i < 2; i++, side = side->peer) {
        close(side->fd);
        free(side->waiting);
        side->dead = 1;
    }
    side->waiting = (char *)graves;
    graves = side;
}

/// Frees ended pairs when no event of the current wait can name them any more.
static void bury(void) {
    while (graves) {
        Side *next = (Side *)graves->waiting;
        free(graves->peer);
        free(graves);
        graves = next;
    }
}

static void accept_all(int listener, int upstream_port) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int upstream = start_connect(upstream_port);
        if (upstream < 0) {
            close(fd);
            continue;
        }
        set_no_delay(fd);
        Side *client = allocate(sizeof *client), *server = allocate(sizeof *server);
        *client = (Side){.fd = fd, .interest = EPOLLIN, .peer = server};
        *server = (Side){.fd = upstream, .interest = EPOLLIN, .peer = client};
        watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, client);
        watch(epoll, EPOLL_CTL_ADD, upstream, EPOLLIN, server);
    }
}

int main(int count, char **arguments) {
    if (count != 2) fail("usage: relay UPSTREAM-PORT");
    raise_file_limit();
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_and_tell();
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            Side *side = events[i].data.ptr;
            if (!side) accept_all(listener, atoi(arguments[1]));
            else if (!side->dead && !turn(side, events[i].events)) end(side);
        }
        bury();
    }
}
