"""The chunked coding of requests, byte by byte."""

from case import Fin, SMUGGLED, chunked, shown

BAD_SIZES = [
    b"", b" 5", b"5 ", b"5\t", b"\t5", b"+5", b"-5", b"-0", b"0x5", b"0X5", b"x5", b"5h", b"g",
    b"5g", b"5,5", b"5.0", b"5 5", b"5_0", b"5\x00", b"\x005", b"5\x0b", b"5\x0c", b"\xd9\xa5",
    b"\xef\xbc\x95", b"5:", b"5=", b"5\xa0", b"5/", b"5#", b"'5'", b'"5"', b"5\x7f", b"5\x80", b"@",
    b"`", b"G", b"/", b"10000000000000005", b"100000000000000005", b"FFFFFFFFFFFFFFFF",
    b"8000000000000000", b"8000000000000005", b"ffffffffffffffffff", b"1" + b"0" * 31 + b"5",
    b"5\xff",
]
GOOD_EXTENSIONS = [
    b";a", b";a=b", b';a="b"', b';a="b;c"', b";a;b", b";a=b;c=d", b';a="\\""', b';a=""',
    b";ext-name=tok!#$%&'*+.^_`|~", b';a="\xe4"', b";" + b"a" * 60,
]
# White space that the grammar has, and that a recipient must take (BWS of RFC 9110 section 5.6.3).
SPACED_EXTENSIONS = [
    b" ;a", b"\t;a", b"; a", b";a =b", b";a= b", b"\t;\ta", b" ; a = b", b';a="b" ;c', b";a ;b",
]
BAD_EXTENSIONS = [
    b";", b";;", b";a;", b";;a", b";=b", b";a=", b';a="b', b';a=b"', b";a=b c", b";a b", b";a==b",
    b";a=b=c", b";a\x00", b";\x00", b";a\x0b", b";a\x7f", b";a\x01=b", b";a\n", b";a\nb", b";a\rb",
    b";a\r", b";\n", b";a=\n", b";a=\x00", b';a="\x00"', b';a="\n"', b';a="\r"', b';a="b"c',
    b";a(b)", b";a@b", b";a=[b]", b";a,b", b";\xe4", b";a=\xe4", b";a=b\xff", b";/", b";a/b",
    b";a:b", b" ;", b" ; ", b" a", b"\ta=b", b";a ", b';a="b" ', b";a=b\t", b" ;;a",
]
BAD_TRAILERS = [
    b"A : b\r\n", b" A: b\r\n", b"A\r\n", b": b\r\n", b"A: b\n", b"A: b\r", b"A: b\x00\r\n",
    b"A\x00: b\r\n", b"A: b\r\n c\r\n", b"A b: c\r\n", b"A: b\r\n\n", b"\n", b"A: \x01\r\n",
    b"A: b\nC: d\r\n", b"A: b\rC: d\r\n", b"A\xe4: b\r\n", b"A: b\x7f\r\n", b"A@: b\r\n",
]
GOOD_TRAILERS = [
    b"A: b\r\n", b"A: b\r\nC: d\r\n", b"A:\r\n", b"A: \xe4\r\n", b"X-Checksum:  1 \r\n",
    b"A: b\tc\r\n",
]
# Fields that must not be taken from a trailer section (RFC 9110 section 6.5.1).
FORBIDDEN_TRAILERS = [
    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n", b"Host: evil.example\r\n",
    b"Connection: close\r\n", b"Trailer: A\r\n", b"Authorization: x\r\n", b"Cookie: a=b\r\n",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"X-Forwarded-For: 1.2.3.4\r\n",
    b"Upgrade: h2c\r\n", b"TE: trailers\r\n", b"Expect: 100-continue\r\n", b"Max-Forwards: 0\r\n",
]
END = b"0\r\n\r\n"


def add(table):
    sizes(table)
    extensions(table)
    data(table)
    trailers(table)
    cut(table)


def sizes(table):
    table.about("chunk size", "RFC 9112 7.1")
    for size in BAD_SIZES:
        table.refuse(f"'{shown(size)}'", chunked(size + b"\r\nhello\r\n" + END), closes=True)
    for size in BAD_SIZES[:24]:
        table.refuse(f"'{shown(size)}' of the second chunk", chunked(
            b"3\r\nabc\r\n" + size + b"\r\nhello\r\n" + END), closes=True)
    for size in (b"00 ", b"0x0", b"-0", b"+0", b" 0", b"0\t", b"0\x00", b"0h", b"0,0", b"00g"):
        table.refuse(f"last chunk '{shown(size)}'", chunked(b"5\r\nhello\r\n" + size + b"\r\n\r\n"),
                     closes=True)
    for size in (b"5", b"05", b"0005", b"0000000000000005"):
        table.forward(f"{size.decode()}", chunked(size + b"\r\nhello\r\n" + END), body=b"hello")
    table.forward("many leading zeros", chunked(b"0" * 40 + b"5\r\nhello\r\n" + END), body=b"hello")
    for size, count in ((b"a", 10), (b"A", 10), (b"fF", 255), (b"1A", 26), (b"001a", 26)):
        table.forward(f"hexadecimal {size.decode()}",
                      chunked(size + b"\r\n" + b"x" * count + b"\r\n"
                                                              + END), body=b"x" * count)
    for last in (b"0", b"00", b"0000", b"0000000000000000", b"0" * 30):
        table.forward(f"last chunk {last.decode()}",
                      chunked(b"5\r\nhello\r\n" + last + b"\r\n\r\n"),
                      body=b"hello")
    table.forward("no data", chunked(END), body=b"")
    table.forward("many chunks", chunked(b"1\r\nx\r\n" * 200 + END), body=b"x" * 200)
    table.forward("a byte at a time", tuple(bytes([b]) for b in chunked(b"3\r\nabc\r\n" + END)),
                  body=b"abc")
    table.refuse("larger than any body", (chunked(b"7FFFFFFFFFFFFFFF\r\nhello"), Fin),
                 unfinished=True)


def extensions(table):
    table.about("chunk extension", "RFC 9112 7.1.1")
    for extension in GOOD_EXTENSIONS:
        table.forward(f"'{shown(extension)}'", chunked(b"5" + extension + b"\r\nhello\r\n" + END),
                      body=b"hello")
    table.forward("on the last chunk", chunked(b"5\r\nhello\r\n0;a=b\r\n\r\n"), body=b"hello")
    for extension in SPACED_EXTENSIONS:
        table.forward(f"spaced '{shown(extension)}'",
                      chunked(b"5" + extension + b"\r\nhello\r\n" + END), body=b"hello")
        table.forward(f"spaced '{shown(extension)}' on the last chunk",
                      chunked(b"5\r\nhello\r\n0" + extension + b"\r\n\r\n"), body=b"hello")
    for extension in BAD_EXTENSIONS:
        table.refuse(f"'{shown(extension)}'", chunked(b"5" + extension + b"\r\nhello\r\n" + END),
                     closes=True)
        table.refuse(f"'{shown(extension)}' on the last chunk", chunked(
            b"5\r\nhello\r\n0" + extension + b"\r\n\r\n"), closes=True)
    table.refuse("a bare LF hides a chunk", chunked(b"5;a\nhello\r\n" + END + SMUGGLED),
                 closes=True)
    table.refuse("a bare LF hides a request", chunked(
        b"2;\nxx\r\n%x\r\n0\r\n\r\n%s\r\n" % (len(SMUGGLED) + 5, SMUGGLED) + END), closes=True)
    table.either("of 5000 bytes", chunked(b"5;" + b"a" * 5000 + b"\r\nhello\r\n" + END),
                 body=b"hello")


def data(table):
    table.about("chunk data", "RFC 9112 7.1")
    longer = [b"5\r\nhelloX\r\n", b"5\r\nhello0\r\n", b"5\r\nhelloXX", b"4\r\nhello\r\n",
              b"0\r\nhello\r\n",
              b"5\r\nhello\n", b"5\r\nhello\r", b"5\r\nhello", b"5\r\nhello\r\r\n",
              b"5\r\nhello\n\r\n",
              b"5\r\nhello \r\n", b"5\r\nhello\x00\x00", b"5\r\nhello\r\n\r\n", b"5\nhello\r\n",
              b"5\rhello\r\n",
              b"5\r\r\nhello\r\n", b"5\n\r\nhello\r\n", b"5\r\n\r\nhello\r\n", b"6\r\nhello\r\n",
              b"5\r\nhello\r\n5\nhello\r\n", b"5\r\nhello;\r\n", b"5\r\nhello\rX", b"5\r\nhello\nX"]
    for piece in longer:
        table.refuse(f"'{shown(piece)}'", (chunked(piece + END), Fin), closes=True)
        table.refuse(f"'{shown(piece)}' before a request", (chunked(piece + END + SMUGGLED), Fin),
                     closes=True)
    for ending in (b"0\n\n", b"0\r\n\n", b"0\n\r\n", b"0\r\r\n\r\n", b"0\r\n\r\r\n", b"0\r\n\rX",
                   b"0\r\rX",
                   b"0\r\nX", b"0 \r\n\r\n", b"0\r\n \r\n"):
        table.refuse(f"ended by '{shown(ending)}'", (chunked(b"5\r\nhello\r\n" + ending), Fin),
                     closes=True)
    table.forward("data that looks like an end", chunked(b"5\r\n0\r\n\r\n\r\n" + END),
                  body=b"0\r\n\r\n")
    table.forward("data that is a request", chunked(
        b"%x\r\n%s\r\n" % (len(SMUGGLED), SMUGGLED) + END), body=SMUGGLED)


def trailers(table):
    table.about("trailers", "RFC 9112 7.1.2, RFC 9110 6.5")
    body = b"5\r\nhello\r\n0\r\n"
    for trailer in GOOD_TRAILERS:
        table.forward(f"'{shown(trailer)}'", chunked(body + trailer + b"\r\n"), body=b"hello")
    table.forward("announced", chunked(body + b"A: b\r\n\r\n", b"Trailer: A"), body=b"hello")
    for trailer in FORBIDDEN_TRAILERS:
        name = trailer.partition(b":")[0].lower()
        table.either(f"forbidden '{shown(trailer)}'", chunked(body + trailer + b"\r\n"),
                     body=b"hello",
                     lacks=(name,) if name not in (b"transfer-encoding", b"content-length", b"host",
                                                   b"connection", b"x-forwarded-for") else (),
                     never=(b"evil.example", b"1.2.3.4"))
    for trailer in BAD_TRAILERS:
        table.refuse(f"'{shown(trailer)}'", (chunked(body + trailer + b"\r\n"), Fin), closes=True)
        table.refuse(f"'{shown(trailer)}' before a request", (
            chunked(body + trailer + b"\r\n" + SMUGGLED), Fin), closes=True)
    table.refuse("endless", chunked(body + b"A: b\r\n" * 20000), closes=True)
    table.refuse("one of 100,000 bytes", chunked(body + b"A: " + b"b" * 100000 + b"\r\n\r\n"),
                 closes=True)


def cut(table):
    table.about("chunked body cut short", "RFC 9112 8")
    whole = b"5\r\nhello\r\n0\r\n\r\n"
    for count in range(len(whole)):
        table.refuse(f"after {count} bytes", (chunked(whole[:count]), Fin), unfinished=True)
