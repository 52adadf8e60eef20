"""`./dev bench strict`: hostile and unusual messages against l7route and other proxies."""

import argparse
import fnmatch
import os
import pathlib
import signal
import sys
import time

sys.dont_write_bytecode = True

import fuzz
import proxies
import report
import requests_table
import responses_table
from judge import PASS
from lanes import LANES, Lane, run_all
from processes import stop_all
from proxies import PROXIES
from tools import BenchError, ROOT, ROUTER, build_router, say


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench strict", description=__doc__)
    parser.add_argument("--contestants", default="l7route", metavar="A,B",
                        help=f"of {', '.join(PROXIES)}, or all (l7route)")
    parser.add_argument("--only", metavar="PATTERN", default="",
                        help="cases whose name has this text (or fits it, with * and ?)")
    parser.add_argument("--verbose", action="store_true", help="show the bytes of what failed")
    parser.add_argument("--bytes", action="store_true", help="show the bytes of every case")
    parser.add_argument("--list", action="store_true", help="list the cases and run none")
    parser.add_argument("--router", type=pathlib.Path, help="test this l7route, build none")
    parser.add_argument("--write", action="store_true", help="write docs/strictness.md")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N",
                        help="instead of the table, N random messages")
    parser.add_argument("--seed", type=int, default=1, help="of --fuzz (1)")
    parser.add_argument("--gate", action="store_true", help="exit with 1 unless all cases pass")
    chosen = parser.parse_args()
    chosen.contestants = (list(PROXIES) if chosen.contestants == "all"
                          else chosen.contestants.split(","))
    for name in chosen.contestants:
        if name not in PROXIES:
            parser.error(f"no contestant {name}: there are {', '.join(PROXIES)}")
    return chosen


def cases(pattern):
    every = requests_table.cases() + responses_table.cases()
    names = [case.name for case in every]
    if len(set(names)) != len(names):
        twice = sorted(name for name in set(names) if names.count(name) > 1)
        raise BenchError(f"two cases have one name: {twice[:5]}")
    if not pattern:
        return every
    glob = pattern if set(pattern) & set("*?") else f"*{pattern}*"
    return [case for case in every if fnmatch.fnmatchcase(case.name, glob)]


def contest(name, chosen, settings):
    """The verdicts of one contestant, in the order of the cases."""
    lanes = [Lane() for _ in range(LANES)]
    kind = PROXIES[name]
    proxy = kind(settings.router)
    core = sorted(os.sched_getaffinity(0))[0]
    proxy.start(lanes, core)
    verdicts = {}
    began = time.monotonic()
    try:
        run_all(chosen, lanes, lambda verdict: verdicts.__setitem__(verdict.case.name, verdict))
        proxy.child.must_run()
    finally:
        proxy.stop()
    ordered = [verdicts[case.name] for case in chosen]
    if settings.fuzz:
        ordered = [fuzz.judge(verdict) for verdict in ordered]
    for verdict in ordered:
        if verdict.grade != PASS or settings.bytes:
            print(report.line(name, verdict))
            if settings.verbose or settings.bytes:
                print(report.details(verdict))
    print(report.summary(name, ordered, time.monotonic() - began), flush=True)
    return proxy.version(), ordered


def perform(settings):
    chosen = fuzz.cases(settings.fuzz, settings.seed) if settings.fuzz else cases(settings.only)
    if settings.list:
        for case in chosen:
            print(f"{case.side:8} {case.expect:8} {case.name}")
        return 0
    if settings.router is None:
        settings.router = ROUTER
        if "l7route" in settings.contestants:
            say("building l7route")
            build_router()
    settings.router = settings.router.resolve()
    results = {}
    for name in settings.contestants:
        say(f"{name}: {len(chosen)} cases")
        results[name] = contest(name, chosen, settings)
    if settings.write:
        path = ROOT / "docs" / "strictness.md"
        path.write_text(report.document(results))
        say(f"wrote {path.relative_to(ROOT)}")
    failed = [v for _, verdicts in results.values() for v in verdicts if v.grade != PASS]
    return 1 if settings.gate and failed else 0


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        code = perform(arguments())
    except BenchError as error:
        print(f"./dev bench strict: {error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    finally:
        stop_all()
    sys.stdout.flush()
    # The origins' threads still wait for connections.
    os._exit(code)


main()
