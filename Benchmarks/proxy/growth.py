"""What one more rule costs: CPU a served request against the number of rules, by the position of the
rule that decides. Each rule is a prefix of the path and a header; the proxies answer themselves."""

import json
import random
import statistics
import subprocess
import time

import chart
import peers
from contestants import Envoy, HAProxy, Nginx, Router, fill
from measure import commit
from processes import Child, Exited
from tools import BenchError, ROOT, WORK, cores, fresh_folder, say

SIZES = (10, 100, 1_000, 10_000, 100_000)
# Beyond, a peer's time a request is what it is and the run takes minutes.
PEER_MOST = 10_000
REQUESTS = 500
CONNECTIONS = 16
CHART = ROOT / "docs" / "growth.svg"
DOCUMENT = ROOT / "docs" / "growth.md"
PREFACE = "growth.preface.md"


def body(number):
    """The load generator's pattern (native/body.h): the number of the rule shows in its length."""
    return "".join(chr(32 + i * 7 % 95) for i in range(20 + number % 20))


class ManyRules:
    """A contestant with `count` rules and answers of its own."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.count = 0


class ManyRouter(ManyRules, Router):
    def configure(self, scenario, origin_port):
        rules = "\n".join(
            f'path starts_with "/r{n}/" and header.x-tenant == "t{n}" -> respond 200 "{body(n)}"'
            for n in range(self.count))
        file = self.write("rules.l7", (
            f'listen 127.0.0.1:{self.port}\nlog {{ to file "{self.log}" }}\nworkers 1\n'
            f"{rules}\nelse -> respond 404\n"))
        return [self.router, "serve", file, "--workers", "1"]


class ManyNginx(ManyRules, Nginx):
    def configure(self, scenario, origin_port):
        locations = "\n".join(
            f'location ~ ^/r{n}/ {{ if ($http_x_tenant = "t{n}") {{ return 200 "{body(n)}"; }}'
            " return 404; }" for n in range(self.count))
        text = fill("nginx.conf", PORT=self.port, FOLDER=self.folder, LOG=self.log, USER="", SSL="",
                    CERTIFICATE="", UPSTREAMS="", SITES="", PROMOTIONS="", LOCATIONS=locations)
        start, mark, rest = text.partition("        location ^~ /site/")
        text = start + rest[rest.index("        location = /metrics"):]
        return [peers.debian("nginx"), "-p", self.folder, "-e", self.folder / "error.log", "-c",
                self.write("nginx.conf", text)]

class ManyHAProxy(ManyRules, HAProxy):
    def configure(self, scenario, origin_port):
        rules = "\n".join(
            f'    http-request return status 200 content-type text/plain string "{body(n)}"'
            f" if {{ path_beg /r{n}/ }} {{ req.hdr(x-tenant) t{n} }}" for n in range(self.count))
        text = fill("haproxy.cfg", PORT=self.port, FOLDER=self.folder, LOG=self.log, SSL="",
                    SCHEME="http", BACKENDS="")
        lines = [line for line in text.splitlines() if "use_backend" not in line]
        place = next(i for i, line in enumerate(lines) if "default_backend" in line)
        lines.insert(place, rules)
        return [peers.debian("haproxy"), "-db", "-f",
                self.write("haproxy.cfg", "\n".join(lines) + "\n")]


class ManyEnvoy(ManyRules, Envoy):
    def configure(self, scenario, origin_port):
        routes = [{
            "match": {"prefix": f"/r{n}/", "headers": [
                {"name": "x-tenant", "string_match": {"exact": f"t{n}"}}]},
            "direct_response": {"status": 200, "body": {"inline_string": body(n)}},
        } for n in range(self.count)]
        hosts = [{"name": "any", "domains": ["*"], "routes": routes}]
        file = self.write("envoy.json", fill(
            "envoy.json", PORT=self.port, LOG=self.log, VIRTUAL_HOSTS=json.dumps(hosts),
            CLUSTERS="[]"))
        return [peers.envoy(), "-c", file, "--concurrency", "1", "--disable-hot-restart",
                "--log-level", "error"]


def make(name, router):
    return {"l7route": lambda: ManyRouter(router), "nginx": ManyNginx, "haproxy": ManyHAProxy,
            "envoy": ManyEnvoy}[name]()


CONTESTANTS = ("l7route", "nginx", "haproxy", "envoy")
POSITIONS = {
    "first": lambda draw, count: 0,
    "last": lambda draw, count: count - 1,
    "random": lambda draw, count: draw.randrange(count),
}


def write_requests(path, position, count):
    """Requests that differ in path and query, for the rules of this position."""
    draw = random.Random(f"{position} {count}")
    with open(path, "wb") as file:
        for _ in range(REQUESTS):
            rule = POSITIONS[position](draw, count)
            token = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=12))
            head = (f"GET /r{rule}/{token}/item?page={draw.randrange(10_000)} HTTP/1.1\r\n"
                    f"Host: www.example.com\r\nX-Tenant: t{rule}\r\nAccept: */*\r\n"
                    "User-Agent: bench/1.0 (growth)\r\n\r\n").encode()
            file.write(b"%d 200 %d\n" % (len(head), len(body(rule))) + head)


def measure(contestant, requests, core, folder, seconds):
    pids = ",".join(str(pid) for pid in contestant.child.pids())
    child = Child("load", [WORK / "load", "--port", contestant.port, "--requests", requests,
                           "--connections", CONNECTIONS, "--seconds", seconds, "--warmup", 0.2,
                           "--watch", pids], core, folder / "load.log", output=subprocess.PIPE)
    try:
        written, _ = child.process.communicate(timeout=seconds + 60)
    finally:
        child.stop()
    if child.process.returncode != 0:
        raise BenchError(child.written() or "the load generator failed")
    result = json.loads(written)
    if result["errors"] or not result["requests"]:
        raise BenchError(f"{contestant.name} gave wrong answers or none")
    return result["cpu_ns"] / 1000 / result["requests"]


class Scenario:
    name = "growth"
    tls = resume = False


def start(contestant, count, core):
    contestant.count = count
    began = time.monotonic()
    contestant.start(Scenario, core, 0)
    return time.monotonic() - began


def run_size(count, names, settings, results):
    proxy_core, load_core = cores()
    folder = fresh_folder(f"growth-{count}")
    running = []
    for name in names:
        contestant = make(name, settings.router_path)
        try:
            start(contestant, count, proxy_core)
            running.append(contestant)
        except (BenchError, Exited) as problem:
            say(f"{name} with {count:,} rules: {problem}")
    try:
        for position in POSITIONS:
            path = folder / position
            write_requests(path, position, count)
            say(f"{count:,} rules, {position}")
            turns = {contestant.name: [] for contestant in running}
            for _ in range(settings.rounds):
                for contestant in running:
                    turns[contestant.name].append(
                        measure(contestant, path, load_core, folder, settings.seconds))
            for name, values in turns.items():
                results[name][position][count] = statistics.median(values)
    finally:
        for contestant in running:
            contestant.stop()
            contestant.log.unlink(missing_ok=True)


def table(results, position):
    counts = sorted({count for record in results.values() for count in record[position]})
    lines = [["rules"] + [f"{count:,}" for count in counts] + ["last ÷ first column"]]
    for name, record in results.items():
        values = record[position]
        cells = [f"{values[c]:,.1f}" if c in values else "" for c in counts]
        known = [values[c] for c in counts if c in values]
        lines.append([name] + cells + [f"{known[-1] / known[0]:,.2f}" if known else ""])
    return lines


def text(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(line, widths)) for line in lines)


def markdown(lines):
    head, *rest = lines
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rule, *rest])


def report(settings):
    names = settings.contestants or list(CONTESTANTS)
    results = {name: {position: {} for position in POSITIONS} for name in names}
    for count in settings.sizes or SIZES:
        chosen = [name for name in names if name == "l7route" or count <= PEER_MOST]
        run_size(count, chosen, settings, results)
    print()
    for position in POSITIONS:
        print(f"CPU µs a served request, {position} rule")
        print(text(table(results, position)) + "\n")
    if settings.write:
        last = {name: record["last"] for name, record in results.items()}
        CHART.write_text(chart.svg(last))
        preface = (ROOT / "Benchmarks" / "proxy" / PREFACE).read_text()
        parts = [preface] + [
            f"### {position} rule\n\n{markdown(table(results, position))}\n"
            for position in POSITIONS]
        parts.append(f"Commit {commit()}; {settings.rounds} rounds of {settings.seconds:g} s.\n")
        DOCUMENT.write_text("\n".join(parts))
        say(f"wrote {DOCUMENT.relative_to(ROOT)} and {CHART.relative_to(ROOT)}")
