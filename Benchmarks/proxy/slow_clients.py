"""A normal client's latency while thousands of slow ones are connected, and what they cost."""

import json
import os
import pathlib
import select
import statistics
import subprocess
import time

import endurance
from contestants import Router
from endurance import Figure
from measure import Bench
from processes import Child, memory_kib, start_telling_port
from tools import BenchError, WORK, say

RATE = 2_000
WINDOW_SECONDS = 4
WINDOWS = 4
NORMAL_BODY = 1024
OWN_MOST_US = 1000
MOST = 2
# They are other machines: the core that they share with the measured client is theirs only when it
# has nothing to do.
YIELDING = ["chrt", "--idle", "0"]


class PatientRouter(Router):
    """Takes as many connections as there are slow clients, and sends their bodies to the sink."""

    def __init__(self, router, clients):
        super().__init__(router)
        self.clients = clients
        self.sink = None

    def start(self, scenario, core, origin_port):
        self.sink, self.sink_port = start_telling_port(
            "sink", [*YIELDING, WORK / "slow", "--sink"], scenario.load_core, WORK / "sink.log")
        super().start(scenario, core, origin_port)

    def configure(self, scenario, origin_port):
        command = super().configure(scenario, origin_port)
        rules = self.folder / "rules.l7"
        text = rules.read_text()
        head, mark, tail = text.partition("pool ")
        extra = (f"limits {{ connections {2 * self.clients + 1000} }}\n"
                 f"pool sink {{ server 127.0.0.1:{self.sink_port} }}\n")
        tail = tail.replace("\npath under", '\npath under "/sink" -> pool sink\npath under', 1)
        rules.write_text(head + extra + mark + tail)
        return command

    def stop(self):
        super().stop()
        if self.sink:
            self.sink.stop()


class SlowClients:
    """The program that they run in."""

    def __init__(self, router, clients, core, log):
        self.child = Child("slow", [*YIELDING, WORK / "slow", "--port", router.port,
                                    "--clients", clients], core, log, output=subprocess.PIPE)
        ready, _, _ = select.select([self.child.process.stdout], [], [], 60)
        if not ready or self.child.process.stdout.readline().strip() != b"ready":
            problem = self.child.written()
            self.child.stop()
            raise BenchError(problem or "the slow clients did not connect")

    def end(self):
        self.child.process.terminate()
        written, _ = self.child.process.communicate(timeout=30)
        self.child.stop()
        return json.loads(written)


class Origin:
    """The origin without a proxy before it: what the load's core itself does to latencies."""

    def __init__(self, bench):
        self.child = bench.origin
        self.port = bench.origin_port


def windows(bench, router, count):
    """Latencies by the router and without it, in turns."""
    through, without = [], []
    for _ in range(count):
        for target, results in ((router, through), (Origin(bench), without)):
            results.append(bench.load(target, rate=RATE, seconds=WINDOW_SECONDS))
    return through, without


def median(values, name):
    return statistics.median(value[name] for value in values)


def line(name, values):
    each = ", ".join("%.2f" % (value["p99_us"] / 1000) for value in values)
    return (f"  {name:20} p50 {median(values, 'p50_us') / 1000:.2f} ms, "
            f"p99 {median(values, 'p99_us') / 1000:.2f} ms (of {each})")


def delay(router):
    """Seconds that the router's threads have waited for a core, and times that they ran."""
    waited = turns = 0
    for task in pathlib.Path(f"/proc/{router.child.process.pid}/task").iterdir():
        fields = (task / "schedstat").read_text().split()
        waited += int(fields[1]) / 1e9
        turns += int(fields[2])
    return waited, turns


def own_p99(log, start, end):
    """Of the normal client's requests in this part of the access log: the µs that were not the
    server's, from the head to the log line."""
    with open(log, "rb") as file:
        file.seek(start)
        lines = file.read(end - start).splitlines()
    shares = []
    for text in lines:
        try:
            entry = json.loads(text)
        except ValueError:
            continue
        if entry["response_bytes"] == NORMAL_BODY and "upstream_us" in entry:
            shares.append(entry["duration_us"] - entry["upstream_us"])
    shares.sort()
    return shares[len(shares) * 99 // 100] if shares else 0


def report(scenario, settings, router_path):
    clients, seconds = settings.clients, settings.time
    endurance.raise_file_limit()
    router = PatientRouter(router_path, clients)
    object.__setattr__(scenario, "load_core", sorted(os.sched_getaffinity(0))[-1])
    with Bench(scenario, [router], settings) as bench:
        if router not in bench.running:
            raise BenchError(bench.results["l7route"]["problem"])
        say(f"{RATE:,} requests a second before any slow client")
        before, idle = windows(bench, router, WINDOWS)
        memory = memory_kib(router.child.pids())
        time.sleep(0.5)
        quiet_end = router.log.stat().st_size
        say(f"{clients:,} slow clients connect")
        slow = SlowClients(router, clients, bench.load_core, bench.folder / "slow.log")
        say("the same requests beside them")
        waited, turns = delay(router)
        during, busy = windows(bench, router, max(1, round(seconds / (2 * WINDOW_SECONDS))))
        waited, turns = (after - start for after, start in zip(delay(router), (waited, turns)))
        grown = memory_kib(router.child.pids())
        facts = slow.end()
        own = own_p99(router.log, 0, quiet_end), own_p99(router.log, quiet_end,
                                                         router.log.stat().st_size)
    ratio = median(during, "p99_us") / median(before, "p99_us")
    print(line("before", before))
    print(line("during", during))
    print(line("origin alone, before", idle))
    print(line("origin alone, during", busy))
    print(f"  the router's threads waited {waited * 1e6 / max(1, turns):.0f} µs for a core each of "
          f"{turns:,} times; memory {memory / 1024:.0f} MiB before, {grown / 1024:.0f} MiB with them")
    try:
        endurance.show("slow", figures(clients, ratio, own, (before, during, idle, busy), facts))
    finally:
        if settings.write:
            endurance.write_document()


def figures(clients, ratio, own, results, facts):
    before, during, idle, busy = (f"{median(values, 'p99_us') / 1000:.2f}" for values in results)
    shed, lost = facts["closed_heads"], facts["closed_readers"]
    return [
        Figure(f"p99 of a normal client beside {clients:,} slow ones, against before", f"≤ {MOST}",
               f"{ratio:.2f} ({before} ms, then {during} ms; origin alone {idle}, {busy} ms)",
               ratio <= MOST),
        Figure("p99 of the router's own part of such a request, by its log",
               f"≤ {OWN_MOST_US} µs", f"{own[0]} µs before, {own[1]} µs beside them",
               own[1] <= OWN_MOST_US),
        Figure("slow heads that a timeout has ended (they come again)", "> 0", f"{shed:,}", shed > 0),
        Figure("bodies, readers connected at the end", "", f"{facts['bodies']:,}, "
               f"{facts['readers']:,} ({facts['received'] / 1e6:,.0f} MB read; {lost:,} readers "
               "were closed)")]
