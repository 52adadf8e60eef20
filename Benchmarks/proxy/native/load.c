// The load generator: one thread, epoll. Closed loop (each connection sends when it has its answer) or
// a fixed rate, where a latency counts from the moment the request was due, sent or not. Checks the
// status and every byte of each body. Prints one JSON object.

#include "client.h"
#include "cputime.h"
#include "histogram.h"
#include "net.h"
#include "options.h"
#include <signal.h>
#include <sys/timerfd.h>

enum { EVENTS = 256, CONNECTS_AT_ONCE = 64, STALL_SECONDS = 5, ERRORS_MAX = 1000 };

static Options options;
static Net net;
static Request *requests;
static size_t request_kinds, next_request;

// Clients that could begin an exchange, oldest first.
static Client *idle_first, *idle_last;
static int idle_count;

static Histogram latencies;
static uint64_t errors[TURN_COUNT], error_count, reconnects;
static uint64_t completed, last_progress_ns;
static int measuring;

static void push_idle(Client *client) {
    client->next_idle = NULL;
    if (idle_last) idle_last->next_idle = client;
    else idle_first = client;
    idle_last = client;
    idle_count++;
}

static Client *pop_idle(void) {
    Client *client = idle_first;
    idle_first = client->next_idle;
    if (!idle_first) idle_last = NULL;
    idle_count--;
    return client;
}

static void finish(Client *client, Turn turn) {
    if (turn == TURN_DONE) {
        uint64_t now = now_ns();
        last_progress_ns = now;
        completed++;
        if (measuring) record(&latencies, now - client->intended_ns);
    } else {
        errors[turn]++;
        if (++error_count == ERRORS_MAX) fail("load: more than %d errors", ERRORS_MAX);
    }
    client->assigned = 0;
    if (turn != TURN_DONE || options.close_each || client->server_closes) client_close(client, &net);
    push_idle(client);
}

static void handle(Client *client, Turn turn) {
    if (turn == TURN_READY && client->assigned) {
        const Request *request = &requests[next_request++ % request_kinds];
        turn = client_send(client, &net, request, client->intended_ns);
    }
    switch (turn) {
    case TURN_WAIT: break;
    case TURN_READY: push_idle(client); break;
    case TURN_GONE:
        // It stays in the idle list, and connects again when its turn comes.
        reconnects++;
        client_close(client, &net);
        break;
    default: finish(client, turn);
    }
}

static void assign(Client *client, uint64_t intended_ns) {
    if (client->state == CLOSED) {
        int opened = client_open(client, &net);
        client->assigned = 1;
        client->intended_ns = intended_ns;
        if (!opened) finish(client, TURN_NO_CONNECT);
        return;
    }
    client->assigned = 1;
    client->intended_ns = intended_ns;
    handle(client, TURN_READY);
}

static void wait_for_events(int timeout_ms) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(net.epoll, events, EVENTS, timeout_ms);
    for (int i = 0; i < count; i++) {
        Client *client = events[i].data.ptr;
        if (client && client->state != CLOSED) handle(client, client_turn(client, &net));
    }
    if (now_ns() - last_progress_ns > STALL_SECONDS * 1000000000ull) {
        fail("load: no answer for %d seconds", STALL_SECONDS);
    }
}

/// Makes one exchange on every connection before the load begins, so that the proxy has accepted all
/// of them; a few at a time, so that no queue of a listener overflows.
static void connect_all(Client *clients) {
    int opened = 0;
    while (idle_count < options.connections) {
        while (opened < options.connections && opened - idle_count < CONNECTS_AT_ONCE) {
            assign(&clients[opened++], now_ns());
        }
        wait_for_events(100);
    }
}

static int timer;

static void arm(uint64_t due_ns) {
    struct itimerspec at = {0};
    at.it_value.tv_sec = (time_t)(due_ns / 1000000000u);
    at.it_value.tv_nsec = (long)(due_ns % 1000000000u);
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

/// Begins what is due; returns the number of requests that were due since the start.
static uint64_t begin_exchanges(uint64_t start_ns, uint64_t begun) {
    uint64_t now = now_ns();
    if (options.rate == 0) {
        for (int left = idle_count; left > 0; left--) assign(pop_idle(), now);
        return 0;
    }
    for (;;) {
        uint64_t due = start_ns + (uint64_t)((double)begun * 1e9 / options.rate);
        if (due > now) {
            arm(due);
            return begun;
        }
        if (!idle_count) return begun;
        assign(pop_idle(), due);
        begun++;
    }
}

typedef struct {
    double seconds;
    uint64_t completed, begun, bytes, handshakes, resumed;
    CPUTime cpu;
} Mark;

static Mark mark(uint64_t begun) {
    return (Mark){.seconds = (double)now_ns() / 1e9, .completed = completed, .begun = begun,
                  .bytes = net.bytes, .handshakes = net.handshakes, .resumed = net.resumed,
                  .cpu = cpu_time(options.watched)};
}

static void print_result(Mark from, Mark to) {
    double seconds = to.seconds - from.seconds;
    uint64_t due = options.rate > 0 ? (uint64_t)(options.rate * seconds) : 0;
    uint64_t count = to.completed - from.completed, begun = to.begun - from.begun;
    printf("{\"requests\": %llu, \"requests_with_warmup\": %llu, \"seconds\": %.6f, "
           "\"errors\": %llu, \"behind\": %lld, ",
           (unsigned long long)count, (unsigned long long)completed, seconds,
           (unsigned long long)error_count,
           due > begun ? (long long)(due - begun) : 0ll);
    printf("\"bad_status\": %llu, \"bad_body\": %llu, \"bad_head\": %llu, \"cut\": %llu, "
           "\"no_connect\": %llu, \"reconnects\": %llu, ",
           (unsigned long long)errors[TURN_BAD_STATUS], (unsigned long long)errors[TURN_BAD_BODY],
           (unsigned long long)errors[TURN_BAD_HEAD], (unsigned long long)errors[TURN_CLOSED],
           (unsigned long long)errors[TURN_NO_CONNECT], (unsigned long long)reconnects);
    printf("\"bytes\": %llu, \"handshakes\": %llu, \"resumed\": %llu, ",
           (unsigned long long)(to.bytes - from.bytes),
           (unsigned long long)(to.handshakes - from.handshakes),
           (unsigned long long)(to.resumed - from.resumed));
    printf("\"mean_us\": %.1f, \"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, "
           "\"p999_us\": %.1f, \"max_us\": %.1f, ",
           latencies.count ? (double)latencies.sum / (double)latencies.count / 1e3 : 0,
           (double)percentile(&latencies, 0.5) / 1e3, (double)percentile(&latencies, 0.9) / 1e3,
           (double)percentile(&latencies, 0.99) / 1e3, (double)percentile(&latencies, 0.999) / 1e3,
           (double)latencies.max / 1e3);
    printf("\"cpu_ns\": %llu, \"user_ticks\": %llu, \"system_ticks\": %llu}\n",
           (unsigned long long)(to.cpu.total_ns - from.cpu.total_ns),
           (unsigned long long)(to.cpu.user_ticks - from.cpu.user_ticks),
           (unsigned long long)(to.cpu.system_ticks - from.cpu.system_ticks));
}

int main(int count, char **arguments) {
    options = read_options(count, arguments);
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    request_kinds = read_requests(options.requests_path, &requests);
    net_prepare(&net, options.port, options.tls, options.resume);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    watch(net.epoll, EPOLL_CTL_ADD, timer, EPOLLIN | EPOLLET, NULL);
    Client *clients = allocate((size_t)options.connections * sizeof *clients);
    last_progress_ns = now_ns();
    for (int i = 0; i < options.connections; i++) clients[i].state = CLOSED;
    if (options.close_each) {
        for (int i = 0; i < options.connections; i++) push_idle(&clients[i]);
    } else {
        connect_all(clients);
    }
    uint64_t start = now_ns(), begun = 0;
    uint64_t begin_at = start + (uint64_t)(options.warmup_seconds * 1e9);
    uint64_t end_at = begin_at + (uint64_t)(options.seconds * 1e9);
    Mark from = {0};
    last_progress_ns = start;
    for (;;) {
        begun = begin_exchanges(start, begun);
        uint64_t now = now_ns();
        if (!measuring && now >= begin_at) {
            from = mark(begun);
            measuring = 1;
        }
        if (measuring) {
            int enough = options.request_count
                ? completed - from.completed >= options.request_count : now >= end_at;
            if (enough) break;
        }
        wait_for_events(options.rate == 0 && idle_count ? 1 : 10);
    }
    print_result(from, mark(begun));
    return 0;
}
