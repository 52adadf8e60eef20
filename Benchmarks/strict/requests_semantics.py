"""Expect, Upgrade, Max-Forwards, HTTP/1.0, pipelines and pauses."""

from case import Await, Fin, SMUGGLED, STOPPED, chunked, head, post, shown
from origin import Close, Silence, plain

WEBSOCKET = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
HELLO = b"5\r\nhello\r\n0\r\n\r\n"


def add(table):
    expect(table)
    upgrade(table)
    forwards(table)
    old_clients(table)
    pipelines(table)
    pauses(table)
    early_answers(table)
    own_answers(table)
    gateway(table)


def expect(table):
    table.about("Expect", "RFC 9110 10.1.1")
    length = b"Content-Length: 5"
    for value in (b"100-continue", b"100-Continue", b"100-CONTINUE", b" 100-continue "):
        table.forward(f"'{shown(value)}'", (post(b"Expect:" + value, length), 0.05, b"hello"),
                      body=b"hello")
    table.forward("with the body at once", post(b"Expect: 100-continue", length, body=b"hello"),
                  body=b"hello")
    table.forward("of a chunked body", (post(b"Expect: 100-continue",
                                             b"Transfer-Encoding: chunked"), 0.05, HELLO),
                  body=b"hello")
    table.forward("without a body", head(b"Expect: 100-continue"))
    table.forward("in HTTP/1.0", post(b"Expect: 100-continue", length, body=b"hello",
                                      start=b"POST /case HTTP/1.0"), body=b"hello", interim=())
    for value in (b"200-ok", b"100", b"100-continue, 200-ok", b"x, 100-continue",
                  b"100-continue; a=b", b"100 continue",
                  b"y 100-continue", b"100-continue\x0b", b"", b"101-continue", b"103-checkpoint"):
        table.either(f"something else, '{shown(value)}'", post(b"Expect: " + value, length,
            body=b"hello"), body=b"hello")
    table.either("twice", post(b"Expect: 100-continue", b"Expect: 100-continue", length,
                               body=b"hello"), body=b"hello")
    table.forward("a body that is a request", (
        post(b"Expect: 100-continue", b"Content-Length: %d" % len(SMUGGLED)), 0.05, SMUGGLED),
        body=SMUGGLED)
    table.either("refused by the origin, the body follows", (
        post(b"Expect: 100-continue", b"Content-Length: %d" % len(SMUGGLED)), 0.1, SMUGGLED),
        script=(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n",), when="head",
        body=SMUGGLED)
    table.either("refused by the origin, another request follows", (
        post(b"Expect: 100-continue", b"Content-Length: 500"), 0.1,
        head(start=b"GET /second HTTP/1.1")),
        script=(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n",), when="head",
        unfinished=True)
    table.either("refused by the origin without reading", (
        post(b"Expect: 100-continue", b"Content-Length: 500"), 0.1, Fin), unfinished=True,
        script=(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", Close), when="head")
    table.either("an answer of 100 and 417", post(b"Expect: 100-continue", length, body=b"hello"),
                 script=(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n",))


def upgrade(table):
    table.about("Upgrade", "RFC 9110 7.8, RFC 6455 4, RFC 9113 3.1")
    settings = b"HTTP2-Settings: AAMAAABkAAQAAP__"
    table.forward("h2c", head(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", settings),
                  lacks=(b"upgrade", b"http2-settings"))
    table.forward("h2c without its settings nominated", head(b"Connection: Upgrade",
        b"Upgrade: h2c", settings),
                  lacks=(b"upgrade",))
    table.forward("h2c not nominated", head(b"Upgrade: h2c", settings),
                  lacks=(b"upgrade", b"http2-settings"),
                  mild=True)
    table.forward("h2c in capitals", head(b"Connection: UPGRADE, HTTP2-SETTINGS", b"Upgrade: H2C",
                                          settings),
                  lacks=(b"upgrade", b"http2-settings"))
    table.forward("h2c with a body", post(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
                                          settings,
                                          b"Content-Length: 5", body=b"hello"),
                                          lacks=(b"upgrade",), body=b"hello")
    table.forward("h2c where WebSocket is allowed", head(
        b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", settings,
        start=b"GET /ws HTTP/1.1"),
        lacks=(b"upgrade", b"http2-settings"))
    for value in (b"TLS/1.0", b"foo", b"h2", b"HTTP/2.0", b"IRC/6.9, RTA/x11", b"h3",
                  b"connect-udp"):
        table.either(f"'{shown(value)}'", head(b"Connection: Upgrade", b"Upgrade: " + value),
                     lacks=(b"upgrade",))
    table.either("h2c beside websocket", head(*WEBSOCKET, b"Upgrade: h2c"), lacks=(b"upgrade",))
    table.either("websocket, h2c", head(b"Connection: Upgrade", b"Upgrade: websocket, h2c"),
                 lacks=(b"upgrade",))
    table.either("websocket where it is not allowed", head(*WEBSOCKET), lacks=(b"upgrade",))
    table.either("websocket in HTTP/1.0", head(*WEBSOCKET, start=b"GET /ws HTTP/1.0"),
                 lacks=(b"upgrade",))
    table.either("websocket not nominated", head(*WEBSOCKET[1:], start=b"GET /ws HTTP/1.1"),
                 lacks=(b"upgrade",))
    table.either("websocket with a length of zero", head(*WEBSOCKET, b"Content-Length: 0",
                                                         start=b"GET /ws HTTP/1.1"),
                 body=b"")
    table.either("websocket by POST", post(*WEBSOCKET, b"Content-Length: 5", body=b"hello",
                                           start=b"POST /ws HTTP/1.1"))
    accepted = (b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    table.add("websocket that is accepted", (head(*WEBSOCKET, start=b"GET /ws HTTP/1.1"), Await,
                                             Fin), "either",
              script=(accepted, 0.05, Close), unfinished=True)
    table.either("websocket answered by a plain response", head(*WEBSOCKET,
        start=b"GET /ws HTTP/1.1"),
                 script=(plain(b"no"),))
    table.either("websocket refused, a request follows", (head(*WEBSOCKET,
        start=b"GET /ws HTTP/1.1"), Await),
                 script=(b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n",))


def forwards(table):
    table.about("Max-Forwards, TRACE, OPTIONS", "RFC 9110 7.6.2, 9.3.7, 9.3.8")
    for method in (b"OPTIONS", b"TRACE"):
        start = method + b" /case HTTP/1.1"
        table.add(f"{method.decode()} with 0", head(b"Max-Forwards: 0", start=start), STOPPED,
                  messages=0,
                  methods=(method,))
        for value, left in ((b"1", b"0"), (b"5", b"4"), (b"10", b"9"), (b"100", b"99")):
            table.either(f"{method.decode()} with {value.decode()}",
                         head(b"Max-Forwards: " + value, start=start),
                         has=((b"max-forwards", left),), methods=(method,))
        for value in (b"-1", b"x", b"1.5", b"0x1", b"+1", b"1 2", b"1, 2",
                      b"99999999999999999999999", b""):
            table.either(f"{method.decode()} with '{shown(value)}'",
                         head(b"Max-Forwards: " + value, start=start),
                         methods=(method,))
        table.either(f"{method.decode()} with two", head(b"Max-Forwards: 0", b"Max-Forwards: 5",
                                                         start=start),
                     methods=(method,))
    table.add("OPTIONS * with 0", head(b"Max-Forwards: 0", start=b"OPTIONS * HTTP/1.1"), STOPPED,
              messages=0,
              methods=(b"OPTIONS",))
    table.forward("OPTIONS without it", head(start=b"OPTIONS /case HTTP/1.1"),
                  methods=(b"OPTIONS",), target=b"/case")
    for value in (b"0", b"5", b"x"):
        table.forward(f"GET with {value.decode()}", head(b"Max-Forwards: " + value),
                      has=((b"max-forwards", value),))
    table.either("TRACE with a cookie", head(b"Cookie: a=b", start=b"TRACE /case HTTP/1.1"),
                 methods=(b"TRACE",))


def old_clients(table):
    table.about("HTTP/1.0 clients", "RFC 9112 9.3, RFC 9110 15.2")
    start = b"GET /case HTTP/1.0"
    table.forward("plain", head(start=start))
    table.forward("kept alive", head(b"Connection: keep-alive", start=start))
    table.forward("close", head(b"Connection: close", start=start))
    table.refuse("a second request without keep-alive", head(start=start) + SMUGGLED, messages=1)
    table.forward("a chunked response", head(start=start), script=(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + HELLO,))
    table.forward("a chunked response, kept alive", head(b"Connection: keep-alive", start=start),
                  script=(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + HELLO,))
    table.forward("early hints", head(start=start), interim=(), script=(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + plain(b"ok"),))
    table.forward("100 from the origin", post(b"Content-Length: 5", body=b"hello",
                                              start=b"POST /case HTTP/1.0"),
                  interim=(), body=b"hello", script=(b"HTTP/1.1 100 Continue\r\n\r\n" + plain(b"ok"),))
    table.forward("two, kept alive", head(b"Connection: keep-alive", start=start) + head(
        start=b"GET /second HTTP/1.0"), messages=2, methods=(b"GET", b"GET"), target=b"/second")


def pipelines(table):
    table.about("pipelines", "RFC 9112 9.3.2")
    table.forward("two", head() + head(start=b"GET /second HTTP/1.1"), messages=2,
                  methods=(b"GET",) * 2,
                  target=b"/second")
    table.forward("eight", b"".join(head(start=b"GET /%d HTTP/1.1" % n) for n in range(8)),
                  messages=8,
                  methods=(b"GET",) * 8, target=b"/7")
    table.forward("behind a body", post(b"Content-Length: 5",
                                        body=b"hello") + head(start=b"GET /second HTTP/1.1"),
                  messages=2, methods=(b"POST", b"GET"), target=b"/second")
    table.forward("behind a chunked body", chunked(HELLO) + head(start=b"GET /second HTTP/1.1"),
                  messages=2,
                  methods=(b"POST", b"GET"), target=b"/second")
    table.forward("behind chunks with trailers", chunked(b"5\r\nhello\r\n0\r\nA: b\r\n\r\n") + head(
        start=b"GET /second HTTP/1.1"), messages=2, methods=(b"POST", b"GET"), target=b"/second")
    table.forward("behind a HEAD", head(start=b"HEAD /case HTTP/1.1") + head(start=b"GET /second HTTP/1.1"),
                  messages=2, methods=(b"HEAD", b"GET"), target=b"/second",
                  script=(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",))
    table.forward("with an empty line between", post(b"Content-Length: 5",
                                                     body=b"hello") + b"\r\n" + head(
        start=b"GET /second HTTP/1.1"), messages=2, methods=(b"POST", b"GET"), target=b"/second",
        rfc="RFC 9112 2.2")
    for name, bad in (("a bad one", b"GET /x HTTP/1.1\r\nHost : x\r\n\r\n"),
                      ("no HTTP", b"\x00\x01\x02\x03"),
                      ("both lengths", post(b"Content-Length: 4", b"Transfer-Encoding: chunked",
                                            body=HELLO)),
                      ("one without Host", head(host=None)),
                      ("a bare LF", b"GET / HTTP/1.1\nHost: a\n\n"),
                      ("a bad chunk", chunked(b"x\r\n"))):
        table.refuse(f"a good one, then {name}", head() + bad, messages=1,
                     methods=(b"GET", b"GET"), closes=True)
        table.refuse(f"a good one with a body, then {name}",
                     post(b"Content-Length: 5", body=b"hello") + bad,
                     messages=1, methods=(b"POST", b"GET"), closes=True)
        table.refuse(f"{name}, then a good one", bad + head(start=b"GET /smuggled HTTP/1.1"),
                     closes=True)
    table.refuse("what is left of a longer body", (post(b"Content-Length: 3", body=b"hello"), Fin),
                 messages=1,
                 methods=(b"POST", b"x"), unfinished=True)


def pauses(table):
    table.about("pauses", "pause-based desynchronisation")
    whole = post(b"Content-Length: 5", body=b"hello")
    for cut in (1, 4, 17, 20, 40, len(whole) - 9, len(whole) - 6, len(whole) - 5, len(whole) - 1):
        table.forward(f"after {cut} bytes", (whole[:cut], 0.03, whole[cut:]), body=b"hello")
    whole = chunked(HELLO)
    for cut in range(len(whole) - len(HELLO) - 4, len(whole), 2):
        table.forward(f"in a chunked request after {cut} bytes", (whole[:cut], 0.03, whole[cut:]),
                      body=b"hello")
    table.forward("a head byte by byte", tuple(bytes([b]) for b in head()))
    table.forward("before a body that is a request", (
        post(b"Content-Length: %d" % len(SMUGGLED)), 0.2, SMUGGLED), body=SMUGGLED)
    table.refuse("between CR and another byte", (b"GET /case HTTP/1.1\r", 0.05,
                                                 b"Host: example.com\r\n\r\n", Fin),
                 closes=True)
    table.refuse("before a bare LF", (b"GET /case HTTP/1.1\r\nHost: example.com", 0.05, b"\n\r\n",
                                      Fin), closes=True)
    table.refuse("before a folded line", (b"GET /case HTTP/1.1\r\nHost: example.com\r\nA: b\r\n",
                                          0.05, b" c\r\n\r\n",
                                          Fin), closes=True)
    table.refuse("inside a bad chunk size", (chunked(b"5"), 0.05, b" \r\nhello\r\n0\r\n\r\n", Fin),
                 closes=True)
    table.refuse("before data beyond its chunk", (chunked(b"5\r\nhello"), 0.05, b"X\r\n0\r\n\r\n",
                                                  Fin), closes=True)


def early_answers(table):
    table.about("answers before the end of a request", "RFC 9112 9.5; CL.0, 0.CL")
    early = (plain(b"early"),)
    length = b"Content-Length: %d" % len(SMUGGLED)
    table.either("to a head, then a body that is a request", (post(length), 0.15, SMUGGLED),
                 script=early, when="head",
                 body=SMUGGLED)
    table.either("to a GET's head, then a body that is a request", (head(length), 0.15, SMUGGLED),
                 script=early,
                 when="head", body=SMUGGLED)
    table.either("to a head, then two requests", (post(length), 0.15,
                                                  SMUGGLED + head(start=b"GET /second HTTP/1.1")),
                 script=early, when="head", messages=2, methods=(b"POST", b"GET"))
    table.either("to a head with all of the body there", post(length, body=SMUGGLED), script=early,
                 when="head",
                 body=SMUGGLED)
    table.either("to a chunked head", (chunked(b""), 0.15,
                                       b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)),
                 script=early, when="head", body=SMUGGLED)
    table.either("and a close, then a body that is a request", (post(length), 0.15, SMUGGLED),
                 when="head",
                 script=(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly",
                         Close))
    table.either("redirects, as of a server that reads no bodies", (post(length), 0.15, SMUGGLED),
                 when="head",
                 script=(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",),
                 body=SMUGGLED)
    table.either("no answer at all", (head(), 0.1, Fin), script=(Silence,), unfinished=True,
                 wait=0.3)


def own_answers(table):
    table.about("answers of the proxy itself", "RFC 9112 9.3; CL.0")
    for path in (b"/local", b"/redirect"):
        name = path.decode()
        start = b"POST " + path + b" HTTP/1.1"
        length = b"Content-Length: %d" % len(SMUGGLED)
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)
        coded = b"Transfer-Encoding: chunked"
        for title, steps in (
                ("a GET", head(start=b"GET " + path + b" HTTP/1.1")),
                ("a HEAD", head(start=b"HEAD " + path + b" HTTP/1.1")),
                ("a body that is a request", post(length, body=SMUGGLED, start=start)),
                ("a body that is a request, after a pause", (post(length, start=start), 0.08,
                    SMUGGLED)),
                ("a body that is a request, after the answer",
                 (post(length, start=start), Await, 0.02, SMUGGLED)),
                ("a GET with a body that is a request", post(length, body=SMUGGLED,
                    start=b"GET" + start[4:])),
                ("a chunked body that is a request", post(coded, body=chunks, start=start)),
                ("a chunked body that is a request, after a pause",
                 (post(coded, start=start), 0.08, chunks)),
                ("an expected body that is a request", (
                    post(b"Expect: 100-continue", length, start=start), 0.08, SMUGGLED))):
            methods = (steps if isinstance(steps, bytes) else steps[0]).partition(b" ")[:1]
            table.add(f"{name}, {title}", steps, STOPPED, messages=0, methods=methods)
        for title, steps in (
                ("a bad chunk", post(coded, body=b"x\r\n" + SMUGGLED, start=start)),
                ("a bad chunk after the answer", (post(coded, start=start), Await, 0.02,
                                                  b"x\r\n" + SMUGGLED)),
                ("data beyond a chunk", post(coded, body=b"1\r\nabc\r\n0\r\n\r\n" + SMUGGLED,
                                             start=start))):
            table.add(f"{name}, {title}", steps, STOPPED, messages=0, methods=(b"POST",),
                      unfinished=True, closes=True)
        for title, steps in (
                ("a body cut short", (post(b"Content-Length: 500", body=SMUGGLED, start=start),
                                      Fin)),
                ("a large body", post(b"Content-Length: 600000", body=b"x" * 600000, start=start)),
                ("an expected body that does not come, then a request", (
                    post(b"Expect: 100-continue", b"Content-Length: 500", start=start), Await,
                    SMUGGLED))):
            table.either(f"{name}, {title}", steps, messages=0, methods=(b"POST",), unfinished=True)


def gateway(table):
    table.about("what a gateway adds", "RFC 9110 7.6.3, 6.6.1")
    table.forward("Via", head(), has=((b"via", None),))
    table.forward("Via in HTTP/1.0", head(start=b"GET /case HTTP/1.0"), has=((b"via", None),))
    table.forward("Via behind another's", head(b"Via: 1.0 fred"), has=((b"via", b"1.0 fred"),))
