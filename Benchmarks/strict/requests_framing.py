"""Content-Length and Transfer-Encoding: the length of a request has one reading or none."""

from case import Fin, SMUGGLED, chunked, head, post, shown

BAD_LENGTHS = [
    b"", b" ", b"+5", b"-5", b"-0", b"5 5", b"5,5", b"5, 5", b"5 ,5", b"5,6", b"5;", b"5,", b",5",
    b",", b"0x5", b"0x05", b"5h", b"5.0", b"5e0", b"5L", b"five", b"'5'", b'"5"', b"5\x0b",
    b"\x0b5", b"5\x0c", b"\x005", b"5\x00", b"0b101", b"0o5", b"5_0", b"5\xa0", b"\xa05", b"\x855",
    b"\xd9\xa5", b"\xef\xbc\x95", b"5#", b"5/5", b"5:5", b"(5)", b"5 bytes", b"5\t5", b"05,5",
    b"NaN", b"Infinity", b"1e1", b"5=5", b"%35", b"5%00", b"chunked", b"-18446744073709551611",
    b"18446744073709551615", b"18446744073709551616", b"18446744073709551621",
    b"9223372036854775808", b"9223372036854775813", b"99999999999999999999", b"9" * 64,
    b"1" + b"0" * 40, b"36893488147419103237", b"4294967301x",
]
LENGTH_NAMES = [b"Content-Length", b"content-length", b"CONTENT-LENGTH", b"cOnTeNt-LeNgTh"]
BAD_CODINGS = [
    b"", b" ", b",", b"identity", b"gzip", b"deflate", b"compress", b"br", b"x-gzip", b"trailers",
    b"chunked, chunked", b"chunked,chunked", b"gzip, chunked", b"chunked, gzip",
    b"identity, chunked", b"chunked, identity", b"chunked,", b",chunked", b", chunked",
    b"chunked,,chunked", b"chunked;", b"chunked;q=1", b"chunked; a=b", b"chunked;q=0", b"xchunked",
    b"chunkedx", b"chunke", b"chunked1", b"x-chunked", b"chunk", b'"chunked"', b"'chunked'",
    b"chunked\x0b", b"\x0bchunked", b"\x0cchunked", b"chunked\x00", b"\x00chunked", b"ch\x00unked",
    b"ch unked", b"chun\tked", b"[chunked]", b"(chunked)", b"chunked=1", b"\xa0chunked",
    b"chunked\xa0", b"\x85chunked", b"chunked\x7f", b"chunked chunked", b"chunked identity",
    b"chunked\tx", b"cow", b"null", b"0", b"close", b"chunked, cow", b"cow, chunked", b"chunked\\",
    b"ch%75nked", b"\xef\xbd\x83hunked", b"chun\xc5\xbfed", b"\xe2\x84\xaachunked",
    b"chun\xe2\x84\xaaed",
]
GOOD_CODINGS = [
    b"chunked", b"Chunked", b"CHUNKED", b"cHuNkEd", b" chunked", b"  chunked  ", b"\tchunked",
    b"chunked\t", b"chunked ",
]
# Lines that look like Transfer-Encoding to a careless reader.
DISGUISED = [
    b"Transfer-Encoding : chunked", b"Transfer-Encoding\t: chunked", b" Transfer-Encoding: chunked",
    b"\tTransfer-Encoding: chunked", b"Transfer-Encoding\x00: chunked",
    b"Transfer-Encoding\x0b: chunked", b"Transfer Encoding: chunked", b"Transfer-Encoding",
    b"Transfer-Encoding chunked", b"Transfer-Encoding:\n chunked",
    b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding:\r\n\tchunked",
    b"Transfer-Encoding\r\n: chunked", b"Transfer-Encoding\n: chunked",
    b"Transfer-Encoding:\rchunked", b"Foo: bar\nTransfer-Encoding: chunked",
    b"Foo: bar\rTransfer-Encoding: chunked", b"\x00Transfer-Encoding: chunked",
    b"Transfer-Encoding\xa0: chunked", b"\xefTransfer-Encoding: chunked",
    b"Transfer-Encoding;: chunked", b"(Transfer-Encoding): chunked",
    b"Transfer-Encoding\x01: chunked", b":Transfer-Encoding: chunked",
    b"Transfer-Encoding\r: chunked", b"Transfer\x85Encoding: chunked",
]
HELLO = b"5\r\nhello\r\n0\r\n\r\n"
HIDING = b"0\r\n\r\n" + SMUGGLED


def add(table):
    lengths(table)
    repeated_lengths(table)
    codings(table)
    both(table)
    old(table)
    disguised(table)
    without_body(table)


def lengths(table):
    table.about("Content-Length", "RFC 9110 8.6, RFC 9112 6.3")
    for value in BAD_LENGTHS:
        table.refuse(f"value '{shown(value)}'", post(b"Content-Length: " + value, body=b"hello"),
                     closes=True)
    for value in (b"5", b" 5", b"5 ", b"\t5\t", b"   5   "):
        table.forward(f"value '{shown(value)}'", post(b"Content-Length:" + value, body=b"hello"),
                      body=b"hello", has=((b"content-length", b"5"),))
    for value in (b"05", b"0005", b"00000000000000000005"):
        table.either(f"leading zeros {shown(value)}", post(b"Content-Length: " + value,
                                                           body=b"hello"),
                     body=b"hello")
    for name in LENGTH_NAMES:
        table.forward(f"spelled {name.decode()}", post(name + b": 5", body=b"hello"), body=b"hello")
    table.forward("last of the fields", post(b"A: b", b"C: d", b"Content-Length: 5", body=b"hello"),
                  body=b"hello")
    table.forward("before Host", post(b"Content-Length: 5", b"Host: example.com", body=b"hello",
                                      host=None), body=b"hello")
    table.forward("zero", post(b"Content-Length: 0"), body=b"")
    table.forward("a body in pieces", (post(b"Content-Length: 10", body=b"hel"), 0.02, b"lowo",
                                       0.02,
                                       b"rld"), body=b"helloworld")
    table.forward("a body that is a request", post(b"Content-Length: %d" % len(SMUGGLED),
                                                   body=SMUGGLED), body=SMUGGLED)
    table.forward("a body that follows a pause", (post(b"Content-Length: %d" % len(SMUGGLED)), 0.1,
                                                  SMUGGLED), body=SMUGGLED)
    table.refuse("a body cut short by a FIN", (post(b"Content-Length: 50", body=b"hello"), Fin),
                 unfinished=True)
    table.refuse("a body cut short after a pause", (post(b"Content-Length: 50", body=b"hello"),
                                                    0.05,
                                                    b"x", 0.05, Fin), unfinished=True)


def repeated_lengths(table):
    table.about("Content-Length repeated", "RFC 9112 6.3")
    pairs = [(b"5", b"5"), (b"5", b"6"), (b"6", b"5"), (b"0", b"5"), (b"5", b"0"), (b"5", b""),
             (b"", b"5"), (b"5", b"+5"), (b"5", b"05"), (b"5", b"x"), (b"5", b"5,5")]
    for first, second in pairs:
        table.refuse(f"'{shown(first)}' and '{shown(second)}'",
                     post(b"Content-Length: " + first, b"Content-Length: " + second, body=b"hello"),
                     closes=True)
        table.refuse(f"'{shown(first)}' and '{shown(second)}' apart", post(
            b"Content-Length: " + first, b"A: b", b"content-length: " + second, body=b"hello"),
            closes=True)
    table.refuse("three times", post(*[b"Content-Length: 5"] * 3, body=b"hello"), closes=True)
    table.refuse("around a request", post(b"Content-Length: 0",
                                          b"Content-Length: %d" % len(SMUGGLED),
                                          body=SMUGGLED), closes=True)
    table.refuse("around a request, the longer first", post(
        b"Content-Length: %d" % len(SMUGGLED), b"Content-Length: 0", body=SMUGGLED), closes=True)
    table.refuse("on a GET", head(b"Content-Length: 0", b"Content-Length: 5") + b"hello",
                 closes=True)


def codings(table):
    table.about("Transfer-Encoding", "RFC 9112 6.1, 6.3")
    for value in BAD_CODINGS:
        table.refuse(f"value '{shown(value)}'",
                     post(b"Transfer-Encoding: " + value, body=HELLO), closes=True)
    for value in GOOD_CODINGS:
        table.forward(f"value '{shown(value)}'", post(b"Transfer-Encoding:" + value, body=HELLO),
                      body=b"hello")
    for name in (b"transfer-encoding", b"TRANSFER-ENCODING", b"tRaNsFeR-eNcOdInG"):
        table.forward(f"spelled {name.decode()}", post(name + b": chunked", body=HELLO),
                      body=b"hello")
    table.about("Transfer-Encoding repeated", "RFC 9112 6.1, 6.3")
    for first, second in [(b"chunked", b"chunked"), (b"chunked", b"identity"),
                          (b"identity", b"chunked"),
                          (b"gzip", b"chunked"), (b"chunked", b"gzip"), (b"chunked", b""),
                          (b"", b"chunked"),
                          (b"chunked", b"cow"), (b"cow", b"chunked"), (b"chunked", b"x")]:
        table.refuse(f"'{shown(first)}' and '{shown(second)}'", post(
            b"Transfer-Encoding: " + first, b"Transfer-Encoding: " + second, body=HELLO),
            closes=True)
    table.refuse("two spellings", post(b"Transfer-Encoding: chunked", b"transfer-encoding: chunked",
                                       body=HELLO), closes=True)
    table.refuse("apart", post(b"Transfer-Encoding: chunked", b"A: b", b"Transfer-Encoding: cow",
                               body=HELLO), closes=True)


def both(table):
    table.about("both lengths", "RFC 9112 6.1, 6.3; CL.TE, TE.CL")
    for length in (b"0", b"5", b"%d" % len(HIDING), b"4", b"6", b"999", b"x", b""):
        for order in (0, 1):
            fields = [b"Content-Length: " + length, b"Transfer-Encoding: chunked"]
            table.refuse(f"length '{shown(length)}', {'coding' if order else 'length'} first",
                         post(*(fields[::-1] if order else fields), body=HIDING), closes=True)
    for coding in BAD_CODINGS[:24] + [b"Chunked", b" chunked", b"CHUNKED"]:
        table.refuse(f"coding '{shown(coding)}'", post(
            b"Content-Length: %d" % len(HIDING), b"Transfer-Encoding: " + coding, body=HIDING),
            closes=True)
    table.refuse("with a field between", post(b"Content-Length: 4", b"A: b",
                                              b"Transfer-Encoding: chunked", body=HIDING),
                                              closes=True)
    table.refuse("on a GET", head(b"Content-Length: 4", b"Transfer-Encoding: chunked") + HIDING,
                 closes=True)
    table.refuse("TE.CL", post(b"Content-Length: 4", b"Transfer-Encoding: chunked",
                               body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED)),
                               closes=True)
    table.refuse("with Connection: Content-Length", post(
        b"Connection: Content-Length", b"Content-Length: 4", b"Transfer-Encoding: chunked",
        body=HIDING), closes=True)
    table.refuse("with Connection: Transfer-Encoding", post(
        b"Connection: Transfer-Encoding", b"Content-Length: 4", b"Transfer-Encoding: chunked",
        body=HIDING), closes=True)


def old(table):
    table.about("lengths in HTTP/1.0", "RFC 9112 6.1, 6.3")
    start = b"POST /case HTTP/1.0"
    table.refuse("chunked", chunked(HELLO, start=start), closes=True)
    table.refuse("chunked, kept alive", chunked(HELLO, b"Connection: keep-alive", start=start),
                 closes=True)
    table.refuse("both", post(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=HIDING,
                              start=start), closes=True)
    table.refuse("both, kept alive", post(
        b"Connection: keep-alive", b"Transfer-Encoding: chunked", b"Content-Length: 4", body=HIDING,
        start=start), closes=True)
    table.refuse("identity", post(b"Transfer-Encoding: identity", body=b"hello", start=start),
                 closes=True)
    table.refuse("chunked behind a GET", head(b"Transfer-Encoding: chunked",
                                              start=b"GET /case HTTP/1.0") + HELLO, closes=True)
    table.forward("a length", post(b"Content-Length: 5", body=b"hello", start=start), body=b"hello")
    table.forward("a length, kept alive", post(b"Content-Length: 5", b"Connection: keep-alive",
                                               body=b"hello", start=start), body=b"hello")
    table.refuse("two lengths", post(b"Content-Length: 5", b"Content-Length: 5", body=b"hello",
                                     start=start), closes=True)


def disguised(table):
    table.about("disguised lengths", "RFC 9112 5, 6; TE.TE")
    for line in DISGUISED:
        table.refuse(f"'{shown(line)}'", post(line, body=HELLO), closes=True)
        table.refuse(f"'{shown(line)}' and a length", post(
            b"Content-Length: %d" % len(HIDING), line, body=HIDING), closes=True)
        other = line.replace(b"Transfer-Encoding", b"Content-Length").replace(b"chunked", b"5")
        if other != line and b"Transfer" not in other:
            table.refuse(f"'{shown(other)}'", post(other, body=b"hello"), closes=True)
            table.refuse(f"'{shown(other)}' and chunked", chunked(HIDING, other), closes=True)
    for line in (b"Transfer_Encoding: chunked", b"X-Transfer-Encoding: chunked",
                 b"Transfer-Encodings: chunked", b"TransferEncoding: chunked",
                 b"Transfer.Encoding: chunked", b"Content_Length: 99", b"ContentLength: 99",
                 b"X-Content-Length: 99", b"Content-Length-: 99"):
        table.either(f"another name, '{shown(line)}'", post(b"Content-Length: 5", line,
                                                            body=b"hello"),
                     body=b"hello", lacks=(b"transfer-encoding",))


def without_body(table):
    table.about("bodies by method", "RFC 9110 9.3, RFC 9112 6.3")
    for method in (b"GET", b"HEAD", b"DELETE", b"OPTIONS", b"PUT", b"PATCH", b"PURGE", b"post"):
        start = method + b" /case HTTP/1.1"
        script = (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",)
        table.forward(f"{method.decode()} without a length", head(start=start), body=b"",
                      script=script,
                      methods=(method,), method=method)
        table.either(f"{method.decode()} with a body", post(b"Content-Length: 5", body=b"hello",
                                                            start=start), body=b"hello",
                                                            script=script,
                     methods=(method,), method=method)
        table.either(f"{method.decode()} with a chunked body", chunked(HELLO, start=start),
                     body=b"hello",
                     script=script, methods=(method,), method=method)
        table.either(f"{method.decode()} with a body that is a request", post(
            b"Content-Length: %d" % len(SMUGGLED), body=SMUGGLED, start=start), body=SMUGGLED,
            script=script, methods=(method,))
    table.refuse("TRACE with a body", post(b"Content-Length: 5", body=b"hello",
                                           start=b"TRACE /case HTTP/1.1"), rfc="RFC 9110 9.3.8")
    table.refuse("TRACE with a chunked body", chunked(HELLO, start=b"TRACE /case HTTP/1.1"),
                 rfc="RFC 9110 9.3.8")
    table.forward("POST without a length", post(), body=b"")
