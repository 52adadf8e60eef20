"""`./dev bench`: compares l7route with other proxies, or counts its allocations."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import signal
import sys

sys.dont_write_bytecode = True

import allocations
import decisions
import endurance
import growth
import instructions
import recompile
import report
import slow_clients
from contestants import CONTESTANTS
from measure import Bench, commit
from processes import stop_all
from tools import BenchError, ROOT, ROUTER, WORK, build_native, build_router, say
from workload import SCENARIOS

endurance.add("recompile", "Compiling 100,000 rules beside the traffic", recompile.measure)

RESULTS = WORK / "results.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"


def names(known):
    def parse(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in known:
                raise argparse.ArgumentTypeError(f"no {name}: there are {', '.join(known)}")
        return chosen
    return parse


def arguments():
    scenarios = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--only", type=names(scenarios), metavar="A,B",
                        help=f"scenarios: {', '.join(scenarios)}")
    shared.add_argument("--router", type=pathlib.Path,
                        help="measure this l7route, and do not build one")
    proxy = commands.add_parser("proxy", parents=[shared], help="compare with other proxies")
    proxy.add_argument("--contestants", type=names(list(CONTESTANTS)), metavar="A,B",
                       help=f"of {', '.join(CONTESTANTS)}")
    proxy.add_argument("--rounds", type=int, default=7, help="interleaved rounds (7)")
    proxy.add_argument("--seconds", type=float, default=2, help="seconds a round (2)")
    proxy.add_argument("--warmup", type=float, default=0.2, help="seconds before each round (0.2)")
    proxy.add_argument("--no-trace", dest="trace", action="store_false",
                       help="do not count system calls")
    proxy.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    commands.add_parser("report", help="write docs/benchmarks.md from the stored results")
    heap = commands.add_parser("allocations", parents=[shared],
                               help="count l7route's allocations a request")
    heap.add_argument("--at-most", type=float, help="fail with more allocations a request")
    heap.add_argument("--log-format", help="what l7route's file sets, such as combined (JSON)")
    heap.set_defaults(rounds=1, seconds=1, warmup=0, trace=False)
    counted = commands.add_parser("instructions", parents=[shared],
                                  help="count l7route's own instructions a request, by function")
    counted.add_argument("--at-most", type=float, help="fail with more instructions a request")
    counted.add_argument("--functions", type=int, default=40, help="functions that are shown (40)")
    counted.add_argument("--callers", action="append", default=[], metavar="PART",
                         help="who calls the functions whose names contain PART, how often")
    counted.set_defaults(rounds=1, seconds=1, warmup=0, trace=False)
    slow = commands.add_parser("slow", help="a normal client's latency beside slow ones")
    slow.add_argument("--router", type=pathlib.Path, help="measure this l7route")
    slow.add_argument("--clients", type=int, default=10_000, help="slow clients (10,000)")
    slow.add_argument("--for", dest="time", type=float, default=60, help="seconds (60)")
    slow.add_argument("--write", action="store_true", help="write docs/endurance.md")
    slow.set_defaults(rounds=1, seconds=2, warmup=0.5, trace=False)
    enduring = argparse.ArgumentParser(add_help=False)
    enduring.add_argument("--router", type=pathlib.Path, help="measure this l7route")
    enduring.add_argument("--write", action="store_true", help="write docs/endurance.md")
    enduring.set_defaults(count=endurance.RELOADS, clients=endurance.IDLE_CLIENTS)
    commands.add_parser("endurance", parents=[enduring],
                        help="reloads, idle, descriptors and reader, one after the other")
    often = commands.add_parser("reloads", parents=[enduring],
                                help="failed requests while the file changes at full load")
    often.add_argument("--count", type=int, help=f"reloads of each kind ({endurance.RELOADS})")
    many = commands.add_parser("idle", parents=[enduring], help="memory of idle connections")
    many.add_argument("--clients", type=int, help=f"connections ({endurance.IDLE_CLIENTS:,})")
    commands.add_parser("descriptors", parents=[enduring],
                        help="accepting pauses and resumes when no descriptor is left")
    commands.add_parser("reader", parents=[enduring], help="memory of a body to a slow reader")
    commands.add_parser("recompile", parents=[enduring],
                        help="CPU a request while 100,000 rules are compiled")
    grow = commands.add_parser("growth", help="CPU a request against the number of rules")
    grow.add_argument("--router", type=pathlib.Path, help="measure this l7route")
    grow.add_argument("--contestants", type=names(list(growth.CONTESTANTS)), metavar="A,B",
                      help=f"of {', '.join(growth.CONTESTANTS)}")
    grow.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")],
                      metavar="N,M", help="numbers of rules (10 to 100,000)")
    grow.add_argument("--rounds", type=int, default=7, help="interleaved rounds (7)")
    grow.add_argument("--seconds", type=float, default=0.7, help="seconds a round (0.7)")
    grow.add_argument("--write", action="store_true",
                      help="write docs/growth.md and docs/growth.svg")
    rules = commands.add_parser("rules", help="time, instructions, allocations of a decision")
    rules.add_argument("--only", type=names(list(decisions.SETS)), metavar="A,B",
                       help=f"sets: {', '.join(decisions.SETS)}")
    rules.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")],
                       metavar="N,M", help="numbers of rules (10 to 1,000,000)")
    rules.add_argument("--write", action="store_true", help="write docs/decision-costs.md")
    rules.add_argument("--gate", action="store_true",
                       help="only fail when a decision takes more than it may")
    rules.set_defaults(router=None)
    chosen = parser.parse_args()
    if chosen.command == "proxy" and (chosen.rounds < 1 or chosen.seconds <= 0 or chosen.warmup < 0):
        parser.error("--rounds and --seconds must be positive")
    return chosen


def machine(contestants):
    text = pathlib.Path("/proc/cpuinfo").read_text()
    models = [line.split(":", 1)[1].strip() for line in text.splitlines() if "model name" in line]
    return {"processor": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "kernel": platform.release(),
            "versions": {c.name: c.version() for c in contestants
                         if c.name not in ("l7route", "relay")}}


def stored():
    try:
        return json.loads(RESULTS.read_text())
    except (OSError, ValueError):
        return {"scenarios": {}, "machine": {"versions": {}}}


def store(results):
    temporary = RESULTS.with_suffix(".new")
    temporary.write_text(json.dumps(results, indent=1))
    temporary.replace(RESULTS)


def compare(settings, router):
    chosen = [s for s in SCENARIOS if (s.name in settings.only if settings.only else not s.optional)]
    wanted = settings.contestants or list(CONTESTANTS)
    make = lambda name: CONTESTANTS[name](router) if name == "l7route" else CONTESTANTS[name]()
    taking_part = {name for s in chosen for name in s.contestants if name in wanted}
    results = stored()
    earlier = results["machine"]["versions"]
    results["machine"] = machine([make(name) for name in CONTESTANTS if name in taking_part])
    results["machine"]["versions"] = {**earlier, **results["machine"]["versions"]}
    about = {"commit": commit(), "date": datetime.date.today().isoformat(),
             "rounds": settings.rounds, "seconds": settings.seconds}
    for scenario in chosen:
        contestants = [make(name) for name in scenario.contestants if name in wanted]
        with Bench(scenario, contestants, settings) as bench:
            results["scenarios"][scenario.name] = {"about": about, **bench.run()}
        store(results)
    print()
    print(report.for_terminal(results, [scenario.name for scenario in chosen]))
    return results


def write_document(results):
    if not results["scenarios"]:
        raise BenchError("there are no results yet: run ./dev bench proxy")
    DOCUMENT.write_text(report.markdown(results))
    say(f"wrote {DOCUMENT.relative_to(ROOT)}")


def perform(settings):
    if settings.command == "report":
        write_document(stored())
        return
    say("building the benchmark's programs")
    build_native()
    if settings.command == "rules":
        decisions.report(settings)
        return
    router = settings.router
    if router is None:
        say("building l7route")
        build_router()
        router = ROUTER
    router = router.resolve()
    if settings.command == "allocations":
        for scenario in SCENARIOS:
            if scenario.name in (settings.only or ["small"]):
                allocations.report(scenario, settings, router, settings.at_most)
        return
    if settings.command == "instructions":
        for scenario in SCENARIOS:
            if scenario.name in (settings.only or ["small"]):
                instructions.report(scenario, settings, router)
        return
    if settings.command == "growth":
        settings.router_path = router
        growth.report(settings)
        return
    if settings.command == "slow":
        slow_clients.report(SCENARIOS[0], settings, router)
        return
    if settings.command in ("endurance", *endurance.MEASURED):
        endurance.report(settings, router)
        return
    results = compare(settings, router)
    if settings.write:
        write_document(results)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        perform(arguments())
    except BenchError as error:
        print(f"./dev bench: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        stop_all()


main()
