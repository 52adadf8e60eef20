"""What the router endures: reloads at full load, idle connections, no descriptor left, a slow reader,
slow clients. Each has a goal; a figure that misses it fails the command."""

import datetime
import json
import os
import pathlib
import resource
import socket
import statistics
import sys
import threading
import time
import types

from contestants import Router
from measure import Bench, commit
from processes import Child, memory_kib, start_telling_port
from tools import BenchError, ROOT, SOURCES, WORK, cores, fresh_folder, say
from workload import SCENARIOS

RESULTS = WORK / "endurance.json"
DOCUMENT = ROOT / "docs" / "endurance.md"
REQUEST = b"GET /api/svc50/x HTTP/1.1\r\nHost: a\r\n\r\n"
RELOADS = 100
IDLE_CLIENTS = 10_000
IDLE_KIB = 2
FILE_LIMIT = 256
CROWD = 400
BUSY_SHARE = 0.05
GREAT_BODY = 500 << 20
READ_SIZE = 256 << 10
READ_PAUSE = 0.01
GROWTH_MIB = 4


class Figure:
    """One line of the page. `holds` is nil when there is no goal."""

    def __init__(self, what, goal, measured, holds=None):
        self.what, self.goal, self.measured, self.holds = what, goal, measured, holds

    def show(self):
        mark = {None: "     ", True: "ok   ", False: "MISS "}[self.holds]
        print(f"  {mark}{self.what}: {self.measured}" + (f" (goal: {self.goal})" if self.goal else ""))


class Served:
    """A running router with an origin, the bench's rules and an admin listener: nothing compared."""

    def __init__(self, router, extra="", kind=None):
        self.contestant = (kind or AdminRouter)(router, extra)
        self.scenario = SCENARIOS[0]
        self.settings = types.SimpleNamespace(seconds=1, warmup=0.2)
        self.bench = Bench(self.scenario, [self.contestant], self.settings)

    def __enter__(self):
        self.bench.__enter__()
        if not self.bench.running:
            self.bench.__exit__()
            raise BenchError(self.bench.results["l7route"]["problem"])
        return self

    def __exit__(self, *details):
        self.bench.__exit__(*details)

    @property
    def port(self):
        return self.contestant.port

    @property
    def memory_kib(self):
        return memory_kib(self.contestant.child.pids())


class AdminRouter(Router):
    """With an admin listener at a unix socket, and settings of the measurement's own."""

    def __init__(self, router, extra=""):
        super().__init__(router)
        self.extra = extra

    def configure(self, scenario, origin_port):
        command = super().configure(scenario, origin_port)
        self.rules = self.folder / "rules.l7"
        # Short: the address of a unix socket has 108 bytes.
        self.admin = WORK / f"admin-{os.getpid()}.sock"
        self.base = f"admin unix:{self.admin}\n{self.extra}" + self.rules.read_text()
        self.rules.write_text(self.base)
        return command

    def ask(self, method, path):
        """Status and body of an admin request."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(str(self.admin))
            connection.sendall(
                f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while part := connection.recv(65536):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode()

    def status(self):
        return json.loads(self.ask("GET", "/status")[1])

    def processor_seconds(self):
        text = pathlib.Path(f"/proc/{self.child.process.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.child.process.pid}/fd"))

    def stop(self):
        super().stop()
        if hasattr(self, "admin"):
            self.admin.unlink(missing_ok=True)


# Reloads ------------------------------------------------------------------------------------


def reload_often(router, count, times, problems):
    """Each file differs: a rule more, and every other time another listener."""
    for number in range(count):
        more = f'path == "/new{number}" -> respond 200 "{number}"\n'
        if number % 2:
            more = f"listen 127.0.0.1:0 as extra{number}\n" + more
        router.rules.write_text(more + router.base)
        began = time.monotonic()
        status, text = router.ask("POST", "/reload")
        times.append(time.monotonic() - began)
        if status != 200:
            problems.append(text)


def reloads(settings, router_path):
    with Served(router_path) as served:
        router = served.contestant
        figures = []
        for title, close in (("kept connections", False), ("a connection each", True)):
            object.__setattr__(served.scenario, "close", close)
            try:
                figures.append(one_load(served, router, title, settings.count))
            finally:
                object.__setattr__(served.scenario, "close", False)
        wait_until(lambda: router.status()["retiring"] == 0, "generations that nobody frees")
        status = router.status()
        figures.append(Figure("generation after them, and generations that are not freed", "0",
                              f"{status['generation']}, {status['retiring']}",
                              status["retiring"] == 0))
    return figures


def one_load(served, router, title, count):
    say(f"{title}: {count} reloads at full load")
    times, problems = [], []
    thread = threading.Thread(target=reload_often, args=(router, count, times, problems))
    requests = errors = rounds = 0
    thread.start()
    # Until the last one is in service; each load counts its failures.
    while thread.is_alive():
        result = served.bench.load(router)
        requests += result["requests_with_warmup"]
        errors += result["errors"] + (0 if served.scenario.close else result["reconnects"])
        rounds += 1
    thread.join()
    if problems:
        raise BenchError(f"a reload was refused: {problems[0]}")
    return Figure(
        f"{count} reloads, {title}: failed of {requests:,} requests", "0",
        f"{errors} (a reload took {statistics.median(times) * 1000:.0f} ms, "
        f"at most {max(times) * 1000:.0f})", errors == 0)


def wait_until(holds, what, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise BenchError(f"after {seconds} s there are still {what}")
        time.sleep(0.05)


# Idle connections ---------------------------------------------------------------------------


def raise_file_limit(needed=65_536):
    """For this process and those that it starts: what the systemd unit allows, where that may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(most, needed), max(most, needed)))
    except (OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def kept(port):
    """A connection that has had a request served and is kept."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(REQUEST)
    answer = b""
    while len(answer.partition(b"\r\n\r\n")[2]) < 1024:
        part = connection.recv(65536)
        answer += part
        if not part or not answer.startswith(b"HTTP/1.1 200"[:len(answer)]):
            raise BenchError(f"an answer began {answer[:40]}")
    return connection


def idle(settings, router_path):
    raise_file_limit()
    count = settings.clients
    extra = f"limits {{ connections {count + 1000} }}\n"
    with Served(router_path, extra) as served:
        router = served.contestant
        # Everything that is there once and stays has been made.
        for connection in [kept(served.port) for _ in range(200)]:
            connection.close()
        wait_until(lambda: router.status()["connections"]["clients"] <= 1, "connections")
        before, open_before = served.memory_kib, router.descriptors()
        say(f"{count:,} connections have a request served and stay")
        connections = [kept(served.port) for _ in range(count)]
        time.sleep(1)
        each = (served.memory_kib - before) / count
        for connection in connections:
            connection.close()
        wait_until(lambda: router.status()["connections"]["clients"] <= 1, "connections")
        left = served.memory_kib - before
        open_after = router.descriptors()
    return [
        Figure(f"resident memory of an idle connection, of {count:,}", f"≤ {IDLE_KIB} KiB",
               f"{each:.2f} KiB", each <= IDLE_KIB),
        Figure("descriptors that stay open when they have gone", "≤ 0",
               str(max(0, open_after - open_before)), open_after <= open_before),
        Figure("memory kept when they have gone", "", f"{left / 1024:.1f} MiB")]


# Descriptors --------------------------------------------------------------------------------


class NarrowRouter(AdminRouter):
    """As with `ulimit -n 256`, hard: the router cannot raise it."""

    def configure(self, scenario, origin_port):
        command = super().configure(scenario, origin_port)
        return ["prlimit", f"--nofile={FILE_LIMIT}:{FILE_LIMIT}", *command]


def descriptors(settings, router_path):
    raise_file_limit()
    with Served(router_path, kind=NarrowRouter) as served:
        router = served.contestant
        say(f"{CROWD} clients come to a router with {FILE_LIMIT} descriptors")
        crowd = []
        for _ in range(CROWD):
            connection = socket.create_connection(("127.0.0.1", served.port), timeout=30)
            connection.setblocking(False)
            connection.sendall(b"GET /api/svc50/x HTTP/1.1\r\nHost: a\r\n\r\n")
            crowd.append(connection)
        time.sleep(2)
        answered = drain_answers(crowd)
        before = router.processor_seconds()
        time.sleep(5)
        busy = (router.processor_seconds() - before) / 5
        used = router.descriptors()
        say("those that are served leave")
        for connection in answered:
            connection.close()
        waiting = [connection for connection in crowd if connection not in answered]
        end = time.monotonic() + 10
        resumed = set()
        while len(resumed) < len(waiting) and time.monotonic() < end:
            served_now = drain_answers([one for one in waiting if one not in resumed])
            for connection in served_now:  # as those before them, to let the next in
                connection.close()
            resumed |= served_now
            time.sleep(0.05)
        for connection in waiting:
            connection.close()
        time.sleep(0.5)
        kept(served.port).close()
    return [
        Figure(f"descriptors in use, of {FILE_LIMIT}; clients served at once, of {CROWD}", "",
               f"{used}; {len(answered)}"),
        Figure("processor time while nothing can be accepted", f"≤ {BUSY_SHARE:.0%}",
               f"{busy:.1%}", busy <= BUSY_SHARE),
        Figure("clients that waited and were served when others left", f"{len(waiting)}",
               f"{len(resumed)}", len(resumed) == len(waiting))]


def drain_answers(connections):
    """Those that have an answer."""
    answered = set()
    for connection in connections:
        try:
            if connection.recv(65536).startswith(b"HTTP/1.1 200"):
                answered.add(connection)
        except BlockingIOError:
            pass
    return answered


# A slow reader ------------------------------------------------------------------------------


def reader(settings, router_path):
    _, load_core = cores()
    folder = fresh_folder("reader")
    stream, port = start_telling_port(
        "stream", [sys.executable, "-B", SOURCES / "stream.py", GREAT_BODY], load_core,
        folder / "stream.log")
    try:
        extra = (f"timeouts {{ request 10m }}\npool great {{ server 127.0.0.1:{port} }}\n"
                 'path == "/great" -> pool great\n')
        with Served(router_path, extra) as served:
            kept(served.port).close()
            before, most, size = served.memory_kib, 0, 0
            say(f"{GREAT_BODY >> 20} MiB to a client that takes its time")
            began = sampled = time.monotonic()
            with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
                connection.sendall(b"GET /great HTTP/1.1\r\nHost: a\r\n\r\n")
                while size < GREAT_BODY and (part := connection.recv(READ_SIZE)):
                    size += len(part)
                    time.sleep(READ_PAUSE)
                    if time.monotonic() - sampled > 0.2:
                        sampled = time.monotonic()
                        most = max(most, served.memory_kib)
            seconds = time.monotonic() - began
    finally:
        stream.stop()
    if size < GREAT_BODY:
        raise BenchError(f"the body ended after {size:,} bytes")
    growth = (most - before) / 1024
    return [Figure(f"memory that {GREAT_BODY >> 20} MiB to a slow reader take, in {seconds:.0f} s",
                   f"≤ {GROWTH_MIB} MiB", f"{growth:.1f} MiB", growth <= GROWTH_MIB)]


# The page -----------------------------------------------------------------------------------


def stored():
    try:
        return json.loads(RESULTS.read_text())
    except (OSError, ValueError):
        return {}


def store(name, figures):
    results = stored()
    results[name] = {
        "figures": [vars(figure) for figure in figures], "commit": commit(),
        "date": datetime.date.today().isoformat()}
    RESULTS.write_text(json.dumps(results, indent=1))


def show(name, figures):
    """Prints, stores, and fails when a goal was missed."""
    for figure in figures:
        figure.show()
    store(name, figures)
    missed = [figure.what for figure in figures if figure.holds is False]
    if missed:
        raise BenchError("missed: " + "; ".join(missed))


def write_document():
    results = stored()
    parts = [(SOURCES / "endurance.preface.md").read_text()]
    for name, title in TITLES.items():
        if name not in results:
            continue
        record = results[name]
        lines = [f"## {title}", "", f"`./dev bench {name}`, commit {record['commit']}, "
                 f"{record['date']}.", "", "| figure | goal | measured |", "|---|---|---|"]
        lines += [f"| {f['what']} | {f['goal']} | {f['measured']}"
                  + (" **missed**" if f["holds"] is False else "") + " |"
                  for f in record["figures"]]
        parts.append("\n".join(lines) + "\n")
    DOCUMENT.write_text("\n".join(parts))
    say(f"wrote {DOCUMENT.relative_to(ROOT)}")


TITLES = {"reloads": "Reloads at full load", "idle": "Idle connections",
          "descriptors": "No descriptor left", "reader": "A slow reader",
          "slow": "Slow clients"}
MEASURED = {"reloads": reloads, "idle": idle, "descriptors": descriptors, "reader": reader}


def add(name, title, measure):
    """A measurement of a file of its own."""
    TITLES[name] = title
    MEASURED[name] = measure


def report(settings, router):
    names = MEASURED if settings.command == "endurance" else [settings.command]
    missed = []
    for name in names:
        say(name)
        try:
            show(name, MEASURED[name](settings, router))
        except BenchError as problem:
            if len(names) == 1:
                raise
            missed.append(str(problem))
    if settings.write:
        write_document()
    if missed:
        raise BenchError("; ".join(missed))
