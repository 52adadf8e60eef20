"""Does to `l7route serve` what systemd does to a unit of Type=notify-reload with a socket unit:
hands sockets over, listens on NOTIFY_SOCKET, reloads, restarts, stops. Prints `ok` at the end.

    python3 service_manager.py L7ROUTE
"""

import contextlib
import os
import pathlib
import signal
import socket
import sys
import tempfile
import time

LIMIT_SECONDS = 10


class Service:
    """One start of the program with descriptors from 3 on."""

    def __init__(self, program, rules, sockets, notify, pid=None):
        read, write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            keep = [os.dup(fd.fileno()) for fd in sockets]
            high = [os.dup2(fd, 100 + index) for index, fd in enumerate(keep)]
            for index, fd in enumerate(high):
                os.dup2(fd, 3 + index)
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            os.dup2(write, 2)
            os.closerange(3 + len(sockets), 200)
            environment = dict(os.environ, NOTIFY_SOCKET=notify)
            if sockets:
                environment.update(LISTEN_PID=str(pid or os.getpid()), LISTEN_FDS=str(len(sockets)))
            os.execve(program, [program, "serve", "--workers", "2", str(rules)], environment)
        os.close(write)
        self.errors = read

    def wait(self):
        """The exit code, and what it has written."""
        end = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                text = b""
                while part := os.read(self.errors, 65536):
                    text += part
                return os.waitstatus_to_exitcode(status), text.decode()
            time.sleep(0.01)
        raise AssertionError("it does not end")

    def signal(self, number):
        os.kill(self.pid, number)


def ask(connection, path="/"):
    connection.settimeout(LIMIT_SECONDS)
    connection.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % path.encode())
    answer = b""
    while part := connection.recv(65536):
        answer += part
    return answer.partition(b"\r\n\r\n")[2].decode()


def connect(address):
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    connection = socket.socket(family)
    connection.connect(address)
    return connection


def expect(notify, *wanted):
    """The next messages, each with all lines of `wanted`."""
    for line in wanted:
        message = notify.recv(4096).decode().split("\n")
        assert line in message, f"{message} instead of {line}"
    return message


def listening(folder):
    tcp = socket.create_server(("127.0.0.1", 0), backlog=64)
    admin = socket.socket(socket.AF_UNIX)
    admin.bind(str(folder / "admin.sock"))
    admin.listen()
    return tcp, admin


def life(program, folder, notify_name):
    """Start, reload, a reload that is refused, stop, and a start with the same sockets."""
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(notify_name.replace("@", "\0", 1))
    notify.settimeout(LIMIT_SECONDS)
    tcp, admin = listening(folder)
    address = tcp.getsockname()
    rules = folder / "rules.l7"
    head = (f"listen 127.0.0.1:{address[1]}\nadmin unix:{folder}/admin.sock\n"
            "log { to file \"access.log\" }\n")
    rules.write_text(head + 'else -> respond 200 "one"\n')
    # A client that is there before the service is.
    early = connect(address)
    service = Service(program, rules, [tcp, admin], notify_name)
    expect(notify, "READY=1")
    assert ask(early) == "one"
    assert ask(connect(str(folder / "admin.sock")), "/readyz") == "ready\n"

    rules.write_text(head + 'else -> respond 200 "two"\n')
    service.signal(signal.SIGHUP)
    told = expect(notify, "RELOADING=1")
    asked = int(next(line for line in told if line.startswith("MONOTONIC_USEC=")).split("=")[1])
    assert abs(time.monotonic_ns() // 1000 - asked) < LIMIT_SECONDS * 1_000_000
    expect(notify, "READY=1")
    assert ask(connect(address)) == "two"

    for broken in ("else -> nonsense\n", None):
        if broken is None:
            rules.rename(folder / "elsewhere")
        else:
            rules.write_text(head + broken)
        service.signal(signal.SIGHUP)
        expect(notify, "RELOADING=1", "READY=1")
        assert ask(connect(address)) == "two"

    service.signal(signal.SIGTERM)
    expect(notify, "STOPPING=1")
    code, text = service.wait()
    assert code == 0 and text.count("stays in service") == 2, (code, text)
    # The manager still holds the sockets: nobody is refused between two lives of the service.
    between = connect(address)
    rules.write_text(head + 'else -> respond 200 "three"\n')
    service = Service(program, rules, [tcp, admin], notify_name)
    expect(notify, "READY=1")
    assert ask(between) == "three"
    service.signal(signal.SIGTERM)
    expect(notify, "STOPPING=1")
    assert service.wait()[0] == 0


def not_for_us(program, folder):
    """Sockets of another process are left alone; the address is then taken."""
    tcp, _ = listening(folder)
    rules = folder / "other.l7"
    rules.write_text(f"listen 127.0.0.1:{tcp.getsockname()[1]}\nelse -> respond 200\n")
    code, text = Service(program, rules, [tcp], "", pid=1).wait()
    assert code == 2 and "address already in use" in text, (code, text)


def not_in_the_file(program, folder):
    """A socket that no listener takes would accept clients that nobody serves."""
    tcp = socket.create_server(("127.0.0.1", 0))
    rules = folder / "mismatch.l7"
    rules.write_text("listen 127.0.0.1:0\nelse -> respond 200\n")
    code, text = Service(program, rules, [tcp], "").wait()
    assert code == 2 and f"127.0.0.1:{tcp.getsockname()[1]}" in text, (code, text)


def main():
    program = os.path.abspath(sys.argv[1])
    signal.alarm(6 * LIMIT_SECONDS)
    for name in ("path", "abstract"):
        with contextlib.ExitStack() as stack:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            os.chdir(folder)
            life(program, folder,
                 str(folder / "notify") if name == "path" else f"@l7route-{os.getpid()}")
            os.chdir("/")
    with tempfile.TemporaryDirectory() as name:
        not_for_us(program, pathlib.Path(name))
    with tempfile.TemporaryDirectory() as name:
        not_in_the_file(program, pathlib.Path(name))
    print("ok")


main()
