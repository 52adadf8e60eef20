"""The strictest reading of HTTP/1.1 messages: what is not exactly the grammar is a violation.

Nothing here repairs, skips or guesses. The recording origin reads requests with it, the client
reads responses."""

import dataclasses
import re

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) (HTTP/1\.[01])")
STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-5][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
LENGTH = re.compile(rb"[0-9]{1,19}")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})((?:;[\t\x20-\x7e\x80-\xff]+)?)")
HOST = re.compile(rb"(?:[0-9A-Za-z._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
BARE = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)|\x00")


class Violation(Exception):
    """Why bytes are not the message that they should be."""


# A start line or field line whose only fault is a byte that its place may not hold: nobody reads
# another message out of it.
ODD_REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([^\x00\r\n #]+) (HTTP/1\.[01])")
ODD_STATUS_LINE = re.compile(rb"(HTTP/1\.[0-9]) ([0-9]{3})(?: ([^\x00\r\n]*))?")
ODD_FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([^\x00\r\n]*)")


@dataclasses.dataclass
class Message:
    """A request or a response, complete or as far as it came."""

    start: tuple = ()
    fields: list = dataclasses.field(default_factory=list)
    body: bytes = b""
    trailers: list = dataclasses.field(default_factory=list)
    has_head: bool = False
    complete: bool = False
    framing: str = ""

    def all(self, name):
        return [value for known, value in self.fields if known.lower() == name.lower()]

    def members(self, name):
        text = b",".join(self.all(name)).lower()
        return [member.strip() for member in text.split(b",") if member.strip()]


class Reader:
    """Takes bytes as they come and cuts them into messages. `kind` is `request` or `response`. A
    lenient one takes what the RFCs say a recipient should: two empty lines before a request, a
    later minor version, and a length in a 204."""

    def __init__(self, kind, methods=(), lenient=False):
        self.kind = kind
        self.lenient = lenient
        self.methods = list(methods)
        self.data = bytearray()
        self.messages = []
        self.interim = []
        self.odd = []
        self.current = None
        self._new()

    def _new(self):
        self.current = Message()
        self.state = "head"
        self.left = 0

    def feed(self, data):
        """Reads on; raises Violation at the first byte that breaks the grammar."""
        self.data += data
        while self._step():
            pass

    def end(self):
        """The peer has closed: completes a message that ends so."""
        if self.state == "close":
            self._finish()

    def pending(self):
        """Whether a message has begun that is not complete."""
        return self.current.has_head or bool(self.data)

    def _finish(self):
        self.current.complete = True
        self.current.body = bytes(self.current.body)
        self.messages.append(self.current)
        self._new()

    def _line(self):
        end = self.data.find(b"\r\n")
        fault = BARE.search(self.data, 0, end if end >= 0 else len(self.data))
        if fault:
            raise Violation(f"a bare {fault.group()!r} in {bytes(self.data[:80])!r}")
        if end < 0:
            return None
        line = bytes(self.data[:end])
        del self.data[:end + 2]
        return line

    def _step(self):
        return getattr(self, "_" + self.state)()

    # The head

    def _head(self):
        for _ in range(2 if self.lenient and self.kind == "request" else 0):
            if self.data.startswith(b"\r\n"):
                del self.data[:2]
        end = self.data.find(b"\r\n\r\n")
        fault = BARE.search(self.data, 0, end if end >= 0 else len(self.data))
        if fault:
            raise Violation(f"a bare {fault.group()!r} in a head")
        if end < 0:
            return False
        lines = bytes(self.data[:end]).split(b"\r\n")
        del self.data[:end + 4]
        shape = REQUEST_LINE if self.kind == "request" else STATUS_LINE
        if self.lenient:
            lines[0] = re.sub(rb"HTTP/1\.[2-9]", b"HTTP/1.1", lines[0], count=1)
        found = shape.fullmatch(lines[0])
        if not found:
            odd = ODD_REQUEST_LINE if self.kind == "request" else ODD_STATUS_LINE
            found = odd.fullmatch(lines[0])
            if not found:
                raise Violation(f"a bad start line {lines[0]!r}")
            self.odd.append(f"an odd start line {lines[0]!r}")
        self.current.start = found.groups()
        self.current.fields = [self._field(line) for line in lines[1:]]
        self.current.has_head = True
        (self._judge_request if self.kind == "request" else self._judge_response)()
        return True

    def _field(self, line):
        found = FIELD.fullmatch(line)
        if not found:
            found = ODD_FIELD.fullmatch(line)
            if not found:
                raise Violation(f"a bad field line {line!r}")
            self.odd.append(f"an odd field line {line!r}")
        return found.group(1), found.group(2).rstrip(b" \t")

    def _length(self):
        lengths = self.current.all(b"content-length")
        codings = self.current.all(b"transfer-encoding")
        if codings:
            if lengths:
                raise Violation("both Content-Length and Transfer-Encoding")
            if len(codings) > 1 or codings[0].lower() != b"chunked":
                raise Violation(f"Transfer-Encoding {codings!r}")
            if b"HTTP/1.0" in self.current.start:
                raise Violation("Transfer-Encoding in HTTP/1.0")
            return "chunked"
        if not lengths:
            return None
        if len(lengths) > 1 or not LENGTH.fullmatch(lengths[0]):
            raise Violation(f"Content-Length {lengths!r}")
        return int(lengths[0])

    def _judge_request(self):
        method, target, version = self.current.start
        if b"#" in target or (target == b"*" and method != b"OPTIONS"):
            raise Violation(f"a bad target {target!r}")
        hosts = self.current.all(b"host")
        if version == b"HTTP/1.1" and len(hosts) != 1 or len(hosts) > 1:
            raise Violation(f"Host {hosts!r}")
        if hosts and not HOST.fullmatch(hosts[0]):
            raise Violation(f"a bad Host {hosts!r}")
        self._begin_body(self._length() or 0)

    def _judge_response(self):
        status = int(self.current.start[1])
        if status < 200 and status != 101:
            if self._length() is not None:
                raise Violation("a length in a 1xx")
            self.interim.append(self.current)
            self._new()
            return
        method = self.methods.pop(0) if self.methods else b"GET"
        length = self._length()
        if status == 204 and length is not None and not self.lenient:
            raise Violation("a length in a 204")
        if method == b"HEAD" or status in (101, 204, 304):
            self._finish()
        elif length is None:
            self.current.framing = "close"
            self.state = "close"
        else:
            self._begin_body(length)

    def _begin_body(self, length):
        self.current.framing = "chunked" if length == "chunked" else "length"
        if length == "chunked":
            self.state = "size"
        elif length == 0:
            self._finish()
        else:
            self.left = length
            self.state = "counted"

    # Bodies

    def _take(self, count):
        self.current.body += bytes(self.data[:count])
        del self.data[:count]

    def _counted(self):
        count = min(self.left, len(self.data))
        self._take(count)
        self.left -= count
        if self.left == 0:
            self._finish()
            return True
        return False

    def _close(self):
        self._take(len(self.data))
        return False

    def _size(self):
        line = self._line()
        if line is None:
            return False
        found = CHUNK_SIZE.fullmatch(line)
        if not found:
            raise Violation(f"a bad chunk size {line!r}")
        self.left = int(found.group(1), 16)
        self.state = "data" if self.left else "trailers"
        return True

    def _data(self):
        count = min(self.left, len(self.data))
        self._take(count)
        self.left -= count
        if self.left:
            return False
        if len(self.data) < 2:
            return False
        if self.data[:2] != b"\r\n":
            raise Violation(f"chunk data goes on with {bytes(self.data[:10])!r}")
        del self.data[:2]
        self.state = "size"
        return True

    def _trailers(self):
        line = self._line()
        if line is None:
            return False
        if line:
            self.current.trailers.append(self._field(line))
        else:
            self._finish()
        return True
