// One client connection of the load generator: sends a request, checks the whole response.
#pragma once

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

/// A request that was composed by the driver, and what must come back.
typedef struct {
    char *bytes;
    size_t size;
    size_t body_size;
    int status;
} Request;

typedef enum { CONNECTING, HANDSHAKING, IDLE, SENDING, RECEIVING, CLOSED } State;

typedef enum {
    TURN_WAIT,       // nothing more to do now
    TURN_READY,      // connected, and no request under way
    TURN_DONE,       // the response came, and is right
    TURN_BAD_STATUS,
    TURN_BAD_BODY,
    TURN_BAD_HEAD,
    TURN_CLOSED,     // the other side ended the connection inside an exchange
    TURN_GONE,       // the other side ended it between exchanges
    TURN_NO_CONNECT,
    TURN_COUNT
} Turn;

enum { HEAD_MAX = 16384 };

typedef struct Client {
    int fd;
    State state;
    SSL *ssl;
    uint32_t interest;
    const Request *request;
    size_t sent;
    uint64_t intended_ns;
    int assigned;          // has an exchange to make, or makes it
    int status;
    int server_closes;
    size_t head_used;
    size_t body_expected, body_seen;
    struct Client *next_idle;
    char head[HEAD_MAX];
} Client;

typedef struct {
    int epoll;
    int port;
    SSL_CTX *tls;          // NULL without TLS
    SSL_SESSION *session;  // offered by new connections when resumption is wanted
    int resume;
    uint64_t handshakes, resumed;
    uint64_t bytes;
} Net;

void net_prepare(Net *net, int port, int tls, int resume);

/// Starts to connect; 0 when that failed at once.
int client_open(Client *client, Net *net);
void client_close(Client *client, Net *net);

/// Gives the client its next request; it must be idle.
Turn client_send(Client *client, Net *net, const Request *request, uint64_t intended_ns);

/// Goes on after an event.
Turn client_turn(Client *client, Net *net);
