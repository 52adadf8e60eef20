"""What a decision costs in the tree: time, instructions and allocations, by the kind of rules, their
number, and the position of the rule that decides. `RuleBench` (Benchmarks/rules) does the work."""

import json
import os
import re
import shutil
import struct

from allocations import FIELDS
from measure import commit
from tools import BenchError, ROOT, WORK, run, say

PROGRAM = ROOT / ".build" / "release" / "RuleBench"
RESULTS = WORK / "decisions.json"
DOCUMENT = ROOT / "docs" / "decision-costs.md"
PREFACE = ROOT / "Benchmarks" / "rules" / "preface.md"
SETS = ("mixed", "paths", "hosts", "headers", "agents", "redirects")
SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
POSITIONS = ("first", "middle", "last", "random", "none")
ROUND = 4_096
# Two runs that are compared must build their tables alike.
STEADY = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1")
# Above what the mixed set of 10,000 rules takes today (see docs), so that a step back shows.
MOST_INSTRUCTIONS = 6_000


def build():
    run(["swift", "build", "-c", "release", "--product", "RuleBench"], 1800, "build RuleBench",
        cwd=ROOT, env=dict(os.environ, L7ROUTE_BENCH="1"))


def measure(name, count):
    return json.loads(run([PROGRAM, "measure", name, count], 900, f"measure {count:,} {name}"))


def difference(count_of, few, many):
    """The cost of a decision: two runs that differ in the number of decisions only."""
    return (count_of(many) - count_of(few)) / (ROUND * (many - few))


def instructions(name, count, position):
    if not shutil.which("valgrind"):
        raise BenchError("counting instructions needs valgrind")
    out = WORK / "callgrind.out"

    def total(rounds):
        run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", PROGRAM, "decide", name,
             count, position, rounds], 900, "count instructions", env=STEADY)
        found = re.search(r"^(?:summary|totals): (\d+)", out.read_text(), flags=re.M)
        return int(found.group(1))

    return difference(total, 1, 9)


def allocations(*arguments, per_round=ROUND):
    counters = WORK / "rule-allocations"

    def total(rounds):
        counters.unlink(missing_ok=True)
        run([PROGRAM, *arguments, rounds], 900, "count allocations",
            env=dict(STEADY, LD_PRELOAD=str(WORK / "alloc.so"), L7ROUTE_ALLOC_FILE=str(counters)))
        values = dict(zip(FIELDS, struct.unpack(f"<{len(FIELDS)}Q", counters.read_bytes())))
        return sum(values[kind] for kind in ("malloc", "calloc", "realloc", "aligned"))

    return (total(21) - total(1)) / (20 * per_round)


def gate():
    """Counts that do not depend on the machine's load; a step back fails."""
    say("instructions and allocations of a decision, 10,000 mixed rules")
    counted = instructions("mixed", 10_000, "random")
    heap = allocations("decide", "mixed", "10000", "random") + allocations("every", per_round=1_024)
    print(f"{counted:,.0f} instructions a decision (at most {MOST_INSTRUCTIONS:,}), "
          f"{heap:.4f} allocations")
    if counted > MOST_INSTRUCTIONS or heap > 0.0005:
        raise BenchError("a decision has become more expensive")


def time_rows(results, name):
    lines = [["rules", *POSITIONS, "compile ms", "bytes a rule", "residual", "depth"]]
    for entry in results:
        if entry["set"] == name:
            lines.append([f"{entry['rules']:,}"] + [f"{entry['ns'][p]:,.0f}" for p in POSITIONS]
                         + [f"{entry['build_ms']:,.0f}", f"{entry['bytes'] / entry['rules']:,.0f}",
                            f"{entry['residual']:,}", f"{entry['depth']}"])
    return lines


def verdicts(entries, counted):
    """The goals of the design beside what was measured: text and whether it is reached."""
    mixed = {entry["rules"]: entry for entry in entries if entry["set"] == "mixed"}
    worst = lambda count: max(mixed[count]["ns"].values())
    goals = []
    if 10_000 in mixed:
        goals.append((f"10,000 mixed rules: {worst(10_000):,.0f} ns at the slowest position",
                      "at most 1,000 ns", worst(10_000) <= 1_000))
        goals.append((f"residual rules of 10,000: {mixed[10_000]['residual']}", "0",
                      mixed[10_000]["residual"] == 0))
    for count, limit in ((100_000, 3), (1_000_000, 4)):
        if count in mixed and 1_000 in mixed:
            ratio = mixed[count]["ns"]["random"] / mixed[1_000]["ns"]["random"]
            goals.append((f"{count:,} rules against 1,000, random: {ratio:.2f} times the time",
                          f"at most {limit}", ratio <= limit))
            if f"{count}" in counted and "1000" in counted:
                ratio = counted[f"{count}"] / counted["1000"]
                goals.append((f"{count:,} rules against 1,000: {ratio:.2f} times the instructions",
                              "at most 1.3", ratio <= 1.3))
    if 100_000 in mixed:
        entry = mixed[100_000]
        goals.append((f"100,000 mixed rules: tree built in {entry['build_ms']:,.0f} ms",
                      "at most 500 ms", entry["build_ms"] <= 500))
        size = entry["bytes"] / entry["rules"]
        goals.append((f"{size:,.0f} bytes a rule", "at most 300", size <= 300))
    return goals


def text(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(line, widths)) for line in lines)


def markdown(lines):
    head, *rest = lines
    rule = ["---:"] * len(head)
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rule, *rest])


def report(settings):
    build()
    if settings.gate:
        gate()
        return
    entries, counted = [], {}
    for name in settings.only or SETS:
        for count in settings.sizes or SIZES:
            say(f"{name}, {count:,} rules")
            entries.append(measure(name, count))
        print(text(time_rows(entries, name)))
    if not settings.only or "mixed" in settings.only:
        for count in settings.sizes or SIZES:
            if count <= 100_000:
                say(f"instructions, {count:,} mixed rules")
                counted[f"{count}"] = instructions("mixed", count, "random")
        heap = allocations("decide", "mixed", "10000", "random")
        heap += allocations("every", per_round=1_024)
        print("instructions a decision (mixed, random): "
              + ", ".join(f"{int(n):,} rules {c:,.0f}" for n, c in counted.items()))
        print(f"allocations a decision: {heap:.4f}")
        for found, goal, reached in verdicts(entries, counted):
            print(f"  {'ok    ' if reached else 'MISSED'} {found} (goal: {goal})")
        RESULTS.write_text(json.dumps({"entries": entries, "instructions": counted}, indent=1))
        if settings.write:
            write(entries, counted, heap)


def write(entries, counted, heap):
    parts = [PREFACE.read_text()]
    goals = [["measured", "goal", ""]]
    goals += [[found, goal, "" if reached else "missed"]
              for found, goal, reached in verdicts(entries, counted)]
    goals.append([f"allocations a decision: {heap:.4f}", "0", "" if heap < 0.0005 else "missed"])
    parts.append(markdown(goals).replace("---:", "---") + "\n")
    parts.append("Instructions a decision, mixed rules, random: "
                 + ", ".join(f"{int(n):,} rules {c:,.0f}" for n, c in counted.items()) + ".\n")
    for name in SETS:
        rows = time_rows(entries, name)
        if len(rows) > 1:
            parts.append(f"### {name}\n\n{markdown(rows)}\n")
    parts.append(f"Commit {commit()}.\n")
    DOCUMENT.write_text("\n".join(parts))
    say(f"wrote {DOCUMENT.relative_to(ROOT)}")
