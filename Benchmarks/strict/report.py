"""What is printed, and docs/strictness.md."""

from case import shown
from judge import FAIL, PASS, UNSAFE


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
        rows.append(f"    client got: {verdict.heard.raw!r}"[:900]
                    + (" reset" if verdict.heard.reset else " closed" if verdict.heard.closed
                       else ""))
    return "\n".join(rows)


def counts(verdicts):
    return tuple(sum(v.grade == grade for v in verdicts) for grade in (PASS, FAIL, UNSAFE))


def summary(name, verdicts, seconds):
    passed, failed, unsafe = counts(verdicts)
    return (f"{name}: {passed} of {len(verdicts)} pass, {failed} fail, {unsafe} unsafe, "
            f"in {seconds:.1f} s")


def document(results):
    raise NotImplementedError
