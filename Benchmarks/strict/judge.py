"""From what happened to a verdict: pass, fail (wrong but safe), or UNSAFE."""

import dataclasses

from case import CUT, EITHER, FORWARD, MIXED, REFUSE, STOPPED, shown

PASS, FAIL, UNSAFE = "pass", "fail", "UNSAFE"

# Fields of one connection (RFC 9110 section 7.6.1), and those that older lists count among them.
HOP_BY_HOP = (b"keep-alive", b"proxy-connection", b"te", b"http2-settings")


@dataclasses.dataclass
class Verdict:
    case: object
    grade: str
    notes: list
    heard: object = None
    record: object = None


class Judge:
    def __init__(self, case, heard, record, canaries):
        self.case = case
        self.heard = heard
        self.record = record
        self.canaries = canaries
        self.unsafe = []
        self.wrong = []

    def verdict(self):
        self._origin()
        self._client()
        for place, fault, is_poisoned in self.canaries:
            (self.unsafe if is_poisoned else self.wrong).append(f"{place}: {fault}")
        (self._request if self.case.side == "request" else self._response)()
        grade = UNSAFE if self.unsafe else FAIL if self.wrong else PASS
        return Verdict(self.case, grade, self.unsafe + self.wrong, self.heard, self.record)

    # What holds for every case

    def _origin(self):
        for fault, _ in self.record.violations:
            self.unsafe.append(f"the origin got {fault}")
        for fault in self.record.odd:
            self.wrong.append(f"the origin got {fault}")
        for message in self.record.messages:
            self._leaks(message, "the origin")
            for value in self.case.never:
                if any(value in text for _, text in message.fields):
                    (self.wrong if self.case.mild else self.unsafe).append(
                        f"the origin got {shown(value)}")

    def _leaks(self, message, place):
        nominated = [m for m in message.members(b"connection")
                     if m not in (b"close", b"keep-alive", b"upgrade")]
        if nominated:
            self.unsafe.append(f"{place} got Connection: {nominated}")
        # What Connection nominates has to go; what is known to be of one connection should.
        grade = self.wrong if self.case.mild else self.unsafe
        for name in HOP_BY_HOP:
            if name not in self.case.lacks and message.all(name) and not (
                    name == b"keep-alive" and place == "the client"):
                self.wrong.append(f"{place} got the field {name.decode()}")
        for name in self.case.lacks:
            if message.all(name):
                grade.append(f"{place} got the field {name.decode()}")

    def _client(self):
        heard = self.heard
        if heard.violation:
            self.unsafe.append(f"the client got {heard.violation}")
        for fault in heard.odd:
            self.wrong.append(f"the client got {fault}")
        is_old = b" HTTP/1.0\r\n" in self.case.steps[0][:200] if isinstance(
            self.case.steps[0], bytes) else False
        for message in heard.responses + ([heard.partial] if heard.partial else []):
            if is_old and message.all(b"transfer-encoding"):
                self.unsafe.append("Transfer-Encoding to an HTTP/1.0 client")
        if is_old and heard.interim:
            self.unsafe.append("1xx to an HTTP/1.0 client")
        wanted = self.case.interim
        if wanted is not None:
            got = tuple(int(message.start[1]) for message in heard.interim)
            if got != wanted:
                self.wrong.append(f"interim responses {got}")

    # Requests

    def _request(self):
        arrived = self.record.messages
        for message in arrived:
            hidden = b"smuggled" in message.start[1] and self.case.expect != FORWARD
            if hidden:
                self.unsafe.append(f"the origin got {shown(b' '.join(message.start))}")
        if self.case.expect == REFUSE:
            self._refused()
        elif self.case.expect == FORWARD:
            self._forwarded()
        elif self.case.expect == STOPPED:
            if arrived:
                self.wrong.append("it went on to the origin")
            if not self.heard.responses:
                self.wrong.append("no answer")
            if self.case.closes and not self.heard.closed:
                self.wrong.append("the connection stays open")
        else:
            if len(arrived) > self.case.messages:
                self.unsafe.append(f"{len(arrived)} messages reached the origin")
            if arrived:
                self._message(arrived[-1])

    def _refused(self):
        case, heard = self.case, self.heard
        extra = len(self.record.messages) - case.messages
        if extra > 1:
            self.unsafe.append(f"{extra} messages reached the origin")
        elif extra == 1:
            self.wrong.append("a message was made of it and reached the origin")
        answers = heard.responses[case.messages:]
        if not answers:
            if not heard.closed:
                self.wrong.append("no answer and no close")
            return
        status = int(answers[0].start[1])
        if not (400 <= status < 500 or status in (501, 505)):
            self.wrong.append(f"status {status}")
        if case.statuses and status not in case.statuses:
            self.wrong.append(f"status {status}, not {case.statuses}")
        if status == 405 and not answers[0].all(b"allow"):
            self.wrong.append("405 without Allow")
        if len(answers) > 1:
            self.unsafe.append(f"{len(answers)} answers to what had to be refused")
        if case.closes and not heard.closed:
            self.wrong.append("the connection stays open")

    def _forwarded(self):
        case, arrived = self.case, self.record.messages
        if len(arrived) > case.messages:
            self.unsafe.append(f"{len(arrived)} messages reached the origin")
        elif len(arrived) < case.messages:
            self.wrong.append(f"{len(arrived)} messages reached the origin")
        statuses = [int(message.start[1]) for message in self.heard.responses]
        if len(statuses) != len(case.methods) or any(not 200 <= s < 300 for s in statuses):
            self.wrong.append(f"answers {statuses}")
        if arrived:
            self._message(arrived[-1])

    def _message(self, message):
        case = self.case
        method, target, _ = message.start
        if case.method and method != case.method:
            self.wrong.append(f"method {shown(method)}")
        if case.target and target != case.target:
            self.wrong.append(f"target {shown(target)}")
        if case.body is not None and message.body != case.body:
            self.unsafe.append(f"body {shown(message.body)}")
        self._has(message)

    def _has(self, message):
        for name, value in self.case.has:
            values = message.all(name)
            if value is None and not values:
                self.wrong.append(f"without {name.decode()}")
            elif name == b"host" and value.lower().partition(b":")[0] in values:
                pass
            elif value is not None and value not in values:
                self.wrong.append(f"{name.decode()} {[shown(v) for v in values]}")

    # Responses

    def _response(self):
        case, heard = self.case, self.heard
        count = len(case.methods)
        if len(heard.responses) > count:
            self.unsafe.append(f"{len(heard.responses)} responses to {count} requests")
        final = heard.responses[-1] if heard.responses else None
        status = int(final.start[1]) if final else 0
        if final and b"evil" in final.body + b"".join(v for _, v in final.fields):
            self.unsafe.append("the client got what was hidden")
        if final:
            self._leaks(final, "the client")
        if final is None and not heard.closed:
            self.wrong.append("no answer and no close")
        if case.expect == FORWARD:
            self._passed(final, status)
        elif case.expect == CUT:
            if 200 <= status < 400 and len(heard.responses) == count:
                self.unsafe.append("a cut response looks whole")
        elif case.expect == REFUSE:
            if final and status < 500:
                self.wrong.append(f"passed on with status {status}")
        elif case.expect == MIXED:
            statuses = [int(message.start[1]) for message in heard.responses]
            if statuses != [502, 200] and (len(statuses) != 1 or statuses[0] < 500):
                self.wrong.append(f"answers {statuses}")
            elif len(statuses) == 2 and heard.responses[1].body != b"canary 0":
                self.unsafe.append(f"the second answer is {shown(heard.responses[1].body)}")
        elif case.expect == EITHER and final and status < 500:
            self._passed(final, status)
        if case.statuses and status not in case.statuses:
            self.wrong.append(f"status {status}, not {case.statuses}")

    def _passed(self, final, status):
        case = self.case
        if final is None:
            self.wrong.append("no whole response")
            return
        if not case.statuses and not 200 <= status < 300:
            self.wrong.append(f"status {status}")
            return
        if case.body is not None and final.body != case.body:
            self.unsafe.append(f"body {shown(final.body)}")
        self._has(final)
