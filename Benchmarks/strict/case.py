"""What a case is, and how the tables write one."""

import dataclasses

REFUSE, FORWARD, EITHER, CUT, STOPPED, MIXED = (
    "refuse", "forward", "either", "cut", "stopped", "mixed")


class Fin:
    """The client closes its sending side."""


class Await:
    """The client waits for a complete response before it goes on."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One conversation. `steps` is what the client does: bytes, seconds, Fin, Await. `script` is
    what the origin answers; none is a plain 200 `ok`.

    `expect`, for requests: `refuse` (4xx, 501, 505 or a close, and the origin gets no complete
    message of it), `forward` (2xx, and exactly `messages` well-formed ones at the origin), or
    `either`, or `stopped` (answered, whatever the status, and not passed on). For responses:
    `refuse` (5xx or a visible cut), `forward` (as it was sent), `cut` (never a whole 2xx), `mixed` (502, then the second request's own response), or `either`."""

    name: str
    family: str
    side: str
    steps: tuple
    expect: str
    rfc: str = ""
    script: tuple = ()
    when: str = "end"
    # Complete messages that the origin gets when all goes well; of a refused case: before it.
    messages: int = 1
    # Methods of the requests, for the reading of the responses.
    methods: tuple = (b"GET",)
    # Properties of the message that arrives.
    method: bytes = None
    target: bytes = None
    body: bytes = None
    has: tuple = ()
    lacks: tuple = ()
    # Field values that must not arrive, in whatever field.
    never: tuple = ()
    statuses: tuple = ()
    interim: tuple = None
    # The client has left a message unfinished: nothing can follow on its connection.
    unfinished: bool = False
    # A refusal that leaves the connection open is a failure.
    closes: bool = False
    # A leak is a failure, not a danger: nobody has to remove it.
    mild: bool = False
    wait: float = 0.7
    # Seconds before the plain requests that follow.
    settle: float = 0


def head(*lines, start=b"GET /case HTTP/1.1", host=b"Host: example.com"):
    """A head of these field lines behind a Host line."""
    rows = [start] + ([host] if host is not None else []) + list(lines)
    return b"\r\n".join(rows) + b"\r\n\r\n"


def post(*lines, body=b"", start=b"POST /case HTTP/1.1", host=b"Host: example.com"):
    return head(*lines, start=start, host=host) + body


def chunked(body, *more, start=b"POST /case HTTP/1.1"):
    """A request in chunked coding whose body is written by hand."""
    return post(b"Transfer-Encoding: chunked", *more, body=body, start=start)


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: example.com\r\n\r\n"


class Table:
    """Gathers cases of one side; names are unique."""

    def __init__(self, side):
        self.side = side
        self.cases = []
        self.family = ""
        self.rfc = ""

    def about(self, family, rfc=""):
        self.family = family
        self.rfc = rfc

    def add(self, name, steps, expect, **options):
        if isinstance(steps, bytes):
            steps = (steps,)
        options.setdefault("rfc", self.rfc)
        self.cases.append(Case(f"{self.family}: {name}", self.family, self.side, tuple(steps),
                               expect, **options))

    def refuse(self, name, steps, **options):
        options.setdefault("messages", 0)
        self.add(name, steps, REFUSE, **options)

    def forward(self, name, steps, **options):
        self.add(name, steps, FORWARD, **options)

    def either(self, name, steps, **options):
        self.add(name, steps, EITHER, **options)

    def cut(self, name, steps, **options):
        self.add(name, steps, CUT, **options)


def shown(data):
    """Bytes as a short name."""
    text = data.decode("latin-1").encode("unicode_escape").decode()
    return text if len(text) <= 48 else text[:45] + "..."
