"""Bodies of responses: whole, cut short, or longer than announced."""

from case import head, shown
from origin import Close, Reset
from requests_chunks import (BAD_EXTENSIONS, BAD_SIZES, BAD_TRAILERS, FORBIDDEN_TRAILERS,
                             GOOD_EXTENSIONS,
                             GOOD_TRAILERS)
from responses_head import EVIL, GET, OLD, answer

KEPT = head(b"Connection: keep-alive", start=b"GET /case HTTP/1.0")
CLIENTS = ((GET, "HTTP/1.1"), (OLD, "HTTP/1.0"), (KEPT, "HTTP/1.0 kept alive"))
END = b"0\r\n\r\n"


def add(table):
    chunks(table)
    whole(table)
    cut(table)
    close_delimited(table)


def coded(body, *lines):
    return answer(b"Transfer-Encoding: chunked", *lines, body=body)


def chunks(table):
    table.about("chunks of a response", "RFC 9112 7.1")
    for size in BAD_SIZES:
        table.refuse(f"size '{shown(size)}'", GET, script=(coded(size + b"\r\nhello\r\n" + END),
                                                           0.02, Close))
        table.refuse(f"size '{shown(size)}' of the second", GET, script=(
            coded(b"2\r\nok\r\n"), 0.02, size + b"\r\nhello\r\n" + END, 0.02, Close))
    for extension in BAD_EXTENSIONS[:24]:
        table.refuse(f"extension '{shown(extension)}'", GET, script=(
            coded(b"2" + extension + b"\r\nok\r\n" + END), 0.02, Close))
    for extension in GOOD_EXTENSIONS:
        table.forward(f"extension '{shown(extension)}'", GET, body=b"ok", script=(
            coded(b"2" + extension + b"\r\nok\r\n" + END),))
    for data in (b"2\r\nokX\r\n", b"2\r\nok\n", b"2\r\nok\r", b"2\r\nok", b"3\r\nok\r\n",
                 b"1\r\nok\r\n", b"2\nok\r\n",
                 b"2\r\nok\r\r\n", b"2\r\nokevil\r\n", b"2\rok\r\n", b"2\r\nok\x00\x00"):
        table.refuse(f"data '{shown(data)}'", GET, script=(coded(data + END), 0.02, Close))
    for end in (b"0\n\n", b"0\r\n\n", b"0\n\r\n", b"0\r\r\n\r\n", b"0\r\n\rX", b"0\r\nX",
                b"0 \r\n\r\n", b"-0\r\n\r\n",
                b"0x0\r\n\r\n"):
        table.refuse(f"end '{shown(end)}'", GET, script=(coded(b"2\r\nok\r\n" + end), 0.02, Close))
    for trailer in GOOD_TRAILERS:
        table.forward(f"trailer '{shown(trailer)}'", GET, body=b"ok", script=(
            coded(b"2\r\nok\r\n0\r\n" + trailer + b"\r\n"),))
    for trailer in FORBIDDEN_TRAILERS:
        table.either(f"forbidden trailer '{shown(trailer)}'", GET, body=b"ok", script=(
            coded(b"2\r\nok\r\n0\r\n" + trailer + b"\r\n"),))
    for trailer in BAD_TRAILERS:
        table.refuse(f"trailer '{shown(trailer)}'", GET, script=(
            coded(b"2\r\nok\r\n0\r\n" + trailer + b"\r\n"), 0.02, Close))
    for data in (b"x", b"2\r\nok\r\nx", b"2\r\nokX\r\n" + END, b"2\r\nok\r\n0\r\n\n"):
        table.refuse(f"in one piece '{shown(data)}'", GET, script=(coded(data), 0.02, Close))
    table.refuse("endless trailers", GET, script=(coded(b"2\r\nok\r\n0\r\n" + b"A: b\r\n" * 100000), 0.02, Close))


def whole(table):
    table.about("whole responses", "RFC 9112 6")
    for request, name in CLIENTS:
        table.forward(f"by length to {name}", request, script=(answer(b"Content-Length: 2"),),
                      body=b"ok")
        table.forward(f"in chunks to {name}", request,
                      script=(coded(b"1\r\no\r\n1\r\nk\r\n" + END),), body=b"ok")
        table.forward(f"until the close to {name}", request, script=(answer(), Close), body=b"ok")
        table.forward(f"until the close, announced, to {name}", request,
                      script=(answer(b"Connection: close"), Close),
                      body=b"ok")
        table.forward(f"of nothing to {name}", request, script=(answer(b"Content-Length: 0",
            body=b""),), body=b"")
        table.forward(f"of nothing in chunks to {name}", request, script=(coded(END),), body=b"")
        table.forward(f"of nothing until the close to {name}", request,
                      script=(answer(body=b""), Close), body=b"")
        table.forward(f"by HTTP/1.0 to {name}", request, script=(answer(start=b"HTTP/1.0 200 OK"),
            Close), body=b"ok")
        table.forward(f"by HTTP/1.0 with a length to {name}", request, script=(
            answer(b"Content-Length: 2", start=b"HTTP/1.0 200 OK"), Close), body=b"ok")
        table.forward(f"by HTTP/1.0, kept alive, to {name}", request, script=(
            answer(b"Content-Length: 2", b"Connection: keep-alive", start=b"HTTP/1.0 200 OK"),),
            body=b"ok")
        table.forward(f"of 300,000 bytes to {name}", request, script=(
            answer(b"Content-Length: 300000", body=b"x" * 300000),), body=b"x" * 300000, wait=2)
        table.forward(f"in pieces to {name}", request, script=(
            b"HTTP/1.1 200 O", 0.01, b"K\r\nContent-Le", 0.01, b"ngth: 2\r\n\r", 0.01, b"\no",
            0.01, b"k"), body=b"ok")


def cut(table):
    table.about("responses cut short", "RFC 9112 8")
    by_length = answer(b"Content-Length: 10", body=b"0123456789")
    in_chunks = coded(b"5\r\nhello\r\n3\r\nabc\r\n" + END)
    for request, name in CLIENTS:
        for end, kind in ((Close, "FIN"), (Reset, "RST")):
            for body, data in (("length", by_length), ("chunks", in_chunks)):
                start = data.index(b"\r\n\r\n") + 4
                places = [1, 8, 9, 13, 16, start - 3, start - 1]
                places += range(start, len(data), 1 if name == "HTTP/1.1" else 3)
                for place in places:
                    table.cut(f"{body} to {name}, {kind} after {place} bytes", request, script=(
                        data[:place], 0.01, end))
            table.cut(f"in one piece by length to {name}, {kind}", request,
                      script=(by_length[:-3], end))
            table.cut(f"in one piece in chunks to {name}, {kind}", request,
                      script=(in_chunks[:-3], end))
            table.cut(f"of a large body to {name}, {kind}", request, wait=2, script=(
                answer(b"Content-Length: 300000", body=b"x" * 299999), 0.02, end))
            table.cut(f"of an HTTP/1.0 response to {name}, {kind}", request, script=(
                answer(b"Content-Length: 10", start=b"HTTP/1.0 200 OK", body=b"012345678"), 0.01,
                end))
    table.cut("HEAD answered by half a head", head(start=b"HEAD /case HTTP/1.1"),
              methods=(b"HEAD",), script=(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", Close))


def close_delimited(table):
    table.about("responses until the close, cut", "RFC 9112 8")
    for request, name in CLIENTS:
        table.cut(f"RST to {name}", request, script=(answer(), 0.02, Reset))
        table.cut(f"RST after a large body to {name}", request,
                  script=(answer(body=b"x" * 200000), 0.05, Reset), wait=2)
        table.cut(f"RST of an HTTP/1.0 response to {name}", request, script=(
            answer(start=b"HTTP/1.0 200 OK"), 0.02, Reset))
    table.about("more than was announced", "RFC 9112 6.3, 9.2; queue poisoning")
    for request, name in CLIENTS[:2]:
        for extra in (b"X", b"\r\n", b"evil", EVIL, b"\x00", b"HTTP/1.1 ", b"0\r\n\r\n"):
            table.either(f"'{shown(extra)}' behind a length to {name}", request, script=(
                answer(b"Content-Length: 2") + extra,), body=b"ok")
            table.either(f"'{shown(extra)}' behind chunks to {name}", request, script=(
                coded(b"2\r\nok\r\n" + END + extra),), body=b"ok")
            table.either(f"'{shown(extra)}' behind a length after a pause to {name}", request,
                         script=(
                answer(b"Content-Length: 2"), 0.01, extra), body=b"ok", settle=0.04)
