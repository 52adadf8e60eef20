"""The client: sends raw bytes, reads responses with the strictest reading."""

import dataclasses
import socket
import time

from case import Await, Fin
from messages import Reader, Violation


@dataclasses.dataclass
class Heard:
    """What came back on one connection."""

    responses: list
    interim: list
    partial: object = None
    violation: str = ""
    odd: list = dataclasses.field(default_factory=list)
    closed: bool = False
    reset: bool = False
    raw: bytes = b""

    def status(self, index=0):
        return int(self.responses[index].start[1]) if len(self.responses) > index else 0


class Client:
    """One connection to a proxy."""

    def __init__(self, port, methods=(b"GET",)):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=3)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = Reader("response", methods)
        self.raw = bytearray()
        self.violation = ""
        self.closed = False
        self.reset = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def perform(self, steps, wait):
        """Does what the steps say; a peer that has closed ends them."""
        for step in steps:
            try:
                if step is Fin:
                    self.socket.shutdown(socket.SHUT_WR)
                elif step is Await:
                    self.read(len(self.reader.messages) + 1, wait)
                elif isinstance(step, (int, float)):
                    time.sleep(step)
                else:
                    self.socket.sendall(step)
            except OSError:
                return

    def read(self, count, wait):
        """Reads until there are `count` responses, the peer has closed, or time is up."""
        end = time.monotonic() + wait
        while len(self.reader.messages) < count and not self.closed and not self.violation:
            if not self._receive(end):
                return

    def drain(self, wait):
        """Reads until the peer closes or time is up; true when it has closed."""
        end = time.monotonic() + wait
        while not self.closed and self._receive(end):
            pass
        return self.closed

    def _receive(self, end):
        left = end - time.monotonic()
        if left <= 0:
            return False
        self.socket.settimeout(left)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return False
        except OSError:
            self.closed = self.reset = True
            return False
        if not data:
            self.closed = True
            self.reader.end()
            return False
        self.raw += data
        if not self.violation:
            try:
                self.reader.feed(data)
            except Violation as fault:
                self.violation = str(fault)
        return True

    def heard(self):
        current = self.reader.current
        partial = current if current.has_head or self.reader.data else None
        return Heard(list(self.reader.messages), list(self.reader.interim), partial,
                     self.violation, list(self.reader.odd), self.closed, self.reset,
                     bytes(self.raw))
