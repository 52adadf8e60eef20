"""Runs cases against one proxy, several at a time: each lane has a listener and an origin of its
own, so that what arrives belongs to one case."""

import threading
import time

from case import Fin
from client import Client
from judge import FAIL, Judge, Verdict
from origin import Origin

LANES = 8


class Lane:
    def __init__(self):
        self.origin = Origin()
        self.port = 0
        self.number = 0

    def run(self, case):
        record = self.origin.begin(case.script, case.when)
        canaries = []
        try:
            with Client(self.port, case.methods + (b"GET",)) as client:
                client.perform(case.steps, case.wait)
                client.read(len(case.methods), case.wait)
                heard = client.heard()
                time.sleep(self._settling(case))
                # A refusal closes; what a whole exchange leaves open must go on.
                if self._may_go_on(case, heard):
                    canaries += self._canary(client, case, "the same connection", len(
                        heard.responses))
                elif not heard.closed:
                    client.drain(0.3 if case.closes else 0.05)
                    heard = client.heard()
            with Client(self.port) as client:
                canaries += self._canary(client, case, "the next connection", 0)
        except OSError as error:
            return Verdict(case, FAIL, [f"no connection: {error}"])
        return Judge(case, heard, self.origin.seen(record), canaries).verdict()

    @staticmethod
    def _may_go_on(case, heard):
        if case.unfinished or Fin in case.steps or heard.violation or heard.closed:
            return False
        if len(heard.responses) != len(case.methods) or heard.partial:
            return False
        last = heard.responses[-1]
        return b"close" not in last.members(b"connection") and last.framing != "close"

    def _canary(self, client, case, place, before):
        """A plain request must get its own answer; else what came, and whether it was another's."""
        self.number += 1
        name = b"%d" % self.number
        client.perform((b"GET /canary/%s HTTP/1.1\r\nHost: example.com\r\n\r\n" % name,), 1)
        client.read(before + 1, 2)
        heard = client.heard()
        if len(heard.responses) <= before:
            if heard.violation:
                return [(place, f"a plain request got {heard.violation}", True)]
            is_fresh = place == "the next connection"
            return [(place, "a plain request got no answer", False)] if is_fresh or (
                not heard.closed) else []
        answer = heard.responses[before]
        if answer.body == b"canary " + name and len(heard.responses) == before + 1:
            return []
        status = int(answer.start[1])
        is_other = 200 <= status < 300 or len(heard.responses) > before + 1
        if status == 400 and place == "the same connection":
            return [(place, "a plain request got 400: bytes were left over", True)]
        return [(place, f"a plain request got {status} {answer.body[:40]!r}", is_other)]

    @staticmethod
    def _settling(case):
        """Seconds until the origin has said all of its script."""
        pauses = sum(step for step in case.script if isinstance(step, (int, float)))
        return case.settle or (pauses + 0.01 if pauses else 0)


def run_all(cases, lanes, report):
    """Runs each case once; `report` gets each verdict, in no order."""
    waiting = list(reversed(cases))
    lock = threading.Lock()

    def work(lane):
        while True:
            with lock:
                if not waiting:
                    return
                case = waiting.pop()
            verdict = lane.run(case)
            with lock:
                report(verdict)

    threads = [threading.Thread(target=work, args=(lane,), daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
