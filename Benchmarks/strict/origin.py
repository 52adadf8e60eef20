"""An origin that keeps every byte it is sent, reads it with the strictest reading, and answers
what a script says."""

import dataclasses
import socket
import struct
import threading
import time

from messages import Reader, Violation

CANARY = b"/canary/"


class Close:
    """Ends the connection with a FIN."""


class Reset:
    """Ends the connection with a RST."""


class Silence:
    """Says nothing more and leaves the connection open."""


@dataclasses.dataclass
class Record:
    """What one case made of the origin."""

    messages: list = dataclasses.field(default_factory=list)
    partial: list = dataclasses.field(default_factory=list)
    violations: list = dataclasses.field(default_factory=list)
    received: list = dataclasses.field(default_factory=list)
    odd: list = dataclasses.field(default_factory=list)
    answered: int = 0


def plain(body, extra=b""):
    return (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n" % (len(body), extra)) + body


class Origin:
    """Listens on a port of its own; `begin` says what the next messages belong to."""

    def __init__(self):
        self.lock = threading.Lock()
        self.record = Record()
        self.script = (plain(b"ok"),)
        self.when = "end"
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(64)
        self.port = self.socket.getsockname()[1]
        self.live = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self, script, when):
        """A new case; `script` is a tuple of bytes, seconds, and the classes above."""
        with self.lock:
            self.record = Record()
            self.script = script or (plain(b"ok"),)
            self.when = when
            return self.record

    def seen(self, record):
        """The record with what is still in the middle of a message."""
        with self.lock:
            for link in self.live:
                if link.record is record and link.reader.pending():
                    record.partial.append(bytes(link.raw))
            return record

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Link(self, connection).run, daemon=True).start()


class Link:
    """One connection of the proxy."""

    def __init__(self, origin, connection):
        self.origin = origin
        self.connection = connection
        self.reader = Reader("request")
        self.raw = bytearray()
        self.record = None
        self.early = False
        self.is_open = True

    def run(self):
        with self.origin.lock:
            self.origin.live.add(self)
        try:
            while self.is_open:
                data = self.connection.recv(65536)
                if not data:
                    break
                self._received(data)
        except OSError:
            pass
        finally:
            self._ended()

    def _ended(self):
        with self.origin.lock:
            self.origin.live.discard(self)
            if self.record is not None and self.reader.pending():
                self.record.partial.append(bytes(self.raw))
        self.connection.close()

    def _received(self, data):
        with self.origin.lock:
            if not self.raw:
                self.record = self.origin.record
            self.record.received.append(bytes(data))
            self.raw += data
        try:
            self.reader.feed(data)
        except Violation as fault:
            with self.origin.lock:
                self.record.violations.append((str(fault), bytes(self.raw)))
            self._send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n"
                       b"Connection: close\r\n\r\n")
            self._play((Close,))
            return
        with self.origin.lock:
            self.record.odd += self.reader.odd
            self.reader.odd.clear()
        self._answer_early()
        while self.reader.messages and self.is_open:
            message = self.reader.messages.pop(0)
            self._answer(message)
        if not self.reader.pending():
            with self.origin.lock:
                self.raw.clear()

    def _answer_early(self):
        head = self.reader.current
        if self.origin.when == "head" and head.has_head and not self.early:
            if not head.start[1].startswith(CANARY):
                self.early = True
                self._play(self.origin.script)

    def _answer(self, message):
        target = message.start[1]
        if CANARY in target:
            name = target.rpartition(b"/")[2]
            self._send(plain(b"" if message.start[0] == b"HEAD" else b"canary " + name,
                             b"X-Canary: " + name + b"\r\n"))
            return
        with self.origin.lock:
            self.record.messages.append(message)
            self.record.answered += 1
            script = self.origin.script
        if self.early:
            self.early = False
        else:
            self._play(script)

    def _play(self, script):
        for step in script:
            if not self.is_open:
                return
            if step is Close:
                self.is_open = False
                try:
                    self.connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            elif step is Reset:
                self.is_open = False
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
            elif step is Silence:
                return
            elif isinstance(step, (int, float)):
                time.sleep(step)
            else:
                self._send(step)

    def _send(self, data):
        try:
            self.connection.sendall(data)
        except OSError:
            self.is_open = False
