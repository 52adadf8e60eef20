"""Random messages: good ones with a few wrong bytes, the same for the same seed. The oracle is the
strictest reading of what was sent: nothing may arrive that is not in it."""

import random

from case import EITHER, Case, Fin, head, post, shown
from judge import UNSAFE
from messages import Reader, Violation
from origin import Close

GET = head(b"A: b", b"Cookie: c=d")
INNER = head(start=b"GET /inner HTTP/1.1")
SEEDS = [
    GET, post(b"Content-Length: 5", body=b"hello"),
    post(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n"),
    head(start=b"GET http://example.com/case?a=b HTTP/1.1"), head(start=b"OPTIONS * HTTP/1.1"),
    head(b"Connection: keep-alive", start=b"GET /case HTTP/1.0"),
    head(b"Connection: X-A, close", b"X-A: 1", b"TE: trailers"),
    post(b"Content-Length: %d" % len(INNER), body=INNER),
    post(b"Content-Length: 5", body=b"hello") + GET,
    post(b"Transfer-Encoding: chunked", body=b"0\r\n\r\n") + GET,
]
ANSWERS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n3;a\r\nabc\r\n0\r\nT: u\r\n\r\n",
    b"HTTP/1.1 103 X\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
    b"HTTP/1.1 204 No Content\r\nA: b\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nConnection: A\r\nA: b\r\n\r\nuntil the end",
]
PIECES = [
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\n\n", b"\x00", b" ", b"\t", b":", b",", b";", b"0", b"5",
    b"=", b'"', b"\x0b", b"#", b"%", b"/", b"\\", b"@", b"-", b"+", b"_", b"\x80", b"\xff", b"\x7f",
    b"?", b"*", b"HTTP/1.1", b"HTTP/1.0", b"chunked", b"\r\nTransfer-Encoding: chunked",
    b"\r\nContent-Length: 5", b"\r\nContent-Length: 0", b"\r\nHost: other.example",
    b"Transfer-Encoding", b"Content-Length", b"Connection: close\r\n", b"0\r\n\r\n", b"\r\n ",
    b"\r\n\t", b"F" * 16, b"9" * 20, b"\r\nExpect: 100-continue", b"\r\nUpgrade: h2c",
    b"\r\nConnection: ", b"X" * 300, b"GET /inner HTTP/1.1\r\n",
]


def mutated(data, draw):
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3))):
        at = draw.randrange(len(data) + 1)
        end = min(len(data), at + draw.choice((1, 1, 2, 4, 9)))
        kind = draw.randrange(5)
        if kind == 0:
            data = data[:at] + data[end:]
        elif kind == 1:
            data = data[:at] + data[at:end] * 2 + data[end:]
        elif kind == 2:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1:]
        elif kind == 3:
            data = data[:at] + draw.choice(PIECES) + data[end:]
        else:
            data = data[:at] + draw.choice(PIECES) + data[at:]
    return data


def cases(count, seed):
    draw = random.Random(seed)
    result = []
    for number in range(count):
        if draw.randrange(3):
            data = mutated(draw.choice(SEEDS), draw)
            cut = draw.randrange(len(data) + 1)
            steps = (data, Fin) if draw.randrange(2) else (data[:cut], 0.003, data[cut:], Fin)
            result.append(Case(f"fuzz: request {number}", "fuzz", "request", steps, EITHER,
                               messages=9, methods=(b"GET",)))
        else:
            data = mutated(draw.choice(ANSWERS), draw)
            cut = draw.randrange(len(data) + 1)
            script = (data, Close) if draw.randrange(2) else (data[:cut], 0.003, data[cut:], Close)
            result.append(Case(f"fuzz: response {number}", "fuzz", "response", (GET,), EITHER,
                               script=script, statuses=tuple(range(600)), unfinished=True))
    return result


def read(kind, data):
    """The messages in the bytes, up to what is none, and whether there was such a thing."""
    reader = Reader(kind, lenient=True)
    is_odd = False
    try:
        reader.feed(data)
        reader.end()
    except Violation:
        is_odd = True
    return reader.messages, is_odd or bool(reader.odd) or reader.pending()


def judge(verdict):
    """Adds what the oracle has against a verdict."""
    case = verdict.case
    if case.side == "request":
        data = b"".join(step for step in case.steps if isinstance(step, bytes))
        told, _ = read("request", data)
        bodies = [message.body for message in told]
        for message in verdict.record.messages if verdict.record else ():
            if message.body not in bodies:
                blame(verdict, f"the origin got the body {shown(message.body)}")
        if verdict.record and len(verdict.record.messages) > len(told):
            blame(verdict, f"{len(verdict.record.messages)} messages of {len(told)}")
        return verdict
    data = b"".join(step for step in case.script if isinstance(step, bytes))
    told, is_odd = read("response", data)
    for message in verdict.heard.responses if verdict.heard else ():
        if int(message.start[1]) < 500 and (not told or message.body != told[0].body):
            oddly = " of odd bytes" if is_odd else ""
            blame(verdict, f"the client got {shown(message.body)}{oddly}")
    return verdict


def blame(verdict, note):
    verdict.grade = UNSAFE
    verdict.notes.append(note)
