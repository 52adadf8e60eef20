"""Field lines of requests: line ends, folding, names, white space; fields of one connection."""

from case import Fin, SMUGGLED, head, post, shown

BAD_LINES = [
    b"A : b", b"A\t: b", b"A  : b", b" A: b", b"\tA: b", b"A", b"A b", b": b", b":", b" : b",
    b"A B: c", b"A;: b", b"(A): b", b"A,B: c", b"A/B: c", b"A[0]: b", b"A@: b", b'"A": b',
    b"A\x00: b", b"A\x01: b", b"A\x7f: b", b"A\xe4: b", b"A: b\x00", b"A: \x00b", b"A: b\x00c",
    b"A: b\rc", b"A: b\nc: d", b"A: b\n", b"A: b\r", b"A: b\r\r", b"A:\n b", b"A: b\n c",
    b"A: b\r\n c", b"A: b\r\n\tc", b"A: b\r\n  c", b"A: b\r\n ", b"A: b\r\n\t", b"A:\r\n b",
    b"A: b\r c", b"A\r\n: b", b"A\n: b", b"A\r: b", b"A: b\x0bc", b"A: b\x0cc", b"A: b\x1b",
    b"A: b\x08", b"A: b\x7f", b"A: \x01", b"\x00", b"\x0b", b"=", b"{}: b", b"A\\: b", b"A?: b",
    b"A=: b", b"A<: b", b"\xef\xbb\xbfA: b", b"A\xa0: b", b"A: b\n\n", b"A: b\n\r\n", b"A\n", b"\n",
    b"\r", b"\rA: b", b"\nA: b",
]
GOOD_LINES = [
    (b"A: b", b"b"), (b"A:b", b"b"), (b"A:   b", b"b"), (b"A: b   ", b"b"), (b"A:\tb\t", b"b"),
    (b"A: b c", b"b c"), (b"A: b\tc", b"b\tc"), (b"A: b:c", b"b:c"), (b"A:", b""), (b"A: ", b""),
    (b"A: \xe4\xff\x80", b"\xe4\xff\x80"), (b"A: \xe2\x82\xac", b"\xe2\x82\xac"),
    (b'A: "b\\"c"', b'"b\\"c"'), (b"A: b, c", b"b, c"), (b"A: ::", b"::"), (b"A: (b)", b"(b)"),
    (b"A: " + b"b" * 3000, b"b" * 3000), (b"a: b", b"b"), (b"A: \\", b"\\"),
    (b"A: b;c=d", b"b;c=d"),
]
GOOD_NAMES = [
    b"X-Plain", b"x", b"X.y", b"!#$%&'*+-.^`|~", b"1", b"X-1", b"~", b"Content-Type", b"Accept",
    b"X" * 200,
]


def add(table):
    line_ends(table)
    lines(table)
    nominated(table)
    hop_by_hop(table)
    identity(table)


def line_ends(table):
    table.about("line ends of a head", "RFC 9112 2.2")
    rows = [b"GET /case HTTP/1.1", b"Host: example.com", b"A: b", b""]
    ends = {"LF": b"\n", "CR": b"\r", "CR CR LF": b"\r\r\n", "LF CR": b"\n\r",
            "NUL CR LF": b"\x00\r\n",
            "CR NUL LF": b"\r\x00\n", "CR SP LF": b"\r \n", "VT": b"\x0b", "FF": b"\x0c",
            "NEL": b"\x85",
            "LS": b"\xe2\x80\xa8", "CR LF in C1": b"\x8d\x8a", "SP CR": b" \r",
            "CR TAB LF": b"\r\t\n"}
    for name, end in ends.items():
        for place, row in enumerate(("the request line", "Host", "a field", "the empty line")):
            data = b"".join(line + (end if at == place else b"\r\n") for at,
                            line in enumerate(rows))
            table.refuse(f"{name} after {row}", (data, Fin), closes=True)
        if name in ("LF", "CR", "LF CR", "CR CR LF"):
            table.refuse(f"{name} everywhere", (end.join(rows) + end, Fin), closes=True)
            table.refuse(f"{name} hides a request", (
                b"GET /case HTTP/1.1\r\nHost: example.com\r\nA: b" + end * 2 + SMUGGLED, Fin),
                closes=True)
            table.refuse(f"{name} hides a length", (
                b"POST /case HTTP/1.1\r\nHost: example.com\r\nA: b" + end + b"Content-Length: 5\r\n\r\nhello",
                Fin), closes=True)


def lines(table):
    table.about("field line", "RFC 9112 5, RFC 9110 5")
    for line in BAD_LINES:
        table.refuse(f"'{shown(line)}'", (head(line), Fin), closes=True)
        table.refuse(f"'{shown(line)}' first", (head(b"Host: example.com", host=line), Fin),
                     closes=True)
    for line in BAD_LINES[:20]:
        table.refuse(f"'{shown(line)}' of a POST", (
            post(line, b"Content-Length: %d" % len(SMUGGLED), body=SMUGGLED), Fin), closes=True)
    for line, value in GOOD_LINES:
        table.forward(f"'{shown(line)}'", head(line), has=((b"a", value),))
    for name in GOOD_NAMES:
        table.forward(f"name '{shown(name)}'", head(name + b": v"), has=((name, b"v"),))
    table.forward("one name twice", head(b"A: b", b"A: c"), has=((b"a", b"b"), (b"a", b"c")))
    table.either("an underscore", head(b"A_B: c"))
    table.forward("cookies in two lines", head(b"Cookie: a=b", b"Cookie: c=d"), rfc="RFC 6265 5.4")
    table.forward("a cookie with odd characters", head(b'Cookie: a="b c"; d=e{f}; =g; h'),
                  has=((b"cookie", b'a="b c"; d=e{f}; =g; h'),), rfc="RFC 6265 4.2, 5")
    table.refuse("a cookie with a NUL", head(b"Cookie: a=b\x00c"), rfc="RFC 6265 4.2")


def nominated(table):
    table.about("Connection-nominated fields", "RFC 9110 7.6.1")
    table.forward("one", head(b"Connection: X-Hop", b"X-Hop: secret"), lacks=(b"x-hop",),
                  never=(b"secret",))
    table.forward("in another case", head(b"Connection: x-hOP", b"X-Hop: secret"),
                  lacks=(b"x-hop",))
    table.forward("before it", head(b"X-Hop: secret", b"Connection: X-Hop"), lacks=(b"x-hop",))
    table.forward("two", head(b"Connection: X-A, X-B", b"X-A: 1", b"X-B: 2"),
                  lacks=(b"x-a", b"x-b"))
    table.forward("in two lines", head(b"Connection: X-A", b"Connection: X-B", b"X-A: 1",
                                       b"X-B: 2"),
                  lacks=(b"x-a", b"x-b"))
    table.forward("with close", head(b"Connection: close, X-A", b"X-A: 1"), lacks=(b"x-a",))
    table.forward("with keep-alive", head(b"Connection: keep-alive, X-A", b"X-A: 1"),
                  lacks=(b"x-a",))
    table.forward("with empty members", head(b"Connection: , X-A ,, close,", b"X-A: 1"),
                  lacks=(b"x-a",))
    table.forward("with tabs", head(b"Connection:\tX-A\t,\tclose", b"X-A: 1"), lacks=(b"x-a",))
    table.forward("every line of it", head(b"Connection: X-A", b"X-A: 1", b"x-a: 2"),
                  lacks=(b"x-a",))
    table.forward("absent", head(b"Connection: X-A"))
    table.forward("in HTTP/1.0", head(b"Connection: X-A", b"X-A: 1", start=b"GET /case HTTP/1.0"),
                  lacks=(b"x-a",))
    for name in (b"X-Request-Id", b"Traceparent", b"X-Forwarded-For", b"X-Forwarded-Host",
                 b"X-Forwarded-Proto",
                 b"Forwarded", b"Via", b"User-Agent", b"Accept", b"Range", b"X-Real-IP", b"Date",
                 b"Set-Cookie"):
        table.either(f"{name.decode()}", head(b"Connection: " + name, name + b": hop-value"),
                     never=(b"hop-value",))
    for name in (b"Host", b"Content-Length", b"Transfer-Encoding", b"Cookie", b"Authorization",
                 b"Expect",
                 b"Max-Forwards", b"Content-Type", b"Cache-Control"):
        table.either(f"{name.decode()}, which the message needs", post(
            b"Connection: " + name, b"Content-Length: 5", body=b"hello"), body=b"hello",
            has=((b"host", b"example.com"),))
    table.either("Transfer-Encoding of a chunked body", post(
        b"Connection: Transfer-Encoding", b"Transfer-Encoding: chunked",
        body=b"5\r\nhello\r\n0\r\n\r\n"), body=b"hello")
    for value in (b"X-A;b", b"X A", b'"X-A"', b"close;q=1", b"(x)", b"a=b", b"\xe4", b"X-A\x0b",
                  b"@"):
        table.either(f"not a token, '{shown(value)}'", head(b"Connection: " + value))
    table.forward("forty", head(b"Connection: " + b", ".join(b"X-%d" % n for n in range(40)),
                                *[b"X-%d: secret" % n for n in range(40)]), never=(b"secret",))
    table.either("a thousand", head(b"Connection: " + b", ".join(b"X-%d" % n for n in range(1000))))
    table.forward("none: an empty Connection", head(b"Connection:"))


def hop_by_hop(table):
    table.about("fields of one connection", "RFC 9110 7.6.1, 7.8, 10.1.4, 11.7")
    for line in (b"Keep-Alive: timeout=5", b"Keep-Alive: max=100, timeout=5",
                 b"Proxy-Connection: keep-alive",
                 b"Proxy-Connection: close", b"TE: trailers", b"TE: gzip, trailers;q=0.5", b"TE:",
                 b"Upgrade: h2c",
                 b"Upgrade: foo/1", b"HTTP2-Settings: AAMAAABkAAQAAP__"):
        name = line.partition(b":")[0].lower()
        table.forward(f"'{shown(line)}'", head(line), lacks=(name,), mild=True)
        table.forward(f"'{shown(line)}', nominated", head(b"Connection: " + name, line),
                      lacks=(name,))
    table.forward("Trailer without trailers", head(b"Trailer: X-A"), rfc="RFC 9110 6.6.2")
    table.either("Proxy-Authorization", head(b"Proxy-Authorization: Basic eDp5"),
                 rfc="RFC 9110 11.7.2")
    for line in (b"Connection: close", b"Connection: keep-alive", b"Connection: Close",
                 b"Connection: CLOSE",
                 b"Connection: Keep-Alive", b"Connection: keep-alive, close",
                 b"Connection: TE, close"):
        table.forward(f"'{shown(line)}'", head(line), has=((b"host", b"example.com"),))
    table.refuse("a request behind close", head(b"Connection: close") + SMUGGLED, messages=1,
                 rfc="RFC 9112 9.6")
    table.refuse("a request behind keep-alive, close",
                 head(b"Connection: keep-alive, close") + SMUGGLED,
                 messages=1, rfc="RFC 9112 9.6")


def identity(table):
    table.about("what a client may not say", "RFC 9110 7.6, RFC 9111, RFC 7239")
    for line in (b"X-Forwarded-Host: evil.example", b"Forwarded: host=evil.example;proto=https",
                 b"X-Forwarded-Proto: evil.example", b"X-Forwarded-For: evil.example"):
        table.forward(f"'{shown(line)}'", head(line), never=(b"evil.example",), mild=True)
    for line in (b"X-Host: evil.example", b"X-Original-URL: /admin", b"X-Rewrite-URL: /admin",
                 b"Via: 1.1 evil",
                 b"X-Forwarded-Port: 1", b"X-Forwarded-Server: evil",
                 b"X-HTTP-Method-Override: DELETE", b"Proxy: x",
                 b"X-Forwarded-For: 1.2.3.4, 5.6.7.8", b"X-Real-IP: 1.2.3.4",
                 b"Cache-Control: only-if-cached",
                 b"Pragma: no-cache", b"Range: bytes=0-,0-", b"If-None-Match: *", b"Age: 1",
                 b"Warning: 199 a b"):
        table.either(f"'{shown(line)}'", head(line), target=b"/case")
