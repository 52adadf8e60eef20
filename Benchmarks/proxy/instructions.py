"""Instructions that l7route itself takes for a request, counted by callgrind.

The kernel's are not among them. Callgrind counts the same for the same work, whatever else the
machine does; only how many events one wait returns varies a little from run to run."""

import collections
import re
import shutil
import subprocess

from contestants import Router
from measure import Bench
from tools import BenchError, say

WARMUP_REQUESTS = 2_000
REQUESTS = 10_000


class CountedRouter(Router):
    def configure(self, scenario, origin_port):
        if shutil.which("valgrind") is None:
            raise BenchError("there is no valgrind: Debian's package `valgrind` has it")
        self.counts = self.folder / "callgrind.out"
        command = super().configure(scenario, origin_port)
        return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.counts}", *command]

    def control(self, option):
        subprocess.run(["callgrind_control", option, str(self.child.process.pid)],
                       check=True, capture_output=True, timeout=60)

    def dumped(self):
        """The part that `control("--dump")` has ended."""
        [file] = self.folder.glob("callgrind.out.*")
        return Profile(file.read_text())


class Profile:
    """A file of callgrind's format: by function its exclusive instructions, and who calls it how
    often. A line behind `calls=` is what the called function cost with those that it called."""

    def __init__(self, text):
        names, costs, inclusive, calls = {}, *(collections.Counter() for _ in range(3))
        current = called = None
        is_call = False
        for line in text.splitlines():
            if match := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line):
                is_called, number, name = match.groups()
                if name:
                    names[number] = name
                if is_called:
                    called = number
                else:
                    current = number
            elif match := re.match(r"calls=(\d+)", line):
                calls[current, called] += int(match[1])
                is_call = True
            elif match := re.match(r"[+*-]?\d* (\d+)$", line):
                if current is not None:
                    inclusive[current] += int(match[1])
                    costs[current] += 0 if is_call else int(match[1])
                is_call = False
        name = lambda number: names.get(number, "?")
        self.costs = collections.Counter({name(number): cost for number, cost in costs.items()})
        self.inclusive = {name(number): cost for number, cost in inclusive.items()}
        self.calls = collections.Counter(
            {(name(caller), name(callee)): count for (caller, callee), count in calls.items()})

    def callers(self, part):
        """By caller, of the functions whose names contain `part`."""
        counts = collections.Counter()
        for (caller, callee), count in self.calls.items():
            if part in callee:
                counts[caller] += count
        return counts


def demangled(names):
    tool = shutil.which("swift-demangle")
    if tool is None:
        return names
    done = subprocess.run([tool, "--compact", "--simplified"], input="\n".join(names),
                          capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def report(scenario, settings, router_path):
    say(f"{scenario.name}: {WARMUP_REQUESTS:,} requests to warm up, then {REQUESTS:,}")
    router = CountedRouter(router_path)
    with Bench(scenario, [router], settings) as bench:
        if router not in bench.running:
            raise BenchError(bench.results["l7route"]["problem"])
        bench.load(router, warmup=0, count=WARMUP_REQUESTS)
        router.control("--zero")
        requests = bench.load(router, warmup=0, count=REQUESTS)["requests_with_warmup"]
        router.control("--dump")
        profile = router.dumped()
    total = sum(profile.costs.values()) / requests
    print(f"{scenario.name}: {total:,.0f} instructions a request")
    print("       own  with callees")
    show(profile.costs, requests, settings.functions,
         lambda name, own: f"{own:10,.0f} {profile.inclusive[name] / requests:8,.0f}")
    for part in settings.callers:
        print(f"calls of {part} a request, by caller")
        show(profile.callers(part), requests, settings.functions,
             lambda name, count: f"{count:10.2f}")
    if settings.at_most is not None and total > settings.at_most:
        raise BenchError(f"more than {settings.at_most:,.0f} instructions a request")


def show(counts, requests, most, form):
    greatest = counts.most_common(most)
    for (name, count), shown in zip(greatest, demangled([name for name, _ in greatest])):
        print(f"{form(name, count / requests)}  {shown[:110]}")
