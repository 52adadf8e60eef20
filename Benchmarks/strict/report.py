"""What is printed, and docs/strictness.md."""

import pathlib
import re

from judge import FAIL, PASS, UNSAFE

PREFACE = pathlib.Path(__file__).resolve().parent / "preface.md"
EXAMPLES = 12


def line(name, verdict):
    return f"{verdict.grade:6} {name}  {verdict.case.name}  [{verdict.case.expect}]: " + "; ".join(
        verdict.notes)


def details(verdict):
    rows = []
    for step in verdict.case.steps:
        rows.append(f"    client: {step!r}"[:600])
    if verdict.record:
        for data in verdict.record.received:
            rows.append(f"    origin got: {data!r}"[:900])
    for step in verdict.case.script:
        rows.append(f"    origin: {step!r}"[:600])
    if verdict.heard:
        end = " reset" if verdict.heard.reset else " closed" if verdict.heard.closed else ""
        rows.append(f"    client got: {verdict.heard.raw!r}"[:900] + end)
    return "\n".join(rows)


def counts(verdicts):
    return tuple(sum(v.grade == grade for v in verdicts) for grade in (PASS, FAIL, UNSAFE))


def summary(name, verdicts, seconds):
    passed, failed, unsafe = counts(verdicts)
    return (f"{name}: {passed} of {len(verdicts)} pass, {failed} fail, {unsafe} unsafe, "
            f"in {seconds:.1f} s")


def is_sweep(case):
    return case.family.startswith("bytes in")


def share(verdicts):
    return f"{100 * counts(verdicts)[0] / len(verdicts):.1f} %"


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return ["| " + " | ".join(str(cell) for cell in row) + " |" for row in lines]


def overview(results):
    rows = []
    for name, (version, verdicts) in results.items():
        apart = [v for v in verdicts if not is_sweep(v.case)]
        passed, failed, unsafe = counts(verdicts)
        rows.append([f"{name} {version}" if version != "this tree" else name, passed, failed,
                     unsafe,
                     share(verdicts), f"{share(apart)}, {counts(apart)[2]} unsafe"])
    return table(["", "pass", "fail", "UNSAFE", "passed", "without single bytes"], rows)


def cell(verdicts):
    passed, failed, unsafe = counts(verdicts)
    if not failed and not unsafe:
        return "all"
    return f"{passed} / {failed} / **{unsafe}**" if unsafe else f"{passed} / {failed} / 0"


def families(results, side):
    names = list(dict.fromkeys(
        v.case.family for _, verdicts in results.values() for v in verdicts if v.case.side == side))
    rows = []
    for family in names:
        of = [[v for v in verdicts if v.case.family == family and v.case.side == side]
              for _, verdicts in results.values()]
        rows.append([f"{family} ({of[0][0].case.rfc})", len(of[0])] + [cell(some) for some in of])
    return table(["family", "cases"] + list(results), rows)


def notable(verdicts):
    """Of each family with something unsafe the first case, the families with most of it first."""
    found = {}
    for verdict in verdicts:
        if verdict.grade == UNSAFE:
            found.setdefault(verdict.case.family, []).append(verdict)
    ordered = sorted(found.values(), key=len, reverse=True)[:EXAMPLES]
    rows = []
    for group in ordered:
        case = group[0].case
        rest = f", and {len(group) - 1} more of the family" if len(group) > 1 else ""
        rows.append(f"- {code(case.name)}: {code(group[0].notes[0])}{rest}.")
    return rows


def code(text):
    """A code span of Markdown, short."""
    text = re.sub(r"[^ -~]", "?", text)
    text = text if len(text) <= 150 else text[:147] + "..."
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def document(results):
    parts = [PREFACE.read_text().rstrip(), "", "## Results", ""]
    parts += overview(results)
    for side, title in (("request", "Requests"), ("response", "Responses")):
        parts += ["", f"### {title}", "", "Pass / fail / UNSAFE, or all.", ""]
        parts += families(results, side)
    parts += ["", "### What was unsafe", ""]
    for name, (_, verdicts) in results.items():
        rows = notable(verdicts)
        parts += [f"**{name}**: " + ("nothing." if not rows else f"{counts(verdicts)[2]} cases."),
                  ""]
        parts += rows + ([""] if rows else [])
    return "\n".join(parts).rstrip() + "\n"
