"""Heads of responses: status lines, field lines, lengths, interim responses."""

from case import head, shown
from origin import Close

GET = head()
HEAD = head(start=b"HEAD /case HTTP/1.1")
OLD = head(start=b"GET /case HTTP/1.0")
EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
BAD_STATUS_LINES = [
    b"", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 OK", b"HTTP/1.1 2", b"HTTP/1.1 20",
    b"HTTP/1.1 2000 OK", b"HTTP/1.1 0200 OK", b"HTTP/1.1 099 OK", b"HTTP/1.1 000 OK",
    b"HTTP/1.1 -200 OK", b"HTTP/1.1 +200 OK", b"HTTP/1.1 20x OK", b"HTTP/1.1 2 00 OK",
    b"HTTP/1.1 0x200 OK", b"HTTP/1.1 200.0 OK", b"HTTP/1.1 200OK", b"HTTP/1.1  200 OK",
    b"HTTP/1.1\t200 OK", b"HTTP/1.1 200\tOK", b" HTTP/1.1 200 OK", b"\tHTTP/1.1 200 OK",
    b"HTTP/2 200 OK", b"HTTP/2.0 200 OK", b"HTTP/0.9 200 OK", b"HTTP/3.0 200 OK", b"HTTP/1 200 OK",
    b"HTTP/1. 200 OK", b"HTTP/1.10 200 OK", b"HTTP/01.1 200 OK", b"http/1.1 200 OK",
    b"HTTPS/1.1 200 OK", b"HTTP1.1 200 OK", b"HTTP/1,1 200 OK", b"HTTP/1.1\x00200 OK",
    b"HTTP/1.1 200 O\x00K", b"HTTP/1.1 200 O\x01K", b"HTTP/1.1 200 O\x0bK", b"HTTP/1.1 200 OK\x7f",
    b"HTTP/1.1 200 O\rK", b"HTTP/1.1 200 OK\r", b"HTTP/1.1:200 OK", b"ICY 200 OK", b"200 OK",
    b"RTSP/1.0 200 OK", b"GET / HTTP/1.1", b"<html>", b"\x00", b"\x16\x03\x01\x02\x00",
    b"HTTP/1.1 \xd9\xa2\xd9\xa0\xd9\xa0 OK", b"HTTP/1.1 200\x0bOK", b"HTTP/1.1 1e2 OK",
    b"HTTP/1.1 ?00 OK", b"HTTP/-1.1 200 OK", b"HTTP/1.1, 200 OK", b"\xef\xbb\xbfHTTP/1.1 200 OK",
    b"XHTTP/1.1 200 OK", b"HTTP/1.1 200-OK", b"HTTP/1.1/1.1 200 OK", b"HTTP /1.1 200 OK",
    b"HTTP/ 1.1 200 OK", b"HTTP/1.1 20\x00 OK",
]
GOOD_STATUS_LINES = [
    b"HTTP/1.1 200 OK", b"HTTP/1.1 200 ", b"HTTP/1.1 200 Very well then", b"HTTP/1.1 200 \xe4\xff",
    b"HTTP/1.1 200 a\tb", b"HTTP/1.1 201 Created", b"HTTP/1.1 299 Odd", b"HTTP/1.0 200 OK",
    b"HTTP/1.1 203 x", b"HTTP/1.1 200 200", b"HTTP/1.1 200  OK",
]
BAD_LINES = [
    b"A : b", b"A\t: b", b" A: b", b"A", b"A b", b": b", b":", b"A B: c", b"A;: b", b"A\x00: b",
    b"A: b\x00", b"A: \x01b", b"A: b\x7f", b"A\x7f: b", b"A\xe4: b", b"A: b\rc", b"A: b\nc: d",
    b"A: b\r\n c", b"A: b\r\n\tc", b"A:\r\n b", b"A: b\n", b"A: b\r", b"A\r\n: b", b"A: b\n c",
    b"(A): b", b"A,B: c", b"A: b\x0bc", b"A: b\x0c", b"\x00", b"\n", b"A: b\r\r", b"A@: b",
    b"Set-Cookie: a=b\r\n c=d", b"Content-Type: text/html\r\n ;x", b"A: b\x1bc", b"<html>",
    b"A: b\r c",
]
BAD_LENGTHS = [
    b"", b"+2", b"-2", b"-1", b"2 2", b"2,2", b"2, 2", b"2,3", b"2;", b",2", b"2,", b"0x2", b"2.0",
    b"2e0", b"two", b"'2'", b'"2"', b"2\x0b", b"\x0b2", b"2\x00", b"18446744073709551616",
    b"18446744073709551618", b"99999999999999999999", b"9" * 60, b"2h", b"2_0", b"\xd9\xa2", b"NaN",
    b"2 x", b"9223372036854775808", b"2\xa0", b"2:2", b"chunked",
]
BAD_CODINGS = [
    b"", b"identity", b"gzip", b"deflate", b"chunked, chunked", b"gzip, chunked", b"chunked, gzip",
    b"identity, chunked", b"chunked, identity", b"chunked;", b"chunked;a=b", b"xchunked",
    b"chunkedx", b'"chunked"', b"chunked\x0b", b"\x0bchunked", b"chunked\x00", b"ch unked", b"cow",
    b"chunked chunked", b",chunked", b"chunked,", b"'chunked'", b"\xa0chunked", b"chunked=1", b"0",
]
BODY = b"2\r\nok\r\n0\r\n\r\n"


def answer(*lines, start=b"HTTP/1.1 200 OK", body=b"ok"):
    return b"\r\n".join((start,) + lines) + b"\r\n\r\n" + body


def add(table):
    status_lines(table)
    statuses(table)
    field_lines(table)
    lengths(table)
    both(table)
    interim(table)
    connection(table)


def status_lines(table):
    table.about("status line", "RFC 9112 4")
    for line in BAD_STATUS_LINES:
        table.refuse(f"'{shown(line)}'", GET, script=(answer(b"Content-Length: 2", start=line),
                                                      Close))
    for line in GOOD_STATUS_LINES:
        table.forward(f"'{shown(line)}'", GET, script=(answer(b"Content-Length: 2", start=line), ),
                      body=b"ok")
    for line in (b"HTTP/1.1 200", b"HTTP/1.2 200 OK", b"HTTP/1.9 200 OK", b"HTTP/1.1 200 OK "):
        table.either(f"'{shown(line)}'", GET, script=(answer(b"Content-Length: 2", start=line), ),
                     body=b"ok")
    for end in (b"\n", b"\r", b"\r\r\n", b"\n\r", b"\x00\r\n", b"\r\x00\n", b"\r \n"):
        rows = [b"HTTP/1.1 200 OK", b"Content-Length: 2", b""]
        for place, name in enumerate(("the status line", "a field", "the empty line")):
            data = b"".join(row + (end if at == place else b"\r\n") for at,
                            row in enumerate(rows)) + b"ok"
            table.refuse(f"'{shown(end)}' ends {name}", GET, script=(data, Close))
        table.refuse(f"'{shown(end)}' ends every line", GET,
                     script=(end.join(rows) + end + b"ok", Close))
    for junk in (b"\r\n", b"\n", b" ", b"\x00", b"x", b"\r\n\r\n", b"ok\r\n", b"\xef\xbb\xbf"):
        table.refuse(f"behind '{shown(junk)}'", GET, script=(junk + answer(b"Content-Length: 2"),
            Close))
    table.refuse("HTTP/0.9", GET, script=(b"<html>hello</html>", Close))
    table.refuse("nothing", GET, script=(Close,))
    table.refuse("only an empty line", GET, script=(b"\r\n\r\n", Close))


def statuses(table):
    table.about("status", "RFC 9110 15")
    for code in (200, 206, 301, 302, 400, 401, 403, 404, 410, 418, 429, 451, 499, 500, 503, 599):
        table.forward(f"{code}", GET, script=(answer(b"Content-Length: 2",
                                                     start=b"HTTP/1.1 %d X" % code), ),
                      statuses=(code,), body=b"ok")
    for code in (600, 700, 999):
        table.either(f"{code}", GET, script=(answer(b"Content-Length: 2",
                                                    start=b"HTTP/1.1 %d X" % code), Close),
                     statuses=(502, 500, code))
    table.about("responses without a body", "RFC 9112 6.3")
    for code in (204, 304):
        start = b"HTTP/1.1 %d X" % code
        table.forward(f"{code}", GET, script=(start + b"\r\n\r\n",), statuses=(code,), body=b"")
        table.either(f"{code} with a length", GET,
                     script=(start + b"\r\nContent-Length: 5\r\n\r\n",),
                     statuses=(code, 502), body=b"" if code != 204 else None)
        table.either(f"{code} with a length and a body", GET, statuses=(code, 502),
                     script=(start + b"\r\nContent-Length: %d\r\n\r\n" % len(EVIL) + EVIL,))
        table.either(f"{code} with a body behind it", GET, script=(start + b"\r\n\r\n" + EVIL,),
                     statuses=(code, 502))
        table.either(f"{code} with a body after a pause", GET,
                     script=(start + b"\r\n\r\n", 0.02, EVIL),
                     statuses=(code, 502), settle=0.05)
        table.either(f"{code} with a length and a body at any time", GET, statuses=(code, 502),
                     script=(
            start + b"\r\nContent-Length: %d\r\n\r\n" % len(EVIL), 0.02, EVIL))
        table.either(f"{code} with a coding", GET, statuses=(code, 502),
                     script=(start + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + b"4\r\nevil\r\n0\r\n\r\n",))
        table.either(f"{code} with both", GET, statuses=(code, 502), script=(
            start + b"\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", Close))
    table.forward("HEAD with a length", HEAD, methods=(b"HEAD",), body=b"",
                  has=((b"content-length", b"5"),),
                  script=(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",))
    table.forward("HEAD with a coding", HEAD, methods=(b"HEAD",), body=b"",
                  script=(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",))
    table.forward("HEAD without a length", HEAD, methods=(b"HEAD",), body=b"",
                  script=(b"HTTP/1.1 200 OK\r\n\r\n",))
    table.either("HEAD with a body", HEAD, methods=(b"HEAD",), body=b"", script=(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(EVIL) + EVIL,))
    table.either("HEAD with a body after a pause", HEAD, methods=(b"HEAD",), body=b"", script=(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(EVIL), 0.05, EVIL))
    table.either("HEAD with chunks", HEAD, methods=(b"HEAD",), body=b"", script=(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n",))
    table.refuse("HEAD with two lengths", HEAD, methods=(b"HEAD",), script=(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", Close))
    table.either("205 with a body", GET, script=(answer(b"Content-Length: 2",
                                                        start=b"HTTP/1.1 205 X"),))


def field_lines(table):
    table.about("field lines of a response", "RFC 9112 5, RFC 9110 5")
    for line in BAD_LINES:
        table.refuse(f"'{shown(line)}'", GET, script=(answer(b"Content-Length: 2", line), Close))
        table.refuse(f"'{shown(line)}' first", GET, script=(answer(line, b"Content-Length: 2"),
                                                            Close))
    for line, value in ((b"A: b", b"b"), (b"A:b", b"b"), (b"A:", b""), (b"A: \xe4", b"\xe4"),
                        (b"A:\tb\t", b"b"),
                        (b"A: b:c", b"b:c"), (b"A: b\tc", b"b\tc")):
        table.forward(f"'{shown(line)}'", GET, script=(answer(b"Content-Length: 2", line),),
                      has=((b"a", value),),
                      body=b"ok")
    for name in (b"A_B", b"!#$%&'*+-.^`|~", b"1"):
        table.forward(f"name '{shown(name)}'", GET, script=(answer(b"Content-Length: 2",
            name + b": v"),),
                      has=((name, b"v"),), body=b"ok")
    table.about("bytes in a field value of a response", "RFC 9110 5.5")
    for value in list(range(0x20)) + [0x7f, 0x80, 0xff]:
        byte = bytes([value])
        add = table.forward if value == 9 or value >= 0x80 else table.refuse
        add(f"0x{value:02x}", GET, script=(answer(b"Content-Length: 2", b"A: x" + byte + b"y"),
                                           0.02, Close))
    table.about("response splitting", "RFC 9112 11.1")
    for hidden in (b"A: b\r\n\r\n" + EVIL, b"A: b\n\n" + EVIL, b"A: b\r\r" + EVIL,
                   b"Location: /x\r\n\r\n" + EVIL):
        table.either(f"'{shown(hidden[:20])}'", GET, script=(
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + hidden + b"\r\nB: c\r\n\r\n", 0.02,
            Close))
    table.refuse("LF hides a length", GET, script=(
        b"HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(EVIL) + EVIL, Close))
    table.refuse("CR hides a length", GET, script=(
        b"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(EVIL) + EVIL, Close))
    table.about("size of a response's head", "RFC 9110 5.4")
    table.forward("a field of 2,000 bytes", GET, script=(answer(b"Content-Length: 2",
        b"A: " + b"b" * 2000),))
    table.refuse("a field of 1,000,000 bytes", GET, script=(answer(b"Content-Length: 2",
        b"A: " + b"b" * 10**6), Close))
    table.refuse("200,000 fields", GET, script=(answer(b"Content-Length: 2", *[b"A: b"] * 200000),
                                                Close))
    table.refuse("a reason of 1,000,000 bytes", GET, script=(
        answer(b"Content-Length: 2", start=b"HTTP/1.1 200 " + b"x" * 10**6), Close))
    table.refuse("an endless head", GET, script=(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200000,
                                                 Close))


def lengths(table):
    table.about("Content-Length of a response", "RFC 9112 6.3")
    for value in BAD_LENGTHS:
        table.refuse(f"'{shown(value)}'", GET, script=(answer(b"Content-Length: " + value), Close))
    for first, second in ((b"2", b"2"), (b"2", b"3"), (b"3", b"2"), (b"0", b"2"), (b"2", b"0"),
                          (b"2", b""), (b"", b"2"),
                          (b"2", b"x"), (b"2", b"02"), (b"2", b"+2")):
        table.refuse(f"'{shown(first)}' and '{shown(second)}'", GET, script=(
            answer(b"Content-Length: " + first, b"Content-Length: " + second), Close))
        table.refuse(f"'{shown(first)}' and '{shown(second)}' apart", GET, script=(
            answer(b"Content-Length: " + first, b"A: b", b"content-length: " + second), Close))
    for value in (b"2", b" 2", b"2 ", b"\t2"):
        table.forward(f"'{shown(value)}'", GET, script=(answer(b"Content-Length:" + value),),
                      body=b"ok")
    table.either("'02'", GET, script=(answer(b"Content-Length: 02"),), body=b"ok")
    for line in (b"Content-Length : 2", b" Content-Length: 2", b"Content-Length\x00: 2",
                 b"Content-Length\t: 2",
                 b"Content-Length:\r\n 2", b"Content-Length"):
        table.refuse(f"line '{shown(line)}'", GET, script=(answer(line), Close))
    table.about("Transfer-Encoding of a response", "RFC 9112 6.1, 6.3")
    for value in BAD_CODINGS:
        table.refuse(f"'{shown(value)}'", GET, script=(answer(b"Transfer-Encoding: " + value,
            body=BODY), Close))
    for value in (b"chunked", b"Chunked", b"CHUNKED", b" chunked ", b"\tchunked"):
        table.forward(f"'{shown(value)}'", GET, script=(answer(b"Transfer-Encoding:" + value,
            body=BODY),), body=b"ok")
    for first, second in ((b"chunked", b"chunked"), (b"chunked", b"identity"),
                          (b"identity", b"chunked"),
                          (b"gzip", b"chunked"), (b"chunked", b"x"), (b"", b"chunked")):
        table.refuse(f"'{shown(first)}' and '{shown(second)}'", GET, script=(
            answer(b"Transfer-Encoding: " + first, b"Transfer-Encoding: " + second, body=BODY),
            Close))
    for line in (b"Transfer-Encoding : chunked", b" Transfer-Encoding: chunked",
                 b"Transfer-Encoding\x00: chunked",
                 b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding",
                 b"Transfer-Encoding\x0b: chunked"):
        table.refuse(f"line '{shown(line)}'", GET, script=(answer(line, body=BODY), Close))
        table.refuse(f"line '{shown(line)}' and a length", GET, script=(
            answer(line, b"Content-Length: 2", body=BODY), Close))
    for coding in (b"chunked", b"identity"):
        table.refuse(f"{coding.decode()} in HTTP/1.0", GET, script=(
            answer(b"Transfer-Encoding: " + coding, start=b"HTTP/1.0 200 OK", body=BODY), Close))
        table.refuse(f"{coding.decode()} in HTTP/1.0, kept alive", GET, script=(
            answer(b"Transfer-Encoding: " + coding, b"Connection: keep-alive",
                   start=b"HTTP/1.0 200 OK", body=BODY),
            0.02, Close))


def both(table):
    table.about("both lengths of a response", "RFC 9112 6.3")
    hidden = b"0\r\n\r\n" + EVIL
    for length in (b"0", b"2", b"%d" % len(hidden), b"5", b"999", b"x"):
        for order in (0, 1):
            fields = [b"Content-Length: " + length, b"Transfer-Encoding: chunked"]
            table.refuse(f"{length.decode()}, {'coding' if order else 'length'} first", GET,
                         script=(
                answer(*(fields[::-1] if order else fields), body=hidden), 0.02, Close))
    for coding in (b"identity", b"gzip", b"Chunked", b"chunked, chunked", b"", b"cow"):
        table.refuse(f"coding {coding.decode()!r}", GET, script=(
            answer(b"Content-Length: %d" % len(hidden), b"Transfer-Encoding: " + coding,
                   body=hidden), Close))
    table.refuse("in HTTP/1.0", GET, script=(
        answer(b"Content-Length: 5", b"Transfer-Encoding: chunked", start=b"HTTP/1.0 200 OK",
               body=hidden), Close))


def interim(table):
    table.about("interim responses", "RFC 9110 15.2")
    final = answer(b"Content-Length: 2")
    for code in (102, 103, 199):
        table.either(f"{code}", GET, script=(b"HTTP/1.1 %d X\r\nLink: </x>\r\n\r\n" % code + final,
                                             ), body=b"ok")
        table.forward(f"{code} to HTTP/1.0", OLD, script=(b"HTTP/1.1 %d X\r\n\r\n" % code + final,
                                                          ), body=b"ok",
                      interim=())
    table.forward("100 that nobody asked for", GET,
                  script=(b"HTTP/1.1 100 Continue\r\n\r\n" + final,), body=b"ok")
    table.forward("103 twice", GET, script=(b"HTTP/1.1 103 X\r\n\r\n" * 2 + final,), body=b"ok")
    table.forward("103 and a pause", GET, script=(b"HTTP/1.1 103 X\r\n\r\n", 0.05, final),
                  body=b"ok")
    table.either("103 with a field of one connection", GET, script=(
        b"HTTP/1.1 103 X\r\nConnection: A\r\nA: evil\r\nKeep-Alive: x\r\n\r\n" + final,),
        body=b"ok")
    for code in (100, 102, 103):
        table.either(f"{code} with a length", GET, script=(
            b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (code, len(EVIL)) + EVIL + final,
            0.02, Close))
        table.either(f"{code} with a coding", GET, script=(
            b"HTTP/1.1 %d X\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n" % code + final, 0.02, Close))
        table.refuse(f"{code} and nothing more", GET, script=(b"HTTP/1.1 %d X\r\n\r\n" % code,
            Close))
    for line in (b"HTTP/1.1 101 X", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade",
                 b"HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade",
                 b"HTTP/1.1 101 X\r\nContent-Length: 0"):
        table.refuse(f"'{shown(line[:60])}' that nobody asked for", GET,
                     script=(line + b"\r\n\r\n" + EVIL, 0.02, Close))
        table.refuse(f"'{shown(line[:60])}' to HTTP/1.0", OLD,
                     script=(line + b"\r\n\r\n" + EVIL, 0.02, Close))
    websocket = head(b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
                     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", start=b"GET /ws HTTP/1.1")
    for line in (b"Connection: Upgrade\r\nUpgrade: h2c", b"Upgrade: websocket",
                 b"Connection: Upgrade", b"A: b",
                 b"Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c"):
        table.add(f"101 to a WebSocket with '{shown(line)}'", websocket, "refuse", script=(
            b"HTTP/1.1 101 X\r\n" + line + b"\r\n\r\n", 0.02, Close))
    table.add("101 to a WebSocket in HTTP/1.0", websocket, "refuse", rfc="RFC 9110 15.2", script=(
        b"HTTP/1.0 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 0.02, Close))
    table.add("101 to a WebSocket with a field of one connection", websocket, "either",
              unfinished=True,
              lacks=(b"a",), script=(b"HTTP/1.1 101 X\r\nConnection: Upgrade, A\r\nUpgrade: websocket\r\nA: x\r\n\r\n",
                                     0.02, Close), statuses=(101, 502))
    table.refuse("a thousand of 103", GET, script=(b"HTTP/1.1 103 X\r\n\r\n" * 1000 + final, 0.02,
                                                   Close))
    table.refuse("bad field in a 103", GET, script=(b"HTTP/1.1 103 X\r\nA : b\r\n\r\n" + final,
                                                    Close))


def connection(table):
    table.about("fields of one connection of a response", "RFC 9110 7.6.1")
    for lines, names in (((b"Connection: A", b"A: x"), (b"a",)),
                         ((b"A: x", b"Connection: close, a"), (b"a",)),
                         ((b"Connection: A", b"Connection: B", b"A: x", b"B: y"), (b"a", b"b")),
                         ((b"Keep-Alive: timeout=5",), ()), ((b"Proxy-Connection: keep-alive",),
                             (b"proxy-connection",)),
                         ((b"Upgrade: h2c",), (b"upgrade",)),
                         ((b"Upgrade: h2c", b"Connection: Upgrade"), (b"upgrade",)),
                         ((b"TE: trailers",), (b"te",)), ((b"Connection: ,A,,", b"A: x"), (b"a",)),
                         ((b"Connection: X-Long-Name", b"x-LONG-name: x"), (b"x-long-name",))):
        table.forward(shown(b" | ".join(lines)), GET, script=(answer(b"Content-Length: 2", *lines),
            ), lacks=names,
                      body=b"ok", mild=b"Connection" not in b"".join(lines))
    for name in (b"Content-Length", b"Transfer-Encoding", b"Set-Cookie", b"Cache-Control",
                 b"Content-Type", b"Date"):
        table.either(f"nominates {name.decode()}", GET, body=b"ok", script=(
            answer(b"Connection: " + name, b"Content-Length: 2"), 0.02, Close))
    table.forward("nominates Transfer-Encoding of chunks", GET, body=b"ok", script=(
        answer(b"Connection: Transfer-Encoding", b"Transfer-Encoding: chunked", body=BODY),))
    table.either("Proxy-Authenticate", GET, script=(answer(b"Content-Length: 2",
                                                           b"Proxy-Authenticate: Basic"),),
                                                           body=b"ok")
