"""What a reload of 100,000 rules costs the traffic beside it: CPU of the worker's thread a request."""

import pathlib
import statistics
import threading

from endurance import Figure, Served, wait_until
from tools import BenchError, say

RULES = 100_000
ROUNDS = 9
GOAL = 1.05


def rules(first):
    """So many rules of two conditions; `first` makes each file another one."""
    return f'path == "/first{first}" -> respond 404\n' + "".join(
        f'path under "/shop{number}" and header.x-tenant == "t{number}" -> respond 404\n'
        for number in range(RULES))


def worker_ns(router):
    """Nanoseconds that the worker's thread has run; those that compile and log are others."""
    for task in pathlib.Path(f"/proc/{router.child.process.pid}/task").iterdir():
        if (task / "comm").read_text().startswith("worker"):
            return int((task / "schedstat").read_text().split()[0])
    raise BenchError("the router has no worker thread")


def one_round(served):
    before = worker_ns(served.contestant)
    result = served.bench.load(served.contestant)
    if result["errors"]:
        raise BenchError(f"{result['errors']} failed requests")
    return (worker_ns(served.contestant) - before) / 1_000 / result["requests_with_warmup"]


def reload_until(router, over, count, problems):
    while not over.is_set():
        count[0] += 1
        router.rules.write_text(router.base + rules(count[0]))
        status, text = router.ask("POST", "/reload")
        if status != 200:
            problems.append(text)
            return


def measure(settings, router_path):
    with Served(router_path) as served:
        router = served.contestant
        # What comes behind a rule without a condition would be refused.
        router.base = router.base.replace("else ->", 'path == "/none" ->')
        router.rules.write_text(router.base + rules(0))
        status, text = router.ask("POST", "/reload")
        if status != 200:
            raise BenchError(f"the first reload was refused: {text}")
        count, problems, quiet, beside = [0], [], [], []
        for number in range(ROUNDS):
            say(f"round {number + 1} of {ROUNDS}")
            quiet.append(one_round(served))
            over = threading.Event()
            thread = threading.Thread(target=reload_until, args=(router, over, count, problems))
            thread.start()
            beside.append(one_round(served))
            over.set()
            thread.join()
            if problems:
                raise BenchError(f"a reload was refused: {problems[0]}")
            wait_until(lambda: router.status()["retiring"] == 0, "generations that nobody frees")
    ratio = statistics.median(b / q for b, q in zip(beside, quiet))
    return [Figure(
        f"CPU a request of the worker while {RULES:,} rules are compiled, against before",
        f"≤ {GOAL}",
        f"{ratio:.2f} ({statistics.median(quiet):.1f}, then {statistics.median(beside):.1f} µs; "
        f"{count[0]} reloads in {ROUNDS} rounds)", ratio <= GOAL)]
