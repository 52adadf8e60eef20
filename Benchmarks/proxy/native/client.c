#include "client.h"
#include "body.h"
#include "net.h"
#include <openssl/err.h>
#include <strings.h>

enum { RECEIVE_MAX = 131072 };

static char received[RECEIVE_MAX];
static char expected[BODY_MAX];

static int keep_session(SSL *ssl, SSL_SESSION *session) {
    Net *net = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    SSL_SESSION_free(net->session);
    net->session = session;
    return 1;
}

void net_prepare(Net *net, int port, int tls, int resume) {
    for (size_t i = 0; i < BODY_MAX; i++) expected[i] = (char)body_byte(i);
    net->epoll = epoll_create1(EPOLL_CLOEXEC);
    net->port = port;
    net->resume = resume;
    if (!tls) return;
    net->tls = SSL_CTX_new(TLS_client_method());
    if (!net->tls) fail("libssl does not start");
    SSL_CTX_set_min_proto_version(net->tls, TLS1_3_VERSION);
    SSL_CTX_set_app_data(net->tls, net);
    // The certificate was made by the driver a moment ago; whose it is does not matter here.
    SSL_CTX_set_verify(net->tls, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(
        net->tls, resume ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF);
    if (resume) SSL_CTX_sess_set_new_cb(net->tls, keep_session);
}

static void want(Client *client, Net *net, uint32_t interest) {
    if (client->interest == interest) return;
    watch(net->epoll, client->interest ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, client->fd, interest, client);
    client->interest = interest;
}

int client_open(Client *client, Net *net) {
    memset(client, 0, offsetof(Client, head));
    client->fd = start_connect(net->port);
    if (client->fd < 0) {
        client->state = CLOSED;
        return 0;
    }
    client->state = CONNECTING;
    if (net->tls) {
        client->ssl = SSL_new(net->tls);
        SSL_set_fd(client->ssl, client->fd);
        SSL_set_tlsext_host_name(client->ssl, "bench.example.com");
        SSL_set_connect_state(client->ssl);
        if (net->session) SSL_set_session(client->ssl, net->session);
    }
    want(client, net, EPOLLOUT);
    return 1;
}

void client_close(Client *client, Net *net) {
    (void)net;
    if (client->ssl) {
        // Without this libssl drops the session of a connection that was not shut down.
        SSL_set_quiet_shutdown(client->ssl, 1);
        SSL_shutdown(client->ssl);
        SSL_free(client->ssl);
        client->ssl = NULL;
    }
    if (client->fd >= 0) close(client->fd);
    client->fd = -1;
    client->interest = 0;
    client->state = CLOSED;
}

/// Bytes moved, 0 at the end of the stream, -1 to wait (what for is registered), -2 on an error.
static ssize_t outcome(Client *client, Net *net, ssize_t count, uint32_t direction) {
    if (count > 0) return count;
    if (!client->ssl) {
        if (count == 0) return 0;
        if (errno != EAGAIN) return -2;
        want(client, net, direction);
        return -1;
    }
    int error = SSL_get_error(client->ssl, (int)count);
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        ERR_clear_error();
        return -2;
    }
    want(client, net, error == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT);
    return -1;
}

static ssize_t put(Client *client, Net *net, const char *bytes, size_t size) {
    ssize_t count = client->ssl ? SSL_write(client->ssl, bytes, (int)size)
                                : send(client->fd, bytes, size, MSG_NOSIGNAL);
    return outcome(client, net, count, EPOLLOUT);
}

static ssize_t take(Client *client, Net *net) {
    ssize_t count = client->ssl ? SSL_read(client->ssl, received, RECEIVE_MAX)
                                : recv(client->fd, received, RECEIVE_MAX, 0);
    if (count > 0) net->bytes += (uint64_t)count;
    return outcome(client, net, count, EPOLLIN);
}

static Turn handshake(Client *client, Net *net) {
    int error = 0;
    socklen_t length = sizeof error;
    if (client->state == CONNECTING) {
        getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error) return TURN_NO_CONNECT;
        client->state = client->ssl ? HANDSHAKING : IDLE;
    }
    if (client->state == HANDSHAKING) {
        ssize_t result = outcome(client, net, SSL_do_handshake(client->ssl), EPOLLIN);
        if (result == -1) return TURN_WAIT;
        if (result <= 0) return TURN_NO_CONNECT;
        net->handshakes++;
        net->resumed += (uint64_t)SSL_session_reused(client->ssl);
        client->state = IDLE;
    }
    want(client, net, EPOLLIN);
    return TURN_READY;
}

/// Reads status, length and end of a response head that is complete; 0 when it is not understood.
static int read_head(Client *client, size_t size) {
    const char *head = client->head;
    if (size < 16 || memcmp(head, "HTTP/1.1 ", 9)) return 0;
    client->status = atoi(head + 9);
    int known = 0;
    for (const char *at = head; (at = memchr(at, '\n', size - (size_t)(at - head))); at++) {
        const char *line = at + 1;
        if (strncasecmp(line, "content-length:", 15) == 0) {
            client->body_expected = strtoul(line + 15, NULL, 10);
            known = 1;
        } else if (strncasecmp(line, "connection: close", 17) == 0) {
            client->server_closes = 1;
        }
    }
    return known;
}

static Turn body(Client *client, const char *bytes, size_t size) {
    size_t end = client->body_seen + size;
    if (end > client->body_expected || end > BODY_MAX) return TURN_BAD_BODY;
    if (client->status == client->request->status && client->status == 200
        && memcmp(bytes, expected + client->body_seen, size)) {
        return TURN_BAD_BODY;
    }
    client->body_seen = end;
    if (end < client->body_expected) return TURN_WAIT;
    client->state = IDLE;
    if (client->status != client->request->status) return TURN_BAD_STATUS;
    if (end != client->request->body_size && client->status == 200) return TURN_BAD_BODY;
    return TURN_DONE;
}

static Turn consume(Client *client, size_t count) {
    if (client->status) return body(client, received, count);
    // What does not fit is taken for body below: heads are far smaller than the buffer.
    size_t before = client->head_used;
    size_t room = HEAD_MAX - before - 1;
    size_t copied = count < room ? count : room;
    memcpy(client->head + before, received, copied);
    client->head[before + copied] = 0;
    char *end = memmem(client->head, before + copied, "\r\n\r\n", 4);
    if (!end) {
        client->head_used += copied;
        return copied < count ? TURN_BAD_HEAD : TURN_WAIT;
    }
    size_t size = (size_t)(end - client->head) + 4;
    client->head[size - 1] = 0;
    if (!read_head(client, size)) return TURN_BAD_HEAD;
    size_t used = size - before;
    return body(client, received + used, count - used);
}

static Turn receive(Client *client, Net *net) {
    for (;;) {
        ssize_t count = take(client, net);
        if (count == -1) return TURN_WAIT;
        if (count <= 0) return client->state == IDLE ? TURN_GONE : TURN_CLOSED;
        if (client->state == IDLE) return TURN_BAD_HEAD;
        Turn turn = consume(client, (size_t)count);
        if (turn != TURN_WAIT) return turn;
        // Plain sockets are level-triggered: another receive only to see EAGAIN would cost a call.
        if (!client->ssl && count < RECEIVE_MAX) return TURN_WAIT;
    }
}

static Turn go_on_sending(Client *client, Net *net) {
    while (client->sent < client->request->size) {
        ssize_t count = put(client, net, client->request->bytes + client->sent,
                            client->request->size - client->sent);
        if (count == -1) return TURN_WAIT;
        if (count <= 0) return TURN_CLOSED;
        client->sent += (size_t)count;
    }
    client->state = RECEIVING;
    want(client, net, EPOLLIN);
    return TURN_WAIT;
}

Turn client_send(Client *client, Net *net, const Request *request, uint64_t intended_ns) {
    client->request = request;
    client->intended_ns = intended_ns;
    client->sent = client->head_used = client->body_expected = client->body_seen = 0;
    client->status = client->server_closes = 0;
    client->state = SENDING;
    return go_on_sending(client, net);
}

Turn client_turn(Client *client, Net *net) {
    switch (client->state) {
    case CONNECTING:
    case HANDSHAKING: return handshake(client, net);
    case SENDING: return go_on_sending(client, net);
    case IDLE:
    case RECEIVING: return receive(client, net);
    case CLOSED: return TURN_WAIT;
    }
    return TURN_WAIT;
}
