"""What is measured: the scenarios, the hundred rules and the requests."""

import dataclasses
import random

RULE_COUNT = 100
POOL_COUNT = 4
# Requests are decided by these rules, in the middle of the file.
MATCHED_RULES = range(48, 53)
REQUEST_COUNT = 60


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    connections: int = 32
    body: int = 1024
    close: bool = False
    tls: bool = False
    resume: bool = False
    optional: bool = False
    contestants: tuple = ("l7route", "nginx", "haproxy", "relay")


SCENARIOS = [
    Scenario("small", "GET of 1 KiB, 32 kept connections",
             contestants=("l7route", "nginx", "haproxy", "envoy", "relay")),
    Scenario("body64k", "GET of 64 KiB, 32 kept connections", body=65536),
    Scenario("c1000", "GET of 1 KiB, 1,000 kept connections", connections=1000),
    Scenario("close", "GET of 1 KiB, a connection each", close=True),
    Scenario("tls", "GET of 1 KiB over TLS 1.3, 32 kept connections", tls=True,
             contestants=("l7route", "nginx", "haproxy")),
    Scenario("handshake", "GET of 1 KiB, a full TLS 1.3 handshake each", tls=True, close=True,
             contestants=("l7route", "nginx", "haproxy")),
    Scenario("resume", "GET of 1 KiB, a resumed TLS 1.3 handshake each", tls=True, close=True,
             resume=True, optional=True, contestants=("l7route", "nginx", "haproxy")),
]


@dataclasses.dataclass(frozen=True)
class Rule:
    """Rule `number` of the file: `kind` is path, host or cookie; `value` what it compares with."""

    number: int
    kind: str
    value: str

    @property
    def pool(self):
        return f"app{self.number % POOL_COUNT}"


def rules():
    """Three by path, one by host and path, one by cookie and path, and so on. No two rules are true
    for one request, so that an order of their own does not change the answers of the peers."""
    result = []
    for number in range(RULE_COUNT):
        kind = ("path", "path", "path", "host", "cookie")[number % 5]
        value = {"path": f"/api/svc{number}", "host": f"t{number}.example.com",
                 "cookie": f"v{number}"}[kind]
        result.append(Rule(number, kind, value))
    return result


def pools():
    return [f"app{number}" for number in range(POOL_COUNT)]


def request(rule, body, close, draw):
    """One browser-like request that the rule decides."""
    word = lambda: draw.choice(("shoes", "lamps", "garden", "books", "travel", "kitchen"))
    digits = lambda count: "".join(draw.choices("0123456789abcdef", k=count))
    start = {"path": rule.value, "host": "/site", "cookie": "/promo"}[rule.kind]
    host = rule.value if rule.kind == "host" else "www.example.com"
    group = rule.value if rule.kind == "cookie" else "none"
    lines = [
        f"GET {start}/{word()}/{digits(6)}/b/{body}?page={draw.randint(1, 40)}&sort={word()} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/140.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "Accept-Language: de,en-US;q=0.7,en;q=0.3",
        "Accept-Encoding: gzip, deflate, br, zstd",
        f"Referer: https://{host}{start}/{word()}/overview",
        f"Cookie: sid={digits(44)}; uid={digits(24)}; exp={group}",
        "Upgrade-Insecure-Requests: 1",
        "Sec-Fetch-Dest: document",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Site: same-origin",
        "Priority: u=0, i",
        "Connection: " + ("close" if close else "keep-alive"),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def write_requests(path, scenario):
    """Writes the load generator's requests; the same for every contestant and run."""
    draw = random.Random(scenario.name)
    chosen = [rule for rule in rules() if rule.number in MATCHED_RULES]
    with open(path, "wb") as file:
        for number in range(REQUEST_COUNT):
            rule = chosen[number % len(chosen)]
            head = request(rule, scenario.body, scenario.close, draw)
            file.write(b"%d 200 %d\n" % (len(head), scenario.body) + head)
