"""How often l7route asks the heap for memory, a request: counted by a library in LD_PRELOAD."""

import os
import struct

from contestants import Router
from measure import Bench
from tools import BenchError, WORK, say

WARMUP_REQUESTS = 2_000
REQUESTS = 20_000
FIELDS = ["malloc", "calloc", "realloc", "aligned", "free", "bytes"]


class CountedRouter(Router):
    def environment(self):
        return dict(os.environ, LD_PRELOAD=str(WORK / "alloc.so"),
                    L7ROUTE_ALLOC_FILE=str(self.folder / "allocations"))

    def counters(self):
        size = 8 * len(FIELDS)
        data = (self.folder / "allocations").read_bytes()
        if len(data) != size:
            raise BenchError("l7route did not load the library that counts allocations")
        return dict(zip(FIELDS, struct.unpack(f"<{len(FIELDS)}Q", data)))


def count(scenario, settings, router_path):
    """Calls by kind, each divided by the number of requests."""
    router = CountedRouter(router_path)
    router.log_format = settings.log_format
    with Bench(scenario, [router], settings) as bench:
        if router not in bench.running:
            raise BenchError(bench.results["l7route"]["problem"])
        bench.load(router, warmup=0, count=WARMUP_REQUESTS)
        before = router.counters()
        requests = bench.load(router, warmup=0, count=REQUESTS)["requests_with_warmup"]
        after = router.counters()
    return {name: (after[name] - before[name]) / requests for name in FIELDS}


def report(scenario, settings, router_path, at_most):
    say(f"{scenario.name}: {WARMUP_REQUESTS:,} requests to warm up, then {REQUESTS:,}")
    counts = count(scenario, settings, router_path)
    total = sum(counts[name] for name in ("malloc", "calloc", "realloc", "aligned"))
    print(f"{scenario.name}: {total:.2f} allocations a request, {counts['bytes']:,.0f} bytes")
    print("  " + ", ".join(f"{name} {counts[name]:.2f}" for name in FIELDS if name != "bytes"))
    if at_most is not None and total > at_most:
        raise BenchError(f"more than {at_most} allocations a request")
