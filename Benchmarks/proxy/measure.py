"""One scenario: check the answers, interleaved rounds, latencies at a fixed rate, system calls."""

import http.client
import json
import re
import shutil
import signal
import ssl
import statistics
import subprocess
import time

from contestants import Unsupported, logged_bytes
from processes import Child, memory_kib, start_telling_port
from report import UNSUPPORTED
from tools import BenchError, WORK, cores, fresh_folder, run, say
from workload import REQUEST_COUNT, write_requests

LATENCY_ROUNDS_MAX = 3


class Bench:
    """A scenario with its origin and its contestants running. Use as a context manager."""

    def __init__(self, scenario, contestants, settings):
        self.scenario = scenario
        self.contestants = contestants
        self.settings = settings
        self.proxy_core, self.load_core = cores()
        self.folder = fresh_folder(scenario.name)
        self.requests = self.folder / "requests"
        self.results = {}
        self.running = []

    def __enter__(self):
        write_requests(self.requests, self.scenario)
        self.origin, origin_port = start_telling_port(
            "origin", [WORK / "origin"], self.load_core, self.folder / "origin.log")
        self.origin_port = origin_port
        for contestant in self.contestants:
            self.results[contestant.name] = {"rounds": [], "latencies": []}
            try:
                contestant.start(self.scenario, self.proxy_core, origin_port)
                self.check(contestant)
                self.running.append(contestant)
            except Unsupported as problem:
                self.drop(contestant, UNSUPPORTED, problem)
            except BenchError as problem:
                self.drop(contestant, "failed", problem)
        return self

    def __exit__(self, *_):
        for contestant in self.contestants:
            contestant.stop()
            if contestant.log:
                contestant.log.unlink(missing_ok=True)
        self.origin.stop()

    def drop(self, contestant, outcome, problem):
        say(f"{self.scenario.name}: {contestant.name}: {problem}")
        self.results[contestant.name].update(outcome=outcome, problem=str(problem))
        contestant.stop()
        if contestant in self.running:
            self.running.remove(contestant)

    def load_command(self, contestant, connections=None, seconds=None, warmup=None, **options):
        command = [WORK / "load", "--port", contestant.port, "--requests", self.requests,
                   "--connections", connections or self.scenario.connections,
                   "--seconds", seconds or self.settings.seconds,
                   "--warmup", self.settings.warmup if warmup is None else warmup]
        for name in ("close", "tls", "resume"):
            if getattr(self.scenario, name):
                command.append(f"--{name}")
        for name, value in options.items():
            command += [f"--{name}", value]
        return [str(part) for part in command]

    def load(self, contestant, during=None, **options):
        """Runs the load generator; `during` is called with the load half over."""
        command = self.load_command(contestant, **options)
        child = Child("load", command, self.load_core, self.folder / "load.log",
                      output=subprocess.PIPE)
        try:
            if during:
                time.sleep(self.settings.warmup + self.settings.seconds / 2)
                during()
            written, _ = child.process.communicate(timeout=self.settings.seconds + 30)
        except subprocess.TimeoutExpired:
            raise BenchError("the load generator came to no end") from None
        finally:
            child.stop()
        if child.process.returncode != 0:
            raise BenchError(child.written() or "the load generator failed")
        contestant.child.must_run()
        result = json.loads(written)
        if result["errors"]:
            kinds = [f"{result[kind]} {kind}" for kind in
                     ("bad_status", "bad_body", "bad_head", "cut", "no_connect") if result[kind]]
            raise BenchError(f"{contestant.name} gave wrong answers ({', '.join(kinds)})")
        return result

    def check(self, contestant):
        """Every request has its right answer, and what no rule matches is refused."""
        self.load(contestant, connections=4, warmup=0, count=2 * REQUEST_COUNT)
        if contestant.name == "relay":
            return
        connect = http.client.HTTPConnection
        options = {}
        if self.scenario.tls:
            connect = http.client.HTTPSConnection
            options["context"] = ssl._create_unverified_context()
        for path in ("/", "/api/svc9/b/10", "/site/b/10", "/promo/b/10"):
            client = connect("127.0.0.1", contestant.port, timeout=5, **options)
            try:
                client.request("GET", path)
                status = client.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                raise BenchError(f"{contestant.name} does not answer GET {path}: {error}") from None
            finally:
                client.close()
            if status != 404:
                raise BenchError(f"{contestant.name} answers {status} to GET {path}, not 404")

    def each(self, action):
        """Gives every contestant that is left its turn; one that fails is out."""
        for contestant in list(self.running):
            try:
                action(contestant)
            except BenchError as problem:
                self.drop(contestant, "failed", problem)

    def measure_round(self, contestant):
        pids = ",".join(str(pid) for pid in contestant.child.pids())
        result = self.load(contestant, watch=pids)
        if not result["requests"]:
            raise BenchError(f"{contestant.name} answered nothing within a round")
        self.results[contestant.name]["rounds"].append(result)

    def measure_latency(self, contestant, rate):
        memory = []
        sample = lambda: memory.append(memory_kib(contestant.child.pids()))
        result = self.load(contestant, during=sample, rate=rate)
        record = self.results[contestant.name]
        record["latencies"].append(result)
        record["memory_kib"] = max(record.get("memory_kib", 0), *memory)

    def count_calls(self, contestant):
        """System calls a request, from a short run under strace."""
        trace = self.folder / "strace"
        command = ["strace", "-c", "-f", "-q", "-o", str(trace)]
        for pid in contestant.child.pids():
            command += ["-p", str(pid)]
        tracer = Child("strace", command, self.load_core, self.folder / "strace.log")
        try:
            time.sleep(0.4)
            tracer.must_run()
            count = max(2000, 8 * self.scenario.connections)
            result = self.load(contestant, warmup=0, count=count)
            tracer.process.send_signal(signal.SIGINT)
            tracer.process.wait(10)
        except subprocess.TimeoutExpired:
            raise BenchError("strace came to no end") from None
        finally:
            tracer.stop()
        calls = {}
        for line in trace.read_text().splitlines():
            found = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w*)$", line)
            if found and found[2] != "total":
                calls[found[2]] = int(found[1]) / result["requests_with_warmup"]
        self.results[contestant.name]["calls"] = calls

    def slowest_rate(self):
        """Half of what the slowest contestant manages, in requests a second."""
        rates = [statistics.median(turn["requests"] / turn["seconds"] for turn in record["rounds"])
                 for record in self.results.values() if record["rounds"]]
        return max(10, round(min(rates) / 2)) if rates else None

    def run(self):
        for number in range(self.settings.rounds):
            say(f"{self.scenario.name}: round {number + 1} of {self.settings.rounds}")
            self.each(self.measure_round)
        rate = self.slowest_rate()
        if rate:
            rounds = min(LATENCY_ROUNDS_MAX, self.settings.rounds)
            say(f"{self.scenario.name}: latencies at {rate} requests a second")
            for _ in range(rounds):
                self.each(lambda contestant: self.measure_latency(contestant, rate))
        if self.settings.trace and shutil.which("strace"):
            say(f"{self.scenario.name}: system calls")
            self.each(self.count_calls)
        for contestant in self.running:
            contestant.stop()
            if logged_bytes(contestant) == 0:
                self.results[contestant.name]["problem"] = "it wrote no access log"
        return {"rate": rate, "contestants": self.results}


def commit():
    try:
        name = run(["git", "rev-parse", "--short=12", "HEAD"], 10, "ask git for the commit").strip()
        changed = run(["git", "status", "--porcelain", "Sources", "Package.swift"], 10,
                      "ask git for changes").strip()
        return name + (" with changes" if changed else "")
    except BenchError:
        return "unknown"
