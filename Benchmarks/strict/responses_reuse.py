"""Queue poisoning: what a server says on a kept connection never becomes another's response."""

from case import Await, head, post
from origin import Close, plain
from responses_head import EVIL, GET, answer

SECOND = head(start=b"GET /second HTTP/1.1")


def add(table):
    table.about("queue poisoning", "RFC 9112 9.2, 11.1")
    table.either("two responses to one request, another follows", (GET, Await, SECOND),
                 methods=(b"GET",) * 2,
                 script=(answer(b"Content-Length: 2") + EVIL,))
    table.either("two responses to one of a pipeline", GET + SECOND, methods=(b"GET",) * 2,
                 script=(answer(b"Content-Length: 2") + EVIL,))
    table.either("a second response after a pause", (GET, Await, 0.1, SECOND),
                 methods=(b"GET",) * 2,
                 script=(answer(b"Content-Length: 2"), 0.03, EVIL), settle=0.06)
    table.either("100 and two responses", (GET, Await, SECOND), methods=(b"GET",) * 2,
                 script=(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"Content-Length: 2") + EVIL,))
    table.either("a response to HEAD with a body, another follows",
                 (head(start=b"HEAD /case HTTP/1.1"), Await, 0.03,
                                                                     GET),
                                                                     methods=(b"HEAD", b"GET"),
                 script=(answer(b"Content-Length: 5", body=b"hello"),), body=b"hello")
    table.either("an interim response behind a final one", (GET, Await, SECOND),
                 methods=(b"GET",) * 2,
                 script=(answer(b"Content-Length: 2") + b"HTTP/1.1 103 X\r\n\r\n",))
    table.either("half a response behind a whole one", (GET, Await, SECOND), methods=(b"GET",) * 2,
                 script=(answer(b"Content-Length: 2") + EVIL[:20],))
    table.forward("a close that was not announced, another follows", (GET, Await, 0.03, SECOND),
                  methods=(b"GET",) * 2, script=(plain(b"ok"), Close), body=b"ok")
    table.forward("an announced close, another follows", (GET, Await, SECOND),
                  methods=(b"GET",) * 2, body=b"ok",
                  script=(plain(b"ok", b"Connection: close\r\n"), Close))
    table.either("an announced close, but more is said", (GET, Await, SECOND),
                 methods=(b"GET",) * 2, body=b"ok",
                 script=(plain(b"ok", b"Connection: close\r\n") + EVIL,))
    table.either("an answer before the body is read, a request in the body", (
        post(b"Content-Length: 400"), Await, 0.02, head(start=b"GET /second HTTP/1.1"), 0.02),
        when="head",
        script=(plain(b"early"),), unfinished=True)
    table.forward("an error, another follows", (GET, Await, SECOND), methods=(b"GET",) * 2,
                  statuses=(404,), script=(
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",), body=b"no")
    for name, script in (("a bad status line", b"HTTP/1.1 2000 OK\r\n\r\n"), ("a bad length", (
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")),
            ("both lengths", b"HTTP/1.1 200 OK\r\nContent-Length"
            b": 2\r\nTransfer-Encoding: chunked\r\n\r\n"), ("half a head",
                                                            b"HTTP/1.1 200 OK\r\nA: ")):
        # One client's bad response is not another request's, in a pipeline too.
        table.add(f"{name}, a pipelined request follows",
                  GET + b"GET /canary/0 HTTP/1.1\r\nHost: x\r\n\r\n",
                  "mixed", methods=(b"GET",) * 2, script=(script, Close))
    for code in (b"204", b"304"):
        table.either(f"{code.decode()} with a body, another follows", (GET, Await, 0.03, SECOND),
                     methods=(b"GET",) * 2,
                     script=(b"HTTP/1.1 " + code + b" X\r\n\r\n" + EVIL,),
                     statuses=(int(code), 502))
