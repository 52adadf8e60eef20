"""A normal client's latency while thousands of slow ones are connected, and what they cost."""

import json
import os
import select
import statistics
import subprocess

from contestants import Router
from measure import Bench
from processes import Child, memory_kib, start_telling_port
from tools import BenchError, WORK, say

RATE = 2_000
WINDOW_SECONDS = 4
WINDOWS = 4


class PatientRouter(Router):
    """Takes as many connections as there are slow clients, and sends their bodies to the sink."""

    def __init__(self, router, clients):
        super().__init__(router)
        self.clients = clients
        self.sink = None

    def start(self, scenario, core, origin_port):
        self.sink, self.sink_port = start_telling_port(
            "sink", [WORK / "slow", "--sink"], scenario.load_core, WORK / "sink.log")
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
        self.child = Child("slow", [WORK / "slow", "--port", router.port, "--clients", clients],
                           core, log, output=subprocess.PIPE)
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


def report(scenario, settings, router_path, clients, seconds):
    router = PatientRouter(router_path, clients)
    object.__setattr__(scenario, "load_core", sorted(os.sched_getaffinity(0))[-1])
    with Bench(scenario, [router], settings) as bench:
        if router not in bench.running:
            raise BenchError(bench.results["l7route"]["problem"])
        say(f"{RATE:,} requests a second before any slow client")
        before, idle = windows(bench, router, WINDOWS)
        memory = memory_kib(router.child.pids())
        say(f"{clients:,} slow clients connect")
        slow = SlowClients(router, clients, bench.load_core, bench.folder / "slow.log")
        say("the same requests beside them")
        during, busy = windows(bench, router, max(1, round(seconds / (2 * WINDOW_SECONDS))))
        grown = memory_kib(router.child.pids())
        facts = slow.end()
    ratio = median(during, "p99_us") / median(before, "p99_us")
    print(line("before", before))
    print(line("during", during))
    print(line("origin alone, before", idle))
    print(line("origin alone, during", busy))
    print(f"  median p99: {ratio:.2f} times; at the end {facts['heads']:,} slow heads, "
          f"{facts['bodies']:,} bodies, {facts['readers']:,} readers connected; "
          f"{facts['closed_heads']:,} heads, {facts['closed_bodies']:,} bodies, "
          f"{facts['closed_readers']:,} readers were closed and came again")
    print(f"  memory {memory / 1024:.0f} MiB before, {grown / 1024:.0f} MiB with them")
