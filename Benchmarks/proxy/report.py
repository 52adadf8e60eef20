"""Tables from results: for the terminal, and docs/benchmarks.md."""

import statistics

from tools import ROOT, SOURCES
from workload import SCENARIOS

COLUMNS = ["proxy", "CPU µs", "user", "system", "l7route ÷ it", "requests/s", "p50 ms", "p99 ms",
           "memory MiB", "calls"]
# The outcome of a contestant whose build lacks what the scenario needs.
UNSUPPORTED = "not supported by this build"
# What counts as a call on a socket; the rest of strace's names is left to the results file.
SOCKET_CALLS = {"recvfrom", "recvmsg", "read", "readv", "sendto", "sendmsg", "write", "writev",
                "accept4", "accept", "socket", "connect", "shutdown", "close", "setsockopt",
                "getsockopt", "getsockname", "getpeername", "splice", "sendfile", "epoll_ctl",
                "epoll_wait", "epoll_pwait", "epoll_pwait2", "fcntl", "ioctl", "bind"}


def cpu_us(turn):
    return turn["cpu_ns"] / 1000 / turn["requests"]


def ratio(router, peer):
    """The median over rounds of l7route's CPU time a request divided by the peer's."""
    pairs = list(zip(router["rounds"], peer["rounds"]))
    return statistics.median(cpu_us(a) / cpu_us(b) for a, b in pairs) if pairs else None


def row(name, record, router):
    if not record["rounds"]:
        return [name, record.get("outcome", "failed")] + [""] * (len(COLUMNS) - 2)
    rounds = record["rounds"]
    cpu = statistics.median(cpu_us(turn) for turn in rounds)
    user = sum(turn["user_ticks"] for turn in rounds)
    system = sum(turn["system_ticks"] for turn in rounds)
    share = user / (user + system) if user + system else 0
    result = [name, f"{cpu:.1f}", f"{cpu * share:.1f}", f"{cpu * (1 - share):.1f}"]
    relation = ratio(router, record) if router else None
    result.append(f"{relation:.2f}" if relation and name != "l7route" else "")
    result.append(f"{statistics.median(t['requests'] / t['seconds'] for t in rounds):,.0f}")
    for key in ("p50_us", "p99_us"):
        values = [turn[key] for turn in record["latencies"]]
        result.append(f"{statistics.median(values) / 1000:.2f}" if values else "")
    memory = record.get("memory_kib")
    result.append(f"{memory / 1024:.1f}" if memory else "")
    calls = record.get("calls")
    result.append(f"{sum(n for c, n in calls.items() if c in SOCKET_CALLS):.1f}" if calls else "")
    return result


def rows(entry):
    records = entry["contestants"]
    return [row(name, record, records.get("l7route")) for name, record in records.items()]


def text_table(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(widths[i]) if i == 0 else cell.rjust(widths[i])
                  for i, cell in enumerate(line)).rstrip() for line in lines)


def markdown_table(lines):
    rule = ["---"] + ["---:"] * (len(COLUMNS) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], rule] + lines[1:])


def in_order(results):
    return [(scenario, results["scenarios"][scenario.name]) for scenario in SCENARIOS
            if scenario.name in results["scenarios"]]


def behind(entry):
    """Contestants that did not keep up with the fixed rate, so that their latencies mean little."""
    return [name for name, record in entry["contestants"].items()
            if any(turn["behind"] > turn["requests"] / 100 for turn in record["latencies"])]


def notes(entry):
    result = [f"{name}: {record['problem']}" for name, record in entry["contestants"].items()
              if record.get("problem") and record.get("outcome") != UNSUPPORTED]
    return result + [f"{name} did not keep up with the fixed rate" for name in behind(entry)]


def short(note):
    """A note without the paths of this machine."""
    return note.replace(str(ROOT) + "/", "")


def for_terminal(results, names):
    parts = []
    for scenario, entry in in_order(results):
        if scenario.name in names:
            parts.append(f"{scenario.name}: {scenario.title}; latencies at {entry['rate']} a second")
            parts.append(text_table([COLUMNS] + rows(entry)))
            parts += [f"  {short(note)}" for note in notes(entry)]
            parts.append("")
    return "\n".join(parts)


def calls_line(name, record):
    calls = sorted(record.get("calls", {}).items(), key=lambda item: -item[1])
    return f"- {name}: " + ", ".join(f"{c} {n:.2f}" for c, n in calls if n >= 0.05)


def markdown(results):
    parts = [(SOURCES / "preface.md").read_text().rstrip(), "", "## Results", ""]
    for scenario, entry in in_order(results):
        about = entry["about"]
        parts += [f"### {scenario.name}", "", f"{scenario.title}.", "",
                  markdown_table([COLUMNS] + rows(entry)), ""]
        parts += [f"Commit {about['commit']}, {about['date']}; {about['rounds']} rounds of "
                  f"{about['seconds']} s; latencies at {entry['rate']} requests a second.", ""]
        parts += [f"- {short(note)}" for note in notes(entry)]
        parts += [calls_line(name, record) for name, record in entry["contestants"].items()
                  if record.get("calls")]
        parts.append("")
    machine = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    parts += ["## Machine", "",
              f"{machine['processor']}, {machine['cores']} cores, Linux {machine['kernel']}. "
              f"Peers: {versions}.", ""]
    return "\n".join(parts)
