// The origin behind every contestant: HTTP/1.1, one thread, one receive and one send a request.
// The path's last `/b/N` asks for N bytes; without it a body has 1,024. Responses are built once.

#include "body.h"
#include "net.h"

enum { INPUT_MAX = 16384, KNOWN_MAX = 64, EVENTS = 256 };

typedef struct {
    size_t body_size;
    size_t size;
    char *bytes;
} Response;

typedef struct {
    int fd;
    int closing;
    int waiting;          // for the socket to take more of the response
    size_t used;
    const Response *sending;
    size_t sent;
    char input[INPUT_MAX];
} Connection;

static Response known[2][KNOWN_MAX];
static int known_count[2];
static int epoll;

static Response build(size_t body_size, int closing) {
    char head[1024];
    int length = snprintf(
        head, sizeof head,
        "HTTP/1.1 200 OK\r\n"
        "Server: origin\r\n"
        "Date: Fri, 02 Oct 2026 09:15:00 GMT\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Length: %zu\r\n"
        "Last-Modified: Thu, 01 Oct 2026 18:02:11 GMT\r\n"
        "ETag: \"5f3c1a-%zx\"\r\n"
        "Cache-Control: private, max-age=0, must-revalidate\r\n"
        "Vary: Accept-Encoding\r\n%s\r\n",
        body_size, body_size, closing ? "Connection: close\r\n" : "");
    Response response = {.body_size = body_size, .size = (size_t)length + body_size};
    response.bytes = allocate(response.size);
    memcpy(response.bytes, head, (size_t)length);
    for (size_t i = 0; i < body_size; i++) response.bytes[(size_t)length + i] = (char)body_byte(i);
    return response;
}

static const Response *response_for(size_t body_size, int closing) {
    Response *list = known[closing];
    for (int i = 0; i < known_count[closing]; i++) {
        if (list[i].body_size == body_size) return &list[i];
    }
    if (known_count[closing] == KNOWN_MAX) fail("the origin was asked for too many sizes");
    list[known_count[closing]] = build(body_size, closing);
    return &list[known_count[closing]++];
}

static size_t wanted_size(const char *head, size_t length) {
    const char *line_end = memchr(head, '\r', length);
    const char *found = NULL;
    for (const char *at = head; at + 3 < line_end; at++) {
        if (*at == '?') break;
        if (at[0] == '/' && at[1] == 'b' && at[2] == '/') found = at + 3;
    }
    size_t size = found ? strtoul(found, NULL, 10) : 1024;
    return size > BODY_MAX ? BODY_MAX : size;
}

static int asks_to_close(const char *head, size_t length) {
    for (const char *at = head; (at = memchr(at, '\n', length - (size_t)(at - head))); at++) {
        size_t left = length - (size_t)(at - head);
        if (left > 18 && strncasecmp(at + 1, "connection: close", 17) == 0) return 1;
    }
    return 0;
}

static void end(Connection *connection) {
    close(connection->fd);
    free(connection);
}

/// Sends what is left of the current response; 0 when the connection has ended.
static int flush_response(Connection *connection) {
    const Response *response = connection->sending;
    ssize_t count = send(connection->fd, response->bytes + connection->sent,
                         response->size - connection->sent, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return 0;
    if (count > 0) connection->sent += (size_t)count;
    int must_wait = connection->sent < response->size;
    if (must_wait != connection->waiting) {
        connection->waiting = must_wait;
        watch(epoll, EPOLL_CTL_MOD, connection->fd, must_wait ? EPOLLOUT : EPOLLIN, connection);
    }
    if (must_wait) return 1;
    connection->sending = NULL;
    connection->sent = 0;
    return !connection->closing;
}

/// Answers the requests that the input holds; 0 when the connection has ended.
static int answer(Connection *connection) {
    while (!connection->sending && connection->used > 0) {
        char *head_end = memmem(connection->input, connection->used, "\r\n\r\n", 4);
        if (!head_end) return connection->used < INPUT_MAX;
        size_t length = (size_t)(head_end - connection->input) + 4;
        connection->closing = asks_to_close(connection->input, length);
        connection->sending =
            response_for(wanted_size(connection->input, length), connection->closing);
        connection->used -= length;
        if (connection->used) {
            memmove(connection->input, connection->input + length, connection->used);
        }
        if (!flush_response(connection)) return 0;
    }
    return 1;
}

static int serve(Connection *connection) {
    if (connection->sending && !flush_response(connection)) return 0;
    if (connection->sending) return 1;
    if (!answer(connection)) return 0;
    if (connection->sending) return 1;
    ssize_t count = recv(connection->fd, connection->input + connection->used,
                         INPUT_MAX - connection->used, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return 0;
    if (count > 0) connection->used += (size_t)count;
    return answer(connection);
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        Connection *connection = allocate(sizeof *connection);
        connection->fd = fd;
        set_no_delay(fd);
        watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, connection);
    }
}

int main(void) {
    raise_file_limit();
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_and_tell();
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            Connection *connection = events[i].data.ptr;
            if (!connection) accept_all(listener);
            else if (!serve(connection)) end(connection);
        }
    }
}
