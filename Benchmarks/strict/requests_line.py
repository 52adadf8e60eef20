"""The request line: method, target, version; Host; what is not HTTP/1 at all."""

from case import Fin, head, post, shown

GET = b"GET /case HTTP/1.1"
BAD_STARTS = [
    b"", b"GET", b"GET ", b"GET /case", b"GET /case ", b" GET /case HTTP/1.1",
    b"\tGET /case HTTP/1.1", b"GET  /case HTTP/1.1", b"GET /case  HTTP/1.1", b"GET /case HTTP/1.1 ",
    b"GET /case HTTP/1.1\t", b"GET\t/case HTTP/1.1", b"GET /case\tHTTP/1.1",
    b"GET\x0b/case HTTP/1.1", b"GET /case\x0cHTTP/1.1", b"GET /case HTTP/1.1 x",
    b"GET /case x HTTP/1.1", b"GET /ca se HTTP/1.1", b"/case HTTP/1.1", b"GET HTTP/1.1",
    b"GET  HTTP/1.1", b"GET /case HTTP /1.1", b"GET /case HTTP/ 1.1", b"GET /case HTTP/1. 1",
    b"GET\x00/case HTTP/1.1", b"GET /case\x00 HTTP/1.1", b"GET /case HTTP/1.1\x00",
    b"GET /case\xa0HTTP/1.1", b"GET: /case HTTP/1.1", b"HTTP/1.1 200 OK", b"GET /case\r HTTP/1.1",
    b"GET /case HTTP/1.1\r", b"GET\r/case HTTP/1.1", b"GET /case\n HTTP/1.1",
    b"GET,POST /case HTTP/1.1", b"GET /case HTTP/1.1, HTTP/1.0", b"GET /case HTTP/1.1 HTTP/1.1",
    b'"GET" /case HTTP/1.1', b"[GET] /case HTTP/1.1", b"GET(x) /case HTTP/1.1",
    b"GE T /case HTTP/1.1", b"\xefGET /case HTTP/1.1", b"G\xc3\x89T /case HTTP/1.1",
    b"GET\x7f /case HTTP/1.1", b"@ /case HTTP/1.1", b"{} /case HTTP/1.1", b"GET;a /case HTTP/1.1",
    b"GET= /case HTTP/1.1", b"<GET> /case HTTP/1.1", b"GET\\ /case HTTP/1.1",
]
BAD_VERSIONS = [
    b"HTTP/0.9", b"HTTP/2", b"HTTP/2.0", b"HTTP/3.0", b"HTTP/9.9", b"HTTP/0.0", b"HTTP/1",
    b"HTTP/1.", b"HTTP/.1", b"HTTP/11", b"HTTP/1.10", b"HTTP/1.01", b"HTTP/01.1", b"HTTP/10.1",
    b"HTTP/1.1.1", b"HTTP/1,1", b"http/1.1", b"Http/1.1", b"HTTp/1.1", b"HTTPS/1.1", b"HTP/1.1",
    b"XHTTP/1.1", b"HTTP1.1", b"HTTP//1.1", b"HTTP\\1.1", b"HTTP-1.1", b"HTTP/-1.1", b"HTTP/+1.1",
    b"HTTP/1.-1", b"HTTP/1.1a", b"HTTP/a.b", b"HTTP/1.x", b"HTTP/\xb9.1", b"HTTP/1.\xd9\xa1",
    b"HTTP/", b"HTTP", b"ICY/1.1", b"RTSP/1.0", b"HTTP/1.1;", b"HTTP/1.1#", b"HTTP/0x1.1",
    b"SIP/2.0", b"HTTP/4294967297.1", b"HTTP/257.1",
]
BAD_TARGETS = [
    b"case", b"case/", b"./case", b"../case", b"?a=b", b"#", b"/case#frag", b"/#", b"/case?a#b",
    b"*", b"**", b"/case#", b"\\case", b"example.com", b"example.com/case", b"//", b"http:",
    b"http:/case", b"http://", b"http:///case", b"https://", b"://example.com/",
    b"http//example.com/", b"ftp://example.com/case", b"file:///etc/passwd", b"javascript:x",
    b"mailto:a@example.com", b"urn:a:b", b"ws://example.com/case", b"gopher://example.com/",
    b"http://user@example.com/case", b"http://user:pw@example.com/case",
    b"http://@example.com/case", b"http://example.com@evil.example/case",
    b"http://example.com:x/case", b"http://example.com:99999/case", b"http://example.com:-1/case",
    b"http://example.com:80:80/case", b"http://[::1/case", b"http://::1/case",
    b"http://[::1]x/case", b"http://[example.com]/case", b"http://exa mple.com/case",
    b"http://example.com\\case", b"http://example.com#frag", b"http://example.com/case#frag",
    b"http://exam%70le.com:8x/case", b"http://.example.com/case", b"http://example..com/case",
    b"http://a,b/case", b"http://<x>/case", b"http:example.com", b"@", b":80",
    b"http:\\\\example.com\\case", b"http://example.com\\@evil.example/",
    b"http://example.com:80:/",
]
GOOD_TARGETS = [
    (b"/", b"/"), (b"/case", b"/case"), (b"/case/", b"/case/"), (b"/case?", None),
    (b"/case?a=b", b"/case?a=b"), (b"/case?a=b&c=d", b"/case?a=b&c=d"), (b"/case?a[]=1", None),
    (b"/a;b=c/d", b"/a;b=c/d"), (b"/a!$&'()*+,=:@b", b"/a!$&'()*+,=:@b"),
    (b"/~user/-._", b"/~user/-._"), (b"/%20x", b"/%20x"), (b"/%E2%82%AC", b"/%E2%82%AC"),
    (b"/case?a=%20", b"/case?a=%20"), (b"/case?a=http://x/", None), (b"/case?a?b", b"/case?a?b"),
    (b"/case?/../", b"/case?/../"), (b"/http://x/", None), (b"/@", b"/@"),
    (b"http://example.com/case", b"/case"), (b"HTTP://example.com/case", b"/case"),
    (b"http://EXAMPLE.com/case", b"/case"), (b"http://example.com", b"/"),
    (b"http://example.com/", b"/"), (b"http://example.com?a=b", b"/?a=b"),
    (b"http://example.com/case?a=b", b"/case?a=b"),
]
UNUSUAL_TARGETS = [
    b"//case", b"///", b"/../case", b"/a/../case", b"/./case", b"/a/..", b"/..", b"/%2e%2e/case",
    b"/.%2e/case", b"/a%2fb", b"/a%5cb", b"/a\\b", b"/%00", b"/a%00b", b"/%", b"/%zz", b"/%4",
    b"/%u0041", b"/a%0d%0ab", b"/a%0ab", b"/a|b", b"/a^b", b"/a`b", b"/{a}", b"/<a>", b'/"a"',
    b"/[a]", b"/case?a=%", b"/case?a=%zz", b"/case?a=%00", b'/case?"', b"/case?<a>", b"/case?a|b",
    b"/case?a\\b", b"/case?a^b`c{d}", b"/case;..;/x", b"/..;/case", b"/.;/case", b"/%252e%252e/x",
    b"/case%3fa=b", b"/case%23x", b"/%c0%ae%c0%ae/", b"/case?a=%0d%0aX:y",
    b"http://example.com:80/case", b"https://example.com/case",
]
HOSTS = [
    b"example.com", b"EXAMPLE.COM", b"example.com:80", b"example.com:8080", b"localhost",
    b"127.0.0.1", b"127.0.0.1:8080", b"[::1]", b"[::1]:8080", b"[2001:db8::1]", b"a",
    b"a-b.c-d.example", b"1.example", b"xn--bcher-kva.example", b" example.com", b"example.com ",
    b"\texample.com\t",
]
BAD_HOSTS = [
    b"example.com example.org", b"example.com,example.org", b"example.com, example.org",
    b"exa mple.com", b"example.com\tx", b"example.com/", b"example.com/case", b"/example.com",
    b"http://example.com", b"user@example.com", b"user:pw@example.com", b"@example.com",
    b"example.com#x", b"example.com?x", b"?", b"example.com\\x", b"\\", b"example.com:",
    b"example.com:x", b"example.com:80x", b"example.com:-1", b"example.com:+80",
    b"example.com:65536", b"example.com:99999999999", b"example.com:80:80", b"example.com::80",
    b"example.com:8 0", b"example.com: 80", b"example.com :80", b":80", b":", b"[::1", b"::1]",
    b"[::1]x", b"[]", b"[", b"]", b"[:::]", b"[1::2::3]", b"[::1]:x", b"[::g]", b"[example.com]",
    b"[::1%25eth0]", b"[::1%eth0]", b"[127.0.0.1]", b"[[::1]]", b"::1", b"2001:db8::1",
    b"[12345::1]", b"[v1.x]x", b"<example.com>", b'"example.com"', b"{example.com}",
    b"example.com|x", b"example.com^", b"example`com", b"exam\xe4ple.com", b"example.com\x00",
    b"\x00example.com", b"exa\x00mple.com", b"example.com\x01", b"example.com\x7f",
    b"example.com\x0b", b"b\xc3\xbccher.example", b"example.com%", b"example.com%0",
    b"example.com%00x", b"exa%20mple.com", b"a%2fb", b"example.com;x", b"(example.com)",
    b"example.com\xa0", b"\xef\xbb\xbfexample.com",
]
EITHER_HOSTS = [
    b"example.com.", b"example.com..", b".example.com", b"exam%70le.com", b"a_b.example",
    b"-a.example", b"a!b", b"a*b", b"$a", b"a=b", b"a&b", b"a'b", b"a+b", b"a~b",
    b"256.256.256.256", b"0x7f.1", b"example.com:0", b"example.com:00080", b"a" * 300, b".", b"*",
    b"", b"example.com:", b"[::ffff:127.0.0.1]", b"[fe80::1]:",
]


def add(table):
    lines(table)
    versions(table)
    targets(table)
    hosts(table)
    not_http(table)
    sizes(table)


def lines(table):
    table.about("request line", "RFC 9112 3")
    for start in BAD_STARTS:
        table.refuse(f"'{shown(start)}'", (head(start=start), Fin), closes=True)
    for method in (b"GET", b"get", b"Get", b"FOO", b"M-SEARCH", b"PROPFIND", b"!#$%&'*+-.^_`|~",
                   b"A", b"123",
                   b"X" * 24):
        table.forward(f"method {shown(method)}", head(start=method + b" /case HTTP/1.1"),
                      method=method,
                      methods=(method,), target=b"/case")
    table.either("a method of 200 bytes", head(start=b"X" * 200 + b" /case HTTP/1.1"))
    for count in (1, 2):
        table.forward(f"{count} empty lines before it", b"\r\n" * count + head())
    table.either("5 empty lines before it", b"\r\n" * 5 + head())
    for junk in (b"\n", b"\r", b" \r\n", b"\x00", b"\r\n\n", b"\n\r\n", b"\r\r\n", b"\xef\xbb\xbf",
                 b"\t\r\n", b"x\r\n"):
        table.refuse(f"behind '{shown(junk)}'", (junk + head(), Fin), closes=True)


def versions(table):
    table.about("version", "RFC 9112 2.3, 3")
    for version in BAD_VERSIONS:
        table.refuse(f"'{shown(version)}'", (head(start=b"GET /case " + version), Fin), closes=True)
        table.refuse(f"'{shown(version)}' with a body", (post(
            b"Content-Length: 5", body=b"hello", start=b"POST /case " + version), Fin), closes=True)
    table.forward("HTTP/1.0", head(start=b"GET /case HTTP/1.0"), target=b"/case")
    table.forward("HTTP/1.0 without Host", head(start=b"GET /case HTTP/1.0", host=None),
                  target=b"/case")
    for version in (b"HTTP/1.2", b"HTTP/1.9"):
        table.either(f"{version.decode()}", head(start=b"GET /case " + version), target=b"/case",
                     rfc="RFC 9110 2.5")


def targets(table):
    table.about("target", "RFC 9112 3.2, RFC 3986")
    for target in BAD_TARGETS:
        # Some of these could be made sense of; then they must not become another target.
        add = table.either if target in (b"//", b"http:/case", b"?a=b") else table.refuse
        add(f"'{shown(target)}'", head(start=b"GET " + target + b" HTTP/1.1"))
    for target, expected in GOOD_TARGETS:
        table.forward(f"'{shown(target)}'", head(start=b"GET " + target + b" HTTP/1.1"),
                      target=expected)
    for target in UNUSUAL_TARGETS:
        table.either(f"unusual '{shown(target)}'", head(start=b"GET " + target + b" HTTP/1.1"),
                     never=(b"X:y",))
    table.forward("OPTIONS *", head(start=b"OPTIONS * HTTP/1.1"), target=b"*",
                  methods=(b"OPTIONS",))
    table.forward("OPTIONS of a whole server by absolute-form", head(
        start=b"OPTIONS http://example.com HTTP/1.1"), target=b"*", methods=(b"OPTIONS",),
        rfc="RFC 9112 3.2.4")
    table.forward("OPTIONS of a server's root", head(start=b"OPTIONS http://example.com/ HTTP/1.1"),
                  target=b"/", methods=(b"OPTIONS",))
    for start in (b"POST * HTTP/1.1", b"HEAD * HTTP/1.1", b"PUT * HTTP/1.1", b"OPTIONS ** HTTP/1.1",
                  b"OPTIONS *? HTTP/1.1", b"OPTIONS */ HTTP/1.1", b"OPTIONS *# HTTP/1.1",
                  b"options * HTTP/1.1"):
        table.refuse(f"'{shown(start)}'", head(start=start))
    for target in (b"example.com:80", b"example.com:443", b"example.com", b"/case",
                   b"http://example.com/", b"*",
                   b"[::1]:443", b"example.com:443/case", b"127.0.0.1:22", b":80",
                   b"example.com:0"):
        table.refuse(f"CONNECT {shown(target)}", head(start=b"CONNECT " + target + b" HTTP/1.1"),
                     methods=(b"CONNECT",))
    table.refuse("CONNECT with a body", post(b"Content-Length: 5", body=b"hello",
                                             start=b"CONNECT example.com:80 HTTP/1.1"))
    table.refuse("connect in lower case", head(start=b"connect example.com:80 HTTP/1.1"))
    for target in (b"example.com:80", b"[::1]:443", b"localhost:8080"):
        table.refuse(f"GET {shown(target)}", head(start=b"GET " + target + b" HTTP/1.1"))


def hosts(table):
    table.about("Host", "RFC 9112 3.2, RFC 9110 7.2, RFC 3986 3.2.2")
    for value in HOSTS:
        table.forward(f"'{shown(value)}'", head(host=b"Host:" + value),
                      has=((b"host", value.strip()),))
    for value in BAD_HOSTS:
        add = table.either if value == b"example.com:" else table.refuse
        add(f"'{shown(value)}'", head(host=b"Host: " + value))
    for value in EITHER_HOSTS:
        if value not in BAD_HOSTS:
            table.either(f"'{shown(value)}'", head(host=b"Host: " + value))
    table.refuse("missing", head(host=None), closes=True)
    table.refuse("missing, with other fields", head(b"A: b", b"X-Forwarded-Host: example.com",
                                                    host=None))
    table.refuse("missing beside an absolute-form", head(
        start=b"GET http://example.com/case HTTP/1.1", host=None))
    table.either("empty", head(host=b"Host:"))
    for other in (b"Host: example.com", b"Host: evil.example", b"host: example.com",
                  b"HOST: evil.example", b"Host:",
                  b"Host: example.com:80"):
        table.refuse(f"twice, '{shown(other)}' last", head(other))
        table.refuse(f"twice, '{shown(other)}' first", head(b"Host: example.com", host=other))
        table.refuse(f"twice, '{shown(other)}' far away", head(b"A: b", b"C: d", other))
        table.refuse(f"twice in HTTP/1.0, '{shown(other)}'",
                     head(other, start=b"GET /case HTTP/1.0"))
    for line in (b"Host : example.com", b" Host: example.com", b"Host\t: example.com", b"Host",
                 b"Host example.com",
                 b"Host:\r\n example.com", b"Host\x00: example.com", b"Host:\n example.com"):
        table.refuse(f"line '{shown(line)}'", head(b"A: b", host=line))
        table.refuse(f"second line '{shown(line)}'", head(line))
    absolute = b"GET http://example.com/case HTTP/1.1"
    for value in (b"evil.example", b"example.org", b"example.com:8080", b"www.example.com",
                  b"127.0.0.1", b"localhost",
                  b"example.co", b"example.comx", b"[::1]"):
        table.either(f"{shown(value)} against absolute-form",
                     head(start=absolute, host=b"Host: " + value),
                     never=(value,) if b"." in value and value not in (b"example.co",) and (
                         b"example.com" not in value) and value != b"127.0.0.1" else (),
                     has=((b"host", b"example.com"),))
    for value in (b"example.com", b"EXAMPLE.com"):
        table.forward(f"{shown(value)} as in absolute-form",
                      head(start=absolute, host=b"Host: " + value))
    table.forward("a port as in absolute-form", head(
        start=b"GET http://example.com:8080/case HTTP/1.1", host=b"Host: example.com:8080"),
        has=((b"host", b"example.com:8080"),))
    table.refuse("bad beside a good absolute-form", head(start=absolute,
                                                         host=b"Host: exa mple.com"))
    table.refuse("twice beside an absolute-form", head(b"Host: example.com", start=absolute))
    table.forward("in HTTP/1.0, absolute-form with a port, without Host", head(
        start=b"GET http://example.com:8080/case HTTP/1.0", host=None),
        has=((b"host", b"example.com:8080"),))
    table.forward("in HTTP/1.0, absolute-form without Host", head(
        start=b"GET http://example.com/case HTTP/1.0", host=None), has=((b"host", b"example.com"),))


def not_http(table):
    table.about("not HTTP/1", "RFC 9112 3, RFC 9113 3.4")
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    table.refuse("an HTTP/2 preface", preface, closes=True)
    table.refuse("an HTTP/2 preface and frames", preface + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
                 closes=True)
    table.refuse("an HTTP/2 preface after a request", (head() + preface,), messages=1,
                 methods=(b"GET", b"PRI"), closes=True)
    table.refuse("a preface as HTTP/1.1", b"PRI * HTTP/1.1\r\nHost: example.com\r\n\r\nSM\r\n\r\n",
                 closes=True)
    for line in (b"GET /case\r\n", b"GET /\r\n", b"GET /case\n", b"GET\r\n", b"POST /case\r\n"):
        table.refuse(f"HTTP/0.9 '{shown(line)}'", line, closes=True)
        table.refuse(f"HTTP/0.9 '{shown(line)}' and an empty line", line + b"\r\n", closes=True)
        table.refuse(f"HTTP/0.9 '{shown(line)}' and fields", line + b"Host: example.com\r\n\r\n",
                     closes=True)
    table.refuse("a TLS handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x11" * 60,
                 closes=True)
    table.refuse("an SSH greeting", b"SSH-2.0-OpenSSH_9.2p1\r\n", closes=True)
    table.refuse("an SMTP greeting", b"EHLO example.com\r\n", closes=True)
    table.refuse("a response", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", closes=True)
    table.refuse("zeros", b"\x00" * 100, closes=True)
    table.refuse("a PROXY line", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + head(), closes=True)
    table.refuse("a binary PROXY header", b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + b"\x01" * 12 + head(),
                 closes=True)
    table.refuse("a request line and an end", (b"GET /case HTTP/1.1\r\n", Fin), unfinished=True)
    table.refuse("half a head and an end", (b"GET /case HTTP/1.1\r\nHost: exam", Fin),
                 unfinished=True)
    table.refuse("a head without its last line and an end", (head()[:-2], Fin), unfinished=True)
    table.refuse("a head without its last byte and an end", (head()[:-1], Fin), unfinished=True)


def sizes(table):
    table.about("size of a head", "RFC 9112 3, RFC 6585 5")
    table.forward("a target of 2,000 bytes", head(start=b"GET /" + b"a" * 1999 + b" HTTP/1.1"),
                  target=b"/" + b"a" * 1999)
    table.forward("a field of 4,000 bytes", head(b"A: " + b"b" * 4000), has=((b"a", b"b" * 4000),))
    table.forward("60 fields", head(*[b"A%d: b" % n for n in range(60)]))
    # RFC 9112 section 3: 414 is a MUST, 501 a SHOULD.
    table.forward("a target of 7,900 bytes", head(start=b"GET /" + b"a" * 7899 + b" HTTP/1.1"),
                  target=b"/" + b"a" * 7899)
    for size in (70_000, 200_000):
        table.refuse(f"a target of {size:,} bytes",
                     head(start=b"GET /" + b"a" * size + b" HTTP/1.1"), statuses=(414,),
                     closes=True)
        table.refuse(f"a query of {size:,} bytes",
                     head(start=b"GET /?" + b"a" * size + b" HTTP/1.1"), statuses=(414,),
                     closes=True)
        table.refuse(f"a method of {size:,} bytes", head(start=b"G" * size + b" /case HTTP/1.1"),
                     closes=True)
    table.refuse("a method of 100 bytes", head(start=b"G" * 100 + b" /case HTTP/1.1"),
                 statuses=(400, 405, 501), closes=True)
    table.refuse("a field of 500,000 bytes", head(b"A: " + b"b" * 500000), closes=True)
    table.refuse("a field name of 200,000 bytes", head(b"a" * 200000 + b": b"), closes=True)
    table.refuse("20,000 fields", head(*[b"A%d: b" % n for n in range(20000)]), closes=True)
    table.refuse("a line without an end", b"GET /" + b"a" * 300000, statuses=(414,), closes=True)
    table.refuse("100,000 empty lines", b"\r\n" * 100000 + head(), closes=True)
